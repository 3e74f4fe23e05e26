//! Who may set which target, what has to be acknowledged first, and what earlier days still show.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{
    TestApp,
    answer::Answer,
    app::{Actor, day},
};

use super::fixtures::{codes, designated, fields, line, recorded_by, tenant};

both_dbs!(
    a_new_target_takes_the_place_of_the_old_and_earlier_days_still_show_the_old,
    what_is_questionable_has_to_be_acknowledged_before_anything_is_written,
    a_target_smaller_than_the_survey_can_tell_is_remarked_on,
    dates_and_periods_have_to_be_in_order,
    only_the_office_that_agrees_targets_may_set_them,
    another_tenants_lines_and_policies_are_not_there,
    whoever_records_figures_of_a_series_does_not_set_its_target,
    a_designated_target_stands_until_the_designation_is_revoked,
    the_chief_executive_settles_how_ni_4_is_read,
    only_what_is_ambiguous_and_open_can_be_settled,
);

const SET: &str = "mutation ($input: SetTargetInput!) { setTarget(input: $input) {
    target { id value amount period { code } recordedOn trajectory milestones { period { code } value } act { office } }
    lints { code sentence } userErrors { code field message } } }";

const RESOLVE: &str = "mutation ($input: ResolveTargetReadingInput!) { resolveTargetReading(input: $input) {
    target { id value readings { points percent used isConfirmed confirmedOn } readingAct { office } supersededOn }
    userErrors { code field message } } }";

/// NI 16 for 2010/11: serious acquisitive crime, where less is better.
fn ni_16(line: &str, amount: f64) -> Value {
    json!({ "line": line, "period": "FY2010", "expression": "ABSOLUTE", "amount": amount, "baselinePeriod": "FY2008",
        "baseline": 14.36, "source": "Performance and Standards Group, minute 12" })
}

async fn set(actor: &Actor, input: Value) -> Answer {
    actor.ask(SET, json!({ "input": input })).await
}

/// The standing targets of a line as at a day, as (period, value) in order.
async fn standing(actor: &Actor, code: &str, as_at: &str) -> Vec<(String, f64)> {
    let query = "query ($codes: [String!], $asAt: Date) { tenant(by: { slug: \"halton\" }, asAt: $asAt) {
        agreement(by: { reference: \"halton-laa-2008\" }) { indicators(filter: { codes: $codes }) { nodes {
        targets { nodes { period { code } value } } } } } } }";
    let answer = actor.ask(query, json!({ "codes": [code], "asAt": as_at })).await;
    let targets = answer.list("/tenant/agreement/indicators/nodes/0/targets/nodes").iter();
    targets.map(|target| (target["period"]["code"].as_str().unwrap().to_owned(), target["value"].as_f64().unwrap())).collect()
}

async fn halton_line(actor: &Actor, code: &str) -> String {
    line(actor, "halton", "halton-laa-2008", code, "halton").await
}

async fn a_new_target_takes_the_place_of_the_old_and_earlier_days_still_show_the_old(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = halton_line(&member, "NI 16").await;
    let mut input = ni_16(&line, 13.2);
    input["milestones"] = json!([{ "period": "FY2009", "value": 13.9 }]);
    let answer = set(&member, input).await;
    assert_eq!(answer.user_errors("/setTarget"), &[] as &[Value], "{answer}");
    assert_eq!(answer.data("/setTarget/target/value"), 13.2);
    assert_eq!(answer.data("/setTarget/target/trajectory"), "LINEAR");
    assert_eq!(answer.data("/setTarget/target/milestones/0/value"), 13.9);
    assert_eq!(answer.data("/setTarget/target/recordedOn"), "2010-02-09");
    assert_eq!(answer.data("/setTarget/target/act/office"), "PSG_MEMBER");

    let pair = |period: &str, value| (period.to_owned(), value);
    assert_eq!(standing(&member, "NI 16", "2010-02-09").await, [pair("FY2009", 14.0), pair("FY2010", 13.2)]);
    assert_eq!(standing(&member, "NI 16", "2010-02-08").await, [pair("FY2009", 14.0), pair("FY2010", 13.6)]);
    // On the same day once more: still one target for each period.
    assert_eq!(set(&member, ni_16(&line, 13.0)).await.data("/setTarget/target/value"), 13.0);
    assert_eq!(standing(&member, "NI 16", "2010-02-09").await, [pair("FY2009", 14.0), pair("FY2010", 13.0)]);
}

