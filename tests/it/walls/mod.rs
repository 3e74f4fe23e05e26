//! The walls: what holds for everything there is, whoever adds to it.
//!
//! These tests are generated from the schema, the policy and the database's own catalogue, so that a new field, table or
//! mutation is covered the day it comes, or fails here until it is.

mod access;
mod addresses;
mod briefs;
pub mod busy_day;
mod catalogue;
mod connections;
mod contract;
mod errors;
mod hostile;
mod http;
mod isolation;
pub mod kept;
mod limits;
mod matrix;
mod null_propagation;
mod pages;
mod policy;
mod public_address;
mod repeating;
mod row_level_security;
mod sabotage;
mod statement_log;
mod statements;
mod straight;
mod validity;
mod walker;
