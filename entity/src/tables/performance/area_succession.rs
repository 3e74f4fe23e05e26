//! Which area took the place of which, as on the reorganisation of 1 April 2009.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::area;
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "area_succession")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub predecessor_id: Id<area::Model>,
    pub successor_id: Id<area::Model>,
    pub on_date: NaiveDate,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
