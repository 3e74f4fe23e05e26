//! A whole quarter as the offices live it: from what members saw in their neighbourhoods to what the committee minuted.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{TestApp, day};

use super::fixtures::{AUTHORITY, answers, area, done, form, quarterly_return, return_id, tenant};

both_dbs!(a_quarter_from_the_ward_to_the_committee);

async fn a_quarter_from_the_ward_to_the_committee(app: TestApp) {
    // January: members write, in the last days before the Research Officer draws it together.
    app.clock().set_business_date(day("2010-01-20"));
    let lead = app.sign_in("warrington.lead-member").await;
    let mut sent = Vec::new();
    for (unit, text) in
        [("npu-warrington-central", "Fights at the taxi rank."), ("npu-warrington-south", "Drinking in the park.")]
    {
        let made = done(&lead, "sendFeedback", form(unit, "FY2009-Q3", &[("ALCOHOL", text)]), "feedback { id }").await;
        sent.push(json!({ "feedback": made["feedback"]["id"], "number": 1 }));
    }
    let officer = app.sign_in("authority.research-officer").await;
    let summary = json!({ "tenant": tenant(AUTHORITY), "area": area("warrington"), "quarter": "FY2009-Q3", "text": "Drink is the quarter's concern.",
        "themes": [{ "subject": "ALCOHOL", "title": "Drink in public", "text": "At the rank and in the park.", "issues": sent }] });
    let made = done(&officer, "recordFeedbackSummary", summary, "summary { id }").await;
    done(&officer, "sendFeedbackSummary", json!({ "summary": made["summary"]["id"] }), "").await;

    // The last days of January: the lead member finds it all there, and answers four questions.
    app.clock().set_business_date(day("2010-01-29"));
    let fields = "contents { indicators { line code value colour reason } missing { part } promises { text }
        feedback { text unitsAwaited themes { title recursInUnits recursInQuarters } } }";
    let opened = quarterly_return(&lead, "warrington", "FY2009-Q3", fields).await;
    assert_eq!(opened["status"], "NOT_STARTED");
    let contents = &opened["contents"];
    assert_eq!(contents["missing"], json!([]), "nothing is missing: {contents}");
    assert_eq!(contents["promises"], json!([{ "text": "Ask what follows the marshals' funding" }]));
    assert_eq!(
        contents["feedback"],
        json!({ "text": "Drink is the quarter's concern.", "unitsAwaited": 1,
            "themes": [{ "title": "Drink in public", "recursInUnits": true, "recursInQuarters": true }] })
    );
    let lines: Vec<&Value> = contents["indicators"].as_array().unwrap().iter().map(|part| &part["line"]).collect();
    assert!(lines.len() >= 3, "{contents}");
    let id = return_id("warrington", "FY2009-Q3");
    let input = json!({ "return": id, "answers": answers(), "notes": [{ "line": lines[0], "words": "Better than last winter." }], "expectedVersion": 0 });
    let saved = done(&lead, "updateQuarterlyReturn", input, "quarterlyReturn { status shortcomings { message } }").await;
    assert_eq!(saved["quarterlyReturn"], json!({ "status": "DRAFT", "shortcomings": [] }));
    done(&lead, "submitQuarterlyReturn", json!({ "return": id, "expectedVersion": 1 }), "").await;

    // The committee's day.
    app.clock().set_business_date(day("2010-02-09"));
    let clerk = app.sign_in("authority.clerk").await;
    let receipt = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "72" });
    done(&clerk, "acceptQuarterlyReturn", receipt, "").await;
    let fields = "submission { isIntact isLate receivedOn act { office } contents { indicators { note } } }";
    let received = quarterly_return(&app.sign_in("authority.research-officer").await, "warrington", "FY2009-Q3", fields).await;
    assert_eq!(received["status"], "RECEIVED");
    let submission = &received["submission"];
    assert_eq!(
        [&submission["isIntact"], &submission["isLate"], &submission["receivedOn"]],
        [&json!(true), &json!(false), &json!("2010-02-09")]
    );
    assert_eq!(submission["act"]["office"], "PARTNERSHIP_LEAD_MEMBER");
    assert_eq!(submission["contents"]["indicators"][0]["note"], "Better than last winter.");

    // The next quarter opens with this one's words.
    let next =
        quarterly_return(&lead, "warrington", "FY2009-Q4", "contents { lastAnswers { risks } indicators { lastWords } }").await;
    assert_eq!(next["contents"]["lastAnswers"]["risks"], answers()["risks"]);
    assert_eq!(next["contents"]["indicators"][0]["lastWords"], "Better than last winter.");
}
