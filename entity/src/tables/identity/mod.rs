//! How people are known: accounts, authenticators, sessions, tokens, links, mail, the throttling of sign-ins, and the calls that an
//! account made under a key. None of it belongs to a tenant.

pub mod account;
pub mod api_key;
pub mod authenticator;
pub mod calendar_feed;
pub mod mail_outbox;
pub mod rate_meter;
pub mod recovery_code;
pub mod refresh_token;
pub mod remembered_call;
pub mod reminder;
pub mod session;
pub mod sign_in_throttle;
pub mod single_use_link;
