//! Transactions of the database, which on PostgreSQL say on whose behalf they are in the same exchange in which they begin.
//!
//! The library begins in one exchange and lets whatever is to hold in the transaction be said in the next. That is one of the few that
//! a small question consists of.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    Values,
    prelude::async_trait::async_trait,
    sqlx::{self, AssertSqlSafe, Executor as _, Postgres, Transaction, query::Query, query_with},
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

/// A transaction of the database.
pub(crate) enum DatabaseTransaction {
    /// One that the library began.
    Begun(sea_orm::DatabaseTransaction),
    /// One on PostgreSQL that declared itself when it began.
    Declared(Declared),
}

/// A transaction on PostgreSQL, with the count of statements.
pub(crate) struct Declared {
    transaction: Mutex<Transaction<'static, Postgres>>,
    statements: Arc<AtomicU64>,
}

impl fmt::Debug for DatabaseTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseTransaction").finish_non_exhaustive()
    }
}

impl DatabaseTransaction {
    /// Begins on a connection of the pool and declares, on PostgreSQL; the declaration is statements that were put together here, and
    /// never from input.
    pub async fn declare(pool: &DatabaseConnection, declaration: &str, statements: &Arc<AtomicU64>) -> Result<Self, DbErr> {
        let (pool, begin) = (pool.get_postgres_connection_pool().clone(), format!("BEGIN; {declaration}"));
        let begun = seen_through(async move { pool.begin_with(AssertSqlSafe(begin)).await }).await?;
        // Nothing has been done yet, so whatever went wrong is that there is no connection to be had.
        let transaction = Mutex::new(begun.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
        })?);
        Ok(Self::Declared(Declared { transaction, statements: Arc::clone(statements) }))
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Begun(transaction) => transaction.commit().await,
            Self::Declared(declared) => declared.transaction.into_inner().commit().await.map_err(asked),
        }
    }
}

/// Sees a beginning through to its end when nobody waits for it any more: cut off in its midst, the driver would hand the connection
/// back without knowing that a transaction has begun there.
pub(super) async fn seen_through<T: Send + 'static>(begin: impl Future<Output = T> + Send + 'static) -> Result<T, DbErr> {
    tokio::spawn(begin).await.map_err(|error| DbErr::Custom(error.to_string()))
}

impl Declared {
    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

/// A statement with its values.
pub(super) fn prepared(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or(Values(Vec::new()))))
}

fn asked(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

fn done(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

#[async_trait]
impl ConnectionTrait for DatabaseTransaction {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Begun(transaction) => transaction.get_database_backend(),
            Self::Declared(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Begun(transaction) => transaction.execute_raw(statement).await,
            Self::Declared(declared) => {
                declared.count();
                let mut transaction = declared.transaction.lock().await;
                prepared(statement).execute(&mut **transaction).await.map(ExecResult::from).map_err(done)
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Begun(transaction) => transaction.execute_unprepared(sql).await,
            Self::Declared(declared) => {
                let mut transaction = declared.transaction.lock().await;
                transaction.execute(AssertSqlSafe(sql.to_owned())).await.map(ExecResult::from).map_err(done)
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Begun(transaction) => transaction.query_one_raw(statement).await,
            Self::Declared(declared) => {
                declared.count();
                let mut transaction = declared.transaction.lock().await;
                let row = prepared(statement).fetch_optional(&mut **transaction).await.map_err(asked)?;
                Ok(row.map(QueryResult::from))
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Begun(transaction) => transaction.query_all_raw(statement).await,
            Self::Declared(declared) => {
                declared.count();
                let mut transaction = declared.transaction.lock().await;
                let rows = prepared(statement).fetch_all(&mut **transaction).await.map_err(asked)?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
        }
    }
}
