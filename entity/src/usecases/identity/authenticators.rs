//! Authenticators: set up, enabled by their first code, revoked; and the codes that they and their recovery codes show.
//!
//! Secrets come here sealed and codes as steps or digests: what a code is, and how a secret is kept, isn't this module's. What is
//! this module's is that a code serves once: it is claimed in the one statement that compares it.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value as Json, json};

use super::{
    account::account_of,
    sessions::{before_showing, end_others, note_shown, showing, with_ended},
};
use crate::{
    error::{Error, ProblemCode, Result},
    policy::SignInMethod,
    tables::{
        Id,
        identity::{account, authenticator, recovery_code, session::EndReason},
    },
    tenancy::{Actor, Db, Happened, system::BeyondTenantsTx},
};

/// What an account has by way of an authenticator.
#[derive(Clone, Debug)]
pub enum Standing {
    /// None.
    None,
    /// One that was set up and has shown no code yet; it isn't asked for.
    Pending(authenticator::Model),
    /// One that is asked for.
    Enabled(authenticator::Model),
}

/// What an account has by way of an authenticator.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &Db, account: Id<account::Model>) -> Result<Standing> {
    let tx = db.read_beyond_tenants().await?;
    Ok(match live(&tx, account).await? {
        None => Standing::None,
        Some(row) if row.enabled_at.is_none() => Standing::Pending(row),
        Some(row) => Standing::Enabled(row),
    })
}

async fn live(tx: &BeyondTenantsTx, account: Id<account::Model>) -> Result<Option<authenticator::Model>> {
    let rows = tx.find::<authenticator::Entity>().filter(authenticator::Column::AccountId.eq(account));
    Ok(rows.filter(authenticator::Column::RevokedAt.is_null()).one(tx.connection()).await?)
}

/// Sets an authenticator up for the actor's account, in place of one that has shown no code yet.
///
/// # Errors
/// [`Error::Invalid`] when one is enabled already, or somebody else is setting one up this very moment.
#[expect(clippy::disallowed_methods, reason = "authenticators belong to no tenant")]
pub async fn set_up(db: &Db, actor: &Actor, sealed_secret: String) -> Result<()> {
    let (own, now) = (actor.signed_in()?, db.clock().now());
    let duplicate = |message: &str| Error::invalid("", ProblemCode::Duplicate, message);
    let tx = db.write_beyond_tenants().await?;
    let mut happened = Happened::new("CREATE_AUTHENTICATOR");
    match live(&tx, own.account).await? {
        Some(row) if row.enabled_at.is_some() => {
            return Err(duplicate("Your account has an authenticator already; revoke it first with revokeAuthenticator."));
        }
        Some(pending) => {
            retire(&tx, pending.id, now).await?;
            happened = retired(happened, &pending, now);
        }
        None => {}
    }
    let id = Id::<authenticator::Model>::new();
    happened = happened.with("authenticator", id.uuid(), Json::Null, json!({ "created_at": now }));
    let row = authenticator::ActiveModel {
        id: Set(id),
        account_id: Set(own.account),
        sealed_secret: Set(sealed_secret),
        last_step: Set(-1),
        created_at: Set(now),
        enabled_at: Set(None),
        revoked_at: Set(None),
    };
    match authenticator::Entity::insert(row).exec_without_returning(tx.connection()).await.map_err(Error::from) {
        Err(error) if error.is_taken() => Err(duplicate("Your account was given an authenticator this very moment.")),
        Err(error) => Err(error),
        Ok(_) => tx.commit_on_record(db, own.account, happened).await,
    }
}

