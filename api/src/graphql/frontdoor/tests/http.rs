//! The HTTP message: methods, media types, statuses, codes.

use actix_web::{test::TestRequest, web};
use serde_json::json;

use super::toy::{body, contract, paid, post, schema, send, send_through, send_to};
use crate::graphql::frontdoor::{Executors, FrontDoor, Limits, Profile};

const NEW: (&str, &str) = ("accept", "application/graphql-response+json");

fn get(parameters: &str) -> TestRequest {
    TestRequest::get().uri(&format!("/graphql?{parameters}"))
}

fn raw(content_type: &str, body: &'static str) -> TestRequest {
    TestRequest::post().uri("/graphql").insert_header(("content-type", content_type)).set_payload(body)
}

#[actix_web::test]
async fn a_query_is_answered_in_the_media_type_asked_for() {
    let answer = send(body(json!({"query": "query A { ok told }", "operationName": "A", "variables": null}))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.header("x-request-id"), "request-1");
    assert_eq!(answer.body, json!({"data": {"ok": 1, "told": "A"}}));
    assert_eq!((answer.outcome.operation.as_deref(), answer.outcome.cost), (Some("A"), Some(2)));
    let answer = send(body(json!({"query": "{ ok }"})).insert_header(NEW)).await;
    assert_eq!(answer.header("content-type"), "application/graphql-response+json; charset=utf-8");
    let grafana = ("accept", "application/json;q=0.9,text/plain");
    let answer = send(body(json!({"query": "{ ok }"})).insert_header(grafana)).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json; charset=utf-8"));
}

#[actix_web::test]
async fn errors_of_the_request_have_no_data_and_the_status_of_their_media_type() {
    for (query, code) in [
        ("{", "SYNTAX"),
        ("{ nothing }", "INVALID_DOCUMENT"),
        ("query($n: Int!) { double(n: $n) }", "BAD_VARIABLES"),
        ("{ double(n: 3000000000) }", "INVALID_DOCUMENT"),
        ("{ double(n: \"1\") }", "INVALID_DOCUMENT"),
        ("subscription { ok }", "INVALID_DOCUMENT"),
        ("{ ...F } fragment F on Query { ...F }", "FRAGMENT_CYCLE"),
    ] {
        let old = send(body(json!({"query": query}))).await;
        assert_eq!((old.code(), old.status.as_u16()), (code, 200), "{query}");
        assert!(old.body.get("data").is_none(), "{query}");
        let new = send(body(json!({"query": query})).insert_header(NEW)).await;
        assert_eq!((new.code(), new.status.as_u16()), (code, 400), "{query}");
        assert!(new.body.get("data").is_none(), "{query}");
        assert_eq!(new.body["errors"][0]["extensions"]["requestId"], "request-1", "{query}");
    }
}

#[actix_web::test]
async fn a_variable_that_is_null_where_none_may_be_is_an_error_of_the_request() {
    let query = json!({"query": "query C($n: Int!) { double(n: $n) }", "variables": {"n": null}});
    let answer = send(body(query).insert_header(NEW)).await;
    assert_eq!((answer.code(), answer.status.as_u16()), ("BAD_VARIABLES", 400));
    let error = &answer.body["errors"][0];
    assert_eq!((&error["extensions"]["variable"], &error["message"]), (&json!("$n"), &json!("Variable $n: Int! can't be null.")));
}

#[actix_web::test]
async fn syntax_errors_say_where_and_what_was_expected_in_one_line() {
    let answer = post("{ ok\n  ( }").await;
    assert_eq!(answer.body["errors"][0]["locations"], json!([{"line": 2, "column": 5}]));
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("Syntax error: expected"), "{message}");
}

#[actix_web::test]
async fn bodies_that_a_browser_sends_across_sites_are_not_read() {
    let query = r#"{"query":"mutation { pay { id } }"}"#;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "nonsense",
    ] {
        let answer = send(raw(content_type, query)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{content_type}");
    }
    let answer = send(TestRequest::post().uri("/graphql").set_payload(query)).await;
    assert_eq!(answer.status, 415);
    let packed = raw("application/json", query).insert_header(("content-encoding", "gzip"));
    assert_eq!(send(packed).await.status, 415);
    assert_eq!(send(raw("application/json; charset=\"UTF-8\"", query)).await.status, 200);
}

