//! A client of `graphql-transport-ws` that can also misbehave.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tests::support::{Actor, TestApp};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest as _, http::HeaderValue, protocol::Role},
};

/// The name of the protocol.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// A test that waits for longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Socket(WebSocketStream<TcpStream>);

/// What the server said.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    /// The code of a close frame, and its words.
    Closed(u16, String),
    /// The connection broke off.
    Gone,
}

/// Connects with these headers; the status of a handshake that was refused.
pub async fn connect(app: &TestApp, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let place = app.url().trim_start_matches("http://").to_owned();
    let mut request = format!("ws://{place}/graphql").into_client_request().expect("it is an address");
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("it is a header"));
    }
    let stream = TcpStream::connect(&place).await.expect("the server listens");
    match client_async(request, stream).await {
        Ok((socket, _)) => Ok(Socket(socket)),
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("no handshake: {error}"),
    }
}

/// A connection whose handshake asks for a protocol that the client wouldn't go on without.
pub async fn speaking(app: &TestApp, protocol: &str) -> Socket {
    let place = app.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&place).await.expect("the server listens");
    let request = format!(
        "GET /graphql HTTP/1.1\r\nhost: {place}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: {protocol}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the handshake is answered"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    Socket(WebSocketStream::from_raw_socket(stream, Role::Client, None).await)
}

/// A connection that has said nothing yet.
pub async fn silent(app: &TestApp) -> Socket {
    connect(app, &[("sec-websocket-protocol", PROTOCOL)]).await.expect("the handshake is answered")
}

/// A connection of somebody's that was acknowledged.
pub async fn acknowledged(app: &TestApp, actor: &Actor) -> Socket {
    let mut socket = silent(app).await;
    socket.say(&json!({ "type": "connection_init", "payload": { "accessToken": actor.token() } })).await;
    let ack = socket.message().await;
    assert_eq!(ack["type"], "connection_ack", "{ack}");
    socket
}

impl Socket {
    pub async fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string())).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("the server takes it");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(&json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// The next thing that the server says, pings of the transport left out.
    pub async fn hear(&mut self) -> Heard {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the server says something");
            match next {
                Some(Ok(Message::Text(text))) => return Heard::Message(serde_json::from_str(&text).expect("messages are JSON")),
                Some(Ok(Message::Close(Some(frame)))) => return Heard::Closed(frame.code.into(), frame.reason.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("no message of the protocol: {other:?}"),
                None | Some(Err(_)) => return Heard::Gone,
            }
        }
    }

    /// The next message.
    pub async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(message) => message,
            other => panic!("no message: {other:?}"),
        }
    }

    /// The code with which the server closes the connection.
    pub async fn closed(&mut self) -> u16 {
        match self.hear().await {
            Heard::Closed(code, _) => code,
            other => panic!("it isn't closed: {other:?}"),
        }
    }

    /// Reads nothing more; the connection stays as it is.
    pub fn into_inner(self) -> WebSocketStream<TcpStream> {
        self.0
    }
}

/// What a server counts under a name in its figures.
pub async fn counted(app: &TestApp, name: &str) -> u64 {
    let text = app.http().get(format!("{}/metrics", app.url())).send().await.expect("figures").text().await.expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    line.unwrap_or(0)
}

const ANSWERED: &str = "concordat_requests_total{status=\"200\"}";

/// Follows something, and waits until the server does.
pub async fn follow(app: &TestApp, socket: &mut Socket, id: &str, query: &str, variables: Value) {
    let before = counted(app, ANSWERED).await;
    socket.subscribe(id, query, variables).await;
    while counted(app, ANSWERED).await == before {}
}
