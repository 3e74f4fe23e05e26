//! A private PostgreSQL cluster, made of the machine's own programs, for the tests of one process.
//!
//! Tests need a real server, to be as careless with it as they like, and to leave nothing behind. So the first test that
//! asks for [`Cluster::shared`] runs `initdb` into a new directory and `postgres` over it: on a unix socket in that
//! directory only, trusting whoever can reach it, and with every promise about crashes switched off, since nothing in it is
//! meant to survive one. A [`Watchdog`] starts the server and stops it when the test process ends. Statements go
//! through `psql`, which comes with the server. Roles belong to the cluster, not to a database: whoever creates one in a
//! template must bear with finding it there.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use super::place;
use super::watchdog::{Account, Watchdog};

/// What the tests' own plumbing answers: the value, or one sentence on what went wrong.
pub type Outcome<T> = Result<T, String>;

/// The directory that holds `initdb`, `postgres`, `pg_ctl` and `psql`, when the usual places aren't to be searched.
pub const BINARIES: &str = "CONCORDAT_PG_BIN";

/// The oldest major version that Concordat supports.
const OLDEST: u32 = 15;

/// Memory for the buffers of a server that holds what tests need.
const BUFFERS: &str = "128MB";

const PROGRAMS: [&str; 4] = ["initdb", "postgres", "pg_ctl", "psql"];

/// `initdb` and the server's start take under a second together; a laden machine may take far longer.
const PATIENCE: Duration = Duration::from_secs(60);

const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// Runs in the cluster's directory; `$1` holds the programs, `$2` says whether a commit
/// waits for the log to be written, and `$3` how much is kept in buffers. The file `stopped` says that nothing is running any more:
/// to the test process, that the start failed; to the loop below, that the server has gone. `pg_ctl` refuses for as long
/// as the server hasn't written its process id, hence the tries.
const SCRIPT: &str = r#"
{
    "$1/initdb" --pgdata=data --username=postgres --auth=trust --locale=C --encoding=UTF8 --no-sync --no-instructions \
    && "$1/postgres" -D data -k "$PWD" -p 5432 -c listen_addresses='' -c unix_socket_permissions=0777 \
        -c fsync=off -c synchronous_commit="$2" -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
        -c max_connections=300 -c shared_buffers="$3" -c autovacuum=off -c jit=off -c timezone=UTC \
        -c checkpoint_timeout=1h -c max_wal_size=512MB
    : > stopped
} > log 2>&1 < /dev/null &
cat > /dev/null
tries=200
until [ -e stopped ] || [ "$tries" -eq 0 ]; do
    "$1/pg_ctl" --pgdata=data --mode=immediate --wait --timeout=20 stop && : > stopped || sleep 0.1
    tries=$((tries - 1))
done
directory=$PWD
cd / && rm -rf "$directory"
"#;

/// A running server and the directory that holds its data, its socket and its log.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    programs: PathBuf,
    account: Option<Account>,
    _watchdog: Watchdog,
}

