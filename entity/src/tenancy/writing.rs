//! Writing once: under an idempotency key a call acts one time, however often and from however many sides it comes.
//!
//! The key's row is claimed before anything else in the transaction that does the writing, and gets its outcome in the same
//! commit: what was acknowledged is remembered, and what was refused is not. Whoever comes with the same key meanwhile waits for
//! that row (SQLite has one writer), and then gives the outcome that it finds. So a write under a key can be tried again when the
//! database breaks off, even in the middle of a commit; one without can't.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement, Value};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::{Actor, Asked, Db, Deed, TenantTx};
use crate::{
    error::{Error, ProblemCode, Result},
    policy::Action,
    rules::chain::hexadecimal,
    tables::{Id, TenantId, identity::remembered_call},
};

/// How long a key is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// Characters in a key, at most.
const LONGEST_KEY: usize = 100;

/// How long a write under a key is tried while the database breaks off.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first pause between two tries, at most; each further one may be twice as long, up to the second of them.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(800));

/// How often a write is tried when somebody else writes the same at the same moment.
const RACES: usize = 3;

/// Claims a key that is new or has expired; changes nothing when it is kept, but waits until whoever claimed it is done.
const CLAIM: &str = "\
    INSERT INTO remembered_call (id, caller_id, key, mutation, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (caller_id, key) DO UPDATE SET id = excluded.id, mutation = excluded.mutation, digest = excluded.digest, \
    outcome = NULL, created_at = excluded.created_at, expires_at = excluded.expires_at \
    WHERE remembered_call.expires_at <= excluded.created_at";
const KEPT_CALL: &str = "SELECT mutation, digest, outcome FROM remembered_call WHERE caller_id = $1 AND key = $2";
const REMEMBER: &str = "UPDATE remembered_call SET outcome = $3 WHERE caller_id = $1 AND key = $2";

/// An idempotency key, with what it stands for.
#[derive(Clone, Debug)]
pub struct Key {
    key: String,
    mutation: String,
    input: String,
}

impl Key {
    /// A key that a client gives to a mutation with an input; the input in a form that is the same whenever it means the same.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `idempotencyKey` unless it has 1 to 100 visible ASCII characters.
    pub fn new(key: &str, mutation: &str, input: &str) -> Result<Self> {
        if !(1..=LONGEST_KEY).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("A key has 1 to {LONGEST_KEY} visible ASCII characters, such as those of a random UUID.");
            return Err(Error::invalid("idempotencyKey", ProblemCode::Malformed, message));
        }
        Ok(Self { key: key.to_owned(), mutation: mutation.to_owned(), input: input.to_owned() })
    }

    fn digest(&self, tenant: TenantId) -> String {
        hexadecimal(Sha256::new().chain_update(tenant.uuid()).chain_update(&self.input))
    }
}

/// A key whose row this transaction holds.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    caller: uuid::Uuid,
    key: String,
}

/// What came of a call before.
struct Before {
    mutation: String,
    digest: String,
    outcome: Option<String>,
}

/// A call that is to write: on whose behalf, in which tenant, and under which key if any.
pub struct Writing<'d> {
    db: &'d Db,
    actor: Arc<Actor>,
    tenant: TenantId,
    request_id: Option<String>,
    key: Option<Key>,
    field: Option<String>,
}

impl<'d> Writing<'d> {
    /// A call under no key.
    #[must_use]
    pub fn new(db: &'d Db, actor: Arc<Actor>, tenant: TenantId, request_id: Option<String>) -> Self {
        Self { db, actor, tenant, request_id, key: None, field: None }
    }

    /// The same call, of which this field of the input names the tenant, or something in it.
    #[must_use]
    pub fn named_by(self, field: Option<String>) -> Self {
        Self { field, ..self }
    }

    /// The same call under a key, if there is one.
    #[must_use]
    pub fn under(self, key: Option<Key>) -> Self {
        Self { key, ..self }
    }

