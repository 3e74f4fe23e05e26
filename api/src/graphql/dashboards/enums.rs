//! The closed sets of stored queries, as the schema names them.

use async_graphql::Enum;

/// What the values of a column, or of a parameter, are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::stored_query::ValueKind")]
pub enum StoredQueryValueKind {
    /// A text.
    Text,
    /// The global identifier of a thing.
    Identifier,
    /// A whole number of 32 bits.
    Whole,
    /// An exact decimal figure.
    Decimal,
    /// True or false.
    Truth,
    /// A day, as in 2010-02-09.
    Date,
    /// A moment in universal time (RFC 3339).
    Moment,
    /// A day or a moment as milliseconds since the beginning of 1970 in universal time; a day begins at midnight.
    EpochMilliseconds,
}

/// How a version of a stored query stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::stored_query::Standing")]
pub enum StoredQueryStanding {
    /// Not published yet: only those who may define it can try it.
    Draft,
    /// Served.
    Published,
    /// Served, and to be given up.
    Deprecated,
    /// Given up.
    Retired,
}
