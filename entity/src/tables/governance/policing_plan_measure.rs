//! The measures of an objective of the Policing Plan, in the words of the plan. Figures and targets stand with the lines of the agreement.

use sea_orm::entity::prelude::*;

use super::policing_plan_objective;
use crate::tables::{Id, organisation::tenant, performance::national_indicator};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policing_plan_measure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub objective_id: Id<policing_plan_objective::Model>,
    pub number: i32,
    pub words: String,
    /// Whether the plan marks it as a priority.
    pub is_priority: bool,
    /// What the plan projected, as printed.
    pub projected: Option<String>,
    /// Targets as printed: a JSON list of `{ "year": "FY2009", "words": "+1% increase from baseline" }`.
    pub targets: Json,
    /// The national indicator that it is.
    pub national_indicator_id: Option<Id<national_indicator::Model>>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
