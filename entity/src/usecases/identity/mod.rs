//! Signing in and staying signed in: the half of identity that talks to the database.

pub mod account;
pub mod authenticators;
pub mod calendar_feeds;
pub mod first_machines;
pub mod invitations;
pub mod links;
pub mod mail;
pub mod metering;
pub mod purging;
pub mod recertification;
pub mod service_accounts;
pub mod sessions;
pub mod sign_in;
