//! Sessions: opened by a sign-in, kept up by refresh tokens, listed and ended by their owner.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value, sea_query::Expr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    policy::{Demand, SignInMethod},
    rules::rotation::{Rotation, StoredRefresh},
    tables::{
        Id,
        identity::{
            account, refresh_token,
            session::{self, EndReason},
        },
    },
    tenancy::{Actor, DataVersions, Db, Happened, SignedIn, Wanted, system::BeyondTenantsTx},
};

/// A session ends at the latest this long after the sign-in.
pub const ABSOLUTE_LIFETIME: TimeDelta = TimeDelta::hours(8);
/// A session ends when it isn't kept up for this long.
pub const IDLE_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// What is noted of the device that signs in.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// What the client says it is, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The network address.
    pub address: Option<String>,
}

/// Opens a session with its first refresh token.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "sessions belong to no tenant")]
pub async fn open(
    db: &Db,
    account: &account::Model,
    method: SignInMethod,
    device: Device,
    refresh_digest: String,
) -> Result<session::Model> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let session = session::ActiveModel {
        id: Set(Id::new()),
        account_id: Set(account.id),
        started_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + ABSOLUTE_LIFETIME),
        ended_at: Set(None),
        end_reason: Set(None),
        user_agent: Set(device.user_agent.map(|text| text.chars().take(200).collect())),
        address: Set(device.address),
        method: Set(method),
        shown_at: Set(Some(now)),
    };
    let session = session::Entity::insert(session).exec_with_returning(tx.connection()).await?;
    issue(&tx, &session, refresh_digest, now).await?;
    let begun = json!({ "started_at": now, "expires_at": session.expires_at, "method": method, "address": session.address });
    tx.commit_on_record(db, account.id, Happened::new("SIGN_IN").with("session", session.id.uuid(), Json::Null, begun)).await?;
    Ok(session)
}

#[expect(clippy::disallowed_methods, reason = "refresh tokens belong to no tenant")]
async fn issue(tx: &BeyondTenantsTx, session: &session::Model, digest: String, now: DateTime<Utc>) -> Result<()> {
    let token = refresh_token::ActiveModel {
        id: Set(Id::new()),
        session_id: Set(session.id),
        digest: Set(digest),
        issued_at: Set(now),
        expires_at: Set((now + IDLE_LIFETIME).min(session.expires_at)),
        used_at: Set(None),
    };
    refresh_token::Entity::insert(token).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Exchanges a refresh token for its successor. `None` when it isn't good any more; when it had been used before, its whole
/// family has ended now, because somebody holds a copy.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "refresh tokens belong to no tenant")]
pub async fn rotate(db: &Db, digest: &str, successor_digest: String) -> Result<Option<session::Model>> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    // Claiming the token is one statement, so of two clients that present it at once exactly one gets on.
    let claimed = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::val(now))
        .filter(refresh_token::Column::Digest.eq(digest))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(tx.connection())
        .await?
        .rows_affected
        == 1;
    let token = tx.find::<refresh_token::Entity>().filter(refresh_token::Column::Digest.eq(digest)).one(tx.connection()).await?;
    let Some(token) = token else { return Ok(None) };
    let session = tx.find::<session::Entity>().filter(session::Column::Id.eq(token.session_id)).one(tx.connection()).await?;
    let Some(session) = session else { return Ok(None) };
    let stored = StoredRefresh {
        used_at: if claimed { None } else { token.used_at },
        revoked_at: session.ended_at,
        expires_at: token.expires_at.min(session.expires_at),
    };
    match stored.rotation(now) {
        Rotation::Rotate => {
            issue(&tx, &session, successor_digest, now).await?;
            touch(&tx, &session, now).await?;
            tx.touch_account(session.account_id).await?;
            tx.commit().await?;
            Ok(Some(session))
        }
        Rotation::Reused => {
            if end_where(&tx, session.id, EndReason::TokenReused, now).await? {
                let happened = ended(&[session.id.uuid()], EndReason::TokenReused, now);
                let happened = happened.because("a refresh token came a second time, so somebody may hold a copy of it");
                tx.commit_on_record(db, session.account_id, happened).await?;
            }
            Ok(None)
        }
        // Nothing is committed, so the token stays as it was.
        Rotation::Expired | Rotation::Revoked => Ok(None),
    }
}

#[expect(clippy::disallowed_methods, reason = "sessions belong to no tenant")]
async fn touch(tx: &BeyondTenantsTx, session: &session::Model, now: DateTime<Utc>) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::val(now))
        .filter(session::Column::Id.eq(session.id))
        .exec(tx.connection())
        .await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "sessions belong to no tenant")]
