//! Connections to PostgreSQL that are kept at hand for finding out who asks.
//!
//! A pool asks each connection that comes back whether it still lives. That is a second exchange with the database beside a look-up
//! that is made at every request, and that a poll of what hasn't changed consists of. So a few connections are taken out of the pool
//! for good and go from hand to hand; whoever finds none, or comes upon one that is lost, is served by the pool as ever.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use sea_orm::{
    DatabaseConnection, QueryResult, Statement,
    sqlx::{Connection as _, PgConnection},
};

use super::{
    connect::{DOUBTFUL_AFTER, Engine},
    declared::prepared,
};

/// The connections at hand.
pub(super) struct AtHand {
    kept: Mutex<Kept>,
    most: usize,
}

#[derive(Default)]
struct Kept {
    idle: Vec<(PgConnection, Instant)>,
    open: usize,
    is_closed: bool,
}

impl AtHand {
    /// None yet, and never more than `most`.
    pub fn new(most: u32) -> Self {
        Self { kept: Mutex::default(), most: usize::try_from(most).unwrap_or(usize::MAX) }
    }

    /// The rows of a statement that only reads; none when the pool is to be asked instead.
    pub async fn ask(&self, engine: Engine, pool: &DatabaseConnection, statement: &Statement) -> Option<Vec<QueryResult>> {
        if engine == Engine::Sqlite {
            return None;
        }
        let mut lent = self.take(pool).await?;
        // Whatever went wrong, the pool finds out and says it.
        let rows = prepared(statement.clone()).fetch_all(lent.connection.as_mut()?).await.ok()?;
        lent.give_back();
        Some(rows.into_iter().map(QueryResult::from).collect())
    }

    async fn take(&self, pool: &DatabaseConnection) -> Option<Lent<'_>> {
        let idle = self.kept().idle.pop();
        let Some((connection, since)) = idle else { return self.open(pool) };
        let mut lent = Lent { connection: Some(connection), of: self };
        if since.elapsed() >= DOUBTFUL_AFTER {
            lent.connection.as_mut()?.ping().await.ok()?;
        }
        Some(lent)
    }

    /// One that the pool has idle, as long as there aren't enough.
    fn open(&self, pool: &DatabaseConnection) -> Option<Lent<'_>> {
        let mut kept = self.kept();
        if kept.is_closed || kept.open >= self.most {
            return None;
        }
        let connection = pool.get_postgres_connection_pool().try_acquire()?.detach();
        kept.open += 1;
        Some(Lent { connection: Some(connection), of: self })
    }

    /// How many there are, and how many of them nobody has.
    pub fn now(&self) -> (u32, u32) {
        let kept = self.kept();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (count(kept.open), count(kept.idle.len()))
    }

    /// Lets go of all of them; from here on none is kept.
    pub async fn close(&self) {
        let idle = {
            let mut kept = self.kept();
            kept.is_closed = true;
            mem::take(&mut kept.idle)
        };
        for (connection, _) in idle {
            // PostgreSQL sees for itself when this doesn't reach it.
            let _ = connection.close().await;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in somebody's hand. Dropped with a question under way, it is closed.
struct Lent<'a> {
    connection: Option<PgConnection>,
    of: &'a AtHand,
}

impl Lent<'_> {
    fn give_back(mut self) {
        let mut kept = self.of.kept();
        if kept.is_closed {
            return;
        }
        if let Some(connection) = self.connection.take() {
            kept.idle.push((connection, Instant::now()));
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if self.connection.is_some() {
            let mut kept = self.of.kept();
            kept.open = kept.open.saturating_sub(1);
        }
    }
}
