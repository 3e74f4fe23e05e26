//! Meetings from their calling to their approved minutes, what is put right of them, and the actions that follow.

use serde_json::json;

use super::{Day, done};

/// Halton's board meets, late with its summary, decides and has things done; another meeting is called off.
pub(super) async fn and_actions_of_halton(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.policy-officer").await;
    let query = "{ tenant(by: { slug: \"halton\" }) { id area { id } bodies(filter: { named: \"HSPB\" }) { nodes { id } }
        actionPlans { nodes { id } } actions { nodes { id } } appointments(first: 1, filter: { inForceOn: \"2010-01-20\" }) { nodes { id } }
        meetings { nodes { decisions { nodes { id } } } } agreement { indicators(first: 1) { nodes { id } } } } }";
    let answer = officer.ask(query, json!({})).await;
    let found = |pointer: &str| answer.value(&format!("/tenant/{pointer}")).clone();
    let (board, plan) = (found("bodies/nodes/0/id"), found("actionPlans/nodes/0/id"));
    let links = json!([
        found("actions/nodes/0/id"),
        found("meetings/nodes/0/decisions/nodes/0/id"),
        found("agreement/indicators/nodes/0/id")
    ]);
    let paper = json!({ "title": "The contract", "address": "https://halton.example/contract" });
    let meeting = json!({ "body": board, "title": "Extraordinary meeting", "heldOn": "2010-01-20", "startsAtTime": "18:00", "place": "Runcorn",
        "keyIssue": "Worklessness", "externalParty": crate::machines::fixtures::organisation_id("gonw"), "agenda": [
            { "title": "A contract", "exemption": "Schedule 12A, paragraph 3", "links": links, "papers": [paper] } ] });
    done(day, &officer, "createMeeting", meeting).await;
    let made = super::made(day, "/createMeeting/meeting/id");
    let item = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id } } } } }";
    let item = officer.ask(item, json!({ "id": made })).await.value("/node/agendaItems/nodes/0/id").clone();
    let came = json!([{ "appointment": found("appointments/nodes/0/id"), "presence": "PRESENT" }, { "guest": "Mersey Travel", "presence": "ABSENT" }]);
    done(day, &officer, "recordAttendance", json!({ "meeting": made, "attendance": came })).await;
    let right = json!([{ "appointment": found("appointments/nodes/0/id"), "presence": "APOLOGIES" }, { "guest": "Mersey Travel", "presence": "PRESENT" }]);
    let right = json!({ "meeting": made, "attendance": right, "reason": "They had left early." });
    done(day, &officer, "recordAttendanceCorrection", right).await;
    let lead = json!([{ "office": "PARTNERSHIP_LEAD_MEMBER", "area": found("area/id"), "words": "Halton's lead member", "isAccountable": true },
        { "body": board, "isAccountable": false }]);
    let action = json!({ "words": "Let the contract", "successMeasure": "It is let", "timescale": "31.03.10", "reviewOn": "2010-03-01",
        "resources": "Staff Time", "area": found("area/id"), "owners": lead });
    let decision =
        json!({ "meeting": made, "agendaItem": item, "minuteNumber": "3", "words": "The contract is let.", "actions": [action] });
    done(day, &officer, "recordMeetingDecision", decision).await;
    done(day, &officer, "publishMeetingPack", json!({ "meeting": made })).await;
    let summary = json!({ "meeting": made, "words": "The board let a contract.", "address": "https://halton.example/summary", "lateReason": "Snow." });
    done(day, &officer, "publishMeetingSummary", summary).await;
    let carried = json!({ "meeting": made, "carriedOn": "2010-01-22", "means": "Letter", "audience": "All member firms",
        "words": "The contract is let." });
    done(day, &app.sign_in("halton.board-member").await, "recordCascade", carried).await;
    let corrected =
        json!({ "meeting": made, "words": "The board let a contract for a year.", "reason": "It didn't say for how long." });
    done(day, &officer, "replaceMeetingSummary", corrected).await;
    let later = json!({ "body": board, "title": "Special meeting", "heldOn": "2010-02-09", "agenda": [{ "title": "Minutes" }] });
    done(day, &officer, "createMeeting", later).await;
    let later = super::made(day, "/createMeeting/meeting/id");
    done(day, &officer, "publishMeetingPack", json!({ "meeting": later })).await;
    let urgent = json!({ "meeting": later, "item": { "title": "Snow" }, "urgentBecause": "It fell overnight." });
    done(day, &officer, "addAgendaItem", urgent).await;
    let item = super::made(day, "/addAgendaItem/agendaItem/id");
    done(day, &officer, "publishMeetingPack", json!({ "meeting": later, "reason": "Snow came up." })).await;
    let gritted = json!({ "meeting": later, "agendaItem": item, "minuteNumber": "2", "words": "The roads are gritted." });
    done(day, &officer, "recordMeetingDecision", gritted).await;
    let minute = "query ($id: ID!) { node(id: $id) { ... on Meeting { decisions { nodes { id } } } } }";
    let minute = officer.ask(minute, json!({ "id": made })).await.value("/node/decisions/nodes/0/id").clone();
    let wrong = json!({ "minute": minute, "words": "The contract is let for a year.", "reason": "It said nothing of the year.",
        "earlierWordingExemption": "Schedule 12A, paragraph 3" });
    done(day, &officer, "recordMinuteCorrection", wrong).await;
    let agreed = json!([{ "minute": minute, "words": "The contract is let for two years.", "reason": "It is for two." }]);
    done(day, &officer, "approveMinutes", json!({ "meeting": made, "at": later, "minuteNumber": "1", "corrections": agreed }))
        .await;
    let back = json!([{ "appointment": found("appointments/nodes/0/id"), "presence": "PRESENT" }, { "guest": "Mersey Travel", "presence": "PRESENT" }]);
    let back = json!({ "meeting": made, "attendance": back, "reason": "They hadn't.", "agreedAtMeeting": later });
    done(day, &officer, "recordAttendanceCorrection", back).await;
    let ahead = json!({ "body": board, "title": "Board", "heldOn": "2010-03-03" });
    done(day, &officer, "createMeeting", ahead).await;
    let ahead = super::made(day, "/createMeeting/meeting/id");
    done(day, &officer, "addAgendaItem", json!({ "meeting": ahead, "item": { "title": "Any other business" } })).await;
    let item = super::made(day, "/addAgendaItem/agendaItem/id");
    done(day, &officer, "cancelAgendaItem", json!({ "agendaItem": item, "reason": "There is none." })).await;
    done(day, &officer, "cancelMeeting", json!({ "meeting": ahead, "reason": "Snow." })).await;
    let own = json!([{ "office": "POLICY_STRATEGY_STAFF", "isAccountable": true }]);
    let action = json!({ "plan": plan, "reference": "8", "words": "Map the skills", "timescale": "Sept 2010", "owners": own });
    done(day, &officer, "recordAction", json!({ "tenant": found("id"), "action": action })).await;
    let made = super::made(day, "/recordAction/action/id");
    done(day, &officer, "recordActionProgress", json!({ "action": made, "state": "IN_PROGRESS", "words": "Begun." })).await;
    let closing = json!({ "action": made, "outcome": "COMPLETED", "words": "Mapped.", "evidence": "The map",
        "evidenceAddress": "https://halton.example/map" });
    done(day, &officer, "closeAction", closing).await;
    let waiver = json!({ "tenant": found("id"), "code": "REPORT/42/FY2009", "reason": "The strategy is under review." });
    done(day, &app.sign_in("halton.psg-member").await, "recordObligationWaiver", waiver).await;
}
