//! A server that is told to stop: sockets are closed with 1001, events end with `complete`, and a request under way is answered.

use futures::future::join;
use serde_json::{Value, json};
use tests::{both_dbs, support::TestApp};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    client::{Heard, acknowledged, follow},
    events::{Events, asked},
};

both_dbs!(sockets_and_events_end_well, a_request_under_way_is_answered);

const FOREVER: &str = "subscription { recordAwaitingMyOffice { action } }";

async fn sockets_and_events_end_well(app: TestApp) {
    let server = app.another_server().await;
    let there = server.app();
    let auditor = there.sign_in("halton.auditor").await;
    let mut following = acknowledged(&there, &auditor).await;
    follow(&there, &mut following, "s", FOREVER, Value::Null).await;
    let mut idle = acknowledged(&there, &auditor).await;
    let mut events = Events::of(asked(&there, &auditor, &json!({ "query": FOREVER })).await);
    let (.., closed) = join(server.stop(), async {
        let closed = join(following.hear(), idle.hear()).await;
        events.complete().await;
        closed
    })
    .await;
    for heard in [closed.0, closed.1] {
        assert!(matches!(heard, Heard::Closed(1001, _)), "{heard:?}");
    }
}

async fn a_request_under_way_is_answered(app: TestApp) {
    let server = app.another_server().await;
    let there = server.app();
    let officer = there.sign_in("halton.performance-officer").await;
    let place = there.url().trim_start_matches("http://").to_owned();
    let body = json!({ "query": "{ viewer { email } }" }).to_string();
    let (half, rest) = body.split_at(body.len() / 2);
    let mut connection = TcpStream::connect(&place).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {place}\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{half}",
        officer.token(),
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // The server has begun with it once it has asked the database who that is.
    let asked = there.statements().await;
    while there.statements().await == asked {
        tokio::task::yield_now().await;
    }
    let answered = async {
        // Nobody new is let in any more.
        while TcpStream::connect(&place).await.is_ok() {}
        connection.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let (.., answer) = join(server.stop(), answered).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("halton.performance-officer@concordat.example"), "{answer}");
}
