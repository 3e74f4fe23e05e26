//! What a refusal says: which office would do where one holds none, and what is wrong where one holds the right one for something else.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use crate::{
    finance::fixtures::{decision, everything, line, spending},
    governance::fixtures::{AUTHORITY, answers, area, mutate, return_id, tenant},
    governance::meetings::body,
};

both_dbs!(
    an_office_that_is_held_for_something_else_is_told_for_what,
    an_office_that_is_not_held_is_named_in_plain_words,
    whoever_only_reads_a_tenant_is_told_who_writes_there,
);

/// The one problem that something was refused for.
async fn refusal(actor: &Actor, mutation: &str, input: Value) -> (String, Value, String) {
    let answer = mutate(actor, mutation, input, "").await;
    let problems = answer.user_errors(&format!("/{mutation}"));
    assert_eq!(problems.len(), 1, "{answer}");
    let text = |name: &str| problems[0][name].as_str().unwrap().to_owned();
    (text("code"), problems[0]["field"].clone(), text("message"))
}

async fn an_office_that_is_held_for_something_else_is_told_for_what(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let theirs = json!({ "return": return_id("warrington", "FY2009-Q3"), "answers": answers() });
    let (code, _, message) = refusal(&lead, "updateQuarterlyReturn", theirs).await;
    assert_eq!(code, "FORBIDDEN");
    assert!(message.starts_with("Your appointment as partnership lead member is for Halton, not Warrington:"), "{message}");
    assert!(message.contains("write quarterly returns"), "{message}");

    let clerk = app.sign_in("authority.audit-committee-clerk").await;
    let committee = body(&clerk, AUTHORITY, "engagement-committee").await;
    let meeting = json!({ "body": committee, "title": "Extra", "heldOn": "2010-06-09" });
    let (code, _, message) = refusal(&clerk, "createMeeting", meeting).await;
    assert_eq!(code, "FORBIDDEN");
    assert!(
        message.starts_with("Your appointment as committee clerk is for Audit Committee, not Engagement Committee:"),
        "{message}"
    );
    // Another office than that isn't talked of.
    let auditor = app.sign_in("authority.audit").await;
    let meeting = json!({ "body": committee, "title": "Extra", "heldOn": "2010-06-09" });
    let (_, _, message) = refusal(&auditor, "createMeeting", meeting).await;
    assert!(
        message.starts_with("None of your appointments in force on 9 February 2010 lets you call or minute meetings here"),
        "{message}"
    );
}

async fn an_office_that_is_not_held_is_named_in_plain_words(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    let input =
        json!({ "tenant": tenant(AUTHORITY), "area": area("halton"), "quarter": "FY2009-Q3", "text": "In short.", "themes": [] });
    let (code, _, message) = refusal(&lead, "recordFeedbackSummary", input).await;
    assert_eq!(code, "FORBIDDEN");
    assert!(message.contains("collate neighbourhood feedback here (research officer may)"), "{message}");
    assert!(!message.contains('_') && !message.contains("COLLATE"), "no word of a table: {message}");
}

async fn whoever_only_reads_a_tenant_is_told_who_writes_there(app: TestApp) {
    let treasurer = app.sign_in("authority.treasurer").await;
    let officer = app.sign_in("authority.research-officer").await;
    let stranger = app.sign_in("warrington.performance-officer").await;
    let before = everything(&app).await;
    let paid = json!({ "decision": decision(1), "amount": 10, "reference": "Invoice 1" });
    let figures = json!({ "tenant": tenant("halton"), "observations": [
        { "indicator": { "reference": "halton-ni-20" }, "area": { "gssCode": "E06000006" }, "period": "FY2009-Q4", "value": 1, "source": "Entered by hand" }] });
    let query = json!({ "tenant": tenant("halton"), "name": "mine", "title": "Mine",
        "definition": { "document": "{ viewer { email } }", "rowsPath": "viewer", "columns": [] } });
    for (actor, mutation, input, field, offices) in [
        (&treasurer, "recordSpending", paid.clone(), "decision", "Who may record what was paid there: "),
        (&treasurer, "agreeExpenditure", spending(&line("hsp-2009/1"), 10), "line", "partnership lead member"),
        (&officer, "recordObservations", figures, "tenant", "partner analyst"),
        (&officer, "createStoredQuery", query, "tenant", "performance officer"),
    ] {
        let (code, named, message) = refusal(actor, mutation, input.clone()).await;
        assert_eq!((code.as_str(), &named), ("FORBIDDEN", &json!([field])), "{mutation}: {message}");
        assert!(message.starts_with("You hold no appointment in Halton"), "{mutation}: {message}");
        assert!(message.contains(offices), "{mutation}: {message}");
        // Whoever may not know of the tenant learns nothing: neither that it is there, nor who does what in it.
        let (code, named, message) = refusal(&stranger, mutation, input).await;
        assert_eq!((code.as_str(), &named), ("NOT_FOUND", &json!([field])), "{mutation}: {message}");
        assert!(!message.contains("Halton"), "{mutation}: {message}");
    }
    // Of what isn't there no more is said than of what is.
    let nothing = json!({ "decision": decision(999), "amount": 10, "reference": "Invoice 1" });
    assert_eq!(refusal(&treasurer, "recordSpending", nothing).await, refusal(&treasurer, "recordSpending", paid).await);
    assert_eq!(everything(&app).await, before, "nothing was written");
}
