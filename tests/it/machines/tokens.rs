//! Access tokens for machines by OAuth 2.0 client credentials, as RFC 6749 and RFC 8414 have them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

use super::fixtures::{ABOUT, Machine, acts_in, machine, mutate};

both_dbs!(
    a_key_gets_an_access_token_by_basic_or_in_the_body,
    a_token_is_narrowed_to_the_scopes_that_were_asked_for,
    a_token_ends_with_its_ten_minutes_its_key_and_its_service_account,
    errors_are_those_of_the_standard_and_nobody_keeps_them,
    the_metadata_leads_to_the_endpoint_and_the_keys,
);

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(app: &TestApp, body: &str, basic: Option<(&str, &str)>) -> Answer {
    let mut request = app.http().post(format!("{}/oauth/token", app.url())).header("content-type", FORM).body(body.to_owned());
    if let Some((client, secret)) = basic {
        request = request.header("authorization", format!("Basic {}", STANDARD.encode(format!("{client}:{secret}"))));
    }
    let answer = Answer::of(request.send().await.expect("the server answers")).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    assert!(answer.headers.contains_key("x-request-id"));
    answer
}

async fn reader(app: &TestApp) -> Machine {
    machine(app, "halton", &["READ_PRIORITIES_AND_INDICATORS", "WRITE_OBSERVATIONS"]).await
}

async fn token(app: &TestApp, machine: &Machine, scope: &str) -> String {
    let answer = post(app, &format!("grant_type=client_credentials{scope}"), Some((&machine.client, &machine.key))).await;
    answer.body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
}

async fn a_key_gets_an_access_token_by_basic_or_in_the_body(app: TestApp) {
    let machine = reader(&app).await;
    let in_body = format!("grant_type=client_credentials&client_id={}&client_secret={}", machine.client, machine.key);
    let by_basic = ("grant_type=client_credentials".to_owned(), Some((machine.client.as_str(), machine.key.as_str())));
    for (body, basic) in [by_basic, (in_body, None)] {
        let answer = post(&app, &body, basic).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert_eq!(answer.body["scope"], "read:priorities-and-indicators write:observations");
        let actor = app.bearing(answer.body["access_token"].as_str().unwrap());
        assert_eq!(acts_in(&actor).await, ["halton"]);
    }
}

async fn a_token_is_narrowed_to_the_scopes_that_were_asked_for(app: TestApp) {
    let machine = reader(&app).await;
    let scopes = async |token: &str| {
        let answer = app.bearing(token).ask("{ viewer { tenants { scopes } } }", json!({})).await;
        answer.data("/viewer/tenants/0/scopes").clone()
    };
    let narrowed = token(&app, &machine, "&scope=read%3Apriorities-and-indicators").await;
    assert_eq!(scopes(&narrowed).await, json!(["READ_PRIORITIES_AND_INDICATORS"]));
    // What is granted counts at each use, not what the token says.
    let whole = token(&app, &machine, "").await;
    let update = json!({ "serviceAccount": machine.id, "scopes": ["WRITE_OBSERVATIONS", "READ_FINANCE"] });
    mutate(&machine.office, "updateServiceAccount", update, ABOUT).await;
    assert_eq!(scopes(&whole).await, json!(["WRITE_OBSERVATIONS"]));
    assert_eq!(scopes(&narrowed).await, json!([]));
}

async fn a_token_ends_with_its_ten_minutes_its_key_and_its_service_account(app: TestApp) {
    let machine = reader(&app).await;
    let status = async |token: &str| app.bearing(token).ask("{ viewer { businessDate } }", json!({})).await.status;
    let first = token(&app, &machine, "").await;
    assert_eq!(status(&first).await, 200);
    app.clock().advance(TimeDelta::seconds(606));
    assert_eq!(status(&first).await, 401);
    let office = app.sign_in("halton.performance-officer").await;
    let (second, _) = super::fixtures::new_key(&office, &machine.id, false).await;
    let of_first = token(&app, &machine, "").await;
    let answer = post(&app, "grant_type=client_credentials", Some((&machine.client, &second))).await;
    let of_second = answer.body["access_token"].as_str().unwrap().to_owned();
    let ended = json!({ "serviceAccount": machine.id, "prefix": machine.key[..13] });
    mutate(&office, "revokeApiKey", ended, ABOUT).await;
    assert_eq!((status(&of_first).await, status(&of_second).await), (401, 200), "a token ends with the key that it was got for");
    mutate(&office, "revokeServiceAccount", json!({ "serviceAccount": machine.id }), ABOUT).await;
    assert_eq!(status(&of_second).await, 401);
}

