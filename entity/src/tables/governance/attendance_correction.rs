//! Corrections of who came to a meeting: each keeps the list that it took the place of (`corrected_attendance`).

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::meeting;
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, tenant},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    /// Which version of the list it made; the list as recorded is the first.
    pub version: i32,
    pub reason: String,
    /// The office in which it was put right.
    pub office: Option<Office>,
    /// The later meeting that agreed it; none for what was put right while the minutes were a draft.
    pub agreed_at_id: Option<Id<meeting::Model>>,
    pub act_id: Id<act::Model>,
    pub corrected_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
