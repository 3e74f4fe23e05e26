//! Showing again that it is you, for what takes a fresh proof of identity.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    policy::{FRESH, SignInMethod},
    tenancy::Actor,
    usecases::identity::{
        account::person_of,
        authenticators::{self, Standing},
        sessions,
    },
};

use super::{one_time_code, sign_in::proved_own};
use crate::graphql::{
    context::Asking,
    errors::{UserError, for_user},
    scalars::DateTime,
};

/// With what to show again that it is you: a code where your account has an authenticator, else the password.
#[derive(InputObject)]
pub struct VerifyIdentityInput {
    /// The password that you have now; needed when your account has no authenticator.
    #[graphql(secret)]
    password: Option<String>,
    /// The code that your authenticator shows, or one of its recovery codes; needed when your account has one.
    #[graphql(secret)]
    code: Option<String>,
}

/// What showing it again gives.
#[derive(SimpleObject, Default)]
pub struct VerifyIdentityPayload {
    /// When you showed it.
    verified_at: Option<DateTime>,
    /// Until when it counts as fresh.
    fresh_until_at: Option<DateTime>,
    /// How many recovery codes are left, when you used one of them.
    recovery_codes_left: Option<i32>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Showing again that it is you.
#[derive(Default)]
pub struct VerifyIdentityMutation;

#[Object]
impl VerifyIdentityMutation {
    /// Shows again that it is you. Approving takes a proof of less than five minutes ago; a code counts for the whole session as well.
    async fn verify_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With what to show again that it is you.")] input: VerifyIdentityInput,
    ) -> Result<VerifyIdentityPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        match verified(asking, &actor, input).await {
            Ok(payload) => Ok(payload),
            Err(error) => Ok(VerifyIdentityPayload { user_errors: for_user(error)?, ..VerifyIdentityPayload::default() }),
        }
    }
}

async fn verified(asking: &Asking, actor: &Actor, input: VerifyIdentityInput) -> Result<VerifyIdentityPayload, Error> {
    let enabled = match authenticators::standing(&asking.db, actor.signed_in()?.account).await? {
        Standing::Enabled(row) => Some(row),
        Standing::None | Standing::Pending(_) => None,
    };
    if enabled.is_none() && input.password.is_none() {
        return Err(Error::invalid("password", ProblemCode::Missing, "Your account has no authenticator: give your password."));
    }
    // A password that is given has to be right, even where a code would do.
    if let Some(password) = input.password {
        let (_, email) = person_of(&asking.db, actor).await?;
        proved_own(asking, &email, password, "password").await?;
    }
    let (method, recovery_codes_left) = match enabled {
        Some(row) => (SignInMethod::PasswordAndCode, one_time_code::taken(asking, &row, input.code.as_deref()).await?),
        None => (SignInMethod::Password, None),
    };
    let at = sessions::shown(&asking.db, actor, method).await?;
    Ok(VerifyIdentityPayload {
        verified_at: Some(DateTime(at)),
        fresh_until_at: Some(DateTime(at + FRESH)),
        recovery_codes_left,
        user_errors: Vec::new(),
    })
}
