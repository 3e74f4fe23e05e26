//! What a committee did with returns and reported risks stands in the minutes of its meeting, once and under one number.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{Id, risk::risk_referral};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use super::{
    fixtures::{AUTHORITY, done, handed_in, refused, return_id},
    meetings::body,
};

both_dbs!(
    what_the_committee_received_stands_in_the_minutes_of_its_meeting,
    a_noted_risk_stands_in_the_minutes_and_is_exempt,
    a_minute_that_is_refused_leaves_nothing_behind,
    a_committee_that_met_twice_on_a_day_says_at_which_meeting,
    nobody_forges_the_minute_of_a_receipt_or_makes_a_return_late,
    a_committee_s_clerk_keeps_that_committee_s_meetings_only,
    a_minute_is_one_however_its_number_is_cited,
);

/// The minutes of the Engagement Committee's meeting on a day, by number.
async fn minutes(actor: &Actor, held_on: &str) -> Vec<Value> {
    let query = "query ($day: Date!) { tenant(by: { slug: \"cheshire-police-authority\" }) { meetings(filter: { heldFrom: $day, heldTo: $day }) {
        nodes { decisions { nodes { id minuteNumber words exemption agendaItem { number } } } } } } }";
    let answer = actor.ask(query, json!({ "day": held_on })).await;
    answer.list("/tenant/meetings/nodes/0/decisions/nodes").to_vec()
}

fn numbers(minutes: &[Value]) -> Vec<&str> {
    minutes.iter().map(|minute| minute["minuteNumber"].as_str().unwrap()).collect()
}

async fn what_the_committee_received_stands_in_the_minutes_of_its_meeting(app: TestApp) {
    for area in ["halton", "warrington"] {
        handed_in(&app, area, "FY2009-Q3").await;
    }
    let clerk = app.sign_in("authority.clerk").await;
    let fields = "quarterlyReturn { submission { minuteNumber minute { id words meeting { heldOn } } } }";
    let receipt = |area: &str| json!({ "return": return_id(area, "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": " 71 " });
    let halton = done(&clerk, "acceptQuarterlyReturn", receipt("halton"), fields).await;
    let warrington = done(&clerk, "acceptQuarterlyReturn", receipt("warrington"), fields).await;
    let minuted = minutes(&clerk, "2010-02-09").await;
    assert_eq!(numbers(&minuted), ["70", "71"], "two returns, one minute");
    assert_eq!(minuted[1]["words"], "Lead members' returns were received: Halton for Q3 2009/10; Warrington for Q3 2009/10.");
    assert_eq!(minuted[1]["exemption"], Value::Null);
    assert_eq!(minuted[1]["agendaItem"]["number"], 2, "the item that is about these returns");
    assert_eq!(
        halton["quarterlyReturn"]["submission"]["minute"]["words"],
        "Lead members' returns were received: Halton for Q3 2009/10."
    );
    let both = json!({ "submission": { "minuteNumber": "71", "minute": { "id": minuted[1]["id"], "words": minuted[1]["words"],
        "meeting": { "heldOn": "2010-02-09" } } } });
    assert_eq!(warrington["quarterlyReturn"], both);

    // The other way round: what is minuted under the item that is about a return is what its receipt goes under.
    let meeting = minuted_meeting(&clerk).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id number } } } } }";
    let agenda = clerk.ask(query, json!({ "id": meeting })).await;
    let item =
        agenda.list("/node/agendaItems/nodes").iter().find(|item| item["number"] == 2).expect("the returns' item")["id"].clone();
    let words = "Late returns were received.";
    let ours = json!({ "meeting": meeting, "agendaItem": item, "minuteNumber": "73", "words": words });
    done(&clerk, "recordMeetingDecision", ours, "decision { id }").await;
    handed_in(&app, "cheshire-east", "FY2009-Q3").await;
    let late = json!({ "return": return_id("cheshire-east", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "73" });
    let late = done(&clerk, "acceptQuarterlyReturn", late, fields).await;
    assert_eq!(late["quarterlyReturn"]["submission"]["minute"]["words"], "Late returns were received.");
    assert_eq!(numbers(&minutes(&clerk, "2010-02-09").await), ["70", "71", "73"]);

    // What is about something else is no minute of a receipt.
    handed_in(&app, "cheshire-west-and-chester", "FY2009-Q3").await;
    let wrong =
        json!({ "return": return_id("cheshire-west-and-chester", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "70" });
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", wrong).await, ["minuteNumber DUPLICATE"]);

    // Last quarter's stand in the minutes of the meeting before.
    let query = "query ($id: ID!) { node(id: $id) { ... on QuarterlyReturn { submission { minute { minuteNumber meeting { heldOn } } } } } }";
    let answer = clerk.ask(query, json!({ "id": return_id("halton", "FY2009-Q2") })).await;
    let minute = json!({ "minuteNumber": "51", "meeting": { "heldOn": "2009-11-03" } });
    assert_eq!(answer.data("/node/submission/minute"), &minute);
}

async fn minuted_meeting(clerk: &Actor) -> String {
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { meetings(filter: { heldFrom: \"2010-02-09\", heldTo: \"2010-02-09\" }) {
        nodes { id } } } }";
    clerk.ask(query, json!({})).await.text("/tenant/meetings/nodes/0/id").to_owned()
}

const STEPS: &str = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { riskReferrals { nodes { steps { nodes {
    step metOn minuteReference minute { words exemption } } } } } } }";

