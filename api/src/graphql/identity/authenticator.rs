//! One's own authenticator: set up, enabled by its first code, revoked.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    tenancy::Actor,
    usecases::identity::{
        account::person_of,
        authenticators::{self, Standing},
    },
};

use super::{one_time_code, sign_in::proved_own};
use crate::{
    graphql::{
        context::Asking,
        errors::{UserError, for_user},
        scalars::{DateTime, Uri},
    },
    identity::{GivenCode, OneTimeSecret},
};

/// What setting an authenticator up takes.
#[derive(InputObject)]
pub struct CreateAuthenticatorInput {
    /// The password that you have now.
    #[graphql(secret)]
    password: String,
}

/// What setting an authenticator up gives.
#[derive(SimpleObject, Default)]
pub struct CreateAuthenticatorPayload {
    /// The secret, to be typed into the authenticator: base 32. It is shown this once.
    secret: Option<String>,
    /// The same as an address that authenticators read from a picture (`otpauth://totp/…`).
    uri: Option<Uri>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// The first code of an authenticator.
#[derive(InputObject)]
pub struct EnableAuthenticatorInput {
    /// The six figures that the authenticator shows now.
    #[graphql(secret)]
    code: String,
}

/// What enabling an authenticator gives.
#[derive(SimpleObject, Default)]
pub struct EnableAuthenticatorPayload {
    /// When it was enabled. From now on signing in takes a code, and your other sessions have ended.
    enabled_at: Option<DateTime>,
    /// Ten codes for the day on which the authenticator is lost; each serves once. They are shown this once: print them.
    recovery_codes: Option<Vec<String>>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What revoking an authenticator takes.
#[derive(InputObject)]
pub struct RevokeAuthenticatorInput {
    /// The password that you have now.
    #[graphql(secret)]
    password: String,
    /// A code that the authenticator shows, or one of its recovery codes.
    #[graphql(secret)]
    code: String,
}

/// What revoking an authenticator gives.
#[derive(SimpleObject, Default)]
pub struct RevokeAuthenticatorPayload {
    /// When it was revoked. Your other sessions have ended.
    revoked_at: Option<DateTime>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// One's own authenticator.
#[derive(Default)]
pub struct AuthenticatorMutation;

#[Object]
impl AuthenticatorMutation {
    /// Sets an authenticator up for your account, in place of one that was never enabled. It isn't asked for until
    /// enableAuthenticator has seen its first code.
    async fn create_authenticator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What setting an authenticator up takes.")] input: CreateAuthenticatorInput,
    ) -> Result<CreateAuthenticatorPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        match created(asking, &actor, input.password).await {
            Ok((secret, email)) => Ok(CreateAuthenticatorPayload {
                secret: Some(secret.to_base32()),
                uri: Some(Uri(secret.uri(&email))),
                user_errors: Vec::new(),
            }),
            Err(error) => {
                Ok(CreateAuthenticatorPayload { user_errors: for_user(error)?, ..CreateAuthenticatorPayload::default() })
            }
        }
    }

    /// Enables the authenticator that you set up, by its first code. This session has shown a code by that.
    async fn enable_authenticator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first code of an authenticator.")] input: EnableAuthenticatorInput,
    ) -> Result<EnableAuthenticatorPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        match enabled(asking, &actor, &input.code).await {
            Ok((at, codes)) => {
                Ok(EnableAuthenticatorPayload { enabled_at: Some(at), recovery_codes: Some(codes), user_errors: Vec::new() })
            }
            Err(error) => {
                Ok(EnableAuthenticatorPayload { user_errors: for_user(error)?, ..EnableAuthenticatorPayload::default() })
            }
        }
    }

    /// Revokes your authenticator and its recovery codes. If you lost both, an operator of the installation can revoke it.
    async fn revoke_authenticator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What revoking an authenticator takes.")] input: RevokeAuthenticatorInput,
    ) -> Result<RevokeAuthenticatorPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        match revoked(asking, &actor, input).await {
            Ok(at) => Ok(RevokeAuthenticatorPayload { revoked_at: Some(at), user_errors: Vec::new() }),
            Err(error) => {
                Ok(RevokeAuthenticatorPayload { user_errors: for_user(error)?, ..RevokeAuthenticatorPayload::default() })
            }
        }
    }
}

async fn created(asking: &Asking, actor: &Actor, password: String) -> Result<(OneTimeSecret, String), Error> {
    let own = actor.signed_in()?;
    let (_, email) = person_of(&asking.db, actor).await?;
    // Whoever found a session open mustn't bind the account to an authenticator of their own.
    proved_own(asking, &email, password, "password").await?;
    let secret = OneTimeSecret::generate().ok_or_else(|| Error::internal("the operating system gives no randomness"))?;
    let sealed = asking.identity.seals.seal(own.account.uuid(), secret.as_bytes()).map_err(Error::internal)?;
    authenticators::set_up(&asking.db, actor, sealed).await?;
    Ok((secret, email))
}

async fn enabled(asking: &Asking, actor: &Actor, code: &str) -> Result<(DateTime, Vec<String>), Error> {
    let missing = |message: &str| Error::invalid("", ProblemCode::Missing, message);
    let own = actor.signed_in()?;
    let pending = match authenticators::standing(&asking.db, own.account).await? {
        Standing::Pending(row) => row,
        Standing::None => return Err(missing("Set an authenticator up first, with createAuthenticator.")),
        Standing::Enabled(_) => {
            return Err(Error::invalid("", ProblemCode::Duplicate, "Your authenticator is enabled already."));
        }
    };
    let first = async {
        let GivenCode::OneTime(code) = GivenCode::read(code) else { return Err(one_time_code::wrong()) };
        one_time_code::step_of(asking, &pending, &code)?.ok_or_else(one_time_code::wrong)
    };
    let step = one_time_code::counted(asking, own.account, first).await?;
    let codes = asking.identity.seals.recovery_codes(own.account.uuid()).map_err(Error::internal)?;
    let (shown, digests) = codes.into_iter().unzip();
    let at = authenticators::enable(&asking.db, actor, pending.id, step, digests).await?;
    Ok((DateTime(at), shown))
}

async fn revoked(asking: &Asking, actor: &Actor, input: RevokeAuthenticatorInput) -> Result<DateTime, Error> {
    let (_, email) = person_of(&asking.db, actor).await?;
    proved_own(asking, &email, input.password, "password").await?;
    let row = match authenticators::standing(&asking.db, actor.signed_in()?.account).await? {
        Standing::Enabled(row) => {
            one_time_code::taken(asking, &row, Some(&input.code)).await?;
            row
        }
        // What was never enabled has shown no code.
        Standing::Pending(row) => row,
        Standing::None => return Err(Error::invalid("", ProblemCode::Missing, "Your account has no authenticator.")),
    };
    Ok(DateTime(authenticators::revoke(&asking.db, actor, &row).await?))
}
