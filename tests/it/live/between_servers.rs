//! Several servers on one PostgreSQL database: what one writes, those who follow at another are told, also after the connection that
//! listens was lost.

use serde_json::json;
use tests::support::{Engine, Probe, TestApp, Walls, run_on};

use super::{
    client::{acknowledged, follow},
    following::{CHANGED, event, revised},
};
use crate::performance::fixtures::tenant;

#[test]
fn a_write_at_one_server_is_told_at_another() {
    run_on(Engine::Postgres, Walls::All, told_at_another);
}

#[test]
fn a_listener_that_was_killed_comes_back_and_misses_nothing() {
    run_on(Engine::Postgres, Walls::All, comes_back);
}

async fn told_at_another(app: TestApp) {
    let other = app.another_server().await;
    let there = other.app();
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let mut socket = acknowledged(&there, &there.sign_in("halton.lead-member").await).await;
    follow(&there, &mut socket, "s", CHANGED, json!({ "tenant": halton })).await;
    revised(&officer, "NI 20", 6.1).await;
    assert_eq!(event(&mut socket, "indicatorStatusChanged").await["status"]["actual"], 6.1);
    // Nothing of what was written is said between servers.
    let probe = Probe::open(app.database()).await;
    let listening =
        "SELECT query FROM pg_stat_activity WHERE application_name = 'concordat-listening' AND datname = current_database()";
    assert_eq!(probe.rows(listening).await.len(), 1, "one server has somebody who listens, the other has nobody");
    probe.close().await;
    drop(socket);
    other.stop().await;
}

async fn comes_back(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let mut socket = acknowledged(&app, &officer).await;
    follow(&app, &mut socket, "s", CHANGED, json!({ "tenant": halton })).await;
    let probe = Probe::open(app.database()).await;
    let listeners = "FROM pg_stat_activity WHERE application_name = 'concordat-listening' AND datname = current_database()";
    let waiting = format!("SELECT CAST(pid AS text) {listeners} AND query LIKE 'LISTEN%'");
    while probe.rows(&waiting).await.is_empty() {}
    for value in [6.1, 6.15, 6.2] {
        let killed = probe.rows(&format!("SELECT CAST(pg_terminate_backend(pid) AS text) {listeners}")).await;
        assert_eq!(killed, [["true"]], "there is one");
        revised(&officer, "NI 20", value).await;
        assert_eq!(event(&mut socket, "indicatorStatusChanged").await["status"]["actual"], value);
        while probe.rows(&waiting).await.is_empty() {}
    }
    probe.close().await;
}
