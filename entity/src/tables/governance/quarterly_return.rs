//! A lead member's return as far as it was saved. It exists by rule for every area and quarter; a row comes with the first saving.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, tenant},
    performance::area,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quarterly_return")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    /// Made of tenant, area and quarter, so that it is known before there is a row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// The council area.
    pub area_id: Id<area::Model>,
    /// The quarter's code.
    pub quarter: String,
    /// Counted from 1 along savings, submissions, withdrawals and receipts.
    pub version: i32,
    /// Answers, notes and follow-ups as they were saved last.
    pub draft: Json,
    pub act_id: Id<act::Model>,
    pub saved_on: NaiveDate,
    pub saved_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
