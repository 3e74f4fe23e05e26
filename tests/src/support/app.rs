//! The real server over a database of the test's own, and the offices that call it.
//!
//! [`TestServer::start`] copies the template that holds the demonstration, starts the server on a free port with hashing
//! made cheap, and hands out a [`TestApp`]: a light handle that a test may clone. `app.sign_in("halton.lead-member")` goes
//! through the same `signIn` as everybody and gives an [`Actor`], who asks over HTTP and gets an [`Answer`]. Time is a
//! [`TestClock`]'s: it stands still until the test moves it.

use std::sync::{Arc, Mutex, PoisonError};

use api::{
    config::{self, Rates, Settings},
    http::{self, Running},
    identity::{Argon2Cost, Identity, ServerSecret, SigningKeys},
};
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone as _, Utc};
use entity::{
    clock::Clock,
    policy::Demand,
    tenancy::{Db, Limits},
    usecases::{identity::purging, loading, upkeep},
};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    databases::{Engine, Template, TestDatabase},
};

/// The password of every account of the demonstration, in tests.
pub const PASSWORD: &str = "seven-herons-over-the-mersey";

/// The business date at which every test begins: an Engagement Committee met that day.
pub const BUSINESS_DATE: &str = "2010-02-09";

/// A day, written as `2010-02-09`.
///
/// # Panics
/// When it isn't one.
#[expect(clippy::expect_used, reason = "a test's own spelling mistake")]
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day is written as YYYY-MM-DD")
}

/// Clocks that stand still until a test moves them.
#[derive(Debug)]
pub struct TestClock {
    now: Mutex<DateTime<Utc>>,
    business_date: Mutex<NaiveDate>,
}

impl TestClock {
    /// Nine in the morning of [`BUSINESS_DATE`].
    ///
    /// # Panics
    /// Never: the moment exists.
    #[expect(clippy::expect_used, reason = "the moment exists")]
    pub fn new() -> Self {
        let now = Utc.with_ymd_and_hms(2010, 2, 9, 9, 0, 0).single().expect("the moment exists");
        Self { now: Mutex::new(now), business_date: Mutex::new(day(BUSINESS_DATE)) }
    }

    /// Moves the business date, leaving the system's time where it is.
    pub fn set_business_date(&self, date: NaiveDate) {
        *self.business_date.lock().unwrap_or_else(PoisonError::into_inner) = date;
    }

    /// Lets the system's time go on, leaving the business date where it is.
    pub fn advance(&self, by: TimeDelta) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn business_date(&self) -> NaiveDate {
        *self.business_date.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A database with reference data and the demonstration.
pub static DEMONSTRATION: Template = Template::new("demonstration", |url| Box::pin(load(url)));

/// A database that is up to date and holds nothing.
pub static EMPTY: Template = Template::new("empty", |url| Box::pin(migrate(url)));

#[expect(clippy::expect_used, reason = "a test without its tables has nothing to go on with")]
async fn migrate(url: String) {
    migration::up(&url).await.expect("the migrations run on an empty database");
}

#[expect(clippy::expect_used, reason = "a test without its data has nothing to go on with")]
async fn load(url: String) {
    migrate(url.clone()).await;
    let db = Db::connect(&url, Arc::new(TestClock::new()), few()).await.expect("the new database opens");
    loading::reference(&db).await.expect("the reference data loads");
    let hash = identity().passwords.hash(PASSWORD.to_owned()).await.expect("the password hashes");
    loading::demonstration(&db, |_| hash.clone()).await.expect("the demonstration loads");
    db.close().await.expect("the template's connections close");
}

/// Hashing so cheap that a sign-in takes no time worth mentioning, and a key of the server's own.
#[expect(clippy::expect_used, reason = "a test without identity has nothing to go on with")]
fn identity() -> Identity {
    let cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };
    let keys = SigningKeys::generate().expect("the operating system gives randomness");
    // One secret for all servers of a test, so that what one has sealed another opens.
    let secret = ServerSecret::from_text(&"A".repeat(43)).expect("the secret is good");
    config::identity(keys, &secret, cost).expect("the key is good")
}

/// Faults that the server conceals from its clients are told on stderr, so that a failing test says why.
fn tell_of_faults() {
    let tell =
        tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::ERROR).with_writer(std::io::stderr);
    // Only the first test of the process sets it up.
    drop(tell.try_init());
}

/// Connections enough for one test, few enough for many tests at once.
fn few() -> Limits {
    Limits { readers: 4, writers: 2, ..Limits::default() }
}

