//! Stored queries at stable addresses, for tools that know nothing of GraphQL.
//!
//! `GET /v1/{tenant}/queries/{name}` gives one question's answer in the shape that the tool takes: the GraphQL answer, rows in JSON,
//! comma-separated values with what their columns are, and over OData ([`odata`]) for spreadsheets. Whatever the shape, a request goes
//! one way: who asks is found out as everywhere ([`opening`]), the address and its [`parameters`] are read, and the document is
//! executed by the front door with the powers of whoever asks ([`running`]); then its answer is laid out as a [`table`] and written
//! down ([`faces`]). So no shape shows more than another, costs less, or leaves less on record.

mod address;
mod faces;
mod freshness;
mod odata;
mod opening;
mod page;
mod parameters;
pub mod refused;
mod running;
mod serving;
mod table;

use actix_web::web;

pub use freshness::Shelves;
pub use refused::CODES;
pub use serving::origin;

/// The addresses of stored queries.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/v1/{tenant}/queries/{rest:.*}", web::to(serving::serve))
        .route("/v1/{tenant}/queries", web::to(serving::list))
        .route("/odata/{tenant}", web::to(odata::root))
        .route("/odata/{tenant}/{rest:.*}", web::to(odata::serve))
        .route("/odata", web::to(odata::nowhere))
        .route("/odata/{rest:.*}", web::to(odata::nowhere));
}
