//! Budgets: what a body has agreed to spend in a financial year.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, body, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub body_id: Id<body::Model>,
    /// The code of the financial year, such as `FY2009`.
    pub financial_year: String,
    /// Counted from 1 along the drafts for the same body and year, each of which took the place of the one before.
    pub version: i32,
    /// What may be spent in all as it was first agreed, in pence; revisions change it. The lines may come to more, since not everything planned is spent.
    pub total_pence: i64,
    pub source: String,
    pub is_illustrative: bool,
    /// The act of whoever set it.
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    /// From this day it is agreed; a draft until then.
    pub agreed_on: Option<NaiveDate>,
    pub minute_reference: Option<String>,
    pub agreed_act_id: Option<Id<act::Model>>,
    /// From this day nothing more is agreed from it.
    pub closed_on: Option<NaiveDate>,
    pub closed_act_id: Option<Id<act::Model>>,
    pub superseded_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
