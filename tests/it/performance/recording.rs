//! Recording and revising figures: who may, what is refused and how it is told, and what stands afterwards.

use futures::future::join;
use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{
        TestApp,
        app::{Actor, day},
    },
};

use super::fixtures::{tenant, verified_by};

const RECORD: &str = "mutation Record($input: RecordObservationsInput!) { recordObservations(input: $input) {
    observations { id value status period { code label } area { reference } indicator { reference }
        provenance { revision recordedOn isIllustrative source } }
    userErrors { code field message } } }";

const REVISE: &str = "mutation Revise($input: RecordObservationRevisionInput!) { recordObservationRevision(input: $input) {
    observation { id value status period { code } provenance { revision recordedOn revisionReason } }
    userErrors { code field message } } }";

/// A figure for Halton.
fn figure(indicator: &str, period: &str, value: f64) -> Value {
    json!({ "indicator": { "reference": indicator }, "area": { "gssCode": "E06000006" }, "period": period, "value": value,
        "source": "Quarterly return" })
}

async fn record(actor: &Actor, tenant: &str, figures: Vec<Value>) -> tests::support::answer::Answer {
    actor.ask(RECORD, json!({ "input": { "tenant": tenant, "observations": figures } })).await
}

/// What was done last in Halton, and in which office.
async fn last_act(actor: &Actor) -> Value {
    let answer =
        actor.ask("{ tenant(by: { slug: \"halton\" }) { acts(first: 1) { nodes { deed office } } } }", Value::Null).await;
    answer.data("/tenant/acts/nodes/0").clone()
}

/// Code and path of each problem.
fn problems(errors: &[Value]) -> Vec<(String, String)> {
    let path = |error: &Value| {
        let parts = error["field"].as_array().cloned().unwrap_or_default();
        parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")
    };
    errors.iter().map(|error| (error["code"].as_str().unwrap_or_default().to_owned(), path(error))).collect()
}

fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(code, path)| ((*code).to_owned(), (*path).to_owned())).collect()
}

/// The value that is shown for an indicator in Halton, as at a day.
async fn shown(actor: &Actor, code: &str, period: &str, as_at: &str) -> Vec<Value> {
    let query = "query Shown($asAt: Date!, $codes: [String!]!, $period: String!) { tenant(by: { slug: \"halton\" }, asAt: $asAt) {
        indicators(filter: { codes: $codes }) { nodes { observations(filter: { period: $period, area: { reference: \"halton\" } }) {
            nodes { value } } } } } }";
    let answer = actor.ask(query, json!({ "asAt": as_at, "codes": [code], "period": period })).await;
    answer.list("/tenant/indicators/nodes/0/observations/nodes").iter().map(|node| node["value"].clone()).collect()
}

both_dbs!(
    an_officer_records_a_figure_that_names_its_act,
    every_bad_row_is_named_and_nothing_is_written,
    an_analyst_records_only_the_own_organisations_figures,
    another_tenants_officer_and_indicators_are_not_found,
    who_may_not_record_is_told_so,
    of_two_identical_figures_at_once_exactly_one_stands,
    a_hundred_figures_take_as_many_statements_as_one,
    a_revision_takes_the_place_from_its_day_on,
    only_the_figure_that_stands_is_revised_and_with_a_reason,
    a_locked_period_takes_revisions_only,
);

async fn an_officer_records_a_figure_that_names_its_act(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let answer = record(&officer, &halton, vec![figure("halton-ni-16", "FY2007-Q4", 14.57)]).await;
    assert!(answer.user_errors("/recordObservations").is_empty(), "{answer}");
    let row = answer.data("/recordObservations/observations/0");
    assert_eq!(row["value"], json!(14.57));
    assert_eq!(row["period"], json!({ "code": "FY2007-Q4", "label": "Q4 2007/08" }));
    assert_eq!((&row["area"]["reference"], &row["status"]), (&json!("halton"), &json!("NORMAL")));
    let provenance = json!({ "revision": 1, "recordedOn": "2010-02-09", "isIllustrative": false, "source": "Quarterly return" });
    assert_eq!(row["provenance"], provenance);
    assert_eq!(last_act(&officer).await, json!({ "deed": "RECORD_OBSERVATIONS", "office": "PERFORMANCE_OFFICER" }));
    assert_eq!(shown(&officer, "NI 16", "FY2007-Q4", "2010-02-09").await, [json!(14.57)]);
    assert!(shown(&officer, "NI 16", "FY2007-Q4", "2010-02-08").await.is_empty(), "the day before nobody knew of it");
}

