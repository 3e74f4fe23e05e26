//! Authenticators: what shows one-time codes for an account. One that is revoked stays as a fact, without its secret.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::account;
use crate::tables::Id;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authenticator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub account_id: Id<account::Model>,
    /// Sealed under the server's secret; empty once it is revoked.
    pub sealed_secret: String,
    /// The half minute whose code was accepted last; no code of this one or an earlier one is accepted again.
    pub last_step: i64,
    pub created_at: DateTime<Utc>,
    /// None until its first code has been shown.
    pub enabled_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

// The secret must not reach a log by way of a derived Debug, not even sealed.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
