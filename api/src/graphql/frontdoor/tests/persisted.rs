//! Documents by name: automatic persisted queries, and an operator's list.

use actix_web::{test::TestRequest, web};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::toy::{Answer, Toy, body, contract, paid, schema, send_through};
use crate::graphql::frontdoor::{Executors, FrontDoor, Limits, TrustedDocuments};

fn door(trusted: Option<TrustedDocuments>) -> web::Data<FrontDoor> {
    let mut door = FrontDoor::new(Limits::default(), Executors::start(1).unwrap(), contract());
    door.trusted = trusted;
    web::Data::new(door)
}

fn hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

fn named(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

async fn ask(schema: &Toy, door: &web::Data<FrontDoor>, account: &str, request: Value) -> Answer {
    let request = body(request);
    let request = if account.is_empty() { request } else { request.insert_header(("account", account)) };
    send_through(schema, door, request).await
}

#[actix_web::test]
async fn a_document_sent_once_with_its_hash_is_executed_by_its_hash() {
    let (schema, door, text) = (schema(), door(None), "query($n: Int!) { double(n: $n) }");
    let by_hash = json!({ "extensions": named(&hash(text)), "variables": { "n": 2 } });
    let unknown = ask(&schema, &door, "a", by_hash.clone()).await;
    assert_eq!(
        (unknown.code(), unknown.body["errors"][0]["message"].as_str()),
        ("PERSISTED_QUERY_NOT_FOUND", Some("PersistedQueryNotFound"))
    );
    let both = json!({ "query": text, "extensions": named(&hash(text).to_uppercase()), "variables": { "n": 1 } });
    assert_eq!(ask(&schema, &door, "a", both).await.body, json!({ "data": { "double": 2 } }));
    // For everybody, since a document is no secret; and by GET.
    assert_eq!(ask(&schema, &door, "b", by_hash).await.body, json!({ "data": { "double": 4 } }));
    let parameters = format!(
        "extensions={}&variables=%7B%22n%22:3%7D",
        named(&hash(text)).to_string().replace('"', "%22").replace('{', "%7B").replace('}', "%7D")
    );
    let got = send_through(&schema, &door, TestRequest::get().uri(&format!("/graphql?{parameters}"))).await;
    assert_eq!(got.body, json!({ "data": { "double": 6 } }));
    // By the name that GraphQL over HTTP has for it.
    let by_id = json!({ "documentId": format!("sha256:{}", hash(text)), "variables": { "n": 4 } });
    assert_eq!(ask(&schema, &door, "b", by_id).await.body, json!({ "data": { "double": 8 } }));
}

#[actix_web::test]
async fn only_what_is_good_and_comes_from_somebody_known_is_kept() {
    let (schema, door) = (schema(), door(None));
    for (account, text, code) in [("", "{ ok }", ""), ("a", "{ nothing }", "INVALID_DOCUMENT"), ("a", "{", "SYNTAX")] {
        let both = json!({ "query": text, "extensions": named(&hash(text)) });
        assert_eq!(ask(&schema, &door, account, both).await.code(), code, "{text}");
        assert!(door.persisted.is_empty(), "{text}");
    }
    let lying = json!({ "query": "{ ok }", "extensions": named(&hash("{ told }")) });
    assert_eq!(ask(&schema, &door, "a", lying).await.code(), "PERSISTED_QUERY_HASH_MISMATCH");
    for (extension, code) in [
        (json!({ "version": 2, "sha256Hash": hash("{ ok }") }), "PERSISTED_QUERY_NOT_SUPPORTED"),
        (json!({ "version": 1, "sha256Hash": "abc" }), "MALFORMED_REQUEST"),
        (json!({ "version": 1 }), "MALFORMED_REQUEST"),
        (json!("x"), "MALFORMED_REQUEST"),
        (json!(null), "MALFORMED_REQUEST"),
    ] {
        let request = json!({ "query": "{ ok }", "extensions": { "persistedQuery": extension } });
        assert_eq!(ask(&schema, &door, "a", request).await.code(), code, "{extension}");
    }
    assert!(door.persisted.is_empty());
}

#[actix_web::test]
async fn a_mutation_by_its_hash_is_not_executed_by_get() {
    let (schema, door, text) = (schema(), door(None), "mutation { pay { id } }");
    let both = json!({ "query": text, "extensions": named(&hash(text)) });
    assert_eq!(ask(&schema, &door, "a", both).await.status, 200);
    let uri = format!("/graphql?documentId=sha256:{}", hash(text));
    assert_eq!(send_through(&schema, &door, TestRequest::get().uri(&uri)).await.status, 405);
    assert_eq!(paid(&schema), 1);
}

#[actix_web::test]
async fn where_documents_are_listed_no_other_is_executed() {
    let apollo = json!({ "format": "apollo-persisted-query-manifest", "version": 1,
        "operations": [{ "id": hash("{ ok }"), "name": "Ok", "type": "query", "body": "{ ok }" }] });
    let relay = json!({ "8f3a": "{ ok }" });
    for (manifest, id) in [(apollo, hash("{ ok }")), (relay, "8f3a".to_owned())] {
        let trusted = TrustedDocuments::of(&manifest.to_string(), &Limits::default(), &contract()).unwrap();
        let (schema, door) = (schema(), door(Some(trusted)));
        for listed in [json!({ "query": "{ ok }" }), json!({ "documentId": id })] {
            assert_eq!(ask(&schema, &door, "", listed).await.body, json!({ "data": { "ok": 1 } }));
        }
        if id.len() == 64 {
            assert_eq!(ask(&schema, &door, "", json!({ "extensions": named(&id) })).await.body, json!({ "data": { "ok": 1 } }));
        }
        for other in [
            json!({ "query": "{ ok told }" }),
            json!({ "query": "{ ok  }" }),
            json!({ "query": "{ __schema { types { name } } }" }),
            json!({ "documentId": "nothing" }),
            json!({ "query": "{ told }", "extensions": named(&hash("{ told }")) }),
            json!({ "query": "{ told }", "documentId": id }),
        ] {
            assert_eq!(ask(&schema, &door, "a", other.clone()).await.code(), "DOCUMENT_NOT_TRUSTED", "{other}");
        }
        assert!(door.persisted.is_empty());
    }
}

#[test]
fn a_list_with_a_document_that_is_not_good_is_refused_by_its_name() {
    let of =
        |manifest: Value| TrustedDocuments::of(&manifest.to_string(), &Limits::default(), &contract()).map(|list| list.len());
    assert!(of(json!({ "bad": "{ nothing }" })).unwrap_err().contains("the document bad can't be executed"));
    for wrong in [json!([]), json!({ "a": 1 }), json!({ "format": "another", "version": 1, "operations": [] })] {
        assert!(of(wrong).is_err());
    }
    assert_eq!(of(json!({})), Ok(0));
}
