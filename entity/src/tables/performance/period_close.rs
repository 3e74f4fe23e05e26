//! The closing of a period: figures entered by some are verified by another and approved by a third, then locked.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, person, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "period_close")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// The period's code, such as `FY2009-Q3`.
    pub period: String,
    pub verified_by_id: Id<person::Model>,
    pub verified_act_id: Id<act::Model>,
    pub verified_at: DateTime<Utc>,
    pub approved_by_id: Option<Id<person::Model>>,
    pub approved_act_id: Option<Id<act::Model>>,
    /// From then on the period's figures change by revision only.
    pub approved_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
