//! Relay's conventions: global identifiers, cursors, connections, and loading together what is asked for together.

mod connection;
mod ids;
mod paging;
mod together;

pub(crate) use connection::connection;
pub use ids::{NodeId, NodeKind};
pub use paging::{PageInfo, Paging, Slice};
pub use together::{Loaded, Member, View};