async fn every_bad_row_is_named_and_nothing_is_written(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let mut without_source = figure("halton-ni-32", "FY2007-Q2", 101.0);
    without_source["source"] = json!(" ");
    let mut without_value = figure("halton-ni-32", "FY2007-Q3", 1.0);
    without_value["status"] = json!("NOT_AVAILABLE");
    let mut nowhere = figure("halton-ni-16", "FY2007-Q4", 1.0);
    nowhere["area"] = json!({ "reference": "atlantis\u{1}" });
    let rows = vec![
        figure("halton-ni-16", "FY2007-Q3", 10.9),
        without_source,
        figure("halton-ni-16", "FY2009-Q4", 13.0),
        figure("halton-ni-16", "FY2007", 14.0),
        figure("halton-ni-16", "last quarter", 14.0),
        figure("halton-ni-16", "FY2009-Q3", 9.9),
        figure("no-such-indicator", "FY2007-Q4", 1.0),
        nowhere,
        without_value,
        figure("halton-ni-16", "FY2007-Q3", 11.0),
        figure("halton-ni-16", "FY2002-Q4", 11.0),
    ];
    let answer = record(&officer, &halton, rows).await;
    let found = problems(answer.user_errors("/recordObservations"));
    let wanted = expected(&[
        ("OUT_OF_RANGE", "observations.1.value"),
        ("MISSING", "observations.1.source"),
        ("OUT_OF_RANGE", "observations.2.period"),
        ("MALFORMED", "observations.3.period"),
        ("MALFORMED", "observations.4.period"),
        ("DUPLICATE", "observations.5"),
        ("NOT_FOUND", "observations.6.indicator"),
        ("NOT_FOUND", "observations.7.area"),
        ("MALFORMED", "observations.8.value"),
        ("DUPLICATE", "observations.9"),
        ("OUT_OF_RANGE", "observations.10.period"),
    ]);
    assert_eq!(found, wanted, "{answer}");
    assert_eq!(answer.value("/recordObservations/observations"), &Value::Null);
    assert!(shown(&officer, "NI 16", "FY2007-Q3", "2010-02-09").await.is_empty(), "the good row isn't there either");
    let none = record(&officer, &halton, Vec::new()).await;
    assert_eq!(problems(none.user_errors("/recordObservations")), expected(&[("OUT_OF_RANGE", "observations")]));
}

async fn an_analyst_records_only_the_own_organisations_figures(app: TestApp) {
    let analyst = app.sign_in("halton.partner-analyst").await;
    let halton = tenant(&analyst, "halton").await;
    // The constabulary supplies NI 16, the fire and rescue service NI 33.
    let both = vec![figure("halton-ni-16", "FY2007-Q4", 14.5), figure("halton-ni-33", "FY2007-Q4", 60.0)];
    let refused = record(&analyst, &halton, both).await;
    assert_eq!(problems(refused.user_errors("/recordObservations")), expected(&[("FORBIDDEN", "observations.1.indicator")]));
    let own = record(&analyst, &halton, vec![figure("halton-ni-16", "FY2007-Q4", 14.5)]).await;
    assert!(own.user_errors("/recordObservations").is_empty(), "{own}");
    let officer = app.sign_in("halton.performance-officer").await;
    assert_eq!(last_act(&officer).await, json!({ "deed": "RECORD_OBSERVATIONS", "office": "PARTNER_ANALYST" }));
}

