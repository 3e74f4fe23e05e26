//! Every code with which a socket is closed, and who isn't let in at all.

use std::time::Duration;

use api::{
    config::{Rates, Settings},
    graphql::frontdoor::Limits,
    http::{Origins, live::LiveLimits},
};
use entity::{policy::Demand, tables::Id};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tests::{both_dbs, support::TestApp};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use super::client::{Heard, PROTOCOL, acknowledged, connect, counted, silent, speaking};

both_dbs!(
    what_is_no_message_of_the_protocol_is_4400,
    wanting_something_before_saying_who_is_4401,
    whoever_may_not_is_4403,
    a_token_that_runs_out_is_4403,
    a_session_that_ends_is_4403,
    another_protocol_is_4406,
    silence_is_4408,
    a_name_that_is_in_use_is_4409,
    saying_twice_who_is_4429,
    a_message_that_is_no_text_is_1007,
    a_message_that_is_too_long_is_1009,
    more_sockets_than_an_account_may_have_are_1013,
    operations_beyond_what_a_socket_may_have_are_refused,
    a_page_of_another_origin_is_not_let_in,
    who_does_not_answer_is_let_go,
    who_does_not_read_is_let_go,
);

async fn what_is_no_message_of_the_protocol_is_4400(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for text in [
        "nonsense",
        "[]",
        "{\"type\":\"connection_ack\"}",
        "{\"type\":\"start\",\"id\":\"1\",\"payload\":{\"query\":\"{ a }\"}}",
        "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{ a }\"}}",
        "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":7}}",
        "{\"type\":\"ping\",\"payload\":\"x\"}",
        "{\"type\":\"complete\"}",
    ] {
        let mut socket = acknowledged(&app, &officer).await;
        socket.send(Message::text(text)).await;
        assert_eq!(socket.closed().await, 4400, "{text}");
    }
    let mut socket = acknowledged(&app, &officer).await;
    socket.send(Message::binary(b"{\"type\":\"ping\"}".as_slice())).await;
    assert_eq!(socket.closed().await, 4400);
}

async fn wanting_something_before_saying_who_is_4401(app: TestApp) {
    let mut socket = silent(&app).await;
    socket.subscribe("1", "{ viewer { email } }", Value::Null).await;
    assert_eq!(socket.hear().await, Heard::Closed(4401, "Unauthorized".to_owned()));
}

async fn whoever_may_not_is_4403(app: TestApp) {
    for payload in [Value::Null, json!({}), json!({ "accessToken": "nonsense" }), json!({ "Authorization": "Bearer a.b.c" })] {
        let mut socket = silent(&app).await;
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.closed().await, 4403, "{payload}");
    }
}

/// A server that looks often whether a connection may go on.
fn watchful(app: &TestApp) -> TestApp {
    let live = LiveLimits { keep_alive: Duration::from_millis(50), ..LiveLimits::default() };
    app.with_settings(Settings { live, demand: Demand::Nothing, ..Settings::default() })
}

async fn a_token_that_runs_out_is_4403(app: TestApp) {
    let app = watchful(&app);
    let mut idle = acknowledged(&app, &app.sign_in("halton.performance-officer").await).await;
    app.clock().advance(chrono::TimeDelta::minutes(11));
    assert_eq!(idle.hear().await, Heard::Closed(4403, "Forbidden: The access token has run out.".to_owned()));
}

async fn a_session_that_ends_is_4403(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    // At once where something is followed, although this server looks seldom.
    let mut following = acknowledged(&app, &officer).await;
    super::client::follow(&app, &mut following, "s", "subscription { recordAwaitingMyOffice { action } }", Value::Null).await;
    let sessions = officer.ask("{ viewer { sessions { nodes { id isCurrent } } } }", Value::Null).await;
    let own = sessions.list("/viewer/sessions/nodes").iter().find(|session| session["isCurrent"] == true).expect("it is live");
    let revoke = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { userErrors { code } } }";
    let ended = officer.ask(revoke, json!({ "input": { "session": own["id"] } })).await;
    assert_eq!(ended.user_errors("/revokeSession"), &[] as &[Value], "{ended}");
    loop {
        match following.hear().await {
            Heard::Message(message) => assert_eq!(message["type"], "next", "{message}"),
            closed => {
                assert_eq!(closed, Heard::Closed(4403, "Forbidden: The session is over. Please sign in again.".to_owned()));
                break;
            }
        }
    }
}

