//! Each step is one office's, and only in its turn; whoever else tries, or too early, writes nothing.

use futures::future::join;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp, day};

use super::fixtures::*;

both_dbs!(
    every_step_by_a_wrong_office_or_out_of_turn_is_refused_and_writes_nothing,
    a_report_needs_its_own_lead_member_an_attempt_a_reason_and_a_quarter_that_has_ended,
    each_determination_says_why_and_what_is_captured_what_makes_it_less,
    of_two_determinations_at_once_exactly_one_stands,
    an_appointment_that_has_ended_takes_no_step,
    a_risk_that_was_noted_at_a_meeting_holds_that_meeting,
);

/// Every step, tried on a risk that the Treasurer holds.
fn steps(referral: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("recordCommitteeNote", json!({ "referral": referral, "note": "Noted." })),
        ("recordRiskDetermination", json!({ "referral": referral, "determination": "NOT_SIGNIFICANT", "reason": "Small." })),
        ("sendRiskToAuditCommittee", json!({ "referral": referral, "reason": "Large." })),
        ("recordChiefExecutiveDecision", json!({ "referral": referral, "decision": "DECLINE", "reason": "Local." })),
        (
            "recordRiskOutcome",
            json!({ "referral": referral, "decidedBy": "AUDIT_COMMITTEE", "outcome": "CLOSED", "reason": "Done.",
                "minuteReference": "Audit Committee, minute 5" }),
        ),
        (
            "recordRiskOutcome",
            json!({ "referral": referral, "decidedBy": "SUBREGIONAL_TEAM", "outcome": "RETURNED", "reason": "Done." }),
        ),
    ]
}

async fn every_step_by_a_wrong_office_or_out_of_turn_is_refused_and_writes_nothing(app: TestApp) {
    const F: &str = "FORBIDDEN";
    const N: &str = "NOT_FOUND";
    const T: &str = "OUT_OF_TURN";
    let expected: [(&str, [&str; 6]); 10] = [
        ("authority.clerk", [T, F, F, F, F, F]),
        // The second is the one step that is right.
        ("authority.treasurer", [F, "", T, F, F, F]),
        ("authority.chief-executive", [F, F, F, T, F, T]),
        ("authority.audit-committee-clerk", [F, F, F, F, T, F]),
        ("halton.lead-member", [F; 6]),
        ("warrington.lead-member", [F; 6]),
        ("authority.research-officer", [F; 6]),
        // To whom the Authority shows its plans: they learn who does this, and nothing of the risk.
        ("halton.performance-officer", [F; 6]),
        ("warrington.performance-officer", [F; 6]),
        ("former.lead-member", [N; 6]),
    ];
    let mut actors = Vec::new();
    for (office, codes) in expected {
        actors.push((office, app.sign_in(office).await, codes));
    }
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    let referral = funding_referral();
    for (office, actor, codes) in &actors {
        for ((mutation, input), code) in steps(&referral).into_iter().zip(codes) {
            if code.is_empty() {
                continue;
            }
            let answer = mutate(actor, mutation, input, "referral { id }").await;
            assert_eq!(problem(&answer, mutation), code, "{office}: {answer}");
            assert_eq!(answer.value(&format!("/{mutation}/referral")), &Value::Null);
        }
    }
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was written, not even that it was tried");
    // And the step that is right is taken once.
    let (_, treasurer, _) = &actors[1];
    let (mutation, input) = steps(&referral).swap_remove(1);
    done(&mutate(treasurer, mutation, input.clone(), REFERRAL).await, mutation);
    let again = mutate(treasurer, mutation, input, REFERRAL).await;
    assert_eq!(problem(&again, mutation), T, "{again}");
    probe.close().await;
}

