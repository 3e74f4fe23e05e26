//! Relay's conventions: global identifiers, cursors, connections, and loading together what is asked for together.

mod connection;
mod ids;
mod paging;
mod straight;
mod together;

pub(crate) use connection::connection;
pub use ids::{NodeId, NodeKind};
pub use paging::{PageArguments, PageInfo, Paging, Slice, is_counted};
pub use straight::{Asked, Nodes, NotStraight, Straight, as_it_is, name_of, put, put_key};
pub(crate) use straight::{leaves, straight};
pub use together::{Loaded, Member, View};
