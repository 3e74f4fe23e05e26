//! What an operator does from the command line, over every tenant.

pub mod backup;
pub mod record;
pub mod reminders;
pub mod restore;
