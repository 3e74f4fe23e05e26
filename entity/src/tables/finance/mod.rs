//! Budgets, decisions within delegated powers and what they commit.

pub mod budget;
pub mod budget_line;
pub mod budget_revision;
pub mod budget_revision_line;
pub mod commitment;
pub mod decision;
pub mod decision_priority;
pub mod interest;
