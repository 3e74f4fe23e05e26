//! The messages of `graphql-transport-ws` and its close codes (PROTOCOL.md of npm `graphql-ws` 6), apart from any connection.

use actix_ws::{CloseCode, CloseReason};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::graphql::frontdoor::{Call, request::read_message};

/// The name by which both sides agree on it.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Debug)]
pub enum Heard {
    /// Who it is, as it says.
    Initialisation(Option<Value>),
    /// Whether anybody is there.
    Ping(Option<Value>),
    /// That it is there.
    Pong,
    /// What it wants, under a name of its own.
    Subscribe(String, Box<Call>),
    /// That it wants it no longer.
    Complete(String),
}

/// Why a connection is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The server goes away.
    Away,
    /// A message is no text in UTF-8.
    NotText,
    /// A message was longer than allowed (bytes).
    TooLong(usize),
    /// There are as many connections as there may be.
    Crowded,
    /// A message isn't one of the protocol's: what is wrong with it.
    BadRequest(String),
    /// Something is wanted before it is known by whom.
    Unauthorized,
    /// Whoever it is may not go on: why.
    Forbidden(&'static str),
    /// The client doesn't speak the protocol.
    Protocol,
    /// The client never said who it is.
    InitialisationTimeout,
    /// The name of an operation is in use.
    SubscriberExists(String),
    /// The client said twice who it is.
    InitialisedTwice,
    /// It can't be found out who it is just now.
    Unavailable,
}

