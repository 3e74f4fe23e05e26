//! What becomes of a risk in the end: closed at source, closed above, given back on one of two ways, or captured and not quietly dropped.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

use super::fixtures::*;

both_dbs!(
    what_is_closed_at_source_is_with_nobody,
    what_is_closed_above_says_so_at_home_until_it_is_closed_there,
    of_two_ways_each_says_why_it_ended_and_the_one_that_gave_it_back_counts,
    what_was_captured_isn_t_closed_while_what_was_reported_is_on_its_way,
    what_is_captured_again_stands_on_the_register_once,
    the_committee_s_note_is_of_a_day_on_which_it_met,
);

async fn what_is_closed_at_source_is_with_nobody(app: TestApp) {
    let (lead, home) = (app.sign_in("halton.lead-member").await, app.sign_in("halton.performance-officer").await);
    // One that was never passed on, and one that came back.
    let treasurer = app.sign_in("authority.treasurer").await;
    let small = json!({ "referral": funding_referral(), "determination": "NOT_SIGNIFICANT", "reason": "Funds are in sight." });
    done(&mutate(&treasurer, "recordRiskDetermination", small, REFERRAL).await, "recordRiskDetermination");
    for reference in ["halton-missed-targets", "halton-funding"] {
        let risk = risk_id("halton", reference);
        let closed = json!({ "risk": risk, "reason": "The board has agreed." });
        let answer = mutate(&lead, "closeRisk", closed, "risk { custody { state places { state } } }").await;
        let custody = json!({ "state": "CLOSED", "places": [{ "state": "CLOSED" }] });
        assert_eq!(answer.data("/closeRisk/risk/custody"), &custody, "{reference}: {answer}");
        let custody = seen_at_home(&home, &risk).await;
        let nobody = json!([{ "branch": "COMMON", "state": "CLOSED", "heldBy": "nobody, since it is closed", "office": null,
            "sinceOn": "2010-02-09", "dueOn": null, "reason": "The board has agreed." }]);
        assert_eq!((&custody["state"], &custody["places"]), (&json!("CLOSED"), &nobody), "{reference}");
    }
    // What was decided above before is told all the same.
    let custody = seen_at_home(&home, &risk_id("halton", "halton-funding")).await;
    assert_eq!(custody["cameBackReason"], "Funds are in sight.");
}

/// Determines the demonstration's risk, which the Treasurer has.
async fn determined(app: &TestApp, determination: &str) {
    let input = json!({ "referral": funding_referral(), "determination": determination, "reason": "Determined.",
        "mitigations": "A reserve is kept." });
    let treasurer = app.sign_in("authority.treasurer").await;
    done(&mutate(&treasurer, "recordRiskDetermination", input, REFERRAL).await, "recordRiskDetermination");
}

/// Has the sub-regional team come to an outcome.
async fn concluded_by_the_team(app: &TestApp, outcome: &str, reason: &str) {
    let chief = app.sign_in("authority.chief-executive").await;
    let raised = json!({ "referral": funding_referral(), "decision": "RAISE" });
    done(&mutate(&chief, "recordChiefExecutiveDecision", raised, REFERRAL).await, "recordChiefExecutiveDecision");
    let input = json!({ "referral": funding_referral(), "decidedBy": "SUBREGIONAL_TEAM", "outcome": outcome, "reason": reason });
    done(&mutate(&chief, "recordRiskOutcome", input, REFERRAL).await, "recordRiskOutcome");
}

/// Has the Audit Committee come to an outcome.
async fn concluded_by_the_committee(app: &TestApp, outcome: &str, reason: &str) {
    let escalated = json!({ "referral": funding_referral(), "reason": "The reserve won't last." });
    let treasurer = app.sign_in("authority.treasurer").await;
    done(&mutate(&treasurer, "sendRiskToAuditCommittee", escalated, REFERRAL).await, "sendRiskToAuditCommittee");
    let input = json!({ "referral": funding_referral(), "decidedBy": "AUDIT_COMMITTEE", "outcome": outcome, "reason": reason,
        "minuteReference": "Audit Committee, minute 5" });
    let audit = app.sign_in("authority.audit-committee-clerk").await;
    done(&mutate(&audit, "recordRiskOutcome", input, REFERRAL).await, "recordRiskOutcome");
}

async fn what_is_closed_above_says_so_at_home_until_it_is_closed_there(app: TestApp) {
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-funding"));
    determined(&app, "PARTNERSHIP").await;
    let treasurer = app.sign_in("authority.treasurer").await;
    let review = json!({ "authority": tenant_id(AUTHORITY) });
    done(&mutate(&treasurer, "closeRiskReview", review, "review { isComplete }").await, "closeRiskReview");
    concluded_by_the_team(&app, "CLOSED", "Funds were found.").await;
    let custody = seen_at_home(&lead, &risk).await;
    let here = json!([{ "branch": "COMMON", "state": "CLOSED_ABOVE",
        "heldBy": "the lead member, to be closed at source, since it was closed above", "office": "PARTNERSHIP_LEAD_MEMBER",
        "sinceOn": "2010-02-09", "dueOn": null, "reason": "Funds were found." }]);
    assert_eq!((&custody["state"], &custody["places"]), (&json!("CLOSED_ABOVE"), &here));
    // Whatever became of it, it was reported for that quarter, and the review of the quarter stays complete.
    for quarter in [Value::Null, json!("FY2009-Q2")] {
        let input = json!({ "risk": risk, "authority": tenant_id(AUTHORITY), "reason": "Once more.", "quarter": quarter });
        let again = mutate(&lead, "submitRiskReport", input, "referral { id }").await;
        let expected = if quarter.is_null() { "DUPLICATE" } else { "OUT_OF_RANGE" };
        assert_eq!(problem(&again, "submitRiskReport"), expected, "{again}");
    }
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { riskReview { reportedCount isComplete completedOn } } }";
    let expected = json!({ "reportedCount": 1, "isComplete": true, "completedOn": "2010-02-09" });
    assert_eq!(treasurer.ask(query, json!({})).await.data("/tenant/riskReview"), &expected);
    let closed = json!({ "risk": risk, "reason": "Closed by the sub-regional team." });
    done(&mutate(&lead, "closeRisk", closed, "risk { isOpen }").await, "closeRisk");
    assert_eq!(seen_at_home(&lead, &risk).await["state"], "CLOSED");
}