async fn a_noted_risk_stands_in_the_minutes_and_is_exempt(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let minuted = minutes(&clerk, "2009-11-03").await;
    assert_eq!(numbers(&minuted), ["51", "52"]);
    let steps = clerk.ask(STEPS, json!({})).await;
    let noted: Vec<&Value> = steps.list("/tenant/riskReferrals/nodes/0/steps/nodes").iter().collect();
    let of = |number: &str| noted.iter().find(|step| step["minuteReference"] == number).map(|step| step["minute"].clone());
    let words = json!({ "words": minuted[1]["words"], "exemption": minuted[1]["exemption"] });
    assert_eq!(of("52"), Some(words));
    assert_ne!(minuted[1]["exemption"], Value::Null);
    let reported: Vec<_> = noted.iter().filter(|step| step["step"] == "REPORT").collect();
    assert!(!reported.is_empty() && reported.iter().all(|step| step["minute"].is_null()), "{reported:?}");

    // Whoever sees what became of their risk, but reads no meetings of the Authority's, isn't shown the minute.
    let home = app.sign_in("halton.performance-officer").await;
    let referral = Id::<risk_referral::Model>::named("risk-referral", "halton-funding-1").uuid();
    let authority = Some(Id::named("tenant", AUTHORITY));
    let id = NodeId { kind: NodeKind::RiskReferral, tenant: authority, id: referral }.to_id().to_string();
    let query =
        "query ($id: ID!) { node(id: $id) { ... on RiskReferral { steps { nodes { minuteReference minute { words } } } } } }";
    let steps = home.ask(query, json!({ "id": id })).await;
    let steps = steps.list("/node/steps/nodes");
    assert!(steps.iter().any(|step| step["minuteReference"] == "52") && steps.iter().all(|step| step["minute"].is_null()));
}

async fn a_minute_that_is_refused_leaves_nothing_behind(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let before = minutes(&clerk, "2010-02-09").await;
    let id = return_id("halton", "FY2009-Q3");
    for number in ["7\n\nRejected", "7\u{202e}1", "7\u{200b}1", "<7>"] {
        let forged = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": number });
        assert_eq!(refused(&clerk, "acceptQuarterlyReturn", forged).await, ["minuteNumber MALFORMED"], "{number:?}");
    }
    let long = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "7".repeat(41) });
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", long).await, ["minuteNumber OUT_OF_RANGE"]);
    let noted = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "74", "note": "x".repeat(100_000) });
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", noted).await, ["note OUT_OF_RANGE"]);
    let stranger = app.sign_in("authority.audit-committee-clerk").await;
    let theirs = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "74" });
    assert_eq!(refused(&stranger, "acceptQuarterlyReturn", theirs).await, ["FORBIDDEN"]);
    assert_eq!(minutes(&clerk, "2010-02-09").await, before);
}

async fn called(actor: &Actor, held_on: &str, title: &str) -> String {
    let committee = body(actor, AUTHORITY, "engagement-committee").await;
    let input = json!({ "body": committee, "title": title, "heldOn": held_on });
    done(actor, "createMeeting", input, "meeting { id }").await["meeting"]["id"].as_str().unwrap().to_owned()
}

