//! Which areas belong to a set, and when.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{area, area_set};
use crate::tables::{Id, organisation::tenant};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "area_set_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub area_set_id: Id<area_set::Model>,
    pub area_id: Id<area::Model>,
    pub from_on: Option<NaiveDate>,
    pub to_on: Option<NaiveDate>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
