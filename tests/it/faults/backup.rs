//! Backups: taken while writes go on, of one moment, and taken back into either database.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use futures::future::{join, join_all};
use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{
        Engine, Probe, TestApp, TestDatabase, TestServer, Walls,
        app::{Actor, BUSINESS_DATE, EMPTY, day},
    },
};

use super::{LINES, RECORD, heads, outlook, process::run, whole};
use crate::performance::fixtures::line;

both_dbs!(
    a_backup_under_load_is_of_one_moment,
    what_is_restored_is_what_was_backed_up,
    a_backup_knows_of_every_table,
    sessions_stay_out_and_the_file_is_its_owner_s,
);

/// How Halton's agreement is doing, and what officers think of it.
const DASHBOARD: &str = "{ tenant(by: { slug: \"halton\" }) { name agreement(by: { reference: \"halton-laa-2008\" }) { name
    rollUp { summary } indicators(first: 100) { nodes { code area { name } target { period { code } amount }
    status { colour reason actual expected } direction { words } outlook { judgement rationale } } } } } }";

pub fn back_up(database: &TestDatabase, to: &Path) {
    run(&["backup", "--database-url", &database.url, "--to", to.to_str().unwrap()]);
}

pub fn restore(database: &TestDatabase, from: &Path) {
    run(&["restore", "--database-url", &database.url, "--from", from.to_str().unwrap()]);
}

/// A backup of the application's database, in a folder that goes with the first of the two.
pub fn backed_up(app: &TestApp) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("concordat.backup");
    back_up(app.database(), &file);
    (folder, file)
}

/// The engines that a backup is taken back on.
fn engines() -> Vec<Engine> {
    [Engine::Sqlite, Engine::Postgres].into_iter().filter(|engine| engine.is_wanted()).collect()
}

/// The lines of an agreement that streams write to.
async fn lines(officer: &Actor) -> Vec<String> {
    let lines = LINES.map(|code| line(officer, "halton", "halton-laa-2008", code, "halton"));
    join_all(lines).await
}

async fn a_backup_under_load_is_of_one_moment(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let dashboard = officer.ask(DASHBOARD, json!({})).await;
    let over = AtomicBool::new(false);
    let lines = lines(&officer).await;
    let streams = lines.iter().enumerate().map(|(at, line)| {
        let (officer, over) = (&officer, &over);
        async move {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                let input = outlook(line, &format!("stream {at}.{number}"), day(BUSINESS_DATE));
                officer.ask(RECORD, input).await.text("/recordOutlook/outlook/id");
                number += 1;
            }
            number
        }
    });
    let taking = async {
        let app = app.clone();
        let taken = actix_web::rt::task::spawn_blocking(move || [backed_up(&app), backed_up(&app)]).await.unwrap();
        over.store(true, Ordering::Relaxed);
        taken
    };
    let (written, backups) = join(join_all(streams), taking).await;
    assert_eq!(whole(app.database()).await.len(), written.iter().sum::<usize>());

    let [_, (_folder, file)] = &backups;
    for engine in engines() {
        let restored = TestDatabase::fresh(engine, &EMPTY).await;
        restore(&restored, file);
        let kept = whole(&restored).await.len();
        assert!(kept > 0 && kept < written.iter().sum::<usize>(), "writes went on: {kept} of {written:?}");
        // The moment is one of the original's own: its record had the same seal when it had as many events.
        let head = heads(&restored).await.into_iter().find(|(slug, ..)| slug == "halton").expect("Halton has a record");
        let events = head.1;
        let probe = Probe::open(app.database()).await;
        let seal = probe.rows(&format!("SELECT seal FROM audit_event WHERE place = {events}")).await;
        assert_eq!(head.2, seal.concat().concat());
        let stood = standing(&probe, events).await;
        probe.close().await;

        let server = TestServer::over(restored, Walls::All).await;
        let there = server.app().sign_in("halton.performance-officer").await;
        let answer = there.ask(DASHBOARD, json!({})).await;
        assert_eq!(rationales(answer.data("/tenant")), stood, "what stood at that moment");
        assert_eq!(but_outlooks(answer.data("/tenant")), but_outlooks(dashboard.data("/tenant")));
        let input = outlook(&lines[0], "stream afterwards", day(BUSINESS_DATE));
        there.ask(RECORD, input).await.text("/recordOutlook/outlook/id");
        assert_eq!(whole(server.app().database()).await.len(), kept + 1, "and the record goes on");
        server.stop().await;
    }
}

