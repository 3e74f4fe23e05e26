//! The November monitoring meeting with the government office: a meeting like any other, with a party from outside; recording who came
//! closes the year's duty.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    duties::owed,
    fixtures::{done, mutate, refused},
    meetings::body,
};
use crate::machines::fixtures::organisation_id;

both_dbs!(
    recording_who_came_in_november_closes_the_year,
    other_meetings_with_that_office_or_in_november_close_nothing,
    nobody_meets_with_themselves_as_a_party_from_outside,
);

/// Calls a meeting of Halton's partnership with somebody from outside, or with nobody.
async fn called(officer: &Actor, held_on: &str, party: Option<&str>) -> String {
    let input = json!({ "body": body(officer, "halton", "hsp").await, "title": "Monitoring meeting", "heldOn": held_on,
        "externalParty": party.map(organisation_id) });
    let made = done(officer, "createMeeting", input, "meeting { id externalParty { reference } }").await;
    assert_eq!(made["meeting"]["externalParty"]["reference"].as_str(), party);
    made["meeting"]["id"].as_str().unwrap().to_owned()
}

async fn came(officer: &Actor, meeting: &str, presence: &str) {
    let attendance = json!([{ "guest": "Government Office North West", "presence": presence }]);
    done(officer, "recordAttendance", json!({ "meeting": meeting, "attendance": attendance }), "").await;
}

async fn line(actor: &Actor) -> Value {
    let found = owed(actor, "halton", &["GOVERNMENT_OFFICE_MEETING"]).await;
    found.into_iter().find(|one| one["code"] == "GOVERNMENT_OFFICE_MEETING/FY2010").expect("it is owed")
}

async fn recording_who_came_in_november_closes_the_year(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let owed = line(&officer).await;
    assert_eq!(
        (&owed["standing"], &owed["opensOn"], &owed["dueOn"], &owed["duty"], &owed["body"]["reference"]),
        (&json!("UPCOMING"), &json!("2010-11-01"), &json!("2010-11-30"), &json!(39), &json!("hsp"))
    );
    app.clock().set_business_date(day("2010-11-18"));
    let meeting = called(&officer, "2010-11-18", Some("gonw")).await;
    assert_eq!(line(&officer).await["standing"], "DUE", "a meeting that was called isn't one to which somebody came");
    came(&officer, &meeting, "APOLOGIES").await;
    assert_eq!(line(&officer).await["standing"], "DUE", "nobody came for that office");
    came(&officer, &meeting, "PRESENT").await;
    let met = line(&officer).await;
    assert_eq!(
        (&met["standing"], &met["metOn"], &met["evidence"]),
        (&json!("MET"), &json!("2010-11-18"), &json!("Monitoring meeting of 18 November 2010"))
    );
}

async fn other_meetings_with_that_office_or_in_november_close_nothing(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    app.clock().set_business_date(day("2010-12-06"));
    for (held_on, party) in [("2010-06-10", Some("gonw")), ("2010-11-10", None), ("2010-11-11", Some("cheshire-constabulary"))] {
        let meeting = called(&officer, held_on, party).await;
        came(&officer, &meeting, "PRESENT").await;
        assert_eq!(line(&officer).await["standing"], "LATE", "{held_on} with {party:?}");
    }
    // Somebody of the partnership's own is nobody of that office's.
    let meeting = called(&officer, "2010-12-06", Some("gonw")).await;
    let query =
        "{ tenant(by: { slug: \"halton\" }) { appointments(first: 100, filter: { office: PSG_MEMBER }) { nodes { id } } } }";
    let own = officer.ask(query, json!({})).await.data("/tenant/appointments/nodes/0/id").clone();
    let attendance = json!([{ "appointment": own, "presence": "PRESENT" }]);
    done(&officer, "recordAttendance", json!({ "meeting": meeting, "attendance": attendance }), "").await;
    assert_eq!(line(&officer).await["standing"], "LATE");
    came(&officer, &meeting, "PRESENT").await;
    assert_eq!((&line(&officer).await["standing"], &line(&officer).await["metOn"]), (&json!("MET_LATE"), &json!("2010-12-06")));
    let nowhere = json!({ "body": body(&officer, "halton", "hsp").await, "title": "With nobody", "heldOn": "2010-12-06",
        "externalParty": organisation_id("nobody-of-that-name") });
    assert_eq!(refused(&officer, "createMeeting", nowhere).await, ["externalParty NOT_FOUND"]);
}

async fn nobody_meets_with_themselves_as_a_party_from_outside(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let hsp = body(&officer, "halton", "hsp").await;
    for (party, taken_for) in [
        ("halton-partnership-team", "it supports Halton Strategic Partnership Board"),
        ("cen", "it was taken for Community Empowerment Network / HVA Together, a body of Halton Strategic Partnership"),
        ("halton-bc", "it is whose these meetings are (Halton Strategic Partnership)"),
    ] {
        let input = json!({ "body": hsp, "title": "With ours", "heldOn": "2010-02-09", "externalParty": organisation_id(party) });
        let answer = mutate(&officer, "createMeeting", input, "").await;
        let faults = answer.user_errors("/createMeeting");
        assert_eq!((faults.len(), &faults[0]["field"]), (1, &json!(["externalParty"])), "{answer}");
        assert!(faults[0]["message"].as_str().unwrap().contains(taken_for), "{answer}");
    }
    for (email, slug, reference, own) in [
        ("authority.clerk", "cheshire-police-authority", "engagement-committee", "cheshire-police-authority"),
        ("halton.policy-officer", "halton", "hsp", "halton-bc"),
    ] {
        let keeper = app.sign_in(email).await;
        let body = body(&keeper, slug, reference).await;
        let input = |party: &str| json!({ "body": body, "title": "With whom", "heldOn": "2010-02-09", "externalParty": organisation_id(party) });
        assert_eq!(refused(&keeper, "createMeeting", input(own)).await, ["externalParty OUT_OF_RANGE"], "{own}");
        done(&keeper, "createMeeting", input("gonw"), "").await;
    }
}
