//! Every way the front door itself turns a request away, with a stable code.
//!
//! A refusal never carries `data`. Its class decides the status: trouble with the HTTP message keeps its own
//! status whatever the client accepts; trouble with the document follows the media type, as the GraphQL over
//! HTTP audits demand; trouble on our side is 500 or 503.

use actix_web::http::StatusCode;
use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use super::validity::{Fault, variables::BadValue};

/// A measure of a document, named in the refusal when it is exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of text.
    Bytes,
    /// Lexical tokens.
    Tokens,
    /// Brackets inside one another.
    Nesting,
    /// Selections of all definitions, expanded.
    Document,
    /// Fragment spreads as written.
    Spreads,
    /// Fields, expanded.
    Fields,
    /// Levels of fields.
    Depth,
    /// Aliases, expanded.
    Aliases,
    /// Fields at the root.
    Roots,
    /// Fields under introspection.
    IntrospectionFields,
    /// Levels under introspection.
    IntrospectionDepth,
    /// Lists inside one another under introspection.
    IntrospectionLists,
    /// Rows of one page.
    Page,
    /// Fields in the fullest possible answer.
    Cost,
}

impl Limit {
    /// The stable code of a refusal by this limit.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bytes => "LIMIT_BYTES",
            Self::Tokens => "LIMIT_TOKENS",
            Self::Nesting => "LIMIT_NESTING",
            Self::Document => "LIMIT_DOCUMENT",
            Self::Spreads => "LIMIT_SPREADS",
            Self::Fields => "LIMIT_FIELDS",
            Self::Depth => "LIMIT_DEPTH",
            Self::Aliases => "LIMIT_ALIASES",
            Self::Roots => "LIMIT_ROOT_FIELDS",
            Self::IntrospectionFields | Self::IntrospectionDepth | Self::IntrospectionLists => "LIMIT_INTROSPECTION",
            Self::Page => "LIMIT_PAGE",
            Self::Cost => "LIMIT_COST",
        }
    }

    /// What is counted, in words.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Bytes => "bytes of document",
            Self::Tokens => "tokens",
            Self::Nesting => "brackets inside one another",
            Self::Document => "selections in all definitions with fragments expanded",
            Self::Spreads => "fragment spreads",
            Self::Fields => "fields with fragments expanded",
            Self::Depth => "levels of fields",
            Self::Aliases => "aliases with fragments expanded",
            Self::Roots => "fields at the root",
            Self::IntrospectionFields => "introspection fields with fragments expanded",
            Self::IntrospectionDepth => "levels of introspection fields",
            Self::IntrospectionLists => "introspection lists inside one another",
            Self::Page => "rows or ids in one page",
            Self::Cost => "fields if every page were full",
        }
    }
}

