//! Who is asking: signing in, tokens, sessions, and what follows from appointments.

mod assurance;
mod authenticators;
pub mod fixtures;
mod invitations;
mod on_record;
mod password_resets;
mod purging;
mod recertification;
mod sessions;
mod sign_in;
mod tokens;
mod viewer;
