//! Budgets of cost by the minute, for each caller, whichever server is asked.

use api::config::Rates;
use chrono::TimeDelta;
use serde_json::json;
use tests::both_dbs;
use tests::support::{Actor, Answer, Engine, TestApp};

use super::fixtures::{machine, new_key};

both_dbs!(
    a_budget_is_spent_by_cost_and_fills_again,
    every_answer_says_what_it_cost_and_what_is_left,
    keys_that_overlap_share_what_their_service_account_has,
    callers_spend_nobody_s_budget_but_their_own,
    servers_share_a_budget,
    drawing_costs_few_statements,
);

/// A page of 100 tenants with two fields each: 1 + 100 * 3 = 301 units.
const DEAR: &str = "{ tenants(first: 100) { nodes { name slug } } }";

fn rates(units: u64) -> Rates {
    Rates { person: units, machine: units, key: units }
}

fn header(answer: &Answer, name: &str) -> u64 {
    answer.headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(u64::MAX)
}

async fn dear(actor: &Actor) -> Answer {
    actor.ask(DEAR, json!({})).await
}

/// How many of so many requests were answered; the others were refused for their cost.
async fn answered(actors: &[Actor], times: usize) -> usize {
    let mut answered = 0;
    for actor in actors.iter().cycle().take(times) {
        let answer = dear(actor).await;
        match answer.status {
            200 => answered += 1,
            status => assert_eq!((status, answer.error_codes()), (429, vec!["RATE_LIMITED".to_owned()]), "{answer}"),
        }
    }
    answered
}

async fn a_budget_is_spent_by_cost_and_fills_again(app: TestApp) {
    let officer = app.metering(rates(3_010)).sign_in("halton.performance-officer").await;
    assert_eq!(answered(std::slice::from_ref(&officer), 15).await, 10, "ten times 301 is all there is");
    let refused = dear(&officer).await;
    assert_eq!(refused.headers["retry-after"], "6", "a tenth of a minute fills a tenth of the budget");
    assert_eq!(refused.body.get("data"), None);
    assert_eq!(officer.ask("{ __typename }", json!({})).await.status, 429, "not even the smallest question");
    app.clock().advance(TimeDelta::seconds(6));
    assert_eq!(answered(std::slice::from_ref(&officer), 3).await, 1);
    app.clock().advance(TimeDelta::seconds(60));
    assert_eq!(answered(&[officer], 15).await, 10, "and never more than a minute's worth");
}

async fn every_answer_says_what_it_cost_and_what_is_left(app: TestApp) {
    let officer = app.metering(rates(30_100)).sign_in("halton.performance-officer").await;
    let answer = dear(&officer).await;
    let told = |answer: &Answer| ["x-query-cost", "ratelimit-limit", "ratelimit-remaining"].map(|name| header(answer, name));
    assert_eq!(told(&answer), [301, 30_100, 29_799]);
    assert!(answer.headers.contains_key("x-request-id"));
    // A slice was drawn, so it is a little longer until all of it is there again than this one request would take.
    assert!((1..=3).contains(&header(&answer, "ratelimit-reset")), "{}", header(&answer, "ratelimit-reset"));
    let wrong = officer.ask("{ nonsense", json!({})).await;
    assert_eq!((wrong.error_codes(), told(&wrong)), (vec!["SYNTAX".to_owned()], [u64::MAX, 30_100, 29_799]));
    let free = app.sign_in("halton.performance-officer").await.ask(DEAR, json!({})).await;
    assert_eq!(told(&free), [301, u64::MAX, u64::MAX], "where nothing is counted there is nothing to tell");
}

async fn keys_that_overlap_share_what_their_service_account_has(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let (second, _) = new_key(&machine.office, &machine.id, false).await;
    let server = app.metering(Rates { person: 0, machine: 301 * 15, key: 3_010 });
    let (one, other) = (server.bearing(&machine.key), server.bearing(&second));
    assert_eq!(answered(std::slice::from_ref(&one), 20).await, 10, "a key has a budget of its own");
    assert_eq!(answered(&[other], 20).await, 5, "and both together what the service account has");
    assert_eq!(answered(&[one], 5).await, 0);
}

async fn callers_spend_nobody_s_budget_but_their_own(app: TestApp) {
    let server = app.metering(rates(3_010));
    let (officer, member) = (server.sign_in("halton.performance-officer").await, server.sign_in("halton.psg-member").await);
    assert_eq!(answered(&[officer], 12).await, 10);
    assert_eq!(answered(&[member], 12).await, 10);
    // A new session is no new budget.
    let again = server.sign_in("halton.performance-officer").await;
    assert_eq!(answered(&[again], 3).await, 0);
}

async fn servers_share_a_budget(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    // Each server draws a twentieth at a time, here a little less than two requests' worth.
    let (here, there) = (app.metering(rates(301 * 30)), app.metering(rates(301 * 30)));
    let both = [here.bearing(&machine.key), there.bearing(&machine.key)];
    let together = answered(&both, 100).await;
    if app.engine() == Engine::Sqlite {
        // An embedded database has one server, which keeps its counts in memory.
        assert!((58..=60).contains(&together), "{together} of twice 30");
        return;
    }
    assert!((29..=30).contains(&together), "{together} of 30 that the budget holds");
    app.clock().advance(TimeDelta::seconds(60));
    assert!((29..=30).contains(&answered(&[both[1].clone()], 100).await));
    assert_eq!(answered(&[both[0].clone()], 5).await, 0, "the other server knows of it");
}

async fn drawing_costs_few_statements(app: TestApp) {
    let (counting, free) = (app.metering(rates(301 * 1_000)), app.metering(Rates::NONE));
    let spent = async |server: &TestApp| {
        let officer = server.sign_in("halton.performance-officer").await;
        let before = app.statements().await;
        assert_eq!(answered(&[officer], 100).await, 100);
        app.statements().await - before
    };
    let (counted, uncounted) = (spent(&counting).await, spent(&free).await);
    let expected = if app.engine() == Engine::Sqlite { 0 } else { 2 };
    assert_eq!(counted - uncounted, expected, "a slice is a twentieth: fifty requests");
}