impl Cluster {
    /// The process's one cluster, started by whoever asks first; everybody else waits for it.
    ///
    /// # Panics
    /// When PostgreSQL isn't installed or doesn't start, saying what to do about it.
    pub fn shared() -> &'static Self {
        Self::shared_with_buffers(BUFFERS)
    }

    /// The same, with so much memory for its buffers when this call is the first.
    ///
    /// # Panics
    /// As [`Cluster::shared`].
    #[expect(clippy::panic, reason = "a test without its database has nothing to go on with")]
    pub fn shared_with_buffers(buffers: &str) -> &'static Self {
        static SHARED: OnceLock<Outcome<Cluster>> = OnceLock::new();
        match SHARED.get_or_init(|| Self::start("off", buffers)) {
            Ok(cluster) => cluster,
            Err(reason) => panic!("{reason}"),
        }
    }

    /// A cluster of one test's own, to be stopped and started. An acknowledged write outlives its crash, though not the machine's.
    ///
    /// # Errors
    /// When PostgreSQL isn't installed or doesn't start.
    pub fn private() -> Outcome<Self> {
        Self::start("on", BUFFERS)
    }

    /// Stops the server at once, as a crash would: nothing is brought to an end, and connections break.
    ///
    /// # Errors
    /// `pg_ctl`'s own message.
    pub fn crash(&self) -> Outcome<()> {
        self.pg_ctl(&["--mode=immediate", "stop"])
    }

    /// Starts it again, and waits until it has recovered.
    ///
    /// # Errors
    /// `pg_ctl`'s own message.
    pub fn start_again(&self) -> Outcome<()> {
        // Whoever clears away is to stop this one, too.
        if let Err(error) = fs::remove_file(self.directory.join("stopped"))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error.to_string());
        }
        // With the options of the first start; `start` would forget them.
        self.pg_ctl(&["--log=log", "restart"])?;
        self.await_ready()
    }

    fn pg_ctl(&self, arguments: &[&str]) -> Outcome<()> {
        let mut pg_ctl = Command::new(self.programs.join("pg_ctl"));
        pg_ctl.args(["--pgdata=data", "--wait", "--timeout=60"]).args(arguments).current_dir(&self.directory);
        if let Some(account) = self.account {
            pg_ctl.uid(account.uid).gid(account.gid);
        }
        // The server would hold a pipe open for as long as it runs.
        pg_ctl.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = pg_ctl.status().map_err(|error| format!("{pg_ctl:?} didn't start: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{pg_ctl:?} failed:\n{}", self.log())) }
    }

    /// Where `database` is to be found, as the superuser `postgres`, whom row-level security doesn't bind.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// Where `database` is to be found, as `role`: no password is asked for.
    pub fn url_as(&self, role: &str, database: &str) -> String {
        // The port is spelled out because an inherited PGPORT would otherwise change it.
        format!("postgres://{role}@localhost:5432/{database}?host={}", self.directory.display())
    }

    /// Creates an empty database.
    ///
    /// # Errors
    /// PostgreSQL's own message, as for every method below.
    pub fn create_database(&self, name: &str) -> Outcome<()> {
        self.run_sql("postgres", &format!("CREATE DATABASE {}", quoted(name)))
    }

    /// Creates a database as a copy of `template`, to which nobody may be connected: PostgreSQL waits five seconds for
    /// them to leave, then refuses.
    ///
    /// # Errors
    /// PostgreSQL's own message.
    pub fn create_from_template(&self, name: &str, template: &str) -> Outcome<()> {
        // Copying the files costs half of what the default does, which writes every page to the log as well.
        let (name, template) = (quoted(name), quoted(template));
        self.run_sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    }

    /// Shuts `template` to connections for good, so that it can be copied at any time; first waits for those that are
    /// just closing.
    ///
    /// # Errors
    /// When connections stay open, or PostgreSQL's own message.
    pub fn seal_template(&self, template: &str) -> Outcome<()> {
        self.run_sql("postgres", &format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", quoted(template)))?;
        let connected = format!("SELECT pid FROM pg_stat_activity WHERE datname = '{}'", template.replace('\'', "''"));
        wait_until(Duration::from_secs(5), || Ok(self.query_lines("postgres", &connected)?.is_empty()))?
            .then_some(())
            .ok_or_else(|| format!("connections to the template {template} were left open: close the pool that built it"))
    }

    /// Drops a database, throwing out whoever is still connected.
    ///
    /// # Errors
    /// PostgreSQL's own message.
    pub fn drop_database(&self, name: &str) -> Outcome<()> {
        self.run_sql("postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)))
    }

    /// Runs statements, parted by semicolons, as the superuser and in one transaction; at most 128 KiB of them.
    ///
    /// # Errors
    /// PostgreSQL's own message.
    pub fn run_sql(&self, database: &str, sql: &str) -> Outcome<()> {
        self.psql(database, sql).map(drop)
    }

    /// The rows of a query, one line each, their columns parted by `|`, null as nothing.
    ///
    /// # Errors
    /// PostgreSQL's own message.
    pub fn query_lines(&self, database: &str, sql: &str) -> Outcome<Vec<String>> {
        Ok(self.psql(database, sql)?.lines().map(str::to_owned).collect())
    }

    fn psql(&self, database: &str, sql: &str) -> Outcome<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--port=5432"]);
        psql.arg("--host").arg(&self.directory).args(["--username=postgres", "--dbname", database, "--command", sql]);
        psql.env("PGCLIENTENCODING", "UTF8").env_remove("PGOPTIONS").env_remove("PGSERVICE");
        output_of(&mut psql)
    }

    fn start(synchronous_commit: &str, buffers: &str) -> Outcome<Self> {
        let programs = find_programs()?;
        let account = server_account()?;
        let directory = cluster_directory(account)?;
        let arguments = [programs.as_os_str(), OsStr::new(synchronous_commit), OsStr::new(buffers)];
        let watchdog = Watchdog::start(SCRIPT, &directory, &arguments, account)
            .map_err(|error| format!("the PostgreSQL watchdog didn't start: {error}"))?;
        let cluster = Self { directory, programs, account, _watchdog: watchdog };
        cluster.await_ready()?;
        Ok(cluster)
    }

    /// The socket appears a little before the server answers, so the last word is an answered query.
    fn await_ready(&self) -> Outcome<()> {
        let (socket, stopped) = (self.directory.join(".s.PGSQL.5432"), self.directory.join("stopped"));
        let ready = wait_until(PATIENCE, || {
            if stopped.exists() {
                return Err(format!("PostgreSQL didn't start:\n{}", self.log()));
            }
            Ok(socket.exists() && self.psql("postgres", "SELECT 1").is_ok())
        })?;
        ready.then_some(()).ok_or_else(|| format!("PostgreSQL didn't answer within {PATIENCE:?}:\n{}", self.log()))
    }

    /// The server's log so far, statements that failed included.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_else(|error| format!("(no log: {error})"))
    }
}

