//! The partnership issues that a member's feedback names.

use sea_orm::entity::prelude::*;

use super::feedback;
use crate::tables::{
    Id,
    organisation::{person, tenant},
    values::closed_set,
};

closed_set! {
    /// What an issue is about: the matters that the partnerships' own documents work on (S1, themes and transformational issues; S4).
    pub enum FeedbackSubject {
        /// Anti-social behaviour.
        AntiSocialBehaviour = "ANTI_SOCIAL_BEHAVIOUR",
        /// Harm that alcohol does.
        Alcohol = "ALCOHOL",
        /// Drugs.
        Drugs = "DRUGS",
        /// Burglary, robbery, theft of and from vehicles.
        AcquisitiveCrime = "ACQUISITIVE_CRIME",
        /// Violence, at home or in the street.
        Violence = "VIOLENCE",
        /// Fires that were set.
        Arson = "ARSON",
        /// Road safety.
        RoadSafety = "ROAD_SAFETY",
        /// Children and young people.
        YoungPeople = "YOUNG_PEOPLE",
        /// Litter, graffiti, lighting and the state of streets and parks.
        Liveability = "LIVEABILITY",
        /// How people are heard, and told what was done.
        Engagement = "ENGAGEMENT",
        /// How partners work together, and what they put in.
        PartnershipWorking = "PARTNERSHIP_WORKING",
        /// Anything else.
        Other = "OTHER",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_issue")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub feedback_id: Id<feedback::Model>,
    /// Of the feedback, whose standing version's issues stand.
    pub version: i32,
    /// Counted from 1 within the feedback.
    pub number: i32,
    pub author_id: Id<person::Model>,
    pub subject: FeedbackSubject,
    pub text: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