async fn what_is_questionable_has_to_be_acknowledged_before_anything_is_written(app: TestApp) {
    let chief = app.sign_in("authority.chief-executive").await;
    let line = line(&chief, "cheshire-police-authority", "policing-plan-2009", "NI 4", "halton").await;
    let mut input = json!({ "line": line, "period": "FY2009", "expression": "AMBIGUOUS_INCREASE", "amount": 1, "sourceText": "+1% increase",
        "baselinePeriod": "FY2006", "baseline": 32, "source": "Policing plan, Objective 3" });
    let refused = set(&chief, input.clone()).await;
    assert_eq!(codes(refused.user_errors("/setTarget")), ["ACKNOWLEDGEMENT_NEEDED", "ACKNOWLEDGEMENT_NEEDED"], "{refused}");
    assert_eq!(codes(refused.list("/setTarget/lints")), ["TOLERANCE_SWALLOWS_GOAL", "AMBIGUOUS_READING"]);
    let sentence = refused.text("/setTarget/lints/1/sentence");
    assert_eq!(sentence, "The words can mean 33 (points) or 32.32 (per cent of the baseline), and nobody has confirmed which.");
    assert_eq!(refused.data("/setTarget/target"), &Value::Null);

    input["acknowledgedLints"] = json!(["AMBIGUOUS_READING"]);
    let half = set(&chief, input.clone()).await;
    assert_eq!(fields(half.user_errors("/setTarget")), ["acknowledgedLints"]);
    assert_eq!(target_of(&chief, &line).await.data("/node/target/recordedOn"), "2009-11-30", "nothing was written");

    input["acknowledgedLints"] = json!(["AMBIGUOUS_READING", "TOLERANCE_SWALLOWS_GOAL"]);
    let accepted = set(&chief, input).await;
    assert_eq!(accepted.user_errors("/setTarget"), &[] as &[Value], "{accepted}");
    assert_eq!(codes(accepted.list("/setTarget/lints")), ["TOLERANCE_SWALLOWS_GOAL", "AMBIGUOUS_READING"]);
    let now = target_of(&chief, &line).await;
    assert_eq!(now.data("/node/target/recordedOn"), "2010-02-09");
    assert_eq!(codes(now.list("/node/targetLints")), ["TOLERANCE_SWALLOWS_GOAL", "AMBIGUOUS_READING"]);
}

async fn target_of(actor: &Actor, line: &str) -> Answer {
    let query = "query ($id: ID!) { node(id: $id) { ... on AgreementIndicator {
        target { id recordedOn value readings { used isConfirmed } } targetLints { code sentence }
        status(period: \"FY2008\") { colour reason readings { assumed } } } } }";
    actor.ask(query, json!({ "id": line })).await
}

async fn a_target_smaller_than_the_survey_can_tell_is_remarked_on(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = halton_line(&member, "NI 8").await;
    let answer = set(
        &member,
        json!({ "line": line, "period": "FY2010", "expression": "POINTS_FROM_BASELINE", "amount": 1.5, "baselinePeriod": "FY2007",
            "baseline": 20.8, "source": "minute 12", "acknowledgedLints": ["UNDETECTABLE"] }),
    )
    .await;
    // 1,000 people were asked in either year, which tells a change only from some three and a half points.
    assert_eq!(codes(answer.list("/setTarget/lints")), ["UNDETECTABLE"], "{answer}");
    assert_eq!(answer.data("/setTarget/target/value"), 22.3);
}

async fn dates_and_periods_have_to_be_in_order(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = halton_line(&member, "NI 16").await;
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut input = ni_16(&line, 13.2);
        edit(&mut input);
        input
    };
    let refusals = [
        (with(&|input| input["period"] = json!("FY2011")), "OUT_OF_RANGE", "period"),
        (with(&|input| input["period"] = json!("CY2010")), "OUT_OF_RANGE", "period"),
        (with(&|input| input["period"] = json!("next year")), "MALFORMED", "period"),
        (with(&|input| input["baselinePeriod"] = json!("FY2010")), "OUT_OF_RANGE", "baselinePeriod"),
        (with(&|input| input["baseline"] = Value::Null), "MISSING", "baseline"),
        (with(&|input| input["milestones"] = json!([{ "period": "FY2008", "value": 1 }])), "OUT_OF_RANGE", "milestones.0.period"),
        (with(&|input| input["amount"] = json!("0.1234567")), "OUT_OF_RANGE", "amount"),
        (with(&|input| input["source"] = json!("  ")), "MISSING", "source"),
    ];
    for (input, code, field) in refusals {
        let answer = set(&member, input).await;
        let errors = answer.user_errors("/setTarget");
        assert_eq!((codes(errors), fields(errors)), (vec![code], vec![field.to_owned()]), "{answer}");
    }
    let unchanged = standing(&member, "NI 16", "2010-02-09").await;
    assert_eq!(unchanged.last(), Some(&("FY2010".to_owned(), 13.6)));
}

