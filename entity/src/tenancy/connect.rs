//! Opening the database: a pool that can only read and one that writes.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, QueryResult, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait, Value,
    sqlx::{
        Connection as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::sync::OnceCell;

use super::{
    Actor, DatabaseTransaction, Occasion, TenantTx,
    at_hand::AtHand,
    changes::{BetweenServers, ChangeFeed, Listening, WithinProcess},
    declared::seen_through,
    scope,
    trail::Trail,
    transaction::Begun,
    versions,
};
use crate::{
    clock::Clock,
    error::{Error, Result},
    tables::TenantId,
};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one: a single file.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

impl Engine {
    /// The engine that a database address speaks of.
    ///
    /// # Errors
    /// A sentence for the operator when it is neither `sqlite:` nor `postgres:`.
    pub fn of(url: &str) -> Result<Self, String> {
        match url.split(':').next() {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            _ => Err("the database address must begin with sqlite: or postgres:".to_owned()),
        }
    }

    pub(super) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// How many connections are kept, and how long a request waits for one.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections for reading.
    pub readers: u32,
    /// Connections for finding out who asks, on PostgreSQL, and as many again that are kept at hand for it; SQLite has two.
    pub recognisers: u32,
    /// Connections for writing on PostgreSQL; SQLite has one writer.
    pub writers: u32,
    /// How long to wait for a free connection.
    pub wait: Duration,
    /// How long one statement may take on PostgreSQL.
    pub statement: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { readers: 16, recognisers: 4, writers: 8, wait: Duration::from_secs(5), statement: Duration::from_secs(20) }
    }
}

/// How a pool stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// What it is for, in a word.
    pub name: &'static str,
    /// Connections in use.
    pub in_use: u32,
    /// Connections open and idle.
    pub idle: u32,
    /// Connections at most.
    pub most: u32,
}

/// What a pool of connections is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Read,
    Recognise,
    Write,
}

/// The database, behind its door.
#[derive(Clone)]
pub struct Db {
    readers: DatabaseConnection,
    /// For finding out who asks, so that nobody's long query keeps others from being known.
    pub(super) recognisers: DatabaseConnection,
    at_hand: Arc<AtHand>,
    writers: DatabaseConnection,
    pub(super) engine: Engine,
    clock: Arc<dyn Clock>,
    statements: Arc<AtomicU64>,
    pub(super) occasion: Occasion,
    pub(super) feed: Arc<dyn ChangeFeed>,
}

