//! The lines of a budget.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::budget;
use crate::tables::{
    Id,
    organisation::{act, organisation, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub budget_id: Id<budget::Model>,
    pub number: i32,
    pub name: String,
    /// As it was first agreed, in pence; revisions of the budget change it.
    pub agreed_pence: i64,
    /// The day from which it is part of the budget, where a revision added it.
    pub from_on: Option<NaiveDate>,
    /// The fund that pays, as the papers call it.
    pub fund: Option<String>,
    /// The organisation that does the work.
    pub delivered_by_id: Option<Id<organisation::Model>>,
    /// From this day nothing more is agreed from it.
    pub closed_on: Option<NaiveDate>,
    pub closing_reason: Option<String>,
    pub closing_act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
