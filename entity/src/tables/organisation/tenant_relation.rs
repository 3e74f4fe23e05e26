//! How tenants stand to each other: who polices whom, and who followed whom.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{organisation, tenant};
use crate::tables::{Id, values::closed_set};

closed_set! {
    /// What one tenant is to another.
    pub enum TenantRelationKind {
        /// The authority holds the police of that area to account.
        Polices = "POLICES",
        /// Its duties passed to the other one.
        SucceededBy = "SUCCEEDED_BY",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenant_relation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub from_tenant_id: Id<tenant::Model>,
    pub kind: TenantRelationKind,
    pub to_tenant_id: Option<Id<tenant::Model>>,
    /// Named instead of a tenant when the other side keeps no data here.
    pub to_organisation_id: Option<Id<organisation::Model>>,
    pub from_on: Option<NaiveDate>,
    pub to_on: Option<NaiveDate>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
