//! What costs too much is refused before it costs anything, and the server stands when the refusing is done.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tests::both_dbs;
use tests::support::{Answer, TestApp};

both_dbs!(
    documents_that_would_cost_too_much_are_refused_quickly,
    a_hundred_megabytes_are_refused,
    a_page_holds_a_hundred_at_most,
);

/// What refusing may take, in a debug build on a busy machine; executing the worst of them would take minutes.
const QUICKLY: Duration = Duration::from_secs(2);

/// A chain of fragments, each of which spreads the next one twice: thirty of them stand for a billion fields.
fn doubling_chain() -> String {
    let links = (0..30).map(|link| format!("fragment f{link} on Area {{ ...f{} ...f{} }} ", link + 1, link + 1));
    format!("{{ areas {{ nodes {{ ...f0 }} }} }} {} fragment f30 on Area {{ name }}", links.collect::<String>())
}

fn deep() -> String {
    let levels = 30;
    format!("{{ tenants {{ nodes {{ bodies {{ nodes {}{{ id }}{} }} }} }} }}", "{ parent ".repeat(levels), "}".repeat(levels))
}

fn many_aliases() -> String {
    let aliases: String = (0..400).map(|number| format!("a{number}: name ")).collect();
    format!("{{ tenant(by: {{ slug: \"halton\" }}) {{ {aliases} }} }}")
}

fn many_roots() -> String {
    let roots: String = (0..60).map(|number| format!("a{number}: tenants {{ totalCount }} ")).collect();
    format!("{{ {roots} }}")
}

fn wide_and_full() -> String {
    let page = "(first: 100) { nodes { ";
    format!("{{ tenants{page} bodies{page} children{page} children{page} children{page} name }} }} }} }} }} }} }} }} }} }} }}")
}

async fn documents_that_would_cost_too_much_are_refused_quickly(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let cases = [
        ("a doubling chain of fragments", doubling_chain(), &["LIMIT_DOCUMENT", "LIMIT_FIELDS"][..]),
        ("depth", deep(), &["LIMIT_DEPTH", "LIMIT_NESTING"]),
        ("aliases", many_aliases(), &["LIMIT_ALIASES"]),
        ("roots", many_roots(), &["LIMIT_ROOT_FIELDS", "LIMIT_ALIASES"]),
        ("full pages in full pages", wide_and_full(), &["LIMIT_COST"]),
        ("open brackets", "{a".repeat(20_000), &["LIMIT_NESTING"]),
        ("a long document", format!("{{ __typename #{} \n }}", "x".repeat(200_000)), &["LIMIT_BYTES"]),
        (
            "many tokens",
            format!("{{ {} }}", "a ".repeat(12_000)),
            &["LIMIT_TOKENS", "LIMIT_FIELDS", "LIMIT_DOCUMENT", "LIMIT_ROOT_FIELDS"],
        ),
    ];
    for (name, document, codes) in cases {
        for actor in [&officer, &app.anonymous()] {
            let statements = app.statements().await;
            let began = Instant::now();
            let answer = actor.ask(&document, json!({})).await;
            let took = began.elapsed();
            let given = answer.error_codes();
            assert!(given.iter().any(|code| codes.contains(&code.as_str())), "{name}: {given:?}, {answer}");
            assert!(answer.body.get("data").is_none(), "{name}: {answer}");
            assert!(took < QUICKLY, "{name} took {took:?}");
            assert!(app.statements().await - statements <= 4, "{name}: no more than looking the session up");
        }
    }
    assert_eq!(officer.ask("{ __typename }", json!({})).await.data("/__typename"), "Query");
}

/// Sends a hundred megabytes piece by piece without saying how many there are; gives back what was answered, and how many
/// megabytes the server took before it shut the door.
fn pour(address: &str) -> (String, usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let megabyte = [b"100000\r\n".as_slice(), &[b' '; 1024 * 1024], b"\r\n"].concat();
    let taken = (0..100).take_while(|_| stream.write_all(&megabyte).is_ok()).count();
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..read]);
    }
    (String::from_utf8_lossy(&answer).into_owned(), taken)
}

async fn a_hundred_megabytes_are_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let address = app.url().trim_start_matches("http://").to_owned();
    let (answer, taken) = tokio::task::spawn_blocking(move || pour(&address)).await.unwrap();
    println!("{taken} megabytes were taken before: {}", answer.lines().next().unwrap_or("the door was shut"));
    // A client that is still sending may find the door shut before it reads the answer.
    assert!(answer.is_empty() || (answer.starts_with("HTTP/1.1 413 ") && answer.contains("BODY_TOO_LARGE")), "{answer}");
    assert!(taken < 50 || !answer.is_empty(), "it read on for {taken} megabytes");
    // With its length said beforehand.
    let body = format!("{{\"query\":\"{{ __typename }}\"}}{}", " ".repeat(2 * 1024 * 1024));
    let request = app.http().post(format!("{}/graphql", app.url())).header("content-type", "application/json").body(body);
    if let Ok(response) = request.send().await {
        let answer = Answer::of(response).await;
        assert_eq!((answer.status, answer.error_codes()), (413, vec!["BODY_TOO_LARGE".to_owned()]), "{answer}");
    }
    assert_eq!(officer.ask("{ __typename }", json!({})).await.status, 200, "the server stands");
}

async fn a_page_holds_a_hundred_at_most(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "query ($first: Int, $last: Int) { areas(first: $first, last: $last) { nodes { name } } }";
    let full = officer.ask(query, json!({ "first": 100 })).await;
    assert!(full.list("/areas/nodes").len() > 50);
    for variables in
        [json!({ "first": 101 }), json!({ "first": -1 }), json!({ "last": 2_000_000_000 }), json!({ "first": 1, "last": 1 })]
    {
        let answer = officer.ask(query, variables.clone()).await;
        let codes = answer.error_codes();
        assert!(codes.iter().any(|code| ["LIMIT_PAGE", "BAD_USER_INPUT"].contains(&code.as_str())), "{variables}: {answer}");
    }
    let many: Vec<String> = (0..101).map(|number| format!("x{number}")).collect();
    let answer = officer.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": many })).await;
    assert!(!answer.errors().is_empty(), "{answer}");
}
