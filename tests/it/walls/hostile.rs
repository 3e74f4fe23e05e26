//! Documents and messages made to hurt: each is refused with its code before the database hears of it. What is measured is work (SQL
//! statements, documents kept), not time.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use serde_json::json;
use tests::both_dbs;
use tests::support::{Answer, TestApp};

both_dbs!(
    documents_made_to_hurt_are_refused_and_leave_nothing_behind,
    messages_made_to_hurt_are_refused_and_leave_nothing_behind,
    half_a_request_keeps_nobody_else_waiting,
);

fn times(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, index| {
        let _ = write!(all, "{} ", each(index));
        all
    })
}

/// Documents by what they try, with the code that they are refused by.
fn documents() -> Vec<(&'static str, String, &'static str)> {
    let doubling = times(11, |i| format!("fragment F{i} on Area {{ children {{ nodes {{ ...F{0} ...F{0} }} }} }}", i + 1));
    let chain = times(490, |i| format!("fragment F{i} on Query {{ ...F{} }}", i + 1));
    let ring = times(200, |i| format!("fragment F{i} on Query {{ ...F{} }}", (i + 1) % 200));
    vec![
        (
            "a bomb of fragments",
            format!("{{ areas {{ nodes {{ ...F0 }} }} }} {doubling} fragment F11 on Area {{ name }}"),
            "LIMIT_FIELDS",
        ),
        ("a chain of fragments", format!("{{ ...F0 }} {chain} fragment F490 on Query {{ __typename }}"), "LIMIT_DOCUMENT"),
        ("a ring of fragments", format!("{{ ...F0 }} {ring}"), "FRAGMENT_CYCLE"),
        (
            "a ring that nobody uses",
            "{ __typename } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(),
            "FRAGMENT_CYCLE",
        ),
        ("spreads", format!("{{ {} }} fragment F on Query {{ __typename }}", "...F ".repeat(501)), "LIMIT_SPREADS"),
        ("aliases", format!("{{ tenants {{ {} }} }}", times(60, |i| format!("a{i}: totalCount"))), "LIMIT_ALIASES"),
        (
            "depth",
            format!("{{ areas {{ nodes {{ {} name {} }} }} }}", "parents { nodes { ".repeat(10), "} } ".repeat(10)),
            "LIMIT_DEPTH",
        ),
        ("brackets", "{a".repeat(4_000), "LIMIT_NESTING"),
        ("lists in lists", format!("{{ nodes(ids: {}1{}) {{ id }} }}", "[".repeat(500), "]".repeat(500)), "LIMIT_NESTING"),
        ("directives", format!("{{ tenants {} {{ totalCount }} }}", "@include(if: true) ".repeat(1_000)), "INVALID_DOCUMENT"),
        ("unknown directives", format!("{{ tenants {} {{ totalCount }} }}", "@a ".repeat(4_000)), "INVALID_DOCUMENT"),
        (
            "contradictions",
            format!("{{ tenants {{ nodes {{ {} }} }} }}", times(900, |i| format!("bodies(first: {i}) {{ totalCount }}"))),
            "INVALID_DOCUMENT",
        ),
        ("one field over and over", format!("{{ tenants {{ nodes {{ {} }} }} }}", "slug ".repeat(5_001)), "LIMIT_FIELDS"),
        ("a number without end", format!("{{ areas(first: {}) {{ totalCount }} }}", "9".repeat(90_000)), "INVALID_DOCUMENT"),
        ("a text without end", format!("{{ period(code: \"{}\") {{ label }} }}", "x".repeat(120_000)), "LIMIT_BYTES"),
        (
            "an input of 3,000 fields",
            format!("{{ areas(filter: {{ {} }}) {{ totalCount }} }}", times(3_000, |i| format!("f{i}: 1"))),
            "INVALID_DOCUMENT",
        ),
        (
            "an input field over and over",
            format!("{{ areas(filter: {{ {} }}) {{ totalCount }} }}", "named: \"x\" ".repeat(3_000)),
            "INVALID_DOCUMENT",
        ),
        ("an argument over and over", format!("{{ areas({}) {{ totalCount }} }}", "first: 1 ".repeat(3_000)), "INVALID_DOCUMENT"),
        ("variables", format!("query Q({}) {{ __typename }}", times(2_400, |i| format!("$v{i}: Int"))), "INVALID_DOCUMENT"),
        (
            "more variables than tokens",
            format!("query Q({}) {{ __typename }}", times(6_000, |i| format!("$v{i}: Int"))),
            "LIMIT_TOKENS",
        ),
        ("operations", times(1_500, |i| format!("query Q{i} {{ __typename }}")), "OPERATION_NAME_NEEDED"),
        ("commas", format!("{{ __typename {} }}", ",".repeat(100_000)), "LIMIT_BYTES"),
        (
            "the schema in circles",
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
            "LIMIT_INTROSPECTION",
        ),
    ]
}

