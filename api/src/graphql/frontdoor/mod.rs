//! The front door of the GraphQL endpoint.
//!
//! The library's own handler answers every request with status 200, executes mutations sent by GET, expands
//! fragments without remembering what it has expanded and drops the connection when a resolver panics. This
//! module stands in front of it. A request passes, in this order:
//!
//! 1. [`request`]: method, content type, body bytes, JSON and the types of its members; or the query string;
//! 2. [`persisted`]: the document that it names instead of sending it; [`scan`]: bytes, tokens and nesting of the document, before any recursive parser sees it;
//! 3. [`document`]: parsing, then [`measure`] with every fragment measured once, then [`validity`], kept by [`cache`];
//! 4. [`validity::variables`]: this request's values against their types; [`cost`]: page sizes multiplied out with them;
//! 5. [`charge`]: that is drawn on the caller's budget;
//! 6. [`kept`]: the same question asked again while nothing was written is answered from what is kept;
//! 7. [`mod@answer`]: execution by [`executor`], in [`turns`] and under a time limit; panics become answers;
//! 8. [`respond`]: status, media type, a stable code on every error.
//!
//! [`nulls`] is the schema extension that makes a failing field answer `null` as the specification asks.
//! [`refusal`] lists every code the door itself can give, [`limits`] every number it holds clients to.

pub mod accept;
pub mod answer;
pub mod cache;
pub mod charge;
pub mod cost;
pub mod document;
pub mod executor;
pub mod kept;
pub mod limits;
pub mod measure;
pub mod nulls;
pub mod persisted;
pub mod refusal;
pub mod request;
pub mod respond;
pub mod roots;
pub mod scan;
pub mod shelf;
pub mod turns;
pub mod validity;

pub use answer::{FrontDoor, Performed, answer, look, look_over, perform};
pub use charge::{Whose, draw, drawn};
pub use document::Document;
pub use executor::Executors;
pub use kept::KeptAnswers;
pub use limits::Limits;
pub use nulls::{Deadline, Nulls};
pub use persisted::TrustedDocuments;
pub use refusal::{Limit, Refusal};
pub use request::{Call, Carrier};
pub use respond::{Outcome, Profile, Reply, Told};
pub use validity::Contract;

#[cfg(test)]
mod tests;
