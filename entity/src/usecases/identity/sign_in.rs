//! Attempts to sign in: counted before the password is looked at, so that a burst can't pass on one reading.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use serde_json::{Value as Json, json};

use super::account::account_of;
use crate::{
    error::Result,
    rules::throttle::{self, Attempt, Throttle, ThrottleState},
    tables::{
        Id,
        identity::{account, sign_in_throttle},
    },
    tenancy::{Db, Happened, system::BeyondTenantsTx},
};

/// Whose attempts are counted, each by its own rule.
#[derive(Clone, Debug)]
pub struct Subjects {
    counted: Vec<(Throttle, String)>,
    named: Named,
    address: IpAddr,
}

/// How the account is named whose attempts they are.
#[derive(Clone, Debug)]
enum Named {
    ByEmail(String),
    ByItself(Id<account::Model>),
}

impl Subjects {
    /// Of an attempt to sign in to the account of `email` from `address`: the account, the address, and the two together.
    #[must_use]
    pub fn of(email: &str, address: IpAddr) -> Self {
        let counted = vec![
            (Throttle::AccountFromAddress, throttle::account_from_address_key(email, address)),
            (Throttle::Account, throttle::account_key(email)),
            (Throttle::Address, throttle::address_key(address)),
        ];
        Self { counted, named: Named::ByEmail(email.to_owned()), address }
    }

    /// Of a one-time or recovery code shown for an account. They are counted apart from passwords: whoever knows the password
    /// could otherwise wipe the count out between two guesses.
    #[must_use]
    pub fn of_code(account: Id<account::Model>, address: IpAddr) -> Self {
        let counted = vec![(Throttle::OneTimeCode, throttle::code_key(account.uuid()))];
        Self { counted, named: Named::ByItself(account), address }
    }

    /// Of a link asked for in the name of `email` from `address`.
    #[must_use]
    pub fn of_link_request(email: &str, address: IpAddr) -> Self {
        let counted = vec![
            (Throttle::LinkRequest, format!("link {}", throttle::account_key(email))),
            (Throttle::Address, format!("link {}", throttle::address_key(address))),
        ];
        Self { counted, named: Named::ByEmail(email.to_owned()), address }
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.counted.iter().map(|(_, key)| key.as_str())
    }
}

/// Asks whether an attempt may be made, and counts it as failed until [`succeeded`] or [`withdrawn`] says otherwise.
///
/// While it has to wait nothing is counted, so a barrier ends when it says it will.
///
/// # Errors
/// When the database fails.
pub async fn begin_attempt(db: &Db, subjects: &Subjects) -> Result<Attempt> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let mut states = Vec::with_capacity(subjects.counted.len());
    for (throttle, subject) in &subjects.counted {
        let state = state(&tx, subject, now).await?;
        if let Attempt::Wait { until } = throttle.decide(&state, now) {
            return Ok(Attempt::Wait { until });
        }
        states.push(throttle.after_failure(&state, now));
    }
    for ((_, subject), state) in subjects.counted.iter().zip(states) {
        store(&tx, subject, state).await?;
    }
    tx.commit().await?;
    Ok(Attempt::Allow)
}

/// Takes back the count of an attempt that turned out well.
///
/// # Errors
/// When the database fails.
pub async fn succeeded(db: &Db, subjects: &Subjects) -> Result<()> {
    settle(db, subjects, |throttle, state, now| match throttle {
        // The address keeps its other failures: owning one account must not help a guesser.
        Throttle::Address => without_one(state),
        _ => throttle.after_success(&state, now),
    })
    .await
}

/// Takes back the count of an attempt that came to nothing through no fault of whoever made it.
///
/// # Errors
/// When the database fails.
pub async fn withdrawn(db: &Db, subjects: &Subjects) -> Result<()> {
    settle(db, subjects, |_, state, _| without_one(state)).await
}

