//! The HTTP server: routes, request identifiers, who is asking, health and metrics.
//!
//! A request gets an identifier, its token is turned into an actor, and the front door answers it. Everything else here is for
//! machines that look after the server.

mod authenticate;
mod calendar;
mod charged;
mod cors;
mod credentials;
mod envelope;
mod explorer;
pub mod live;
mod metrics;
mod oauth;
mod packs;
mod queries;
mod routes;
mod server;
mod stop;

pub use cors::Origins;
pub use metrics::Metrics;
pub use queries::CODES as CODES_OF_QUERIES;
pub use server::{Running, start};
pub use stop::Stop;

/// The codes that the server itself gives, before the front door is reached, for the catalogue.
pub const CODES: &[&str] = &["ADDRESS_NOT_ALLOWED", "NOT_FOUND", "THROTTLED", "UNAUTHENTICATED", "UNAVAILABLE"];
