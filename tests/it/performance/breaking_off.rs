//! When the database breaks off between and during writes: what was acknowledged is there exactly once, and nobody who gave a key
//! has to do more than ask again. Only PostgreSQL has connections that somebody else can end.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use sea_orm::{ConnectionTrait as _, Database, DatabaseTransaction, TransactionTrait as _};
use serde_json::{Value, json};
use tests::support::{Actor, Answer, Engine, Probe, TestApp, Walls, run_on};
use tokio::sync::Semaphore;

use super::fixtures::line;

macro_rules! on_postgres {
    ($($name:ident),+ $(,)?) => { $(mod $name {
        #[test]
        fn postgres() {
            super::run_on(super::Engine::Postgres, super::Walls::All, super::$name);
        }
    })+ };
}

on_postgres!(
    a_write_under_a_key_that_is_broken_off_is_tried_again,
    a_write_without_a_key_that_is_broken_off_is_told,
    connections_that_were_lost_while_they_lay_idle_trouble_nobody,
    whatever_breaks_off_every_acknowledged_write_is_there_once,
);

const RECORD: &str = "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) {
    outlook { id version } userErrors { code message } } }";

async fn record(actor: &Actor, line: &str, rationale: &str, key: Option<&str>) -> Answer {
    let input = json!({ "line": line, "judgement": "UNLIKELY", "rationale": rationale, "expiresOn": "2010-08-09",
        "idempotencyKey": key });
    actor.ask(RECORD, json!({ "input": input })).await
}

async fn officer_and_line(app: &TestApp, code: &str) -> (Actor, String) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", code, "halton").await;
    (officer, line)
}

/// The server's connections that meet a condition.
const OURS: &str = "FROM pg_stat_activity WHERE application_name LIKE 'concordat%' AND datname = current_database()";

/// Keeps every line of an agreement, so that who would write an outlook has to wait in the middle of it.
async fn lines_kept(app: &TestApp) -> DatabaseTransaction {
    let keeper = Database::connect(&app.database().url).await.expect("the database is there");
    let kept = keeper.begin().await.expect("a transaction begins");
    kept.execute_unprepared("SELECT 1 FROM agreement_indicator FOR UPDATE").await.expect("the lines can be kept");
    kept
}

