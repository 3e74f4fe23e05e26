//! The record of meetings is put right and never silently: minutes are approved by a later meeting, and what they or a summary said before
//! stays readable.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, MailServer, TestApp, day};

use super::{
    fixtures::{done, mutate, refused, return_id},
    meetings::body,
};

both_dbs!(
    minutes_are_a_draft_until_a_later_meeting_approves_them_with_what_it_corrected,
    only_a_later_meeting_of_the_same_body_approves_minutes_and_all_of_it_or_nothing_is_written,
    approved_minutes_are_corrected_only_as_a_later_meeting_agreed_and_take_nothing_more,
    what_a_minute_said_before_stays_readable_to_those_who_may_read_it,
    a_corrected_summary_supersedes_the_one_before_and_goes_to_everybody_who_had_it,
);

/// The Engagement Committee's meetings with their minutes, by their day.
pub async fn meeting_on(actor: &Actor, held_on: &str) -> Value {
    let query = "query ($day: Date!) { tenant(by: { slug: \"cheshire-police-authority\" }) { meetings(filter: { heldFrom: $day, heldTo: $day }) {
        nodes { id minutesStanding minutesApproval { recordedOn minute { id minuteNumber words meeting { heldOn } } }
            agendaItems { nodes { id number } } decisions { nodes { id minuteNumber words version exemption
                corrections { version formerWords reason correctedOn agreedAtMeeting { heldOn } } } } } } } }";
    let answer = actor.ask(query, json!({ "day": held_on })).await;
    answer.list("/tenant/meetings/nodes")[0].clone()
}

fn minute<'m>(meeting: &'m Value, number: &str) -> &'m Value {
    let minutes = meeting["decisions"]["nodes"].as_array().unwrap();
    minutes.iter().find(|minute| minute["minuteNumber"] == number).expect("the minute is there")
}

/// The minutes of 3 November 2009 as approved on 9 February 2010, two of them corrected.
async fn approval(clerk: &Actor) -> Value {
    let (former, later) = (meeting_on(clerk, "2009-11-03").await, meeting_on(clerk, "2010-02-09").await);
    json!({ "meeting": former["id"], "at": later["id"], "minuteNumber": "69", "agendaItem": later["agendaItems"]["nodes"][0]["id"],
        "corrections": [
            { "minute": minute(&former, "51")["id"], "words": "The return for Halton was received.", "reason": "It named the wrong area." },
            { "minute": minute(&former, "52")["id"], "words": "The risk was noted with concern.", "reason": "The concern was left out." } ] })
}

async fn minutes_are_a_draft_until_a_later_meeting_approves_them_with_what_it_corrected(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let before = meeting_on(&clerk, "2009-11-03").await;
    assert_eq!((&before["minutesStanding"], &before["minutesApproval"]), (&json!("DRAFT"), &Value::Null));
    done(&clerk, "approveMinutes", approval(&clerk).await, "meeting { id }").await;
    let after = meeting_on(&clerk, "2009-11-03").await;
    assert_eq!(after["minutesStanding"], "APPROVED");
    let approved = &after["minutesApproval"];
    assert_eq!(approved["recordedOn"], "2010-02-09");
    let words = "The minutes of the meeting of 3 November 2009 were approved as a correct record, with corrections to minute 51 and to what is \
                 exempt from publication.";
    let later = meeting_on(&clerk, "2010-02-09").await;
    assert_eq!(minute(&later, "69")["words"], words);
    let own =
        json!({ "id": minute(&later, "69")["id"], "minuteNumber": "69", "words": words, "meeting": { "heldOn": "2010-02-09" } });
    assert_eq!(approved["minute"], own, "an act of the later meeting");
    let (old, new) = (minute(&before, "51"), minute(&after, "51"));
    assert_eq!(
        (&new["id"], &new["words"], &new["version"]),
        (&old["id"], &json!("The return for Halton was received."), &json!(2))
    );
    let correction = json!([{ "version": 2, "formerWords": old["words"], "reason": "It named the wrong area.", "correctedOn": "2010-02-09",
        "agreedAtMeeting": { "heldOn": "2010-02-09" } }]);
    assert_eq!(new["corrections"], correction);
    // What rests on the minute goes on resting on it.
    let query =
        "query ($id: ID!) { node(id: $id) { ... on QuarterlyReturn { submission { minuteNumber minute { id words } } } } }";
    let answer = clerk.ask(query, json!({ "id": return_id("halton", "FY2009-Q2") })).await;
    let receipt = json!({ "minuteNumber": "51", "minute": { "id": old["id"], "words": "The return for Halton was received." } });
    assert_eq!(answer.data("/node/submission"), &receipt);
}

