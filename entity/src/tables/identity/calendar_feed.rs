//! Calendars that people subscribe to by a private address, kept only as a digest; each address is shown once.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::account;
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_feed")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub account_id: Id<account::Model>,
    /// SHA-256 of the address's token, in hexadecimal.
    pub digest: String,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
