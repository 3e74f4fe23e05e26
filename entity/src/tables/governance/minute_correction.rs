//! Corrections of minutes: each keeps the wording that it took the place of.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{meeting, meeting_decision};
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "minute_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub decision_id: Id<meeting_decision::Model>,
    /// Which version of the minute it made; the wording as first recorded is the first.
    pub version: i32,
    /// What the minute said before.
    pub former_words: String,
    /// Why that, and what stood before it, is exempt from publication; none where it may be read by everybody who may read the minute.
    pub former_exemption: Option<String>,
    pub reason: String,
    /// The later meeting that agreed it; none for what was put right while the minutes were a draft.
    pub agreed_at_id: Option<Id<meeting::Model>>,
    pub act_id: Id<act::Model>,
    pub corrected_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
