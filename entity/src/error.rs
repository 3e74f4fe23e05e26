//! What can go wrong, as a client may know it. Database texts stay behind.

use crate::{
    policy::{Action, Resource, Shortfall, doing, things},
    rules::wording::LongDate,
    tenancy::{Elsewhere, who_may},
};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did nothing. Whenever one is returned from a write, nothing was written, but for [`Error::Unsettled`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it is another tenant's: the two can't be told apart.
    #[error("There is no such {0}, or you may not know of it.")]
    NotFound(&'static str),
    /// None of the appointments in force allows it.
    #[error("{}", refusal((*.action, *.resource), (*.on, *.held), .elsewhere.as_deref()))]
    Denied {
        /// What was attempted.
        action: Action,
        /// On what.
        resource: Resource,
        /// The business date on which the appointments were looked at.
        on: chrono::NaiveDate,
        /// What was looked at.
        held: Held,
        /// What the actor does hold that would allow it, were it about that.
        elsewhere: Option<Box<Elsewhere>>,
    },
    /// Only people do it.
    #[error("This is for people who are signed in; a service account can't do it, whatever its scopes.")]
    ForPeople,
    /// The tenant shares something with one of the actor's, but not this.
    #[error(
        "No information-sharing agreement in force on {} lets you read {} here; explainAccess says which is missing or lapsed.",
        LongDate(*.on),
        things(*.resource)
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
    /// The database can't be reached or is too busy; the same request may succeed later.
    #[error("The database can't answer just now; nothing was written. Please try again.")]
    Unavailable(#[source] sea_orm::DbErr),
    /// The database went away while a change was made durable, or before what was written could be shown.
    #[error(
        "The database went away before this could be answered: it may have been written, or not. Please look before you try again."
    )]
    Unsettled(#[source] sea_orm::DbErr),
    /// A fault on our side. The cause goes to the log, not to the client.
    #[error("Something went wrong on our side; nothing was written.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why somebody may not do something: what they hold isn't about this, or doesn't allow it at all.
fn refusal(
    (action, resource): (Action, Resource),
    (on, held): (chrono::NaiveDate, Held),
    elsewhere: Option<&Elsewhere>,
) -> String {
    let doing = doing(action, resource);
    if let Some(elsewhere) = elsewhere {
        return format!("{}: it doesn't let you {doing} here.", elsewhere.told());
    }
    let others = who_may(action, resource).map(|offices| format!(" ({offices} may)")).unwrap_or_default();
    format!("None of {held} in force on {} lets you {doing} here{others}; your viewer lists what they allow.", LongDate(on))
}

/// From what an actor's powers follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A person's.
    Appointments,
    /// A service account's.
    Scopes,
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Appointments => "your appointments",
            Self::Scopes => "this service account's scopes",
        })
    }
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

    /// That the field at `path` has to be filled in and isn't, where nothing more is to be said of it.
    #[must_use]
    pub fn required(path: &str) -> Self {
        Self::new(path, ProblemCode::Missing, "This is required: fill it in.")
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
        /// It lies outside what is delegated to the office.
        OutsideDelegation = "OUTSIDE_DELEGATION",
        /// Somebody else has changed it meanwhile: it bears another version than was expected.
        StaleVersion = "STALE_VERSION",
        /// Something else has to happen first, or has happened already.
        OutOfTurn = "OUT_OF_TURN",
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

    /// A race that was lost again and again, for whoever asked: it may go well another time, and nothing is wrong on our side.
    pub(crate) fn lost_for_good(self) -> Self {
        match self {
            Self::Internal(cause) => cause.downcast().map_or_else(Self::Internal, |error| Self::Unavailable(*error)),
            other => other,
        }
    }

    /// The same, of a look at what was just written.
    pub(crate) fn after_write(self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::Unsettled(cause),
            other => other,
        }
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

/// What became of a transaction that was told to make everything durable.
pub(crate) fn settled(outcome: Result<(), sea_orm::DbErr>) -> Result<()> {
    outcome.map_err(|error| if is_lost(&error) { Error::Unsettled(error) } else { error.into() })
}

/// Whether the answer was lost rather than a refusal: the connection broke, or the disc failed half-way through.
fn is_lost(error: &sea_orm::DbErr) -> bool {
    use sea_orm::{DbErr, RuntimeErr, sqlx};
    let (DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause))) = error else { return false };
    match &**cause {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| match sqlite_code(&code) {
            Some(code) => code == SQLITE_IOERR,
            // Connection exceptions, shutdown and crash (class 08, 57P01 to 57P03).
            None => code.starts_with("08") || code.starts_with("57P0"),
        }),
        _ => false,
    }
}

/// SQLite's primary result code (sqlite.org/rescode.html), without what extends it; PostgreSQL's codes have five characters.
fn sqlite_code(code: &str) -> Option<i32> {
    if code.len() < 5 { Some(code.parse::<i32>().ok()? & 0xff) } else { None }
}

const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_IOERR: i32 = 10;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;

/// SQLSTATEs that pass (PostgreSQL, appendix A): connection exceptions, shutdown and start, a standby, conflicts between
/// transactions, no room on the disc (53100), no memory, no free connection, and failing discs (58030).
const TRANSIENT: [&str; 14] = [
    "08000", "08001", "08003", "08006", "25006", "40001", "40P01", "53100", "53200", "53300", "57P01", "57P02", "57P03", "58030",
];

/// Whether the same transaction may succeed later: lost connections, shutdown, failover, conflicts, a busy or a full database.
fn is_transient(error: &sea_orm::DbErr) -> bool {
    use sea_orm::{DbErr, RuntimeErr, sqlx};
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => match &**cause {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| match sqlite_code(&code) {
                Some(code) => matches!(code, SQLITE_BUSY | SQLITE_LOCKED | SQLITE_IOERR | SQLITE_FULL | SQLITE_CANTOPEN),
                None => TRANSIENT.contains(&&*code),
            }),
            _ => false,
        },
        _ => false,
    }
}
