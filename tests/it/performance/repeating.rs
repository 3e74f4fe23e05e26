//! Calls that are repeated under an idempotency key: done once, answered alike, and told apart from what only looks the same.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, Probe, TestApp};

use super::fixtures::{codes, fields, line, tenant};

both_dbs!(
    a_repeated_call_gives_the_first_answer_and_acts_no_second_time,
    it_is_remembered_by_a_server_that_starts_afterwards,
    of_many_calls_at_once_one_acts_and_the_others_give_its_answer,
    a_key_that_is_used_for_something_else_is_refused,
    a_key_has_to_be_one,
    what_was_refused_is_not_remembered,
    a_key_belongs_to_its_account,
    a_key_is_kept_for_a_day,
    whoever_acts_there_no_longer_is_not_answered_any_more,
    a_file_that_is_only_looked_at_is_looked_at_anew,
);

const RECORD: &str = "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) {
    outlook { id version rationale } userErrors { code field message } } }";

async fn record(actor: &Actor, input: &Value) -> Answer {
    actor.ask(RECORD, json!({ "input": input })).await
}

fn refused(answer: &Answer) -> Vec<&str> {
    codes(answer.user_errors("/recordOutlook"))
}

/// Halton's officer, and an outlook for NI 16 under a key.
async fn officer_and_outlook(app: &TestApp, key: &str) -> (Actor, Value) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let input = json!({ "line": line, "judgement": "UNLIKELY", "rationale": "The winter was quiet.", "expiresOn": "2010-08-09",
        "idempotencyKey": key });
    (officer, input)
}

/// How many writes are on record.
async fn on_record(app: &TestApp) -> usize {
    let probe = Probe::open(app.database()).await;
    let count = probe.writes_on_record().await;
    probe.close().await;
    count
}

async fn a_repeated_call_gives_the_first_answer_and_acts_no_second_time(app: TestApp) {
    let (officer, mut input) = officer_and_outlook(&app, "morning").await;
    let first = record(&officer, &input).await;
    assert_eq!(refused(&first), [] as [&str; 0], "{first}");
    assert_eq!(record(&officer, &input).await.body, first.body);
    // What is left out and what is null mean the same, in whatever order they come; and more may be asked for.
    input["closingAction"] = Value::Null;
    input["period"] = Value::Null;
    let more = "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) { outlook { id act { deed } judgement }
        userErrors { code } } }";
    let again = officer.ask(more, json!({ "input": input })).await;
    assert_eq!(again.data("/recordOutlook/outlook/id"), first.data("/recordOutlook/outlook/id"));
    assert_eq!(again.data("/recordOutlook/outlook/judgement"), "UNLIKELY");
    assert_eq!(on_record(&app).await, 1);
    // Without a key it is done again.
    input["idempotencyKey"] = Value::Null;
    assert_ne!(record(&officer, &input).await.data("/recordOutlook/outlook/id"), first.data("/recordOutlook/outlook/id"));
    assert_eq!(on_record(&app).await, 2);
}

async fn it_is_remembered_by_a_server_that_starts_afterwards(app: TestApp) {
    let (officer, input) = officer_and_outlook(&app, "morning").await;
    let first = record(&officer, &input).await;
    let another = app.another_server().await;
    let officer = another.app().sign_in("halton.performance-officer").await;
    assert_eq!(record(&officer, &input).await.body, first.body);
    assert_eq!(on_record(&app).await, 1);
    another.stop().await;
}

async fn of_many_calls_at_once_one_acts_and_the_others_give_its_answer(app: TestApp) {
    let another = app.another_server().await;
    let (here, input) = officer_and_outlook(&app, "morning").await;
    let there = another.app().sign_in("halton.performance-officer").await;
    for round in 1..=10 {
        let mut input = input.clone();
        input["idempotencyKey"] = json!(format!("round-{round}"));
        let calls = [&here, &there, &here, &there, &here, &there].map(|officer| record(officer, &input));
        let answers = join_all(calls).await;
        assert_eq!(refused(&answers[0]), [] as [&str; 0], "{}", answers[0]);
        for answer in &answers {
            assert_eq!(answer.body, answers[0].body, "round {round}");
        }
        assert_eq!(on_record(&app).await, round);
    }
    another.stop().await;
}

async fn a_key_that_is_used_for_something_else_is_refused(app: TestApp) {
    let (officer, input) = officer_and_outlook(&app, "morning").await;
    let first = record(&officer, &input).await;
    assert_eq!(refused(&first), [] as [&str; 0], "{first}");
    let mut other = input.clone();
    other["rationale"] = json!("The winter was loud.");
    let reused = record(&officer, &other).await;
    assert_eq!(refused(&reused), ["IDEMPOTENCY_KEY_REUSED"], "{reused}");
    assert_eq!(fields(reused.user_errors("/recordOutlook")), ["idempotencyKey"]);
    assert_eq!(reused.value("/recordOutlook/outlook"), &Value::Null);

    let record_figure = "mutation ($input: RecordObservationsInput!) { recordObservations(input: $input) { observations { id }
        userErrors { code field } } }";
    let figure = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2009-Q1",
        "value": 40, "source": "Return" });
    let halton = tenant(&officer, "halton").await;
    let figures = json!({ "tenant": halton, "observations": [figure], "idempotencyKey": "morning" });
    let answer = officer.ask(record_figure, json!({ "input": figures })).await;
    assert_eq!(codes(answer.user_errors("/recordObservations")), ["IDEMPOTENCY_KEY_REUSED"], "{answer}");
    assert_eq!(on_record(&app).await, 1, "nothing was written");
    assert_eq!(record(&officer, &input).await.body, first.body, "and the first answer is still given");
}

