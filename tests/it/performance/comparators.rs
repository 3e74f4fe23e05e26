//! Targets that are a gap to somebody else's figure: what is expected then, what is said when that figure is missing, and what
//! earlier days show.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{
    TestApp,
    answer::Answer,
    app::{Actor, day},
};

use super::fixtures::{codes, fields, line, tenant};

both_dbs!(
    halton_s_unemployment_is_held_against_england_s,
    what_is_expected_moves_with_the_comparator,
    where_more_is_better_the_same_gap_asks_for_the_opposite,
    without_the_comparator_s_figure_it_says_which_one_is_missing,
    an_inexact_figure_is_nothing_to_measure_a_gap_from,
    a_gap_that_grows_the_wrong_way_has_to_be_acknowledged,
    a_comparator_belongs_to_a_gap_and_is_another_area,
);

const SET: &str = "mutation ($input: SetTargetInput!) { setTarget(input: $input) {
    target { id value amount expression comparator { reference } }
    lints { code sentence } userErrors { code field message } } }";

const STATUS: &str = "query ($slug: String!, $agreement: String!, $codes: [String!], $asAt: Date, $period: String) {
    tenant(by: { slug: $slug }, asAt: $asAt) { agreement(by: { reference: $agreement }) { indicators(filter: { codes: $codes }) {
        nodes { target { value comparator { name } } progress { share }
            status(period: $period) { colour notRated reason actual expected shortfall isIllustrative
                comparator { area { name } figure expectedGap gap } } } } } } }";

const HERE: &str = "/tenant/agreement/indicators/nodes/0";

async fn status(actor: &Actor, agreement: &str, code: &str, as_at: &str) -> Answer {
    let variables = json!({ "slug": "halton", "agreement": agreement, "codes": [code], "asAt": as_at });
    actor.ask(STATUS, variables).await
}

fn at<'a>(answer: &'a Answer, pointer: &str) -> &'a Value {
    answer.data(&format!("{HERE}{pointer}"))
}

async fn set(actor: &Actor, input: Value) -> Answer {
    actor.ask(SET, json!({ "input": input })).await
}

/// "So far from England" for the last quarter of 2010/11, from the baseline of 2008/09.
async fn gap_to_england(actor: &Actor, code: &str, gap: f64, baseline: f64) -> Value {
    let line = line(actor, "halton", "halton-laa-2008", code, "halton").await;
    json!({ "line": line, "period": "FY2010-Q4", "expression": "RELATIVE_TO_COMPARATOR", "amount": gap,
        "comparator": { "gssCode": "E92000001" }, "baselinePeriod": "FY2008-Q4", "baseline": baseline, "source": "Minute 12",
        "acknowledgedLints": ["NO_COMPARATOR"] })
}

async fn england_had(app: &TestApp, indicator: &str, figures: &[(&str, f64)]) {
    let officer = app.sign_in("halton.performance-officer").await;
    let record = "mutation ($input: RecordObservationsInput!) { recordObservations(input: $input) {
        observations { id } userErrors { code field message } } }";
    let figures = figures.iter().map(|(period, value)| {
        json!({ "indicator": { "reference": indicator }, "area": { "reference": "england" }, "period": period, "value": value,
            "source": "Published tables" })
    });
    let input = json!({ "tenant": tenant(&officer, "halton").await, "observations": figures.collect::<Vec<_>>() });
    let answer = officer.ask(record, json!({ "input": input })).await;
    assert_eq!(answer.user_errors("/recordObservations"), &[] as &[Value], "{answer}");
}

async fn halton_s_unemployment_is_held_against_england_s(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let answer = status(&officer, "halton-laa-2006", "UNEMPLOYMENT", "2010-02-09").await;
    assert_eq!(
        at(&answer, "/status/reason"),
        "Amber: 4.5 against an expected 4.4 by 2008/09, 0.6 below the 5.0 of England; up to 0.22 over is amber under Halton \
         performance convention version 2, agreed by the Performance and Standards Group on 14 January 2009 (illustrative)."
    );
    let comparator = json!({ "area": { "name": "England" }, "figure": 5, "expectedGap": -0.6, "gap": -0.5 });
    assert_eq!(at(&answer, "/status/comparator"), &comparator);
    assert_eq!((at(&answer, "/status/expected"), at(&answer, "/status/shortfall")), (&json!(4.4), &json!(0.1)));
    assert_eq!(at(&answer, "/target"), &json!({ "value": 4.4, "comparator": { "name": "England" } }));
    // From 0.45 below England to 0.5 below, of the way to 0.6 below.
    assert_eq!(at(&answer, "/progress/share"), &json!(0.333333));
}

