//! Machine clients: service accounts, their keys, tokens and budgets.

mod administration;
pub mod fixtures;
mod recognition;
mod scopes;
mod uploads;