async fn errors_are_those_of_the_standard_and_nobody_keeps_them(app: TestApp) {
    let machine = reader(&app).await;
    let own = Some((machine.client.as_str(), machine.key.as_str()));
    let forged = api::identity::ApiKey::generate().unwrap().reveal().to_string();
    let other = uuid::Uuid::now_v7().to_string();
    let both = format!("grant_type=client_credentials&client_id={}&client_secret={}", machine.client, machine.key);
    for (body, basic, status, error) in [
        ("grant_type=client_credentials", Some((machine.client.as_str(), forged.as_str())), 401, "invalid_client"),
        ("grant_type=client_credentials", Some((other.as_str(), machine.key.as_str())), 401, "invalid_client"),
        ("grant_type=client_credentials", Some(("x", "y")), 401, "invalid_client"),
        ("grant_type=client_credentials", None, 401, "invalid_client"),
        ("grant_type=password&username=a&password=b", own, 400, "unsupported_grant_type"),
        ("scope=read%3Afinance", own, 400, "invalid_request"),
        ("grant_type=", own, 400, "invalid_request"),
        (both.as_str(), own, 400, "invalid_request"),
        ("grant_type=client_credentials&scope=a&scope=b", own, 400, "invalid_request"),
        ("grant_type=client_credentials&scope=everything", own, 400, "invalid_scope"),
        ("grant_type=client_credentials&scope=read%3Afinance", own, 400, "invalid_scope"),
    ] {
        let answer = post(&app, body, basic).await;
        assert_eq!((answer.status, &answer.body["error"]), (status, &json!(error)), "{body}: {answer}");
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401, "{body}");
        assert!(answer.body["error_description"].is_string() && answer.body.get("access_token").is_none());
    }
    let got = app.http().get(format!("{}/oauth/token", app.url())).send().await.unwrap();
    assert_eq!((got.status().as_u16(), got.headers()["allow"].to_str().unwrap()), (405, "POST"));
    let as_json = app.http().post(format!("{}/oauth/token", app.url())).json(&json!({ "grant_type": "client_credentials" }));
    assert_eq!(Answer::of(as_json.send().await.unwrap()).await.body["error"], "invalid_request");
    let long = post(&app, &"x".repeat(20_000), own).await;
    assert_eq!(long.status, 413);
}

async fn the_metadata_leads_to_the_endpoint_and_the_keys(app: TestApp) {
    let address = format!("{}/.well-known/oauth-authorization-server", app.url());
    // Nobody's proxy stands in front of this one, so nobody is believed who says so.
    let asking = app.http().get(address).header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example");
    let about: Value = asking.send().await.unwrap().json().await.unwrap();
    assert_eq!(about["issuer"], app.url());
    assert_eq!(about["token_endpoint"], format!("{}/oauth/token", app.url()));
    assert_eq!(about["grant_types_supported"], json!(["client_credentials"]));
    let keys: Value = app.http().get(about["jwks_uri"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    let machine = reader(&app).await;
    let token = token(&app, &machine, "").await;
    let part = |place: usize| -> Value {
        let encoded = token.split('.').nth(place).unwrap();
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
    };
    assert_eq!(part(0)["kid"], keys["keys"][0]["kid"], "whoever has the published keys can check the signature");
    assert_eq!((&part(1)["client_id"], &part(1)["sub"]), (&json!(machine.client), &json!(machine.client)));
    let person = machine.office.token().split('.').nth(1).unwrap().to_owned();
    let person: Value =
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(person).unwrap()).unwrap();
    assert_eq!(person.get("client_id"), None, "which tells a machine's token from a person's");
}