impl Closing {
    /// The code on the wire.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Away => 1001,
            Self::NotText => 1007,
            Self::TooLong(_) => 1009,
            Self::Crowded | Self::Unavailable => 1013,
            Self::BadRequest(_) => 4400,
            Self::Unauthorized => 4401,
            Self::Forbidden(_) => 4403,
            Self::Protocol => 4406,
            Self::InitialisationTimeout => 4408,
            Self::SubscriberExists(_) => 4409,
            Self::InitialisedTwice => 4429,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Away => "The server is going away. Please connect anew.".to_owned(),
            Self::NotText => "Send messages in UTF-8.".to_owned(),
            Self::TooLong(most) => format!("A message may have {most} bytes at most."),
            Self::Crowded => "There are too many connections. Please try again later.".to_owned(),
            Self::BadRequest(fault) => fault.clone(),
            Self::Unauthorized => "Unauthorized".to_owned(),
            Self::Forbidden(why) => format!("Forbidden: {why}"),
            Self::Protocol => "Subprotocol not acceptable".to_owned(),
            Self::InitialisationTimeout => "Connection initialisation timeout".to_owned(),
            Self::SubscriberExists(id) => format!("Subscriber for {id} already exists"),
            Self::InitialisedTwice => "Too many initialisation requests".to_owned(),
            Self::Unavailable => "The database can't answer just now. Please try again.".to_owned(),
        }
    }

    /// The close frame; its text has 123 bytes at most (RFC 6455, section 5.5).
    #[must_use]
    pub fn reason(&self) -> CloseReason {
        let mut words = self.words();
        while words.len() > 123 {
            words.pop();
        }
        CloseReason { code: CloseCode::from(self.code()), description: Some(words) }
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

/// Reads a message.
///
/// # Errors
/// [`Closing::BadRequest`] when it isn't one that a client may send.
pub fn read(text: &str) -> Result<Heard, Closing> {
    let bad = |fault: String| Closing::BadRequest(fault);
    let message: Envelope<'_> = serde_json::from_str(text).map_err(|error| bad(format!("Invalid message: {error}")))?;
    let id = |id: Option<String>| {
        id.filter(|id| !id.is_empty()).ok_or_else(|| bad(format!("A \"{}\" message needs an id.", message.kind)))
    };
    match message.kind.as_str() {
        "connection_init" => Ok(Heard::Initialisation(object(&message)?)),
        "ping" => Ok(Heard::Ping(object(&message)?)),
        "pong" => object(&message).map(|_| Heard::Pong),
        "subscribe" => {
            let payload = message.payload.ok_or_else(|| bad("A \"subscribe\" message needs a payload.".to_owned()))?;
            let call = read_message(payload.get()).map_err(|refusal| bad(refusal.to_string()))?;
            Ok(Heard::Subscribe(id(message.id)?, Box::new(call)))
        }
        "complete" => Ok(Heard::Complete(id(message.id)?)),
        _ => Err(bad("Invalid message type.".to_owned())),
    }
}

fn object(message: &Envelope<'_>) -> Result<Option<Value>, Closing> {
    let Some(payload) = message.payload else { return Ok(None) };
    match serde_json::from_str(payload.get()) {
        Ok(payload @ Value::Object(_)) => Ok(Some(payload)),
        Ok(Value::Null) => Ok(None),
        _ => Err(Closing::BadRequest(format!("The payload of a \"{}\" message is an object.", message.kind))),
    }
}

/// The access token that a payload brings: as `accessToken`, or as an HTTP header would.
#[must_use]
pub fn token(payload: &Value) -> Option<&str> {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let header = || text("Authorization").or_else(|| text("authorization"));
    text("accessToken").or_else(|| header().map(|header| header.strip_prefix("Bearer ").unwrap_or(header)))
}

/// Says that it is known who the client is, and until when.
#[must_use]
pub fn acknowledged(payload: &Value) -> String {
    json!({ "type": "connection_ack", "payload": payload }).to_string()
}

/// Says that the server is there.
#[must_use]
pub fn pong(payload: Option<&Value>) -> String {
    payload.map_or_else(|| r#"{"type":"pong"}"#.to_owned(), |payload| json!({ "type": "pong", "payload": payload }).to_string())
}

/// An execution result, which is JSON already.
#[must_use]
pub fn next(id: &str, result: &str) -> String {
    format!(r#"{{"id":{},"type":"next","payload":{result}}}"#, Value::from(id))
}

/// Errors that end an operation, which are JSON already.
#[must_use]
pub fn error(id: &str, errors: &str) -> String {
    format!(r#"{{"id":{},"type":"error","payload":{errors}}}"#, Value::from(id))
}

/// The end of an operation.
#[must_use]
pub fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_isn_t_of_the_protocol_is_named() {
        for (text, fault) in [
            ("{}", "missing field `type`"),
            ("nonsense", "Invalid message"),
            (r#"{"type":"start"}"#, "Invalid message type."),
            (r#"{"type":"next","id":"1","payload":{}}"#, "Invalid message type."),
            (r#"{"type":"connection_init","payload":[]}"#, "is an object"),
            (r#"{"type":"ping","payload":1}"#, "is an object"),
            (r#"{"type":"subscribe","payload":{"query":"{a}"}}"#, "needs an id"),
            (r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#, "needs an id"),
            (r#"{"type":"subscribe","id":"1"}"#, "needs a payload"),
            (r#"{"type":"subscribe","id":"1","payload":{}}"#, "`query` is missing"),
            (r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#, "`query` must be"),
            (r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#, "`variables` must be"),
            (r#"{"type":"complete"}"#, "needs an id"),
            (r#"{"type":"complete","id":7}"#, "Invalid message"),
        ] {
            match read(text) {
                Err(Closing::BadRequest(found)) => assert!(found.contains(fault), "{text}: {found}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_token_is_found_where_clients_put_it() {
        for payload in [json!({ "accessToken": "t" }), json!({ "Authorization": "Bearer t" }), json!({ "authorization": "t" })] {
            assert_eq!(token(&payload), Some("t"));
        }
        assert_eq!(token(&json!({ "other": 1 })), None);
    }

    #[test]
    fn reasons_fit_into_a_close_frame() {
        let closing = Closing::SubscriberExists("ü".repeat(500));
        assert!(closing.reason().description.is_some_and(|words| words.len() <= 123));
    }
}