async fn only_the_office_that_agrees_targets_may_set_them(app: TestApp) {
    for office in ["halton.performance-officer", "halton.ssp-chair", "halton.lead-member", "halton.scrutiny-member"] {
        let actor = app.sign_in(office).await;
        let line = halton_line(&actor, "NI 16").await;
        assert_eq!(codes(set(&actor, ni_16(&line, 13.2)).await.user_errors("/setTarget")), ["FORBIDDEN"], "{office}");
    }
    let member = app.sign_in("halton.psg-member").await;
    let line = halton_line(&member, "NI 16").await;
    assert_eq!(set(&app.anonymous(), ni_16(&line, 13.2)).await.error_codes(), ["UNAUTHENTICATED"]);
}

async fn another_tenants_lines_and_policies_are_not_there(app: TestApp) {
    let (halton, warrington) = (app.sign_in("halton.psg-member").await, app.sign_in("warrington.psg-member").await);
    let line = halton_line(&halton, "NI 16").await;
    assert_eq!(codes(set(&warrington, ni_16(&line, 13.2)).await.user_errors("/setTarget")), ["NOT_FOUND"]);

    let query = "{ tenant(by: { slug: \"warrington\" }) { tolerancePolicies { nodes { id } } } }";
    let policies = warrington.ask(query, Value::Null).await;
    let mut input = ni_16(&line, 13.2);
    input["tolerancePolicy"] = policies.data("/tenant/tolerancePolicies/nodes/0/id").clone();
    let answer = set(&halton, input).await;
    let errors = answer.user_errors("/setTarget");
    assert_eq!((codes(errors), fields(errors)), (vec!["NOT_FOUND"], vec!["tolerancePolicy".to_owned()]), "{answer}");
}

async fn whoever_records_figures_of_a_series_does_not_set_its_target(app: TestApp) {
    // Observation 1007 is NI 16 for the third quarter of 2009/10.
    recorded_by(&app, "halton.psg-member", "halton", "1007").await;
    let member = app.sign_in("halton.psg-member").await;
    let own = halton_line(&member, "NI 16").await;
    assert_eq!(codes(set(&member, ni_16(&own, 13.2)).await.user_errors("/setTarget")), ["SEPARATION_OF_DUTIES"]);
    let other = halton_line(&member, "NI 20").await;
    let input = json!({ "line": other, "period": "FY2010", "expression": "ABSOLUTE", "amount": 8.0, "baselinePeriod": "FY2008",
        "baseline": 8.81, "source": "minute 12" });
    assert_eq!(set(&member, input).await.user_errors("/setTarget"), &[] as &[Value]);
}

async fn a_designated_target_stands_until_the_designation_is_revoked(app: TestApp) {
    designated(&app, "halton", "halton-laa-2008", "2008-06-30").await;
    let member = app.sign_in("halton.psg-member").await;
    let line = halton_line(&member, "NI 16").await;
    assert_eq!(codes(set(&member, ni_16(&line, 13.2)).await.user_errors("/setTarget")), ["LOCKED"]);
    app.clock().set_business_date(day("2010-10-12"));
    assert_eq!(codes(set(&member, ni_16(&line, 13.2)).await.user_errors("/setTarget")), ["LOCKED"]);
    app.clock().set_business_date(day("2010-10-13"));
    let freed = set(&member, ni_16(&line, 13.2)).await;
    assert_eq!(freed.user_errors("/setTarget"), &[] as &[Value], "{freed}");
    assert_eq!(standing(&member, "NI 16", "2010-10-12").await.last(), Some(&("FY2010".to_owned(), 13.6)), "history is kept");
}

