//! What people do, by area: check, decide by the rules, write, record, in one transaction.

pub mod governance;
pub mod identity;
pub mod loading;
pub mod organisation;
pub mod performance;
pub mod sharing;
pub mod upkeep;
