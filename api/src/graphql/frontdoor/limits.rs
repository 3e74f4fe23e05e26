//! The numbers a client is held to, in one place, so that an operator can change them and a reader can
//! compare them.
//!
//! The defaults are set by one question: does the widest dashboard a partnership office builds still
//! pass? Two tenants side by side by alias, each with agreement, themes, outcomes, indicators, and
//! status, direction, target and observations under every indicator, written with `edges { node }`,
//! is 16 levels deep, 116 fields and, at the default page of 50 on three levels, up to 12,000,000 fields
//! if every page were full; it is asked to name its page sizes. In truth pages are part-filled: an agreement has about 120 indicators.

use std::time::Duration;

use tokio::time::Instant;

/// What one request may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request body. Bulk mutations travel in variables, so this is wider than the document.
    pub body_bytes: usize,
    /// Bytes of the document text. The largest documents that client compilers write are tens of kilobytes.
    pub document_bytes: u64,
    /// Tokens of the document: what bounds every later pass over it.
    pub tokens: u64,
    /// Open brackets of any kind inside one another; guards the recursive parser's stack.
    pub nesting: u64,
    /// Selections of all definitions with fragments expanded: what the library's own, forgetful passes visit.
    pub document_selections: u64,
    /// Fragment spreads as written, in the whole document.
    pub spreads: u64,
    /// Fields of the selected operation with fragments expanded, `__typename` and introspection apart.
    pub fields: u64,
    /// Levels of fields of the selected operation.
    pub depth: u64,
    /// Aliases of the selected operation with fragments expanded.
    pub aliases: u64,
    /// Fields at the root of the selected operation.
    pub root_fields: u64,
    /// Fields under `__schema` and `__type` with fragments expanded; tools ask for about a hundred.
    pub introspection_fields: u64,
    /// Levels under `__schema` and `__type`; tools follow `ofType` up to nine times and reach 15.
    pub introspection_depth: u64,
    /// Lists of fields, input fields, interfaces or possible types inside one another under introspection: each
    /// further level multiplies the answer by the size of the schema.
    pub introspection_lists: u64,
    /// Rows of a page when neither `first` nor `last` is given; must agree with the resolvers.
    pub page_default: u64,
    /// Rows of a page at most, and ids in one look-up.
    pub page_max: u64,
    /// Fields the answer could hold if every page were full: what the executor would resolve.
    pub cost: u64,
    /// Requests of one account that are executed at a time; further ones wait.
    pub at_once: usize,
    /// How long a client waits for an answer.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            document_bytes: 100_000,
            tokens: 10_000,
            nesting: 60,
            document_selections: 20_000,
            spreads: 500,
            fields: 5_000,
            depth: 18,
            aliases: 50,
            root_fields: 20,
            introspection_fields: 1_000,
            introspection_depth: 20,
            introspection_lists: 2,
            page_default: 50,
            page_max: 100,
            cost: 12_000_000,
            at_once: 8,
            time: Duration::from_secs(20),
        }
    }
}

impl Limits {
    /// Until when a request that begins now is worked on.
    #[must_use]
    pub fn until(&self) -> Instant {
        Instant::now() + self.time
    }
}
