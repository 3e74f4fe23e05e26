//! Removing what identity needs no longer: sessions that are over, their refresh tokens, counts of failures that count no more, and
//! outcomes of calls under keys that have expired.
//!
//! A session's tokens stay as long as the session could be used, those that were used among them: one that comes a second time has
//! to be recognised, or a thief would only look like somebody who mistyped.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::SelectStatement,
};

use crate::{
    error::Result,
    rules::throttle,
    tables::{
        RecordArea,
        identity::{rate_meter, refresh_token, remembered_call, session, sign_in_throttle},
    },
    tenancy::{Db, system::BeyondTenantsTx},
};

/// Rows of a table that are removed in one transaction, at most; others wait no longer than that takes.
const BATCH: u64 = 500;

/// How many rows were removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Sessions whose absolute lifetime had run out.
    pub sessions: u64,
    /// Their refresh tokens.
    pub refresh_tokens: u64,
    /// Counts of failed sign-ins that had no effect any more.
    pub throttles: u64,
    /// Outcomes that were kept under idempotency keys for their time.
    pub calls: u64,
}

/// Removes what is over by the system's time, in small batches.
///
/// # Errors
/// When the database fails; what was removed until then stays removed.
pub async fn purge(db: &Db) -> Result<Purged> {
    let (now, mut purged) = (db.clock().now(), Purged::default());
    loop {
        let tx = db.write_beyond_tenants().await?;
        let (tokens, sessions) = end_sessions(&tx, now).await?;
        if sessions > 0 {
            // When an account was last used is known by its sessions.
            tx.touch_of_all(RecordArea::Identity);
        }
        tx.commit().await?;
        purged.refresh_tokens += tokens;
        purged.sessions += sessions;
        if sessions == 0 {
            break;
        }
    }
    loop {
        let tx = db.write_beyond_tenants().await?;
        let throttles = forget_failures(&tx, now).await?;
        tx.commit().await?;
        purged.throttles += throttles;
        if throttles == 0 {
            break;
        }
    }
    loop {
        let tx = db.write_beyond_tenants().await?;
        let calls = forget_calls(&tx, now).await?;
        tx.commit().await?;
        purged.calls += calls;
        if calls == 0 {
            return Ok(purged);
        }
    }
}

/// Forgets budgets that are whole again: they say nothing that a new one doesn't.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "budgets belong to no tenant")]
pub async fn forget_budgets(db: &Db) -> Result<u64> {
    use rate_meter::Column;
    let now = db.clock().now().timestamp_nanos_opt().unwrap_or(0);
    let tx = db.write_beyond_tenants().await?;
    let removed = rate_meter::Entity::delete_many().filter(Column::WholeAt.lte(now)).exec(tx.connection()).await?;
    tx.commit().await?;
    Ok(removed.rows_affected)
}

/// The next sessions whose time is up.
fn over(tx: &BeyondTenantsTx, now: DateTime<Utc>) -> SelectStatement {
    tx.find::<session::Entity>()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::ExpiresAt.lte(now))
        .order_by(session::Column::Id, Order::Asc)
        .limit(BATCH)
        .into_query()
}

#[expect(clippy::disallowed_methods, reason = "sessions and their tokens belong to no tenant")]
async fn end_sessions(tx: &BeyondTenantsTx, now: DateTime<Utc>) -> Result<(u64, u64)> {
    use refresh_token::Column::SessionId;
    let tokens = refresh_token::Entity::delete_many().filter(SessionId.in_subquery(over(tx, now))).exec(tx.connection()).await?;
    // Somebody else who purges at the same moment can have moved the batch on, so only what has no token left may go.
    let tokens_left = tx.find::<refresh_token::Entity>().select_only().column(SessionId).into_query();
    let sessions = session::Entity::delete_many()
        .filter(session::Column::Id.in_subquery(over(tx, now)))
        .filter(session::Column::Id.not_in_subquery(tokens_left))
        .exec(tx.connection())
        .await?;
    Ok((tokens.rows_affected, sessions.rows_affected))
}

#[expect(clippy::disallowed_methods, reason = "throttling belongs to no tenant")]
async fn forget_failures(tx: &BeyondTenantsTx, now: DateTime<Utc>) -> Result<u64> {
    use sign_in_throttle::Column;
    let spent = || {
        let unblocked = Condition::any().add(Column::BlockedUntil.is_null()).add(Column::BlockedUntil.lte(now));
        Condition::all().add(Column::WindowStartedAt.lte(throttle::forgotten_before(now))).add(unblocked)
    };
    let next = tx.find::<sign_in_throttle::Entity>().select_only().column(Column::Subject).filter(spent());
    let next = next.order_by(Column::Subject, Order::Asc).limit(BATCH).into_query();
    // Said twice, because a row can begin to count again while it is waited for.
    let removed = sign_in_throttle::Entity::delete_many().filter(Column::Subject.in_subquery(next)).filter(spent());
    Ok(removed.exec(tx.connection()).await?.rows_affected)
}

#[expect(clippy::disallowed_methods, reason = "calls under keys belong to no tenant")]
async fn forget_calls(tx: &BeyondTenantsTx, now: DateTime<Utc>) -> Result<u64> {
    use remembered_call::Column;
    let next = tx.find::<remembered_call::Entity>().select_only().column(Column::Id).filter(Column::ExpiresAt.lte(now));
    let next = next.order_by(Column::ExpiresAt, Order::Asc).limit(BATCH).into_query();
    // Said twice, because a key can be used anew, under another identifier, while its row is waited for.
    let expired = remembered_call::Entity::delete_many().filter(Column::Id.in_subquery(next)).filter(Column::ExpiresAt.lte(now));
    Ok(expired.exec(tx.connection()).await?.rows_affected)
}
