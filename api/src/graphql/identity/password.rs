//! Changing one's password.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    usecases::identity::account::{change_password, person_of},
};

use super::sign_in::{hashed, proved_own};
use crate::{
    graphql::{
        context::Asking,
        errors::{UserError, for_user},
        scalars::DateTime,
    },
    identity::check_new_password,
};

/// The old password and the new one.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password that you have now.
    #[graphql(secret)]
    current_password: String,
    /// The password that you want: at least 12 characters, and not among those that are guessed first. Three random words do well.
    #[graphql(secret)]
    new_password: String,
}

/// What changing the password gives.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// When it was changed. Your other sessions have ended.
    changed_at: Option<DateTime>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Changing one's password.
#[derive(Default)]
pub struct PasswordMutation;

#[Object]
impl PasswordMutation {
    /// Changes your password and ends your other sessions.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old password and the new one.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let asking = Asking::of(ctx)?;
        asking.actor()?;
        match changed(asking, input).await {
            Ok(()) => Ok(ChangePasswordPayload { changed_at: Some(DateTime(asking.db.clock().now())), user_errors: Vec::new() }),
            Err(error) => Ok(ChangePasswordPayload { changed_at: None, user_errors: for_user(error)? }),
        }
    }
}

async fn changed(asking: &Asking, input: ChangePasswordInput) -> Result<(), Error> {
    let actor = asking.actor.as_ref().ok_or(Error::NotFound("person"))?;
    let (_, email) = person_of(&asking.db, actor).await?;
    check_new_password(&input.new_password, &email)
        .map_err(|unfit| Error::invalid("newPassword", ProblemCode::OutOfRange, unfit.to_string()))?;
    proved_own(asking, &email, input.current_password, "currentPassword").await?;
    let hash = hashed(asking, input.new_password).await?;
    change_password(&asking.db, actor, hash).await
}
