//! A key is taken wherever tools put one, and nothing else passes for one.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

use super::fixtures::{ABOUT, Machine, machine, mutate, new_key, problem};

both_dbs!(
    a_key_is_taken_as_bearer_as_header_and_by_basic,
    a_key_in_a_query_string_only_reads_and_only_if_it_was_made_for_that,
    two_different_credentials_leave_it_open_who_asks,
    a_wrong_key_is_refused_and_thirty_of_them_close_the_address,
    a_key_is_good_from_the_addresses_of_its_grant_alone,
    recognition_takes_one_statement,
);

const WHO: &str = "{ viewer { serviceAccount { name } } }";

async fn sent(request: reqwest::RequestBuilder) -> Answer {
    Answer::of(request.json(&json!({ "query": WHO })).send().await.expect("the server answers")).await
}

fn post(app: &TestApp) -> reqwest::RequestBuilder {
    app.http().post(format!("{}/graphql", app.url()))
}

/// A well-formed key that nobody made.
fn forged() -> String {
    api::identity::ApiKey::generate().unwrap().reveal().to_string()
}

/// A key with another last letter than it has.
fn mistyped(key: &str) -> String {
    let (rest, last) = key.split_at(key.len() - 1);
    format!("{rest}{}", if last == "a" { "b" } else { "a" })
}

async fn reader(app: &TestApp) -> Machine {
    machine(app, "halton", &["READ_PRIORITIES_AND_INDICATORS", "WRITE_OBSERVATIONS"]).await
}

