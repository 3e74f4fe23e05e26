//! The door to the database. Nothing gets in or out without saying for whom.
//!
//! [`Db`] is opened once. A request begins a [`TenantTx`] as an [`Actor`]: reading, over the tenants in which the actor
//! holds an appointment; or writing, in one tenant. Every find carries the tenant filter and the policy's leave to read,
//! every insert is stamped with the tenant and the act, and what is not there for the actor is *not found*. Changing
//! something takes an [`Authorised`], which only [`TenantTx::authorise`] hands out. A mutation writes by [`Writing`], once under its
//! idempotency key. [`system`] is the one way past tenants,
//! for sign-in, health and loading.

mod accounts;
mod actor;
mod at_hand;
mod authorised;
mod beside;
mod by_place;
mod changes;
mod connect;
mod declared;
mod held_back;
mod lists;
mod machines;
mod meter;
mod newcomers;
mod notices;
mod page;
mod part;
mod readings;
pub(crate) mod record;
mod refusals;
mod request;
mod rows;
mod scope;
mod sent;
mod sharing;
mod sight;
pub mod system;
mod trail;
mod transaction;
mod versions;
mod writing;

pub(crate) use accounts::Happened;
pub use accounts::Occasion;
pub use actor::{Actor, Granted, Held, Machine, Part, Principal, SignedIn, Warrant};
pub use authorised::{Authorised, Deed, OwnedBy, Whose, deeds};
pub use changes::{Listening, News};
pub use connect::{Db, Engine, Limits, PoolState};
pub(crate) use declared::DatabaseTransaction;
pub use lists::List;
pub use machines::{MachineKey, NewKey, Recognised};
pub use newcomers::Newcomer;
pub use page::{Ends, Page, PageKey, PageRequest};
pub use readings::{Reading, SharedReadings};
pub use record::Change;
pub use refusals::Elsewhere;
pub(crate) use refusals::who_may;
pub use request::within_request;
pub use rows::{Hold, Rows};
pub use sharing::{Agreed, Approval, Disclosed, Leave, READ_SHARED, Share};
pub use sight::{SeenChange, SeenValue};
pub use trail::Basis;
pub use transaction::{Asked, TenantTx};
pub use versions::{DataVersion, DataVersions, Wanted};
pub use writing::{Key, Writing};
