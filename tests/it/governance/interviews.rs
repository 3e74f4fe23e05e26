//! The chairman's yearly interviews of members: between the two, and closing that member's line for the year.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, day};

use super::{
    duties::{one, owed},
    fixtures::{AUTHORITY, done, refused, tenant},
};

both_dbs!(
    an_interview_closes_its_member_s_line_for_the_year,
    only_the_chairman_and_the_member_know_of_it,
    interviews_have_their_year_and_their_chairman,
    a_record_that_was_put_right_keeps_what_it_said_for_the_two_alone,
);

async fn person(actor: &Actor) -> String {
    actor.ask("{ viewer { person { id } } }", json!({})).await.text("/viewer/person/id").to_owned()
}

fn interview(member: &str, year: &str, held_on: &str) -> Value {
    json!({ "tenant": tenant(AUTHORITY), "member": member, "year": year, "heldOn": held_on, "isEffectivenessDiscussed": true,
        "note": "Wants to sit with the Children's Trust more often." })
}

const SHOWN: &str = "interview { member { name } year { code } heldOn isEffectivenessDiscussed note recordedOn }";

async fn an_interview_closes_its_member_s_line_for_the_year(app: TestApp) {
    let (chairman, member) = (app.sign_in("authority.chairman").await, app.sign_in("halton.lead-member").await);
    let lines = async |actor: &Actor| owed(actor, AUTHORITY, &["MEMBER_INTERVIEW"]).await;
    let found = lines(&chairman).await;
    assert_eq!(found.len(), 6, "one for each member but the chairman: {found:?}");
    let line = one(&found, "Interview Halton lead member for 2009/10");
    assert_eq!(
        (&line["standing"], &line["dueOn"], &line["duty"], &line["office"]),
        (&json!("DUE"), &json!("2010-03-31"), &json!(24), &json!("AUTHORITY_CHAIRMAN"))
    );
    let of = person(&member).await;
    let mut in_part = interview(&of, "FY2009", "2010-02-05");
    in_part["isEffectivenessDiscussed"] = json!(false);
    done(&chairman, "recordMemberInterview", in_part, "").await;
    assert_eq!(one(&lines(&chairman).await, "Halton lead member")["standing"], "DUE", "what the duty is about was left out");
    let made = done(&chairman, "recordMemberInterview", interview(&of, "FY2009", "2010-02-08"), SHOWN).await;
    assert_eq!(
        made["interview"],
        json!({ "member": { "name": "Halton lead member" }, "year": { "code": "FY2009" }, "heldOn": "2010-02-08",
            "isEffectivenessDiscussed": true, "note": "Wants to sit with the Children's Trust more often.", "recordedOn": "2010-02-09" })
    );
    let found = lines(&chairman).await;
    let line = one(&found, "Halton lead member");
    assert_eq!((&line["standing"], &line["evidence"]), (&json!("MET"), &json!("The interview of 8 February 2010")));
    assert_eq!(one(&found, "Warrington lead member")["standing"], "DUE", "one member's is not another's");

    app.clock().set_business_date(day("2010-04-12"));
    let found = lines(&chairman).await;
    assert_eq!(found.len(), 12, "and again in the next year: {found:?}");
    assert_eq!(one(&found, "Interview Warrington lead member for 2009/10")["standing"], "LATE");
    assert_eq!(one(&found, "Interview Halton lead member for 2010/11")["standing"], "DUE");
    let other = person(&app.sign_in("warrington.lead-member").await).await;
    done(&chairman, "recordMemberInterview", interview(&other, "FY2009", "2010-04-12"), "").await;
    let found = lines(&chairman).await;
    assert_eq!(one(&found, "Interview Warrington lead member for 2009/10")["standing"], "MET_LATE");
    assert_eq!(one(&found, "Interview Warrington lead member for 2010/11")["standing"], "DUE");
}

