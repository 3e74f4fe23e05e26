//! The whole way of a risk, from the lead member to the Audit Committee and the sub-regional team and back, played by five offices.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

use super::fixtures::*;

both_dbs!(
    five_offices_take_a_risk_up_both_ways_and_back,
    what_came_back_is_reported_again_and_what_is_held_stays,
    a_closed_risk_reported_later_begins_another_referral,
    a_risk_that_is_not_significant_is_monitored_and_settled_at_source,
);

fn moved(app: &TestApp, to: &str) {
    app.clock().set_business_date(day(to));
}

fn places(custody: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    custody["places"].as_array().unwrap().iter().map(|place| (text(&place["state"]), text(&place["sinceOn"]))).collect()
}

fn at(state: &str, since: &str) -> (String, String) {
    (state.to_owned(), since.to_owned())
}

async fn five_offices_take_a_risk_up_both_ways_and_back(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let home = app.sign_in("halton.performance-officer").await;
    let risk = risk_id("halton", "halton-missed-targets");
    assert_eq!(places(&seen_at_home(&home, &risk).await), [at("AT_SOURCE", "2009-07-15")]);
    let early = report(&lead, &risk).await;
    assert_eq!(problem(&early, "submitRiskReport"), "MISSING", "nothing was tried yet: {early}");
    tried(&lead, &risk).await;
    let answer = report(&lead, &risk).await;
    done(&answer, "submitRiskReport");
    let referral = answer.text("/submitRiskReport/referral/id").to_owned();
    assert_eq!(answer.data("/submitRiskReport/referral/custody/reportedFor"), &json!([{ "code": "FY2009-Q3" }]));
    assert_eq!(places(&seen_at_home(&home, &risk).await), [at("REPORTED_TO_ENGAGEMENT", "2010-02-09")]);

    // The committee sees the risk and its history as they were reported, and not the register.
    let clerk = app.sign_in("authority.clerk").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on RiskReferral { originName risk { id } statement { title bodyName indicatorCodes
        agreementNames assessments { residual { value band } } attempts { counterpart result } actions { description status } } } } }";
    let seen = clerk.ask(query, json!({ "id": referral })).await;
    assert_eq!(seen.data("/node/risk"), &Value::Null);
    assert_eq!(seen.data("/node/originName"), "Halton Strategic Partnership");
    let statement = seen.data("/node/statement").clone();
    assert_eq!(
        (&statement["indicatorCodes"], &statement["assessments"]),
        (&json!(["NI 16", "NI 20"]), &json!([{ "residual": { "value": 12, "band": "HIGH" } }]))
    );
    assert_eq!(statement["attempts"], json!([{ "counterpart": "Halton Strategic Partnership Board", "result": "Deferred." }]));
    let note = json!({ "referral": referral, "note": "Noted.", "proposedAction": "Ask each partner in writing.",
        "minuteNumber": "65" });
    let answer = mutate(&clerk, "recordCommitteeNote", note, REFERRAL).await;
    done(&answer, "recordCommitteeNote");
    assert_eq!(answer.data("/recordCommitteeNote/referral/dueOn"), "2010-02-23", "ten working days on");

    // What changes at home meanwhile doesn't change what was reported.
    let assessment =
        json!({ "risk": risk, "assessment": { "inherent": score(4, 4), "residual": score(2, 4), "target": score(2, 4) } });
    done(&mutate(&home, "recordRiskAssessment", assessment, "assessment { number }").await, "recordRiskAssessment");
    assert_eq!(clerk.ask(query, json!({ "id": referral })).await.data("/node/statement"), &statement);

    moved(&app, "2010-02-16");
    let treasurer = app.sign_in("authority.treasurer").await;
    let both = json!({ "referral": referral, "determination": "BOTH", "reason": "It touches the Policing Plan and all partners.",
        "mitigations": "Quarterly figures come from the force directly." });
    let answer = mutate(&treasurer, "recordRiskDetermination", both, REFERRAL).await;
    done(&answer, "recordRiskDetermination");
    let home = app.sign_in("halton.performance-officer").await;
    let custody = seen_at_home(&home, &risk).await;
    assert_eq!(places(&custody), [at("ON_AUTHORITY_REGISTER", "2010-02-16"), at("CHIEF_EXECUTIVE", "2010-02-16")]);
    assert_eq!(custody["decisionReason"], "It touches the Policing Plan and all partners.");
    // It stands on the Authority's own register now, with its mitigations as what is to be done.
    let register = "query ($id: ID!) { node(id: $id) { ... on RiskReferral { capturedAs { title body { reference } ownerOffice
        responseFaults actions { nodes { description } } assessment { residual { value } } } } } }";
    let captured = treasurer.ask(register, json!({ "id": referral })).await;
    assert_eq!(
        captured.data("/node/capturedAs"),
        &json!({ "title": "Targets of the agreement are missed", "body": { "reference": "cpa" }, "ownerOffice": "TREASURER",
            "responseFaults": [], "actions": { "nodes": [{ "description": "Quarterly figures come from the force directly." }] },
            "assessment": { "residual": { "value": 12 } } })
    );
    assert_eq!(home.ask(register, json!({ "id": referral })).await.data("/node/capturedAs"), &Value::Null);

    let escalated = json!({ "referral": referral, "reason": "It has stood for two quarters." });
    done(&mutate(&treasurer, "sendRiskToAuditCommittee", escalated, REFERRAL).await, "sendRiskToAuditCommittee");
    let chief = app.sign_in("authority.chief-executive").await;
    let raise = json!({ "referral": referral, "decision": "RAISE", "reason": "All four councils are concerned." });
    done(&mutate(&chief, "recordChiefExecutiveDecision", raise, REFERRAL).await, "recordChiefExecutiveDecision");

    moved(&app, "2010-03-10");
    let audit = app.sign_in("authority.audit-committee-clerk").await;
    let closed = json!({ "referral": referral, "decidedBy": "AUDIT_COMMITTEE", "outcome": "CLOSED", "reason": "Well in hand.",
        "minuteReference": "Audit Committee 10 March 2010, minute 3" });
    let answer = mutate(&audit, "recordRiskOutcome", closed, REFERRAL).await;
    done(&answer, "recordRiskOutcome");
    assert_eq!(answer.data("/recordRiskOutcome/referral/state"), "SUBREGIONAL_TEAM", "the other way has no outcome yet");
    // Nobody settles it at home while it is held above.
    let lead = app.sign_in("halton.lead-member").await;
    let settle = json!({ "risk": risk, "reason": "The board has agreed." });
    let refused = mutate(&lead, "closeRisk", settle.clone(), "risk { id }").await;
    assert_eq!(problem(&refused, "closeRisk"), "OUT_OF_TURN", "{refused}");
    let chief = app.sign_in("authority.chief-executive").await;
    let returned = json!({ "referral": referral, "decidedBy": "SUBREGIONAL_TEAM", "outcome": "RETURNED",
        "reason": "Each council will name one officer; the lead member sees to it." });
    let answer = mutate(&chief, "recordRiskOutcome", returned, REFERRAL).await;
    assert_eq!(answer.data("/recordRiskOutcome/referral/state"), "RETURNED", "{answer}");

    let home = app.sign_in("halton.performance-officer").await;
    let custody = seen_at_home(&home, &risk).await;
    assert_eq!(places(&custody), [at("CLOSED", "2010-03-10"), at("RETURNED", "2010-03-10")]);
    assert_eq!(custody["cameBackReason"], "Each council will name one officer; the lead member sees to it.");
    let query =
        "query ($id: ID!) { node(id: $id) { ... on RiskReferral { steps { nodes { number step branch fromState toState office
        recordedOn minuteReference act { office } } } } } }";
    let answer = home.ask(query, json!({ "id": referral })).await;
    let steps: Vec<String> = answer
        .list("/node/steps/nodes")
        .iter()
        .map(|step| {
            let text = |name: &str| step[name].as_str().unwrap().to_owned();
            format!("{} {} {}: {} to {}", text("step"), text("office"), text("recordedOn"), text("fromState"), text("toState"))
        })
        .collect();
    assert_eq!(
        steps,
        [
            "REPORT PARTNERSHIP_LEAD_MEMBER 2010-02-09: AT_SOURCE to REPORTED_TO_ENGAGEMENT",
            "NOTE COMMITTEE_CLERK 2010-02-09: REPORTED_TO_ENGAGEMENT to WITH_TREASURER",
            "CAPTURE TREASURER 2010-02-16: WITH_TREASURER to ON_AUTHORITY_REGISTER",
            "ADVISE TREASURER 2010-02-16: WITH_TREASURER to CHIEF_EXECUTIVE",
            "ESCALATE TREASURER 2010-02-16: ON_AUTHORITY_REGISTER to AUDIT_COMMITTEE",
            "RAISE AUTHORITY_CHIEF_EXECUTIVE 2010-02-16: CHIEF_EXECUTIVE to SUBREGIONAL_TEAM",
            "CLOSE COMMITTEE_CLERK 2010-03-10: AUDIT_COMMITTEE to CLOSED",
            "RETURN AUTHORITY_CHIEF_EXECUTIVE 2010-03-10: SUBREGIONAL_TEAM to RETURNED",
        ]
    );
    assert_eq!(answer.data("/node/steps/nodes/0/act"), &Value::Null, "the Authority's record isn't Halton's");
    done(&mutate(&lead, "closeRisk", settle, "risk { id isOpen closedOn }").await, "closeRisk");
    let audited = entity::usecases::upkeep::record::verify(app.db(), Some(AUTHORITY)).await.unwrap().remove(0);
    assert_eq!(audited.broken, None);
}

