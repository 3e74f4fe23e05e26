//! A backup: everything that lasts, of one moment, in one file that either database takes back.
//!
//! It is read in one snapshot, so writes go on meanwhile. The file is lines of JSON: what it is and of which schema; for each table its
//! name and columns, then its rows; and at the end how many rows there were, with a SHA-256 over all lines before. That tells of
//! a file that was cut off or damaged; whether the record was forged, the chains in it tell, and seals noted elsewhere.
//!
//! Sessions, refresh tokens, keys of machines and counts of failed sign-ins stay out: after a restoration everybody signs in anew and
//! machines get new keys, and nobody's token or key lives again that was taken back since.

use std::{collections::BTreeMap, io::Write};

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::{
    error::Error,
    rules::chain::hexadecimal,
    tables::{stored::StoredTable, stored_tables},
    tenancy::{DatabaseTransaction, Db, Engine},
};

/// Tables that don't last: they are no part of a backup. Versions begin anew, beyond all that were given before.
pub const LEFT_OUT: &[&str] = &[
    "api_key",
    "calendar_feed",
    "data_version",
    "mail_outbox",
    "rate_meter",
    "refresh_token",
    "remembered_call",
    "session",
    "sign_in_throttle",
    "single_use_link",
];

/// The form of the file that is written, and the only one that is read.
pub(super) const FORM: u32 = 1;

/// Rows that are read or written at a time.
pub(super) const BATCH: usize = 500;

/// Why a backup was not made, or not taken back; then nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something is in the way that the operator can mend.
    #[error("{0}")]
    Refused(String),
    /// The file can't be read or written.
    #[error("the file can't be read or written: {0}")]
    File(#[from] std::io::Error),
    /// The database fails.
    #[error(transparent)]
    Database(#[from] Error),
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

/// A line of the file that isn't a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Mark {
    Beginning { concordat_backup: u32, taken_at: String, schema: Vec<String> },
    Table { table: String, columns: Vec<String> },
    End { rows: BTreeMap<String, u64>, sha256: String },
}

/// The tables that a backup holds.
pub(super) fn lasting_tables() -> Vec<StoredTable> {
    stored_tables().into_iter().filter(|table| !LEFT_OUT.contains(&table.name.as_str())).collect()
}

/// Writes everything that lasts to `file`, as it is at one moment, and gives how many rows each table had.
///
/// # Errors
/// [`Failure::Refused`] when PostgreSQL would show this role only a part; when the database or the file fails.
pub async fn take(db: &Db, file: impl Write) -> Result<BTreeMap<String, u64>, Failure> {
    let tx = db.read_beyond_tenants().await?;
    let connection = tx.connection();
    if db.engine() == Engine::Postgres {
        connection.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        sees_everything(connection).await?;
    }
    let mut file = Sealing { file, hash: Sha256::new() };
    let taken_at = db.clock().now().to_rfc3339();
    let schema = schema(connection).await?;
    file.line(&Mark::Beginning { concordat_backup: FORM, taken_at, schema })?;
    let mut counts = BTreeMap::new();
    for table in lasting_tables() {
        let columns = table.column_names().into_iter().map(str::to_owned).collect();
        file.line(&Mark::Table { table: table.name.clone(), columns })?;
        let count = rows(connection, &table, &mut file).await?;
        counts.insert(table.name, count);
    }
    file.end(counts)
}

/// Row-level security would leave rows out without a word; the owner of the tables isn't bound by it.
async fn sees_everything(connection: &DatabaseTransaction) -> Result<(), Failure> {
    const BOUND: &str = "SELECT c.relname::text FROM pg_class AS c WHERE c.relkind IN ('r', 'p') \
        AND c.relnamespace = 'public'::regnamespace AND row_security_active(c.oid) LIMIT 1";
    match texts(connection, BOUND).await?.first() {
        None => Ok(()),
        Some(table) => Err(Failure::Refused(format!(
            "row-level security keeps a part of {table} from this role, so the backup would have gaps; take it as the owner of the \
             tables, as whom you run: concordat migrate"
        ))),
    }
}

/// The changes of the schema that were made.
pub(super) async fn schema(connection: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    texts(connection, "SELECT version FROM seaql_migrations ORDER BY version").await
}

/// The first column of every row, which is text.
pub(super) async fn texts(connection: &DatabaseTransaction, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Writes a table's rows in the order of their key, some at a time, so that neither side holds the whole.
async fn rows(connection: &DatabaseTransaction, table: &StoredTable, file: &mut Sealing<impl Write>) -> Result<u64, Failure> {
    let key: &[&str] = if table.of_tenants { &["tenant_id", "id"] } else { &["id"] };
    let places: Vec<String> = (1..=key.len()).map(|place| format!("${place}")).collect();
    let (names, key_list, places) = (table.column_names().join(", "), key.join(", "), places.join(", "));
    let mut count = 0;
    let mut after: Option<Vec<Value>> = None;
    loop {
        let beyond = if after.is_some() { format!("WHERE ({key_list}) > ({places})") } else { String::new() };
        let sql = format!("SELECT {names} FROM {} {beyond} ORDER BY {key_list} LIMIT {BATCH}", table.name);
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, after.take().unwrap_or_default());
        let batch = connection.query_all_raw(statement).await?;
        for row in &batch {
            file.line(&values(table, row)?)?;
            count += 1;
        }
        match batch.last() {
            Some(last) if batch.len() == BATCH => after = Some(key_of(last, key)?),
            _ => return Ok(count),
        }
    }
}

fn values(table: &StoredTable, row: &QueryResult) -> Result<Vec<Json>, DbErr> {
    table.columns.iter().enumerate().map(|(index, column)| column.json(row, index)).collect()
}

fn key_of(row: &QueryResult, key: &[&str]) -> Result<Vec<Value>, DbErr> {
    key.iter().map(|column| Ok(Value::Uuid(Some(row.try_get::<uuid::Uuid>("", column)?)))).collect()
}

/// A file in the making, with the hash over what was written.
struct Sealing<W> {
    file: W,
    hash: Sha256,
}

impl<W: Write> Sealing<W> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_vec(line).map_err(Error::internal)?;
        text.push(b'\n');
        self.hash.update(&text);
        Ok(self.file.write_all(&text)?)
    }

    fn end(mut self, rows: BTreeMap<String, u64>) -> Result<BTreeMap<String, u64>, Failure> {
        let sha256 = hexadecimal(self.hash.clone());
        self.line(&Mark::End { rows: rows.clone(), sha256 })?;
        self.file.flush()?;
        Ok(rows)
    }
}