async fn documents_made_to_hurt_are_refused_and_leave_nothing_behind(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let kept = kept(&app).await;
    for (name, document, code) in documents() {
        let before = app.statements().await;
        let answer = officer.ask(&document, json!({})).await;
        assert_eq!(answer.error_codes().first().map(String::as_str), Some(code), "{name}: {answer}");
        assert!(answer.body.get("data").is_none(), "{name}: {answer}");
        assert!(answer.body.to_string().len() < 20_000, "{name}: the refusal isn't a weapon itself");
        assert!(app.statements().await - before <= 4, "{name}: no more than looking the session up");
    }
    assert_eq!(self::kept(&app).await, kept, "nothing of it is remembered");
}

/// Documents in the cache.
async fn kept(app: &TestApp) -> String {
    let text = app.http().get(format!("{}/metrics", app.url())).send().await.unwrap().text().await.unwrap();
    text.lines().filter(|line| line.starts_with("concordat_documents_kept")).map(str::to_owned).collect()
}

async fn messages_made_to_hurt_are_refused_and_leave_nothing_behind(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let many: serde_json::Map<_, _> = (0..100_000).map(|i| (format!("v{i}"), json!(1))).collect();
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("100,000 variables", json!({ "query": "{ __typename }", "variables": many }).to_string(), &["BODY_TOO_LARGE"]),
        ("40,000 variables that nobody declared", json!({ "query": "query ($n: Int!) { areas(first: $n) { totalCount } }", "variables": many.iter().take(40_000).map(|(k, v)| (k.clone(), v.clone())).collect::<serde_json::Map<_, _>>() }).to_string(), &["BAD_VARIABLES"]),
        ("100,000 wrong items", json!({ "query": query, "variables": { "ids": vec![true; 100_000] } }).to_string(), &["BAD_VARIABLES"]),
        ("100,000 items", json!({ "query": query, "variables": { "ids": vec![1; 100_000] } }).to_string(), &["LIMIT_PAGE"]),
        ("a variable nested without end", format!("{{\"query\":\"{query}\",\"variables\":{{\"ids\":{deep}}}}}"), &["MALFORMED_REQUEST"]),
        ("JSON nested without end", format!("{{\"query\":{deep}}}"), &["MALFORMED_REQUEST"]),
        ("a batch", "[{\"query\":\"{ __typename }\"}]".to_owned(), &["BATCH_REFUSED"]),
        ("a batch of nothing", "[]".to_owned(), &["BATCH_REFUSED"]),
        ("a batch of 10,000", format!("[{}]", vec!["{\"query\":\"{ __typename }\"}"; 10_000].join(",")), &["BATCH_REFUSED"]),
        ("extensions that are much", json!({ "query": "{ __typename }", "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "a".repeat(500_000) } } }).to_string(), &["MALFORMED_REQUEST"]),
        ("a name that is much", json!({ "query": "{ __typename }", "operationName": "a".repeat(500_000) }).to_string(), &["OPERATION_UNKNOWN"]),
    ];
    for (name, body, codes) in cases {
        let before = app.statements().await;
        let request = app
            .http()
            .post(format!("{}/graphql", app.url()))
            .bearer_auth(officer.token())
            .header("content-type", "application/json");
        let Ok(response) = request.body(body).send().await else {
            // A client that is still sending may find the door shut before it reads the answer.
            assert_eq!(codes, ["BODY_TOO_LARGE"], "{name}");
            continue;
        };
        let answer = Answer::of(response).await;
        assert_eq!(answer.error_codes().first().map(String::as_str), codes.first().copied(), "{name}: {}", answer.status);
        assert!(answer.body.to_string().len() < 20_000, "{name}: the refusal isn't a weapon itself");
        assert!(app.statements().await - before <= 4, "{name}: no more than looking the session up");
    }
}

async fn half_a_request_keeps_nobody_else_waiting(app: TestApp) {
    let address = app.url().trim_start_matches("http://").to_owned();
    // Each stops in the middle of something: the line, the headers, the body.
    let halves = [
        "",
        "POST /gra",
        "POST /graphql HTTP/1.1\r\nhost: t",
        "POST /graphql HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"query\":",
    ];
    let open: Vec<_> = (0..40)
        .map(|index| {
            let mut stream = std::net::TcpStream::connect(&address).unwrap();
            stream.write_all(halves[index % halves.len()].as_bytes()).unwrap();
            stream
        })
        .collect();
    let officer = app.sign_in("halton.performance-officer").await;
    assert_eq!(officer.ask("{ viewer { email } }", json!({})).await.status, 200);
    // One that says it is through in the middle of its body is told so, or let go.
    let mut stream = open.into_iter().nth(3).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.is_empty() || answer.contains("MALFORMED_REQUEST") || answer.starts_with("HTTP/1.1 4"), "{answer}");
}
