//! Who owns an action: offices or bodies, one of them accountable.

use sea_orm::entity::prelude::*;

use super::action;
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{body, tenant},
        performance::area,
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_owner")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub action_id: Id<action::Model>,
    pub number: i32,
    /// As printed: Lead member for East.
    pub words: String,
    pub office: Option<Office>,
    /// The area for which the office is held, where only that one is meant.
    pub area_id: Option<Id<area::Model>>,
    pub body_id: Option<Id<body::Model>>,
    pub is_accountable: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
