//! Signing in and staying signed in.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::Duration;
use entity::{
    error::{Error, Problem, ProblemCode},
    policy::SignInMethod,
    rules::throttle::Attempt,
    tables::identity::{account, session},
    usecases::identity::{
        account::{account_of, store_hash},
        authenticators::{self, Standing},
        sessions::{self, Device},
        sign_in::{self, Subjects},
    },
};

use super::one_time_code;
use crate::{
    graphql::{
        context::Asking,
        errors::{UserError, for_user},
        scalars::DateTime,
    },
    identity::{PasswordFault, RefreshToken},
};

/// With what to sign in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The account's e-mail address.
    email: String,
    /// The account's password.
    #[graphql(secret)]
    password: String,
    /// The code that the account's authenticator shows, or one of its recovery codes; needed when the account has one.
    #[graphql(secret)]
    code: Option<String>,
}

/// With what to stay signed in.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The refresh token that was given last. It can be used once: a second use ends the whole session.
    #[graphql(secret)]
    refresh_token: String,
}

/// What signing in gives.
#[derive(SimpleObject, Default)]
pub struct SignInPayload {
    /// Send it as `Authorization: Bearer …`. It lasts ten minutes.
    access_token: Option<String>,
    /// When the access token runs out.
    expires_at: Option<DateTime>,
    /// Exchange it for new tokens before half an hour has passed.
    refresh_token: Option<String>,
    /// How many recovery codes are left, when you signed in with one of them.
    recovery_codes_left: Option<i32>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What refreshing gives.
#[derive(SimpleObject, Default)]
pub struct RefreshSessionPayload {
    /// Send it as `Authorization: Bearer …`. It lasts ten minutes.
    access_token: Option<String>,
    /// When the access token runs out.
    expires_at: Option<DateTime>,
    /// The next refresh token; the one that was sent is spent.
    refresh_token: Option<String>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Signing in.
#[derive(Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Signs in with e-mail address and password, and with a one-time code where the account has an authenticator. Send no Authorization header: a token that has run out is refused on every path.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With what to sign in.")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let asking = Asking::of(ctx)?;
        match signed_in(asking, input).await {
            Ok((tokens, recovery_codes_left)) => Ok(SignInPayload {
                access_token: Some(tokens.access),
                expires_at: Some(tokens.expires_at),
                refresh_token: Some(tokens.refresh),
                recovery_codes_left,
                user_errors: Vec::new(),
            }),
            Err(error) => Ok(SignInPayload { user_errors: for_user(error)?, ..SignInPayload::default() }),
        }
    }

    /// Exchanges a refresh token for new tokens of the same session. Send no Authorization header with it.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With what to stay signed in.")] input: RefreshSessionInput,
    ) -> Result<RefreshSessionPayload> {
        let asking = Asking::of(ctx)?;
        match refreshed(asking, &input.refresh_token).await {
            Ok(tokens) => Ok(RefreshSessionPayload {
                access_token: Some(tokens.access),
                expires_at: Some(tokens.expires_at),
                refresh_token: Some(tokens.refresh),
                user_errors: Vec::new(),
            }),
            Err(error) => Ok(RefreshSessionPayload { user_errors: for_user(error)?, ..RefreshSessionPayload::default() }),
        }
    }
}

struct Tokens {
    access: String,
    expires_at: DateTime,
    refresh: String,
}

/// The tokens of a new session, and how many recovery codes are left when one was used.
async fn signed_in(asking: &Asking, input: SignInInput) -> Result<(Tokens, Option<i32>), Error> {
    let account = proved(asking, &input.email, input.password).await?;
    let (method, left) = match authenticators::standing(&asking.db, account.id).await? {
        Standing::Enabled(authenticator) => {
            let left = one_time_code::taken(asking, &authenticator, input.code.as_deref()).await?;
            (SignInMethod::PasswordAndCode, left)
        }
        Standing::None | Standing::Pending(_) => (SignInMethod::Password, None),
    };
    let refresh = new_refresh_token()?;
    let device = Device { user_agent: asking.user_agent.clone(), address: Some(asking.address.to_string()) };
    let session = sessions::open(&asking.db, &account, method, device, refresh.digest().to_hex()).await?;
    Ok((tokens(asking, &session, &refresh)?, left))
}

