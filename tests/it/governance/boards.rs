//! What a board leaves to its members: carrying the key actions of each meeting back to their own organisations, and telling the next
//! meeting what became of them.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    duties::{one, owed},
    fixtures::{done, refused},
    meetings::body,
};

both_dbs!(
    a_member_carries_key_actions_back_by_the_next_meeting,
    only_who_sat_on_the_board_for_an_organisation_carries_anything_back,
    progress_on_a_key_action_is_told_to_each_meeting_until_it_is_closed,
    of_a_meeting_that_is_entered_late_nobody_is_late_at_once,
);

/// Calls a meeting of Halton's board.
async fn called(officer: &Actor, title: &str, held_on: &str) -> String {
    let board = body(officer, "halton", "hspb").await;
    let input = json!({ "body": board, "title": title, "heldOn": held_on });
    done(officer, "createMeeting", input, "meeting { id }").await["meeting"]["id"].as_str().unwrap().to_owned()
}

/// Minutes a decision with a key action.
async fn with_key_action(officer: &Actor, meeting: &str, number: &str) {
    let action = json!({ "words": "Ask licensed premises to take part", "timescale": "31.12.10",
        "owners": [{ "office": "PERFORMANCE_OFFICER", "isAccountable": true }] });
    let decision = json!({ "meeting": meeting, "minuteNumber": number, "words": "Premises are asked.", "actions": [action] });
    done(officer, "recordMeetingDecision", decision, "").await;
}

fn carried(meeting: &str, on: &str) -> Value {
    json!({ "meeting": meeting, "carriedOn": on, "means": "Members' breakfast", "audience": "All member firms",
        "words": "Licensed premises are asked to take part." })
}

/// The lines of the chamber's member, as due day and standing.
async fn lines(actor: &Actor, kind: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    owed(actor, "halton", &[kind]).await.iter().map(|one| (text(&one["dueOn"]), text(&one["standing"]))).collect()
}

fn standings(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(day, standing)| ((*day).to_owned(), (*standing).to_owned())).collect()
}

async fn a_member_carries_key_actions_back_by_the_next_meeting(app: TestApp) {
    let (officer, member) = (app.sign_in("halton.policy-officer").await, app.sign_in("halton.board-member").await);
    assert_eq!(lines(&member, "CASCADE").await, standings(&[]), "a meeting without key actions leaves nothing to carry back");
    let query = "{ tenant(by: { slug: \"halton\" }) { meetings(filter: { heldFrom: \"2010-02-03\", heldTo: \"2010-02-03\" }) { nodes { id } } } }";
    let before = officer.ask(query, json!({})).await.text("/tenant/meetings/nodes/0/id").to_owned();
    with_key_action(&officer, &before, "8").await;
    // No further meeting is fixed after 3 February: three months, as returns come.
    assert_eq!(lines(&member, "CASCADE").await, standings(&[("2010-05-03", "DUE")]));
    let first = called(&officer, "Board", "2010-02-09").await;
    with_key_action(&officer, &first, "12").await;
    let second = called(&officer, "Board", "2010-04-14").await;
    assert_eq!(
        lines(&member, "CASCADE").await,
        standings(&[("2010-02-09", "DUE"), ("2010-04-14", "DUE")]),
        "by the next meeting, which has no key actions yet"
    );
    let found = owed(&officer, "halton", &["CASCADE"]).await;
    let line = one(&found, "9 February 2010 back to");
    assert_eq!(
        (&line["duty"], &line["office"], &line["body"]["reference"], &line["subject"]["__typename"]),
        (&json!(44), &json!("HSPB_MEMBER"), &json!("hspb"), &json!("Meeting"))
    );
    assert_eq!(line["holders"][0]["appointment"]["person"]["name"], "Halton board member");

    let cascades =
        "meeting { cascades { organisation { reference } appointment { office } carriedOn means audience words recordedOn } }";
    let made = done(&member, "recordCascade", carried(&first, "2010-02-09"), cascades).await;
    assert_eq!(
        made["meeting"]["cascades"],
        json!([{ "organisation": { "reference": "chamber-of-commerce" }, "appointment": { "office": "HSPB_MEMBER" },
            "carriedOn": "2010-02-09", "means": "Members' breakfast", "audience": "All member firms",
            "words": "Licensed premises are asked to take part.", "recordedOn": "2010-02-09" }])
    );
    let found = owed(&member, "halton", &["CASCADE"]).await;
    let line = one(&found, "9 February 2010 back to");
    assert_eq!(
        (&line["standing"], &line["metOn"], &line["evidence"]),
        (&json!("MET"), &json!("2010-02-09"), &json!("Members' breakfast: All member firms"))
    );
    assert_eq!(one(&found, "3 February 2010 back to")["standing"], "DUE", "one meeting's is not another's");
    assert_eq!(refused(&member, "recordCascade", carried(&first, "2010-02-09")).await, ["meeting DUPLICATE"]);
    assert_eq!(refused(&member, "recordCascade", carried(&second, "2010-02-09")).await, ["meeting OUT_OF_RANGE"]);

    app.clock().set_business_date(day("2010-07-15"));
    with_key_action(&app.sign_in("halton.policy-officer").await, &second, "20").await;
    assert_eq!(lines(&member, "CASCADE").await[2], ("2010-07-14".to_owned(), "LATE".to_owned()));
    assert_eq!(refused(&member, "recordCascade", carried(&second, "2010-04-13")).await, ["carriedOn OUT_OF_RANGE"]);
    assert_eq!(refused(&member, "recordCascade", carried(&second, "2010-07-16")).await, ["carriedOn OUT_OF_RANGE"]);
    let mut blank = carried(&second, "2010-04-20");
    blank["words"] = json!(" ");
    blank["audience"] = json!("");
    assert_eq!(refused(&member, "recordCascade", blank).await, ["audience MISSING", "words MISSING"]);
    // It was carried back in time and told too late: nobody knew, so it stays late.
    done(&member, "recordCascade", carried(&second, "2010-04-20"), "").await;
    assert_eq!(lines(&member, "CASCADE").await[2].1, "MET_LATE");
}

