//! `kill -9` of the server in the middle of a stream of writes, again and again over the same database.

use std::{sync::Arc, time::Duration};

use futures::future::{join, join_all};
use serde_json::Value;
use tests::support::{Engine, TestDatabase, app::DEMONSTRATION, postgres::Cluster};
use tokio::sync::Semaphore;

use super::{
    LINES, RECORD, any_below, kept, outlook,
    process::{Caller, Server, signing_key},
    today, whole,
};

/// How often; 50 for the long run.
const CRASHES: &str = "CONCORDAT_CRASHES";

#[test]
fn no_acknowledged_write_is_lost_on_sqlite() {
    crash_on(Engine::Sqlite);
}

#[test]
fn no_acknowledged_write_is_lost_on_postgres() {
    crash_on(Engine::Postgres);
}

fn crash_on(engine: Engine) {
    if engine.is_wanted() {
        actix_web::rt::System::new().block_on(crash(engine));
    }
}

async fn crash(engine: Engine) {
    let rounds = std::env::var(CRASHES).map_or(3, |rounds| rounds.parse().expect("a number of crashes"));
    let database = TestDatabase::fresh(engine, &DEMONSTRATION).await;
    let folder = tempfile::tempdir().unwrap();
    let key = signing_key(folder.path());
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        let mut server = Server::start(&database.server_url, &key).await;
        let officer = server.sign_in("halton.performance-officer").await;
        let lines = join_all(LINES.map(|code| officer.line(code))).await;
        let so_far = Arc::new(Semaphore::new(0));
        let streams = lines.iter().enumerate().map(|(at, line)| stream(&officer, line, format!("stream {round}.{at}"), &so_far));
        // At any moment of a write: after some of them, and a part of one.
        let goal = u32::try_from(any_below(40) + 1).unwrap();
        let killing = async {
            let reached = so_far.acquire_many(goal).await.expect("the count goes on");
            tokio::time::sleep(Duration::from_micros(any_below(20_000))).await;
            drop(reached);
            server.kill();
        };
        let (written, ()) = join(join_all(streams), killing).await;
        acknowledged.extend(written.concat());
        at_rest(&database);
        kept(&acknowledged, &whole(&database).await, LINES.len() * (round + 1));
    }
    assert!(acknowledged.len() >= rounds, "{} writes in {rounds} rounds", acknowledged.len());
    let found = whole(&database).await.len();
    eprintln!("{engine}: {rounds} crashes, {} writes acknowledged, {found} found", acknowledged.len());
}

/// Writes until there is no answer any more; gives what was acknowledged.
async fn stream(officer: &Caller, line: &str, name: String, so_far: &Semaphore) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let rationale = format!("{name}.{}", acknowledged.len());
        let Some(answer) = officer.ask(RECORD, outlook(line, &rationale, today())).await else { return acknowledged };
        assert!(answer.pointer("/data/recordOutlook/outlook/id").is_some_and(Value::is_string), "{answer}");
        acknowledged.push(rationale);
        so_far.add_permits(1);
    }
}

/// Waits until PostgreSQL has noticed that the server is gone, so that what was under way is settled.
fn at_rest(database: &TestDatabase) {
    if database.engine == Engine::Sqlite {
        return;
    }
    let left =
        format!("SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND application_name LIKE 'concordat%'", database.name());
    while !Cluster::shared().query_lines("postgres", &left).expect("PostgreSQL answers").is_empty() {
        std::thread::yield_now();
    }
}