async fn only_the_chairman_and_the_member_know_of_it(app: TestApp) {
    let (chairman, member) = (app.sign_in("authority.chairman").await, app.sign_in("halton.lead-member").await);
    let of = person(&member).await;
    let made = done(&chairman, "recordMemberInterview", interview(&of, "FY2009", "2010-02-08"), "interview { id }").await;
    let id = made["interview"]["id"].clone();
    let query = "query ($id: ID!) { node(id: $id) { id } tenant(by: { slug: \"cheshire-police-authority\" }) { memberInterviews { nodes { note } } } }";
    for reader in [&chairman, &member] {
        let answer = reader.ask(query, json!({ "id": id })).await;
        assert_eq!(answer.data("/node/id"), &id);
        assert_eq!(answer.list("/tenant/memberInterviews/nodes").len(), 1, "{answer}");
    }
    let own = owed(&member, AUTHORITY, &["MEMBER_INTERVIEW"]).await;
    assert_eq!(own.len(), 1, "each member sees their own line: {own:?}");
    assert_eq!(own[0]["standing"], "MET");
    let other = app.sign_in("warrington.lead-member").await;
    let answer = other.ask(query, json!({ "id": id })).await;
    assert_eq!(answer.value("/node"), &Value::Null);
    assert_eq!(answer.list("/tenant/memberInterviews/nodes").len(), 0, "{answer}");
    let lines = owed(&other, AUTHORITY, &["MEMBER_INTERVIEW"]).await;
    assert_eq!(lines.iter().filter(|one| one["title"].as_str().unwrap().contains("Halton")).count(), 0, "{lines:?}");
    for office in
        ["authority.chief-executive", "authority.clerk", "authority.audit", "authority.treasurer", "authority.engagement-manager"]
    {
        let actor = app.sign_in(office).await;
        let answer = actor.ask(query, json!({ "id": id })).await;
        assert_eq!(answer.value("/node"), &Value::Null, "{office}");
        assert_eq!(answer.value("/tenant/memberInterviews"), &Value::Null, "{office}");
        assert_eq!(owed(&actor, AUTHORITY, &["MEMBER_INTERVIEW"]).await, Vec::<Value>::new(), "{office}");
    }
    // The record tells the auditor that something was written, and nothing of what.
    let events = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { auditEvents(filter: { deed: \"RECORD_MEMBER_INTERVIEW\" }) { nodes {
        changes { register values { field after isWithheld } } } } } }";
    let answer = app.sign_in("authority.audit").await.ask(events, json!({})).await;
    let changes = answer.data("/tenant/auditEvents/nodes/0/changes").as_array().unwrap();
    let values = changes.iter().find(|one| one["register"] == "member_interview").expect("it is there");
    assert!(
        values["values"].as_array().unwrap().iter().all(|value| value["isWithheld"] == true && value["after"].is_null()),
        "{values}"
    );
}

async fn interviews_have_their_year_and_their_chairman(app: TestApp) {
    let chairman = app.sign_in("authority.chairman").await;
    let of = person(&app.sign_in("halton.lead-member").await).await;
    let good = interview(&of, "FY2009", "2010-02-08");
    for other in ["halton.lead-member", "authority.chief-executive", "authority.clerk"] {
        assert_eq!(refused(&app.sign_in(other).await, "recordMemberInterview", good.clone()).await, ["FORBIDDEN"], "{other}");
    }
    let stranger = app.sign_in("cheshire-east.performance-officer").await;
    assert_eq!(refused(&stranger, "recordMemberInterview", good.clone()).await, ["tenant NOT_FOUND"]);
    let own = person(&chairman).await;
    assert_eq!(
        refused(&chairman, "recordMemberInterview", interview(&own, "FY2009", "2010-02-08")).await,
        ["member SEPARATION_OF_DUTIES"]
    );
    for who in ["authority.treasurer", "halton.psg-member", "former.lead-member"] {
        let other = person(&app.sign_in(who).await).await;
        assert_eq!(
            refused(&chairman, "recordMemberInterview", interview(&other, "FY2009", "2010-02-08")).await,
            ["member NOT_FOUND"],
            "{who}"
        );
    }
    for (year, held_on, fault) in [
        ("FY2008", "2010-02-08", "year OUT_OF_RANGE"),
        ("FY2010", "2010-02-08", "year OUT_OF_RANGE"),
        ("FY2009-Q4", "2010-02-08", "year OUT_OF_RANGE"),
        ("FY2009", "2010-02-10", "heldOn OUT_OF_RANGE"),
    ] {
        assert_eq!(refused(&chairman, "recordMemberInterview", interview(&of, year, held_on)).await, [fault], "{year} {held_on}");
    }
    done(&chairman, "recordMemberInterview", good.clone(), "").await;
    assert_eq!(refused(&chairman, "recordMemberInterview", good).await, ["year DUPLICATE"]);
}

const CORRECTED: &str = "interview { version heldOn isEffectivenessDiscussed note corrections { version formerHeldOn wasEffectivenessDiscussed formerNote
    reason correctedOn } }";

