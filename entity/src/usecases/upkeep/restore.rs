//! Taking a backup back: whole, into an empty database of the same schema, or not at all.
//!
//! The file is looked over to its end before anything is written, and all is written in one transaction. Keys between tables are
//! looked at when that ends, since rows point to rows of their own table, too.

use std::{
    collections::{BTreeMap, HashMap},
    io::{BufRead, Read as _, Seek},
};

use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{
    backup::{BATCH, FORM, Failure, Mark, lasting_tables, schema, texts},
    record::{Verified, verify_within},
};
use crate::{
    rules::chain::hexadecimal,
    tables::{RecordArea, stored::StoredTable, stored_tables},
    tenancy::{DatabaseTransaction, Db, Engine},
};

/// What was taken back.
#[derive(Clone, Debug)]
pub struct Restored {
    /// When the backup was taken, by RFC 3339.
    pub taken_at: String,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
    /// Every tenant's record, followed from its beginning.
    pub records: Vec<Verified>,
}

/// What becomes of a backup in which a record shows that it was altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenRecord {
    /// It isn't taken back.
    Refused,
    /// It is taken back all the same, for want of a better one.
    Accepted,
}

/// Takes a backup back into a database that is up to date and empty.
///
/// # Errors
/// [`Failure::Refused`] with a sentence when the file or the database isn't fit for it; when either fails. Then the database is as
/// it was.
pub async fn restore(db: &Db, mut file: impl BufRead + Seek, broken: BrokenRecord) -> Result<Restored, Failure> {
    let seen = look_over(&mut file)?;
    let tx = db.write_beyond_tenants().await?;
    let connection = tx.connection();
    make_way(connection, db.engine()).await?;
    is_fit(connection, &seen.schema).await?;
    file.rewind()?;
    let again = load(connection, &mut file).await?;
    if again != seen.sha256 {
        return Err(Failure::Refused("the file changed while it was read; nothing was restored".to_owned()));
    }
    if db.engine() == Engine::Postgres {
        connection.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
        connection.execute_unprepared(&constraints("NOT DEFERRABLE")).await?;
    }
    let records = verify_within(&tx, None).await?;
    let faults: Vec<String> =
        records.iter().filter_map(|record| record.broken.as_ref().map(|broken| format!("{}: {broken}", record.tenant))).collect();
    if !faults.is_empty() && broken == BrokenRecord::Refused {
        return Err(Failure::Refused(format!(
            "the record in this backup was altered before the backup was taken ({}); nothing was restored",
            faults.join("; ")
        )));
    }
    // Nothing that somebody kept from before, or from another restoration, may pass for what is there now.
    RecordArea::ALL.iter().for_each(|area| tx.touch_of_all(*area));
    tx.commit().await?;
    Ok(Restored { taken_at: seen.taken_at, rows: seen.rows, records })
}

/// What the file says of itself.
struct Seen {
    taken_at: String,
    schema: Vec<String>,
    rows: BTreeMap<String, u64>,
    sha256: String,
}

/// Reads the file to its end, and believes what it says of itself only when all of it is there.
fn look_over(file: &mut impl BufRead) -> Result<Seen, Failure> {
    let mut lines = Lines { file, hash: Sha256::new() };
    let (taken_at, schema) = match lines.next()? {
        Some(Line::Mark(Mark::Beginning { concordat_backup: FORM, taken_at, schema })) => (taken_at, schema),
        Some(Line::Mark(Mark::Beginning { concordat_backup, .. })) => {
            return Err(Failure::Refused(format!(
                "the file is a backup of form {concordat_backup}, and this concordat reads form {FORM}"
            )));
        }
        _ => return Err(Failure::Refused("the file is no backup of concordat's".to_owned())),
    };
    let mut counted = BTreeMap::new();
    let mut table = String::new();
    loop {
        let so_far = lines.hash.clone();
        match lines.next()? {
            Some(Line::Row(_)) if !table.is_empty() => *counted.entry(table.clone()).or_default() += 1,
            Some(Line::Mark(Mark::Table { table: name, .. })) => {
                counted.insert(name.clone(), 0);
                table = name;
            }
            Some(Line::Mark(Mark::End { rows, sha256 })) => {
                if rows != counted || sha256 != hexadecimal(so_far) || lines.next()?.is_some() {
                    return Err(Failure::Refused("the file was altered or damaged; nothing was restored".to_owned()));
                }
                return Ok(Seen { taken_at, schema, rows, sha256 });
            }
            Some(_) => return Err(Failure::Refused("the file was altered or damaged; nothing was restored".to_owned())),
            None => return Err(Failure::Refused("the file is cut off: its end is missing; nothing was restored".to_owned())),
        }
    }
}

/// Lets the keys between tables be looked at when the transaction ends, and keeps everybody else out of the tables.
async fn make_way(connection: &DatabaseTransaction, engine: Engine) -> Result<(), Failure> {
    const NOT_OURS: &str = "SELECT c.relname::text FROM pg_class AS c WHERE c.relkind IN ('r', 'p') \
        AND c.relnamespace = 'public'::regnamespace AND NOT pg_has_role(current_user, c.relowner, 'USAGE') LIMIT 1";
    if engine == Engine::Sqlite {
        connection.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
        return Ok(());
    }
    if let Some(table) = texts(connection, NOT_OURS).await?.first() {
        return Err(Failure::Refused(format!(
            "this role doesn't own the table {table}; restore as the owner of the tables, as whom you run: concordat migrate"
        )));
    }
    connection.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    connection.execute_unprepared(&constraints("DEFERRABLE INITIALLY DEFERRED")).await?;
    Ok(())
}

