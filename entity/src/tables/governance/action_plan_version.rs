//! An action plan as it was submitted, frozen: its draft, and its final form.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::action_plan;
pub use crate::rules::planning_cycle::PlanStage;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plan_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub plan_id: Id<action_plan::Model>,
    /// Counted from 1 along the versions of the same plan.
    pub number: i32,
    pub stage: PlanStage,
    /// Canonical JSON.
    pub content: String,
    /// The content's SHA-256 in hexadecimal.
    pub content_hash: String,
    pub submitted_on: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