async fn a_report_needs_its_own_lead_member_an_attempt_a_reason_and_a_quarter_that_has_ended(app: TestApp) {
    let risk = risk_id("halton", "halton-missed-targets");
    let lead = app.sign_in("halton.lead-member").await;
    tried(&app.sign_in("halton.performance-officer").await, &risk).await;
    let untried = risk_id("halton", "halton-partnership-working");
    let input = |risk: &str, change: &dyn Fn(&mut Value)| {
        let mut input = json!({ "risk": risk, "authority": tenant_id(AUTHORITY), "reason": "The board can't agree." });
        change(&mut input);
        input
    };
    let offices = [
        // An officer of the partnership's, who holds nothing in the Authority.
        ("halton.performance-officer", "FORBIDDEN"),
        // Another area's lead member, and the Treasurer: what Halton shares with the Authority isn't its register.
        ("warrington.lead-member", "FORBIDDEN"),
        ("authority.treasurer", "FORBIDDEN"),
    ];
    let probe = Probe::open(app.database()).await;
    let mut actors = Vec::new();
    for (office, code) in offices {
        actors.push((office, app.sign_in(office).await, code));
    }
    let before = probe.counts(migration::TENANT_TABLES).await;
    for (office, actor, code) in &actors {
        let answer = mutate(actor, "submitRiskReport", input(&risk, &|_| {}), "referral { id }").await;
        assert_eq!(problem(&answer, "submitRiskReport"), code, "{office}: {answer}");
    }
    for (change, code, risk) in [
        (json!({}), "MISSING", &untried),
        (json!({ "reason": " " }), "MISSING", &risk),
        (json!({ "quarter": "FY2009-Q4" }), "OUT_OF_RANGE", &risk),
        (json!({ "quarter": "FY2009" }), "OUT_OF_RANGE", &risk),
        (json!({ "quarter": "soon" }), "MALFORMED", &risk),
        (json!({ "expectedVersion": 3 }), "STALE_VERSION", &risk),
        (json!({ "authority": tenant_id("halton") }), "NOT_FOUND", &risk),
        // The lead member reads what Warrington shares with the Authority, and holds nothing there.
        (json!({ "authority": tenant_id("warrington") }), "FORBIDDEN", &risk),
        (json!({}), "OUT_OF_TURN", &risk_id("halton", "halton-old-analysis")),
        (json!({}), "NOT_FOUND", &risk_id(AUTHORITY, "halton-missed-targets")),
        (json!({}), "FORBIDDEN", &risk_id("warrington", "warrington-funding")),
    ] {
        let change = |input: &mut Value| input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = mutate(&lead, "submitRiskReport", input(risk, &change), "referral { id }").await;
        assert_eq!(problem(&answer, "submitRiskReport"), code, "{answer}");
    }
    // A risk of the Authority's own isn't reported to the Authority, by whomever.
    let own = risk_id(AUTHORITY, "authority-partnership-working");
    let answer = mutate(&lead, "submitRiskReport", input(&own, &|_| {}), "referral { id }").await;
    assert_eq!(problem(&answer, "submitRiskReport"), "FORBIDDEN", "{answer}");
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was written");
    probe.close().await;
    let first = mutate(&lead, "submitRiskReport", input(&risk, &|input| input["expectedVersion"] = json!(0)), REFERRAL).await;
    assert_eq!(first.data("/submitRiskReport/referral/version"), 1, "0 stands for none: {first}");
}

async fn each_determination_says_why_and_what_is_captured_what_makes_it_less(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    for (determination, reason, mitigations, version, expected) in [
        ("NOT_SIGNIFICANT", " ", "", 5, vec!["reason MISSING"]),
        ("AUTHORITY", "Ours.", "", 5, vec!["mitigations MISSING"]),
        ("BOTH", "", " ", 5, vec!["reason MISSING", "mitigations MISSING"]),
        ("PARTNERSHIP", "Theirs.", "", 4, vec!["expectedVersion STALE_VERSION"]),
    ] {
        let input = json!({ "referral": funding_referral(), "determination": determination, "reason": reason,
            "mitigations": mitigations, "expectedVersion": version });
        let answer = mutate(&treasurer, "recordRiskDetermination", input, "referral { id }").await;
        let errors = answer.user_errors("/recordRiskDetermination");
        let found: Vec<String> = errors
            .iter()
            .map(|error| format!("{} {}", error["field"][0].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected, "{determination}");
    }
    let clerk = app.sign_in("authority.clerk").await;
    let (lead, risk) = (app.sign_in("halton.lead-member").await, risk_id("halton", "halton-missed-targets"));
    tried(&lead, &risk).await;
    let referral = report(&lead, &risk).await.text("/submitRiskReport/referral/id").to_owned();
    for met_on in ["2010-02-08", "2010-02-10"] {
        let note = json!({ "referral": referral, "note": "Noted.", "metOn": met_on });
        let answer = mutate(&clerk, "recordCommitteeNote", note, "referral { id }").await;
        assert_eq!(problem(&answer, "recordCommitteeNote"), "OUT_OF_RANGE", "{met_on}: {answer}");
    }
}

async fn of_two_determinations_at_once_exactly_one_stands(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let determine = |determination: &'static str| {
        let input = json!({ "referral": funding_referral(), "determination": determination, "reason": "Decided.",
            "mitigations": "A reserve." });
        let treasurer = treasurer.clone();
        async move { mutate(&treasurer, "recordRiskDetermination", input, REFERRAL).await }
    };
    let (one, other) = join(determine("AUTHORITY"), determine("PARTNERSHIP")).await;
    let codes = [&one, &other].map(|answer| problem(answer, "recordRiskDetermination").as_str().unwrap_or("accepted").to_owned());
    let mut sorted = codes.clone();
    sorted.sort();
    assert_eq!(sorted, ["OUT_OF_TURN", "accepted"], "{one}\n{other}");
    let probe = Probe::open(app.database()).await;
    let steps = probe.rows("SELECT CAST(count(*) AS text) FROM risk_referral_step").await.concat().concat();
    assert_eq!(steps, "6", "one step more than there were");
    probe.close().await;
}

