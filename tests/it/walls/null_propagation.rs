//! What fails is null and says why, at its own place; what stands beside it is answered.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

both_dbs!(
    a_denied_field_is_null_with_its_path_and_its_neighbours_survive,
    a_denied_list_is_null_with_its_path_and_its_neighbours_survive,
    a_failing_root_leaves_the_other_roots_alone,
    an_omitted_variable_is_not_null,
);

async fn a_denied_field_is_null_with_its_path_and_its_neighbours_survive(app: TestApp) {
    let query = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(filter: { codes: [\"NI 16\", \"NI 32\"] }) {
        nodes { code outlook { judgement } status { colour } } } } } }";
    let insider = app.sign_in("halton.psg-member").await.ask(query, json!({})).await;
    let outlooks: Vec<&Value> =
        insider.list("/tenant/agreement/indicators/nodes").iter().map(|line| &line["outlook"]["judgement"]).collect();
    assert_eq!(outlooks, ["LIKELY", "LIKELY"]);

    let answer = app.sign_in("halton.scrutiny-member").await.ask(query, json!({})).await;
    assert_eq!(answer.status, 200);
    let lines = answer.value("/tenant/agreement/indicators/nodes").as_array().expect("the list survives");
    for (line, told) in lines.iter().zip(insider.list("/tenant/agreement/indicators/nodes")) {
        assert_eq!(line["outlook"], Value::Null);
        assert_eq!((&line["code"], &line["status"]), (&told["code"], &told["status"]), "its neighbours survive");
    }
    let paths: Vec<&Value> = answer.errors().iter().map(|error| &error["path"]).collect();
    let path = |line: usize| json!(["tenant", "agreement", "indicators", "nodes", line, "outlook"]);
    assert_eq!(paths, [&path(0), &path(1)]);
    assert_eq!(answer.error_codes(), ["FORBIDDEN", "FORBIDDEN"]);
    let message = answer.errors()[0]["message"].as_str().unwrap();
    assert!(message.contains("9 February 2010") || message.contains("2010-02-09"), "it says as of when: {message}");
}

async fn a_denied_list_is_null_with_its_path_and_its_neighbours_survive(app: TestApp) {
    let query = "{ tenant(by: { slug: \"halton\" }) { name acts { totalCount } bodies(first: 1) { totalCount }
        viewerCan(action: READ, resource: ACT) } }";
    let answer = app.sign_in("halton.scrutiny-member").await.ask(query, json!({})).await;
    assert_eq!(answer.error_codes(), ["FORBIDDEN"]);
    assert_eq!(answer.errors()[0]["path"], json!(["tenant", "acts"]));
    assert_eq!(answer.value("/tenant/acts"), &Value::Null);
    assert!(answer.value("/tenant/name").as_str().unwrap().contains("Halton"));
    assert!(answer.value("/tenant/bodies/totalCount").as_u64().unwrap() > 10);
    assert_eq!(answer.value("/tenant/viewerCan"), false);
    let officer = app.sign_in("halton.performance-officer").await.ask(query, json!({})).await;
    assert!(officer.data("/tenant/acts/totalCount").as_u64().unwrap() > 0);
    assert_eq!(officer.data("/tenant/viewerCan"), true);
}

async fn a_failing_root_leaves_the_other_roots_alone(app: TestApp) {
    let query = "{ other: tenant(by: { slug: \"warrington\" }) { name } own: tenant(by: { slug: \"halton\" }) { slug }
        area(by: { reference: \"atlantis\" }) { name } period(code: \"nonsense\") { label } }";
    let answer = app.sign_in("halton.performance-officer").await.ask(query, json!({})).await;
    assert_eq!(answer.value("/own/slug"), "halton");
    assert_eq!(answer.value("/other"), &Value::Null);
    assert!(answer.body["data"].as_object().unwrap().contains_key("area"), "a field that failed is null, not gone: {answer}");
    let failed: Vec<&Value> = answer.errors().iter().map(|error| &error["path"][0]).collect();
    assert!(failed.contains(&&json!("other")), "{answer}");
    assert!(!failed.contains(&&json!("own")), "{answer}");
}

async fn an_omitted_variable_is_not_null(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "query ($filter: AgreementIndicatorFilter, $codes: [String!], $first: Int) {
        tenant(by: { slug: \"halton\" }) { agreement {
            whole: indicators(filter: $filter, first: $first) { totalCount }
            part: indicators(filter: { codes: $codes, reviewGroup: AGREED }) { totalCount } } } }";
    let omitted = officer.ask(query, json!({})).await;
    let null = officer.ask(query, json!({ "filter": null, "codes": null, "first": null })).await;
    let given = officer.ask(query, json!({ "filter": { "reviewGroup": "AGREED" }, "codes": ["NI 33"], "first": 1 })).await;
    assert_eq!(omitted.data("/tenant/agreement/whole/totalCount"), 34);
    assert_eq!(omitted.data("/tenant/agreement"), null.data("/tenant/agreement"));
    assert_eq!(given.data("/tenant/agreement/part/totalCount"), 1);
    assert_eq!(given.data("/tenant/agreement/whole"), omitted.data("/tenant/agreement/part"));
}
