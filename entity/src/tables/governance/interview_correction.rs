//! Corrections of the records of interviews: each keeps what it took the place of, for the two who may read the interview.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::member_interview;
use crate::tables::{
    Id,
    organisation::{act, person, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interview_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub interview_id: Id<member_interview::Model>,
    /// Whom the chairman interviewed; who that is reads it.
    pub member_id: Id<person::Model>,
    /// Which version of the record it made; the record as first made is the first.
    pub version: i32,
    pub former_held_on: NaiveDate,
    pub former_is_effectiveness_discussed: bool,
    pub former_note: Option<String>,
    pub reason: String,
    pub act_id: Id<act::Model>,
    pub corrected_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
