//! How an area's priority answers to an objective of the Policing Plan, as its lead member judges.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::policing_plan_objective;
use crate::tables::{
    Id,
    organisation::{act, tenant},
    performance::area,
    values::closed_set,
};

closed_set! {
    /// How a priority answers to an objective.
    pub enum AlignmentJudgement {
        /// It serves the objective.
        Aligned = "ALIGNED",
        /// It serves a part of it.
        Partial = "PARTIAL",
        /// It works against it.
        Conflict = "CONFLICT",
        /// It has nothing to do with it.
        Missing = "MISSING",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policing_plan_alignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub objective_id: Id<policing_plan_objective::Model>,
    /// The council area whose priority it is.
    pub area_id: Id<area::Model>,
    /// The agreement and the number of the theme, such as `halton-laa-2008/5`: a name, since it is another tenant's.
    pub priority_reference: String,
    pub priority_name: String,
    pub judgement: AlignmentJudgement,
    pub note: Option<String>,
    /// Counted from 1 along the judgements of the same priority and objective.
    pub version: i32,
    pub is_illustrative: bool,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub superseded_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
