//! The face of Concordat: HTTP, sign-in, GraphQL and the command line. It has no database dependency: it calls use cases.

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod identity;
pub mod mail;
pub mod pdf;
pub mod telemetry;
