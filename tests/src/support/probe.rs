//! A look at the database past the server: what is stored, and how its tables are made.

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};

use super::databases::{Engine, TestDatabase};

/// A connection of the test's own.
#[derive(Debug)]
pub struct Probe {
    connection: DatabaseConnection,
}

impl Probe {
    /// Opens one.
    ///
    /// # Panics
    /// When the database can't be reached.
    #[expect(clippy::expect_used, reason = "a test that looks at the database has nothing to go on without it")]
    pub async fn open(database: &TestDatabase) -> Self {
        Self { connection: Database::connect(&database.url).await.expect("the database is there") }
    }

    /// The rows of a query, each column as text, null as nothing. The query casts its columns to text.
    ///
    /// # Panics
    /// When the database refuses the query, or a column isn't text.
    #[expect(clippy::expect_used, reason = "a test's own query is right, or the test is wrong")]
    pub async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let statement = Statement::from_string(self.backend(), sql);
        let rows = self.connection.query_all_raw(statement).await.expect("the query is right");
        let text = |row: &sea_orm::QueryResult| {
            let columns = row.column_names().len();
            (0..columns)
                .map(|column| row.try_get_by_index::<Option<String>>(column).expect("the column is text").unwrap_or_default())
                .collect()
        };
        rows.iter().map(text).collect()
    }

    /// How many rows each of these tables holds.
    ///
    /// # Panics
    /// As [`Probe::rows`].
    pub async fn counts(&self, tables: &[&str]) -> Vec<(String, String)> {
        let mut counts = Vec::with_capacity(tables.len());
        for table in tables {
            let rows = self.rows(&format!("SELECT CAST(count(*) AS text) FROM \"{table}\"")).await;
            counts.push(((*table).to_owned(), rows.concat().concat()));
        }
        counts
    }

    /// How many acts are on the records of all tenants; what was done with accounts, and what was read, aside.
    ///
    /// # Panics
    /// As [`Probe::rows`].
    #[expect(clippy::expect_used, reason = "a count is a number")]
    pub async fn writes_on_record(&self) -> usize {
        let count = self.rows("SELECT CAST(count(*) AS text) FROM audit_event WHERE act_id IS NOT NULL").await;
        count.concat().concat().parse().expect("a count")
    }

    /// The deeds on a tenant's record, in their order.
    ///
    /// # Panics
    /// As [`Probe::rows`].
    pub async fn deeds(&self, slug: &str) -> Vec<String> {
        let of = "SELECT e.kind FROM audit_event AS e JOIN tenant AS t ON t.id = e.tenant_id";
        self.rows(&format!("{of} WHERE t.slug = '{slug}' ORDER BY e.place")).await.concat()
    }

    /// Changes what is stored past the server, as somebody with the database's own keys could.
    ///
    /// # Panics
    /// When the database refuses.
    #[expect(clippy::expect_used, reason = "a test's own statement is right, or the test is wrong")]
    pub async fn change(&self, sql: &str) -> u64 {
        self.connection.execute_unprepared(sql).await.expect("the statement is right").rows_affected()
    }

    /// Whether the database refuses a change past the server.
    pub async fn refuses(&self, sql: &str) -> bool {
        self.connection.execute_unprepared(sql).await.is_err()
    }

    /// Lets the connection go.
    ///
    /// # Panics
    /// When it doesn't close.
    #[expect(clippy::expect_used, reason = "nothing else is using it")]
    pub async fn close(self) {
        self.connection.close().await.expect("the connection closes");
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        if self.backend() == DbBackend::Sqlite { Engine::Sqlite } else { Engine::Postgres }
    }
}
