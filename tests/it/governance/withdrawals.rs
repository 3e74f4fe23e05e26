//! An item is withdrawn from an agenda with a reason: it stays visible as withdrawn, its number isn't used again, and nothing is minuted
//! under it.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    fixtures::{done, handed_in, refused, return_id},
    meetings::body,
    packs::{fetched, published},
    records::meeting_on,
};

both_dbs!(
    a_withdrawn_item_stays_on_the_agenda_and_carries_nothing_more,
    what_was_dealt_with_stays_and_so_does_what_is_approved,
    a_return_is_received_without_the_item_that_was_withdrawn,
    of_an_exempt_item_the_public_pack_says_that_it_was_withdrawn_and_no_more,
    what_was_exempt_under_an_item_stays_exempt_when_that_is_withdrawn,
);

const WHY: &str = "The force asked for more time.";

fn withdrawal(item: &Value, reason: &str) -> Value {
    json!({ "agendaItem": item, "reason": reason })
}

async fn agenda(actor: &Actor, meeting: &Value) -> Vec<Value> {
    let query =
        "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id number title withdrawnOn withdrawalReason
        withdrawalOffice } } } } }";
    actor.ask(query, json!({ "id": meeting })).await.list("/node/agendaItems/nodes").to_vec()
}

async fn a_withdrawn_item_stays_on_the_agenda_and_carries_nothing_more(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let urgent = |title: &str| json!({ "meeting": meeting, "item": { "title": title }, "urgentBecause": "It fell overnight." });
    done(&clerk, "addAgendaItem", urgent("Ice"), "agendaItem { id }").await;
    let before = agenda(&clerk, &meeting).await;
    let (first, last) = (before[0].clone(), before[before.len() - 1].clone());
    assert!(before.iter().all(|item| item["withdrawnOn"].is_null() && item["withdrawalOffice"].is_null()), "{before:?}");
    published(&clerk, meeting.as_str().unwrap()).await;
    assert_eq!(refused(&clerk, "cancelAgendaItem", withdrawal(&last["id"], " ")).await, ["reason MISSING"]);
    let stranger = app.sign_in("authority.audit-committee-clerk").await;
    assert_eq!(refused(&stranger, "cancelAgendaItem", withdrawal(&last["id"], WHY)).await, ["FORBIDDEN"]);
    let outside = app.sign_in("cheshire-east.performance-officer").await;
    assert_eq!(refused(&outside, "cancelAgendaItem", withdrawal(&last["id"], WHY)).await, ["agendaItem NOT_FOUND"]);
    assert_eq!(agenda(&clerk, &meeting).await, before, "what was refused left nothing behind");

    done(&clerk, "cancelAgendaItem", withdrawal(&last["id"], WHY), "agendaItem { id }").await;
    let after = agenda(&clerk, &meeting).await;
    let mut expected = last.clone();
    for (field, value) in [("withdrawnOn", "2010-02-09"), ("withdrawalReason", WHY), ("withdrawalOffice", "COMMITTEE_CLERK")] {
        expected[field] = json!(value);
    }
    let mut whole = before.clone();
    *whole.last_mut().unwrap() = expected;
    assert_eq!(after, whole);
    assert_eq!(refused(&clerk, "cancelAgendaItem", withdrawal(&last["id"], WHY)).await, ["agendaItem LOCKED"]);

    // Nothing is minuted under it, by whichever act.
    let decision = json!({ "meeting": meeting, "agendaItem": last["id"], "minuteNumber": "75", "words": "Noted." });
    assert_eq!(refused(&clerk, "recordMeetingDecision", decision).await, ["agendaItem LOCKED"]);
    let former = meeting_on(&clerk, "2009-11-03").await["id"].clone();
    let approval = json!({ "meeting": former, "at": meeting, "minuteNumber": "75", "agendaItem": last["id"] });
    assert_eq!(refused(&clerk, "approveMinutes", approval.clone()).await, ["agendaItem LOCKED"]);

    // Its number stays its own.
    let added = done(&clerk, "addAgendaItem", urgent("Snow"), "agendaItem { number }").await;
    assert_eq!(added["agendaItem"]["number"], before.len() + 1);

    // A further pack says so in its place, and that it does.
    let pack = published(&clerk, meeting.as_str().unwrap()).await;
    let heading = format!("{}. Ice (urgent business)", last["number"]);
    assert!(pack["changes"].as_array().unwrap().contains(&json!(format!("Withdrawn: {heading}."))), "{pack}");
    let (_, public) = fetched(&app, &clerk, &pack["publicPath"]).await;
    for words in [
        format!("{heading} (withdrawn)</h2>"),
        "withdrawn from the agenda on 9 February 2010 by the committee clerk".to_owned(),
        WHY.to_owned(),
    ] {
        assert!(public.contains(&words), "{words} in\n{public}");
    }
    assert!(public.contains(first["title"].as_str().unwrap()), "{public}");
}

