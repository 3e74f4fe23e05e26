//! Revisions of agreed budgets within their year: drafted, agreed like the budget itself, and in force from a day on.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::budget;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub budget_id: Id<budget::Model>,
    /// Counted from 1 along the budget's revisions.
    pub number: i32,
    /// Counted from 1 along the drafts of one revision, each of which took the place of the one before.
    pub version: i32,
    /// What may be spent in all, in pence.
    pub total_pence: i64,
    pub reason: String,
    /// The day from which it is meant to hold; it holds from its agreement where that comes later.
    pub effective_on: NaiveDate,
    /// The act of whoever drew it up.
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub agreed_on: Option<NaiveDate>,
    pub minute_reference: Option<String>,
    pub agreed_act_id: Option<Id<act::Model>>,
    pub superseded_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