async fn end_where(tx: &BeyondTenantsTx, session: Id<session::Model>, reason: EndReason, now: DateTime<Utc>) -> Result<bool> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::val(now))
        .col_expr(session::Column::EndReason, Expr::val(reason.as_str()))
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::EndedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Ends one of the actor's own sessions, at once.
///
/// # Errors
/// [`Error::NotFound`] when it isn't the actor's or isn't live.
pub async fn end(db: &Db, actor: &Actor, session: Id<session::Model>) -> Result<()> {
    let (signed_in, now) = (actor.signed_in()?, db.clock().now());
    let tx = db.write_beyond_tenants().await?;
    let own = tx
        .find::<session::Entity>()
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::AccountId.eq(signed_in.account))
        .one(tx.connection())
        .await?
        .is_some();
    let reason = if session == signed_in.session { EndReason::SignedOut } else { EndReason::Revoked };
    if !own || !end_where(&tx, session, reason, now).await? {
        return Err(Error::NotFound("session"));
    }
    tx.commit_on_record(db, signed_in.account, ended(&[session.uuid()], reason, now)).await
}

/// The actor behind a session, with the appointments in force on the business date; `None` when the session is over.
///
/// This is asked on every request, so that ending a session, an account or an appointment takes effect at once.
///
/// # Errors
/// When the database fails.
pub async fn actor(db: &Db, account: Id<account::Model>, session: Id<session::Model>, demand: Demand) -> Result<Option<Actor>> {
    Ok(recognised(db, account, session, (demand, Wanted::Actor)).await?.map(|(actor, _)| actor))
}

/// The same, with the versions of what the actor may read anything of where these are wanted.
///
/// # Errors
/// When the database fails.
pub async fn recognised(
    db: &Db,
    account: Id<account::Model>,
    session: Id<session::Model>,
    (demand, wanted): (Demand, Wanted),
) -> Result<Option<(Actor, Option<DataVersions>)>> {
    db.actor_behind(account, session, (db.clock().business_date(), db.clock().now()), (demand, wanted)).await
}

/// Notes that the actor's session has just shown what `method` asks for.
///
/// # Errors
/// When the database fails.
pub async fn shown(db: &Db, actor: &Actor, method: SignInMethod) -> Result<DateTime<Utc>> {
    let tx = db.write_beyond_tenants().await?;
    let now = db.clock().now();
    let own = actor.signed_in()?;
    note_shown(&tx, own.session, method, now).await?;
    let happened =
        Happened::new("VERIFY_IDENTITY").with("session", own.session.uuid(), before_showing(own), showing(method, now));
    tx.commit_on_record(db, own.account, happened).await?;
    Ok(now)
}

#[expect(clippy::disallowed_methods, reason = "sessions belong to no tenant")]
pub(super) async fn note_shown(
    tx: &BeyondTenantsTx,
    session: Id<session::Model>,
    method: SignInMethod,
    now: DateTime<Utc>,
) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::Method, Expr::val(method.as_str()))
        .col_expr(session::Column::ShownAt, Expr::val(now))
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::EndedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// What the actor's session had shown until now, for the record.
pub(super) fn before_showing(own: &SignedIn) -> Json {
    json!({ "method": own.assurance.method, "shown_at": own.assurance.shown_at })
}

/// What it has shown from now on, for the record.
pub(super) fn showing(method: SignInMethod, now: DateTime<Utc>) -> Json {
    json!({ "method": method, "shown_at": now })
}

const END_OTHERS: &str = "UPDATE session SET ended_at = $3, end_reason = $4 \
    WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > $3 RETURNING id";

/// Ends every live session of an account but one, or all of them; tells which.
pub(super) async fn end_others(
    tx: &BeyondTenantsTx,
    account: Id<account::Model>,
    but: Option<Id<session::Model>>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let but = but.map_or(Uuid::nil(), Id::uuid);
    let values: [Value; 4] = [account.into(), but.into(), now.into(), reason.as_str().into()];
    let connection = tx.connection();
    let ended = Statement::from_sql_and_values(connection.get_database_backend(), END_OTHERS, values);
    let rows = connection.query_all_raw(ended).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

/// That sessions ended, for the record.
fn ended(sessions: &[Uuid], reason: EndReason, now: DateTime<Utc>) -> Happened {
    with_ended(Happened::new("END_SESSION"), sessions, reason, now)
}

/// That sessions ended by something else that happened, for the record.
pub(super) fn with_ended(happened: Happened, sessions: &[Uuid], reason: EndReason, now: DateTime<Utc>) -> Happened {
    happened.with_each("session", sessions, &json!({ "ended_at": null }), &json!({ "ended_at": now, "end_reason": reason }))
}