/// Why a request was not executed, or not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither GET nor POST.
    #[error("Send a query by GET or POST, a mutation by POST.")]
    Method,
    /// A mutation or subscription by GET, which links and prefetching could trigger.
    #[error("A {0} is not executed by GET: send it by POST.")]
    NotByGet(async_graphql::parser::types::OperationType),
    /// A content type other than JSON in UTF-8: browsers send the others across sites without asking.
    #[error("Send the body as application/json in UTF-8, uncompressed.")]
    MediaType,
    /// More body than allowed (bytes).
    #[error("The body may have {0} bytes at most.")]
    BodyTooLarge(usize),
    /// The body broke off.
    #[error("The body could not be read to its end.")]
    BodyUnreadable,
    /// Not JSON, or not an object; says where.
    #[error("The request is not a JSON object: {0}")]
    Malformed(String),
    /// An array of requests.
    #[error("Requests are taken one at a time, not in an array.")]
    Batch,
    /// A member or parameter of the wrong type: its name, and what it must be.
    #[error("`{0}` must be {1}.")]
    Member(&'static str, &'static str),
    /// No `query`.
    #[error("`query` is missing.")]
    QueryMissing,
    /// Not a GraphQL document: what is wrong, and where.
    #[error("Syntax error: {0}")]
    Syntax(String, Vec<Pos>),
    /// Fragments that spread one another in a circle; names one of them.
    #[error("Fragment \"{0}\" spreads itself.")]
    FragmentCycle(String),
    /// `operationName` names nothing in the document.
    #[error("The document has no operation named \"{0}\".")]
    OperationUnknown(String),
    /// Several operations and no `operationName`.
    #[error("The document has several operations: say which by `operationName`.")]
    OperationNameNeeded,
    /// A subscription over a transport that answers once.
    #[error("Subscriptions are not answered once: connect by WebSocket (graphql-transport-ws), or accept text/event-stream.")]
    SubscriptionHere,
    /// A root field of a mutation selected twice under one response key: the executor would act twice.
    #[error("\"{0}\" is selected twice at the root of the mutation: select it once, or give each an alias.")]
    MutationRepeated(String),
    /// Not valid against the contract: the first faults.
    #[error("The document isn't valid.")]
    Invalid(Vec<Fault>),
    /// Variables whose values can't be theirs: the first ones.
    #[error("The variables don't fit.")]
    Variables(Vec<BadValue>),
    /// A document named by a hash that isn't known here; the words are those that Apollo's clients look for.
    #[error("PersistedQueryNotFound")]
    PersistedNotFound,
    /// A protocol of persisted queries of another version.
    #[error("PersistedQueryNotSupported: persisted queries of version {0} aren't known here; version 1 is.")]
    PersistedNotSupported(u64),
    /// A document that isn't the one of its hash.
    #[error("The hash isn't that of the document.")]
    PersistedMismatch,
    /// A document that isn't on the operator's list.
    #[error("Only documents that the operator has listed are executed here, and this is none of them.")]
    NotTrusted,
    /// The schema asked for by nobody in particular.
    #[error("Sign in to ask for the schema, or read it at /schema.graphql.")]
    IntrospectionUnsigned,
    /// A limit, what was measured and what is allowed.
    #[error("The request has {measured} {}; {allowed} are allowed.", .limit.noun())]
    Exceeded {
        /// Which limit.
        limit: Limit,
        /// What the request has; saturates at the largest number.
        measured: u64,
        /// What it may have.
        allowed: u64,
    },
    /// So many requests of the same account are under way, and none came to its end in time.
    #[error(
        "{0} requests of yours are being answered already, and none has made room in time. Please try again; nothing was done."
    )]
    Busy(usize),
    /// So many operations are under way on this connection.
    #[error("{0} operations are under way on this connection; let one come to its end first.")]
    Operations(usize),
    /// The caller's budget is used up; it is worth trying again after so many seconds.
    #[error("Your budget of cost for this minute is used up; please try again in {0} s. Nothing was done.")]
    RateLimited(u64),
    /// No answer in time (whole seconds).
    #[error("No answer within {0} s. A mutation may still be carried out: look before sending it again.")]
    TimeLimit(u64),
    /// A fault of ours; the cause goes to the log only.
    #[error("The server failed to answer. Quote the request id when reporting this.")]
    Internal,
}

/// The codes that a refusal can bear, for the catalogue.
pub const CODES: &[&str] = &[
    "BAD_VARIABLES",
    "BATCH_REFUSED",
    "BODY_TOO_LARGE",
    "BUSY",
    "DOCUMENT_NOT_TRUSTED",
    "FRAGMENT_CYCLE",
    "INTERNAL",
    "INTROSPECTION_REFUSED",
    "INVALID_DOCUMENT",
    "LIMIT_ALIASES",
    "LIMIT_BYTES",
    "LIMIT_COST",
    "LIMIT_DEPTH",
    "LIMIT_DOCUMENT",
    "LIMIT_FIELDS",
    "LIMIT_INTROSPECTION",
    "LIMIT_NESTING",
    "LIMIT_OPERATIONS",
    "LIMIT_PAGE",
    "LIMIT_ROOT_FIELDS",
    "LIMIT_SPREADS",
    "LIMIT_TOKENS",
    "MALFORMED_REQUEST",
    "METHOD_NOT_ALLOWED",
    "MUTATION_REPEATED",
    "OPERATION_NAME_NEEDED",
    "OPERATION_UNKNOWN",
    "PERSISTED_QUERY_HASH_MISMATCH",
    "PERSISTED_QUERY_NOT_FOUND",
    "PERSISTED_QUERY_NOT_SUPPORTED",
    "QUERY_MISSING",
    "RATE_LIMITED",
    "SUBSCRIPTION_HERE",
    "SYNTAX",
    "TIME_LIMIT",
    "UNSUPPORTED_MEDIA_TYPE",
];

impl Refusal {
    /// Refuses when `measured` is above `allowed`.
    ///
    /// # Errors
    /// [`Refusal::Exceeded`].
    pub fn above(limit: Limit, measured: u64, allowed: u64) -> Result<(), Self> {
        if measured > allowed {
            return Err(Self::Exceeded { limit, measured, allowed });
        }
        Ok(())
    }

