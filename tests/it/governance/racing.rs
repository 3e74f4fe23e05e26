//! What is done to one meeting at the same moment comes one after the other, and each sees what the other has left.

use serde_json::json;
use tests::both_dbs;
use tests::support::TestApp;

use super::meetings::{body, done, faults};

both_dbs!(
    a_meeting_is_called_off_or_minuted_and_never_both,
    a_guest_who_is_said_eight_times_at_once_came_once,
    items_that_are_added_at_once_are_numbered_one_after_the_other,
);

async fn a_meeting_is_called_off_or_minuted_and_never_both(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    for race in 0..8 {
        let input = json!({ "body": board, "title": format!("Race {race}"), "heldOn": "2010-02-09" });
        let meeting = done(&officer, "createMeeting", input, "meeting { id }").await.text("/createMeeting/meeting/id").to_owned();
        let (cancelled, decided, summed_up) = futures::join!(
            done(&officer, "cancelMeeting", json!({ "meeting": meeting, "reason": "Snow." }), "meeting { id }"),
            done(
                &officer,
                "recordMeetingDecision",
                json!({ "meeting": meeting, "minuteNumber": "1", "words": "Noted." }),
                "decision { id }"
            ),
            done(&officer, "publishMeetingSummary", json!({ "meeting": meeting, "words": "In short." }), "meeting { id }"),
        );
        let query =
            "query ($id: ID!) { node(id: $id) { ... on Meeting { standing summary { words } decisions { totalCount } } } }";
        let now = officer.ask(query, json!({ "id": meeting })).await;
        let now = now.data("/node");
        let came_of_it = now["summary"].is_object() || now["decisions"]["totalCount"] != 0;
        assert_eq!(now["standing"] == "CANCELLED", !came_of_it, "race {race}: {now}\n{cancelled}\n{decided}\n{summed_up}");
    }
}

async fn a_guest_who_is_said_eight_times_at_once_came_once(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-09" });
    let meeting = done(&officer, "createMeeting", input, "meeting { id }").await.text("/createMeeting/meeting/id").to_owned();
    let came = || json!({ "meeting": meeting, "attendance": [{ "guest": "Mersey Travel", "presence": "PRESENT" }] });
    let answers = futures::future::join_all((0..8).map(|_| done(&officer, "recordAttendance", came(), "meeting { id }"))).await;
    for answer in &answers {
        assert_eq!(faults(answer, "recordAttendance"), [""; 0], "{answer}");
    }
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { attendance { guest presence } } } }";
    let now = officer.ask(query, json!({ "id": meeting })).await;
    assert_eq!(now.data("/node/attendance"), &json!([{ "guest": "Mersey Travel", "presence": "PRESENT" }]));
}

async fn items_that_are_added_at_once_are_numbered_one_after_the_other(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-20" });
    let meeting = done(&officer, "createMeeting", input, "meeting { id }").await.text("/createMeeting/meeting/id").to_owned();
    let item = || json!({ "meeting": meeting, "item": { "title": "Any other business" } });
    let answers =
        futures::future::join_all((0..8).map(|_| done(&officer, "addAgendaItem", item(), "agendaItem { number }"))).await;
    let mut numbers: Vec<i64> =
        answers.iter().filter_map(|answer| answer.value("/addAgendaItem/agendaItem/number").as_i64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=8).collect::<Vec<i64>>(), "{}", answers[0]);
}
