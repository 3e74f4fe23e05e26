//! The closed sets of finance, as clients see them.

use async_graphql::Enum;

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::delegation::BudgetStatus")]
pub enum BudgetStatus {
    /// It is being drawn up.
    Draft,
    /// The body has agreed it.
    Agreed,
    /// Nothing more is agreed from it.
    Closed,
}

/// How a revision of a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::budget_revision::RevisionStatus")]
pub enum BudgetRevisionStatus {
    /// It is drawn up and not agreed.
    Draft,
    /// Another draft took its place before it was agreed.
    Replaced,
    /// It is agreed, and the day from which it holds hasn't come.
    Agreed,
    /// The budget goes by it.
    InForce,
    /// The budget went by it until a later revision took its place.
    Former,
}

/// Whether a line of a budget takes decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::finance::budget_revision_line::LineStanding")]
pub enum BudgetLineStanding {
    /// It does, as far as the line itself goes.
    Open,
    /// Nothing more is agreed from it.
    Closed,
}

/// What a decision agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::finance::decision::DecisionKind")]
pub enum DecisionKind {
    /// Spending from a line of an agreed budget.
    Expenditure,
    /// A partnership's priorities.
    Priorities,
    /// A partnership's strategic plan.
    StrategicPlan,
}

/// What whoever decides says of an interest of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::finance::decision::InterestKind")]
pub enum InterestKind {
    /// They have none in it.
    None,
    /// They have one that doesn't keep them from deciding.
    Personal,
    /// They have one that does.
    Prejudicial,
}

/// What an entry of the ledger of commitments does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::finance::commitment::EntryKind")]
pub enum CommitmentKind {
    /// Takes from what a line has left.
    Committed,
    /// Gives back what was committed and not spent.
    Withdrawn,
    /// Tells what was paid.
    Spent,
}

/// Why a decision lies outside what is delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::delegation::Condition")]
pub enum DelegationCondition {
    /// You aren't the lead member for this partnership today.
    NotLeadMember,
    /// No instrument delegates this to your office.
    NoInstrument,
    /// The instrument that did is no longer in force, or not yet.
    InstrumentNotInForce,
    /// The partnership has no agreed budget for that year.
    NoAgreedBudget,
    /// The line belongs to another year's budget than the spending.
    OtherYear,
    /// The budget is closed.
    BudgetClosed,
    /// The line is closed.
    LineClosed,
    /// The line is open from a later day on: an agreed revision of the budget adds or opens it then.
    LineNotYetOpen,
    /// It is more than the line has left.
    AboveLine,
    /// It is more than the budget has left in all.
    AboveTotal,
    /// It serves no priority of the partnership.
    NoPriority,
    /// It doesn't say what regard was had to the Policing Plan.
    NoRegard,
    /// You have a registered interest in it that you haven't declared.
    UndeclaredInterest,
    /// Your interest in it is prejudicial.
    PrejudicialInterest,
    /// You set or agreed the budget.
    SetTheBudget,
}

/// What has to be stated before a decision is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::delegation::Statement")]
pub enum DecisionStatement {
    /// What it is for.
    Purpose,
    /// Which priorities of the partnership it serves.
    Priorities,
    /// What regard was had to the Policing Plan.
    PolicingPlanRegard,
    /// Whether there is an interest in it.
    Interest,
    /// Who is to get the money: asked of whoever has a registered interest in an organisation.
    Recipient,
}
