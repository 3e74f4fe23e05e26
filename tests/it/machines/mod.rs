//! Machine clients: service accounts, their keys, tokens and budgets.

mod administration;
mod budgets;
mod costs;
pub mod fixtures;
mod logs;
mod recognition;
mod scopes;
mod tokens;
mod uploads;