async fn only_a_later_meeting_of_the_same_body_approves_minutes_and_all_of_it_or_nothing_is_written(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let (before, later) = (meeting_on(&clerk, "2009-11-03").await, meeting_on(&clerk, "2010-02-09").await);
    let good = approval(&clerk).await;
    let with = |changes: Value| {
        let mut input = good.clone();
        for (field, value) in changes.as_object().unwrap() {
            input[field] = value.clone();
        }
        input
    };
    let ahead = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    let authority_s = meeting_on(&clerk, "2009-09-28").await["id"].clone();
    let foreign = json!([{ "minute": minute(&later, "70")["id"], "words": "Another's.", "reason": "It is wrong." }]);
    let same = json!([{ "minute": minute(&before, "51")["id"], "words": minute(&before, "51")["words"], "reason": " " }]);
    for (changes, expected) in [
        (json!({ "at": ahead }), &["at OUT_OF_RANGE"][..]),
        (json!({ "at": before["id"] }), &["at OUT_OF_RANGE"]),
        (json!({ "meeting": authority_s, "corrections": [] }), &["at OUT_OF_RANGE"]),
        (json!({ "minuteNumber": "70" }), &["minuteNumber DUPLICATE"]),
        (json!({ "minuteNumber": "<7>" }), &["minuteNumber MALFORMED"]),
        (json!({ "agendaItem": null, "corrections": foreign }), &["corrections.0.minute NOT_FOUND"]),
        (json!({ "corrections": same }), &["corrections.0.words OUT_OF_RANGE", "corrections.0.reason MISSING"]),
    ] {
        assert_eq!(refused(&clerk, "approveMinutes", with(changes.clone())).await, expected, "{changes}");
    }
    let stranger = app.sign_in("authority.audit-committee-clerk").await;
    assert_eq!(refused(&stranger, "approveMinutes", good.clone()).await, ["FORBIDDEN"]);
    assert_eq!(meeting_on(&clerk, "2009-11-03").await, before, "nothing was written");
    assert_eq!(meeting_on(&clerk, "2010-02-09").await, later);
    done(&clerk, "approveMinutes", good.clone(), "meeting { id }").await;
    assert_eq!(
        refused(&clerk, "approveMinutes", with(json!({ "minuteNumber": "68", "corrections": [] }))).await,
        ["meeting DUPLICATE"]
    );
}

async fn approved_minutes_are_corrected_only_as_a_later_meeting_agreed_and_take_nothing_more(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    done(&clerk, "approveMinutes", approval(&clerk).await, "meeting { id }").await;
    let (former, later) = (meeting_on(&clerk, "2009-11-03").await, meeting_on(&clerk, "2010-02-09").await);
    let further = json!({ "meeting": former["id"], "minuteNumber": "53", "words": "Something else was decided." });
    assert_eq!(refused(&clerk, "recordMeetingDecision", further).await, ["meeting LOCKED"]);
    let came = json!({ "meeting": former["id"], "attendance": [{ "guest": "Fire service", "presence": "PRESENT" }] });
    assert_eq!(refused(&clerk, "recordAttendance", came).await, ["meeting LOCKED"]);
    let correction = |agreed_at: Value| {
        json!({ "minute": minute(&former, "51")["id"], "words": "The returns were received.",
        "reason": "There were two.", "agreedAtMeeting": agreed_at })
    };
    assert_eq!(refused(&clerk, "recordMinuteCorrection", correction(Value::Null)).await, ["agreedAtMeeting MISSING"]);
    assert_eq!(
        refused(&clerk, "recordMinuteCorrection", correction(former["id"].clone())).await,
        ["agreedAtMeeting OUT_OF_RANGE"]
    );
    let ahead = meeting_on(&clerk, "2010-05-18").await["id"].clone();
    assert_eq!(refused(&clerk, "recordMinuteCorrection", correction(ahead)).await, ["agreedAtMeeting OUT_OF_RANGE"]);
    let fields = "minute { version words corrections { version formerWords agreedAtMeeting { heldOn } } }";
    let corrected = done(&clerk, "recordMinuteCorrection", correction(later["id"].clone()), fields).await;
    assert_eq!(
        (&corrected["minute"]["version"], &corrected["minute"]["words"]),
        (&json!(3), &json!("The returns were received."))
    );
    let last = json!({ "version": 3, "formerWords": "The return for Halton was received.", "agreedAtMeeting": { "heldOn": "2010-02-09" } });
    assert_eq!(corrected["minute"]["corrections"][1], last);
    assert_eq!(meeting_on(&clerk, "2009-11-03").await["minutesStanding"], "APPROVED");
}

