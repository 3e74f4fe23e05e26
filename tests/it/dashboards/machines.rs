//! Tools that come with a key: where each of them puts it, what it is good for, and what it costs.

use api::{
    config::{Rates, Settings},
    graphql::frontdoor::TrustedDocuments,
    http::Origins,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use entity::tables::{Id, organisation::tenant};
use serde_json::json;
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use super::fixtures::{Got, get, get_with};
use crate::machines::fixtures::{machine, new_key};

both_dbs!(
    spreadsheets_send_their_key_as_basic,
    grafana_sends_its_key_in_a_header,
    a_key_in_an_address_stays_out_of_what_is_answered,
    a_machine_reads_by_its_scopes_alone,
    keys_share_a_tag_where_they_read_alike,
    every_page_is_drawn_on_the_budget,
    what_a_tenant_has_stored_is_trusted,
    pages_of_other_origins_read_what_all_tenants_concerned_allow,
);

const LINES: &str = "/v1/halton/queries/agreement-lines";
const SET: &str = "/odata/halton/agreement_lines";
const READING: &[&str] = &["READ_PRIORITIES_AND_INDICATORS"];

async fn with(app: &TestApp, path: &str, name: &str, value: &str) -> Got {
    get_with(app, None, path, &[(name, value)]).await
}

async fn spreadsheets_send_their_key_as_basic(app: TestApp) {
    let machine = machine(&app, "halton", READING).await;
    // Power BI first asks without, and offers what it is challenged by.
    for path in [SET, LINES] {
        let asked = get_with(&app, None, path, &[]).await;
        assert_eq!(asked.status, 401, "{path}");
        let challenges: Vec<_> = asked.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(challenges, ["Bearer", "Basic realm=\"Concordat\", charset=\"UTF-8\""], "{path}");
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("excel:{}", machine.key)));
    let service = with(&app, "/odata/halton/", "authorization", &basic).await;
    assert!(service.text.contains("\"agreement_lines\""), "{}", service.text);
    let lines = with(&app, SET, "authorization", &basic).await;
    assert_eq!((lines.status, lines.json()["value"].as_array().map(Vec::len)), (200, Some(34)), "{}", lines.text);
    let rows = with(&app, LINES, "authorization", &basic).await;
    assert_eq!((rows.status, rows.rows()), (200, lines.json()["value"].as_array().unwrap().clone()));
    let wrong = format!("Basic {}", STANDARD.encode(format!("excel:{}x", machine.key)));
    let refused = with(&app, SET, "authorization", &wrong).await;
    assert_eq!((refused.status, refused.json().pointer("/error/code")), (401, Some(&json!("UNAUTHENTICATED"))));
}

async fn grafana_sends_its_key_in_a_header(app: TestApp) {
    let machine = machine(&app, "halton", READING).await;
    let rows = with(&app, &format!("{LINES}.rows.json"), "x-api-key", &machine.key).await;
    assert_eq!((rows.status, rows.rows().len()), (200, 34), "{}", rows.text);
    let lines = with(&app, &format!("{SET}?$top=3"), "x-api-key", &machine.key).await;
    assert_eq!(lines.json()["value"].as_array().map(Vec::len), Some(3), "{}", lines.text);
    assert_eq!(with(&app, LINES, "x-api-key", "cak1_nonsense").await.status, 401);
}

async fn a_key_in_an_address_stays_out_of_what_is_answered(app: TestApp) {
    let machine = machine(&app, "halton", READING).await;
    let (flagged, _) = new_key(&machine.office, &machine.id, true).await;
    for path in
        [format!("{LINES}?limit=10"), format!("{LINES}.csv?limit=10"), format!("{LINES}.html?a=b"), format!("{SET}?$top=20")]
    {
        let got = get_with(&app, None, &format!("{path}&api_key={flagged}"), &[("prefer", "odata.maxpagesize=10")]).await;
        assert_eq!(got.status, 200, "{path}: {}", got.text);
        // The link to what follows is for whoever brings a key of their own.
        assert!(!got.text.contains(&flagged) && !format!("{:?}", got.headers).contains(&flagged), "{path}");
        let plain = get_with(&app, None, &format!("{path}&api_key={}", machine.key), &[]).await;
        assert_eq!(plain.status, 401, "a key that may not stand in an address: {path}");
    }
}

async fn a_machine_reads_by_its_scopes_alone(app: TestApp) {
    let writing = machine(&app, "halton", &["WRITE_OBSERVATIONS"]).await.actor;
    // What somebody else has just looked up is no less closed.
    assert_eq!(get(&app, &app.sign_in("halton.performance-officer").await, LINES).await.status, 200);
    for path in ["/v1/halton/queries", LINES, SET, "/odata/halton/$metadata"] {
        assert_eq!(get(&app, &writing, path).await.status, 404, "{path}");
    }
    let mut reading = crate::machines::fixtures::wanted("halton", READING);
    reading["name"] = json!("Reader");
    let office = app.sign_in("halton.performance-officer").await;
    let made = crate::machines::fixtures::mutate(&office, "createServiceAccount", reading, "serviceAccount { id }").await;
    let id = made.text("/createServiceAccount/serviceAccount/id").to_owned();
    let reading = app.bearing(&new_key(&office, &id, false).await.0);
    for query in ["agreement-lines", "observations", "theme-roll-up"] {
        let got = get(&app, &reading, &format!("/v1/halton/queries/{query}")).await;
        assert_eq!(got.status, 200, "{query}: {}", got.text);
        assert!(!got.rows().is_empty(), "{query}");
    }
    // Agreements on sharing are beyond every scope, and a table with holes is no table.
    let got = get(&app, &reading, "/v1/halton/queries/sharing-agreements").await;
    assert_eq!((got.status, got.code()), (403, "FORBIDDEN".to_owned()), "{}", got.text);
    assert_eq!(get(&app, &reading, "/v1/warrington/queries/agreement-lines").await.status, 404);
}

