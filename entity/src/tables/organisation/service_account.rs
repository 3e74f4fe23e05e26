//! Service accounts: the machine clients of an organisation. One exists once, like a person; what it may do a tenant grants it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{organisation, tenant};
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Whose machine it is; the indicators that this organisation supplies are its own.
    pub organisation_id: Id<organisation::Model>,
    /// The tenant that made it and looks after its keys.
    pub custodian_id: Id<tenant::Model>,
    /// How it is known, once among those of its custodian.
    pub name: String,
    pub created_at: DateTime<Utc>,
    /// From then on it may do nothing anywhere; for good.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
