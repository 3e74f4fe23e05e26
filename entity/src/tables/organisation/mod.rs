//! Who there is: tenants, organisations, people, bodies, and the appointments from which every permission follows.

#![expect(clippy::module_inception, reason = "organisations are one of the things of the area that bears their name")]

pub mod act;
pub mod appointment;
pub mod audit_chain;
pub mod audit_event;
pub mod body;
pub mod body_membership;
pub mod data_version;
pub mod organisation;
pub mod person;
pub mod service_account;
pub mod service_account_grant;
pub mod tenant;
pub mod tenant_relation;