async fn of_two_ways_each_says_why_it_ended_and_the_one_that_gave_it_back_counts(app: TestApp) {
    determined(&app, "BOTH").await;
    concluded_by_the_committee(&app, "RETURNED", "To be watched locally.").await;
    concluded_by_the_team(&app, "CLOSED", "Nothing for the team.").await;
    let home = app.sign_in("halton.performance-officer").await;
    let custody = seen_at_home(&home, &risk_id("halton", "halton-funding")).await;
    assert_eq!((&custody["state"], &custody["cameBackReason"]), (&json!("RETURNED"), &json!("To be watched locally.")));
    let reasons: Vec<_> = custody["places"].as_array().unwrap().iter().map(|place| (&place["state"], &place["reason"])).collect();
    assert_eq!(
        reasons,
        [(&json!("RETURNED"), &json!("To be watched locally.")), (&json!("CLOSED"), &json!("Nothing for the team."))]
    );
}

const CAPTURED: &str = "query ($id: ID!) { node(id: $id) { ... on RiskReferral { capturedAs { id number isOpen
    assessments { nodes { number residual { value } } } actions { nodes { description } } } } } }";

async fn what_was_captured_isn_t_closed_while_what_was_reported_is_on_its_way(app: TestApp) {
    determined(&app, "BOTH").await;
    let treasurer = app.sign_in("authority.treasurer").await;
    let captured = treasurer.ask(CAPTURED, json!({ "id": funding_referral() })).await;
    let closing = json!({ "risk": captured.text("/node/capturedAs/id"), "reason": "Quietly dropped." });
    let close = async || mutate(&app.sign_in("authority.treasurer").await, "closeRisk", closing.clone(), "risk { isOpen }").await;
    assert_eq!(problem(&close().await, "closeRisk"), "OUT_OF_TURN", "on the register");
    concluded_by_the_committee(&app, "CLOSED", "Well in hand.").await;
    assert_eq!(problem(&close().await, "closeRisk"), "OUT_OF_TURN", "the chief executive holds it still");
    concluded_by_the_team(&app, "CLOSED", "Nothing for the team.").await;
    done(&close().await, "closeRisk");
}

async fn what_is_captured_again_stands_on_the_register_once(app: TestApp) {
    determined(&app, "AUTHORITY").await;
    concluded_by_the_committee(&app, "RETURNED", "To be watched locally.").await;
    let treasurer = app.sign_in("authority.treasurer").await;
    let first = treasurer.ask(CAPTURED, json!({ "id": funding_referral() })).await.data("/node/capturedAs").clone();
    app.clock().set_business_date(day("2010-05-18"));
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-funding"));
    done(&report(&lead, &risk).await, "submitRiskReport");
    let clerk = app.sign_in("authority.clerk").await;
    let note = json!({ "referral": funding_referral(), "note": "Noted again." });
    done(&mutate(&clerk, "recordCommitteeNote", note, REFERRAL).await, "recordCommitteeNote");
    determined(&app, "AUTHORITY").await;
    let treasurer = app.sign_in("authority.treasurer").await;
    let again = treasurer.ask(CAPTURED, json!({ "id": funding_referral() })).await.data("/node/capturedAs").clone();
    assert_eq!((&again["id"], &again["number"]), (&first["id"], &first["number"]), "the same row");
    assert_eq!(again["assessments"]["nodes"].as_array().unwrap().len(), 2, "assessed as it was reported: {again}");
    assert_eq!(again["actions"]["nodes"].as_array().unwrap().len(), 2, "with what makes it less now: {again}");
}

async fn the_committee_s_note_is_of_a_day_on_which_it_met(app: TestApp) {
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-missed-targets"));
    tried(&lead, &risk).await;
    let referral = report(&lead, &risk).await.text("/submitRiskReport/referral/id").to_owned();
    app.clock().set_business_date(day("2010-02-11"));
    let clerk = app.sign_in("authority.clerk").await;
    let noted = async |met_on: Value| {
        let note = json!({ "referral": referral, "note": "Noted.", "metOn": met_on });
        mutate(&clerk, "recordCommitteeNote", note, REFERRAL).await
    };
    for met_on in [Value::Null, json!("2010-02-10"), json!("2010-05-18"), json!("2009-11-03")] {
        assert_eq!(problem(&noted(met_on.clone()).await, "recordCommitteeNote"), "OUT_OF_RANGE", "{met_on}");
    }
    done(&noted(json!("2010-02-09")).await, "recordCommitteeNote");
}