async fn another_tenants_officer_and_indicators_are_not_found(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let stranger = app.sign_in("warrington.performance-officer").await;
    let warrington = tenant(&stranger, "warrington").await;
    let refused = record(&stranger, &halton, vec![figure("halton-ni-16", "FY2007-Q4", 14.5)]).await;
    assert_eq!(problems(refused.user_errors("/recordObservations")), expected(&[("NOT_FOUND", "tenant")]));

    let own = officer
        .ask(
            "{ tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [\"NI 16\"] }) { nodes { id
        observations(first: 1) { nodes { id } } } } } }",
            Value::Null,
        )
        .await;
    let mut foreign = figure("", "FY2007-Q4", 14.5);
    foreign["indicator"] = json!({ "id": own.data("/tenant/indicators/nodes/0/id") });
    let refused = record(&stranger, &warrington, vec![foreign.clone(), figure("halton-ni-16", "FY2007-Q4", 14.5)]).await;
    let wanted = expected(&[("NOT_FOUND", "observations.0.indicator"), ("NOT_FOUND", "observations.1.indicator")]);
    assert_eq!(problems(refused.user_errors("/recordObservations")), wanted);
    assert!(record(&officer, &halton, vec![foreign]).await.user_errors("/recordObservations").is_empty());

    let observation = own.data("/tenant/indicators/nodes/0/observations/nodes/0/id");
    let input = json!({ "observation": observation, "value": 1, "reason": "mischief", "source": "nowhere" });
    let refused = stranger.ask(REVISE, json!({ "input": input })).await;
    assert_eq!(problems(refused.user_errors("/recordObservationRevision")), expected(&[("NOT_FOUND", "observation")]));
}

async fn who_may_not_record_is_told_so(app: TestApp) {
    let member = app.sign_in("halton.board-member").await;
    let halton = tenant(&member, "halton").await;
    let figures = vec![figure("halton-ni-16", "FY2007-Q4", 14.5)];
    let refused = record(&member, &halton, figures.clone()).await;
    assert_eq!(problems(refused.user_errors("/recordObservations")), expected(&[("FORBIDDEN", "")]));
    let nobody = record(&app.anonymous(), &halton, figures).await;
    assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
}

async fn of_two_identical_figures_at_once_exactly_one_stands(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let other = app.sign_in("halton.partner-analyst").await;
    for period in ["FY2007-Q1", "FY2007-Q2", "FY2007-Q3", "FY2007-Q4"] {
        let figures = || vec![figure("halton-ni-16", period, 3.5), figure("halton-ni-20", period, 2.2)];
        let (one, another) = join(record(&officer, &halton, figures()), record(&other, &halton, figures())).await;
        let mut outcomes = [one, another].map(|answer| problems(answer.user_errors("/recordObservations")));
        outcomes.sort_by_key(Vec::len);
        assert_eq!(outcomes[0], [], "one is recorded");
        assert_eq!(outcomes[1], expected(&[("DUPLICATE", "observations.0"), ("DUPLICATE", "observations.1")]));
        assert_eq!(shown(&officer, "NI 16", period, "2010-02-09").await, [json!(3.5)]);
    }
}

async fn a_hundred_figures_take_as_many_statements_as_one(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let halton = tenant(&officer, "halton").await;
    let indicators = ["halton-ni-16", "halton-ni-20", "halton-ni-33", "halton-ni-32", "halton-ni-30"];
    let wards = ["ward-castlefields", "ward-windmill-hill", "ward-halton-lea", "ward-riverside", "ward-kingsway"];
    let mut figures = Vec::new();
    for indicator in indicators {
        for ward in wards {
            for quarter in ["FY2008-Q1", "FY2008-Q2", "FY2008-Q3", "FY2008-Q4"] {
                let mut row = figure(indicator, quarter, 5.0);
                row["area"] = json!({ "reference": ward });
                figures.push(row);
            }
        }
    }
    let mut cost = Vec::new();
    for batch in [vec![figure("halton-ni-16", "FY2007-Q4", 14.5)], figures] {
        let (rows, before) = (batch.len(), app.statements().await);
        let answer = record(&officer, &halton, batch).await;
        cost.push(app.statements().await - before);
        assert_eq!(answer.list("/recordObservations/observations").len(), rows, "{answer}");
    }
    assert_eq!(cost[0], cost[1]);
}