/// Enables the actor's pending authenticator by the code of `step`, and stores the digests of its recovery codes. The session has
/// shown a code by that; the account's other sessions end, since they haven't.
///
/// # Errors
/// [`Error::Invalid`] when it isn't pending any more.
#[expect(clippy::disallowed_methods, reason = "authenticators belong to no tenant")]
pub async fn enable(
    db: &Db,
    actor: &Actor,
    id: Id<authenticator::Model>,
    step: i64,
    recovery_digests: Vec<String>,
) -> Result<DateTime<Utc>> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let enabled = authenticator::Entity::update_many()
        .col_expr(authenticator::Column::EnabledAt, Expr::val(now))
        .col_expr(authenticator::Column::LastStep, Expr::val(step))
        .filter(authenticator::Column::Id.eq(id))
        .filter(authenticator::Column::EnabledAt.is_null())
        .filter(authenticator::Column::RevokedAt.is_null())
        .exec(tx.connection())
        .await?;
    if enabled.rows_affected != 1 {
        return Err(Error::invalid("", ProblemCode::Duplicate, "This authenticator was enabled or replaced this very moment."));
    }
    let made = recovery_digests.len();
    let codes = recovery_digests.into_iter().map(|digest| recovery_code::ActiveModel {
        id: Set(Id::new()),
        authenticator_id: Set(id),
        digest: Set(digest),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(codes).exec_without_returning(tx.connection()).await?;
    let own = actor.signed_in()?;
    note_shown(&tx, own.session, SignInMethod::PasswordAndCode, now).await?;
    let ended = end_others(&tx, own.account, Some(own.session), EndReason::AuthenticatorChanged, now).await?;
    let happened = Happened::new("ENABLE_AUTHENTICATOR")
        .with("authenticator", id.uuid(), json!({ "enabled_at": null }), json!({ "enabled_at": now, "recovery_codes": made }))
        .with("session", own.session.uuid(), before_showing(own), showing(SignInMethod::PasswordAndCode, now));
    tx.commit_on_record(db, own.account, with_ended(happened, &ended, EndReason::AuthenticatorChanged, now)).await?;
    Ok(now)
}

/// Takes the code of `step` from an enabled authenticator; `false` when that one or a later one was taken before.
///
/// Comparing and setting is one statement, so of two requests that bring the same code exactly one gets on.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "authenticators belong to no tenant")]
pub async fn take_step(db: &Db, id: Id<authenticator::Model>, step: i64) -> Result<bool> {
    let tx = db.write_beyond_tenants().await?;
    let taken = authenticator::Entity::update_many()
        .col_expr(authenticator::Column::LastStep, Expr::val(step))
        .filter(authenticator::Column::Id.eq(id))
        .filter(authenticator::Column::LastStep.lt(step))
        .filter(authenticator::Column::EnabledAt.is_not_null())
        .filter(authenticator::Column::RevokedAt.is_null())
        .exec(tx.connection())
        .await?;
    tx.commit().await?;
    Ok(taken.rows_affected == 1)
}

/// Takes a recovery code; tells how many are left, or `None` when there is no such code or it was used.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "recovery codes belong to no tenant")]
pub async fn take_recovery_code(db: &Db, of: &authenticator::Model, digest: &str) -> Result<Option<u64>> {
    use recovery_code::Column;
    let tx = db.write_beyond_tenants().await?;
    let taken = recovery_code::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::val(db.clock().now()))
        .filter(Column::AuthenticatorId.eq(of.id))
        .filter(Column::Digest.eq(digest))
        .filter(Column::UsedAt.is_null())
        .exec(tx.connection())
        .await?;
    let unused = tx.find::<recovery_code::Entity>().filter(Column::AuthenticatorId.eq(of.id)).filter(Column::UsedAt.is_null());
    let left = unused.count(tx.connection()).await?;
    if taken.rows_affected != 1 {
        return Ok(None);
    }
    let (account, id) = (of.account_id, of.id.uuid());
    let happened = Happened::new("USE_RECOVERY_CODE").with(
        "authenticator",
        id,
        json!({ "recovery_codes": left + 1 }),
        json!({ "recovery_codes": left }),
    );
    tx.commit_on_record(db, account, happened).await?;
    Ok(Some(left))
}

/// Revokes an authenticator of the actor's: its secret and its recovery codes are gone, the account's other sessions end, and this
/// one counts as signed in by password.
///
/// # Errors
/// When the database fails.
pub async fn revoke(db: &Db, actor: &Actor, row: &authenticator::Model) -> Result<DateTime<Utc>> {
    let (own, now) = (actor.signed_in()?, db.clock().now());
    let tx = db.write_beyond_tenants().await?;
    retire(&tx, row.id, now).await?;
    note_shown(&tx, own.session, SignInMethod::Password, now).await?;
    let ended = end_others(&tx, own.account, Some(own.session), EndReason::AuthenticatorChanged, now).await?;
    let shown = (before_showing(own), showing(SignInMethod::Password, now));
    let happened = retired(Happened::new("REVOKE_AUTHENTICATOR"), row, now).with("session", own.session.uuid(), shown.0, shown.1);
    tx.commit_on_record(db, own.account, with_ended(happened, &ended, EndReason::AuthenticatorChanged, now)).await?;
    Ok(now)
}

/// Revokes the authenticator of somebody who lost it together with the recovery codes, from the command line of an installation;
/// every session of theirs ends.
///
/// # Errors
/// [`Error::NotFound`] when no account has that address, or it has no authenticator.
pub async fn revoke_for(db: &Db, email: &str) -> Result<()> {
    let account = account_of(db, email).await?.ok_or(Error::NotFound("account"))?;
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let row = live(&tx, account.id).await?.ok_or(Error::NotFound("authenticator"))?;
    retire(&tx, row.id, now).await?;
    let ended = end_others(&tx, account.id, None, EndReason::AuthenticatorChanged, now).await?;
    let happened = retired(Happened::new("REVOKE_AUTHENTICATOR"), &row, now);
    tx.commit_on_record(db, account.id, with_ended(happened, &ended, EndReason::AuthenticatorChanged, now)).await
}

/// That an authenticator was revoked, for the record.
fn retired(happened: Happened, row: &authenticator::Model, now: DateTime<Utc>) -> Happened {
    happened.with("authenticator", row.id.uuid(), json!({ "revoked_at": null }), json!({ "revoked_at": now }))
}

#[expect(clippy::disallowed_methods, reason = "authenticators belong to no tenant")]
async fn retire(tx: &BeyondTenantsTx, id: Id<authenticator::Model>, now: DateTime<Utc>) -> Result<()> {
    authenticator::Entity::update_many()
        .col_expr(authenticator::Column::RevokedAt, Expr::val(now))
        .col_expr(authenticator::Column::SealedSecret, Expr::val(""))
        .filter(authenticator::Column::Id.eq(id))
        .filter(authenticator::Column::RevokedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}