async fn a_committee_that_met_twice_on_a_day_says_at_which_meeting(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let special = called(&clerk, "2010-02-09", "Special meeting").await;
    let receipt = |meeting: Value| json!({ "return": return_id("halton", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "80", "meeting": meeting });
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", receipt(Value::Null)).await, ["meeting MISSING"]);
    let another = called(&clerk, "2010-02-10", "Next day").await;
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", receipt(json!(another))).await, ["meeting NOT_FOUND"]);
    let fields = "quarterlyReturn { submission { minute { meeting { id } } } }";
    let received = done(&clerk, "acceptQuarterlyReturn", receipt(json!(special)), fields).await;
    assert_eq!(received["quarterlyReturn"]["submission"]["minute"]["meeting"]["id"], special);
}

async fn nobody_forges_the_minute_of_a_receipt_or_makes_a_return_late(app: TestApp) {
    let manager = app.sign_in("authority.engagement-manager").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on QuarterlyReturn { submission { minute { words } } } } }";
    let id = json!({ "id": return_id("halton", "FY2009-Q2") });
    let before = manager.ask(query, id.clone()).await.data("/node/submission/minute/words").clone();
    let owed =
        "{ tenant(by: { slug: \"cheshire-police-authority\" }) { obligations(first: 100, filter: { kinds: [QUARTERLY_RETURN] }) {
        nodes { title dueOn standing } } } }";
    let due = manager.ask(owed, json!({})).await.list("/tenant/obligations/nodes").to_vec();
    assert!(due.iter().any(|one| one["standing"] == "MET"), "{due:?}");

    let meeting = called(&manager, "2009-11-03", "Special meeting").await;
    let forged = json!({ "meeting": meeting, "minuteNumber": "51", "words": "The return was refused." });
    assert_eq!(
        refused(&manager, "recordMeetingDecision", forged).await,
        ["minuteNumber DUPLICATE"],
        "the body's minutes are one series"
    );
    assert_eq!(manager.ask(query, id).await.data("/node/submission/minute/words"), &before);
    called(&manager, "2009-10-15", "Backdated").await;
    let met = |all: &[Value]| all.iter().filter(|one| one["standing"] == "MET").cloned().collect::<Vec<_>>();
    let after = manager.ask(owed, json!({})).await;
    assert_eq!(met(after.list("/tenant/obligations/nodes")), met(&due), "what was handed in was due when it was due");
}

async fn a_committee_s_clerk_keeps_that_committee_s_meetings_only(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = minuted_meeting(&clerk).await;
    let other = app.sign_in("authority.audit-committee-clerk").await;
    let committee = body(&clerk, AUTHORITY, "engagement-committee").await;
    let attempts = [
        ("createMeeting", json!({ "body": committee, "title": "Mine", "heldOn": "2010-02-10" })),
        ("addAgendaItem", json!({ "meeting": meeting, "item": { "title": "Mine" } })),
        ("cancelMeeting", json!({ "meeting": meeting, "reason": "Mine" })),
        ("recordAttendance", json!({ "meeting": meeting, "attendance": [{ "guest": "The force", "presence": "PRESENT" }] })),
        ("recordMeetingDecision", json!({ "meeting": meeting, "minuteNumber": "90", "words": "Mine" })),
        ("publishMeetingSummary", json!({ "meeting": meeting, "words": "Mine" })),
        ("publishMeetingPack", json!({ "meeting": meeting })),
    ];
    for (mutation, input) in attempts {
        assert_eq!(refused(&other, mutation, input).await, ["FORBIDDEN"], "{mutation}");
    }
    let own = body(&other, AUTHORITY, "audit-committee").await;
    let input = json!({ "body": own, "title": "Audit Committee", "heldOn": "2010-03-10" });
    done(&other, "createMeeting", input, "meeting { id }").await;
}

async fn a_minute_is_one_however_its_number_is_cited(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = minuted_meeting(&clerk).await;
    let before = minutes(&clerk, "2010-02-09").await;
    assert_eq!(numbers(&before), ["70"]);
    let decision = |number: &str| json!({ "meeting": meeting, "minuteNumber": number, "words": "Something else." });
    for number in ["7 0", "70.", "No. 70", "minute 70", "Minute no. 070", "MINUTE 70."] {
        assert_eq!(refused(&clerk, "recordMeetingDecision", decision(number)).await, ["minuteNumber DUPLICATE"], "{number:?}");
    }
    // Letters that look like ours aren't: this а is Cyrillic.
    for number in ["71\u{430}", "71a\u{430}", "71\u{3bf}"] {
        assert_eq!(refused(&clerk, "recordMeetingDecision", decision(number)).await, ["minuteNumber MALFORMED"], "{number:?}");
    }
    assert_eq!(minutes(&clerk, "2010-02-09").await, before);
    done(&clerk, "recordMeetingDecision", decision("71A"), "decision { id }").await;
    assert_eq!(refused(&clerk, "recordMeetingDecision", decision("71a")).await, ["minuteNumber DUPLICATE"]);
    // What was minuted is found by whichever way it is cited.
    for area in ["halton", "warrington"] {
        handed_in(&app, area, "FY2009-Q3").await;
    }
    let receipt = |area: &str, number: &str| json!({ "return": return_id(area, "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": number });
    done(&clerk, "acceptQuarterlyReturn", receipt("halton", "72"), "").await;
    done(&clerk, "acceptQuarterlyReturn", receipt("warrington", "Minute 72."), "").await;
    assert_eq!(numbers(&minutes(&clerk, "2010-02-09").await), ["70", "72", "71A"]);

    let committee = body(&clerk, AUTHORITY, "engagement-committee").await;
    let called = json!({ "body": committee, "title": "Spe\u{441}ial meeting", "heldOn": "2010-03-02" });
    assert_eq!(refused(&clerk, "createMeeting", called).await, ["title MALFORMED"], "its с is Cyrillic");
    let called =
        json!({ "body": committee, "title": "\u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430} Street", "heldOn": "2010-03-02" });
    done(&clerk, "createMeeting", called, "meeting { id }").await;
}
