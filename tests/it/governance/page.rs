//! The README's page "a quarter in ten requests", played as it stands there.

use std::path::Path;

use serde_json::{Map, Value};
use tests::both_dbs;
use tests::support::TestApp;

both_dbs!(the_page_does_what_it_says);

/// A request of the page.
struct Request {
    number: usize,
    account: String,
    /// Its variables: each with where it stands in the answer to which request.
    variables: Vec<(String, String, usize)>,
    document: String,
}

/// The requests of the page, in their order.
fn page() -> Vec<Request> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(file).expect("the README is there");
    let (_, page) = readme.split_once("## A quarter in ten requests").expect("the page is there");
    let page = page.split("\n## ").next().expect("a section has a text");
    page.split("```graphql\n").skip(1).map(|block| request(block.split("```").next().expect("a block ends"))).collect()
}

/// A request with its first line, such as `# 2. halton.lead-member; $unit is /unit/id of 1`.
fn request(block: &str) -> Request {
    let (first, document) = block.split_once('\n').expect("a block has a first line");
    let mut parts = first.trim_start_matches("# ").split("; ");
    let (number, account) = parts.next().and_then(|whose| whose.split_once(". ")).expect("it says whose it is");
    let variable = |part: &str| {
        let (name, place) = part.trim_start_matches('$').split_once(" is ").expect("it says what it is");
        let (pointer, of) = place.split_once(" of ").expect("it says in which answer");
        (name.to_owned(), pointer.to_owned(), of.parse().expect("a number"))
    };
    Request {
        number: number.parse().expect("a number"),
        account: account.to_owned(),
        variables: parts.map(variable).collect(),
        document: document.to_owned(),
    }
}

async fn the_page_does_what_it_says(app: TestApp) {
    let requests = page();
    assert_eq!(requests.iter().map(|request| request.number).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    let mut answers = Vec::new();
    for request in &requests {
        let mut variables = Map::new();
        for (name, pointer, of) in &request.variables {
            let before: &tests::support::Answer = &answers[of - 1];
            variables.insert(name.clone(), before.data(pointer).clone());
        }
        let answer = app.sign_in(&request.account).await.ask(&request.document, Value::Object(variables)).await;
        assert_eq!(answer.errors(), &[] as &[Value], "{}: {answer}", request.number);
        for payload in answer.body["data"].as_object().expect("data").values() {
            let errors = payload.get("userErrors").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
            assert_eq!(errors, Value::Array(Vec::new()), "{}: {answer}", request.number);
        }
        answers.push(answer);
    }
    assert_eq!(answers[3].data("/recordFeedbackSummary/summary/themes/0/recursInQuarters"), true, "fires had been named before");
    assert_eq!(answers[5].data("/submitRiskReport/referral/state"), "REPORTED_TO_ENGAGEMENT");
    assert_eq!(answers[6].data("/agreeExpenditure/decision/minuteReference"), "Engagement Committee 24 November 2008, minute 34");
    assert_eq!(answers[7].data("/halton/mayIAgree/isWithin"), false, "what was agreed before is not there to be agreed again");
    assert_eq!(answers[8].data("/submitQuarterlyReturn/quarterlyReturn/submission/isIntact"), true);
    assert_eq!(answers[9].data("/acceptQuarterlyReturn/quarterlyReturn/status"), "RECEIVED");
    assert_eq!(answers[9].data("/recordCommitteeNote/referral/state"), "WITH_TREASURER");
}
