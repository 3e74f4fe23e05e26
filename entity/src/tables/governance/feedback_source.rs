//! Where a theme of collated feedback came up: units and quarters, counted and never by author.

use sea_orm::entity::prelude::*;

use super::feedback_theme;
use crate::tables::{Id, organisation::tenant, performance::area};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub theme_id: Id<feedback_theme::Model>,
    /// The council area.
    pub area_id: Id<area::Model>,
    pub unit_id: Id<area::Model>,
    /// The quarter's code.
    pub quarter: String,
    pub mentions: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
