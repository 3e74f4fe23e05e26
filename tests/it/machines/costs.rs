//! What a document would cost is told before it is run, and is what it then costs.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

both_dbs!(
    what_is_explained_is_what_it_costs,
    what_would_be_refused_is_told_with_the_limit,
    nothing_is_run_and_nobody_asks_for_nothing,
);

const EXPLAIN: &str = "query ($document: String!, $name: String, $variables: JSON) {
    explainCost(document: $document, operationName: $name, variables: $variables) { operation cost isAllowed refusal { code message }
        limits { code unit measured allowed } fields { path cost times } } }";

const BOARD: &str = "query Board($first: Int = 20) { tenant(by: { slug: \"halton\" }) { name agreement { ...lines } } }
    query Other { viewer { email } }
    fragment lines on Agreement { indicators(first: $first) { totalCount nodes { code status { colour } observations(last: 3) { nodes { value } } } } }";

async fn explain(app: &TestApp, document: &str, name: Option<&str>, variables: Value) -> Answer {
    let officer = app.sign_in("halton.performance-officer").await;
    officer.ask(EXPLAIN, json!({ "document": document, "name": name, "variables": variables })).await
}

async fn what_is_explained_is_what_it_costs(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for variables in [json!({}), json!({ "first": 7 })] {
        let told = explain(&app, BOARD, Some("Board"), variables.clone()).await;
        let run = officer.post(&json!({ "query": BOARD, "operationName": "Board", "variables": variables })).await;
        assert_eq!(run.errors(), [] as [Value; 0], "{run}");
        assert_eq!(told.data("/explainCost/cost").to_string(), run.headers["x-query-cost"].to_str().unwrap());
    }
    let small =
        officer.ask("mutation { revokeSession(input: { session: \"nonsense\" }) { userErrors { code } } }", json!({})).await;
    assert_eq!(small.headers["x-query-cost"], "100", "{small}");
    let told = explain(&app, BOARD, Some("Board"), json!({ "first": 7 })).await;
    assert_eq!(told.data("/explainCost/operation"), "Board");
    assert_eq!(told.data("/explainCost/isAllowed"), true);
    let field = |path: &[&str]| {
        let fields = told.list("/explainCost/fields");
        let found = fields.iter().find(|field| field["path"] == json!(path)).unwrap_or_else(|| panic!("{path:?}: {told}"));
        (found["cost"].as_i64().unwrap(), found["times"].as_i64().unwrap())
    };
    // value: 1 in nodes: 2, thrice, in observations: 7; with code, status and colour 10 in nodes: 11, seven times.
    let beneath = ["tenant", "agreement", "indicators", "nodes"];
    assert_eq!(field(&[&beneath[..], &["observations", "nodes"]].concat()), (21 * 2, 21));
    assert_eq!(field(&[&beneath[..], &["observations"]].concat()), (7 * 7, 7));
    assert_eq!(field(&beneath), (7 * 11, 7));
    assert_eq!(field(&["tenant", "agreement", "indicators"]), (7 * 11 + 2, 1));
    assert_eq!(field(&["tenant"]), (7 * 11 + 2 + 1 + 1 + 1, 1));
    assert_eq!(told.data("/explainCost/cost"), 7 * 11 + 5);
    assert_eq!(told.data("/explainCost/fields/0/path"), &json!(["tenant"]), "dearest first");
}

async fn what_would_be_refused_is_told_with_the_limit(app: TestApp) {
    let code = |answer: &Answer| answer.data("/explainCost/refusal/code").as_str().unwrap_or_default().to_owned();
    let wide = "{ tenants(first: 100) { nodes { bodies(first: 100) { nodes { memberships(first: 100) { nodes { body { memberships(first: 100) { nodes {
        id capacity organisation { id name } } } } } } } } } } }";
    let told = explain(&app, wide, None, Value::Null).await;
    assert_eq!((code(&told), told.data("/explainCost/isAllowed")), ("LIMIT_COST".to_owned(), &json!(false)), "{told}");
    assert!(told.data("/explainCost/cost").as_i64().unwrap() > 12_000_000);
    let limits = told.list("/explainCost/limits");
    let cost = limits.iter().find(|limit| limit["code"] == "LIMIT_COST").unwrap();
    assert_eq!(cost["allowed"], 12_000_000);
    for (document, expected) in [
        ("{ tenants(first: 101) { totalCount } }", "LIMIT_PAGE"),
        ("{ nonsense", "SYNTAX"),
        ("query A { a } query B { b }", "OPERATION_NAME_NEEDED"),
        ("query ($n: Int!) { tenants(first: $n) { totalCount } }", "BAD_VARIABLES"),
    ] {
        assert_eq!(code(&explain(&app, document, None, json!({})).await), expected, "{document}");
    }
}

async fn nothing_is_run_and_nobody_asks_for_nothing(app: TestApp) {
    let mutation = "mutation { revokeSession(input: {}) { revoked } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let told = officer.ask(EXPLAIN, json!({ "document": mutation })).await;
    assert_eq!(told.data("/explainCost/isAllowed"), true);
    assert_eq!(told.data("/explainCost/cost"), 100, "what it would draw, however little it selects");
    assert_eq!(officer.ask("{ viewer { email } }", json!({})).await.errors(), [] as [Value; 0], "the session is still live");
    let nobody = app.anonymous().ask(EXPLAIN, json!({ "document": mutation })).await;
    assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
}
