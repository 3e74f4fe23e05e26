//! A database of so many tenants with both servers over it: Concordat and the floor.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use api::{
    config::{self, Rates, Settings},
    http::{self, Running},
    identity::{Argon2Cost, Identity, ServerSecret, SigningKeys},
};
use chrono::{DateTime, Utc};
use entity::{
    clock::PinnedClock,
    policy::SignInMethod,
    tables::{Id, identity::account},
    tenancy::{Db, Limits},
    usecases::identity::sessions::{self, Device},
};
use sqlx::{
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use tests::support::{
    databases::{SERVER, SERVER_ROLE},
    postgres::Cluster,
};

use super::{
    Outcome, data,
    floor::{self, Floor, Pool},
    load,
};

/// Worker threads of either server.
const WORKERS: usize = 2;
/// Readers that the real server keeps on SQLite.
const SQLITE_READERS: u32 = 4;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

/// Both servers over one database.
pub struct World {
    /// How many tenants there are.
    pub tenants: u64,
    /// Where Concordat listens.
    pub ours: SocketAddr,
    /// Where the floor listens.
    pub floor: SocketAddr,
    /// The tokens that both take, by account.
    tokens: Vec<String>,
    /// Concordat's database, for the number of its statements.
    pub db: Db,
    running: Running,
    floor_handle: ServerHandle,
}

impl World {
    /// Makes, loads and serves a database; SQLite's lies in `folder`. Concordat keeps so many bytes of answers.
    pub async fn start(engine: Engine, tenants: u64, folder: &Path, kept_answers: u64) -> Outcome<Self> {
        let Place { owner_url, url, file } = place(engine, tenants, folder)?;
        migration::up(&owner_url).await?;
        let keys = SigningKeys::generate()?.to_pem();
        match engine {
            Engine::Postgres => {
                load::postgres(&owner_url, tenants).await?;
                Cluster::shared().run_sql(&format!("throughput_{tenants}"), SERVER_ROLE)?;
            }
            Engine::Sqlite => load::sqlite(&file, tenants).await?,
        }
        let pool = pool(engine, &url, &file).await?;
        let db = connect(&url).await?;
        let tokens = tokens(&db, &identity(&keys)?, tenants).await?;
        let (floor, floor_handle) = floor::start(Floor { identity: identity(&keys)?, db: connect(&url).await?, pool }, WORKERS)?;
        // One caller asks as fast as it can, which a budget is there to keep it from.
        let rates = Rates::NONE;
        let settings = Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: WORKERS,
            rates,
            // Whoever signs in comes from an address of their own.
            behind_proxy: true,
            kept_answers,
            ..Settings::default()
        };
        let running = http::start(settings, db.clone(), identity(&keys)?)?;
        Ok(Self { tenants, ours: running.address, floor, tokens, db, running, floor_handle })
    }

    /// The token of the account that asks about a tenant.
    pub fn token(&self, tenant: u64) -> Outcome<&str> {
        let account = usize::try_from(tenant / data::TENANTS_OF_ACCOUNT)?;
        Ok(self.tokens.get(account).ok_or("no account asks about that tenant")?)
    }

    /// Stops both servers.
    pub async fn stop(self) {
        self.running.stop().await;
        self.floor_handle.stop(true).await;
    }
}

/// Where a database is.
struct Place {
    /// For whoever makes and loads it.
    owner_url: String,
    /// For the servers: on PostgreSQL in the role that row-level security binds.
    url: String,
    /// SQLite's file.
    file: PathBuf,
}

fn place(engine: Engine, tenants: u64, folder: &Path) -> Outcome<Place> {
    let name = format!("throughput_{tenants}");
    let file = folder.join(format!("{name}.sqlite"));
    let url = format!("sqlite://{}", file.display());
    if engine == Engine::Sqlite {
        return Ok(Place { owner_url: url.clone(), url, file });
    }
    let cluster = Cluster::shared();
    cluster.create_database(&name)?;
    let owner_url = cluster.url(&name);
    Ok(Place { owner_url, url: cluster.url_as(SERVER, &name), file })
}

/// The floor's connections: as many as the real server's, and as careful with what they write.
async fn pool(engine: Engine, url: &str, file: &Path) -> Outcome<Pool> {
    match engine {
        Engine::Postgres => {
            let limits = Limits::default();
            let pool = |most| PgPoolOptions::new().max_connections(most).test_before_acquire(false);
            let (readers, writers) = (pool(limits.readers).connect(url).await?, pool(limits.writers).connect(url).await?);
            Ok(Pool::Postgres { readers, writers })
        }
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new().filename(file).journal_mode(SqliteJournalMode::Wal);
            let options = options.synchronous(SqliteSynchronous::Full).foreign_keys(true);
            let pool = |most| SqlitePoolOptions::new().max_connections(most).test_before_acquire(false);
            let readers = pool(SQLITE_READERS).connect_with(options.clone()).await?;
            Ok(Pool::Sqlite { readers, writers: pool(1).connect_with(options).await? })
        }
    }
}

async fn connect(url: &str) -> Outcome<Db> {
    let clock = Arc::new(PinnedClock { business_date: data::BUSINESS_DATE.parse()? });
    // Sixteen connections at work may have to wait for four readers; nobody is to be turned away for that.
    Ok(Db::connect(url, clock, Limits { wait: Duration::from_secs(30), ..Limits::default() }).await?)
}

fn identity(keys: &str) -> Outcome<Identity> {
    Ok(config::identity(SigningKeys::from_text(keys)?, &ServerSecret::generate()?, Argon2Cost::default())?)
}

/// A token of each account.
async fn tokens(db: &Db, identity: &Identity, tenants: u64) -> Outcome<Vec<String>> {
    let mut tokens = Vec::new();
    for tenant in (0..tenants).step_by(usize::try_from(data::TENANTS_OF_ACCOUNT)?) {
        tokens.push(token(db, identity, data::account(tenant)).await?);
    }
    Ok(tokens)
}

/// Opens a session of an account, as a sign-in does once the password was right.
async fn token(db: &Db, identity: &Identity, (id, person): (Uuid, Uuid)) -> Outcome<String> {
    let account = account::Model {
        id: Id::from_uuid(id),
        person_id: Id::from_uuid(person),
        email: String::new(),
        password_hash: String::new(),
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        password_set_at: DateTime::<Utc>::UNIX_EPOCH,
        disabled_at: None,
    };
    let session =
        sessions::open(db, &account, SignInMethod::Password, Device::default(), format!("no refresh token of {id}")).await?;
    Ok(identity.tokens.issue(id, session.id.uuid(), db.clock().now())?.token)
}