/// The observation of NI 32 in the second quarter of 2009/10, which is 28.9.
async fn repeat_incidents(actor: &Actor) -> String {
    let query = "{ tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [\"NI 32\"] }) { nodes {
        observations(filter: { period: \"FY2009-Q2\" }) { nodes { id value } } } } } }";
    let answer = actor.ask(query, Value::Null).await;
    assert_eq!(answer.data("/tenant/indicators/nodes/0/observations/nodes/0/value"), &json!(28.9));
    answer.text("/tenant/indicators/nodes/0/observations/nodes/0/id").to_owned()
}

async fn a_revision_takes_the_place_from_its_day_on(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let id = repeat_incidents(&officer).await;
    app.clock().set_business_date(day("2010-02-15"));
    let input =
        json!({ "observation": id, "value": 27.4, "reason": "Two cases were counted twice.", "source": "Corrected return" });
    let answer = officer.ask(REVISE, json!({ "input": input })).await;
    assert!(answer.user_errors("/recordObservationRevision").is_empty(), "{answer}");
    let row = answer.data("/recordObservationRevision/observation");
    assert_eq!((&row["value"], &row["status"], &row["period"]["code"]), (&json!(27.4), &json!("REVISED"), &json!("FY2009-Q2")));
    let provenance = json!({ "revision": 2, "recordedOn": "2010-02-15", "revisionReason": "Two cases were counted twice." });
    assert_eq!(row["provenance"], provenance);
    assert_eq!(shown(&officer, "NI 32", "FY2009-Q2", "2010-02-14").await, [json!(28.9)]);
    assert_eq!(shown(&officer, "NI 32", "FY2009-Q2", "2010-02-15").await, [json!(27.4)]);
}

async fn only_the_figure_that_stands_is_revised_and_with_a_reason(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let id = repeat_incidents(&officer).await;
    let revise = async |value: f64, reason: &str| {
        let input = json!({ "observation": id, "value": value, "reason": reason, "source": "Return" });
        let answer = officer.ask(REVISE, json!({ "input": input })).await;
        problems(answer.user_errors("/recordObservationRevision"))
    };
    assert_eq!(revise(129.0, " ").await, expected(&[("OUT_OF_RANGE", "value"), ("MISSING", "reason")]));
    // Of two revisions at once one takes the place, and the other is told that its figure no longer stands.
    let (one, another) = join(revise(27.0, "a recount"), revise(27.1, "another recount")).await;
    let mut outcomes = [one, another];
    outcomes.sort_by_key(Vec::len);
    assert_eq!(outcomes, [expected(&[]), expected(&[("DUPLICATE", "observation")])]);
    assert_eq!(shown(&officer, "NI 32", "FY2009-Q2", "2010-02-09").await.len(), 1);
    let analyst = app.sign_in("halton.partner-analyst").await;
    let arson =
        "{ tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [\"NI 33\"] }) { nodes { observations(first: 1) {
        nodes { id } } } } } }";
    let answer = officer.ask(arson, Value::Null).await;
    let input = json!({ "observation": answer.data("/tenant/indicators/nodes/0/observations/nodes/0/id"), "value": 1, "reason": "x",
        "source": "Return" });
    let refused = analyst.ask(REVISE, json!({ "input": input })).await;
    assert_eq!(problems(refused.user_errors("/recordObservationRevision")), expected(&[("FORBIDDEN", "observation")]));
}

async fn a_locked_period_takes_revisions_only(app: TestApp) {
    let (officer, member) = (app.sign_in("warrington.performance-officer").await, app.sign_in("warrington.psg-member").await);
    let warrington = tenant(&officer, "warrington").await;
    verified_by(&app, "warrington.performance-officer", "warrington", "FY2009-Q3").await;
    let approve =
        "mutation ($tenant: ID!) { approvePeriod(input: { tenant: $tenant, period: \"FY2009-Q3\" }) { userErrors { code } } }";
    assert!(member.ask(approve, json!({ "tenant": warrington })).await.user_errors("/approvePeriod").is_empty());

    // Another area has no figure there yet, and gets none any more.
    let mut late = figure("warrington-ni-16", "FY2009-Q3", 9.9);
    late["area"] = json!({ "reference": "halton" });
    let refused = record(&officer, &warrington, vec![late]).await;
    assert_eq!(problems(refused.user_errors("/recordObservations")), expected(&[("LOCKED", "observations.0.period")]));

    let query = "{ tenant(by: { slug: \"warrington\" }) { indicators(filter: { codes: [\"NI 16\"] }) { nodes {
        observations(filter: { period: \"FY2009-Q3\" }) { nodes { id } } } } } }";
    let answer = officer.ask(query, Value::Null).await;
    let id = answer.data("/tenant/indicators/nodes/0/observations/nodes/0/id");
    let revise = async |status: &str| {
        let input = json!({ "observation": id, "value": 9.5, "status": status, "reason": "A recount.", "source": "Return" });
        problems(officer.ask(REVISE, json!({ "input": input })).await.user_errors("/recordObservationRevision"))
    };
    assert_eq!(revise("PROVISIONAL").await, expected(&[("LOCKED", "status")]));
    assert_eq!(revise("REVISED").await, expected(&[]));
}
