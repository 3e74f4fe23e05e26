//! Officers' judgements beside the computed colour: who may state one, what it has to name, and how long it stands.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{
    TestApp,
    answer::Answer,
    app::{Actor, day},
};

use super::fixtures::{codes, fields, line};

both_dbs!(
    an_outlook_takes_the_place_of_the_one_that_stood_until_the_next_review,
    a_judgement_rosier_than_the_figures_names_what_will_close_the_difference,
    a_review_is_within_a_year_and_a_rationale_is_required,
    only_those_who_judge_may_record_outlooks_and_only_at_home,
);

const RECORD: &str = "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) {
    outlook { judgement leaning closingAction closingOn expiresOn recordedOn period { code } act { office } }
    userErrors { code field message } } }";

async fn record(actor: &Actor, input: Value) -> Answer {
    actor.ask(RECORD, json!({ "input": input })).await
}

/// The line's computed colour and the outlook that stands.
async fn judged(actor: &Actor, code: &str, as_at: &str) -> Answer {
    let query = "query ($codes: [String!], $asAt: Date) { tenant(by: { slug: \"halton\" }, asAt: $asAt) {
        agreement(by: { reference: \"halton-laa-2008\" }) { indicators(filter: { codes: $codes }) { nodes {
        status { colour } outlook { judgement } } } } } }";
    actor.ask(query, json!({ "codes": [code], "asAt": as_at })).await
}

const STANDING: &str = "/tenant/agreement/indicators/nodes/0/outlook/judgement";
const COLOUR: &str = "/tenant/agreement/indicators/nodes/0/status/colour";

fn likely(line: &str) -> Value {
    json!({ "line": line, "judgement": "LIKELY", "rationale": "The winter was quiet.", "expiresOn": "2010-08-09" })
}

async fn an_outlook_takes_the_place_of_the_one_that_stood_until_the_next_review(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let today = judged(&officer, "NI 16", "2010-02-09").await;
    assert_eq!((today.data(COLOUR), today.data(STANDING)), (&json!("GREEN"), &json!("LIKELY")));

    let mut input = likely(&line);
    input["judgement"] = json!("UNLIKELY");
    let answer = record(&officer, input).await;
    assert_eq!(answer.user_errors("/recordOutlook"), &[] as &[Value], "{answer}");
    let outlook = answer.data("/recordOutlook/outlook");
    assert_eq!(outlook["leaning"], "CAUTIOUS");
    assert_eq!((&outlook["period"]["code"], &outlook["recordedOn"]), (&json!("FY2009-Q3"), &json!("2010-02-09")));
    assert_eq!(outlook["act"]["office"], "PERFORMANCE_OFFICER");

    assert_eq!(judged(&officer, "NI 16", "2010-02-09").await.data(STANDING), "UNLIKELY");
    assert_eq!(judged(&officer, "NI 16", "2010-02-08").await.data(STANDING), "LIKELY", "earlier days show what was said then");
    app.clock().set_business_date(day("2010-08-10"));
    assert_eq!(judged(&officer, "NI 16", "2010-08-09").await.data(STANDING), "UNLIKELY");
    assert_eq!(judged(&officer, "NI 16", "2010-08-10").await.value(STANDING), &Value::Null, "it expired with the review");
    // The one that expired makes room for the next.
    let next = json!({ "line": line, "judgement": "UNLIKELY", "rationale": "Nothing has changed.", "expiresOn": "2011-02-09" });
    assert_eq!(record(&officer, next).await.user_errors("/recordOutlook"), &[] as &[Value]);
}

async fn a_judgement_rosier_than_the_figures_names_what_will_close_the_difference(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 20", "halton").await;
    assert_eq!(judged(&officer, "NI 20", "2010-02-09").await.data(COLOUR), "AMBER");

    let refused = record(&officer, likely(&line)).await;
    let errors = refused.user_errors("/recordOutlook");
    assert_eq!((codes(errors), fields(errors)), (vec!["MISSING"], vec!["closingAction".to_owned()]), "{refused}");
    let mut input = likely(&line);
    input["closingAction"] = json!("Licensing visits every weekend");
    assert_eq!(fields(record(&officer, input.clone()).await.user_errors("/recordOutlook")), ["closingOn"]);
    input["closingOn"] = json!("2010-02-09");
    assert_eq!(
        fields(record(&officer, input.clone()).await.user_errors("/recordOutlook")),
        ["closingOn"],
        "today is no later day"
    );
    assert_eq!(judged(&officer, "NI 20", "2010-02-09").await.data(STANDING), "DIFFICULT", "nothing was written");

    input["closingOn"] = json!("2010-03-31");
    let accepted = record(&officer, input).await;
    let outlook = accepted.data("/recordOutlook/outlook");
    assert_eq!((&outlook["leaning"], &outlook["closingOn"]), (&json!("OPTIMISTIC"), &json!("2010-03-31")));
    assert_eq!(outlook["closingAction"], "Licensing visits every weekend");
}

async fn a_review_is_within_a_year_and_a_rationale_is_required(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    for (expires, accepted) in [("2010-02-09", false), ("2011-02-10", false), ("2010-02-10", true), ("2011-02-09", true)] {
        let mut input = likely(&line);
        input["expiresOn"] = json!(expires);
        let answer = record(&officer, input).await;
        let expected = if accepted { vec![] } else { vec!["OUT_OF_RANGE"] };
        assert_eq!(codes(answer.user_errors("/recordOutlook")), expected, "{expires}: {answer}");
    }
    let mut input = likely(&line);
    input["rationale"] = json!(" ");
    assert_eq!(fields(record(&officer, input).await.user_errors("/recordOutlook")), ["rationale"]);
}

async fn only_those_who_judge_may_record_outlooks_and_only_at_home(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let line = line(&member, "halton", "halton-laa-2008", "NI 16", "halton").await;
    for office in ["halton.psg-member", "halton.scrutiny-member", "halton.lead-member", "halton.partner-analyst"] {
        let answer = record(&app.sign_in(office).await, likely(&line)).await;
        assert_eq!(codes(answer.user_errors("/recordOutlook")), ["FORBIDDEN"], "{office}");
    }
    let stranger = app.sign_in("warrington.performance-officer").await;
    assert_eq!(codes(record(&stranger, likely(&line)).await.user_errors("/recordOutlook")), ["NOT_FOUND"]);
}
