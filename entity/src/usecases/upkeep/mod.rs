//! What an operator does from the command line, over every tenant.

pub mod record;
