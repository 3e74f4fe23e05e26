//! Queries and mutations over a socket are what they are by POST, and its messages are those of the protocol.

use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{
        TestApp,
        app::{BUSINESS_DATE, day},
    },
};

use super::client::{PROTOCOL, acknowledged, connect, silent};
use crate::{
    faults::{RECORD, outlook},
    performance::fixtures::line,
};

both_dbs!(
    a_query_is_answered_as_by_post,
    a_mutation_writes_once_and_is_told,
    what_is_not_executed_comes_as_an_error_and_never_as_a_result,
    a_field_s_error_comes_with_the_result,
    pings_are_answered_and_bring_a_fresh_token,
    whoever_sets_a_header_needs_no_payload,
    an_operation_that_was_completed_says_nothing_more,
);

const TENANT: &str = "{ tenant(by: { slug: \"halton\" }) { name agreement { name indicators(first: 3) { nodes { code status { colour reason } } } } } }";

async fn a_query_is_answered_as_by_post(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let by_post = officer.ask(TENANT, Value::Null).await;
    let mut socket = acknowledged(&app, &officer).await;
    socket.subscribe("one", TENANT, Value::Null).await;
    let next = socket.message().await;
    assert_eq!((&next["id"], &next["type"]), (&json!("one"), &json!("next")));
    assert_eq!(next["payload"], json!({ "data": by_post.data("") }));
    assert_eq!(socket.message().await, json!({ "id": "one", "type": "complete" }));
    // Introspection, an operation by name and variables, too.
    let named = "query A { viewer { email } } query B($n: Int!) { __type(name: \"Act\") { name } tenant(by: { slug: \"halton\" }) { bodies(first: $n) { nodes { name } } } }";
    let payload = json!({ "query": named, "operationName": "B", "variables": { "n": 1 }, "extensions": {} });
    socket.say(&json!({ "id": "two", "type": "subscribe", "payload": payload })).await;
    let next = socket.message().await;
    assert_eq!(next["payload"]["data"]["__type"]["name"], "Act", "{next}");
    assert_eq!(next["payload"]["data"]["tenant"]["bodies"]["nodes"].as_array().map(Vec::len), Some(1));
}

async fn a_mutation_writes_once_and_is_told(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let line = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let mut socket = acknowledged(&app, &officer).await;
    socket.subscribe("m", RECORD, outlook(&line, "Over a socket.", day(BUSINESS_DATE))).await;
    let next = socket.message().await;
    assert!(next["payload"]["data"]["recordOutlook"]["outlook"]["id"].is_string(), "{next}");
    assert_eq!(socket.message().await["type"], "complete");
    let auditor = app.sign_in("halton.auditor").await;
    let events = "{ tenant(by: { slug: \"halton\" }) { auditEvents(filter: { deed: \"RECORD_OUTLOOK\" }) { totalCount } } }";
    assert_eq!(auditor.ask(events, Value::Null).await.data("/tenant/auditEvents/totalCount"), 1);
}

async fn what_is_not_executed_comes_as_an_error_and_never_as_a_result(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut socket = acknowledged(&app, &officer).await;
    let aliases: String = (0..60).map(|n| format!("a{n}: viewer {{ email }} ")).collect();
    for (id, query, code) in [
        ("syntax", "{", "SYNTAX"),
        ("unknown", "{ nothing }", "INVALID_DOCUMENT"),
        ("limit", &format!("{{ {aliases} }}"), "LIMIT_ALIASES"),
        ("subscription", "subscription { nothing }", "INVALID_DOCUMENT"),
        (
            "variable",
            "query ($n: Int!) { tenant(by: { slug: \"halton\" }) { bodies(first: $n) { nodes { name } } } }",
            "BAD_VARIABLES",
        ),
        ("argument", "subscription { indicatorStatusChanged(tenant: \"nonsense\") { status { colour } } }", "BAD_USER_INPUT"),
        (
            "another",
            "subscription { indicatorStatusChanged(tenant: \"AfEXlJ_uL1vKuoPi-Y2sgx0\") { status { colour } } }",
            "NOT_FOUND",
        ),
    ] {
        socket.subscribe(id, query, Value::Null).await;
        let error = socket.message().await;
        assert_eq!((&error["id"], &error["type"]), (&json!(id), &json!("error")), "{error}");
        assert_eq!(error["payload"][0]["extensions"]["code"], code, "{error}");
    }
    // The connection goes on.
    socket.subscribe("good", "{ viewer { email } }", Value::Null).await;
    assert_eq!(socket.message().await["type"], "next");
}

async fn a_field_s_error_comes_with_the_result(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut socket = acknowledged(&app, &officer).await;
    socket.subscribe("x", "{ viewer { email } tenant(by: { slug: \"warrington\" }) { name } }", Value::Null).await;
    let next = socket.message().await;
    assert_eq!(next["type"], "next", "{next}");
    assert_eq!(next["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert!(next["payload"]["data"]["viewer"]["email"].is_string());
}

async fn pings_are_answered_and_bring_a_fresh_token(app: TestApp) {
    let mut stranger = silent(&app).await;
    stranger.say(&json!({ "type": "ping" })).await;
    assert_eq!(stranger.message().await, json!({ "type": "pong" }), "also before anything else");
    let officer = app.sign_in("halton.performance-officer").await;
    let mut socket = acknowledged(&app, &officer).await;
    socket.say(&json!({ "type": "pong", "payload": {} })).await;
    app.clock().advance(chrono::TimeDelta::minutes(9));
    let again = app.sign_in("halton.performance-officer").await;
    socket.say(&json!({ "type": "ping", "payload": { "accessToken": again.token() } })).await;
    let pong = socket.message().await;
    assert_eq!(pong["payload"]["expiresAt"], "2010-02-09T09:19:00+00:00", "{pong}");
    // By now the first token has run out.
    app.clock().advance(chrono::TimeDelta::minutes(5));
    socket.subscribe("x", "{ viewer { email } }", Value::Null).await;
    assert_eq!(socket.message().await["payload"]["data"]["viewer"]["email"], "halton.performance-officer@concordat.example");
    // Somebody else's token is no fresh one.
    let other = app.sign_in("halton.auditor").await;
    socket.message().await;
    socket.say(&json!({ "type": "ping", "payload": { "accessToken": other.token() } })).await;
    assert_eq!(socket.closed().await, 4403);
}

async fn whoever_sets_a_header_needs_no_payload(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let header = format!("Bearer {}", officer.token());
    let mut socket =
        connect(&app, &[("sec-websocket-protocol", PROTOCOL), ("authorization", &header)]).await.expect("a handshake");
    socket.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.message().await["type"], "connection_ack");
}

async fn an_operation_that_was_completed_says_nothing_more(app: TestApp) {
    let group = app.sign_in("halton.psg-member").await;
    let mut socket = acknowledged(&app, &group).await;
    let forever = "subscription { recordAwaitingMyOffice { action } }";
    socket.subscribe("s", forever, Value::Null).await;
    socket.say(&json!({ "type": "complete", "id": "s" })).await;
    // Its name may be used again, and completing what isn't there is no fault.
    socket.say(&json!({ "type": "complete", "id": "never" })).await;
    socket.subscribe("s", "{ viewer { email } }", Value::Null).await;
    let mut last = socket.message().await;
    while last["type"] == "next" && last["payload"]["data"]["recordAwaitingMyOffice"].is_object() {
        // What was on its way before.
        last = socket.message().await;
    }
    assert!(last["payload"]["data"]["viewer"]["email"].is_string(), "{last}");
    assert_eq!(socket.message().await, json!({ "id": "s", "type": "complete" }));
}
