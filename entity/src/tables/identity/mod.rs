//! How people are known: accounts, sessions, refresh tokens and the throttling of sign-ins. None of it belongs to a tenant.

pub mod account;
pub mod refresh_token;
pub mod session;
pub mod sign_in_throttle;