/// The account whose password it is, with every attempt counted against the account and the address.
async fn proved(asking: &Asking, email: &str, password: String) -> Result<account::Model, Error> {
    let subjects = Subjects::of(email, asking.address);
    if let Attempt::Wait { until } = sign_in::begin_attempt(&asking.db, &subjects).await? {
        return Err(throttled(until - asking.db.clock().now()));
    }
    match verified(asking, email, password).await {
        Ok(account) => {
            sign_in::succeeded(&asking.db, &subjects).await?;
            Ok(account)
        }
        Err(error) => {
            // Only a wrong password counts against whoever tried; that we were too busy doesn't.
            if is_wrong_credentials(&error) {
                sign_in::failed(&asking.db, &subjects).await?;
            } else {
                sign_in::withdrawn(&asking.db, &subjects).await?;
            }
            Err(error)
        }
    }
}

/// A new password's hash, for storing.
pub(super) async fn hashed(asking: &Asking, password: String) -> Result<String, Error> {
    asking.identity.passwords.hash(password).await.map_err(|fault| match fault {
        PasswordFault::Busy => too_busy(),
        fault => Error::internal(fault),
    })
}

/// That the password is the one that somebody who is signed in has now; a wrong one is a problem with the input's `field`.
pub(super) async fn proved_own(asking: &Asking, email: &str, password: String, field: &str) -> Result<(), Error> {
    proved(asking, email, password).await.map(|_| ()).map_err(|error| {
        if !is_wrong_credentials(&error) {
            return error;
        }
        Error::invalid(field, ProblemCode::Credentials, "This is not the password that you have now.")
    })
}

/// The account whose password it is. An unknown account takes as long as a known one and gets the same answer.
async fn verified(asking: &Asking, email: &str, password: String) -> Result<account::Model, Error> {
    let passwords = &asking.identity.passwords;
    // An account that was only invited has no password yet, and nobody learns that.
    let account = account_of(&asking.db, email).await?.filter(account::Model::has_password);
    let again = password.clone();
    let checked = match &account {
        Some(account) => passwords.verify(password, &account.password_hash).await,
        None => passwords.verify_nobody(password).await.map(|()| false),
    };
    match (checked, account) {
        (Ok(true), Some(account)) => Ok(rehashed(asking, account, &again).await),
        (Ok(_), _) => Err(wrong_credentials()),
        (Err(PasswordFault::Busy), _) => Err(too_busy()),
        (Err(fault), _) => Err(Error::internal(fault)),
    }
}

/// Stores the password anew when hashing has been made costlier since; a failure of that is no failure of signing in.
async fn rehashed(asking: &Asking, account: account::Model, password: &str) -> account::Model {
    let passwords = &asking.identity.passwords;
    if passwords.needs_rehash(&account.password_hash)
        && let Ok(hash) = passwords.hash(password.to_owned()).await
        && let Err(error) = store_hash(&asking.db, account.id, hash).await
    {
        tracing::warn!(error = %error, "a password could not be stored anew");
    }
    account
}

async fn refreshed(asking: &Asking, token: &str) -> Result<Tokens, Error> {
    let spent = || {
        Error::invalid("refreshToken", ProblemCode::Credentials, "This refresh token isn't good any more. Please sign in again.")
    };
    let presented = RefreshToken::parse(token).map_err(|_| spent())?;
    let successor = new_refresh_token()?;
    let rotated = sessions::rotate(&asking.db, &presented.digest().to_hex(), successor.digest().to_hex()).await?;
    let session = rotated.ok_or_else(spent)?;
    tokens(asking, &session, &successor)
}

fn tokens(asking: &Asking, session: &session::Model, refresh: &RefreshToken) -> Result<Tokens, Error> {
    let now = asking.db.clock().now();
    let issued = asking.identity.tokens.issue(session.account_id.uuid(), session.id.uuid(), now).map_err(Error::internal)?;
    Ok(Tokens { access: issued.token, expires_at: DateTime(issued.expires_at), refresh: refresh.reveal() })
}

fn new_refresh_token() -> Result<RefreshToken, Error> {
    RefreshToken::generate().map_err(Error::internal)
}

fn is_wrong_credentials(error: &Error) -> bool {
    matches!(error, Error::Invalid(problems) if problems.iter().any(|problem| problem.code == ProblemCode::Credentials))
}

fn wrong_credentials() -> Error {
    Error::invalid("", ProblemCode::Credentials, "E-mail address or password is wrong.")
}

pub(super) fn throttled(wait: Duration) -> Error {
    let message = format!("Too many attempts. Please try again in {} seconds.", wait.num_seconds().max(1));
    Error::Invalid(vec![Problem::new("", ProblemCode::Throttled, message)])
}

fn too_busy() -> Error {
    Error::invalid("", ProblemCode::Throttled, "Too many people are signing in just now. Please try again in a few seconds.")
}
