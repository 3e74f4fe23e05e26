//! What tenants' dashboards ask.

pub mod defining;
pub mod stored_queries;