async fn what_was_dealt_with_stays_and_so_does_what_is_approved(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let items = agenda(&clerk, &meeting).await;
    let decision = json!({ "meeting": meeting, "agendaItem": items[2]["id"], "minuteNumber": "75", "words": "Noted." });
    done(&clerk, "recordMeetingDecision", decision, "decision { id }").await;
    assert_eq!(refused(&clerk, "cancelAgendaItem", withdrawal(&items[2]["id"], WHY)).await, ["agendaItem LOCKED"]);
    // A receipt is a minute under the item that is about the return.
    handed_in(&app, "halton", "FY2009-Q3").await;
    let receipt = json!({ "return": return_id("halton", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "71" });
    done(&clerk, "acceptQuarterlyReturn", receipt, "").await;
    assert_eq!(items[1]["number"], 2, "the item that is about returns");
    assert_eq!(refused(&clerk, "cancelAgendaItem", withdrawal(&items[1]["id"], WHY)).await, ["agendaItem LOCKED"]);
    app.clock().set_business_date(day("2010-05-18"));
    let clerk = app.sign_in("authority.clerk").await;
    let later = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    done(&clerk, "approveMinutes", json!({ "meeting": meeting, "at": later, "minuteNumber": "80" }), "meeting { id }").await;
    let open = items.iter().find(|item| item["number"] != 2 && item["id"] != items[2]["id"]).expect("there are more");
    assert_eq!(refused(&clerk, "cancelAgendaItem", withdrawal(&open["id"], WHY)).await, ["agendaItem LOCKED"]);
    let now = agenda(&clerk, &meeting).await;
    assert!(now.iter().all(|item| item["withdrawnOn"].is_null()), "{now:?}");
}

async fn a_return_is_received_without_the_item_that_was_withdrawn(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let items = agenda(&clerk, &meeting).await;
    done(&clerk, "cancelAgendaItem", withdrawal(&items[1]["id"], WHY), "agendaItem { id }").await;
    let receipt = json!({ "return": return_id("halton", "FY2009-Q3"), "metOn": "2010-02-09", "minuteNumber": "71" });
    let fields = "quarterlyReturn { submission { minute { minuteNumber agendaItem { id } } } }";
    let received = done(&clerk, "acceptQuarterlyReturn", receipt, fields).await;
    let minute = json!({ "minuteNumber": "71", "agendaItem": null });
    assert_eq!(received["quarterlyReturn"]["submission"]["minute"], minute, "what is withdrawn carries nothing");
    // What it was about is before the committee all the same, beside the agenda.
    let pack = published(&clerk, meeting.as_str().unwrap()).await;
    let (_, exempt) = fetched(&app, &clerk, &pack["exemptPath"]).await;
    let beside = exempt.split("quarterly returns</h2>").last().expect("the part about returns");
    assert!(beside.contains("Two of three indicators improved."), "{exempt}");
}

async fn of_an_exempt_item_the_public_pack_says_that_it_was_withdrawn_and_no_more(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let paper = json!({ "title": "Acme's offer", "address": "https://halton.example/acme" });
    let agenda =
        json!([{ "title": "Buying Acme", "exemption": "Schedule 12A, paragraph 3", "papers": [paper] }, { "title": "Snow" }]);
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-24", "agenda": agenda });
    let called = done(&officer, "createMeeting", input, "meeting { id agendaItems { nodes { id } } }").await;
    let (meeting, items) = (called["meeting"]["id"].clone(), called["meeting"]["agendaItems"]["nodes"].clone());
    published(&officer, meeting.as_str().unwrap()).await;
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    done(&officer, "cancelAgendaItem", withdrawal(&items[0]["id"], "Acme is bankrupt."), "agendaItem { id }").await;
    let pack = published(&officer, meeting.as_str().unwrap()).await;
    let (_, public) = fetched(&app, &officer, &pack["publicPath"]).await;
    assert!(public.contains("Exempt business (withdrawn)</h2>"), "{public}");
    assert!(public.contains("withdrawn from the agenda on 9 February 2010"), "{public}");
    assert!(!public.contains("Acme") && !public.contains("bankrupt"), "{public}");
    let (_, exempt) = fetched(&app, &officer, &pack["exemptPath"]).await;
    assert!(exempt.contains("1. Buying Acme (withdrawn)</h2>") && exempt.contains("Acme is bankrupt."), "{exempt}");
    assert!(!exempt.contains("https://halton.example/acme"), "its papers aren't before the meeting any more: {exempt}");
    assert_eq!(
        self::agenda(&scrutiny, &meeting).await.len(),
        1,
        "who may not read exempt business sees no more of it than before"
    );
}

async fn what_was_exempt_under_an_item_stays_exempt_when_that_is_withdrawn(app: TestApp) {
    handed_in(&app, "halton", "FY2009-Q3").await;
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let handed_in = return_id("halton", "FY2009-Q3");
    let item = json!({ "title": "Halton", "exemption": "Schedule 12A, paragraph 7", "links": [handed_in] });
    let urgent = json!({ "meeting": meeting, "item": item, "urgentBecause": "It fell overnight." });
    let exempt = done(&clerk, "addAgendaItem", urgent, "agendaItem { id }").await["agendaItem"]["id"].clone();
    // The item under which it was public goes first, so that the exempt one alone is about it; then that goes, too.
    for item in [agenda(&clerk, &meeting).await[1]["id"].clone(), exempt] {
        done(&clerk, "cancelAgendaItem", withdrawal(&item, WHY), "agendaItem { id }").await;
    }
    let pack = published(&clerk, meeting.as_str().unwrap()).await;
    let said = "Two of three indicators improved.";
    let (_, public) = fetched(&app, &clerk, &pack["publicPath"]).await;
    assert!(!public.contains(said) && public.contains("Schedule 12A, paragraph 7"), "{public}");
    let (_, exempt) = fetched(&app, &clerk, &pack["exemptPath"]).await;
    assert!(exempt.contains(said), "{exempt}");

    let receipt = json!({ "return": handed_in, "metOn": "2010-02-09", "minuteNumber": "71" });
    let fields = "quarterlyReturn { submission { minute { agendaItem { id } exemption } } }";
    let received = done(&clerk, "acceptQuarterlyReturn", receipt, fields).await;
    let minute = json!({ "agendaItem": null, "exemption": "Schedule 12A, paragraph 7" });
    assert_eq!(received["quarterlyReturn"]["submission"]["minute"], minute);
}
