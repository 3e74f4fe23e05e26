//! What a risk is about: indicators and agreements.

use sea_orm::entity::prelude::*;

use super::risk;
use crate::tables::{
    Id,
    organisation::tenant,
    performance::{agreement, indicator},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub risk_id: Id<risk::Model>,
    pub indicator_id: Option<Id<indicator::Model>>,
    pub agreement_id: Option<Id<agreement::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
