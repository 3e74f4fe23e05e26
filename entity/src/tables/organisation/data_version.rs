//! How often an area of a tenant's records has been written to. One row for each, under an identifier made from both; whoever
//! writes moves it on in the same transaction (`tenancy::versions`).

use sea_orm::entity::prelude::*;

use super::tenant;
use crate::tables::{Id, RecordArea};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub area: RecordArea,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