/// Takes the demonstration's risk, which the Treasurer has, to where the Audit Committee returned it.
async fn returned_by_the_audit_committee(app: &TestApp) -> String {
    let referral = funding_referral();
    let treasurer = app.sign_in("authority.treasurer").await;
    let determination = json!({ "referral": referral, "determination": "AUTHORITY", "reason": "The Authority pays a part.",
        "mitigations": "A reserve is kept." });
    done(&mutate(&treasurer, "recordRiskDetermination", determination, REFERRAL).await, "recordRiskDetermination");
    let escalated = json!({ "referral": referral, "reason": "The reserve won't last." });
    done(&mutate(&treasurer, "sendRiskToAuditCommittee", escalated, REFERRAL).await, "sendRiskToAuditCommittee");
    let audit = app.sign_in("authority.audit-committee-clerk").await;
    let outcome = json!({ "referral": referral, "decidedBy": "AUDIT_COMMITTEE", "outcome": "RETURNED", "reason": "To be watched locally.",
        "minuteReference": "Audit Committee 10 March 2010, minute 4" });
    done(&mutate(&audit, "recordRiskOutcome", outcome, REFERRAL).await, "recordRiskOutcome");
    referral
}

async fn what_came_back_is_reported_again_and_what_is_held_stays(app: TestApp) {
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-funding"));
    let twice = report(&lead, &risk).await;
    assert_eq!(problem(&twice, "submitRiskReport"), "DUPLICATE", "it was reported for that quarter: {twice}");
    moved(&app, "2010-04-20");
    let lead = app.sign_in("halton.lead-member").await;
    let answer = report(&lead, &risk).await;
    done(&answer, "submitRiskReport");
    assert_eq!(answer.data("/submitRiskReport/referral/state"), "WITH_TREASURER", "who holds it keeps it");
    let quarters = json!([{ "code": "FY2009-Q2" }, { "code": "FY2009-Q3" }, { "code": "FY2009-Q4" }]);
    assert_eq!(answer.data("/submitRiskReport/referral/custody/reportedFor"), &quarters);
    assert_eq!(
        answer.data("/submitRiskReport/referral/custody/places/0/sinceOn"),
        "2010-02-09",
        "and has had it since the committee"
    );
    let referral = returned_by_the_audit_committee(&app).await;
    moved(&app, "2010-07-20");
    let lead = app.sign_in("halton.lead-member").await;
    let answer = report(&lead, &risk).await;
    assert_eq!(answer.data("/submitRiskReport/referral/id"), &json!(referral), "the same referral begins anew: {answer}");
    let found = answer.data("/submitRiskReport/referral");
    assert_eq!((&found["state"], &found["scope"]), (&json!("REPORTED_TO_ENGAGEMENT"), &Value::Null));
}

