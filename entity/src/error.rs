//! What can go wrong, as a client may know it. Database texts stay behind.

use crate::policy::{Action, Resource, Shortfall};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did nothing. Whenever one but [`Error::Unavailable`] is returned from a write, nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it is another tenant's: the two can't be told apart.
    #[error("There is no such {0}, or you may not know of it.")]
    NotFound(&'static str),
    /// None of the appointments in force allows it.
    #[error("None of your appointments in force on {on} allows {action} of {resource} here; your viewer lists what they allow.")]
    Denied {
        /// What was attempted.
        action: Action,
        /// On what.
        resource: Resource,
        /// The business date on which the appointments were looked at.
        on: chrono::NaiveDate,
    },
    /// The tenant shares something with one of the actor's, but not this.
    #[error(
        "No information-sharing agreement in force on {on} lets you read {resource} here; explainAccess says which is missing or lapsed."
    )]
    NotShared {
        /// What was to be read.
        resource: Resource,
        /// The business date.
        on: chrono::NaiveDate,
    },
    /// An appointment allows it, but the session has to show more surely whose it is.
    #[error("{0}")]
    Assurance(Shortfall),
    /// The input can't be accepted; every problem that was found is named.
    #[error("The input can't be accepted: {}", first_message(.0))]
    Invalid(Vec<Problem>),
    /// The database can't be reached or is too busy; the same request may succeed later. A write whose end the database didn't
    /// tell of may stand nevertheless; under an idempotency key it can be sent again without harm.
    #[error("The database can't answer just now. Please try again; a write is safe to repeat under its idempotency key.")]
    Unavailable(#[source] sea_orm::DbErr),
    /// A fault on our side. The cause goes to the log, not to the client.
    #[error("Something went wrong on our side; nothing was written.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// One problem with one field of the input.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// The path to the field from the input's root, such as `["observations", "3", "period"]`.
    pub field: Vec<String>,
    /// A stable code.
    pub code: ProblemCode,
    /// A sentence for a person.
    pub message: String,
    /// The version that stands, where another one was expected.
    pub current_version: Option<i32>,
}

impl Problem {
    /// A problem with the field at `path`, whose parts are separated by dots.
    #[must_use]
    pub fn new(path: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        let field = path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { field, code, message: message.into(), current_version: None }
    }

    /// The same problem, seen from an input that holds this one under `prefix`.
    #[must_use]
    pub fn within(mut self, prefix: &[&str]) -> Self {
        self.field.splice(0..0, prefix.iter().map(|&part| part.to_owned()));
        self
    }
}

crate::tables::values::closed_set! {
    /// What is wrong with a field.
    pub enum ProblemCode {
        /// Not of the expected form.
        Malformed = "MALFORMED",
        /// Outside its range.
        OutOfRange = "OUT_OF_RANGE",
        /// Names a thing that doesn't exist here.
        NotFound = "NOT_FOUND",
        /// Stands there already.
        Duplicate = "DUPLICATE",
        /// Not allowed to your office.
        Forbidden = "FORBIDDEN",
        /// The period is locked: its figures change by revision only.
        Locked = "LOCKED",
        /// The same person may not do both steps.
        SeparationOfDuties = "SEPARATION_OF_DUTIES",
        /// Something has to be there first.
        Missing = "MISSING",
        /// A warning has to be acknowledged first.
        AcknowledgementNeeded = "ACKNOWLEDGEMENT_NEEDED",
        /// E-mail or password is wrong, or the token isn't good any more.
        Credentials = "CREDENTIALS",
        /// Too many attempts.
        Throttled = "THROTTLED",
        /// The password is right, and the account asks for a one-time code as well.
        OneTimeCodeRequired = "ONE_TIME_CODE_REQUIRED",
        /// The one-time or recovery code is wrong, or was used already.
        OneTimeCodeWrong = "ONE_TIME_CODE_WRONG",
        /// The session has to be signed in with a one-time code.
        StrongerSignInRequired = "STRONGER_SIGN_IN_REQUIRED",
        /// Identity has to be shown afresh.
        StepUpRequired = "STEP_UP_REQUIRED",
        /// The idempotency key was used for something else.
        IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED",
        /// Somebody else has changed it meanwhile: it bears another version than was expected.
        StaleVersion = "STALE_VERSION",
    }
}

// It isn't the error's source: nothing failed that an operator would have to look into.
impl From<Shortfall> for Error {
    fn from(shortfall: Shortfall) -> Self {
        Self::Assurance(shortfall)
    }
}

impl From<Shortfall> for ProblemCode {
    fn from(shortfall: Shortfall) -> Self {
        match shortfall {
            Shortfall::NoAuthenticator | Shortfall::NoCode => Self::StrongerSignInRequired,
            Shortfall::Stale { .. } => Self::StepUpRequired,
        }
    }
}

impl Error {
    /// A single problem with one field.
    #[must_use]
    pub fn invalid(path: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(path, code, message)])
    }

    /// Whether a key of the database refused a row because another one stands there: somebody else was faster.
    pub(crate) fn is_taken(&self) -> bool {
        let Self::Internal(cause) = self else { return false };
        let error = cause.downcast_ref::<sea_orm::DbErr>().and_then(sea_orm::DbErr::sql_err);
        matches!(error, Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
    }

    /// A fault on our side.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

fn first_message(problems: &[Problem]) -> &str {
    problems.first().map_or("", |problem| &problem.message)
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        if is_transient(&error) { Self::Unavailable(error) } else { Self::internal(error) }
    }
}

/// Whether the same transaction may succeed later: lost connections, shutdown, failover, conflicts, a busy database.
fn is_transient(error: &sea_orm::DbErr) -> bool {
    use sea_orm::{DbErr, RuntimeErr, sqlx};
    const TRANSIENT: [&str; 9] = ["57P01", "57P02", "57P03", "25006", "08006", "08001", "40001", "40P01", "53300"];
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => match &**cause {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| {
                // SQLite's SQLITE_BUSY (5) and SQLITE_LOCKED (6), with their extended codes; PostgreSQL's have five characters.
                let is_busy = code.len() < 5 && code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6));
                is_busy || TRANSIENT.contains(&&*code)
            }),
            _ => false,
        },
        _ => false,
    }
}
