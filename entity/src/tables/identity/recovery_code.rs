//! Recovery codes, kept only as keyed digests; each serves once in place of a one-time code.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::authenticator;
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub authenticator_id: Id<authenticator::Model>,
    /// HMAC-SHA-256 of account and code under the server's secret, in hexadecimal.
    pub digest: String,
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
