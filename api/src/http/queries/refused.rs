//! Why a stored query isn't served, and how that is said: with a status that tells what to do, and a code that programs can branch on.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use async_graphql::ServerError;
use serde_json::{Value as Json, json};

use super::table::TooMuch;
use crate::{
    graphql::{
        errors,
        frontdoor::{Refusal, respond::code},
    },
    http::{authenticate::Shut, cors::ONLY_READ},
};

/// The codes that only stored queries give, for the catalogue.
pub const CODES: &[&str] =
    &["CHANGED_MEANWHILE", "LIMIT_ROWS", "LIMIT_TABLE", "LIMIT_WORK", "NOT_WHOLE", "RETIRED", "UNSUPPORTED"];

/// Why a stored query isn't served.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Whoever asks isn't let in.
    #[error("{0}")]
    Shut(#[from] Shut),
    /// There is no such thing, or not for whoever asks.
    #[error("There is no such query, or nothing that you hold in its tenant lets you see it.")]
    NotFound,
    /// It was given up: when, and why.
    #[error("This version was given up on {on}: {reason}")]
    Retired {
        /// The first day on which it is served no longer.
        on: chrono::NaiveDate,
        /// Why, and what to use instead.
        reason: String,
    },
    /// A parameter isn't in order: which, and why.
    #[error("{name}: {message}")]
    Parameter {
        /// The parameter.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// Neither GET nor HEAD.
    #[error("Stored queries are read with GET.")]
    Method,
    /// The front door turns the document away.
    #[error("{0}")]
    Door(Refusal),
    /// The document couldn't be answered whole, and a table with holes would pass for a whole one.
    #[error("{}", .0.first().map_or("The query couldn't be answered whole.", |error| &error.message))]
    NotWhole(Vec<ServerError>),
    /// There are more rows than can be sorted and counted at once.
    #[error(
        "There are more than {0} rows, which is more than can be looked through at once: narrow the query by its parameters."
    )]
    TooManyRows(usize),
    /// The rows are too large for a table.
    #[error("{0}")]
    TooMuch(#[from] TooMuch),
    /// Choosing and ordering the rows takes more than may be done for one request.
    #[error(
        "Choosing and ordering these rows takes more than {0} steps, of which every byte of text that is looked at is one: put the \
         condition more simply, or narrow the query by its parameters."
    )]
    TooMuchWork(u64),
    /// Something of OData that isn't understood here.
    #[error("{0}")]
    Unsupported(String),
    /// The rows aren't those any more with which an answer began.
    #[error("The rows have changed since the first page. Please begin again.")]
    Moved,
    /// A fault of ours, or the database's.
    #[error("{0}")]
    Ours(#[from] entity::error::Error),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Door(refusal)
    }
}

impl Refused {
    /// A parameter that isn't in order.
    pub fn parameter(name: &str, message: impl Into<String>) -> Self {
        Self::Parameter { name: name.to_owned(), message: message.into() }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Shut(shut) => shut.code().to_owned(),
            Self::NotFound => "NOT_FOUND".to_owned(),
            Self::Retired { .. } => "RETIRED".to_owned(),
            Self::Parameter { .. } => "BAD_USER_INPUT".to_owned(),
            Self::Method => "METHOD_NOT_ALLOWED".to_owned(),
            Self::Door(refusal) => refusal.code().to_owned(),
            Self::NotWhole(found) => found.iter().find_map(code).unwrap_or_else(|| "NOT_WHOLE".to_owned()),
            Self::TooManyRows(_) => "LIMIT_ROWS".to_owned(),
            Self::TooMuch(_) => "LIMIT_TABLE".to_owned(),
            Self::TooMuchWork(_) => "LIMIT_WORK".to_owned(),
            Self::Unsupported(_) => "UNSUPPORTED".to_owned(),
            Self::Moved => "CHANGED_MEANWHILE".to_owned(),
            Self::Ours(error) => errors::code(error).to_owned(),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Shut(shut) => shut.status(),
            Self::Retired { .. } | Self::Moved => StatusCode::GONE,
            Self::Unsupported(_) => StatusCode::NOT_IMPLEMENTED,
            Self::TooManyRows(_) | Self::TooMuch(_) | Self::TooMuchWork(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Door(refusal) => refusal.status().unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
            _ => match self.code().as_str() {
                "NOT_FOUND" => StatusCode::NOT_FOUND,
                "FORBIDDEN" | "NOT_SHARED" | "STRONGER_SIGN_IN_REQUIRED" | "STEP_UP_REQUIRED" => StatusCode::FORBIDDEN,
                "BAD_USER_INPUT" | "BAD_INPUT" => StatusCode::BAD_REQUEST,
                "METHOD_NOT_ALLOWED" => StatusCode::METHOD_NOT_ALLOWED,
                "TIME_LIMIT" | "UNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
                "INTERNAL" | "OUTCOME_UNKNOWN" => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            },
        }
    }

    /// What clients are told; faults of ours aren't told in our words.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Ours(error) if self.status().is_server_error() => {
                tracing::error!(error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "a stored query failed");
                match error {
                    entity::error::Error::Unavailable(_) => "The database can't answer just now. Please try again.".to_owned(),
                    _ => Refusal::Internal.to_string(),
                }
            }
            other => other.to_string(),
        }
    }

    /// After so many seconds it is worth trying again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Shut(shut) => shut.retry_after(),
            Self::Door(refusal) => refusal.retry_after(),
            _ => (self.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
        }
    }

    /// A response with the headers that go with it, still without a body.
    #[must_use]
    pub fn head(&self) -> HttpResponseBuilder {
        let mut builder = HttpResponse::build(self.status());
        builder.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after() {
            builder.insert_header((header::RETRY_AFTER, seconds));
        }
        match self {
            Self::Shut(Shut::Unauthenticated(_)) => {
                builder.append_header((header::WWW_AUTHENTICATE, "Bearer"));
                // Spreadsheets and browsers only ask their user for a key when they are told that this is a way.
                builder.append_header((header::WWW_AUTHENTICATE, "Basic realm=\"Concordat\", charset=\"UTF-8\""));
            }
            Self::Method => {
                builder.insert_header((header::ALLOW, ONLY_READ));
            }
            _ => {}
        }
        builder
    }

    /// The response, in the manner of GraphQL.
    #[must_use]
    pub fn respond(&self, request_id: &str) -> HttpResponse {
        let errors: Vec<Json> = match self {
            Self::NotWhole(found) => found.iter().map(|error| json!(error)).collect(),
            _ => {
                let mut extensions = json!({ "code": self.code(), "requestId": request_id });
                if let (Self::Parameter { name, .. }, Some(extensions)) = (self, extensions.as_object_mut()) {
                    extensions.insert("argument".to_owned(), name.as_str().into());
                }
                vec![json!({ "message": self.message(), "extensions": extensions })]
            }
        };
        self.head().json(json!({ "errors": errors }))
    }
}
