//! The objectives of the Policing Plan, which is an agreement of the Authority's.

use sea_orm::entity::prelude::*;

use crate::tables::{Id, organisation::tenant, performance::agreement};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policing_plan_objective")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_id: Id<agreement::Model>,
    /// As the plan numbers it.
    pub number: i32,
    pub title: String,
    pub note: Option<String>,
    /// What it aims at, in order: a JSON list of texts.
    pub aims: Json,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