async fn a_key_has_to_be_one(app: TestApp) {
    let (officer, mut input) = officer_and_outlook(&app, "").await;
    for bad in ["", "two words", "é", "\u{7f}", &"k".repeat(101)] {
        input["idempotencyKey"] = json!(bad);
        let answer = record(&officer, &input).await;
        assert_eq!(
            (refused(&answer), fields(answer.user_errors("/recordOutlook"))),
            (vec!["MALFORMED"], vec!["idempotencyKey".to_owned()])
        );
    }
    assert_eq!(on_record(&app).await, 0);
    input["idempotencyKey"] = json!("k".repeat(100));
    assert_eq!(refused(&record(&officer, &input).await), [] as [&str; 0]);
}

async fn what_was_refused_is_not_remembered(app: TestApp) {
    let (officer, mut input) = officer_and_outlook(&app, "morning").await;
    input["rationale"] = json!(" ");
    assert_eq!(refused(&record(&officer, &input).await), ["MISSING"]);
    assert_eq!(refused(&record(&officer, &input).await), ["MISSING"]);
    input["rationale"] = json!("The winter was quiet.");
    assert_eq!(refused(&record(&officer, &input).await), [] as [&str; 0], "the mended input may use the same key");
    assert_eq!(on_record(&app).await, 1);
}

async fn a_key_belongs_to_its_account(app: TestApp) {
    let (officer, input) = officer_and_outlook(&app, "morning").await;
    let first = record(&officer, &input).await;
    assert_eq!(refused(&first), [] as [&str; 0], "{first}");
    let stranger = app.sign_in("warrington.performance-officer").await;
    let line = line(&stranger, "warrington", "warrington-laa", "NI 16", "warrington").await;
    let mut theirs = input.clone();
    theirs["line"] = json!(line);
    let answer = record(&stranger, &theirs).await;
    assert_eq!(refused(&answer), [] as [&str; 0], "{answer}");
    assert_eq!(refused(&record(&stranger, &input).await), ["NOT_FOUND"], "and Halton's answer isn't theirs");
    assert_eq!(on_record(&app).await, 2);
}

async fn a_key_is_kept_for_a_day(app: TestApp) {
    let (officer, input) = officer_and_outlook(&app, "morning").await;
    let first = record(&officer, &input).await;
    app.clock().advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(app.purge().await.calls, 0);
    let officer = app.sign_in("halton.performance-officer").await;
    assert_eq!(record(&officer, &input).await.body, first.body);
    app.clock().advance(TimeDelta::seconds(1));
    // Whether it has been cleared away or not, it stands for nothing any more.
    let second = record(&officer, &input).await;
    assert_ne!(second.data("/recordOutlook/outlook/id"), first.data("/recordOutlook/outlook/id"));
    assert_eq!(record(&officer, &input).await.body, second.body);
    assert_eq!(app.purge().await.calls, 0, "it is the second call's by now");
    app.clock().advance(TimeDelta::hours(24));
    assert_eq!(app.purge().await.calls, 1);
    let officer = app.sign_in("halton.performance-officer").await;
    assert_eq!(refused(&record(&officer, &input).await), [] as [&str; 0]);
    assert_eq!(on_record(&app).await, 3);
}

async fn whoever_acts_there_no_longer_is_not_answered_any_more(app: TestApp) {
    let (officer, input) = officer_and_outlook(&app, "morning").await;
    assert_eq!(refused(&record(&officer, &input).await), [] as [&str; 0]);
    let probe = Probe::open(app.database()).await;
    let ended = "UPDATE appointment SET to_on = '2010-02-08' WHERE person_id =
        (SELECT person_id FROM account WHERE email = 'halton.performance-officer@concordat.example')";
    assert_eq!(probe.change(ended).await, 1);
    probe.close().await;
    let answer = record(&officer, &input).await;
    assert_eq!(refused(&answer), ["NOT_FOUND"], "{answer}");
    assert!(!answer.raw().contains("The winter was quiet."), "{answer}");
}

async fn a_file_that_is_only_looked_at_is_looked_at_anew(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let csv = "indicator,area,period,value,source\nhalton-ni-53,halton,FY2009-Q1,42,Quarterly return\n";
    let import = async |commit: bool| {
        let query = "mutation ($input: ImportObservationsInput!) { importObservations(input: $input) { isCommitted
            preview { new unchanged } userErrors { code } } }";
        let input = json!({ "tenant": halton, "csv": csv, "commit": commit, "idempotencyKey": "morning" });
        officer.ask(query, json!({ "input": input })).await.data("/importObservations").clone()
    };
    let looked = |new: i32| json!({ "isCommitted": false, "preview": { "new": new, "unchanged": 1 - new }, "userErrors": [] });
    assert_eq!(import(false).await, looked(1));
    let taken_in = import(true).await;
    assert_eq!(taken_in, json!({ "isCommitted": true, "preview": { "new": 1, "unchanged": 0 }, "userErrors": [] }));
    assert_eq!(import(true).await, taken_in, "as it was told the first time");
    assert_eq!(on_record(&app).await, 1);
}
