//! How people are known: accounts, authenticators, sessions, tokens, links, mail and the throttling of sign-ins. None of it
//! belongs to a tenant.

pub mod account;
pub mod authenticator;
pub mod mail_outbox;
pub mod recovery_code;
pub mod refresh_token;
pub mod session;
pub mod sign_in_throttle;
pub mod single_use_link;