async fn what_is_expected_moves_with_the_comparator(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let answer = set(&member, gap_to_england(&member, "NI 32", -1.0, 28.0).await).await;
    assert_eq!(answer.user_errors("/setTarget"), &[] as &[Value], "{answer}");
    let target = answer.data("/setTarget/target");
    assert_eq!((&target["comparator"]["reference"], &target["value"]), (&json!("england"), &Value::Null), "{answer}");

    app.clock().set_business_date(day("2010-02-10"));
    england_had(&app, "halton-ni-32", &[("FY2008-Q4", 27.0), ("FY2009-Q3", 28.5)]).await;
    let answer = status(&member, "halton-laa-2008", "NI 32", "2010-02-10").await;
    // A point above England at the baseline, a point below it in eight quarters; three are over.
    let comparator = json!({ "area": { "name": "England" }, "figure": 28.5, "expectedGap": 0.25, "gap": 0.6 });
    assert_eq!(at(&answer, "/status/comparator"), &comparator, "{answer}");
    assert_eq!((at(&answer, "/status/colour"), at(&answer, "/status/expected")), (&json!("AMBER"), &json!(28.75)));
    assert!(at(&answer, "/status/reason").as_str().unwrap().contains("0.25 above the 28.5 of England"), "{answer}");

    // Each earlier day still shows what stood then: no figure of England's, and before that another target.
    let before = status(&member, "halton-laa-2008", "NI 32", "2010-02-09").await;
    assert_eq!(at(&before, "/status/notRated"), "NO_COMPARATOR", "{before}");
    let earlier = status(&member, "halton-laa-2008", "NI 32", "2010-02-08").await;
    assert_eq!((at(&earlier, "/target/value"), at(&earlier, "/target/comparator")), (&json!(24), &Value::Null), "{earlier}");
    assert_eq!(at(&earlier, "/status/comparator"), &Value::Null);
}

async fn where_more_is_better_the_same_gap_asks_for_the_opposite(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    england_had(&app, "halton-ni-192", &[("FY2008-Q4", 34.5), ("FY2009-Q3", 37.0)]).await;
    // Halton recycles 30.5 per cent, four less than England, and is to come within two.
    let mut input = gap_to_england(&member, "NI 192", -2.0, 30.5).await;
    input["acknowledgedLints"] = json!([]);
    let answer = set(&member, input).await;
    assert_eq!(answer.user_errors("/setTarget"), &[] as &[Value], "{answer}");
    let answer = status(&member, "halton-laa-2008", "NI 192", "2010-02-09").await;
    let comparator = json!({ "area": { "name": "England" }, "figure": 37, "expectedGap": -3.25, "gap": -3.6 });
    assert_eq!(at(&answer, "/status/comparator"), &comparator, "{answer}");
    assert_eq!((at(&answer, "/status/expected"), at(&answer, "/status/shortfall")), (&json!(33.75), &json!(0.35)));
    assert_eq!(at(&answer, "/progress/share"), &json!(0.2));
}