async fn another_protocol_is_4406(app: TestApp) {
    let mut none = connect(&app, &[]).await.expect("a handshake");
    assert_eq!(none.closed().await, 4406);
    // The older protocol of a similar name.
    assert_eq!(speaking(&app, "graphql-ws").await.closed().await, 4406);
    // The one that we speak is chosen among several.
    let several = format!("graphql-ws, {PROTOCOL}");
    let mut socket = connect(&app, &[("sec-websocket-protocol", &several)]).await.expect("a handshake");
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.message().await["type"], "pong");
}

async fn silence_is_4408(app: TestApp) {
    let live = LiveLimits { initialisation: Duration::from_millis(50), ..LiveLimits::default() };
    let app = app.with_settings(Settings { live, ..Settings::default() });
    assert_eq!(silent(&app).await.closed().await, 4408);
}

async fn a_name_that_is_in_use_is_4409(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut socket = acknowledged(&app, &officer).await;
    for _ in 0..2 {
        socket.subscribe("same", "subscription { recordAwaitingMyOffice { action } }", Value::Null).await;
    }
    loop {
        match socket.hear().await {
            Heard::Message(message) => assert_eq!(message["type"], "next"),
            closed => {
                assert_eq!(closed, Heard::Closed(4409, "Subscriber for same already exists".to_owned()));
                break;
            }
        }
    }
}

async fn saying_twice_who_is_4429(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut socket = silent(&app).await;
    for _ in 0..2 {
        socket.say(&json!({ "type": "connection_init", "payload": { "accessToken": officer.token() } })).await;
    }
    assert_eq!(socket.message().await["type"], "connection_ack");
    assert_eq!(socket.closed().await, 4429);
}

async fn a_message_that_is_no_text_is_1007(app: TestApp) {
    let mut socket = silent(&app).await;
    socket.send(Message::Frame(Frame::message(b"\xff\xfe".as_slice(), OpCode::Data(Data::Text), true))).await;
    assert_eq!(socket.closed().await, 1007);
    let mut pieces = silent(&app).await;
    for (at, code) in [(0, Data::Text), (1, Data::Continue)] {
        pieces.send(Message::Frame(Frame::message(b"\xff".as_slice(), OpCode::Data(code), at == 1))).await;
    }
    assert_eq!(pieces.closed().await, 1007);
}

async fn a_message_that_is_too_long_is_1009(app: TestApp) {
    let app = app.with_settings(Settings { limits: Limits { body_bytes: 2_000, ..Limits::default() }, ..Settings::default() });
    let mut socket = silent(&app).await;
    socket.send(Message::text(format!("{{\"type\":\"ping\",\"payload\":{{\"x\":\"{}\"}}}}", "x".repeat(3_000)))).await;
    assert_eq!(socket.closed().await, 1009);
    // In pieces as well.
    let mut pieces = silent(&app).await;
    for (at, code) in [(0, Data::Text), (1, Data::Continue)] {
        let frame = Frame::message("x".repeat(1_500), OpCode::Data(code), at == 1);
        pieces.send(Message::Frame(frame)).await;
    }
    assert_eq!(pieces.closed().await, 1009);
}

async fn more_sockets_than_an_account_may_have_are_1013(app: TestApp) {
    let live = LiveLimits { per_account: 2, connections: 4, ..LiveLimits::default() };
    let app = app.with_settings(Settings { live, demand: Demand::Nothing, ..Settings::default() });
    let officer = app.sign_in("halton.performance-officer").await;
    let held = [acknowledged(&app, &officer).await, acknowledged(&app, &officer).await];
    let mut third = silent(&app).await;
    third.say(&json!({ "type": "connection_init", "payload": { "accessToken": officer.token() } })).await;
    assert_eq!(third.closed().await, 1013);
    drop(third);
    let other = acknowledged(&app, &app.sign_in("halton.auditor").await).await;
    while counted(&app, "concordat_live_connections").await > 3 {}
    let fourth = silent(&app).await;
    assert!(matches!(connect(&app, &[("sec-websocket-protocol", PROTOCOL)]).await, Err(503)), "all places are taken");
    drop((held, other, fourth));
    // They are free again once the server has noticed.
    while counted(&app, "concordat_live_connections").await > 0 {}
    acknowledged(&app, &officer).await;
}

