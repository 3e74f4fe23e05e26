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
    println!("{answer}");
    assert_eq!(answer.data("/tenant/agreement/indicators/nodes/0/status/colour"), "GREEN");
}
