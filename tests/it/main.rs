//! The integration tests: the real server, on both databases, asked over HTTP as its users ask.

mod first_light;
mod identity;
mod organisation;
mod performance;
mod walls;
