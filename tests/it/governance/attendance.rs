//! Who came to a meeting is put right with a reason: the list before stays readable, and approved minutes keep their wording.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    fixtures::{done, mutate, refused},
    records::meeting_on,
};

both_dbs!(
    a_correction_replaces_the_list_and_keeps_the_one_before,
    once_minutes_are_approved_a_later_meeting_has_agreed_it_and_their_wording_stays,
    a_correction_that_isn_t_in_order_changes_nothing,
);

const SHOWN: &str =
    "attendance { presence guest recordedOn office } attendanceVersion attendanceCorrections { version reason correctedOn
    office agreedAtMeeting { heldOn } lines { guest formerPresence presence isChanged formerRecordedOn formerOffice } }";

async fn shown(actor: &Actor, meeting: &Value) -> Value {
    let query = format!("query ($id: ID!) {{ node(id: $id) {{ ... on Meeting {{ {SHOWN} }} }} }}");
    actor.ask(&query, json!({ "id": meeting })).await.data("/node").clone()
}

fn guests(list: &[(&str, &str)]) -> Value {
    list.iter().map(|(guest, presence)| json!({ "guest": guest, "presence": presence })).collect()
}

fn correction(meeting: &Value, list: &[(&str, &str)]) -> Value {
    json!({ "meeting": meeting, "attendance": guests(list), "reason": "The signing sheet says otherwise." })
}

async fn a_correction_replaces_the_list_and_keeps_the_one_before(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let first =
        json!({ "meeting": meeting, "attendance": guests(&[("Fire service", "PRESENT"), ("Health trust", "APOLOGIES")]) });
    done(&clerk, "recordAttendance", first, "").await;
    app.clock().set_business_date(day("2010-02-12"));
    let clerk = app.sign_in("authority.clerk").await;
    let right = correction(&meeting, &[("Health trust", "PRESENT"), ("Probation service", "PRESENT")]);
    done(&clerk, "recordAttendanceCorrection", right, "meeting { id }").await;
    let now = shown(&clerk, &meeting).await;
    let row =
        |guest: &str| json!({ "guest": guest, "presence": "PRESENT", "recordedOn": "2010-02-12", "office": "COMMITTEE_CLERK" });
    assert_eq!(now["attendance"], json!([row("Health trust"), row("Probation service")]));
    assert_eq!(now["attendanceVersion"], 2);
    let line = |guest: &str, former: Value, presence: Value| {
        let was_there = !former.is_null();
        json!({ "guest": guest, "formerPresence": former, "presence": presence, "isChanged": true,
            "formerRecordedOn": was_there.then_some("2010-02-09"), "formerOffice": was_there.then_some("COMMITTEE_CLERK") })
    };
    let lines = json!([
        line("Fire service", json!("PRESENT"), Value::Null),
        line("Health trust", json!("APOLOGIES"), json!("PRESENT")),
        line("Probation service", Value::Null, json!("PRESENT"))
    ]);
    let made = json!({ "version": 2, "reason": "The signing sheet says otherwise.", "correctedOn": "2010-02-12", "office": "COMMITTEE_CLERK",
        "agreedAtMeeting": null, "lines": lines });
    assert_eq!(now["attendanceCorrections"], json!([made]));

    // Whoever was taken off can come back, and each list stays readable.
    let stale = {
        let mut stale = correction(&meeting, &[("Fire service", "ABSENT")]);
        stale["expectedVersion"] = json!(1);
        stale
    };
    let answer = mutate(&clerk, "recordAttendanceCorrection", stale, "").await;
    assert_eq!(answer.user_errors("/recordAttendanceCorrection")[0]["currentVersion"], 2, "{answer}");
    // What was put right isn't recorded over.
    let over = json!({ "meeting": meeting, "attendance": guests(&[("Fire service", "PRESENT")]) });
    assert_eq!(refused(&clerk, "recordAttendance", over).await, ["meeting OUT_OF_TURN"]);
    let again = {
        let mut again = correction(&meeting, &[("Fire service", "ABSENT")]);
        again["expectedVersion"] = json!(2);
        again
    };
    done(&clerk, "recordAttendanceCorrection", again, "").await;
    let later = shown(&clerk, &meeting).await;
    assert_eq!(later["attendance"].as_array().unwrap().len(), 1, "{later}");
    assert_eq!(
        (&later["attendance"][0]["guest"], &later["attendance"][0]["presence"]),
        (&json!("Fire service"), &json!("ABSENT"))
    );
    assert_eq!(later["attendanceCorrections"][0], made, "what was kept stays as it was");
    let former: Vec<_> = later["attendanceCorrections"][1]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| !line["formerPresence"].is_null())
        .map(|line| line["guest"].clone())
        .collect();
    assert_eq!(former, [json!("Health trust"), json!("Probation service")]);
}

