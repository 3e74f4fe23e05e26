//! What tenants' dashboards ask: stored queries, as they are written down, tried, published and given up.
//!
//! A document is looked at once, when it is stored: [`checking`] finds out whether the schema takes it, where its rows are and what
//! columns they have, by walking it with [`shape`]. Whoever serves it later only needs what was written down.

mod checking;
mod enums;
mod shape;
mod stored_query;
mod storing;

pub use enums::{StoredQueryStanding, StoredQueryValueKind};
pub use stored_query::{StoredQuery, StoredQueryConnection, StoredQueryVersion, StoredQueryVersionConnection};
pub use storing::StoredQueryMutation;