async fn an_appointment_that_has_ended_takes_no_step(app: TestApp) {
    let risk = risk_id("halton", "halton-missed-targets");
    tried(&app.sign_in("halton.performance-officer").await, &risk).await;
    let former = app.sign_in("former.lead-member").await;
    let answer = report(&former, &risk).await;
    assert_eq!(problem(&answer, "submitRiskReport"), "NOT_FOUND", "{answer}");
    // On its last day it did.
    app.clock().set_business_date(day("2009-09-27"));
    let lead = app.sign_in("halton.lead-member").await;
    let answer = report(&lead, &risk).await;
    assert_eq!(problem(&answer, "submitRiskReport"), "NOT_FOUND", "not yet appointed: {answer}");
    let former = app.sign_in("former.lead-member").await;
    let untried = report(&former, &risk_id("halton", "halton-funding")).await;
    assert_ne!(problem(&untried, "submitRiskReport"), "NOT_FOUND", "in force that day: {untried}");
}

async fn a_risk_that_was_noted_at_a_meeting_holds_that_meeting(app: TestApp) {
    let (lead, clerk) = (app.sign_in("halton.lead-member").await, app.sign_in("authority.clerk").await);
    let other = app.sign_in("authority.audit-committee-clerk").await;
    let called = async |by: &Actor, committee: &str, held_on: &str| {
        let input = json!({ "body": body_id(AUTHORITY, committee), "title": "Special meeting", "heldOn": held_on });
        let answer = mutate(by, "createMeeting", input, "meeting { id }").await;
        answer.text("/createMeeting/meeting/id").to_owned()
    };
    let held = called(&clerk, "engagement-committee", "2010-02-10").await;
    let (ahead, theirs) =
        (called(&clerk, "engagement-committee", "2010-02-11").await, called(&other, "audit-committee", "2010-02-10").await);
    let risk = risk_id("halton", "halton-missed-targets");
    tried(&lead, &risk).await;
    let reported = report(&lead, &risk).await;
    done(&reported, "submitRiskReport");
    app.clock().set_business_date(day("2010-02-10"));
    // Noted without a minute's number, so nothing stands in the minutes that would hold the meeting by itself.
    let note = json!({ "referral": reported.text("/submitRiskReport/referral/id"), "metOn": "2010-02-10", "note": "Noted." });
    done(&mutate(&clerk, "recordCommitteeNote", note, REFERRAL).await, "recordCommitteeNote");
    let cancelled = async |by: &Actor, meeting: &str| {
        mutate(by, "cancelMeeting", json!({ "meeting": meeting, "reason": "Snow." }), "meeting { decisions { totalCount } }")
            .await
    };
    let refused = cancelled(&clerk, &held).await;
    let error = &refused.user_errors("/cancelMeeting")[0];
    assert_eq!((&error["code"], &error["field"]), (&json!("LOCKED"), &json!(["meeting"])), "{refused}");
    // It holds neither the committee's next meeting nor another committee's on the same day.
    done(&cancelled(&clerk, &ahead).await, "cancelMeeting");
    done(&cancelled(&other, &theirs).await, "cancelMeeting");
}
