//! The integration tests: the real server, on both databases, asked over HTTP as its users ask.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that doesn't find what it looks for has failed; the lints know tests only by their attribute"
)]

mod changes;
mod data;
mod faults;
mod first_light;
mod governance;
mod identity;
mod live;
mod machines;
mod organisation;
mod performance;
mod sharing;
mod walls;
