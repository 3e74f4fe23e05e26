//! Each case states what graphql-js answers for the same schema.

use serde_json::{Value, json};

use super::toy::{body, paid, post, schema, send_to};
use crate::graphql::frontdoor::Limits;

/// Answers the query and compares data and the paths of errors.
async fn expect(query: &str, data: Value, paths: Value) {
    let answer = post(query).await;
    assert_eq!(answer.body["data"], data, "{query}");
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let found: Vec<_> = errors.iter().map(|error| error["path"].clone()).collect();
    assert_eq!(Value::from(found), paths, "{query}");
    assert_eq!(answer.status, 200, "{query}");
    assert!(answer.body.as_object().unwrap().contains_key("data"), "{query}");
}

#[actix_web::test]
async fn a_failing_nullable_field_is_null_and_its_siblings_survive() {
    for field in ["resOpt", "optRes", "guardedOpt", "database"] {
        expect(&format!("{{ ok {field} }}"), json!({ "ok": 1, field: null }), json!([[field]])).await;
    }
    expect("{ itemOpt { id badOpt } }", json!({"itemOpt": {"id": 1, "badOpt": null}}), json!([["itemOpt", "badOpt"]])).await;
    expect(
        "{ itemOpt { directionOpt id } }",
        json!({"itemOpt": {"directionOpt": null, "id": 1}}),
        json!([["itemOpt", "directionOpt"]]),
    )
    .await;
}

#[actix_web::test]
async fn a_failing_non_null_field_nulls_the_nearest_nullable_parent() {
    expect("{ ok guarded }", json!(null), json!([["guarded"]])).await;
    expect("{ ok item { bad } }", json!(null), json!([["item", "bad"]])).await;
    expect("{ ok itemOpt { id bad } }", json!({"ok": 1, "itemOpt": null}), json!([["itemOpt", "bad"]])).await;
    expect("{ ok itemOpt { direction } }", json!({"ok": 1, "itemOpt": null}), json!([["itemOpt", "direction"]])).await;
    expect(
        "{ itemOpt { id childOpt { child { bad } } } }",
        json!({"itemOpt": {"id": 1, "childOpt": null}}),
        json!([["itemOpt", "childOpt", "child", "bad"]]),
    )
    .await;
    expect("{ ok plain { item { bad } } }", json!({"ok": 1, "plain": null}), json!([["plain", "item", "bad"]])).await;
    expect("{ plain { itemOpt { bad } } }", json!({"plain": {"itemOpt": null}}), json!([["plain", "itemOpt", "bad"]])).await;
}

#[actix_web::test]
async fn lists_keep_what_their_types_allow_and_paths_name_the_item() {
    expect("{ ok items { bad } }", json!(null), json!([["items", 1, "bad"]])).await;
    expect("{ ok itemsOpt { bad } }", json!({"ok": 1, "itemsOpt": null}), json!([["itemsOpt", 1, "bad"]])).await;
    expect("{ sparse { id bad } }", json!({"sparse": [{"id": 0, "bad": 0}, null, null]}), json!([["sparse", 1, "bad"]])).await;
    expect(
        "{ items { id badOpt } }",
        json!({"items": [{"id": 0, "badOpt": 0}, {"id": 1, "badOpt": null}]}),
        json!([["items", 1, "badOpt"]]),
    )
    .await;
    expect(
        "{ itemOpt { matrix { bad } } }",
        json!({"itemOpt": {"matrix": [[{"bad": 0}], null]}}),
        json!([["itemOpt", "matrix", 1, 1, "bad"]]),
    )
    .await;
}

#[actix_web::test]
async fn not_a_number_in_a_promised_float_is_an_error_and_not_a_silent_null() {
    expect("{ ok itemOpt { nan } }", json!({"ok": 1, "itemOpt": null}), json!([["itemOpt", "nan"]])).await;
}

#[actix_web::test]
async fn aliases_and_fragments_name_the_response_key() {
    expect(
        "{ a: itemOpt { ...F } } fragment F on Item { b: badOpt ... on Item { c: id } }",
        json!({"a": {"b": null, "c": 1}}),
        json!([["a", "b"]]),
    )
    .await;
}

#[actix_web::test]
async fn a_sibling_that_is_still_at_work_runs_to_its_end() {
    let schema = schema();
    let query = json!({"query": "{ slow(turns: 20) guarded }"});
    let answer = send_to(&schema, Limits::default(), body(query)).await;
    assert_eq!((&answer.body["data"], answer.code()), (&Value::Null, "FORBIDDEN"));
    assert_eq!(paid(&schema), 1, "the slow field was not dropped");
}

#[actix_web::test]
async fn a_mutation_that_fails_leaves_the_ones_beside_it() {
    let schema = schema();
    let query = json!({"query": "mutation { a: pay { id } refuse { id } b: pay { id } }"});
    let answer = send_to(&schema, Limits::default(), body(query)).await;
    assert_eq!(answer.body["data"], json!({"a": {"id": 0}, "refuse": null, "b": {"id": 0}}));
    assert_eq!(paid(&schema), 2);
}
