//! Reminders that were put into the outbox, so that nobody is reminded twice of the same.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::account;
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub account_id: Id<account::Model>,
    /// The obligation's own identifier, which is worked out from what it is called.
    pub obligation_id: Uuid,
    /// How long before or after the due day.
    pub stage: String,
    pub sent_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
