//! What is done about one risk at the same moment by several hands: one of them is first, and the others are told what it did.

use futures::future::{join, join_all};
use serde_json::json;
use tests::both_dbs;
use tests::support::{Actor, Answer, Probe, TestApp};

use super::fixtures::*;

both_dbs!(
    a_risk_is_closed_or_reported_and_never_both,
    of_twelve_reports_of_one_risk_exactly_one_stands,
    what_is_registered_and_reported_at_once_is_numbered_without_gaps,
    the_database_itself_keeps_a_risk_from_being_passed_on_twice_at_once,
);

/// A risk of Halton's own that was tried to be settled; gives its identifier.
async fn ready(actor: &Actor) -> String {
    let answer = mutate(actor, "registerRisk", new_risk(), "risk { id }").await;
    let risk = answer.text("/registerRisk/risk/id").to_owned();
    tried(actor, &risk).await;
    risk
}

fn code(answer: &Answer, mutation: &str) -> String {
    assert_eq!(answer.error_codes(), [""; 0], "{answer}");
    let errors = answer.user_errors(&format!("/{mutation}"));
    errors.first().and_then(|error| error["code"].as_str()).unwrap_or("accepted").to_owned()
}

async fn a_risk_is_closed_or_reported_and_never_both(app: TestApp) {
    let (one, other) = (app.sign_in("halton.lead-member").await, app.sign_in("halton.lead-member").await);
    for race in 0..12 {
        let risk = ready(&one).await;
        let closing = mutate(&one, "closeRisk", json!({ "risk": risk, "reason": "The board has agreed." }), "risk { id }");
        let (closed, reported) = join(closing, report(&other, &risk)).await;
        let codes = [code(&closed, "closeRisk"), code(&reported, "submitRiskReport")];
        let firsts = [["accepted", "OUT_OF_TURN"], ["OUT_OF_TURN", "accepted"]];
        assert!(firsts.iter().any(|first| *first == codes), "race {race}: {codes:?}");
    }
}

async fn of_twelve_reports_of_one_risk_exactly_one_stands(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let risk = ready(&lead).await;
    let mut codes: Vec<_> =
        join_all((0..12).map(|_| report(&lead, &risk))).await.iter().map(|answer| code(answer, "submitRiskReport")).collect();
    codes.sort();
    assert_eq!(codes, [vec!["DUPLICATE"; 11], vec!["accepted"]].concat());
    let query =
        "query ($id: ID!) { node(id: $id) { ... on Risk { referrals { totalCount } custody { reportedFor { code } } } } }";
    let seen = lead.ask(query, json!({ "id": risk })).await;
    let once = json!({ "referrals": { "totalCount": 1 }, "custody": { "reportedFor": [{ "code": "FY2009-Q3" }] } });
    assert_eq!(seen.data("/node"), &once);
}

async fn what_is_registered_and_reported_at_once_is_numbered_without_gaps(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let registered = join_all((0..16).map(|_| mutate(&lead, "registerRisk", new_risk(), "risk { id number }"))).await;
    let numbers = |answers: &[Answer], at: &str| {
        let mut numbers: Vec<_> =
            answers.iter().map(|answer| answer.value(at).as_i64().unwrap_or_else(|| panic!("{answer}"))).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(numbers(&registered, "/registerRisk/risk/number"), (6..22).collect::<Vec<_>>(), "after the demonstration's five");
    let risks: Vec<_> = registered.iter().map(|answer| answer.text("/registerRisk/risk/id").to_owned()).collect();
    for risk in &risks {
        tried(&lead, risk).await;
    }
    let reported = join_all(risks.iter().map(|risk| report(&lead, risk))).await;
    assert_eq!(
        numbers(&reported, "/submitRiskReport/referral/number"),
        (2..18).collect::<Vec<_>>(),
        "after the demonstration's one"
    );
}

async fn the_database_itself_keeps_a_risk_from_being_passed_on_twice_at_once(app: TestApp) {
    const OTHERS: &str = "origin_tenant_id, origin_risk_id, title, area_id, residual_score, last_quarter, version, act_id, recorded_on, recorded_at";
    // The risk that the Treasurer has, once more as another round; an act's identifier serves as its own.
    let again = |common: &str, authority: &str, partnership: &str| {
        format!(
            "INSERT INTO risk_referral (tenant_id, id, number, round, common_state, authority_state, partnership_state, {OTHERS}) \
             SELECT tenant_id, act_id, 9, 9, '{common}', {authority}, {partnership}, {OTHERS} FROM risk_referral WHERE number = 1"
        )
    };
    let probe = Probe::open(app.database()).await;
    for (common, authority, partnership) in [
        ("REPORTED_TO_ENGAGEMENT", "NULL", "NULL"),
        ("MONITORED", "NULL", "NULL"),
        ("WITH_TREASURER", "'CLOSED'", "'RETURNED'"),
        ("WITH_TREASURER", "'SUBREGIONAL_TEAM'", "'CLOSED'"),
        ("WITH_TREASURER", "NULL", "'CHIEF_EXECUTIVE'"),
    ] {
        assert!(probe.refuses(&again(common, authority, partnership)).await, "{common} {authority} {partnership}");
    }
    for (common, authority, partnership) in [
        ("WITH_TREASURER", "'CLOSED'", "NULL"),
        ("WITH_TREASURER", "NULL", "'CLOSED'"),
        ("WITH_TREASURER", "'CLOSED'", "'CLOSED'"),
    ] {
        assert_eq!(probe.change(&again(common, authority, partnership)).await, 1);
        assert_eq!(probe.change("DELETE FROM risk_referral WHERE number = 9").await, 1);
    }
    probe.close().await;
}
