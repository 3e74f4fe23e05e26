//! Who is asking: signing in, tokens, sessions, and what follows from appointments.

mod purging;
mod sessions;
mod sign_in;
mod tokens;
mod viewer;
