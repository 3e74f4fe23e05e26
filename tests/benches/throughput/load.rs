//! Writes the generated rows into a fresh, migrated database as fast as it takes them, and has it gather statistics.

use std::{fmt::Write as _, path::Path};

use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    Outcome,
    data::{Cell, Row, TABLES},
};

/// Bytes of rows that are sent at a time.
const CHUNK: usize = 1 << 20;
/// Rows in one statement on SQLite.
const ROWS: usize = 500;

/// Loads so many tenants into PostgreSQL by COPY, without checking foreign keys: the generator is trusted.
pub async fn postgres(url: &str, tenants: u64) -> Outcome<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql("SET session_replication_role = replica").execute(&mut connection).await?;
    for table in TABLES {
        let mut copy = connection.copy_in_raw(&format!("COPY {} ({}) FROM STDIN", table.name, table.columns)).await?;
        let mut chunk = String::with_capacity(CHUNK + CHUNK / 4);
        for tenant in 0..tenants {
            (table.rows)(tenant).iter().for_each(|row| copy_row(&mut chunk, row));
            if chunk.len() > CHUNK || tenant + 1 == tenants {
                copy.send(chunk.as_bytes()).await?;
                chunk.clear();
            }
        }
        copy.finish().await?;
    }
    // The first reader of a page would write to it, which isn't a reader's work.
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

fn copy_row(chunk: &mut String, row: &Row) {
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            chunk.push('\t');
        }
        // A String takes whatever is written to it. No generated text holds a tab, a line's end or a backslash.
        let _ = match cell {
            Cell::Id(id) => write!(chunk, "{id}"),
            Cell::Text(text) => write!(chunk, "{text}"),
            Cell::Whole(number) => write!(chunk, "{number}"),
            Cell::Truth(truth) => write!(chunk, "{truth}"),
        };
    }
    chunk.push('\n');
}

/// Loads so many tenants into SQLite by statements of many rows in one transaction.
pub async fn sqlite(file: &Path, tenants: u64) -> Outcome<()> {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    // What a power cut destroyed now would simply be made again.
    let options = options.journal_mode(SqliteJournalMode::Off).synchronous(SqliteSynchronous::Off).pragma("cache_size", "-65536");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::raw_sql("BEGIN").execute(&mut connection).await?;
    for table in TABLES {
        let head = format!("INSERT INTO {} ({}) VALUES ", table.name, table.columns);
        for tenant in 0..tenants {
            for rows in (table.rows)(tenant).chunks(ROWS) {
                let sql = values(&head, rows);
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            }
        }
    }
    sqlx::raw_sql("COMMIT; ANALYZE").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

fn values(head: &str, rows: &[Row]) -> String {
    let mut sql = head.to_owned();
    for (at, row) in rows.iter().enumerate() {
        sql.push_str(if at > 0 { ", (" } else { "(" });
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                sql.push_str(", ");
            }
            let _ = match cell {
                Cell::Id(id) => write!(sql, "x'{}'", id.simple()),
                Cell::Text(text) => write!(sql, "'{text}'"),
                Cell::Whole(number) => write!(sql, "{number}"),
                Cell::Truth(truth) => write!(sql, "{}", i32::from(*truth)),
            };
        }
        sql.push(')');
    }
    sql
}
