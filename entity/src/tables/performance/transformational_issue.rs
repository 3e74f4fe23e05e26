//! Stubborn, cross-cutting issues on which an agreement concentrates effort.

use sea_orm::entity::prelude::*;

use super::{agreement, theme};
use crate::tables::{
    Id,
    organisation::{body, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transformational_issue")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_id: Id<agreement::Model>,
    pub number: i32,
    pub name: String,
    /// None where every theme shares it.
    pub lead_theme_id: Option<Id<theme::Model>>,
    pub led_by_id: Option<Id<body::Model>>,
    pub strategy: Option<String>,
    pub monitoring: Option<String>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
