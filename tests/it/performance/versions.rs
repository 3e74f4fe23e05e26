//! Versions: whoever changes something can say what they saw, and is refused when somebody else has changed it meanwhile.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, Probe, TestApp};

use super::fixtures::{codes, fields, line, tenant};

both_dbs!(
    an_outlook_is_replaced_only_by_whoever_saw_it,
    an_outlook_that_has_expired_stands_no_longer,
    a_target_is_replaced_only_by_whoever_saw_it,
    a_figure_is_revised_only_by_whoever_saw_it,
    a_close_is_approved_only_by_whoever_saw_it,
    of_two_who_saw_the_same_outlook_one_replaces_it,
    of_two_who_saw_the_same_target_one_replaces_it,
    of_two_who_saw_the_same_figure_one_revises_it,
);

/// A mutation with what it gives back beside the problems.
async fn ask(actor: &Actor, mutation: &str, result: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {result} userErrors {{ code field message currentVersion }} }} }}"
    );
    actor.ask(&document, json!({ "input": input })).await
}

/// Asserts that a call was refused because another version stands, and says which.
fn stale(answer: &Answer, mutation: &str, current: i64) {
    let errors = answer.user_errors(&format!("/{mutation}"));
    assert_eq!((codes(errors), fields(errors)), (vec!["STALE_VERSION"], vec!["expectedVersion".to_owned()]), "{answer}");
    assert_eq!(errors[0]["currentVersion"], current, "{answer}");
    let stands = if current == 0 { "nothing stands".to_owned() } else { format!("version {current} stands") };
    assert!(errors[0]["message"].as_str().is_some_and(|message| message.contains(&stands)), "{answer}");
}

/// How many writes are on record.
async fn on_record(app: &TestApp) -> String {
    let probe = Probe::open(app.database()).await;
    let count = probe.writes_on_record().await.to_string();
    probe.close().await;
    count
}

async fn outlook(actor: &Actor, line: &str, expected: Option<i64>) -> Answer {
    let input = json!({ "line": line, "judgement": "UNLIKELY", "rationale": "The winter was quiet.", "expiresOn": "2010-02-11",
        "expectedVersion": expected });
    ask(actor, "recordOutlook", "outlook { version }", input).await
}

async fn an_outlook_is_replaced_only_by_whoever_saw_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 53", "halton").await;
    stale(&outlook(&officer, &line, Some(1)).await, "recordOutlook", 0);
    for (expected, version) in [(Some(0), 1), (Some(1), 2), (None, 3), (Some(3), 4)] {
        let answer = outlook(&officer, &line, expected).await;
        assert_eq!(answer.data("/recordOutlook/outlook/version"), version, "{answer}");
    }
    for expected in [0, 3, 5, -1, i64::from(i32::MAX)] {
        stale(&outlook(&officer, &line, Some(expected)).await, "recordOutlook", 4);
    }
    assert_eq!(on_record(&app).await, "4", "what was refused wrote nothing");
}

async fn an_outlook_that_has_expired_stands_no_longer(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 53", "halton").await;
    assert_eq!(outlook(&officer, &line, Some(0)).await.data("/recordOutlook/outlook/version"), 1);
    let probe = Probe::open(app.database()).await;
    assert!(probe.change("UPDATE outlook SET expires_on = '2010-02-08' WHERE superseded_on IS NULL").await > 0);
    probe.close().await;
    stale(&outlook(&officer, &line, Some(1)).await, "recordOutlook", 0);
    assert_eq!(outlook(&officer, &line, Some(0)).await.data("/recordOutlook/outlook/version"), 2, "the numbers go on");
}

async fn set(actor: &Actor, line: &str, amount: f64, expected: Option<i64>) -> Answer {
    let input = json!({ "line": line, "period": "FY2010", "expression": "ABSOLUTE", "amount": amount, "baselinePeriod": "FY2008",
        "baseline": 14.36, "source": "Minute 12", "expectedVersion": expected });
    ask(actor, "setTarget", "target { id version }", input).await
}

