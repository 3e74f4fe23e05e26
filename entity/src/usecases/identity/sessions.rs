//! Sessions: opened by a sign-in, kept up by refresh tokens, listed and ended by their owner.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

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
    tenancy::{Actor, Db, system::BeyondTenantsTx},
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
    tx.commit().await?;
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
            tx.commit().await?;
            Ok(Some(session))
        }
        Rotation::Reused => {
            end_where(&tx, session.id, EndReason::TokenReused, now).await?;
            tx.commit().await?;
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
    tx.commit().await
}

/// The actor behind a session, with the appointments in force on the business date; `None` when the session is over.
///
/// This is asked on every request, so that ending a session, an account or an appointment takes effect at once.
///
/// # Errors
/// When the database fails.
pub async fn actor(db: &Db, account: Id<account::Model>, session: Id<session::Model>, demand: Demand) -> Result<Option<Actor>> {
    db.actor_behind(account, session, (db.clock().business_date(), db.clock().now()), demand).await
}

/// Notes that the actor's session has just shown what `method` asks for.
///
/// # Errors
/// When the database fails.
pub async fn shown(db: &Db, actor: &Actor, method: SignInMethod) -> Result<DateTime<Utc>> {
    let tx = db.write_beyond_tenants().await?;
    let now = db.clock().now();
    note_shown(&tx, actor.signed_in()?.session, method, now).await?;
    tx.commit().await?;
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

/// Ends every live session of an account but one, or all of them.
#[expect(clippy::disallowed_methods, reason = "sessions belong to no tenant")]
pub(super) async fn end_others(
    tx: &BeyondTenantsTx,
    account: Id<account::Model>,
    but: Option<Id<session::Model>>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut ending = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::val(now))
        .col_expr(session::Column::EndReason, Expr::val(reason.as_str()))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::EndedAt.is_null());
    if let Some(own) = but {
        ending = ending.filter(session::Column::Id.ne(own));
    }
    ending.exec(tx.connection()).await?;
    Ok(())
}