impl Db {
    /// Opens the database at `url`, which must have been migrated.
    ///
    /// # Errors
    /// When it can't be reached; the message names no password.
    pub async fn connect(url: &str, clock: Arc<dyn Clock>, limits: Limits) -> Result<Self> {
        let engine = Engine::of(url).map_err(Error::internal)?;
        let statements = Arc::new(AtomicU64::new(0));
        let pool = async |purpose: Purpose| -> Result<DatabaseConnection> {
            let options = match engine {
                Engine::Sqlite => sqlite(url, limits, purpose),
                Engine::Postgres => postgres(url, limits, purpose),
            };
            let mut pool = Database::connect(options).await?;
            let counter = Arc::clone(&statements);
            pool.set_metric_callback(move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
            });
            Ok(pool)
        };
        let writers = pool(Purpose::Write).await?;
        let readers = pool(Purpose::Read).await?;
        let recognisers = pool(Purpose::Recognise).await?;
        let feed: Arc<dyn ChangeFeed> = match engine {
            Engine::Sqlite => Arc::new(WithinProcess::default()),
            Engine::Postgres => Arc::new(BetweenServers::new(url.to_owned(), tokio::runtime::Handle::current())),
        };
        let at_hand = Arc::new(AtHand::new(limits.recognisers));
        Ok(Self { readers, recognisers, at_hand, writers, engine, clock, statements, occasion: Occasion::default(), feed })
    }

    /// Begins to read on behalf of an actor: one snapshot over all tenants in which they hold an appointment.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn read(&self, actor: Arc<Actor>) -> Result<TenantTx> {
        let transaction = self.begin(&actor, None).await?;
        Ok(self.on_behalf(actor, Begun::Already(Arc::new(transaction)), None, None))
    }

    /// Reads what the same request has written, from the first time that something is asked: when that can't be done, nobody may be told
    /// that nothing was, and so every error from there on is [`Error::Unsettled`].
    #[must_use]
    pub fn read_after_write(&self, actor: Arc<Actor>) -> TenantTx {
        self.on_behalf(actor, Begun::WhenAsked(Arc::new((self.clone(), OnceCell::new()))), None, None)
    }

    /// A look at a tenant for whoever would write there and may not: they see of it what they may read, and write nothing.
    pub(super) fn look_in(&self, actor: Arc<Actor>, tenant: TenantId) -> TenantTx {
        self.on_behalf(actor, Begun::WhenAsked(Arc::new((self.clone(), OnceCell::new()))), Some(tenant), None)
    }

    /// Begins to write in one tenant on behalf of an actor.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor holds no appointment there; when no connection can be had.
    pub async fn write(&self, actor: Arc<Actor>, tenant: TenantId, request_id: Option<String>) -> Result<TenantTx> {
        if !actor.acts_in(tenant) {
            return Err(Error::NotFound("tenant"));
        }
        let transaction = self.begin(&actor, Some(tenant)).await?;
        Ok(self.on_behalf(actor, Begun::Already(Arc::new(transaction)), Some(tenant), request_id))
    }

    /// Begins, and once more when the database breaks off: nothing can have been done yet.
    pub(super) async fn begin(&self, actor: &Actor, acting: Option<TenantId>) -> Result<DatabaseTransaction> {
        match self.try_to_begin(actor, acting).await {
            Err(error) if was_lost(&error) => self.try_to_begin(actor, acting).await,
            begun => begun,
        }
    }

    async fn try_to_begin(&self, actor: &Actor, acting: Option<TenantId>) -> Result<DatabaseTransaction> {
        match (self.engine, acting) {
            (Engine::Postgres, _) => {
                let pool = if acting.is_some() { &self.writers } else { &self.readers };
                Ok(DatabaseTransaction::declare(pool, &scope::declaration(actor, acting), &self.statements).await?)
            }
            (Engine::Sqlite, Some(_)) => self.begin_writing().await,
            (Engine::Sqlite, None) => begun(self.readers.clone(), TransactionOptions::default()).await,
        }
    }

    fn on_behalf(&self, actor: Arc<Actor>, begun: Begun, acting: Option<TenantId>, request_id: Option<String>) -> TenantTx {
        TenantTx {
            begun,
            engine: self.engine,
            actor,
            acting,
            clock: Arc::clone(&self.clock),
            request_id,
            written: Mutex::default(),
            held_back: Mutex::default(),
            touched: versions::Touched::default(),
            trail: Trail::default(),
            feed: Arc::clone(&self.feed),
            recognisers: self.recognisers.clone(),
            readings: Arc::default(),
            claim: None,
        }
    }

    pub(super) fn pools(&self) -> [&DatabaseConnection; 3] {
        [&self.readers, &self.recognisers, &self.writers]
    }

    pub(super) fn writers(&self) -> &DatabaseConnection {
        &self.writers
    }

    pub(super) async fn begin_recognising(&self) -> Result<DatabaseTransaction> {
        begun(self.recognisers.clone(), TransactionOptions::default()).await
    }

    pub(super) async fn begin_writing(&self) -> Result<DatabaseTransaction> {
        let sqlite_transaction_mode = (self.engine == Engine::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        begun(self.writers.clone(), options).await
    }

    /// Asks for what has to be known before a request can begin, in a statement that only reads; once more when the database breaks off.
    pub(super) async fn look_up(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<QueryResult>> {
        let statement = Statement::from_sql_and_values(self.engine.backend(), sql, values);
        if let Some(rows) = self.at_hand.ask(self.engine, &self.recognisers, &statement).await {
            self.statements.fetch_add(1, Ordering::Relaxed);
            return Ok(rows);
        }
        match self.recognisers.query_all_raw(statement.clone()).await.map_err(Error::from) {
            Err(error) if was_lost(&error) => Ok(self.recognisers.query_all_raw(statement).await?),
            asked => asked,
        }
    }

    /// Which database it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The clocks.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// SQL statements sent since the database was opened.
    #[must_use]
    pub fn statements_sent(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// From now on hears which areas of which tenants' records change, in this process and in others.
    #[must_use]
    pub fn listen(&self) -> Listening {
        self.feed.listen()
    }

    /// How the pools stand: for reading, for finding out who asks, for writing.
    #[must_use]
    pub fn pools_now(&self) -> [PoolState; 3] {
        let [readers, recognisers, writers] = self.pools().map(|pool| match self.engine {
            Engine::Sqlite => {
                let pool = pool.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle(), pool.options().get_max_connections())
            }
            Engine::Postgres => {
                let pool = pool.get_postgres_connection_pool();
                (pool.size(), pool.num_idle(), pool.options().get_max_connections())
            }
        });
        let (open, idle) = self.at_hand.now();
        let recognisers = (recognisers.0 + open, recognisers.1 + idle as usize, recognisers.2 + open);
        [("read", readers), ("recognise", recognisers), ("write", writers)].map(|(name, (open, idle, most))| {
            let idle = u32::try_from(idle).unwrap_or(u32::MAX);
            PoolState { name, in_use: open.saturating_sub(idle), idle, most }
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.recognisers.ping().await?)
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn close(self) -> Result<()> {
        self.feed.close();
        self.at_hand.close().await;
        self.readers.close().await?;
        self.recognisers.close().await?;
        Ok(self.writers.close().await?)
    }
}

/// A transaction on a connection of the pool.
async fn begun(pool: DatabaseConnection, options: TransactionOptions) -> Result<DatabaseTransaction> {
    Ok(DatabaseTransaction::Begun(seen_through(async move { pool.begin_with_options(options).await }).await??))
}

/// Whether a connection broke, which may have been lost while it lay idle; whoever got none has waited already.
fn was_lost(error: &Error) -> bool {
    matches!(error, Error::Unavailable(cause) if !matches!(cause, DbErr::ConnectionAcquire(_)))
}

/// A connection that lay idle for this long is asked whether it lives before it is used; asking each time would cost every
/// request a round trip and more.
pub(super) const DOUBTFUL_AFTER: Duration = Duration::from_secs(1);

/// Statements that a connection keeps prepared; well above the number of distinct statements there are.
const PREPARED: usize = 500;

fn sqlite(url: &str, limits: Limits, purpose: Purpose) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    let connections = match purpose {
        Purpose::Read => limits.readers.min(4),
        Purpose::Recognise => 2,
        Purpose::Write => 1,
    };
    options.max_connections(connections).min_connections(1).acquire_timeout(limits.wait).sqlx_logging(false);
    options.test_before_acquire_if_idle_for(DOUBTFUL_AFTER);
    // A COMMIT that fails (the disc is full) has ended the transaction, but the driver counts on, and what comes next would be
    // acknowledged inside a transaction that never ends. Such a connection isn't used again. A reader's transaction is rolled back
    // without anybody waiting for it; the ping comes after that, and without it a good connection would be thrown away.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(false)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged write survives a power cut, too.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(limits.wait)
            .statement_cache_capacity(PREPARED);
        if purpose == Purpose::Write { sqlite } else { sqlite.pragma("query_only", "ON") }
    });
    options
}

