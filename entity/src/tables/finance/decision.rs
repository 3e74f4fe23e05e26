//! Decisions taken within delegated powers. They are never changed; what they commit stands in the ledger of commitments.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{budget_line, budget_revision};
use crate::tables::{
    Id,
    organisation::{act, body, organisation, tenant},
    values::closed_set,
};

closed_set! {
    /// What a decision agrees.
    pub enum DecisionKind {
        /// Spending from a line of an agreed budget.
        Expenditure = "EXPENDITURE",
        /// A partnership's priorities.
        Priorities = "PRIORITIES",
        /// A partnership's strategic plan.
        StrategicPlan = "STRATEGIC_PLAN",
    }
}

closed_set! {
    /// What whoever decides says of an interest of their own in it.
    pub enum InterestKind {
        /// They have none.
        None = "NONE",
        /// They have one that doesn't keep them from deciding.
        Personal = "PERSONAL",
        /// They have one that does.
        Prejudicial = "PREJUDICIAL",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub kind: DecisionKind,
    /// The financial year in which it was taken, such as `FY2009`; its number counts within.
    pub financial_year: String,
    pub number: i32,
    pub body_id: Id<body::Model>,
    /// What the money is for, or what the plan is called.
    pub subject: String,
    /// What was agreed, for priorities and plans.
    pub statement: Option<String>,
    /// The number of the instrument under which it was taken.
    pub delegation_number: i32,
    /// Who approved that instrument, when and under which minute.
    pub authority: String,
    /// The objectives of the Policing Plan to which regard was had: a JSON list of texts.
    pub regard_objectives: Json,
    /// Why none of them bears on it, where none does.
    pub regard_reason: Option<String>,
    pub interest: InterestKind,
    pub interest_words: Option<String>,
    pub line_id: Option<Id<budget_line::Model>>,
    /// In pence.
    pub amount_pence: Option<i64>,
    pub spend_on: Option<NaiveDate>,
    /// Who gets the money, where that is known.
    pub recipient_id: Option<Id<organisation::Model>>,
    /// What the line might spend then, in pence.
    pub line_agreed_pence: Option<i64>,
    /// The revision of the budget by which it was judged; none where that was as it was first agreed.
    pub revision_id: Option<Id<budget_revision::Model>>,
    pub is_illustrative: bool,
    pub source: String,
    pub act_id: Id<act::Model>,
    pub decided_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
