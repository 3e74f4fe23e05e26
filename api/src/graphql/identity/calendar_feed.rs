//! One's own calendar of obligations, by a private address.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tenancy::Actor,
    usecases::identity::{account::person_of, calendar_feeds},
};

use super::sign_in::proved_own;
use crate::{
    graphql::{
        context::Asking,
        errors::{UserError, for_user},
        relay::View,
        scalars::DateTime,
    },
    identity::FeedToken,
};

/// Your calendar of obligations at a private address.
#[derive(SimpleObject)]
pub struct CalendarFeed {
    /// When its address was made.
    created_at: DateTime,
}

impl CalendarFeed {
    /// One's own, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own(view: &View) -> Result<Option<Self>, Error> {
        let feed = view.tx().own_calendar_feed().await?;
        Ok(feed.map(|feed| Self { created_at: DateTime(feed.created_at) }))
    }
}

/// What making a calendar takes.
#[derive(InputObject)]
pub struct CreateCalendarFeedInput {
    /// Your password: the address that is made lets anybody who has it read your obligations.
    password: String,
}

/// What making a calendar gives.
#[derive(SimpleObject, Default)]
pub struct CreateCalendarFeedPayload {
    /// Where calendars find it, beneath this server's address; shown this once.
    path: Option<String>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What revoking a calendar takes.
#[derive(InputObject)]
pub struct RevokeCalendarFeedInput {
    /// Your password.
    password: String,
}

/// What revoking a calendar gives.
#[derive(SimpleObject, Default)]
pub struct RevokeCalendarFeedPayload {
    /// When its address ceased to be good.
    revoked_at: Option<DateTime>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Calendars being made and revoked.
#[derive(Default)]
pub struct CalendarFeedMutation;

#[Object]
impl CalendarFeedMutation {
    /// Makes a private address at which a calendar finds your obligations in all tenants (iCalendar, RFC 5545), in place of the one that
    /// there was. It only reads, and shows what you may see on the day of reading.
    async fn create_calendar_feed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What making a calendar takes.")] input: CreateCalendarFeedInput,
    ) -> Result<CreateCalendarFeedPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        match created(asking, &actor, input.password).await {
            Ok(path) => Ok(CreateCalendarFeedPayload { path: Some(path), user_errors: Vec::new() }),
            Err(error) => Ok(CreateCalendarFeedPayload { user_errors: for_user(error)?, ..CreateCalendarFeedPayload::default() }),
        }
    }

    /// Revokes your calendar: its address shows nothing any more.
    async fn revoke_calendar_feed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What revoking a calendar takes.")] input: RevokeCalendarFeedInput,
    ) -> Result<RevokeCalendarFeedPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        match revoked(asking, &actor, input.password).await {
            Ok(at) => Ok(RevokeCalendarFeedPayload { revoked_at: Some(at), user_errors: Vec::new() }),
            Err(error) => Ok(RevokeCalendarFeedPayload { user_errors: for_user(error)?, ..RevokeCalendarFeedPayload::default() }),
        }
    }
}

async fn created(asking: &Asking, actor: &Actor, password: String) -> Result<String, Error> {
    let (_, email) = person_of(&asking.db, actor).await?;
    proved_own(asking, &email, password, "password").await?;
    let token = FeedToken::generate().map_err(Error::internal)?;
    calendar_feeds::create(&asking.db, actor, token.digest().to_hex()).await?;
    Ok(format!("/calendars/{}.ics", token.reveal()))
}

async fn revoked(asking: &Asking, actor: &Actor, password: String) -> Result<DateTime, Error> {
    let (_, email) = person_of(&asking.db, actor).await?;
    proved_own(asking, &email, password, "password").await?;
    Ok(DateTime(calendar_feeds::revoke(&asking.db, actor).await?))
}