fn postgres(url: &str, limits: Limits, purpose: Purpose) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    let connections = match purpose {
        Purpose::Read => limits.readers,
        Purpose::Recognise => limits.recognisers,
        Purpose::Write => limits.writers,
    };
    options.max_connections(connections).min_connections(1).acquire_timeout(limits.wait).sqlx_logging(false);
    options.test_before_acquire_if_idle_for(DOUBTFUL_AFTER);
    let statement = limits.statement.as_millis().to_string();
    options.map_sqlx_postgres_opts(move |postgres| {
        let postgres = postgres.application_name("concordat").statement_cache_capacity(PREPARED).options([
            ("statement_timeout", statement.as_str()),
            ("timezone", "UTC"),
            // Every statement finds one tenant's rows by an index, whatever it is asked for, so its plan is made once a connection.
            // Left to choose, PostgreSQL plans those with lists anew each time, which takes longer than carrying them out.
            ("plan_cache_mode", "force_generic_plan"),
        ]);
        if purpose == Purpose::Write {
            return postgres;
        }
        let postgres = if purpose == Purpose::Recognise { postgres.options([("concordat.recognises", "yes")]) } else { postgres };
        // Set once a connection, so that a plain BEGIN opens a read-only snapshot without further round trips.
        postgres.options([("default_transaction_read_only", "on"), ("default_transaction_isolation", "repeatable read")])
    });
    options
}
