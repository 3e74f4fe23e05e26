//! Links that set a password, as people come back with them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    rules::throttle::Attempt,
    tables::identity::single_use_link::LinkPurpose,
    usecases::identity::links,
};

use super::sign_in::{hashed, throttled};
use crate::{
    graphql::{
        context::Asking,
        errors::{UserError, for_user},
        scalars::DateTime,
    },
    identity::{LinkToken, check_new_password},
};

/// The link of an invitation, and the password for the new account.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// What stands behind the `#` of the link. It serves once, within seven days.
    #[graphql(secret)]
    token: String,
    /// The password that you want: at least 12 characters, and not among those that are guessed first. Three random words do well.
    #[graphql(secret)]
    password: String,
}

/// What accepting an invitation gives.
#[derive(SimpleObject, Default)]
pub struct AcceptInvitationPayload {
    /// When it was accepted. Sign in with the e-mail address to which it was sent.
    accepted_at: Option<DateTime>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Whose password was forgotten.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The account's e-mail address.
    email: String,
}

/// What asking for a link gives: the same, whether or not there is such an account.
#[derive(SimpleObject, Default)]
pub struct RequestPasswordResetPayload {
    /// When it was asked for. If there is such an account, a link is on its way to the address.
    requested_at: Option<DateTime>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// The link of a reset, and the new password.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// What stands behind the `#` of the link. It serves once, within half an hour.
    #[graphql(secret)]
    token: String,
    /// The password that you want: at least 12 characters, and not among those that are guessed first. Three random words do well.
    #[graphql(secret)]
    password: String,
}

/// What setting the password anew gives.
#[derive(SimpleObject, Default)]
pub struct ResetPasswordPayload {
    /// When it was set. Every session of the account has ended; an authenticator stays as it is.
    reset_at: Option<DateTime>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Setting a password by a link.
#[derive(Default)]
pub struct LinkMutation;

#[Object]
impl LinkMutation {
    /// Accepts an invitation: the new account gets its password. Nobody has to be signed in.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link of an invitation, and the password for the new account.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        match redeemed(Asking::of(ctx)?, LinkPurpose::Invitation, &input.token, input.password).await {
            Ok(at) => Ok(AcceptInvitationPayload { accepted_at: Some(at), user_errors: Vec::new() }),
            Err(error) => Ok(AcceptInvitationPayload { user_errors: for_user(error)?, ..AcceptInvitationPayload::default() }),
        }
    }

    /// Asks for a link by which a new password can be set. It is sent to the account's address, if there is such an account.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose password was forgotten.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload> {
        match requested(Asking::of(ctx)?, &input.email).await {
            Ok(at) => Ok(RequestPasswordResetPayload { requested_at: Some(at), user_errors: Vec::new() }),
            Err(error) => {
                Ok(RequestPasswordResetPayload { user_errors: for_user(error)?, ..RequestPasswordResetPayload::default() })
            }
        }
    }

    /// Sets a new password by the link that was asked for, and ends every session of the account.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link of a reset, and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        match redeemed(Asking::of(ctx)?, LinkPurpose::PasswordReset, &input.token, input.password).await {
            Ok(at) => Ok(ResetPasswordPayload { reset_at: Some(at), user_errors: Vec::new() }),
            Err(error) => Ok(ResetPasswordPayload { user_errors: for_user(error)?, ..ResetPasswordPayload::default() }),
        }
    }
}

async fn requested(asking: &Asking, email: &str) -> Result<DateTime, Error> {
    let now = asking.db.clock().now();
    match links::request_password_reset(&asking.db, email, asking.address).await? {
        Attempt::Allow => Ok(DateTime(now)),
        Attempt::Wait { until } => Err(throttled(until - now)),
    }
}

/// An unfit password doesn't use the link up, and only a good link makes us hash.
async fn redeemed(asking: &Asking, purpose: LinkPurpose, token: &str, password: String) -> Result<DateTime, Error> {
    let digest = LinkToken::parse(token.trim()).map_err(|_| links::spent())?.digest().to_hex();
    let email = links::account_behind(&asking.db, purpose, &digest).await?;
    check_new_password(&password, &email)
        .map_err(|unfit| Error::invalid("password", ProblemCode::OutOfRange, unfit.to_string()))?;
    let hash = hashed(asking, password).await?;
    Ok(DateTime(links::redeem(&asking.db, purpose, &digest, hash).await?))
}
