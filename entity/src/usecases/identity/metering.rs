//! Drawing on budgets, which all servers share.
//!
//! Each server draws a slice at a time, by one statement, and hands it out from memory: at the pace at which a budget fills that is a
//! statement in three seconds for each caller, whatever the number of requests. Near the end of a budget, where no slice is left,
//! it is one a request; and what is known to be used up is refused from memory. What a server drew and hasn't handed out within ten
//! seconds is let go; the budget fills regardless.
//!
//! On SQLite there is one server, so the moment is kept in its memory, and reading waits for no writer. A database that can't be
//! written keeps nobody from reading: then requests are let through.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex as Waiting;

use crate::{
    error::Result,
    rules::meter::{Allowance, Standing, Taken, Wait},
    tenancy::{Db, Engine},
};

/// Subjects that are remembered before those that nobody draws on are forgotten.
const REMEMBERED: usize = 10_000;
/// For how long a server holds what it drew, in nanoseconds.
const HELD_FOR: i64 = 10_000_000_000;

/// On whose budget is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Whose it is, such as `key 0192…`.
    pub subject: String,
    /// How much that is.
    pub allowance: Allowance,
}

/// What came of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// How the budget stands that is nearest to its end; none when there is no limit.
    pub standing: Option<Standing>,
    /// How long to wait, when one of them is used up; then nothing was drawn on any.
    pub wait: Option<Wait>,
}

/// What this server holds of one budget.
#[derive(Debug, Default)]
struct Hold {
    left: u64,
    whole_at: i64,
    drawn_at: i64,
}

/// The budgets as this server knows them.
pub struct Meters {
    db: Db,
    holds: Mutex<HashMap<String, Arc<Waiting<Hold>>>>,
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meters").finish_non_exhaustive()
    }
}

impl Meters {
    /// Budgets that are shared by way of a database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, holds: Mutex::default() }
    }

    /// Draws a cost on each budget, or on none.
    pub async fn draw(&self, draws: &[Draw], cost: u64) -> Drawn {
        let now = nanos(self.db.clock().now());
        let (mut standings, mut paid) = (Vec::with_capacity(draws.len()), Vec::new());
        for draw in draws {
            let hold = self.hold(&draw.subject);
            let mut hold = hold.lock().await;
            let outcome = self.take(&mut hold, draw, now, cost).await;
            standings.push(draw.allowance.standing(hold.whole_at, now, hold.left));
            if let Err(wait) = outcome {
                drop(hold);
                self.give_back(&paid, cost).await;
                return Drawn { standing: tightest(standings), wait: Some(wait) };
            }
            paid.push(draw.subject.clone());
        }
        Drawn { standing: tightest(standings), wait: None }
    }

    /// How the budgets stand as far as this server knows, drawing on none.
    pub async fn glance(&self, draws: &[Draw]) -> Option<Standing> {
        let now = nanos(self.db.clock().now());
        let mut standings = Vec::with_capacity(draws.len());
        for draw in draws {
            let hold = self.hold(&draw.subject);
            let hold = hold.lock().await;
            standings.push(draw.allowance.standing(hold.whole_at, now, hold.left));
        }
        tightest(standings)
    }

    async fn take(&self, hold: &mut Hold, draw: &Draw, now: i64, cost: u64) -> Result<(), Wait> {
        if now.saturating_sub(hold.drawn_at) >= HELD_FOR {
            hold.left = 0;
        }
        if hold.left < cost {
            // The rest of the last slice counts; what it doesn't cover is drawn.
            let missing = cost - hold.left;
            draw.allowance.admits(hold.whole_at, now, missing)?;
            let Some(taken) = self.drawn(draw, hold.whole_at, now, missing, hold).await? else { return Ok(()) };
            *hold = Hold { left: hold.left.saturating_add(taken.drawn), whole_at: taken.whole_at, drawn_at: now };
        }
        hold.left -= cost.min(hold.left);
        Ok(())
    }

    /// What was drawn; nothing when the database can't be asked, which is no reason to turn anybody away.
    async fn drawn(&self, draw: &Draw, known: i64, now: i64, cost: u64, hold: &mut Hold) -> Result<Option<Taken>, Wait> {
        if self.db.engine() == Engine::Sqlite {
            return draw.allowance.draw(known, now, cost).map(Some);
        }
        match self.db.draw_on_meter(&draw.subject, draw.allowance, now, cost).await {
            Ok(Ok(taken)) => Ok(Some(taken)),
            Ok(Err(whole_at)) => {
                // Others have drawn more than was known here.
                hold.whole_at = whole_at;
                Err(draw.allowance.admits(whole_at, now, cost).err().unwrap_or(Wait(1)))
            }
            Err(_) => Ok(None),
        }
    }

    async fn give_back(&self, subjects: &[String], cost: u64) {
        for subject in subjects {
            let hold = self.hold(subject);
            let mut hold = hold.lock().await;
            hold.left = hold.left.saturating_add(cost);
        }
    }

    fn hold(&self, subject: &str) -> Arc<Waiting<Hold>> {
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hold) = holds.get(subject) {
            return Arc::clone(hold);
        }
        if holds.len() >= REMEMBERED {
            let now = nanos(self.db.clock().now());
            let is_in_use = |hold: &Arc<Waiting<Hold>>| {
                // Whoever holds the lock is drawing; of the others those go whose budget is whole again.
                Arc::strong_count(hold) > 1 || hold.try_lock().map_or(true, |hold| hold.whole_at > now)
            };
            holds.retain(|_, hold| is_in_use(hold));
        }
        Arc::clone(holds.entry(subject.to_owned()).or_default())
    }
}

/// The one with the smallest part of it left.
fn tightest(standings: Vec<Standing>) -> Option<Standing> {
    let part = |standing: &Standing| u128::from(standing.remaining) * u128::from(u64::MAX) / u128::from(standing.limit.max(1));
    standings.into_iter().min_by_key(part)
}

fn nanos(at: DateTime<Utc>) -> i64 {
    at.timestamp_nanos_opt().unwrap_or(i64::MAX)
}
