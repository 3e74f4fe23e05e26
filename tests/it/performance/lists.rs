//! Lists of lines: filtered, ordered, and walked page by page in either direction without losing or repeating one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

both_dbs!(
    pages_of_seven_lead_through_all_lines_forwards_and_backwards,
    filters_hold_together,
    orders_run_both_ways,
    a_cursor_goes_with_its_list,
);

const PAGE: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $filter: AgreementIndicatorFilter,
    $orderBy: AgreementIndicatorOrder) { tenant(by: { slug: \"halton\" }) { agreement {
    indicators(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }
        nodes { code position reviewGroup status { colour } indicator { policeOwner } } } } } }";

async fn page(officer: &Actor, variables: Value) -> Value {
    officer.ask(PAGE, variables).await.data("/tenant/agreement/indicators").clone()
}

fn codes(list: &Value) -> Vec<String> {
    list["nodes"].as_array().unwrap().iter().map(|line| line["code"].as_str().unwrap().to_owned()).collect()
}

async fn pages_of_seven_lead_through_all_lines_forwards_and_backwards(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for order in [Value::Null, json!({ "field": "CODE", "direction": "DESC" }), json!({ "field": "COLOUR", "direction": "ASC" })]
    {
        let whole = codes(&page(&officer, json!({ "first": 100, "orderBy": order })).await);
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 34);

        let (mut forwards, mut after, mut sizes) = (Vec::new(), Value::Null, Vec::new());
        loop {
            let list = page(&officer, json!({ "first": 7, "after": after, "orderBy": order })).await;
            assert_eq!(list["totalCount"], 34);
            assert_eq!(list["pageInfo"]["hasPreviousPage"], !forwards.is_empty());
            assert_eq!(list["pageInfo"]["endCursor"], list["edges"].as_array().unwrap().last().unwrap()["cursor"]);
            sizes.push(codes(&list).len());
            forwards.extend(codes(&list));
            after = list["pageInfo"]["endCursor"].clone();
            if list["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(sizes, [7, 7, 7, 7, 6], "ordered by {order}");
        assert_eq!(forwards, whole, "ordered by {order}");

        let (mut backwards, mut before) = (Vec::new(), Value::Null);
        loop {
            let list = page(&officer, json!({ "last": 7, "before": before, "orderBy": order })).await;
            assert_eq!(list["pageInfo"]["hasNextPage"], !backwards.is_empty());
            let mut earlier = codes(&list);
            earlier.append(&mut backwards);
            backwards = earlier;
            before = list["pageInfo"]["startCursor"].clone();
            if list["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        assert_eq!(backwards, whole, "ordered by {order}");
    }
}

async fn filters_hold_together(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let whole = page(&officer, json!({ "first": 100 })).await;
    let wanted = |holds: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let lines = whole["nodes"].as_array().unwrap().iter();
        lines.filter(|line| holds(line)).map(|line| line["code"].as_str().unwrap().to_owned()).collect()
    };
    let filtered = async |filter: Value| codes(&page(&officer, json!({ "first": 100, "filter": filter })).await);

    let red = wanted(&|line| line["status"]["colour"] == "RED");
    assert!(red.contains(&"NI 32".to_owned()));
    assert_eq!(filtered(json!({ "colours": ["RED"] })).await, red);
    let either = wanted(&|line| line["status"]["colour"] == "RED" || line["status"]["colour"] == "AMBER");
    assert_eq!(filtered(json!({ "colours": ["AMBER", "RED"] })).await, either);
    let constabulary = wanted(&|line| line["indicator"]["policeOwner"] == "CONSTABULARY");
    assert!(!constabulary.is_empty() && constabulary.len() < 34);
    assert_eq!(filtered(json!({ "policeOwner": "CONSTABULARY" })).await, constabulary);
    let agreed = wanted(&|line| line["reviewGroup"] == "AGREED");
    assert_eq!(filtered(json!({ "reviewGroup": "AGREED" })).await, agreed);
    let both = wanted(&|line| line["status"]["colour"] == "RED" && line["indicator"]["policeOwner"] == "CONSTABULARY");
    assert_eq!(filtered(json!({ "colours": ["RED"], "policeOwner": "CONSTABULARY" })).await, both, "both conditions hold");
    assert_eq!(filtered(json!({ "codes": ["NI 16", "NI 999"] })).await, ["NI 16"]);
    let none = page(&officer, json!({ "first": 5, "filter": { "codes": [] } })).await;
    assert_eq!((&none["totalCount"], &none["pageInfo"]["endCursor"]), (&json!(0), &Value::Null), "none of no codes");
}

async fn orders_run_both_ways(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let ordered = async |field: &str, direction: &str| {
        page(&officer, json!({ "first": 100, "orderBy": { "field": field, "direction": direction } })).await
    };
    for field in ["POSITION", "CODE", "COLOUR"] {
        let (up, down) = (ordered(field, "ASC").await, ordered(field, "DESC").await);
        let key = |line: &Value| match field {
            "POSITION" => line["position"].as_i64().unwrap().to_string(),
            "CODE" => line["code"].as_str().unwrap().to_owned(),
            _ => line["status"]["colour"].as_str().unwrap().to_owned(),
        };
        let keys = |list: &Value| list["nodes"].as_array().unwrap().iter().map(key).collect::<Vec<_>>();
        let mut reversed = keys(&down);
        reversed.reverse();
        assert_eq!(keys(&up), reversed, "{field}");
        let distinct = keys(&up).iter().collect::<BTreeSet<_>>().len();
        let mut runs = keys(&up);
        runs.dedup();
        assert_eq!(runs.len(), distinct, "{field}: equals stand together");
    }
    let first = ordered("COLOUR", "ASC").await["nodes"][0]["status"]["colour"].clone();
    let last = ordered("COLOUR", "DESC").await["nodes"][0]["status"]["colour"].clone();
    assert_eq!((first, last), (json!("NOT_RATED"), json!("GREEN")), "from not rated over red to green");
}

async fn a_cursor_goes_with_its_list(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let cursor = page(&officer, json!({ "first": 1 })).await["pageInfo"]["endCursor"].clone();
    for variables in [
        json!({ "first": 1, "after": cursor, "filter": { "colours": ["RED"] } }),
        json!({ "first": 1, "after": cursor, "orderBy": { "field": "CODE", "direction": "ASC" } }),
        json!({ "first": 1, "after": "nonsense" }),
    ] {
        let answer = officer.ask(PAGE, variables.clone()).await;
        assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"], "{variables}: {answer}");
    }
}
