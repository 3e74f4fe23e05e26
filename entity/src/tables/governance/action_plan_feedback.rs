//! What the Performance and Standards Group says of a version of an action plan (S1, Performance management arrangements > planning cycle).

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::action_plan_version;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plan_feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub version_id: Id<action_plan_version::Model>,
    /// Whether it puts first things first.
    pub prioritisation: String,
    /// Whether it can come true.
    pub plausibility: String,
    pub recommended_changes: Option<String>,
    pub given_on: NaiveDate,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
