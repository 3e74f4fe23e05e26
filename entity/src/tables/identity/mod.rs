//! How people are known: accounts, sessions, refresh tokens, the throttling of sign-ins, and the calls that an account made under
//! a key. None of it belongs to a tenant.

pub mod account;
pub mod refresh_token;
pub mod remembered_call;
pub mod session;
pub mod sign_in_throttle;
