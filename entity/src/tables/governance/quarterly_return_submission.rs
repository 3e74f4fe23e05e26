//! A lead member's return as it was handed in: its content never changes; what became of it is written beside.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{meeting_decision, quarterly_return};
use crate::tables::{
    Id,
    organisation::{act, tenant},
    performance::area,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quarterly_return_submission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub return_id: Id<quarterly_return::Model>,
    /// The council area.
    pub area_id: Id<area::Model>,
    /// The quarter's code.
    pub quarter: String,
    /// Counted from 1 along the submissions of the same return.
    pub number: i32,
    /// Canonical JSON.
    pub content: String,
    /// The content's SHA-256 in hexadecimal.
    pub content_hash: String,
    /// The committee's meeting for which it was due, if one was fixed.
    pub meeting_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub is_late: bool,
    pub late_reason: Option<String>,
    pub is_illustrative: bool,
    pub act_id: Id<act::Model>,
    pub submitted_on: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub withdrawn_on: Option<NaiveDate>,
    pub withdrawal_reason: Option<String>,
    pub withdrawn_act_id: Option<Id<act::Model>>,
    /// The meeting at which the committee received it.
    pub received_on: Option<NaiveDate>,
    /// The number of the minute of that meeting.
    pub minute_reference: Option<String>,
    pub minute_id: Option<Id<meeting_decision::Model>>,
    /// What the committee noted.
    pub receipt_note: Option<String>,
    pub received_act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