/// Puts on record that an attempt failed, if whoever tries has to wait from now on; its count stands already. So somebody's guessing
/// adds an event for each wait, not for each guess, and attempts in a name that no account has add none.
///
/// # Errors
/// When the database fails.
pub async fn failed(db: &Db, subjects: &Subjects) -> Result<()> {
    use sign_in_throttle::Column;
    let now = db.clock().now();
    let (waits, account) = {
        let tx = db.read_beyond_tenants().await?;
        let waits = tx.find::<sign_in_throttle::Entity>().filter(Column::Subject.is_in(subjects.keys()));
        let waits = waits.filter(Column::BlockedUntil.gt(now)).all(tx.connection()).await?;
        if waits.is_empty() {
            return Ok(());
        }
        (waits, named(db, &subjects.named).await?)
    };
    let Some(account) = account else { return Ok(()) };
    let mut happened = Happened::new("THROTTLE_SIGN_IN").because("attempts with a wrong password or a wrong code");
    for (throttle, key) in &subjects.counted {
        let Some(wait) = waits.iter().find(|wait| wait.subject == *key) else { continue };
        let after = json!({
            "counted_by": throttle.counts(),
            "failures": wait.failures,
            "blocked_until": wait.blocked_until,
            "address": subjects.address,
        });
        happened = happened.with("sign_in_throttle", account.uuid(), Json::Null, after);
    }
    db.write_beyond_tenants().await?.commit_on_record(db, account, happened).await
}

async fn named(db: &Db, named: &Named) -> Result<Option<Id<account::Model>>> {
    match named {
        Named::ByItself(account) => Ok(Some(*account)),
        Named::ByEmail(email) => Ok(account_of(db, email).await?.map(|account| account.id)),
    }
}

fn without_one(state: ThrottleState) -> ThrottleState {
    ThrottleState { failures: state.failures.saturating_sub(1).max(0), blocked_until: None, ..state }
}

async fn settle(
    db: &Db,
    subjects: &Subjects,
    settled: impl Fn(Throttle, ThrottleState, DateTime<Utc>) -> ThrottleState,
) -> Result<()> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    for (throttle, subject) in &subjects.counted {
        let state = state(&tx, subject, now).await?;
        store(&tx, subject, settled(*throttle, state, now)).await?;
    }
    tx.commit().await
}

async fn state(tx: &BeyondTenantsTx, subject: &str, now: DateTime<Utc>) -> Result<ThrottleState> {
    use sign_in_throttle::Column;
    // The row is made first, so that two attempts at once queue up behind each other on its lock.
    let row = model(subject, ThrottleState::fresh(now)).into_active_model();
    let conflict = OnConflict::column(Column::Subject).update_column(Column::Subject).to_owned();
    insert(row).on_conflict(conflict).exec_without_returning(tx.connection()).await?;
    let found = tx.find::<sign_in_throttle::Entity>().filter(Column::Subject.eq(subject)).one(tx.connection()).await?;
    Ok(found.map_or_else(
        || ThrottleState::fresh(now),
        |row| ThrottleState {
            failures: row.failures,
            window_started_at: row.window_started_at,
            blocked_until: row.blocked_until,
        },
    ))
}

async fn store(tx: &BeyondTenantsTx, subject: &str, state: ThrottleState) -> Result<()> {
    use sign_in_throttle::Column;
    let row = model(subject, state).into_active_model();
    let conflict = OnConflict::column(Column::Subject)
        .update_columns([Column::Failures, Column::WindowStartedAt, Column::BlockedUntil])
        .to_owned();
    insert(row).on_conflict(conflict).exec_without_returning(tx.connection()).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "throttling belongs to no tenant")]
fn insert(row: sign_in_throttle::ActiveModel) -> sea_orm::Insert<sign_in_throttle::ActiveModel> {
    sign_in_throttle::Entity::insert(row)
}

fn model(subject: &str, state: ThrottleState) -> sign_in_throttle::Model {
    sign_in_throttle::Model {
        subject: subject.to_owned(),
        failures: state.failures,
        window_started_at: state.window_started_at,
        blocked_until: state.blocked_until,
    }
}
