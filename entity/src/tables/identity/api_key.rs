//! The keys of service accounts, kept only as digests; each is shown once.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{Id, organisation::service_account};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub service_account_id: Id<service_account::Model>,
    /// The beginning of the key, by which people tell it from others.
    pub prefix: String,
    /// SHA-256 of the key's random bytes, in hexadecimal.
    pub digest: String,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was used, noted every ten minutes at most.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it may be sent in a query string, where it only reads.
    pub is_for_query_strings: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