async fn what_a_minute_said_before_stays_readable_to_those_who_may_read_it(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let meeting = json!({ "body": board, "title": "Board", "heldOn": "2010-02-08", "agenda": [{ "title": "In private", "exemption": "paragraph 3" }] });
    let made = done(&officer, "createMeeting", meeting, "meeting { id agendaItems { nodes { id } } }").await;
    let meeting = &made["meeting"]["id"];
    let decide = async |number: &str, item: &Value| {
        let input = json!({ "meeting": meeting, "minuteNumber": number, "words": "Acme gets £1.", "agendaItem": item });
        done(&officer, "recordMeetingDecision", input, "decision { id }").await["decision"]["id"].clone()
    };
    let public = decide("1", &Value::Null).await;
    let exempt = decide("2", &made["meeting"]["agendaItems"]["nodes"][0]["id"]).await;
    let correction = |minute: &Value, words: &str, version: Value| json!({ "minute": minute, "words": words, "reason": "The sum was wrong.", "expectedVersion": version });
    for minute in [&public, &exempt] {
        done(&officer, "recordMinuteCorrection", correction(minute, " Acme gets £2. ", json!(1)), "minute { id }").await;
    }
    assert_eq!(
        refused(&officer, "recordMinuteCorrection", correction(&public, "Acme gets £3.", json!(1))).await,
        ["expectedVersion STALE_VERSION"]
    );
    let wrong = json!({ "minute": public, "words": "Acme gets £2.", "reason": " " });
    assert_eq!(refused(&officer, "recordMinuteCorrection", wrong).await, ["words OUT_OF_RANGE", "reason MISSING"]);
    let query = "query ($id: ID!) { node(id: $id) { ... on Meeting { decisions { nodes { minuteNumber words version
        corrections { version formerWords reason correctedOn act { office } } } } } } }";
    let team = app.sign_in("halton.performance-officer").await.ask(query, json!({ "id": meeting })).await;
    let shown = |number: &str| {
        json!({ "minuteNumber": number, "words": "Acme gets £2.", "version": 2, "corrections": [{ "version": 2,
        "formerWords": "Acme gets £1.", "reason": "The sum was wrong.", "correctedOn": "2010-02-09", "act": { "office": "POLICY_STRATEGY_STAFF" } }] })
    };
    assert_eq!(team.data("/node/decisions/nodes"), &json!([shown("1"), shown("2")]), "who, when and why");
    // Whoever doesn't read what is exempt reads neither its wording nor the one before.
    let query = query.replace(" act { office }", "");
    let scrutiny = app.sign_in("halton.scrutiny-member").await.ask(&query, json!({ "id": meeting })).await;
    assert_eq!(scrutiny.list("/node/decisions/nodes").len(), 1);
    assert_eq!(scrutiny.data("/node/decisions/nodes/0/corrections/0/formerWords"), "Acme gets £1.");
    let member = app.sign_in("halton.lead-member").await;
    assert_eq!(refused(&member, "recordMinuteCorrection", correction(&public, "Mine.", Value::Null)).await, ["FORBIDDEN"]);
    let foreign = app.sign_in("warrington.performance-officer").await;
    let answer = mutate(&foreign, "recordMinuteCorrection", correction(&public, "Mine.", Value::Null), "").await;
    assert!(answer.value("/recordMinuteCorrection/userErrors").as_array().is_none_or(|errors| !errors.is_empty()), "{answer}");
}