async fn the_chief_executive_settles_how_ni_4_is_read(app: TestApp) {
    let chief = app.sign_in("authority.chief-executive").await;
    let line = line(&chief, "cheshire-police-authority", "policing-plan-2009", "NI 4", "halton").await;
    ni_4_was_asked(&app).await;
    let before = target_of(&chief, &line).await;
    assert!(before.text("/node/status/reason").contains("which nobody has confirmed"), "{before}");
    assert_eq!(before.data("/node/target/value"), 33);
    assert_eq!(before.data("/node/target/readings"), &json!({ "used": "POINTS", "isConfirmed": false }));

    let open = before.text("/node/target/id").to_owned();
    let settled = chief.ask(RESOLVE, json!({ "input": { "target": open, "reading": "PERCENT" } })).await;
    assert_eq!(settled.user_errors("/resolveTargetReading"), &[] as &[Value], "{settled}");
    let target = settled.data("/resolveTargetReading/target");
    assert_eq!(target["value"], 32.32);
    let readings = json!({ "points": 33, "percent": 32.32, "used": "PERCENT", "isConfirmed": true, "confirmedOn": "2010-02-09" });
    assert_eq!(target["readings"], readings);
    assert_eq!(target["readingAct"]["office"], "AUTHORITY_CHIEF_EXECUTIVE");
    assert_ne!(target["id"], open.as_str(), "the old row stays as it was");

    let after = target_of(&chief, &line).await;
    assert!(!after.text("/node/status/reason").contains("confirmed"), "{after}");
    assert_eq!(after.data("/node/status/readings"), &Value::Null);
    assert_eq!(after.data("/node/target/readings/isConfirmed"), true);
    assert!(!codes(after.list("/node/targetLints")).contains(&"AMBIGUOUS_READING"));

    // The one whose place was taken can't be settled any more, and its successor not in the same way again.
    let resolve = async |target: &str, reading: &str| {
        chief.ask(RESOLVE, json!({ "input": { "target": target, "reading": reading } })).await
    };
    assert_eq!(codes(resolve(&open, "POINTS").await.user_errors("/resolveTargetReading")), ["LOCKED"]);
    let settled = after.text("/node/target/id").to_owned();
    assert_eq!(codes(resolve(&settled, "PERCENT").await.user_errors("/resolveTargetReading")), ["DUPLICATE"]);
    assert_eq!(resolve(&settled, "POINTS").await.data("/resolveTargetReading/target/value"), 33);
}

/// Lets the survey of 2008/09 have found 33 per cent in Halton, which the sources don't print.
async fn ni_4_was_asked(app: &TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let record =
        "mutation ($input: RecordObservationsInput!) { recordObservations(input: $input) { userErrors { code message } } }";
    let figure = json!({ "indicator": { "reference": "cpa-ni-4" }, "area": { "reference": "halton" }, "period": "FY2008", "value": 33,
        "source": "Survey" });
    let tenant = tenant(&officer, "cheshire-police-authority").await;
    let answer = officer.ask(record, json!({ "input": { "tenant": tenant, "observations": [figure] } })).await;
    assert_eq!(answer.user_errors("/recordObservations"), &[] as &[Value], "{answer}");
}

async fn only_what_is_ambiguous_and_open_can_be_settled(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = halton_line(&member, "NI 16").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on AgreementIndicator { target { id } } } }";
    let plain = member.ask(query, json!({ "id": line })).await.text("/node/target/id").to_owned();
    let input = json!({ "input": { "target": plain, "reading": "POINTS" } });
    assert_eq!(codes(member.ask(RESOLVE, input.clone()).await.user_errors("/resolveTargetReading")), ["OUT_OF_RANGE"]);
    let chair = app.sign_in("halton.ssp-chair").await;
    assert_eq!(codes(chair.ask(RESOLVE, input.clone()).await.user_errors("/resolveTargetReading")), ["FORBIDDEN"]);
    let warrington = app.sign_in("warrington.psg-member").await;
    assert_eq!(codes(warrington.ask(RESOLVE, input).await.user_errors("/resolveTargetReading")), ["NOT_FOUND"]);
}
