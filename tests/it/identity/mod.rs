//! Who is asking: signing in, tokens, sessions, and what follows from appointments.

mod authenticators;
mod fixtures;
mod sessions;
mod sign_in;
mod tokens;
mod viewer;