async fn a_key_is_taken_as_bearer_as_header_and_by_basic(app: TestApp) {
    let Machine { key, .. } = reader(&app).await;
    let basic = |user: &str, password: &str| format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
    for request in [
        post(&app).bearer_auth(&key),
        post(&app).header("x-api-key", &key),
        post(&app).header("authorization", basic("grafana", &key)),
        post(&app).header("authorization", basic(&key, "")),
        post(&app).header("authorization", basic(&key, "x")),
        post(&app).bearer_auth(&key).header("x-api-key", &key),
    ] {
        assert_eq!(sent(request).await.data("/viewer/serviceAccount/name"), "Wall board");
    }
    let wrong = sent(post(&app).header("authorization", basic("grafana", &forged()))).await;
    assert_eq!((wrong.status, wrong.error_codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    assert!(wrong.headers["www-authenticate"].to_str().unwrap().starts_with("Basic "), "whoever came by Basic is asked by it");
    assert_eq!(sent(post(&app).bearer_auth(forged())).await.headers["www-authenticate"], "Bearer error=\"invalid_token\"");
}

async fn a_key_in_a_query_string_only_reads_and_only_if_it_was_made_for_that(app: TestApp) {
    let machine = reader(&app).await;
    let (open, _) = new_key(&machine.office, &machine.id, true).await;
    let get = |key: &str| {
        app.http().get(format!("{}/graphql?query=%7Bviewer%7BserviceAccount%7Bname%7D%7D%7D&api_key={key}", app.url()))
    };
    let refused = Answer::of(get(&machine.key).send().await.unwrap()).await;
    assert_eq!((refused.status, refused.error_codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    let answer = Answer::of(get(&open).send().await.unwrap()).await;
    assert_eq!(answer.data("/viewer/serviceAccount/name"), "Wall board");
    // What it might write elsewhere it can't write so, not even by POST.
    let scopes = "{ viewer { tenants { scopes } } }";
    let by_query = app.http().post(format!("{}/graphql?api_key={open}", app.url())).json(&json!({ "query": scopes }));
    let answer = Answer::of(by_query.send().await.unwrap()).await;
    assert_eq!(answer.data("/viewer/tenants/0/scopes"), &json!(["READ_PRIORITIES_AND_INDICATORS"]));
    let answer = app.bearing(&open).ask(scopes, json!({})).await;
    assert_eq!(answer.data("/viewer/tenants/0/scopes"), &json!(["READ_PRIORITIES_AND_INDICATORS", "WRITE_OBSERVATIONS"]));
}

async fn two_different_credentials_leave_it_open_who_asks(app: TestApp) {
    let (machine, officer) = (reader(&app).await, app.sign_in("halton.psg-member").await);
    let (second, _) = new_key(&machine.office, &machine.id, true).await;
    for request in [
        post(&app).bearer_auth(officer.token()).header("x-api-key", &machine.key),
        post(&app).bearer_auth(&second).header("x-api-key", &machine.key),
        app.http().post(format!("{}/graphql?api_key={second}", app.url())).bearer_auth(officer.token()),
    ] {
        let answer = sent(request).await;
        assert_eq!((answer.status, answer.error_codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
        assert!(answer.body["errors"][0]["message"].as_str().unwrap().starts_with("Two different credentials"), "{answer}");
    }
}

async fn a_wrong_key_is_refused_and_thirty_of_them_close_the_address(app: TestApp) {
    let machine = reader(&app).await;
    let stale = forged();
    for _ in 0..60 {
        assert_eq!(sent(post(&app).bearer_auth(&stale)).await.status, 401);
    }
    assert_eq!(sent(post(&app).bearer_auth(&machine.key)).await.status, 200, "a forgotten dashboard locks nobody out");
    let before = app.statements().await;
    assert_eq!(sent(post(&app).bearer_auth(&stale)).await.status, 401);
    assert_eq!(sent(post(&app).bearer_auth(mistyped(&machine.key))).await.status, 401);
    assert_eq!(app.statements().await, before, "what was wrong once, or can't be right, is looked up by nobody");
    for _ in 0..29 {
        assert_eq!(sent(post(&app).bearer_auth(forged())).await.status, 401);
    }
    let waiting = sent(post(&app).bearer_auth(forged())).await;
    assert_eq!((waiting.status, waiting.error_codes()), (429, vec!["THROTTLED".to_owned()]));
    assert_eq!(waiting.headers["retry-after"], "900");
    assert_eq!(sent(post(&app)).await.status, 200, "people sign in from there all the same");
    app.clock().advance(TimeDelta::minutes(15));
    assert_eq!(sent(post(&app).bearer_auth(&machine.key)).await.status, 200);
}

async fn a_key_is_good_from_the_addresses_of_its_grant_alone(app: TestApp) {
    let machine = reader(&app).await;
    let from = async |networks: Value| {
        let input = json!({ "serviceAccount": machine.id, "allowedAddresses": networks });
        let answer = mutate(&machine.office, "updateServiceAccount", input, ABOUT).await;
        assert_eq!(problem(&answer, "updateServiceAccount"), &Value::Null, "{answer}");
        sent(post(&app).bearer_auth(&machine.key)).await
    };
    let elsewhere = from(json!(["192.0.2.0/24", "2001:db8::/32"])).await;
    assert_eq!((elsewhere.status, elsewhere.error_codes()), (403, vec!["ADDRESS_NOT_ALLOWED".to_owned()]));
    assert_eq!(from(json!(["192.0.2.0/24", "127.0.0.0/8"])).await.status, 200);
    assert_eq!(from(json!([])).await.status, 200);
}

async fn recognition_takes_one_statement(app: TestApp) {
    let machine = reader(&app).await;
    sent(post(&app).bearer_auth(&machine.key)).await;
    let spent = async |request: reqwest::RequestBuilder| {
        let before = app.statements().await;
        let answer = Answer::of(request.json(&json!({ "query": "{ __typename }" })).send().await.unwrap()).await;
        assert_eq!(answer.status, 200);
        app.statements().await - before
    };
    assert_eq!(spent(post(&app).bearer_auth(&machine.key)).await, spent(post(&app).bearer_auth(machine.office.token())).await);
    assert_eq!(spent(post(&app).bearer_auth(&machine.key)).await, 1);
}