async fn only_who_sat_on_the_board_for_an_organisation_carries_anything_back(app: TestApp) {
    let (officer, member) = (app.sign_in("halton.policy-officer").await, app.sign_in("halton.board-member").await);
    let board = called(&officer, "Board", "2010-02-09").await;
    let input = carried(&board, "2010-02-09");
    for other in ["halton.policy-officer", "halton.psg-member", "halton.lead-member", "halton.scrutiny-member"] {
        assert_eq!(refused(&app.sign_in(other).await, "recordCascade", input.clone()).await, ["FORBIDDEN"], "{other}");
    }
    let stranger = app.sign_in("warrington.psg-member").await;
    assert_eq!(refused(&stranger, "recordCascade", input.clone()).await, ["meeting NOT_FOUND"]);
    let group = body(&officer, "halton", "psg").await;
    let of_group = json!({ "body": group, "title": "Group", "heldOn": "2010-02-09" });
    let of_group = done(&officer, "createMeeting", of_group, "meeting { id }").await["meeting"]["id"].clone();
    let of_group = carried(of_group.as_str().unwrap(), "2010-02-09");
    assert_eq!(refused(&member, "recordCascade", of_group).await, ["FORBIDDEN"], "a board's member, and not that body's");
    let mut elsewhere = input.clone();
    elsewhere["organisation"] = json!(crate::finance::fixtures::organisation("lep"));
    assert_eq!(refused(&member, "recordCascade", elsewhere).await, ["organisation NOT_FOUND"]);
    let mut own = input;
    own["organisation"] = json!(crate::finance::fixtures::organisation("chamber-of-commerce"));
    done(&member, "recordCascade", own, "").await;
}

async fn progress_on_a_key_action_is_told_to_each_meeting_until_it_is_closed(app: TestApp) {
    let (officer, owner) = (app.sign_in("halton.policy-officer").await, app.sign_in("halton.performance-officer").await);
    let meeting = called(&officer, "Board", "2010-02-09").await;
    let action = json!({ "words": "Let the contract", "timescale": "31.12.10",
        "owners": [{ "office": "PERFORMANCE_OFFICER", "isAccountable": true }] });
    let decision = json!({ "meeting": meeting, "minuteNumber": "12", "words": "The contract is let.", "actions": [action] });
    let made = done(&officer, "recordMeetingDecision", decision, "decision { actions { nodes { id } } }").await;
    let action = made["decision"]["actions"]["nodes"][0]["id"].clone();
    let kind = "KEY_ACTION_PROGRESS";
    assert_eq!(lines(&owner, kind).await, standings(&[]), "until a next meeting is fixed there is nothing to tell it");
    called(&officer, "Board", "2010-04-14").await;
    called(&officer, "Board", "2010-06-09").await;
    let found = owed(&owner, "halton", &[kind]).await;
    let line = one(&found, "14 April 2010");
    assert_eq!(
        (&line["duty"], &line["office"], &line["standing"], &line["subject"]["__typename"]),
        (&json!(45), &json!("PERFORMANCE_OFFICER"), &json!("DUE"), &json!("PlanAction"))
    );
    assert!(line["title"].as_str().unwrap().ends_with("Let the contract"), "{line}");

    app.clock().set_business_date(day("2010-03-01"));
    done(&owner, "recordActionProgress", json!({ "action": action, "state": "IN_PROGRESS", "words": "Bids are in." }), "").await;
    assert_eq!(
        lines(&owner, kind).await,
        standings(&[("2010-04-14", "MET"), ("2010-06-09", "UPCOMING")]),
        "what one meeting was told isn't what the next is to hear"
    );
    app.clock().set_business_date(day("2010-06-10"));
    assert_eq!(lines(&owner, kind).await[1].1, "LATE");
    let closing = json!({ "action": action, "outcome": "COMPLETED", "words": "It is let.", "evidence": "The contract" });
    done(&owner, "closeAction", closing, "").await;
    called(&officer, "Board", "2010-09-08").await;
    called(&officer, "Board", "2010-11-10").await;
    assert_eq!(
        lines(&owner, kind).await,
        standings(&[("2010-04-14", "MET"), ("2010-06-09", "MET_LATE"), ("2010-09-08", "MET")]),
        "a closed action is told of once more and then no longer"
    );
}

async fn of_a_meeting_that_is_entered_late_nobody_is_late_at_once(app: TestApp) {
    let (officer, member) = (app.sign_in("halton.policy-officer").await, app.sign_in("halton.board-member").await);
    let meeting = called(&officer, "Board", "2009-09-09").await;
    assert_eq!(lines(&member, "CASCADE").await, standings(&[]), "there is no key action yet");
    with_key_action(&officer, &meeting, "3").await;
    // The Board has met since, on 3 February; members hear of this on the day on which it is entered.
    assert_eq!(lines(&member, "CASCADE").await, standings(&[("2010-05-09", "DUE")]));
    called(&officer, "Board", "2010-04-14").await;
    assert_eq!(lines(&member, "CASCADE").await, standings(&[("2010-04-14", "DUE")]), "the first meeting after that day");
    done(&member, "recordCascade", carried(&meeting, "2010-02-09"), "").await;
    assert_eq!(lines(&member, "CASCADE").await, standings(&[("2010-04-14", "MET")]));
}