async fn a_closed_risk_reported_later_begins_another_referral(app: TestApp) {
    let referral = funding_referral();
    let treasurer = app.sign_in("authority.treasurer").await;
    let determination = json!({ "referral": referral, "determination": "PARTNERSHIP", "reason": "It is every partner's." });
    done(&mutate(&treasurer, "recordRiskDetermination", determination, REFERRAL).await, "recordRiskDetermination");
    let chief = app.sign_in("authority.chief-executive").await;
    for (mutation, input) in [
        ("recordChiefExecutiveDecision", json!({ "referral": referral, "decision": "RAISE" })),
        (
            "recordRiskOutcome",
            json!({ "referral": referral, "decidedBy": "SUBREGIONAL_TEAM", "outcome": "CLOSED", "reason": "Funds were found." }),
        ),
    ] {
        done(&mutate(&chief, mutation, input, REFERRAL).await, mutation);
    }
    moved(&app, "2010-04-20");
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-funding"));
    let answer = report(&lead, &risk).await;
    done(&answer, "submitRiskReport");
    assert_ne!(answer.data("/submitRiskReport/referral/id"), &json!(referral));
    let query = "query ($id: ID!) { node(id: $id) { ... on Risk { referrals { nodes { number state } } } } }";
    let both = lead.ask(query, json!({ "id": risk })).await;
    let expected = json!([{ "number": 1, "state": "CLOSED" }, { "number": 2, "state": "REPORTED_TO_ENGAGEMENT" }]);
    assert_eq!(both.data("/node/referrals/nodes"), &expected);
}

async fn a_risk_that_is_not_significant_is_monitored_and_settled_at_source(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let determination =
        json!({ "referral": funding_referral(), "determination": "NOT_SIGNIFICANT", "reason": "Funds are in sight." });
    let answer = mutate(&treasurer, "recordRiskDetermination", determination, REFERRAL).await;
    let referral = answer.data("/recordRiskDetermination/referral");
    assert_eq!((&referral["state"], &referral["dueOn"]), (&json!("MONITORED"), &Value::Null), "{answer}");
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-funding"));
    let custody = seen_at_home(&lead, &risk).await;
    assert_eq!((&custody["decision"], &custody["cameBackReason"]), (&json!("NOT_SIGNIFICANT"), &json!("Funds are in sight.")));
    let settled = json!({ "risk": risk, "reason": "Three funders have confirmed." });
    let answer = mutate(&lead, "closeRisk", settled, "risk { isOpen closedOn closingReason }").await;
    assert_eq!(
        answer.data("/closeRisk/risk"),
        &json!({ "isOpen": false, "closedOn": "2010-02-09", "closingReason": "Three funders have confirmed." })
    );
    let again = report(&lead, &risk).await;
    assert_eq!(problem(&again, "submitRiskReport"), "OUT_OF_TURN", "{again}");
}