async fn operations_beyond_what_a_socket_may_have_are_refused(app: TestApp) {
    let live = LiveLimits { operations: 2, ..LiveLimits::default() };
    let app = app.with_settings(Settings { live, demand: Demand::Nothing, ..Settings::default() });
    let officer = app.sign_in("halton.auditor").await;
    let mut socket = acknowledged(&app, &officer).await;
    for id in ["1", "2", "3"] {
        socket.subscribe(id, "subscription { recordAwaitingMyOffice { action } }", Value::Null).await;
    }
    let error = socket.message().await;
    assert_eq!((&error["id"], &error["payload"][0]["extensions"]["code"]), (&json!("3"), &json!("LIMIT_OPERATIONS")), "{error}");
}

async fn a_page_of_another_origin_is_not_let_in(app: TestApp) {
    let own = app.url().to_owned();
    let mut origins = Origins::default();
    origins.allow("https://front.example", Id::named("tenant", "halton")).expect("it is an origin");
    let allowing = app.with_settings(Settings { origins, ..Settings::default() });
    for (server, origin, lets_in) in [
        (&app, own.as_str(), true),
        (&app, "https://evil.example", false),
        (&app, "null", false),
        (&app, "https://front.example", false),
        (&allowing, "https://front.example", true),
        (&allowing, "https://front.example.evil.example", false),
    ] {
        let answered = connect(server, &[("sec-websocket-protocol", PROTOCOL), ("origin", origin)]).await;
        assert_eq!(answered.map(|_| ()).err(), (!lets_in).then_some(403), "{origin}");
    }
    // Once it is known who asks, every tenant of theirs has to allow the page: answers can hold something of each.
    let front = [("sec-websocket-protocol", PROTOCOL), ("origin", "https://front.example")];
    for (office, lets_in) in
        [("halton.performance-officer", true), ("halton.lead-member", false), ("warrington.psg-member", false)]
    {
        let caller = allowing.sign_in(office).await;
        let mut socket = connect(&allowing, &front).await.expect("a handshake");
        socket.say(&json!({ "type": "connection_init", "payload": { "accessToken": caller.token() } })).await;
        match socket.hear().await {
            Heard::Message(message) => assert!(lets_in && message["type"] == "connection_ack", "{office}: {message}"),
            closed => assert!(!lets_in && matches!(closed, Heard::Closed(4403, _)), "{office}: {closed:?}"),
        }
    }
}

async fn who_does_not_answer_is_let_go(app: TestApp) {
    let app = watchful(&app);
    let officer = app.sign_in("halton.performance-officer").await;
    let mute = acknowledged(&app, &officer).await.into_inner();
    let mut lively = acknowledged(&app, &officer).await.into_inner();
    assert_eq!(counted(&app, "concordat_live_connections").await, 2);
    // A client answers pings while it is listened to, and only then.
    let listening = async {
        while let Some(Ok(message)) = lively.next().await {
            assert!(message.is_ping(), "who answers is kept: {message:?}");
        }
    };
    let mute_is_gone = async { while counted(&app, "concordat_live_connections").await > 1 {} };
    tokio::select! {
        () = mute_is_gone => {}
        () = listening => panic!("who answers is kept"),
    }
    drop(mute);
}

async fn who_does_not_read_is_let_go(app: TestApp) {
    let live = LiveLimits { patience: Duration::from_millis(200), ..LiveLimits::default() };
    let app = app.with_settings(Settings { live, demand: Demand::Nothing, rates: Rates::NONE, ..Settings::default() });
    let mut greedy = acknowledged(&app, &app.sign_in("halton.performance-officer").await).await.into_inner();
    let ask = json!({ "id": "x", "type": "subscribe", "payload": { "query": "{ __schema { types { name description } } }" } });
    // Asks and asks and reads nothing: the server neither reads on nor keeps what it can't send.
    let asking = async {
        for number in 0.. {
            let mut ask = ask.clone();
            ask["id"] = json!(number.to_string());
            if greedy.send(Message::text(ask.to_string())).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = asking => {}
        () = async { while counted(&app, "concordat_live_connections").await > 0 {} } => {}
    }
}