    /// Whether the actor holds an appointment in the tenant.
    fn is_at_home(&self) -> bool {
        self.actor.acts_in(self.tenant)
    }

    /// Refuses the deed before anything else is looked at, where the actor holds nothing in the tenant.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field that names the tenant: `FORBIDDEN` when it may be read, and `NOT_FOUND` when not.
    pub async fn at_home<D: Deed>(&self) -> Result<()> {
        if self.is_at_home() {
            return Ok(());
        }
        let field = self.field.as_deref().unwrap_or_default();
        Err(self.db.turned_away((&self.actor, self.tenant), Some((D::ACTION, D::RESOURCE)), field).await)
    }

    /// Has something done once, in a transaction that `act` commits by [`TenantTx::commit_with`] its outcome; gives the outcome of
    /// before when it was done already under the same key.
    ///
    /// A race that was lost to somebody else is run again, at most three times in all, and is [`Error::Unavailable`] after that; a write
    /// under a key also when the database breaks off, for five seconds.
    ///
    /// # Errors
    /// As [`Db::write`] and as `act`; [`Error::Invalid`] with `IDEMPOTENCY_KEY_REUSED` when the key stands for something else.
    /// Then nothing was written, but see [`Error::Unavailable`].
    pub fn once<'w, T, Act, Acting>(&'w self, act: Act) -> Asked<'w, T>
    where
        T: Serialize + DeserializeOwned + Send + 'w,
        Act: Fn(TenantTx) -> Acting + Send + Sync + 'w,
        Acting: Future<Output = Result<T>> + Send + 'w,
    {
        Box::pin(async move {
            let began = Instant::now();
            let (mut lost, mut broken_off) = (1, 0);
            loop {
                match self.attempt(&act).await {
                    Err(error) if error.is_taken() && lost < RACES => lost += 1,
                    Err(error) if error.is_taken() => return Err(error.lost_for_good()),
                    Err(Error::Unavailable(_) | Error::Unsettled(_)) if self.key.is_some() && began.elapsed() < PATIENCE => {
                        tokio::time::sleep(pause(broken_off)).await;
                        broken_off += 1;
                    }
                    done => return done,
                }
            }
        })
    }

    async fn attempt<T, Act, Acting>(&self, act: &Act) -> Result<T>
    where
        T: DeserializeOwned,
        Act: Fn(TenantTx) -> Acting,
        Acting: Future<Output = Result<T>>,
    {
        let mut tx = match self.db.write(Arc::clone(&self.actor), self.tenant, self.request_id.clone()).await {
            Err(Error::NotFound(_)) => return Err(self.turned_away(act).await),
            begun => begun?,
        };
        if let Some(key) = &self.key
            && let Some(before) = tx.claim(key).await?
        {
            return before.answer(key, self.tenant);
        }
        let readings = tx.shared_readings();
        let outcome = match act(tx).await {
            Ok(outcome) => outcome,
            Err(refusal) => return Err(self.db.explained(&self.actor, refusal).await),
        };
        // What a write read of other tenants is told to them as any other reading is, before the answer leaves.
        let readings = readings.across_tenants();
        if !readings.is_empty() {
            self.db.record_readings(&self.actor, readings).await.map_err(Error::after_write)?;
        }
        Ok(outcome)
    }

    /// What somebody is told who holds nothing in the tenant. Which deed it would have been shows where the call is refused; what else it
    /// comes to tells nobody anything. It is given a look at what the actor may read, in which nothing can be written.
    async fn turned_away<T, Act, Acting>(&self, act: &Act) -> Error
    where
        Act: Fn(TenantTx) -> Acting,
        Acting: Future<Output = Result<T>>,
    {
        let deed = if self.actor.disclosers().contains(&self.tenant) {
            match act(self.db.look_in(Arc::clone(&self.actor), self.tenant)).await {
                Err(Error::Denied { action, resource, .. }) if action != Action::Read => Some((action, resource)),
                _ => None,
            }
        } else {
            None
        };
        self.db.turned_away((&self.actor, self.tenant), deed, self.field.as_deref().unwrap_or_default()).await
    }
}

