//! What wasn't on the published agenda is taken only as urgent business, and says so wherever it shows.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    fixtures::{done, refused},
    packs::fetched,
    records::meeting_on,
};

both_dbs!(
    from_the_meeting_s_day_on_an_item_is_urgent_and_says_so_on_agenda_pack_and_minutes,
    what_can_still_lie_open_is_ordinary_business,
    once_the_summary_is_published_nothing_was_urgent_any_more,
    what_was_before_a_meeting_isn_t_told_once_its_minutes_are_approved,
);

const WHY: &str = "The marshals' grant was withdrawn on the eve of the meeting.";

fn item(meeting: &Value, urgent_because: Option<&str>) -> Value {
    json!({ "meeting": meeting, "item": { "title": "The marshals", "papers": [] }, "urgentBecause": urgent_because })
}

async fn agenda(actor: &Actor, meeting: &Value) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id number title isUrgent urgentBecause } } } } }";
    actor.ask(query, json!({ "id": meeting })).await.data("/node/agendaItems/nodes").clone()
}

async fn from_the_meeting_s_day_on_an_item_is_urgent_and_says_so_on_agenda_pack_and_minutes(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let before = agenda(&clerk, &meeting).await;
    assert!(
        before.as_array().unwrap().iter().all(|item| item["isUrgent"] == false && item["urgentBecause"].is_null()),
        "{before}"
    );
    for unsaid in [None, Some(" ")] {
        assert_eq!(refused(&clerk, "addAgendaItem", item(&meeting, unsaid)).await, ["meeting LOCKED"]);
    }
    let long = "x".repeat(4_001);
    assert_eq!(refused(&clerk, "addAgendaItem", item(&meeting, Some(&long))).await, ["urgentBecause OUT_OF_RANGE"]);
    assert_eq!(agenda(&clerk, &meeting).await, before);
    let added = done(&clerk, "addAgendaItem", item(&meeting, Some(WHY)), "agendaItem { id number isUrgent urgentBecause }").await;
    let added = &added["agendaItem"];
    assert_eq!((&added["isUrgent"], &added["urgentBecause"]), (&json!(true), &json!(WHY)));
    assert_eq!(added["number"], before.as_array().unwrap().len() + 1, "no number moves");

    // The minutes specify the circumstances.
    let decision = json!({ "meeting": meeting, "agendaItem": added["id"], "minuteNumber": "75", "words": "The chairman writes to the Home Office." });
    let minuted = done(&clerk, "recordMeetingDecision", decision, "decision { urgentBecause agendaItem { isUrgent } }").await;
    assert_eq!(minuted["decision"], json!({ "urgentBecause": WHY, "agendaItem": { "isUrgent": true } }));
    let ordinary = json!({ "meeting": meeting, "minuteNumber": "76", "words": "Thanks were given." });
    let ordinary = done(&clerk, "recordMeetingDecision", ordinary, "decision { urgentBecause }").await;
    assert_eq!(ordinary["decision"]["urgentBecause"], Value::Null);

    let pack = done(&clerk, "publishMeetingPack", json!({ "meeting": meeting }), "pack { publicPath }").await;
    let (_, public) = fetched(&app, &clerk, &pack["pack"]["publicPath"]).await;
    assert!(public.contains(&format!("{}. The marshals (urgent business)", added["number"])), "{public}");
    assert!(public.contains("The chairman was of the opinion that it is urgent, by reason of: The marshals"), "{public}");

    // It may be entered afterwards, while the meeting is written up, and not later than its summary is due.
    app.clock().set_business_date(day("2010-02-16"));
    let clerk = app.sign_in("authority.clerk").await;
    done(&clerk, "addAgendaItem", item(&meeting, Some(WHY)), "agendaItem { id }").await;
    app.clock().set_business_date(day("2010-02-17"));
    assert_eq!(refused(&clerk, "addAgendaItem", item(&meeting, Some(WHY))).await, ["meeting LOCKED"]);
    app.clock().set_business_date(day("2010-05-18"));
    let clerk = app.sign_in("authority.clerk").await;
    let later = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    done(&clerk, "approveMinutes", json!({ "meeting": meeting, "at": later, "minuteNumber": "80" }), "meeting { id }").await;
    assert_eq!(refused(&clerk, "addAgendaItem", item(&meeting, Some(WHY))).await, ["meeting LOCKED"]);
}

async fn what_can_still_lie_open_is_ordinary_business(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    assert_eq!(refused(&clerk, "addAgendaItem", item(&meeting, Some(WHY))).await, ["urgentBecause OUT_OF_RANGE"]);
    let added = done(&clerk, "addAgendaItem", item(&meeting, None), "agendaItem { isUrgent }").await;
    assert_eq!(added["agendaItem"]["isUrgent"], false);
    // Too late to lie open for five clear days, and before the meeting: either way.
    app.clock().set_business_date(day("2010-05-17"));
    let clerk = app.sign_in("authority.clerk").await;
    let added = done(&clerk, "addAgendaItem", item(&meeting, Some(WHY)), "agendaItem { isUrgent }").await;
    assert_eq!(added["agendaItem"]["isUrgent"], true);
}

async fn once_the_summary_is_published_nothing_was_urgent_any_more(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    done(&clerk, "publishMeetingSummary", json!({ "meeting": meeting, "words": "Returns were received." }), "").await;
    done(&clerk, "addAgendaItem", item(&meeting, Some(WHY)), "agendaItem { id }").await;
    app.clock().set_business_date(day("2010-02-10"));
    let clerk = app.sign_in("authority.clerk").await;
    assert_eq!(refused(&clerk, "addAgendaItem", item(&meeting, Some(WHY))).await, ["meeting LOCKED"]);
}

async fn what_was_before_a_meeting_isn_t_told_once_its_minutes_are_approved(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let (former, later) =
        (meeting_on(&clerk, "2009-11-03").await["id"].clone(), meeting_on(&clerk, "2010-02-09").await["id"].clone());
    done(&clerk, "publishMeetingPack", json!({ "meeting": later }), "").await;
    done(&clerk, "approveMinutes", json!({ "meeting": former, "at": later, "minuteNumber": "69" }), "").await;
    assert_eq!(refused(&clerk, "publishMeetingPack", json!({ "meeting": former })).await, ["meeting LOCKED"]);
    // Of a pack that was published in time a corrected version may follow.
    app.clock().set_business_date(day("2010-05-18"));
    let clerk = app.sign_in("authority.clerk").await;
    let last = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    done(&clerk, "approveMinutes", json!({ "meeting": later, "at": last, "minuteNumber": "80" }), "").await;
    let corrected = json!({ "meeting": later, "reason": "A heading was wrong." });
    done(&clerk, "publishMeetingPack", corrected, "pack { version }").await;
}