async fn once_minutes_are_approved_a_later_meeting_has_agreed_it_and_their_wording_stays(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let (former, later) = (meeting_on(&clerk, "2009-11-03").await, meeting_on(&clerk, "2010-02-09").await);
    let id = &former["id"];
    done(&clerk, "recordAttendance", json!({ "meeting": id, "attendance": guests(&[("Fire service", "PRESENT")]) }), "").await;
    done(&clerk, "approveMinutes", json!({ "meeting": id, "at": later["id"], "minuteNumber": "69" }), "meeting { id }").await;
    let minutes = meeting_on(&clerk, "2009-11-03").await;
    let mut right = correction(id, &[("Fire service", "APOLOGIES")]);
    assert_eq!(refused(&clerk, "recordAttendanceCorrection", right.clone()).await, ["agreedAtMeeting MISSING"]);
    right["agreedAtMeeting"] = id.clone();
    assert_eq!(refused(&clerk, "recordAttendanceCorrection", right.clone()).await, ["agreedAtMeeting OUT_OF_RANGE"]);
    right["agreedAtMeeting"] = later["id"].clone();
    done(&clerk, "recordAttendanceCorrection", right, "").await;
    let now = shown(&clerk, id).await;
    assert_eq!(now["attendance"][0]["presence"], "APOLOGIES");
    assert_eq!(now["attendanceCorrections"][0]["agreedAtMeeting"], json!({ "heldOn": "2010-02-09" }));
    assert_eq!(now["attendanceCorrections"][0]["lines"][0]["formerPresence"], "PRESENT");
    assert_eq!(meeting_on(&clerk, "2009-11-03").await, minutes, "no wording and no approval moves");
}

async fn a_correction_that_isn_t_in_order_changes_nothing(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let meeting = meeting_on(&clerk, "2010-02-09").await["id"].clone();
    let list = [("Fire service", "PRESENT"), ("Health trust", "APOLOGIES")];
    let same = correction(&meeting, &list);
    assert_eq!(
        refused(&clerk, "recordAttendanceCorrection", same.clone()).await,
        ["meeting OUT_OF_TURN"],
        "it is recorded first"
    );
    done(&clerk, "recordAttendance", json!({ "meeting": meeting, "attendance": guests(&list) }), "").await;
    let before = shown(&clerk, &meeting).await;
    let mut turned = same.clone();
    turned["attendance"] = guests(&[("Health trust", "APOLOGIES"), (" Fire  service", "PRESENT")]);
    let mut unsaid = correction(&meeting, &[("Fire service", "ABSENT")]);
    unsaid["reason"] = json!(" ");
    let twice = correction(&meeting, &[("Fire service", "ABSENT"), ("Fire service", "PRESENT")]);
    let ahead = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    for (input, fault) in [
        (same, "attendance OUT_OF_RANGE"),
        (turned, "attendance OUT_OF_RANGE"),
        (unsaid, "reason MISSING"),
        (twice, "attendance.1 DUPLICATE"),
        (correction(&meeting, &[]), "attendance MISSING"),
        (correction(&ahead, &list), "meeting OUT_OF_RANGE"),
    ] {
        assert_eq!(refused(&clerk, "recordAttendanceCorrection", input.clone()).await, [fault], "{input}");
    }
    let right = correction(&meeting, &[("Fire service", "ABSENT")]);
    let stranger = app.sign_in("authority.audit-committee-clerk").await;
    assert_eq!(refused(&stranger, "recordAttendanceCorrection", right.clone()).await, ["FORBIDDEN"]);
    let outside = app.sign_in("cheshire-east.performance-officer").await;
    assert_eq!(refused(&outside, "recordAttendanceCorrection", right).await, ["meeting NOT_FOUND"]);
    assert_eq!(shown(&clerk, &meeting).await, before);
}
