//! The heart of Concordat: what is stored, who may do what, the rules, and the use cases.
//!
//! It is the only crate that talks to a database. `tables` says what is stored, `tenancy` is the door, `policy` says who may
//! do what, `rules` decides without any input or output, and `usecases` is what people do: check, decide, write, record.

pub mod clock;
pub mod error;
pub mod policy;
pub mod rules;
pub mod tables;
pub mod tenancy;
pub mod usecases;
