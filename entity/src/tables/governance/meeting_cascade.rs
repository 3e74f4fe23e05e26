//! That a member of a board carried the key actions of a meeting back to the organisation that they represent there (S3, Increasing the
//! leadership role and contributions of partners).

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::meeting;
use crate::tables::{
    Id,
    organisation::{act, appointment, organisation, person, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_cascade")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    /// The organisation to which they were carried back.
    pub organisation_id: Id<organisation::Model>,
    /// The member.
    pub person_id: Id<person::Model>,
    /// The appointment in which the member represents it.
    pub appointment_id: Id<appointment::Model>,
    pub carried_on: NaiveDate,
    /// How, such as a briefing of teams.
    pub means: String,
    /// To whom in the organisation.
    pub audience: String,
    /// What was passed on.
    pub words: String,
    pub recorded_on: NaiveDate,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