/// Waits for a write to be in the middle, and ends its connection.
async fn break_off_whoever_waits(probe: &Probe) {
    let waiting = format!("SELECT CAST(count(pg_terminate_backend(pid)) AS text) {OURS} AND wait_event_type = 'Lock'");
    for _ in 0..10_000 {
        if probe.rows(&waiting).await.concat().concat() != "0" {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("nobody waits in the middle of a write");
}

/// The rationales of NI 16's outlooks beside the demonstration's, each as often as it is there.
async fn written(probe: &Probe) -> Vec<String> {
    probe.rows("SELECT rationale FROM outlook WHERE rationale LIKE 'Write %' ORDER BY rationale").await.concat()
}

async fn a_write_under_a_key_that_is_broken_off_is_tried_again(app: TestApp) {
    let (officer, line) = officer_and_line(&app, "NI 16").await;
    let probe = Probe::open(app.database()).await;
    let kept = lines_kept(&app).await;
    let breaking_off = async {
        for _ in 0..3 {
            break_off_whoever_waits(&probe).await;
        }
        kept.rollback().await.expect("the lines are let go");
    };
    let (answer, ()) = tokio::join!(record(&officer, &line, "Write 1", Some("morning")), breaking_off);
    let first = answer.data("/recordOutlook/outlook/id");
    assert_eq!(written(&probe).await, ["Write 1"]);
    assert_eq!(record(&officer, &line, "Write 1", Some("morning")).await.data("/recordOutlook/outlook/id"), first);
    assert_eq!(written(&probe).await, ["Write 1"]);
    probe.close().await;
}

async fn a_write_without_a_key_that_is_broken_off_is_told(app: TestApp) {
    let (officer, line) = officer_and_line(&app, "NI 16").await;
    let probe = Probe::open(app.database()).await;
    let kept = lines_kept(&app).await;
    let breaking_off = async {
        break_off_whoever_waits(&probe).await;
        kept.rollback().await.expect("the lines are let go");
    };
    let (answer, ()) = tokio::join!(record(&officer, &line, "Write 1", None), breaking_off);
    assert_eq!(answer.error_codes(), ["UNAVAILABLE"], "{answer}");
    assert_eq!(written(&probe).await, [""; 0]);
    probe.close().await;
}

async fn connections_that_were_lost_while_they_lay_idle_trouble_nobody(app: TestApp) {
    let (officer, line) = officer_and_line(&app, "NI 16").await;
    let probe = Probe::open(app.database()).await;
    let mut all = Vec::new();
    for round in 10..30 {
        // One at a time: those by which it is found out who asks in every second round, any other in those between.
        let whose = if round % 2 == 0 { "LIKE" } else { "NOT LIKE" };
        let one = format!("{OURS} AND state = 'idle' AND query {whose} 'WITH own AS (%' ORDER BY random() LIMIT 1");
        probe.rows(&format!("SELECT CAST(pg_terminate_backend(pid) AS text) {one}")).await;
        for write in ["first", "second"] {
            let rationale = format!("Write {round} {write}");
            let answer = record(&officer, &line, &rationale, None).await;
            assert_eq!(answer.user_errors("/recordOutlook"), [] as [Value; 0], "{answer}");
            all.push(rationale);
        }
    }
    assert_eq!(written(&probe).await, all);
    probe.close().await;
}

async fn whatever_breaks_off_every_acknowledged_write_is_there_once(app: TestApp) {
    const WRITERS: usize = 4;
    const WRITES: usize = 6;
    let mut lines = Vec::new();
    for code in ["NI 16", "NI 20", "NI 17", "NI 30"] {
        lines.push(officer_and_line(&app, code).await);
    }
    let (answered, repeated) = (Semaphore::new(0), AtomicUsize::new(0));
    let breaking_off = async {
        let probe = Probe::open(app.database()).await;
        let mut ended = 0;
        // After every second write that was acknowledged, while the other writers are in the midst of theirs.
        for round in 0..WRITERS * WRITES / 2 {
            answered.acquire_many(2).await.expect("the writers go on").forget();
            // Now whoever writes, now anybody.
            let whose = if round % 2 == 0 { "" } else { "AND state <> 'idle' AND query NOT ILIKE '%session%'" };
            let one = format!(
                "SELECT CAST(count(pg_terminate_backend(pid)) AS text) FROM (SELECT pid {OURS} {whose} ORDER BY random() LIMIT 1) AS one"
            );
            ended += probe.rows(&one).await.concat().concat().parse::<usize>().expect("a count");
        }
        probe.close().await;
        ended
    };
    let writing = async {
        let writers = lines.iter().enumerate().take(WRITERS).map(|(writer, (officer, line))| {
            let (answered, repeated) = (&answered, &repeated);
            async move {
                for write in 0..WRITES {
                    let (rationale, key) = (format!("Write {writer}-{write:02}"), format!("{writer}-{write}"));
                    // As a client would: the same call again, until it is told what came of it.
                    while record(officer, line, &rationale, Some(&key)).await.value("/recordOutlook/outlook/id").is_null() {
                        repeated.fetch_add(1, Ordering::Relaxed);
                    }
                    answered.add_permits(1);
                }
            }
        });
        join_all(writers).await;
    };
    let (ended, ()) = tokio::join!(breaking_off, writing);
    println!("{ended} connections ended, {} calls repeated by the client", repeated.load(Ordering::Relaxed));
    assert!(ended >= 4, "only {ended} connections were ended");
    let probe = Probe::open(app.database()).await;
    let each: Vec<String> =
        (0..WRITERS).flat_map(|writer| (0..WRITES).map(move |write| format!("Write {writer}-{write:02}"))).collect();
    assert_eq!(written(&probe).await, each);
    assert_eq!(probe.writes_on_record().await, each.len());
    probe.close().await;
}
