//! What people do, by area: check, decide by the rules, write, record, in one transaction.

pub mod dashboards;
pub mod finance;
pub mod governance;
pub mod identity;
pub mod loading;
pub mod organisation;
pub mod performance;
pub mod risk;
pub mod sharing;
pub mod upkeep;