async fn a_corrected_summary_supersedes_the_one_before_and_goes_to_everybody_who_had_it(app: TestApp) {
    let post = MailServer::start().await;
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let made = json!({ "body": board, "title": "Board", "heldOn": "2010-02-08" });
    let made = done(&officer, "createMeeting", made, "meeting { id }").await;
    let meeting = made["meeting"]["id"].clone();
    let early = json!({ "meeting": meeting, "words": "The grant is £2,000.", "reason": "The sum was wrong." });
    assert_eq!(refused(&officer, "replaceMeetingSummary", early.clone()).await, ["meeting OUT_OF_TURN"]);
    let first = json!({ "meeting": meeting, "words": "The grant is £1,000.", "address": "https://halton.example/summary" });
    let fields = "meeting { summary { recipients { office } } }";
    let first = done(&officer, "publishMeetingSummary", first, fields).await;
    let had = first["meeting"]["summary"]["recipients"].as_array().unwrap().len();
    assert!(had > 1, "{first}");

    // Somebody's appointment ends; they had the wrong one and hear of it.
    crate::finance::fixtures::change(&app, "UPDATE appointment SET to_on = '2010-02-28' WHERE office = 'PPB_MEMBER'").await;
    app.clock().set_business_date(day("2010-03-01"));
    let officer = app.sign_in("halton.policy-officer").await;
    let same = json!({ "meeting": meeting, "words": "The grant is £1,000.", "address": "https://halton.example/summary", "reason": " " });
    assert_eq!(refused(&officer, "replaceMeetingSummary", same).await, ["reason MISSING", "words OUT_OF_RANGE"]);
    let mut stale = early.clone();
    stale["expectedVersion"] = json!(2);
    assert_eq!(refused(&officer, "replaceMeetingSummary", stale).await, ["expectedVersion STALE_VERSION"]);
    let fields = "notice meeting { summary { version words } summaries { version words isSuperseded supersededOn correctionReason publishedOn
        isLate recipients { office } } }";
    let corrected = done(&officer, "replaceMeetingSummary", early, fields).await;
    assert_eq!(corrected["meeting"]["summary"], json!({ "version": 2, "words": "The grant is £2,000." }));
    let all = corrected["meeting"]["summaries"].as_array().unwrap();
    let told = |at: usize, fields: [&str; 6]| fields.map(|field| all[at][field].clone());
    let fields = ["version", "words", "isSuperseded", "supersededOn", "correctionReason", "isLate"];
    assert_eq!(
        told(0, fields),
        [json!(1), json!("The grant is £1,000."), json!(true), json!("2010-03-01"), Value::Null, json!(false)]
    );
    assert_eq!(
        told(1, fields),
        [json!(2), json!("The grant is £2,000."), json!(false), Value::Null, json!("The sum was wrong."), json!(false)]
    );
    let scrutiny =
        |at: usize| all[at]["recipients"].as_array().unwrap().iter().filter(|one| one["office"] == "PPB_MEMBER").count();
    assert!(scrutiny(0) > 0 && scrutiny(1) == scrutiny(0), "{corrected}");
    // Each of them is written to again.
    assert_eq!(post.collect(&app).await, 2 * had);
    let letters = post.arrived();
    let about = |subject: &str| letters.iter().filter(|letter| letter.text.contains(subject)).count();
    assert_eq!(
        (about("Subject: Summary of the meeting"), about("Subject: Corrected summary of the meeting")),
        (had, had),
        "{letters:?}"
    );
    // It was due and came in time, whatever was corrected later.
    let query = "{ tenant(by: { slug: \"halton\" }) { obligations(filter: { kinds: [MEETING_SUMMARY] }) { nodes { standing metOn subject { ... on Meeting { id } } } } } }";
    let answer = officer.ask(query, json!({})).await;
    let own =
        answer.list("/tenant/obligations/nodes").iter().find(|one| one["subject"]["id"] == meeting).expect("it is there").clone();
    assert_eq!((&own["standing"], &own["metOn"]), (&json!("MET"), &json!("2010-02-09")));
}