#[actix_web::test]
async fn malformed_messages_are_400_whatever_is_accepted() {
    for (text, code) in [
        ("", "MALFORMED_REQUEST"),
        ("{ \"not a JSON", "MALFORMED_REQUEST"),
        (r#"{"query":{}}"#, "MALFORMED_REQUEST"),
        (r#"{"query":"{ok}","variables":"x"}"#, "MALFORMED_REQUEST"),
        (r#"{"qeury":"{ok}"}"#, "QUERY_MISSING"),
        (r#"[{"query":"{ok}"}]"#, "BATCH_REFUSED"),
    ] {
        for request in [raw("application/json", text), raw("application/json", text).insert_header(NEW)] {
            let answer = send(request).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{text}");
            assert!(answer.body.get("data").is_none());
        }
    }
}

#[actix_web::test]
async fn a_body_above_the_limit_is_413_by_what_it_announces_and_by_what_it_sends() {
    let narrow = Limits { body_bytes: 20, ..Limits::default() };
    let request = raw("application/json", r#"{"query":"{ ok ok ok ok }"}"#);
    let answer = send_to(&schema(), narrow.clone(), request).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (413, "BODY_TOO_LARGE"));
    let liar = raw("application/json", "{}").insert_header(("content-length", "999999"));
    assert_eq!(send_to(&schema(), narrow, liar).await.status, 413);
}

#[actix_web::test]
async fn get_reads_and_never_writes() {
    let query = "query=query%20D(%24n%3AInt!)%7Bdouble(n%3A%24n)%7D&variables=%7B%22n%22%3A21%7D&operationName=D";
    assert_eq!(send(get(query)).await.body, json!({"data": {"double": 42}}));
    let schema = schema();
    let answer = send_to(&schema, Limits::default(), get("query=mutation%7Bpay%7Bid%7D%7D")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow"), answer.code()), (405, "POST", "METHOD_NOT_ALLOWED"));
    assert_eq!(paid(&schema), 0);
    let answer = send(get("query=%7Bok%7D&variables=nonsense")).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "MALFORMED_REQUEST"));
    // The operation named decides, not the one that stands first.
    let both = "query=query%20A%7Bok%7D%20mutation%20B%7Bpay%7Bid%7D%7D&operationName=";
    assert_eq!(send(get(&format!("{both}A"))).await.status, 200);
    assert_eq!(send(get(&format!("{both}B"))).await.status, 405);
}

#[actix_web::test]
async fn head_is_get_and_never_writes() {
    let head = |parameters: &str| TestRequest::with_uri(&format!("/graphql?{parameters}")).method(actix_web::http::Method::HEAD);
    assert_eq!(send(head("query=%7Bok%7D")).await.status, 200);
    let schema = schema();
    assert_eq!(send_to(&schema, Limits::default(), head("query=mutation%7Bpay%7Bid%7D%7D")).await.status, 405);
    assert_eq!(paid(&schema), 0);
}

#[actix_web::test]
async fn the_newer_draft_tells_kinds_of_failure_apart_by_status() {
    let mut door = FrontDoor::new(Limits::default(), Executors::start(1).unwrap(), contract());
    door.profile = Profile::Draft;
    let (schema, door) = (schema(), web::Data::new(door));
    for (query, variables, status) in [
        ("{ ok }", json!({}), 200),
        ("{ ok resOpt }", json!({}), 294),
        ("{ guarded }", json!({}), 294),
        ("{", json!({}), 400),
        ("{ nothing }", json!({}), 422),
        ("query A { ok } query B { ok }", json!({}), 422),
        ("query($n: Int!) { double(n: $n) }", json!({"n": "x"}), 422),
        ("{ ...F } fragment F on Query { ...F }", json!({}), 422),
    ] {
        let ask = || body(json!({"query": query, "variables": variables}));
        let new = send_through(&schema, &door, ask().insert_header(NEW)).await;
        assert_eq!(new.status.as_u16(), status, "{query}");
        assert_eq!(new.body.get("data").is_some(), status < 300, "{query}");
        // Who names only the older type gets the same statuses, but no 294, which goes with the newer type.
        let old = send_through(&schema, &door, ask()).await;
        assert_eq!(old.status.as_u16(), if status == 294 { 200 } else { status }, "{query}");
        assert_eq!(old.header("content-type").starts_with("application/json"), status < 300, "{query}");
    }
    let envelope = send_through(&schema, &door, raw("application/json", r#"{"qeury":"{ok}"}"#)).await;
    assert_eq!((envelope.status.as_u16(), envelope.code()), (422, "QUERY_MISSING"));
    assert_eq!(send_through(&schema, &door, raw("application/json", "{")).await.status, 400);
}

#[actix_web::test]
async fn other_methods_are_405_and_say_what_is_allowed() {
    for request in [TestRequest::put(), TestRequest::delete(), TestRequest::patch()] {
        let answer = send(request.uri("/graphql")).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, POST, OPTIONS"));
    }
}

#[actix_web::test]
async fn a_panic_is_an_answer_that_names_the_request_and_nothing_else() {
    let answer = post("{ ok panic }").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (500, "INTERNAL"));
    assert!(answer.body.get("data").is_none());
    assert!(!answer.body.to_string().contains("fell over"));
    assert_eq!(answer.outcome.concealed.len(), 1);
}

#[actix_web::test]
async fn texts_of_other_libraries_never_reach_a_client() {
    for (field, secret) in [("database", "relation")] {
        let answer = post(&format!("{{ ok {field} }}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (200, "INTERNAL"));
        assert_eq!(answer.body["errors"][0]["path"], json!([field]));
        assert!(!answer.body.to_string().contains(secret));
        assert_eq!(answer.outcome.codes, ["INTERNAL"]);
    }
}

#[actix_web::test]
async fn a_mutation_selected_twice_under_one_key_does_not_act_twice() {
    let schema = schema();
    let twice = "mutation { pay { id } ...More } fragment More on Mutation { pay { badOpt } }";
    let answer = send_to(&schema, Limits::default(), body(json!({"query": twice}))).await;
    assert_eq!((answer.code(), paid(&schema)), ("MUTATION_REPEATED", 0));
    // Without the door the library would have paid twice.
    schema.execute(twice).await;
    assert_eq!(paid(&schema), 2);
}
