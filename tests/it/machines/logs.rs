//! What the log says of a request by key: whose it was, and never the key, wherever it stood.

use std::sync::Arc;

use api::identity::ApiKey;
use chrono::TimeDelta;
use entity::{
    clock::{Clock as _, RealClock},
    policy::Scope,
    rules::machine::Terms,
    tenancy::{Db, Limits, NewKey},
    usecases::identity::first_machines::{FirstMachine, add},
};
use tests::both_dbs;
use tests::support::TestApp;

use crate::faults::process::{Server, signing_key};

both_dbs!(a_key_stands_in_no_log);

async fn a_key_stands_in_no_log(app: TestApp) {
    let (key, expires_at) = (ApiKey::generate().unwrap(), RealClock.now() + TimeDelta::days(1));
    let new_key = NewKey { prefix: key.prefix(), digest: key.digest().to_hex(), expires_at, is_for_query_strings: true };
    let terms = Terms {
        scopes: vec![Scope::ReadPrioritiesAndIndicators],
        expires_at,
        allowed_addresses: Vec::new(),
        purpose: "A board".to_owned(),
    };
    let db = Db::connect(&app.database().url, Arc::new(RealClock), Limits::default()).await.expect("the database opens");
    let machine = FirstMachine {
        name: "Log reader".to_owned(),
        organisation: "halton-bc".to_owned(),
        tenants: vec!["halton".to_owned()],
        terms,
        keys: vec![new_key],
    };
    let client = add(&db, machine).await.expect("it is added");
    db.close().await.expect("it closes");
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&app.database().server_url, &signing_key(folder.path())).await;
    let secret = key.reveal();
    let get = app.http().get(format!("{}/graphql?query=%7Bviewer%7BbusinessDate%7D%7D&api_key={}", server.url(), *secret));
    let answer = get.header("x-request-id", "by-query-string").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let form = format!("grant_type=client_credentials&client_id={client}&client_secret={}", *secret);
    let post =
        app.http().post(format!("{}/oauth/token", server.url())).header("content-type", "application/x-www-form-urlencoded");
    let token = post.header("x-request-id", "for-a-token").body(form).send().await.unwrap();
    assert_eq!(token.status().as_u16(), 200);
    for path in ["/v1/halton/queries/observations.csv", "/odata/halton/observations"] {
        let stored = app.http().get(format!("{}{path}?api_key={}", server.url(), *secret));
        assert_eq!(stored.header("x-request-id", "stored-query").send().await.unwrap().status().as_u16(), 200, "{path}");
    }
    let wrong = app.http().get(format!("{}/graphql?query=%7B__typename%7D&api_key={}x", server.url(), *secret));
    assert_eq!(wrong.header("x-request-id", "mistyped").send().await.unwrap().status().as_u16(), 401);
    let said = server.log_until("mistyped");
    let paths = ["/graphql", "/v1/halton/queries/observations.csv", "/odata/halton/observations"];
    let paths = paths.map(|path| format!("\"path\":\"{path}\""));
    for told in ["by-query-string", "for-a-token", "stored-query", &format!("machine {client}")]
        .into_iter()
        .chain(paths.iter().map(String::as_str))
    {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(!said.contains(&secret[5..20]) && !said.contains("api_key"), "{said}");
}
