//! The main job, whole: an officer signs in and learns how an indicator of the agreement stands, and why.

use serde_json::json;
use tests::both_dbs;
use tests::support::TestApp;

both_dbs!(an_officer_learns_the_colour_of_an_indicator_and_why);

async fn an_officer_learns_the_colour_of_an_indicator_and_why(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "query ($slug: String!) { tenant(by: { slug: $slug }) { agreement { name
        indicators(filter: { codes: [\"NI 16\"] }) { nodes { title status { colour reason actual expected } } } } } }";
    let answer = officer.ask(query, json!({ "slug": "halton" })).await;
    assert_eq!(answer.text("/tenant/agreement/name"), "Halton Local Area Agreement 2008-11");
    assert_eq!(answer.text("/tenant/agreement/indicators/nodes/0/title"), "Serious acquisitive crime rate");
    assert_eq!(
        answer.data("/tenant/agreement/indicators/nodes/0/status"),
        &json!({
            "colour": "GREEN",
            "actual": 9.86,
            "expected": 10.5,
            "reason": "Green: 9.86 against an expected 10.50 by Q3 2009/10; on or better than expected is green under Halton \
                       performance convention version 2, agreed by the Performance and Standards Group on 14 January 2009 \
                       (illustrative).",
        })
    );
}