async fn a_record_that_was_put_right_keeps_what_it_said_for_the_two_alone(app: TestApp) {
    let (chairman, member) = (app.sign_in("authority.chairman").await, app.sign_in("halton.lead-member").await);
    let of = person(&member).await;
    let made = done(&chairman, "recordMemberInterview", interview(&of, "FY2009", "2010-02-08"), "interview { id version }").await;
    assert_eq!(made["interview"]["version"], 1);
    let id = made["interview"]["id"].clone();
    let right = json!({ "interview": id, "heldOn": "2010-02-05", "isEffectivenessDiscussed": false, "note": "Wants to leave the board.",
        "reason": "It was mixed up with another's." });
    let with = |changes: Value| {
        let mut input = right.clone();
        input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        input
    };
    let same = json!({ "heldOn": "2010-02-08", "isEffectivenessDiscussed": true, "note": "Wants to sit with  the Children's Trust more often. " });
    for (changes, fault) in [
        (json!({ "reason": " " }), "reason MISSING"),
        (same, "note OUT_OF_RANGE"),
        (json!({ "heldOn": "2010-02-10" }), "heldOn OUT_OF_RANGE"),
        (json!({ "heldOn": "2009-03-31" }), "heldOn OUT_OF_RANGE"),
        (json!({ "heldOn": "2009-06-01" }), "heldOn OUT_OF_RANGE"),
    ] {
        assert_eq!(refused(&chairman, "recordInterviewCorrection", with(changes.clone())).await, [fault], "{changes}");
    }
    for other in ["halton.lead-member", "authority.chief-executive", "authority.clerk", "warrington.lead-member"] {
        assert_eq!(
            refused(&app.sign_in(other).await, "recordInterviewCorrection", right.clone()).await,
            ["FORBIDDEN"],
            "{other}"
        );
    }
    let stranger = app.sign_in("cheshire-east.performance-officer").await;
    assert_eq!(refused(&stranger, "recordInterviewCorrection", right.clone()).await, ["interview NOT_FOUND"]);
    let corrected = done(&chairman, "recordInterviewCorrection", with(json!({ "expectedVersion": 1 })), CORRECTED).await;
    let expected = json!({ "version": 2, "heldOn": "2010-02-05", "isEffectivenessDiscussed": false, "note": "Wants to leave the board.",
        "corrections": [{ "version": 2, "formerHeldOn": "2010-02-08", "wasEffectivenessDiscussed": true,
            "formerNote": "Wants to sit with the Children's Trust more often.", "reason": "It was mixed up with another's.",
            "correctedOn": "2010-02-09" }] });
    assert_eq!(corrected["interview"], expected);
    assert_eq!(
        refused(&chairman, "recordInterviewCorrection", with(json!({ "expectedVersion": 1, "note": "Stays." }))).await,
        ["expectedVersion STALE_VERSION"]
    );
    // What the duty is about was left out after all.
    assert_eq!(one(&owed(&chairman, AUTHORITY, &["MEMBER_INTERVIEW"]).await, "Halton lead member")["standing"], "DUE");

    let query = format!(
        "query ($id: ID!) {{ node(id: $id) {{ ... on MemberInterview {{ {} }} }} explainAccess(id: $id) {{ mayRead }} }}",
        CORRECTED.trim_start_matches("interview {").trim_end_matches('}')
    );
    for reader in [&chairman, &member] {
        let answer = reader.ask(&query, json!({ "id": id })).await;
        assert_eq!(answer.data("/node"), &expected, "{answer}");
        assert_eq!(answer.data("/explainAccess/mayRead"), true);
    }
    for office in
        ["warrington.lead-member", "authority.chief-executive", "authority.clerk", "authority.audit", "authority.treasurer"]
    {
        let answer = app.sign_in(office).await.ask(&query, json!({ "id": id })).await;
        assert_eq!(
            (answer.value("/node"), answer.value("/explainAccess/mayRead")),
            (&Value::Null, &json!(false)),
            "{office}: {answer}"
        );
    }
    let events = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { auditEvents(filter: { deed: \"CORRECT_MEMBER_INTERVIEW\" }) { nodes {
        changes { register values { field before after isWithheld } } } } } }";
    let answer = app.sign_in("authority.audit").await.ask(events, json!({})).await;
    let changes = answer.data("/tenant/auditEvents/nodes/0/changes").as_array().unwrap();
    for register in ["member_interview", "interview_correction"] {
        let written = changes.iter().find(|one| one["register"] == register).expect("it is there");
        let withheld = |value: &Value| value["isWithheld"] == true && value["after"].is_null() && value["before"].is_null();
        assert!(written["values"].as_array().unwrap().iter().all(withheld), "{written}");
    }
}
