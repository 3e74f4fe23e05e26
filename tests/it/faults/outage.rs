//! PostgreSQL loses a process to `kill -9`, is stopped and is started again, all under load.

use std::{
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::rt::task::spawn_blocking;
use futures::future::{BoxFuture, FutureExt as _, join, join_all};
use serde_json::json;
use tests::support::{
    Answer, Engine, TestApp, TestDatabase, TestServer, Walls,
    app::{Actor, BUSINESS_DATE, DEMONSTRATION, PASSWORD, day},
    postgres::Cluster,
};
use tokio::sync::Semaphore;

use super::{LINES, RECORD, kept, outlook, whole};
use crate::{
    governance::{fixtures::done, meetings::body},
    performance::fixtures::line,
};

const READ: &str =
    "query ($slug: String!) { tenant(by: { slug: $slug }) { slug bodies(first: 5) { totalCount nodes { name } } } }";

/// Writers, readers and somebody who hangs up, with what they were told.
struct Load {
    app: TestApp,
    over: AtomicBool,
    writes: Semaphore,
    acknowledged: Mutex<Vec<String>>,
    unsure: Mutex<usize>,
    unavailable: Mutex<usize>,
}

#[test]
fn postgres_may_crash_and_come_back_under_load() {
    if Engine::Postgres.is_wanted() {
        actix_web::rt::System::new().block_on(crash_and_come_back());
    }
}

async fn crash_and_come_back() {
    let cluster = Arc::new(Cluster::private().expect("a cluster of our own"));
    let database = TestDatabase::within(Arc::clone(&cluster), &DEMONSTRATION);
    let server = TestServer::over(database, Walls::All).await;
    let app = server.app();
    let load = Load {
        app: app.clone(),
        over: AtomicBool::new(false),
        writes: Semaphore::new(0),
        acknowledged: Mutex::default(),
        unsure: Mutex::default(),
        unavailable: Mutex::default(),
    };
    let officer = app.sign_in("halton.performance-officer").await;
    let member = app.sign_in("warrington.lead-member").await;
    // Whoever leaves in the middle holds up no others, only what else the same account asks.
    let hasty = app.sign_in("halton.policy-officer").await;
    let papers = papers(&hasty).await;
    let mut parts: Vec<BoxFuture<'_, ()>> = Vec::new();
    for (at, code) in LINES.iter().enumerate() {
        let line = line(&officer, "halton", "halton-laa-2008", code, "halton").await;
        parts.push(write(&load, &officer, line, at).boxed());
    }
    parts.push(read(&load, &officer, "halton").boxed());
    parts.push(read(&load, &member, "warrington").boxed());
    parts.push(hang_up(&load, &hasty, &papers).boxed());
    parts.push(watch_the_pool(&load).boxed());
    let breaking = async {
        break_and_mend(&load, &cluster, &officer).await;
        load.over.store(true, Ordering::Relaxed);
    };
    join(join_all(parts), breaking).await;

    let left = app.db().scopes_left_behind().await.expect("the database answers");
    assert!(!left.is_empty() && left.iter().all(String::is_empty), "{left:?}");
    let (acknowledged, unsure) = (load.acknowledged.lock().unwrap().clone(), *load.unsure.lock().unwrap());
    kept(&acknowledged, &whole(app.database()).await, unsure);
    assert!(*load.unavailable.lock().unwrap() > 0, "the outage was noticed");
    eprintln!("{} writes acknowledged, {unsure} unsure, {:?} refused", acknowledged.len(), load.unavailable);
    server.stop().await;
}

async fn break_and_mend(load: &Load, cluster: &Arc<Cluster>, officer: &Actor) {
    more_writes(load).await;
    let pids =
        cluster.query_lines("postgres", "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'concordat%' LIMIT 1");
    let pid = pids.expect("PostgreSQL answers").concat();
    assert!(Command::new("kill").args(["-9", &pid]).status().expect("kill runs").success());
    more_writes(load).await;

    let stopping = Arc::clone(cluster);
    spawn_blocking(move || stopping.crash()).await.unwrap().expect("it stops");
    assert_eq!(status(load, "/readyz").await, 503);
    assert_eq!(status(load, "/healthz").await, 200, "the process lives");
    for (query, variables) in [(READ, json!({ "slug": "halton" })), (RECORD, outlook("x", "stream", day(BUSINESS_DATE)))] {
        let refused = officer.ask(query, variables).await;
        assert_eq!((refused.error_codes(), refused.status), (vec!["UNAVAILABLE".to_owned()], 503), "{refused}");
        assert!(refused.headers.contains_key("retry-after"), "{refused}");
    }
    let starting = Arc::clone(cluster);
    spawn_blocking(move || starting.start_again()).await.unwrap().expect("it starts");
    more_writes(load).await;
    assert_eq!(status(load, "/readyz").await, 200);
}

async fn status(load: &Load, path: &str) -> u16 {
    load.app.http().get(format!("{}{path}", load.app.url())).send().await.expect("an answer").status().as_u16()
}

/// Until so many further writes were acknowledged: the server serves again, by itself.
async fn more_writes(load: &Load) {
    load.writes.forget_permits(usize::MAX);
    let served = tokio::time::timeout(Duration::from_secs(60), load.writes.acquire_many(25)).await;
    served.expect("writes go on within a minute").expect("the count goes on").forget();
}

/// Whether it went well; else it has to be an error on which to try again, in our words.
fn went_well(load: &Load, answer: &Answer) -> bool {
    let raw = answer.raw();
    for inner in ["sqlx", "postgres", "terminat", "SQL", "socket", "os error", "broken pipe", "recovery"] {
        assert!(!raw.contains(inner), "{inner}: {raw}");
    }
    match answer.error_codes().first().map(String::as_str) {
        None => return true,
        Some("UNAVAILABLE") => *load.unavailable.lock().unwrap() += 1,
        // On a busy machine a request can also wait for longer than it may; what it was to write may be written.
        Some("OUTCOME_UNKNOWN" | "TIME_LIMIT") => *load.unsure.lock().unwrap() += 1,
        Some(_) => panic!("{answer}"),
    }
    false
}

async fn write(load: &Load, officer: &Actor, line: String, at: usize) {
    for number in 0.. {
        if load.over.load(Ordering::Relaxed) {
            return;
        }
        let rationale = format!("stream {at}.{number}");
        let answer = officer.ask(RECORD, outlook(&line, &rationale, day(BUSINESS_DATE))).await;
        if !went_well(load, &answer) {
            continue;
        }
        answer.text("/recordOutlook/outlook/id");
        load.acknowledged.lock().unwrap().push(rationale);
        load.writes.add_permits(1);
    }
}

async fn read(load: &Load, reader: &Actor, slug: &str) {
    let expected = reader.ask(READ, json!({ "slug": slug })).await.data("/tenant").clone();
    while !load.over.load(Ordering::Relaxed) {
        let answer = reader.ask(READ, json!({ "slug": slug })).await;
        if went_well(load, &answer) {
            assert_eq!(answer.data("/tenant"), &expected, "{slug} sees what is {slug}'s");
        }
    }
}

/// The addresses of a pack with exempt business and of a calendar: an answer of either takes more than one transaction.
async fn papers(officer: &Actor) -> [String; 2] {
    let agenda = json!([{ "title": "In private", "exemption": "paragraph 3" }]);
    let body = body(officer, "halton", "hspb").await;
    let meeting = json!({ "body": body, "title": "Board", "heldOn": BUSINESS_DATE, "agenda": agenda });
    let meeting = done(officer, "createMeeting", meeting, "meeting { id }").await["meeting"]["id"].clone();
    let pack = done(officer, "publishMeetingPack", json!({ "meeting": meeting }), "pack { exemptPath }").await;
    let calendar = done(officer, "createCalendarFeed", json!({ "password": PASSWORD }), "path").await;
    [&pack["pack"]["exemptPath"], &calendar["path"]].map(|path| path.as_str().expect("it has an address").to_owned())
}

/// Requests whose client leaves in the middle: what they declared mustn't stay on the connection.
async fn hang_up(load: &Load, reader: &Actor, papers: &[String]) {
    let asked = json!({ "slug": "halton" });
    while !load.over.load(Ordering::Relaxed) {
        let patience = Duration::from_micros(super::any_below(8_000));
        let _: Result<Answer, _> = tokio::time::timeout(patience, reader.ask(READ, asked.clone())).await;
        for path in papers {
            let request = load.app.http().get(format!("{}{path}", load.app.url())).bearer_auth(reader.token());
            let patience = Duration::from_micros(super::any_below(8_000));
            let _: Result<_, _> = tokio::time::timeout(patience, request.send()).await;
        }
    }
}

async fn watch_the_pool(load: &Load) {
    let mut looked = 0;
    while !load.over.load(Ordering::Relaxed) {
        // While PostgreSQL is away there is nothing to be seen.
        if let Ok(left) = load.app.db().scopes_left_behind().await {
            assert!(left.iter().all(String::is_empty), "{left:?}");
            looked += left.len();
        }
        tokio::task::yield_now().await;
    }
    assert!(looked > 0, "connections were looked at");
}
