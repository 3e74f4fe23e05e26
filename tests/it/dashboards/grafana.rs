//! Grafana's Infinity data source: the dashboard that comes with the program works, and a request as it sends it is answered.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

use super::fixtures::get_with;

both_dbs!(every_panel_of_the_dashboard_has_rows, a_request_is_answered_byte_for_byte_as_infinity_sends_it);

const DASHBOARD: &str = include_str!("../../../api/dashboards/agreement.grafana.json");

/// What Infinity says that it accepts.
const ACCEPT: &str = "application/json;q=0.9,text/plain";

/// A target's address with what a user has chosen put into it, as Grafana does.
fn interpolated(text: &str, app: &TestApp) -> String {
    let chosen = [
        ("${server}", app.url()),
        ("${tenant}", "halton"),
        ("${code:csv}", "NI%2016,NI%2020"),
        ("${__from}", "1175385600000"),
        ("${__to}", "1270079999999"),
    ];
    let text = chosen.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    assert!(!text.contains("${"), "{text} has a variable that nobody fills in");
    text
}

async fn every_panel_of_the_dashboard_has_rows(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let targets: Vec<&Value> =
        dashboard["panels"].as_array().unwrap().iter().flat_map(|panel| panel["targets"].as_array().unwrap()).collect();
    assert!(targets.len() >= 5);
    for target in targets {
        let url = interpolated(target["url"].as_str().unwrap(), &app);
        let body = if target["type"] == "graphql" {
            let query = interpolated(target["url_options"]["body_graphql_query"].as_str().unwrap(), &app);
            officer.post(&json!({ "query": query, "variables": null })).await.body
        } else {
            get_with(&app, Some(&officer), &url, &[("accept", ACCEPT)]).await.json()
        };
        let root = target["root_selector"].as_str().unwrap().split('.').fold(&body, |at, key| &at[key]);
        let rows: Vec<&Value> = root.as_array().map_or_else(|| vec![root], |rows| rows.iter().collect());
        assert!(!rows.is_empty() && !rows[0].is_null(), "{url}: {body}");
        for column in target["columns"].as_array().unwrap() {
            let selector = column["selector"].as_str().unwrap();
            let found = |row: &&&Value| {
                let value = selector.split('.').fold(**row, |at, key| &at[key]);
                match column["type"].as_str().unwrap() {
                    "number" | "timestamp_epoch" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    _ => value.is_string(),
                }
            };
            assert!(rows.iter().any(|row| found(&row)), "{url}: no row has a {} at {selector}", column["type"]);
        }
    }
}

async fn a_request_is_answered_byte_for_byte_as_infinity_sends_it(app: TestApp) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let officer = app.sign_in("halton.performance-officer").await;
    let host = app.url().trim_start_matches("http://");
    let body = r#"{"query":"{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 100) { nodes { code status { colour } } } } } }","variables":null}"#;
    let sent = format!(
        "POST /graphql HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Grafana/10.4.2\r\nContent-Length: {}\r\nAccept: {ACCEPT}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n{body}",
        body.len(),
        officer.token()
    );
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    stream.read_to_end(&mut got).await.unwrap();
    let got = String::from_utf8(got).unwrap();
    let (head, body) = got.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.to_lowercase().contains("content-type: application/json; charset=utf-8"), "{head}");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("not JSON: {body}"));
    assert_eq!(body.pointer("/data/tenant/agreement/indicators/nodes").and_then(Value::as_array).unwrap().len(), 34);
    assert!(body.get("errors").is_none());
}