/// Asks `holds` every few milliseconds until it says so; false when `patience` ran out first.
pub(super) fn wait_until(patience: Duration, mut holds: impl FnMut() -> Outcome<bool>) -> Outcome<bool> {
    let began = Instant::now();
    while !holds()? {
        if began.elapsed() > patience {
            return Ok(false);
        }
        thread::sleep(BETWEEN_TRIES);
    }
    Ok(true)
}

/// An identifier, as SQL spells one that may hold anything.
fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

fn output_of(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("{command:?} didn't start: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim_end()))
    }
}

/// The directory of a complete PostgreSQL that is new enough: the one in [`BINARIES`]; else the newest packaged as Debian
/// does; else the first on the search path.
fn find_programs() -> Outcome<PathBuf> {
    if let Some(named) = std::env::var_os(BINARIES).map(PathBuf::from) {
        return match version_in(&named) {
            Some(version) if version >= OLDEST => Ok(named),
            _ => Err(format!("{BINARIES} names {}, which holds no complete PostgreSQL {OLDEST}+", named.display())),
        };
    }
    let usable = |place: PathBuf| version_in(&place).filter(|version| *version >= OLDEST).map(|version| (version, place));
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = packaged.filter_map(|entry| usable(entry.path().join("bin"))).max().map(|(_, place)| place);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest.or_else(|| std::env::split_paths(&path).find_map(|place| usable(place).map(|(_, place)| place))).ok_or_else(|| {
        format!(
            "POSTGRESQL {OLDEST}+ IS NOT INSTALLED, and these tests run on it as well as on SQLite. Install it \
             (`apt-get install postgresql`; no service need run), or name the directory of its programs in {BINARIES}, \
             or set {}=sqlite to leave PostgreSQL untested.",
            super::databases::WANTED_ENGINES
        )
    })
}

/// The major version of the PostgreSQL in `place`, if all the programs are there.
fn version_in(place: &Path) -> Option<u32> {
    if !PROGRAMS.iter().all(|program| place.join(program).is_file()) {
        return None;
    }
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", and "17beta1" before a release.
    let said = output_of(Command::new(place.join("postgres")).arg("--version")).ok()?;
    let number = said.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// PostgreSQL refuses to run as root: root's tests run it as the `postgres` user, others' as themselves.
fn server_account() -> Outcome<Option<Account>> {
    let number = |arguments: &[&str]| {
        let said = output_of(Command::new("id").args(arguments))?;
        said.trim().parse::<u32>().map_err(|error| format!("`id {arguments:?}` answered {said:?}: {error}"))
    };
    if number(&["-u"])? != 0 {
        return Ok(None);
    }
    let missing = |error| format!("PostgreSQL won't run as root, and there is no user `postgres` to run it as: {error}");
    Ok(Some(Account { uid: number(&["-u", "postgres"]).map_err(missing)?, gid: number(&["-g", "postgres"]).map_err(missing)? }))
}

/// A new directory for the cluster, the server's own.
fn cluster_directory(account: Option<Account>) -> Outcome<PathBuf> {
    let directory = place::new_directory("concordat-pg-")?;
    if let Some(account) = account {
        chown(directory.path(), Some(account.uid), Some(account.gid))
            .map_err(|error| format!("{} can't be given to the server: {error}", directory.path().display()))?;
    }
    Ok(directory.keep())
}
