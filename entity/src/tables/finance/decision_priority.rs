//! The partnership's priorities that a decision serves: themes of its agreements.

use sea_orm::entity::prelude::*;

use super::decision;
use crate::tables::{Id, organisation::tenant, performance::theme};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision_priority")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub decision_id: Id<decision::Model>,
    pub theme_id: Id<theme::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
