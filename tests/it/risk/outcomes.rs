//! An outcome of the Audit Committee's names its minute, and the minute says how it is cited.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::fixtures::{AUTHORITY, body_id, done, funding_referral, mutate};
use crate::governance::fixtures::refused;

both_dbs!(an_outcome_of_the_audit_committee_s_rests_on_its_minute);

/// A meeting of the Audit Committee's with a minute of this number; gives the minute's identifier.
async fn minuted(audit: &Actor, held_on: &str, number: &str) -> Value {
    let meeting = json!({ "body": body_id(AUTHORITY, "audit-committee"), "title": "Audit Committee", "heldOn": held_on });
    let made = mutate(audit, "createMeeting", meeting, "meeting { id }").await;
    let decision = json!({ "meeting": made.text("/createMeeting/meeting/id"), "minuteNumber": number, "words": "The risk is well in hand.",
        "exemption": "paragraph 3" });
    mutate(audit, "recordMeetingDecision", decision, "decision { id }").await.data("/recordMeetingDecision/decision/id").clone()
}

async fn an_outcome_of_the_audit_committee_s_rests_on_its_minute(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let determined =
        json!({ "referral": funding_referral(), "determination": "BOTH", "reason": "Everybody's.", "mitigations": "A reserve." });
    done(&mutate(&treasurer, "recordRiskDetermination", determined, "referral { id }").await, "recordRiskDetermination");
    let taken = json!({ "referral": funding_referral(), "reason": "It grows." });
    done(&mutate(&treasurer, "sendRiskToAuditCommittee", taken, "referral { id }").await, "sendRiskToAuditCommittee");
    let chief = app.sign_in("authority.chief-executive").await;
    let raised = json!({ "referral": funding_referral(), "decision": "RAISE", "reason": "All are concerned." });
    done(&mutate(&chief, "recordChiefExecutiveDecision", raised, "referral { id }").await, "recordChiefExecutiveDecision");

    app.clock().set_business_date(day("2010-03-17"));
    let audit = app.sign_in("authority.audit-committee-clerk").await;
    let (early, minute) = (minuted(&audit, "2010-02-08", "9").await, minuted(&audit, "2010-03-17", "12").await);
    let clerk = app.sign_in("authority.clerk").await;
    let of_another = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { meetings(filter: { heldFrom: \"2010-02-09\", heldTo: \"2010-02-09\" }) {
        nodes { decisions { nodes { id } } } } } }";
    let of_another = clerk.ask(of_another, json!({})).await.data("/tenant/meetings/nodes/0/decisions/nodes/0/id").clone();
    let outcome = |minute: &Value, words: Value| {
        json!({ "referral": funding_referral(), "decidedBy": "AUDIT_COMMITTEE", "outcome": "CLOSED",
        "reason": "Well in hand.", "minute": minute, "minuteReference": words })
    };
    for (minute, words, expected) in [
        (&early, Value::Null, "minute OUT_OF_RANGE"),
        (&of_another, Value::Null, "minute OUT_OF_RANGE"),
        (&json!("x"), Value::Null, "minute NOT_FOUND"),
        (&Value::Null, Value::Null, "minute MISSING"),
        (&minute, json!("minute 12"), "minuteReference OUT_OF_RANGE"),
    ] {
        assert_eq!(refused(&audit, "recordRiskOutcome", outcome(minute, words)).await, [expected]);
    }
    let mut of_the_team = outcome(&minute, Value::Null);
    of_the_team["decidedBy"] = json!("SUBREGIONAL_TEAM");
    let chief = app.sign_in("authority.chief-executive").await;
    assert_eq!(refused(&chief, "recordRiskOutcome", of_the_team).await, ["minute OUT_OF_RANGE"]);

    let fields = "referral { steps { nodes { step metOn minuteReference minute { id minuteNumber } } } }";
    let answer = mutate(&audit, "recordRiskOutcome", outcome(&minute, Value::Null), fields).await;
    done(&answer, "recordRiskOutcome");
    let last = answer.list("/recordRiskOutcome/referral/steps/nodes").last().cloned();
    let cited = "Audit Committee 17 March 2010, minute 12";
    let rests = json!({ "step": "CLOSE", "metOn": "2010-03-17", "minuteReference": cited, "minute": { "id": minute, "minuteNumber": "12" } });
    assert_eq!(last, Some(rests));
    // At home they hear how it is cited, and are shown nothing of the Authority's minutes.
    let home = app.sign_in("halton.performance-officer").await;
    let query =
        "query ($id: ID!) { node(id: $id) { ... on RiskReferral { steps { nodes { minuteReference minute { words } } } } } }";
    let seen = home.ask(query, json!({ "id": funding_referral() })).await;
    let last = seen.list("/node/steps/nodes").last().cloned();
    assert_eq!(last, Some(json!({ "minuteReference": cited, "minute": null })));
    // What is put right in the minute is put right for what rests on it.
    let correction = json!({ "minute": minute, "words": "The risk was closed.", "reason": "It didn't say so." });
    done(&mutate(&audit, "recordMinuteCorrection", correction, "minute { id }").await, "recordMinuteCorrection");
    let query = query.replace("words", "id words");
    let seen = audit.ask(&query, json!({ "id": funding_referral() })).await;
    let last = seen.list("/node/steps/nodes").last().cloned();
    assert_eq!(last, Some(json!({ "minuteReference": cited, "minute": { "id": minute, "words": "The risk was closed." } })));
}