async fn a_target_is_replaced_only_by_whoever_saw_it(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let ni_16 = line(&member, "halton", "halton-laa-2008", "NI 16", "halton").await;
    // The demonstration's own is version 1.
    stale(&set(&member, &ni_16, 13.2, Some(0)).await, "setTarget", 1);
    assert_eq!(set(&member, &ni_16, 13.2, Some(1)).await.data("/setTarget/target/version"), 2);
    stale(&set(&member, &ni_16, 13.1, Some(1)).await, "setTarget", 2);
    assert_eq!(on_record(&app).await, "1");

    // And so it is with how the words of one are read, by its own number or that of the one in its place.
    let chief = app.sign_in("authority.chief-executive").await;
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { agreement(by: { reference: \"policing-plan-2009\" }) {
        indicators(filter: { codes: [\"NI 4\"] }) { nodes { area { reference } target { id version } } } } } }";
    let answer = chief.ask(query, json!({})).await;
    let lines = answer.list("/tenant/agreement/indicators/nodes").iter();
    let open = lines.clone().find(|line| line["area"]["reference"] == "halton").expect("the line is there")["target"].clone();
    assert_eq!(open["version"], 1);
    let resolve = async |reading: &str, expected: i64| {
        let input = json!({ "target": open["id"], "reading": reading, "expectedVersion": expected });
        ask(&chief, "resolveTargetReading", "target { version }", input).await
    };
    stale(&resolve("POINTS", 2).await, "resolveTargetReading", 1);
    assert_eq!(resolve("POINTS", 1).await.data("/resolveTargetReading/target/version"), 2);
    stale(&resolve("PERCENT", 1).await, "resolveTargetReading", 2);
}

const STANDING_FIGURE: &str = "{ tenant(by: { slug: \"halton\" }) { agreement(by: { reference: \"halton-laa-2008\" }) {
    indicators(filter: { codes: [\"NI 32\"] }) { nodes { area { reference } observations(last: 1) { nodes { id provenance { revision } } } } } } } }";

/// The latest figure of Halton's NI 32, and the number of its revision.
async fn figure(actor: &Actor) -> (String, i64) {
    let answer = actor.ask(STANDING_FIGURE, json!({})).await;
    let figure = answer.data("/tenant/agreement/indicators/nodes/0/observations/nodes/0");
    (figure["id"].as_str().unwrap().to_owned(), figure["provenance"]["revision"].as_i64().unwrap())
}

async fn revise(actor: &Actor, observation: &str, value: f64, expected: i64) -> Answer {
    let input = json!({ "observation": observation, "value": value, "reason": "Counted again.", "source": "Audit",
        "expectedVersion": expected });
    ask(actor, "recordObservationRevision", "observation { id provenance { revision } }", input).await
}

async fn a_figure_is_revised_only_by_whoever_saw_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let (first, revision) = figure(&officer).await;
    assert_eq!(revision, 1);
    stale(&revise(&officer, &first, 29.2, 2).await, "recordObservationRevision", 1);
    let revised = revise(&officer, &first, 29.2, 1).await;
    assert_eq!(revised.data("/recordObservationRevision/observation/provenance/revision"), 2);
    stale(&revise(&officer, &first, 29.4, 1).await, "recordObservationRevision", 2);
    assert_eq!(on_record(&app).await, "1");
}

async fn a_close_is_approved_only_by_whoever_saw_it(app: TestApp) {
    let (officer, member) = (app.sign_in("warrington.performance-officer").await, app.sign_in("warrington.psg-member").await);
    let warrington = tenant(&officer, "warrington").await;
    let approve = async |expected: i64| {
        let input = json!({ "tenant": warrington, "period": "FY2009-Q3", "expectedVersion": expected });
        ask(&member, "approvePeriod", "periodClose { version isLocked }", input).await
    };
    stale(&approve(1).await, "approvePeriod", 0);
    let verify = json!({ "tenant": warrington, "period": "FY2009-Q3" });
    let verified = ask(&officer, "verifyPeriod", "periodClose { version }", verify).await;
    assert_eq!(verified.data("/verifyPeriod/periodClose/version"), 1);
    stale(&approve(2).await, "approvePeriod", 1);
    assert_eq!(approve(1).await.data("/approvePeriod/periodClose"), &json!({ "version": 2, "isLocked": true }));
    stale(&approve(1).await, "approvePeriod", 2);
    assert_eq!(on_record(&app).await, "2");
}

/// Rounds of a race; enough for either to win.
const ROUNDS: i64 = 20;

/// Asserts that exactly one of several was accepted, and that the others were told which version it made.
fn one_of(answers: &[Answer], mutation: &str, made: i64) {
    let (accepted, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.user_errors(&format!("/{mutation}")).is_empty());
    assert_eq!(accepted.len(), 1, "version {made}");
    for answer in refused {
        stale(answer, mutation, made);
    }
}

async fn of_two_who_saw_the_same_outlook_one_replaces_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 53", "halton").await;
    for seen in 0..ROUNDS {
        let answers = join_all((0..3).map(|_| outlook(&officer, &line, Some(seen)))).await;
        one_of(&answers, "recordOutlook", seen + 1);
    }
    assert_eq!(on_record(&app).await, ROUNDS.to_string());
}

async fn of_two_who_saw_the_same_target_one_replaces_it(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = line(&member, "halton", "halton-laa-2008", "NI 16", "halton").await;
    for seen in 1..=ROUNDS {
        let answers = join_all([13.1, 13.2, 13.3].map(|amount| set(&member, &line, amount, Some(seen)))).await;
        one_of(&answers, "setTarget", seen + 1);
    }
    assert_eq!(on_record(&app).await, ROUNDS.to_string());
}

async fn of_two_who_saw_the_same_figure_one_revises_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for seen in 1..=ROUNDS {
        let (standing, revision) = figure(&officer).await;
        assert_eq!(revision, seen);
        let answers = join_all([29.1, 29.2, 29.3].map(|value| revise(&officer, &standing, value, seen))).await;
        one_of(&answers, "recordObservationRevision", seen + 1);
    }
    assert_eq!(on_record(&app).await, ROUNDS.to_string());
}
