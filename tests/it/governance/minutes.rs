//! What a committee did with returns and reported risks stands in the minutes of its meeting, once and under one number.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{Id, risk::risk_referral};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use super::fixtures::{AUTHORITY, done, handed_in, refused, return_id};

both_dbs!(
    what_the_committee_received_stands_in_the_minutes_of_its_meeting,
    a_noted_risk_stands_in_the_minutes_and_is_exempt,
    a_minute_that_is_refused_leaves_nothing_behind,
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
    assert_eq!(minuted[1]["words"], "The lead members' returns for Q3 2009/10 were received.");
    assert_eq!(minuted[1]["exemption"], Value::Null);
    assert_eq!(minuted[1]["agendaItem"]["number"], 2, "the item that is about these returns");
    let both = json!({ "submission": { "minuteNumber": "71", "minute": { "id": minuted[1]["id"], "words": minuted[1]["words"],
        "meeting": { "heldOn": "2010-02-09" } } } });
    assert_eq!((&halton["quarterlyReturn"], &warrington["quarterlyReturn"]), (&both, &both));

    // The other way round: what is minuted already is what the next receipt goes under.
    let ours = json!({ "meeting": minuted_meeting(&clerk).await, "minuteNumber": "73", "words": "Late returns were received." });
    done(&clerk, "recordMeetingDecision", ours, "decision { id }").await;
    handed_in(&app, "cheshire-east", "FY2009-Q3").await;
    let late = json!({ "return": return_id("cheshire-east", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "73" });
    let late = done(&clerk, "acceptQuarterlyReturn", late, fields).await;
    assert_eq!(late["quarterlyReturn"]["submission"]["minute"]["words"], "Late returns were received.");
    assert_eq!(numbers(&minutes(&clerk, "2010-02-09").await), ["70", "71", "73"]);

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
    let long = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "7".repeat(41) });
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", long).await, ["minuteNumber OUT_OF_RANGE"]);
    let noted = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "74", "note": "x".repeat(100_000) });
    assert_eq!(refused(&clerk, "acceptQuarterlyReturn", noted).await, ["note OUT_OF_RANGE"]);
    let stranger = app.sign_in("authority.audit-committee-clerk").await;
    let theirs = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "74" });
    assert_eq!(refused(&stranger, "acceptQuarterlyReturn", theirs).await, ["FORBIDDEN"]);
    assert_eq!(minutes(&clerk, "2010-02-09").await, before);
}
