//! Calls that somebody made under an idempotency key, with what came of them, so that a repeated one acts no second time.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "remembered_call")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Who made it: an account or a service account.
    pub caller_id: Uuid,
    /// The key, as the client chose it.
    pub key: String,
    /// What was to be done, such as `RecordOutlook`.
    pub mutation: String,
    /// SHA-256 of the tenant and the input, in hexadecimal.
    pub digest: String,
    /// What came of it, as JSON; empty only while its transaction is under way.
    pub outcome: Option<String>,
    pub created_at: DateTime<Utc>,
    /// From then on the key may be used for something else.
    pub expires_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
