//! The private PostgreSQL cluster of the integration tests, started here as well.

#[path = "../../src/support/place.rs"]
pub mod place;
#[path = "../../src/support/postgres.rs"]
pub mod postgres;
#[path = "../../src/support/watchdog.rs"]
pub mod watchdog;

/// What the cluster names in its advice.
pub mod databases {
    /// The engines to run on.
    pub const WANTED_ENGINES: &str = "CONCORDAT_TEST_DATABASES";
}