/// Which of the walls between tenants stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walls {
    /// All of them, as in real use.
    All,
    /// The application's own, without the database's behind it: the server works as a superuser, whom no policy binds.
    FirstAlone,
}

/// A server on a free port. Nothing is counted: a test asks more in a second than people do in an hour, and time stands still.
fn settings(demand: Demand) -> Settings {
    Settings { demand, rates: Rates::NONE, ..Settings::default() }
}

/// A server under test, with its database.
pub struct TestServer {
    running: Running,
    app: TestApp,
}

impl TestServer {
    /// Starts one over a fresh copy of the demonstration.
    ///
    /// # Panics
    /// When it doesn't start.
    pub async fn start(engine: Engine, walls: Walls) -> Self {
        Self::over(TestDatabase::fresh(engine, &DEMONSTRATION).await, walls).await
    }

    /// Starts one over a database that is there.
    ///
    /// # Panics
    /// When it doesn't start.
    pub async fn over(database: TestDatabase, walls: Walls) -> Self {
        tell_of_faults();
        Self::beside(Arc::new(database), walls).await
    }

    /// The same for a database that others serve, too.
    #[expect(clippy::expect_used, reason = "a test without a server has nothing to go on with")]
    async fn beside(database: Arc<TestDatabase>, walls: Walls) -> Self {
        let clock = Arc::new(TestClock::new());
        let url = if walls == Walls::All { &database.server_url } else { &database.url };
        let db = Db::connect(url, Arc::clone(&clock) as Arc<dyn Clock>, few()).await.expect("the copy opens");
        Self::set_up(database, clock, (db, walls), settings(Demand::Nothing))
    }

    #[expect(clippy::expect_used, reason = "a test without a server has nothing to go on with")]
    fn set_up(database: Arc<TestDatabase>, clock: Arc<TestClock>, (db, walls): (Db, Walls), settings: Settings) -> Self {
        let settings = Settings { listen: ([127, 0, 0, 1], 0).into(), workers: 1, ..settings };
        let running = http::start(settings, db.clone(), identity()).expect("the server starts");
        let http = reqwest::Client::builder().no_proxy().user_agent("concordat-tests").build().expect("a client can be made");
        let app =
            TestApp(Arc::new(Shared { url: running.url(), clock, db, walls, database, http, companions: Mutex::default() }));
        Self { running, app }
    }

    /// The handle for the test.
    pub fn app(&self) -> TestApp {
        self.app.clone()
    }

    /// Lets requests under way come to their end, and closes the database.
    ///
    /// # Panics
    /// When the database doesn't close.
    #[expect(clippy::expect_used, reason = "a database that doesn't close is a fault of the server's")]
    pub async fn stop(self) {
        let db = self.app.0.db.clone();
        let companions = std::mem::take(&mut *self.app.0.companions.lock().unwrap_or_else(PoisonError::into_inner));
        for running in companions.into_iter().chain([self.running]) {
            running.stop().await;
        }
        db.close().await.expect("the database closes");
    }
}

struct Shared {
    url: String,
    clock: Arc<TestClock>,
    db: Db,
    walls: Walls,
    database: Arc<TestDatabase>,
    http: reqwest::Client,
    /// Servers that a test started beside this one.
    companions: Mutex<Vec<Running>>,
}

/// The server as a test sees it.
#[derive(Clone)]
pub struct TestApp(Arc<Shared>);

impl TestApp {
    /// Another server over the same database, as after a restart or beside this one; it knows nothing of what this one has in
    /// memory, so whoever asks it signs in there. Its test stops it.
    ///
    /// # Panics
    /// When it doesn't start.
    pub async fn another_server(&self) -> TestServer {
        TestServer::beside(Arc::clone(&self.0.database), Walls::All).await
    }

    /// Where the server listens, such as `http://127.0.0.1:43210`.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The clocks, to be moved.
    pub fn clock(&self) -> &TestClock {
        &self.0.clock
    }

    /// The database beneath, for tests that look at it past the server.
    pub fn database(&self) -> &TestDatabase {
        &self.0.database
    }

    /// The engine beneath.
    pub fn engine(&self) -> Engine {
        self.0.database.engine
    }

    /// Which of the walls between tenants stand.
    pub fn walls(&self) -> Walls {
        self.0.walls
    }

