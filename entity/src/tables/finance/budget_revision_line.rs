//! The lines that a revision of a budget changes or adds; what it doesn't name stays as it was.

use sea_orm::entity::prelude::*;

use super::{budget_line, budget_revision};
use crate::tables::{
    Id,
    organisation::{organisation, tenant},
    values::closed_set,
};

closed_set! {
    /// Whether a line takes decisions.
    pub enum LineStanding {
        /// It does, as far as the line itself goes.
        Open = "OPEN",
        /// Nothing more is agreed from it.
        Closed = "CLOSED",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_revision_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub revision_id: Id<budget_revision::Model>,
    /// Counted from 1 along what the revision changes.
    pub number: i32,
    /// The line; none for one that it adds until it is agreed.
    pub line_id: Option<Id<budget_line::Model>>,
    /// What a line that it adds is for.
    pub name: Option<String>,
    pub fund: Option<String>,
    pub delivered_by_id: Option<Id<organisation::Model>>,
    /// What may be spent from then on, in pence.
    pub agreed_pence: i64,
    /// Whether it opens or closes the line; neither where it leaves that.
    pub standing: Option<LineStanding>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
