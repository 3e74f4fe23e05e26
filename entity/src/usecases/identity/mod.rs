//! Signing in and staying signed in: the half of identity that talks to the database.

pub mod account;
pub mod purging;
pub mod sessions;
pub mod sign_in;
