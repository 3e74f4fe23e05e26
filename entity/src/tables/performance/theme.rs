//! The themes (blocks) of an agreement.

use sea_orm::entity::prelude::*;

use super::agreement;
use crate::tables::{
    Id,
    organisation::{body, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "theme")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_id: Id<agreement::Model>,
    pub number: i32,
    pub name: String,
    pub aim: Option<String>,
    /// The national block that it answers to.
    pub block: Option<String>,
    pub delivered_by_id: Option<Id<body::Model>>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
