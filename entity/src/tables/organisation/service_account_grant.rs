//! What a tenant lets a service account do in it, until when, and from which addresses.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{act, service_account, tenant};
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_account_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub service_account_id: Id<service_account::Model>,
    /// Its scopes by name, parted by spaces.
    pub scopes: String,
    /// The networks from which it may ask, parted by spaces; any when empty.
    pub allowed_addresses: String,
    /// What it is for.
    pub purpose: String,
    pub granted_on: NaiveDate,
    /// Until then it holds.
    pub expires_at: DateTime<Utc>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// None when it was loaded from the command line.
    pub act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
