//! Every step of a reported risk's way. Nothing of it is ever changed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::risk_referral;
use crate::{
    policy::Office,
    rules::escalation::{Branch, Scope, State, Step},
    tables::{
        Id,
        governance::meeting_decision,
        organisation::{act, appointment, tenant},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_referral_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub referral_id: Id<risk_referral::Model>,
    pub origin_tenant_id: Id<tenant::Model>,
    /// Counted from 1 along the referral.
    pub number: i32,
    pub step: Step,
    pub branch: Branch,
    pub from_state: State,
    pub to_state: State,
    pub office: Office,
    /// None when it was loaded from the command line.
    pub appointment_id: Option<Id<appointment::Model>>,
    /// Why.
    pub reason: Option<String>,
    /// What is proposed to be done.
    pub proposed_action: Option<String>,
    /// What makes it less, as captured.
    pub mitigations: Option<String>,
    pub minute_reference: Option<String>,
    /// The Engagement Committee's minute, for its note, or the Audit Committee's, for its outcome.
    pub minute_id: Option<Id<meeting_decision::Model>>,
    pub scope: Option<Scope>,
    /// The quarter for which it was reported.
    pub quarter: Option<String>,
    /// The residual score that was reported.
    pub residual_score: Option<i32>,
    /// The risk and its history at that moment, for a report.
    pub statement: Option<Json>,
    /// The day on which the committee met, for its note.
    pub met_on: Option<NaiveDate>,
    /// By when the next office is to act.
    pub due_on: Option<NaiveDate>,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