impl Before {
    /// The outcome, if the call was the same.
    fn answer<T: DeserializeOwned>(self, key: &Key, tenant: TenantId) -> Result<T> {
        if self.mutation != key.mutation || self.digest != key.digest(tenant) {
            let message = "This key was used within the last 24 hours for another mutation or another input; choose a new one.";
            return Err(Error::invalid("idempotencyKey", ProblemCode::IdempotencyKeyReused, message));
        }
        let outcome = self.outcome.ok_or_else(|| Error::internal("a call was remembered without its outcome"))?;
        serde_json::from_str(&outcome).map_err(Error::internal)
    }
}

impl TenantTx {
    /// Takes the key for this transaction, or tells what came of it before.
    async fn claim(&mut self, key: &Key) -> Result<Option<Before>> {
        let (caller, now, tenant) = (self.actor.caller(), self.now(), self.acting_tenant()?);
        let values: [Value; 7] = [
            Id::<remembered_call::Model>::new().into(),
            caller.into(),
            key.key.as_str().into(),
            key.mutation.as_str().into(),
            key.digest(tenant).into(),
            now.into(),
            (now + KEPT).into(),
        ];
        let claimed = self.connection().await?.execute_raw(self.statement(CLAIM, values)).await?;
        if claimed.rows_affected() > 0 {
            self.claim = Some(Claim { caller, key: key.key.clone() });
            return Ok(None);
        }
        let kept = self.statement(KEPT_CALL, [caller.into(), key.key.as_str().into()]);
        let row = self
            .connection()
            .await?
            .query_one_raw(kept)
            .await?
            .ok_or_else(|| Error::internal("a key that is kept isn't there"))?;
        let (mutation, digest) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(Some(Before { mutation, digest, outcome: row.try_get_by_index(2)? }))
    }

    /// Puts everything that was written on record and makes it durable, together with the outcome, which is what a repeated call
    /// under the same key is answered with.
    ///
    /// # Errors
    /// When the database can't; then nothing was written, but see [`Error::Unavailable`].
    pub async fn commit_with<T: Serialize + Sync>(mut self, outcome: &T) -> Result<()> {
        if let Some(Claim { caller, key }) = self.claim.take() {
            let outcome = serde_json::to_string(outcome).map_err(Error::internal)?;
            let remember = self.statement(REMEMBER, [caller.into(), key.into(), outcome.into()]);
            self.connection().await?.execute_raw(remember).await?;
        }
        self.commit().await
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.engine.backend(), sql, values)
    }
}

/// A pause of any length up to one that grows, so that those who were broken off together don't come back together.
fn pause(broken_off: u32) -> Duration {
    let (shortest, longest) = PAUSES;
    let most = shortest.saturating_mul(2_u32.saturating_pow(broken_off)).min(longest);
    // Without randomness it is the longest of them.
    most.mul_f64(getrandom::u32().map_or(1.0, |any| f64::from(any) / f64::from(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::{Key, pause};
    use crate::error::Error;

    #[test]
    fn a_key_has_1_to_100_visible_characters() {
        for good in ["k", "7f0d1f0e-8a52-4bd3-9f5d-0a8c3c1f5b11", &"~".repeat(100)] {
            assert!(Key::new(good, "RecordOutlook", "{}").is_ok(), "{good}");
        }
        for bad in ["", " ", "two words", "tab\t", "é", "\u{0}", &"~".repeat(101)] {
            assert!(matches!(Key::new(bad, "RecordOutlook", "{}"), Err(Error::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        for (broken_off, most) in [(0, 50), (1, 100), (4, 800), (5, 800), (200, 800)] {
            assert!((0..50).all(|_| pause(broken_off).as_millis() <= most), "{broken_off}");
        }
    }
}
