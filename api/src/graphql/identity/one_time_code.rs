//! One-time and recovery codes, as they are shown where a code is asked for.

use entity::{
    error::{Error, ProblemCode},
    rules::throttle::Attempt,
    tables::{
        Id,
        identity::{account, authenticator},
    },
    usecases::identity::{
        authenticators,
        sign_in::{self, Subjects},
    },
};

use super::sign_in::throttled;
use crate::{
    graphql::context::Asking,
    identity::{GivenCode, OneTimeSecret},
};

/// Takes a code that is shown for an enabled authenticator; tells how many recovery codes are left when it was one of those.
pub(super) async fn taken(
    asking: &Asking,
    authenticator: &authenticator::Model,
    code: Option<&str>,
) -> Result<Option<i32>, Error> {
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
        let message = "This account has an authenticator. Send the code that it shows, or a recovery code.";
        return Err(Error::invalid("code", ProblemCode::OneTimeCodeRequired, message));
    };
    counted(asking, authenticator.account_id, right(asking, authenticator, code)).await
}

/// What an attempt at an account's codes comes to: counted before it is made, and cleared only when it turns out well.
pub(super) async fn counted<T>(
    asking: &Asking,
    account: Id<account::Model>,
    attempt: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let subjects = Subjects::of_code(account, asking.address);
    if let Attempt::Wait { until } = sign_in::begin_attempt(&asking.db, &subjects).await? {
        return Err(throttled(until - asking.db.clock().now()));
    }
    match attempt.await {
        Ok(outcome) => {
            sign_in::succeeded(&asking.db, &subjects).await?;
            Ok(outcome)
        }
        Err(error) => {
            // Only a wrong code counts against whoever tried.
            if matches!(error, Error::Invalid(_)) {
                sign_in::failed(&asking.db, &subjects).await?;
            } else {
                sign_in::withdrawn(&asking.db, &subjects).await?;
            }
            Err(error)
        }
    }
}

async fn right(asking: &Asking, authenticator: &authenticator::Model, code: &str) -> Result<Option<i32>, Error> {
    match GivenCode::read(code) {
        GivenCode::OneTime(code) => {
            let step = step_of(asking, authenticator, &code)?.ok_or_else(wrong)?;
            if authenticators::take_step(&asking.db, authenticator.id, step).await? { Ok(None) } else { Err(wrong()) }
        }
        GivenCode::Recovery(code) => {
            let digest = asking.identity.seals.recovery_digest(authenticator.account_id.uuid(), &code);
            let left = authenticators::take_recovery_code(&asking.db, authenticator, &digest).await?.ok_or_else(wrong)?;
            Ok(Some(i32::try_from(left).unwrap_or(i32::MAX)))
        }
    }
}

/// The half minute whose code this is, if it is one of about now.
pub(super) fn step_of(asking: &Asking, authenticator: &authenticator::Model, code: &str) -> Result<Option<i64>, Error> {
    let opened = asking.identity.seals.open(authenticator.account_id.uuid(), &authenticator.sealed_secret);
    let secret = OneTimeSecret::from_bytes(opened.map_err(Error::internal)?);
    Ok(secret.step_of(code, asking.db.clock().now()))
}

/// The code is wrong. One that was used already gets the same answer: whoever looked over a shoulder learns nothing.
pub(super) fn wrong() -> Error {
    let message = "The code is wrong or was used already. Each code of an authenticator and each recovery code serves once.";
    Error::invalid("code", ProblemCode::OneTimeCodeWrong, message)
}