/// The streams' outlooks that stood when so many events were on record.
async fn standing(probe: &Probe, events: i64) -> Vec<String> {
    let sql = format!(
        "SELECT rationale FROM (SELECT o.rationale, row_number() OVER (PARTITION BY o.agreement_indicator_id ORDER BY e.place DESC) AS back \
         FROM outlook AS o JOIN audit_event AS e ON e.tenant_id = o.tenant_id AND e.act_id = o.act_id \
         WHERE o.rationale LIKE 'stream%' AND e.place <= {events}) AS told WHERE back = 1 ORDER BY rationale"
    );
    probe.rows(&sql).await.concat()
}

fn nodes(tenant: &Value) -> &[Value] {
    tenant.pointer("/agreement/indicators/nodes").and_then(Value::as_array).expect("a list")
}

fn rationales(tenant: &Value) -> Vec<String> {
    let all = nodes(tenant).iter().filter_map(|line| line.pointer("/outlook/rationale").and_then(Value::as_str));
    let mut own: Vec<String> = all.filter(|text| text.starts_with("stream")).map(str::to_owned).collect();
    own.sort();
    own
}

fn but_outlooks(tenant: &Value) -> Value {
    let mut tenant = tenant.clone();
    for line in tenant.pointer_mut("/agreement/indicators/nodes").and_then(Value::as_array_mut).expect("a list") {
        line["outlook"].take();
    }
    tenant
}

async fn what_is_restored_is_what_was_backed_up(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for line in lines(&officer).await {
        let input = outlook(&line, "stream with “quotes”, a\nline's end and a \\", day(BUSINESS_DATE));
        officer.ask(RECORD, input).await.text("/recordOutlook/outlook/id");
    }
    let dashboard = officer.ask(DASHBOARD, json!({})).await;
    let (folder, file) = backed_up(&app);
    for engine in engines() {
        let restored = TestDatabase::fresh(engine, &EMPTY).await;
        restore(&restored, &file);
        let again = folder.path().join(format!("{engine}.backup"));
        back_up(&restored, &again);
        let rows = |path: &Path| {
            let text = std::fs::read_to_string(path).unwrap();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            // Without the moment at the top and the seal at the bottom, which is over the moment, too.
            lines[1..lines.len() - 1].to_vec()
        };
        let (first, second) = (rows(&file), rows(&again));
        assert!(first.len() > 1_000, "{} lines", first.len());
        let changed = first.iter().zip(&second).find(|(first, second)| first != second);
        assert_eq!((changed, first.len()), (None, second.len()), "every value, exactly");
        let server = TestServer::over(restored, Walls::All).await;
        let answer = server.app().sign_in("halton.performance-officer").await.ask(DASHBOARD, json!({})).await;
        assert_eq!(answer.data(""), dashboard.data(""));
        server.stop().await;
    }
}

async fn a_backup_knows_of_every_table(app: TestApp) {
    let (_folder, file) = backed_up(&app);
    let text = std::fs::read_to_string(file).unwrap();
    let end: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let held: Vec<&str> = end["rows"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [migration::TENANT_TABLES, migration::REFERENCE_TABLES, migration::LOCAL_TABLES].concat();
    expected.retain(|table| !entity::usecases::upkeep::backup::LEFT_OUT.contains(table));
    expected.sort_unstable();
    assert_eq!(held, expected);
    let probe = Probe::open(app.database()).await;
    for (table, count) in probe.counts(&expected).await {
        assert_eq!(end["rows"][&table].to_string(), count, "{table}");
    }
    probe.close().await;
}

async fn sessions_stay_out_and_the_file_is_its_owner_s(app: TestApp) {
    use std::os::unix::fs::PermissionsExt as _;
    let officer = app.sign_in("halton.performance-officer").await;
    let (_folder, file) = backed_up(&app);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("\"session\"") && !text.contains("refresh_token"), "sessions end with a restoration");
    let restored = TestDatabase::fresh(app.engine(), &EMPTY).await;
    restore(&restored, &file);
    let probe = Probe::open(&restored).await;
    assert_eq!(probe.counts(&["session", "refresh_token"]).await.iter().filter(|(_, count)| count != "0").count(), 0);
    probe.close().await;
    let server = TestServer::over(restored, Walls::All).await;
    let stale = server.app().bearing(officer.token()).ask("{ viewer { email } }", json!({})).await;
    assert_eq!(stale.status, 401, "{stale}");
    server.stop().await;
}
