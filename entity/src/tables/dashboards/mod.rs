//! What tenants' dashboards ask: stored queries in their versions.

pub mod stored_query;
pub mod stored_query_version;
