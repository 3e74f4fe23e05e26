//! How partnerships are doing, and what their officers do about it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that doesn't find what it looks for has failed; the lints know tests only by their attribute"
)]

mod closing_the_gap;
mod fixtures;
mod importing;
mod outlooks;
mod periods;
mod recording;
mod targets;