async fn again(app: &TestApp, actor: &Actor, tag: &str) -> u16 {
    get_with(app, Some(actor), LINES, &[("if-none-match", tag)]).await.status
}

async fn keys_share_a_tag_where_they_read_alike(app: TestApp) {
    let first = machine(&app, "halton", READING).await;
    let (second, _) = new_key(&first.office, &first.id, false).await;
    let tag = get(&app, &first.actor, LINES).await.header("etag").to_owned();
    assert_eq!(again(&app, &first.actor, &tag).await, 304);
    assert_eq!(again(&app, &app.bearing(&second), &tag).await, 304, "another key of the same service account, to the same end");
    assert_eq!(again(&app, &first.office, &tag).await, 200, "a person");
    // The same service account with more scopes, and with less.
    let update = async |scopes: &[&str]| {
        let input = json!({ "serviceAccount": first.id, "scopes": scopes });
        crate::machines::fixtures::mutate(&first.office, "updateServiceAccount", input, "serviceAccount { id }").await;
    };
    update(&["READ_PRIORITIES_AND_INDICATORS", "READ_ENGAGEMENT_RESULTS"]).await;
    assert_eq!(again(&app, &first.actor, &tag).await, 200);
    update(READING).await;
    assert_eq!(again(&app, &first.actor, &tag).await, 304);
    let mut other = crate::machines::fixtures::wanted("halton", READING);
    other["name"] = json!("Another board");
    let made = crate::machines::fixtures::mutate(&first.office, "createServiceAccount", other, "serviceAccount { id }").await;
    let id = made.text("/createServiceAccount/serviceAccount/id").to_owned();
    let other = app.bearing(&new_key(&first.office, &id, false).await.0);
    assert_eq!(again(&app, &other, &tag).await, 200, "another service account");
}

async fn every_page_is_drawn_on_the_budget(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let number = |got: &Got, name: &str| got.header(name).parse::<u64>().unwrap_or_else(|_| panic!("{name}: {}", got.text));
    let path = "/v1/halton/queries/observations";
    let whole = get(&app, &officer, path).await;
    assert_eq!(whole.header("ratelimit-limit"), "", "where nothing is counted there is nothing to tell");
    let (cost, page) =
        (number(&whole, "x-query-cost"), number(&get(&app, &officer, &format!("{path}?limit=1")).await, "x-query-cost"));
    assert!(cost > page && cost % page == 0, "{cost} for all pages, {page} for one");
    let units = cost + page;
    let server = app.metering(Rates { person: units, machine: units, key: units });
    let officer = server.sign_in("halton.performance-officer").await;
    server.clock().advance(TimeDelta::seconds(60));
    let first = get(&server, &officer, path).await;
    assert_eq!((first.status, number(&first, "ratelimit-limit")), (200, units), "{}", first.text);
    assert_eq!(number(&first, "ratelimit-remaining"), page);
    // A poll of what hasn't changed draws nothing, and tells how the budget stands.
    let held = get_with(&server, Some(&officer), path, &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((held.status, number(&held, "ratelimit-remaining"), held.header("x-query-cost")), (304, page, ""));
    let refused = get(&server, &officer, path).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"), "{}", refused.text);
    assert!(number(&refused, "retry-after") > 0);
    let refused = get(&server, &officer, "/odata/halton/observations").await;
    assert_eq!((refused.status, refused.json().pointer("/error/code")), (429, Some(&json!("RATE_LIMITED"))), "{}", refused.text);
}

async fn what_a_tenant_has_stored_is_trusted(app: TestApp) {
    let machine = machine(&app, "halton", READING).await;
    let server =
        app.with_settings(Settings { trusted: Some(TrustedDocuments::default()), rates: Rates::NONE, ..Settings::default() });
    let machine = server.bearing(&machine.key);
    let refused = machine.ask("{ tenants { nodes { name } } }", json!({})).await;
    assert_eq!(refused.error_codes(), ["DOCUMENT_NOT_TRUSTED"], "{refused}");
    let got = get(&server, &machine, LINES).await;
    assert_eq!((got.status, got.rows().len()), (200, 34), "{}", got.text);
}

async fn pages_of_other_origins_read_what_all_tenants_concerned_allow(app: TestApp) {
    const PAGE: &str = "https://dashboard.example";
    let mut origins = Origins::default();
    origins.allow(PAGE, Id::<tenant::Model>::named("tenant", "halton")).unwrap();
    let server = app.with_settings(Settings { origins, rates: Rates::NONE, ..Settings::default() });
    for (slug, open) in [("halton", PAGE), ("warrington", "")] {
        let officer = server.sign_in(&format!("{slug}.performance-officer")).await;
        // Refusals are opened to the same pages, so that they can say what is wrong.
        for path in
            [format!("/v1/{slug}/queries/agreement-lines"), format!("/odata/{slug}/nothing"), format!("/v1/{slug}/queries?x")]
        {
            let got = get_with(&server, Some(&officer), &path, &[("origin", PAGE)]).await;
            assert_eq!(got.header("access-control-allow-origin"), open, "{path}");
            let shown = got.header("access-control-expose-headers");
            let named = ["etag", "link", "x-query-cost", "ratelimit-remaining", "deprecation", "sunset"];
            assert!(open.is_empty() || named.iter().all(|name| shown.contains(name)), "{shown}");
        }
    }
}
