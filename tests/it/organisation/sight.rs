//! What the record shows to those who look through it: who did what, where and when, and no more of the words than the register itself.

use entity::usecases::upkeep::record::verify;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp};

use crate::governance::fixtures::{AUTHORITY, done, form, return_id};

both_dbs!(
    members_own_words_are_withheld_from_whoever_may_not_read_them,
    what_a_return_says_is_seen_once_it_is_handed_in,
    whoever_may_read_feedback_sees_it_in_the_record_and_is_recorded_as_a_reader,
);

async fn events(auditor: &Actor, deed: &str) -> Vec<Value> {
    let query =
        "query ($slug: String!, $deed: String!) { tenant(by: { slug: $slug }) { auditEvents(filter: { deed: $deed }) { nodes {
        deed office person { name } doneOn changes { register record isNew values { field before after isWithheld } } } } } }";
    auditor.ask(query, json!({ "slug": AUTHORITY, "deed": deed })).await.list("/tenant/auditEvents/nodes").to_vec()
}

/// The values that an event shows of a register, each as its field, what stands there, and whether it is withheld.
fn values<'e>(event: &'e Value, register: &str) -> Vec<&'e Value> {
    let changes = event["changes"].as_array().unwrap().iter().filter(|change| change["register"] == register);
    changes.flat_map(|change| change["values"].as_array().unwrap()).collect()
}

async fn sent(app: &TestApp) {
    let member = app.sign_in("halton.lead-member").await;
    let mut feedback = form("npu-widnes", "FY2009-Q4", &[("ALCOHOL", "A neighbour told me in confidence.")]);
    feedback["words"] = json!("The inspector said so in private.");
    done(&member, "sendFeedback", feedback.clone(), "feedback { id }").await;
    feedback["words"] = json!("The inspector said so in private, twice.");
    feedback["expectedVersion"] = json!(1);
    done(&member, "sendFeedback", feedback, "feedback { id }").await;
}

async fn members_own_words_are_withheld_from_whoever_may_not_read_them(app: TestApp) {
    sent(&app).await;
    let auditor = app.sign_in("authority.audit").await;
    let found = events(&auditor, "SEND_FEEDBACK").await;
    assert_eq!(found.len(), 2);
    for (event, is_new) in found.iter().rev().zip([true, false]) {
        assert_eq!((&event["office"], &event["person"]["name"]), (&json!("NPU_MEMBER"), &json!("Halton lead member")), "{event}");
        let form = event["changes"].as_array().unwrap().iter().find(|change| change["register"] == "feedback").unwrap();
        assert_eq!(form["isNew"], is_new);
        assert!(form["record"].as_str().is_some_and(|id| !id.is_empty()));
        for register in ["feedback", "feedback_issue"] {
            let values = values(event, register);
            assert!(!values.is_empty(), "{event}");
            for value in values {
                let shown = (&value["before"], &value["after"], &value["isWithheld"]);
                assert_eq!(shown, (&Value::Null, &Value::Null, &json!(true)), "{value}");
            }
        }
        assert!(values(event, "feedback").iter().any(|value| value["field"] == "words"), "which columns is no secret");
        assert!(!event.to_string().contains("confidence") && !event.to_string().contains("private"), "{event}");
    }
    // What is sealed is what was written, and it can still be followed.
    let probe = Probe::open(app.database()).await;
    let bodies = probe.rows("SELECT body FROM audit_event WHERE kind = 'SEND_FEEDBACK'").await.concat().concat();
    assert!(bodies.contains("in private, twice") && bodies.contains("in confidence"));
    probe.close().await;
    assert_eq!(verify(app.db(), Some(AUTHORITY)).await.unwrap().remove(0).broken, None);
}

async fn what_a_return_says_is_seen_once_it_is_handed_in(app: TestApp) {
    let (lead, auditor) = (app.sign_in("halton.lead-member").await, app.sign_in("authority.audit").await);
    let id = return_id("halton", "FY2009-Q3");
    let answers = json!({ "outcomes": "Half a thought.", "prospects": "Good.", "risks": "None.", "followUp": "None." });
    done(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": answers }), "").await;
    let saved = events(&auditor, "SAVE_QUARTERLY_RETURN").await;
    let of = |event: &Value, field: &str| {
        let values = values(event, "quarterly_return");
        (*values.iter().find(|value| value["field"] == field).unwrap_or_else(|| panic!("no {field}: {event}"))).clone()
    };
    let draft = of(&saved[0], "draft");
    assert_eq!((&draft["after"], &draft["isWithheld"]), (&Value::Null, &json!(true)), "it is the lead member's until it is in");
    let version = of(&saved[0], "version");
    assert_eq!((&version["isWithheld"], version["after"].is_string()), (&json!(false), true), "that it was saved is no secret");
    assert!(!saved[0].to_string().contains("Half a thought"));

    let fields = "quarterlyReturn { submission { id } }";
    done(&lead, "submitQuarterlyReturn", json!({ "return": id, "lateReason": "Snow." }), fields).await;
    let handed_in = events(&auditor, "SUBMIT_QUARTERLY_RETURN").await;
    let content = values(&handed_in[0], "quarterly_return_submission");
    let content = content.iter().find(|value| value["field"] == "content").unwrap();
    assert!(
        content["after"].as_str().unwrap().contains("Half a thought"),
        "what the committee gets the auditor reads: {content}"
    );
    assert_eq!(of(&handed_in[0], "draft")["isWithheld"], true);
}

async fn whoever_may_read_feedback_sees_it_in_the_record_and_is_recorded_as_a_reader(app: TestApp) {
    sent(&app).await;
    let auditor = app.sign_in("authority.audit").await;
    events(&auditor, "SEND_FEEDBACK").await;
    assert_eq!(events(&auditor, "READ_FEEDBACK").await, Vec::<Value>::new(), "nothing of it was shown");
    // The auditor comes to look after engagement, too.
    let probe = Probe::open(app.database()).await;
    let given =
        "UPDATE appointment SET person_id = (SELECT person_id FROM account WHERE email = 'authority.audit@concordat.example')
        WHERE office = 'ENGAGEMENT_MANAGER'";
    assert_eq!(probe.change(given).await, 1);
    probe.close().await;
    let found = events(&auditor, "SEND_FEEDBACK").await;
    let words = |event: &Value| values(event, "feedback").into_iter().find(|value| value["field"] == "words").cloned().unwrap();
    let latest = words(&found[0]);
    assert_eq!(
        (&latest["before"], &latest["after"], &latest["isWithheld"]),
        (&json!("\"The inspector said so in private.\""), &json!("\"The inspector said so in private, twice.\""), &json!(false))
    );
    let readings = events(&auditor, "READ_FEEDBACK").await;
    assert_eq!(readings.len(), 1, "who read members' own words is known: {readings:?}");
}