    /// The HTTP client, for requests of an unusual shape.
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// Removes what identity needs no longer, as a running server does every hour.
    ///
    /// # Panics
    /// When the database fails.
    #[expect(clippy::expect_used, reason = "a database that fails fails any test")]
    pub async fn purge(&self) -> purging::Purged {
        purging::purge(&self.0.db).await.expect("what is over goes")
    }

    /// Reminds of what is due, as a running server does every hour, and gives the number of letters.
    ///
    /// # Panics
    /// When the database fails.
    #[expect(clippy::expect_used, reason = "a database that fails fails any test")]
    pub async fn remind(&self) -> usize {
        upkeep::reminders::remind(&self.0.db).await.expect("reminders are written")
    }

    /// Another server over the same database, with the same clocks, that insists on more than this one. It stops with the test.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn demanding(&self, demand: Demand) -> Self {
        self.with_settings(settings(demand))
    }

    /// Another server over the same database, with the same clocks and settings of its own. It stops with the test.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn with_settings(&self, settings: Settings) -> Self {
        let shared = &self.0;
        let server = TestServer::set_up(
            Arc::clone(&shared.database),
            Arc::clone(&shared.clock),
            (shared.db.clone(), shared.walls),
            settings,
        );
        shared.companions.lock().unwrap_or_else(PoisonError::into_inner).push(server.running);
        server.app
    }

    /// Another server over the same database, with the same clocks, that counts what callers ask for against these budgets. It knows
    /// nothing of what other servers hold in memory, as if it were another process. It stops with the test.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn metering(&self, rates: Rates) -> Self {
        self.with_settings(Settings { rates, ..settings(Demand::Nothing) })
    }

    /// Another server over the same database, with the same clocks, that makes every answer anew. It stops with the test.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn keeping_no_answers(&self) -> Self {
        self.with_settings(Settings { kept_answers: 0, ..settings(Demand::Nothing) })
    }

    /// SQL statements sent since the server opened the database.
    #[expect(clippy::unused_async, reason = "tests await it; a count kept by the database would have to be awaited")]
    pub async fn statements(&self) -> u64 {
        self.0.db.statements_sent()
    }

    /// What the server itself holds of the database, for what an operator does beside it.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Actor {
        Actor { app: self.clone(), token: None, refresh_token: None }
    }

    /// Whoever brings this access token, good or not.
    pub fn bearing(&self, token: &str) -> Actor {
        Actor { app: self.clone(), token: Some(token.to_owned()), refresh_token: None }
    }

    /// Signs the account of an office in, such as `halton.performance-officer`.
    ///
    /// # Panics
    /// When that fails.
    pub async fn sign_in(&self, office: &str) -> Actor {
        let answer = self.try_sign_in(office, PASSWORD).await;
        let text = |pointer: &str| answer.data(pointer).as_str().map(str::to_owned);
        Actor { app: self.clone(), token: text("/signIn/accessToken"), refresh_token: text("/signIn/refreshToken") }
    }

    /// Tries to sign in; `office` is an account's name or a whole e-mail address.
    pub async fn try_sign_in(&self, office: &str, password: &str) -> Answer {
        let email = if office.contains('@') { office.to_owned() } else { format!("{office}@concordat.example") };
        self.anonymous().ask(SIGN_IN, json!({ "input": { "email": email, "password": password } })).await
    }
}

const SIGN_IN: &str = "mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { accessToken refreshToken userErrors { code field message } }
}";

/// Somebody who asks.
#[derive(Clone)]
pub struct Actor {
    app: TestApp,
    token: Option<String>,
    refresh_token: Option<String>,
}

impl Actor {
    /// Asks a question, or has something done. `variables` is an object, or null.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.post(&json!({ "query": query, "variables": variables })).await
    }

    /// Sends a request's body as it is.
    ///
    /// # Panics
    /// When the server doesn't answer, or not in JSON.
    #[expect(clippy::expect_used, reason = "a server that doesn't answer fails any test")]
    pub async fn post(&self, body: &Value) -> Answer {
        let mut request = self.app.http().post(format!("{}/graphql", self.app.url())).json(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Answer::of(request.send().await.expect("the server answers")).await
    }

    /// The access token.
    ///
    /// # Panics
    /// When nobody is signed in.
    #[expect(clippy::expect_used, reason = "a test that asks for it signs in first")]
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("somebody is signed in")
    }

    /// The refresh token.
    ///
    /// # Panics
    /// When nobody is signed in.
    #[expect(clippy::expect_used, reason = "a test that asks for it signs in first")]
    pub fn refresh_token(&self) -> &str {
        self.refresh_token.as_deref().expect("somebody is signed in")
    }
}
