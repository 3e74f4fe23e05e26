//! Committee packs, frozen as at their day.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::meeting;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_pack")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    /// Counted from 1 for each meeting.
    pub version: i32,
    /// Why there is a version after the first; none for the first.
    pub reason: Option<String>,
    /// All that is in it, exempt parts included, as JSON in one form; both editions are written from this.
    pub content: String,
    /// SHA-256 of the content, in hexadecimal.
    pub content_hash: String,
    pub frozen_on: NaiveDate,
    pub frozen_at: DateTime<Utc>,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
