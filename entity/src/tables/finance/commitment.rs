//! The ledger of commitments: what decisions commit, what of it was released, and what was spent. Entries are only added.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{budget_line, decision};
use crate::tables::{
    Id,
    organisation::{act, tenant},
    values::closed_set,
};

closed_set! {
    /// What an entry of the ledger does.
    pub enum EntryKind {
        /// Takes from what a line has left.
        Committed = "COMMITTED",
        /// Gives back what was committed and not spent.
        Withdrawn = "WITHDRAWN",
        /// Tells what was paid.
        Spent = "SPENT",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commitment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub decision_id: Id<decision::Model>,
    pub line_id: Id<budget_line::Model>,
    pub kind: EntryKind,
    /// In pence, always above nothing.
    pub pence: i64,
    /// Why it was withdrawn, or the invoice that was paid.
    pub words: Option<String>,
    pub is_illustrative: bool,
    pub act_id: Id<act::Model>,
    pub entered_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
