//! What clients learn of errors: a stable code and a sentence. Causes go to the log.

use async_graphql::{Enum, ErrorExtensionValues, ServerError, SimpleObject};
use entity::error::{Error, Problem, ProblemCode};

/// What is wrong with the input of a mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// The value isn't of the expected form.
    Malformed,
    /// The value lies outside its range.
    OutOfRange,
    /// The value names a thing that doesn't exist here.
    NotFound,
    /// The thing stands there already.
    Duplicate,
    /// None of your appointments in force allows it.
    Forbidden,
    /// The period is locked: its figures change by revision only.
    Locked,
    /// The same person may not do both steps.
    SeparationOfDuties,
    /// Something has to be given, or be there, first.
    Missing,
    /// A warning has to be acknowledged first.
    AcknowledgementNeeded,
    /// The e-mail address or the password is wrong, or the token isn't good any more.
    Credentials,
    /// There have been too many attempts; wait a while.
    Throttled,
    /// The password is right, and the account asks for a one-time code as well: send both.
    OneTimeCodeRequired,
    /// The one-time or recovery code is wrong, or was used already.
    OneTimeCodeWrong,
    /// Your office does this only from a session that has shown a one-time code.
    StrongerSignInRequired,
    /// Show again that it is you, with verifyIdentity, and try again within five minutes.
    StepUpRequired,
    /// The idempotency key was used within the last 24 hours for another mutation or another input.
    IdempotencyKeyReused,
    /// It lies outside what is delegated to your office: refer it to the Engagement Committee.
    OutsideDelegation,
    /// Somebody else has changed it meanwhile: it bears another version than you expected. Look at it again first.
    StaleVersion,
    /// It isn't its turn: something else has to happen first, or has happened already.
    OutOfTurn,
}

impl From<ProblemCode> for UserErrorCode {
    fn from(code: ProblemCode) -> Self {
        match code {
            ProblemCode::Malformed => Self::Malformed,
            ProblemCode::OutOfRange => Self::OutOfRange,
            ProblemCode::NotFound => Self::NotFound,
            ProblemCode::Duplicate => Self::Duplicate,
            ProblemCode::Forbidden => Self::Forbidden,
            ProblemCode::Locked => Self::Locked,
            ProblemCode::SeparationOfDuties => Self::SeparationOfDuties,
            ProblemCode::Missing => Self::Missing,
            ProblemCode::AcknowledgementNeeded => Self::AcknowledgementNeeded,
            ProblemCode::Credentials => Self::Credentials,
            ProblemCode::Throttled => Self::Throttled,
            ProblemCode::OneTimeCodeRequired => Self::OneTimeCodeRequired,
            ProblemCode::OneTimeCodeWrong => Self::OneTimeCodeWrong,
            ProblemCode::StrongerSignInRequired => Self::StrongerSignInRequired,
            ProblemCode::StepUpRequired => Self::StepUpRequired,
            ProblemCode::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            ProblemCode::OutsideDelegation => Self::OutsideDelegation,
            ProblemCode::StaleVersion => Self::StaleVersion,
            ProblemCode::OutOfTurn => Self::OutOfTurn,
        }
    }
}

/// A problem with the input of a mutation. When there is one, nothing was written.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// A sentence for a person.
    message: String,
    /// What is wrong, for a program.
    code: UserErrorCode,
    /// The path to the field within the input; list items are counted from 0.
    field: Vec<String>,
    /// The version that stands, 0 when nothing does; filled for STALE_VERSION only.
    current_version: Option<i32>,
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        let Problem { message, code, field, current_version } = problem;
        Self { message, code: code.into(), field, current_version }
    }
}

/// Sorts an error of a use case: what the user can mend goes into the payload, the rest becomes an error of the field.
///
/// # Errors
/// What the user can't mend: the database is away, or something is wrong on our side.
pub fn for_user(error: Error) -> Result<Vec<UserError>, Error> {
    let single = |code: ProblemCode, message: String| vec![Problem::new("", code, message).into()];
    match error {
        Error::Invalid(problems) => Ok(problems.into_iter().map(UserError::from).collect()),
        Error::Denied { .. } | Error::ForPeople | Error::NotShared { .. } => {
            Ok(single(ProblemCode::Forbidden, error.to_string()))
        }
        Error::Assurance(shortfall) => Ok(single(shortfall.into(), error.to_string())),
        Error::NotFound(_) => Ok(single(ProblemCode::NotFound, error.to_string())),
        Error::Unavailable(_) | Error::Unsettled(_) | Error::Internal(_) => Err(error),
    }
}

/// Parts what a use case came to into the two halves of a payload: what it gives, and what was wrong with the input.
///
/// # Errors
/// As [`for_user`].
pub fn parted<T>(done: Result<T, Error>) -> Result<(Option<T>, Vec<UserError>), Error> {
    match done {
        Ok(given) => Ok((Some(given), Vec::new())),
        Err(error) => Ok((None, for_user(error)?)),
    }
}

/// The stable code of an error of a field.
#[must_use]
pub fn code(error: &Error) -> &'static str {
    match error {
        Error::NotFound(_) => "NOT_FOUND",
        Error::Denied { .. } | Error::ForPeople => "FORBIDDEN",
        Error::NotShared { .. } => "NOT_SHARED",
        Error::Assurance(shortfall) => ProblemCode::from(*shortfall).as_str(),
        Error::Invalid(_) => "BAD_USER_INPUT",
        Error::Unavailable(_) => "UNAVAILABLE",
        Error::Unsettled(_) => "OUTCOME_UNKNOWN",
        Error::Internal(_) => "INTERNAL",
    }
}

/// The codes that an error of a field can bear, for the catalogue.
pub const CODES: &[&str] = &[
    "BAD_USER_INPUT",
    "FORBIDDEN",
    "INTERNAL",
    "NOT_FOUND",
    "NOT_SHARED",
    "OUTCOME_UNKNOWN",
    "STEP_UP_REQUIRED",
    "STRONGER_SIGN_IN_REQUIRED",
    "TIME_LIMIT",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
];

/// Nobody is signed in.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("Sign in first: this needs a valid access token of a session that is still live.")]
pub struct Unauthenticated;

/// Gives an error that leaves a resolver its code, and takes away what isn't for clients.
pub fn finish(error: &mut ServerError) {
    let mut extensions = error.extensions.take().unwrap_or_default();
    if extensions.get("code").is_none() {
        if let Some(cause) = error.source::<Error>() {
            extensions.set("code", code(cause));
            if let Error::Invalid(problems) = cause {
                describe(&mut extensions, problems);
            }
            if let Some(cause) = std::error::Error::source(cause) {
                tracing::error!(error = %cause, "a request failed");
            }
        } else if error.source::<Unauthenticated>().is_some() {
            extensions.set("code", "UNAUTHENTICATED");
        } else if error.source.is_some() {
            tracing::error!(message = %error.message, "a request failed for an unknown reason");
            extensions.set("code", "INTERNAL");
            "Something went wrong on our side; nothing was written.".clone_into(&mut error.message);
        } else {
            // What async-graphql itself reports here is about arguments that it could not read.
            extensions.set("code", "BAD_USER_INPUT");
        }
    }
    error.extensions = Some(extensions);
}

/// Names the field of an argument that can't be accepted.
fn describe(extensions: &mut ErrorExtensionValues, problems: &[Problem]) {
    let Some(problem) = problems.first() else { return };
    extensions.set("problem", problem.code.as_str());
    extensions.set("argument", problem.field.join("."));
}
