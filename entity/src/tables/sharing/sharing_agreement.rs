//! Information-sharing agreements: tier 1 lays down principles, tier 2 shares certain records for a certain purpose.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{Id, organisation::tenant};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sharing_agreement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    pub title: String,
    pub purpose: String,
    pub lawful_basis: String,
    pub source: String,
    /// 1 or 2.
    pub tier: i32,
    pub version: i32,
    pub effective_from: NaiveDate,
    pub effective_to: NaiveDate,
    pub review_on: NaiveDate,
    pub proposed_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub proposed_by_id: Id<tenant::Model>,
    /// The version before.
    pub supersedes_id: Option<Id<Model>>,
    pub withdrawn_by_id: Option<Id<tenant::Model>>,
    /// The day from which it lets nobody read any more.
    pub withdrawn_on: Option<NaiveDate>,
    pub withdrawal_reason: Option<String>,
    pub is_illustrative: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
