//! A database of its own for every test, at the price of a copy.
//!
//! Migrating and loading takes seconds, copying the outcome a fraction of one. So a [`Template`] is built once per engine
//! and process, by the first test that needs it, and [`TestDatabase::fresh`] copies it: the file, for SQLite; `CREATE
//! DATABASE … TEMPLATE`, for PostgreSQL. Dropping a [`TestDatabase`] removes the copy.
//!
//! **Whatever builds a template must close its connections**: call the pool's `close().await` last. PostgreSQL refuses to
//! copy a database that somebody is connected to, and a SQLite file whose write-ahead log hasn't been folded in is only
//! part of the database. Both are checked, and a template left open fails every test that wanted it.

use std::fmt;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use super::place;
use super::postgres::{Cluster, Outcome, wait_until};
use super::watchdog::Watchdog;

/// The engines to test on: `sqlite`, `postgres`, or both parted by a comma, as when it isn't set.
pub const WANTED_ENGINES: &str = "CONCORDAT_TEST_DATABASES";

/// A database engine that Concordat runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// What production runs on.
    Postgres,
}

impl Engine {
    /// Whether [`WANTED_ENGINES`] asks for this engine, or doesn't say.
    ///
    /// # Panics
    /// When the variable names something else: a misspelling mustn't leave an engine untested.
    #[expect(clippy::panic, reason = "a misspelt setting mustn't pass as a green run")]
    pub fn is_wanted(self) -> bool {
        let Some(wanted) = std::env::var_os(WANTED_ENGINES) else { return true };
        let wanted = wanted.to_string_lossy();
        let names: Vec<&str> = wanted.split(',').map(str::trim).collect();
        if let Some(stranger) = names.iter().find(|name| !matches!(**name, "sqlite" | "postgres")) {
            panic!("{WANTED_ENGINES} names {stranger:?}; it may name sqlite and postgres");
        }
        names.contains(&self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The role in which servers under test work: bound by row-level security, as a real one is.
pub const SERVER: &str = "concordat_server";

/// Makes that role. Roles belong to the cluster, so a second template finds it there.
pub const SERVER_ROLE: &str = "DO $$ BEGIN CREATE ROLE concordat_server LOGIN IN ROLE concordat_app; \
    EXCEPTION WHEN duplicate_object THEN NULL; END $$";

/// What building a template amounts to; it panics when it fails, as a test would.
pub type Building = Pin<Box<dyn Future<Output = ()>>>;

/// A database that tests get copies of, built at most once per engine in a process. Keep it in a `static`:
///
/// ```ignore
/// static SEEDED: Template = Template::new("seeded", |url| Box::pin(async move {
///     let db = connect(&url).await;
///     migrate_and_load(&db).await;
///     db.close().await; // an open connection would make it uncopyable
/// }));
/// ```
#[derive(Debug)]
pub struct Template {
    name: &'static str,
    build: fn(String) -> Building,
    sqlite: OnceLock<Outcome<()>>,
    postgres: OnceLock<Outcome<()>>,
}

impl Template {
    /// A template by a name of its own among the process's templates (lower case letters, digits and underscores); `build`
    /// gets the URL of an empty database.
    pub const fn new(name: &'static str, build: fn(String) -> Building) -> Self {
        Self { name, build, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Builds the template if nobody has. Concurrent tests wait, and a failure is theirs too, since trying again would only
    /// fail more slowly.
    fn ready(&self, engine: Engine) -> Outcome<()> {
        let outcome = match engine {
            Engine::Sqlite => self.sqlite.get_or_init(|| self.build_sqlite()),
            Engine::Postgres => self.postgres.get_or_init(|| self.build_postgres()),
        };
        outcome.clone().map_err(|reason| format!("the template {} on {engine}: {reason}", self.name))
    }

    fn database(&self) -> String {
        format!("template_{}", self.name)
    }

    fn build_sqlite(&self) -> Outcome<()> {
        let file = sqlite_file(&self.database())?;
        self.build_at(sqlite_url(&file))?;
        // The last connection to leave folds the log in and removes it; a pool's may leave a moment after it says so.
        let log = beside(&file, "-wal");
        wait_until(Duration::from_secs(5), || Ok(log.metadata().map_or(true, |log| log.len() == 0)))?
            .then_some(())
            .ok_or_else(|| "a connection was left open: close the pool that built it".to_owned())
    }

    fn build_postgres(&self) -> Outcome<()> {
        let cluster = Cluster::shared();
        cluster.create_database(&self.database())?;
        self.build_at(cluster.url(&self.database()))?;
        cluster.run_sql("postgres", SERVER_ROLE)?;
        cluster.seal_template(&self.database())
    }

    /// Runs the building on a thread and a runtime of its own: the tests' runtimes come and go with the tests, and one of
    /// them can't be waited for from within another.
    fn build_at(&self, url: String) -> Outcome<()> {
        let build = self.build;
        let building = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.map(|runtime| runtime.block_on(build(url))).map_err(|error| error.to_string())
        });
        building.join().map_err(|panic| format!("its building panicked: {}", message_of(panic.as_ref())))?
    }
}

/// A database of one test's own. Dropping it removes the database, open connections or not.
#[derive(Debug)]
pub struct TestDatabase {
    /// What the database runs on.
    pub engine: Engine,
    /// Where it is to be found, as sqlx and `DATABASE_URL` spell it; on PostgreSQL as the superuser.
    pub url: String,
    /// The same for the server, which works in a role of its own on PostgreSQL.
    pub server_url: String,
    name: String,
    /// The cluster it lies in, when that is the test's own.
    cluster: Option<Arc<Cluster>>,
}

impl TestDatabase {
    /// A new copy of `template` on `engine`. Blocks the calling thread, which is the waiting test's own.
    ///
    /// # Panics
    /// When the template couldn't be built or copied, saying why.
    #[expect(clippy::panic, reason = "a test without its database has nothing to go on with")]
    #[expect(clippy::unused_async, reason = "tests await it; a driver's own copying would have to be awaited")]
    pub async fn fresh(engine: Engine, template: &Template) -> Self {
        match Self::copy(engine, template) {
            Ok(database) => database,
            Err(reason) => panic!("no test database: {reason}"),
        }
    }

    /// A PostgreSQL database in a cluster of the test's own, built as `template` is; it goes with the cluster.
    ///
    /// # Panics
    /// When it couldn't be built, saying why.
    #[expect(clippy::panic, reason = "a test without its database has nothing to go on with")]
    pub fn within(cluster: Arc<Cluster>, template: &Template) -> Self {
        let name = template.name.to_owned();
        let (url, server_url) = (cluster.url(&name), cluster.url_as(SERVER, &name));
        let built = cluster.create_database(&name).and_then(|()| template.build_at(url.clone()));
        if let Err(reason) = built.and_then(|()| cluster.run_sql("postgres", SERVER_ROLE)) {
            panic!("no test database: {reason}");
        }
        Self { engine: Engine::Postgres, url, server_url, name, cluster: Some(cluster) }
    }

    /// The file of a SQLite database.
    ///
    /// # Panics
    /// When it isn't one.
    #[expect(clippy::expect_used, reason = "a test that asks for the file knows that there is one")]
    pub fn file(&self) -> PathBuf {
        let path = self.url.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next());
        PathBuf::from(path.expect("a SQLite database lies in a file"))
    }

    /// The database's name within the cluster; on SQLite the stem of the file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn copy(engine: Engine, template: &Template) -> Outcome<Self> {
        static COPIES: AtomicU32 = AtomicU32::new(1);
        template.ready(engine)?;
        let name = format!("{}_{}", template.name, COPIES.fetch_add(1, Ordering::Relaxed));
        let (url, server_url) = match engine {
            Engine::Sqlite => {
                let file = sqlite_file(&name)?;
                fs::copy(sqlite_file(&template.database())?, &file).map_err(|error| format!("copying: {error}"))?;
                (sqlite_url(&file), sqlite_url(&file))
            }
            Engine::Postgres => {
                Cluster::shared().create_from_template(&name, &template.database())?;
                (Cluster::shared().url(&name), Cluster::shared().url_as(SERVER, &name))
            }
        };
        Ok(Self { engine, url, server_url, name, cluster: None })
    }
}

impl Drop for TestDatabase {
    /// Best effort: what is left goes with the test process, and a test that failed has its own tale to tell.
    fn drop(&mut self) {
        match self.engine {
            Engine::Postgres if self.cluster.is_some() => {}
            Engine::Postgres => drop(Cluster::shared().drop_database(&self.name)),
            Engine::Sqlite => {
                if let Ok(file) = sqlite_file(&self.name) {
                    for suffix in ["", "-wal", "-shm", "-journal"] {
                        drop(fs::remove_file(beside(&file, suffix)));
                    }
                }
            }
        }
    }
}

/// The file of the SQLite database `name`, in a directory of this process's that goes when the process does.
fn sqlite_file(name: &str) -> Outcome<PathBuf> {
    static DIRECTORY: OnceLock<Outcome<(PathBuf, Watchdog)>> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| {
        let directory = place::new_directory("concordat-sqlite-")?.keep();
        let script = r#"cat > /dev/null; directory=$PWD; cd / && rm -rf "$directory""#;
        let watchdog = Watchdog::start::<&str>(script, &directory, &[], None)
            .map_err(|error| format!("the SQLite watchdog didn't start: {error}"))?;
        Ok((directory, watchdog))
    });
    directory.as_ref().map(|(directory, _)| directory.join(format!("{name}.sqlite"))).map_err(Clone::clone)
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    said.unwrap_or("without a message").to_owned()
}
