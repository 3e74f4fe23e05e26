//! The tenants: four area partnerships and the police authority, each with data of its own.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{Id, organisation::organisation, performance::area, values::closed_set};

closed_set! {
    /// What sort of tenant it is.
    pub enum TenantKind {
        /// The local strategic partnership of one council area.
        Area = "AREA",
        /// A police authority, policing several council areas.
        Authority = "AUTHORITY",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Short name in addresses and look-ups, such as `halton`.
    pub slug: String,
    pub name: String,
    pub kind: TenantKind,
    pub area_id: Id<area::Model>,
    pub organisation_id: Option<Id<organisation::Model>>,
    pub ended_on: Option<NaiveDate>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
