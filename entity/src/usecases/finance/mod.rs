//! Budgets of partnerships, decisions within delegated powers, and what they commit.

pub mod budgets;
pub mod decisions;
pub mod expenditure;
pub mod interests;
pub mod ledger;
pub mod revising;
pub mod revisions;
mod standing;

/// What whoever decides says of a decision.
pub mod statements {
    pub use super::standing::{ObjectiveOf, RegardSaid, Said};
}

pub use decisions::decisions_taken;
