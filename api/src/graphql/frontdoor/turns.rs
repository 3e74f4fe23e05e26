//! How many requests of one account are executed at a time.
//!
//! A heavy query holds a connection for reading while it lasts, and there are few. Without turns one account's dozen would leave
//! nobody else any; with them its further requests wait behind its own, and everybody else's go on. What nobody is signed in for
//! reads next to nothing, and attempts to sign in have a throttle of their own, so those need no turn.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};
use uuid::Uuid;

use super::refusal::Refusal;

/// Accounts that are remembered before those without a request under way are forgotten.
const REMEMBERED: usize = 1024;

/// The turns of all accounts.
#[derive(Debug)]
pub struct Turns {
    at_once: usize,
    // Whoever has a turn or waits for one keeps the account's count alive.
    accounts: Mutex<HashMap<Uuid, Weak<Semaphore>>>,
}

impl Turns {
    /// So many requests at once for each account; at least one.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self { at_once: at_once.max(1), accounts: Mutex::default() }
    }

    /// Waits for a turn until a moment; nobody in particular needs none.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when none came.
    pub async fn take(&self, whose: Option<Uuid>, until: Instant) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
        let Some(account) = whose else { return Ok(None) };
        let turns = self.of(account);
        match timeout_at(until, turns.acquire_owned()).await {
            Ok(Ok(turn)) => Ok(Some(turn)),
            // They are never closed; time is what runs out.
            Ok(Err(_)) | Err(_) => Err(Refusal::Busy(self.at_once)),
        }
    }

    fn of(&self, account: Uuid) -> Arc<Semaphore> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = accounts.get(&account).and_then(Weak::upgrade) {
            return turns;
        }
        if accounts.len() >= REMEMBERED {
            accounts.retain(|_, turns| turns.strong_count() > 0);
        }
        let turns = Arc::new(Semaphore::new(self.at_once));
        accounts.insert(account, Arc::downgrade(&turns));
        turns
    }
}