    /// The stable code clients may branch on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Method | Self::NotByGet(_) => "METHOD_NOT_ALLOWED",
            Self::MediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge(_) => "BODY_TOO_LARGE",
            Self::BodyUnreadable | Self::Malformed(_) | Self::Member(..) => "MALFORMED_REQUEST",
            Self::Batch => "BATCH_REFUSED",
            Self::QueryMissing => "QUERY_MISSING",
            Self::Syntax(..) => "SYNTAX",
            Self::FragmentCycle(_) => "FRAGMENT_CYCLE",
            Self::OperationUnknown(_) => "OPERATION_UNKNOWN",
            Self::OperationNameNeeded => "OPERATION_NAME_NEEDED",
            Self::SubscriptionHere => "SUBSCRIPTION_HERE",
            Self::MutationRepeated(_) => "MUTATION_REPEATED",
            Self::Invalid(_) => "INVALID_DOCUMENT",
            Self::Variables(_) => "BAD_VARIABLES",
            Self::PersistedNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedNotSupported(_) => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::PersistedMismatch => "PERSISTED_QUERY_HASH_MISMATCH",
            Self::NotTrusted => "DOCUMENT_NOT_TRUSTED",
            Self::IntrospectionUnsigned => "INTROSPECTION_REFUSED",
            Self::Exceeded { limit, .. } => limit.code(),
            Self::Busy(_) => "BUSY",
            Self::Operations(_) => "LIMIT_OPERATIONS",
            Self::RateLimited(_) => "RATE_LIMITED",
            Self::TimeLimit(_) => "TIME_LIMIT",
            Self::Internal => "INTERNAL",
        }
    }

    /// The status that holds whatever media type was asked for, or none where the media type decides.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Method | Self::NotByGet(_) => Some(StatusCode::METHOD_NOT_ALLOWED),
            Self::MediaType => Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::BodyTooLarge(_) => Some(StatusCode::PAYLOAD_TOO_LARGE),
            Self::BodyUnreadable | Self::Malformed(_) | Self::Member(..) | Self::Batch | Self::QueryMissing => {
                Some(StatusCode::BAD_REQUEST)
            }
            Self::Busy(_) | Self::RateLimited(_) => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::TimeLimit(_) => Some(StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal => Some(StatusCode::INTERNAL_SERVER_ERROR),
            _ => None,
        }
    }

    /// The status by the newer draft of GraphQL over HTTP: 422 for what was understood as a request and can't be executed.
    #[must_use]
    pub fn status_by_draft(&self) -> StatusCode {
        match self {
            Self::Syntax(..) => StatusCode::BAD_REQUEST,
            Self::Member(..) | Self::QueryMissing | Self::Batch => StatusCode::UNPROCESSABLE_ENTITY,
            other => other.status().unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
        }
    }

    /// What goes into `Allow` when the method is at fault.
    #[must_use]
    pub const fn allow(&self) -> Option<&'static str> {
        match self {
            Self::Method => Some("GET, HEAD, POST, OPTIONS"),
            Self::NotByGet(_) => Some("POST"),
            _ => None,
        }
    }

    /// After how many seconds it is worth trying again, where that can be said (`Retry-After`, RFC 9110, section 10.2.3).
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy(_) => Some(2),
            Self::RateLimited(seconds) => Some(*seconds),
            _ => None,
        }
    }

    /// A document with one fault.
    #[must_use]
    pub fn invalid(message: String) -> Self {
        Self::Invalid(vec![Fault { message, place: None }])
    }

    /// The refusal as GraphQL errors: one for each fault of the document or its variables, else one.
    #[must_use]
    pub fn to_errors(&self) -> Vec<ServerError> {
        match self {
            Self::Invalid(faults) => faults
                .iter()
                .map(|fault| {
                    let mut error = ServerError::new(fault.message.clone(), fault.place);
                    error.extensions = Some(self.extensions());
                    error
                })
                .collect(),
            Self::Variables(bad) => bad
                .iter()
                .map(|value| {
                    let mut extensions = self.extensions();
                    extensions.set("variable", value.at.as_str());
                    let mut error = ServerError::new(format!("Variable {}: {}.", value.at, value.message), None);
                    error.extensions = Some(extensions);
                    error
                })
                .collect(),
            _ => vec![self.to_error()],
        }
    }

    fn extensions(&self) -> ErrorExtensionValues {
        debug_assert!(CODES.contains(&self.code()), "{} is not in the catalogue", self.code());
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        extensions
    }

    /// The refusal as a GraphQL error: message, places, and `code`, with `measured` and `allowed` for limits.
    #[must_use]
    pub fn to_error(&self) -> ServerError {
        let mut extensions = self.extensions();
        if let Self::Exceeded { measured, allowed, .. } = self {
            extensions.set("measured", *measured);
            extensions.set("allowed", *allowed);
        }
        let mut error = ServerError::new(self.to_string(), None);
        if let Self::Syntax(_, places) = self {
            error.locations.clone_from(places);
        }
        error.extensions = Some(extensions);
        error
    }
}
