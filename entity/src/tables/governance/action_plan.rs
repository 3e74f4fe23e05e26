//! Plans whose actions stand in the register.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{body, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    pub title: String,
    /// The body whose plan it is.
    pub body_id: Option<Id<body::Model>>,
    pub from_on: Option<NaiveDate>,
    pub to_on: Option<NaiveDate>,
    pub is_illustrative: bool,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