async fn without_the_comparator_s_figure_it_says_which_one_is_missing(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let mut input = gap_to_england(&member, "NI 32", -1.0, 28.0).await;
    input["acknowledgedLints"] = json!([]);
    let refused = set(&member, input.clone()).await;
    assert_eq!(codes(refused.list("/setTarget/lints")), ["NO_COMPARATOR"], "{refused}");
    assert_eq!(codes(refused.user_errors("/setTarget")), ["ACKNOWLEDGEMENT_NEEDED"]);
    input["acknowledgedLints"] = json!(["NO_COMPARATOR"]);
    assert_eq!(set(&member, input).await.user_errors("/setTarget"), &[] as &[Value]);

    let reason = async || {
        let answer = status(&member, "halton-laa-2008", "NI 32", "2010-02-09").await;
        assert_eq!(
            (at(&answer, "/status/colour"), at(&answer, "/status/notRated")),
            (&json!("NOT_RATED"), &json!("NO_COMPARATOR"))
        );
        assert_eq!((at(&answer, "/status/expected"), at(&answer, "/status/comparator")), (&Value::Null, &Value::Null));
        at(&answer, "/status/reason").as_str().unwrap().to_owned()
    };
    let missing = |period| {
        format!("Not rated: the target is a gap to England, and no exact figure of England is held for {period} (illustrative).")
    };
    assert_eq!(reason().await, missing("Q3 2009/10"));
    england_had(&app, "halton-ni-32", &[("FY2009-Q3", 28.5)]).await;
    assert_eq!(reason().await, missing("Q4 2008/09"));
    england_had(&app, "halton-ni-32", &[("FY2008-Q4", 27.0)]).await;
    let answer = status(&member, "halton-laa-2008", "NI 32", "2010-02-09").await;
    assert_eq!(at(&answer, "/status/colour"), "AMBER");
}

async fn an_inexact_figure_is_nothing_to_measure_a_gap_from(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let member = app.sign_in("halton.psg-member").await;
    assert_eq!(set(&member, gap_to_england(&member, "NI 32", -1.0, 28.0).await).await.user_errors("/setTarget"), &[] as &[Value]);
    england_had(&app, "halton-ni-32", &[("FY2008-Q4", 27.0)]).await;
    let record =
        "mutation ($input: RecordObservationsInput!) { recordObservations(input: $input) { userErrors { code message } } }";
    let forecast = json!({ "indicator": { "reference": "halton-ni-32" }, "area": { "reference": "england" }, "period": "FY2009-Q3",
        "value": 28.5, "status": "FORECAST", "source": "Published tables" });
    let input = json!({ "tenant": tenant(&officer, "halton").await, "observations": [forecast] });
    let answer = officer.ask(record, json!({ "input": input })).await;
    assert_eq!(answer.user_errors("/recordObservations"), &[] as &[Value], "{answer}");
    let answer = status(&officer, "halton-laa-2008", "NI 32", "2010-02-09").await;
    assert_eq!(at(&answer, "/status/notRated"), "NO_COMPARATOR", "{answer}");
}

async fn a_gap_that_grows_the_wrong_way_has_to_be_acknowledged(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    england_had(&app, "halton-ni-32", &[("FY2008-Q4", 27.0), ("FY2009-Q3", 28.5)]).await;
    // Repeat victims, where less is better: a point above England is not to become two.
    let answer = set(&member, gap_to_england(&member, "NI 32", 2.0, 28.0).await).await;
    assert_eq!(
        codes(answer.list("/setTarget/lints")),
        ["TOLERANCE_SWALLOWS_GOAL", "WORSE_THAN_BASELINE", "ALREADY_BEATEN"],
        "{answer}"
    );
    assert_eq!(
        answer.text("/setTarget/lints/1/sentence"),
        "The target of 2 above England is worse than the baseline of 1 above England; progress towards it cannot be given as a \
         percentage."
    );
    assert_eq!(
        answer.text("/setTarget/lints/2/sentence"),
        "The last outturn of 0.6 above England is already better than the target of 2 above England."
    );
    assert_eq!(answer.data("/setTarget/target"), &Value::Null);
}

async fn a_comparator_belongs_to_a_gap_and_is_another_area(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let input = gap_to_england(&member, "NI 32", -1.0, 28.0).await;
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut input = input.clone();
        edit(&mut input);
        input
    };
    let refusals = [
        (with(&|input| input["comparator"] = Value::Null), "MISSING"),
        (with(&|input| input["expression"] = json!("ABSOLUTE")), "OUT_OF_RANGE"),
        (with(&|input| input["comparator"] = json!({ "reference": "halton" })), "OUT_OF_RANGE"),
        (with(&|input| input["comparator"] = json!({ "reference": "atlantis" })), "NOT_FOUND"),
    ];
    for (input, code) in refusals {
        let answer = set(&member, input).await;
        let errors = answer.user_errors("/setTarget");
        assert_eq!((codes(errors), fields(errors)), (vec![code], vec!["comparator".to_owned()]), "{answer}");
    }
}