/// Makes every key between tables be looked at in another way; like everything else it ends with the transaction when that fails.
fn constraints(way: &str) -> String {
    format!(
        "DO $$ DECLARE key record; BEGIN FOR key IN SELECT conname, conrelid::regclass AS of FROM pg_constraint \
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0 LOOP \
         EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I {way}', key.of, key.conname); END LOOP; END $$"
    )
}

/// Whether the database has the backup's schema and nothing else.
async fn is_fit(connection: &DatabaseTransaction, expected: &[String]) -> Result<(), Failure> {
    let own = schema(connection).await?;
    if own != expected {
        let differ = |these: &[String], those: &[String]| {
            let names: Vec<&str> = these.iter().filter(|name| !those.contains(name)).map(String::as_str).collect();
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        return Err(Failure::Refused(format!(
            "the backup is of another schema (changes that only the backup has: {}; that only the database has: {}); restore it with \
             the concordat that took it, then run the new one's: concordat migrate",
            differ(expected, &own),
            differ(&own, expected)
        )));
    }
    for table in stored_tables() {
        let any = format!("SELECT CAST(count(*) AS text) FROM (SELECT 1 FROM {} LIMIT 1) AS first", table.name);
        if texts(connection, &any).await? != ["0"] {
            return Err(Failure::Refused(format!(
                "the database isn't empty (there are rows in {}); restore into a new one, made by: concordat migrate",
                table.name
            )));
        }
    }
    Ok(())
}

/// Writes every row, and gives the seal that the file ended with.
async fn load(connection: &DatabaseTransaction, file: &mut impl BufRead) -> Result<String, Failure> {
    let tables: HashMap<String, StoredTable> = lasting_tables().into_iter().map(|table| (table.name.clone(), table)).collect();
    let unknown = |what: &str| Failure::Refused(format!("the backup doesn't fit this concordat: {what}; nothing was restored"));
    let mut lines = Lines { file, hash: Sha256::new() };
    let mut current: Option<&StoredTable> = None;
    let mut batch: Vec<Vec<Value>> = Vec::with_capacity(BATCH);
    while let Some(line) = lines.next()? {
        match line {
            Line::Row(row) => {
                let table = current.ok_or_else(|| unknown("a row belongs to no table"))?;
                let values = if row.len() == table.columns.len() {
                    table.columns.iter().zip(&row).map(|(column, json)| column.value(json)).collect()
                } else {
                    None
                };
                batch.push(values.ok_or_else(|| unknown(&format!("a row of {} can't be stored", table.name)))?);
                if batch.len() == BATCH {
                    insert(connection, table, &mut batch).await?;
                }
            }
            Line::Mark(mark) => {
                if let Some(table) = current {
                    insert(connection, table, &mut batch).await?;
                }
                match mark {
                    Mark::Beginning { .. } => {}
                    Mark::Table { table, columns } => {
                        let known = tables.get(&table).filter(|known| known.column_names() == columns);
                        current = Some(known.ok_or_else(|| unknown(&format!("the table {table} has other columns here")))?);
                    }
                    Mark::End { sha256, .. } => return Ok(sha256),
                }
            }
        }
    }
    Err(unknown("its end is missing"))
}

async fn insert(connection: &DatabaseTransaction, table: &StoredTable, batch: &mut Vec<Vec<Value>>) -> Result<(), Failure> {
    if batch.is_empty() {
        return Ok(());
    }
    let width = table.columns.len();
    let row = |at: usize| {
        let places: Vec<String> = (1..=width).map(|place| format!("${}", at * width + place)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..batch.len()).map(row).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES {}", table.name, table.column_names().join(", "), rows.join(", "));
    let values: Vec<Value> = batch.drain(..).flatten().collect();
    connection.execute_raw(Statement::from_sql_and_values(connection.get_database_backend(), sql, values)).await?;
    Ok(())
}

enum Line {
    Row(Vec<Json>),
    Mark(Mark),
}

/// The lines of a file, with the hash over those that were read.
struct Lines<'f, R> {
    file: &'f mut R,
    hash: Sha256,
}

/// A line takes no more memory than this; the largest is the record of an import of 20 MB.
const LONGEST_LINE: u64 = 1 << 30;

impl<R: BufRead> Lines<'_, R> {
    /// The next line; nothing at the end of the file.
    fn next(&mut self) -> Result<Option<Line>, Failure> {
        let mut text = Vec::new();
        self.file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut text)?;
        if text.is_empty() {
            return Ok(None);
        }
        self.hash.update(&text);
        let line = match (text.first(), text.last()) {
            (_, Some(end)) if *end != b'\n' => None,
            (Some(b'['), _) => serde_json::from_slice(&text).ok().map(Line::Row),
            _ => serde_json::from_slice(&text).ok().map(Line::Mark),
        };
        line.map(Some).ok_or_else(|| {
            Failure::Refused(
                "the file is no backup of concordat's, or it was cut off or damaged; nothing was restored".to_owned(),
            )
        })
    }
}
