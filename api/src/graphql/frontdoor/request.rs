//! From an HTTP message to a GraphQL request.
//!
//! POST takes a JSON object in UTF-8 and nothing else: a browser sends forms, plain text and multipart to other
//! sites without asking, JSON it does not. GET takes the same members as parameters, for queries only, because
//! that is all some tools can send; which operations a GET may run is decided once the document is known.

use std::time::Duration;

use actix_web::{HttpMessage, HttpRequest, http::Method, http::header, rt, web};
use async_graphql::Variables;
use async_graphql_value::ConstValue;
use futures::StreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::refusal::Refusal;

/// How a request came: a GET may only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// In the query string.
    Get,
    /// In a JSON body.
    Post,
    /// In a message of a WebSocket.
    Socket,
    /// In a JSON body, to be answered by events.
    Events,
    /// In the query string, to be answered by events.
    EventsByGet,
    /// Not at all: the document is one that a tenant has stored here, and its address was asked for.
    Stored,
}

/// A GraphQL request as the client sent it, before its document is looked at.
#[derive(Debug, Clone)]
pub struct Call {
    /// How it came.
    pub carrier: Carrier,
    /// The document; empty when it is only named.
    pub query: String,
    /// The name of a document that the server knows.
    pub document_id: Option<String>,
    /// Empty when absent or null.
    pub variables: Variables,
    /// Which operation of the document.
    pub operation_name: Option<String>,
    /// Protocol extensions; empty when absent or null.
    pub extensions: serde_json::Map<String, serde_json::Value>,
}

/// Reads the request; at most `limit` bytes of body.
///
/// # Errors
/// A [`Refusal`] with a status of its own: method, media type, size, or a malformed message.
pub async fn read(request: &HttpRequest, body: web::Payload, limit: usize) -> Result<Call, Refusal> {
    match *request.method() {
        // An answer to HEAD is that to GET without its body, which the server leaves away.
        Method::GET | Method::HEAD => from_parameters(request.query_string()),
        Method::POST => {
            check_media_type(request)?;
            let reading = rt::time::timeout(BODY_TIME, read_body(request, body, limit));
            let bytes = reading.await.map_err(|_| Refusal::BodyUnreadable)??;
            from_json(&bytes)
        }
        _ => Err(Refusal::Method),
    }
}

/// Reads the request that a message of a WebSocket holds: the same members as those of a body.
///
/// # Errors
/// A [`Refusal`] when it is malformed.
pub fn read_message(text: &str) -> Result<Call, Refusal> {
    Ok(Call { carrier: Carrier::Socket, ..from_json(text.as_bytes())? })
}

/// How long a client may take to send a body; a connection that only dribbles is let go.
pub const BODY_TIME: Duration = Duration::from_secs(20);

/// PostgreSQL holds no U+0000 in a text and SQLite does, so nobody may send one, however it is written.
pub(super) fn refuse_nul(found: bool) -> Result<(), Refusal> {
    if found { Err(Refusal::Malformed("texts can't contain the character U+0000".to_owned())) } else { Ok(()) }
}

/// Whether a text among the variables holds the character U+0000.
pub(super) fn holds_nul(variables: &Variables) -> bool {
    fn within(value: &ConstValue) -> bool {
        match value {
            ConstValue::String(text) => text.contains('\0'),
            ConstValue::List(items) => items.iter().any(within),
            ConstValue::Object(fields) => fields.values().any(within),
            _ => false,
        }
    }
    variables.values().any(within)
}

fn check_media_type(request: &HttpRequest) -> Result<(), Refusal> {
    let media = request.mime_type().ok().flatten().ok_or(Refusal::MediaType)?;
    let utf8 = media.get_param("charset").is_none_or(|charset| charset.as_str().eq_ignore_ascii_case("utf-8"));
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    let plain = encoding.is_none_or(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if media.essence_str() == "application/json" && utf8 && plain { Ok(()) } else { Err(Refusal::MediaType) }
}

async fn read_body(request: &HttpRequest, mut body: web::Payload, limit: usize) -> Result<web::BytesMut, Refusal> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > limit) {
        return Err(Refusal::BodyTooLarge(limit));
    }
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Refusal::BodyUnreadable)?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(Refusal::BodyTooLarge(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The members of a body, each still as text, so that the one at fault can be named.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    #[serde(borrow, default)]
    query: Option<&'a RawValue>,
    #[serde(borrow, default)]
    variables: Option<&'a RawValue>,
    #[serde(borrow, default)]
    operation_name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    extensions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    document_id: Option<&'a RawValue>,
}

fn from_json(bytes: &[u8]) -> Result<Call, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| Refusal::Malformed(error.to_string()))?;
    match text.trim_start_matches([' ', '\t', '\r', '\n']).chars().next() {
        Some('[') => return Err(Refusal::Batch),
        // A derived decoder would take other shapes for an object.
        Some('{') => {}
        _ => return Err(Refusal::Malformed("the body must start with {".to_owned())),
    }
    let members: Members<'_> = serde_json::from_str(text).map_err(|error| Refusal::Malformed(error.to_string()))?;
    let extensions: serde_json::Map<_, _> = object("extensions", members.extensions)?.unwrap_or_default();
    let document_id: Option<String> = member("documentId", "a string or null", members.document_id)?;
    let query = if names(&extensions, document_id.as_ref()) { unless_null(members.query) } else { members.query };
    let query = member("query", "a string", query)?;
    Ok(Call {
        carrier: Carrier::Post,
        query: sent_or_named(query, &extensions, document_id.as_ref())?,
        document_id,
        variables: object("variables", members.variables)?.unwrap_or_default(),
        operation_name: member("operationName", "a string or null", members.operation_name)?,
        extensions,
    })
}

/// Whether a request names its document.
fn names(extensions: &serde_json::Map<String, serde_json::Value>, document_id: Option<&String>) -> bool {
    document_id.is_some() || extensions.contains_key("persistedQuery")
}

/// The document, which may be left away where it is named.
fn sent_or_named(
    query: Option<String>,
    extensions: &serde_json::Map<String, serde_json::Value>,
    document_id: Option<&String>,
) -> Result<String, Refusal> {
    match query {
        Some(query) => Ok(query),
        None if names(extensions, document_id) => Ok(String::new()),
        None => Err(Refusal::QueryMissing),
    }
}

fn member<'a, T: Deserialize<'a>>(
    name: &'static str,
    shape: &'static str,
    raw: Option<&'a RawValue>,
) -> Result<Option<T>, Refusal> {
    raw.map(|raw| serde_json::from_str(raw.get())).transpose().map_err(|_| Refusal::Member(name, shape))
}

fn object<'a, T: Deserialize<'a>>(name: &'static str, raw: Option<&'a RawValue>) -> Result<Option<T>, Refusal> {
    member(name, "an object or null", raw)
}

fn from_parameters(query_string: &str) -> Result<Call, Refusal> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query_string)
        .map_err(|error| Refusal::Malformed(error.to_string()))?
        .into_inner();
    let object = |name| -> Result<Option<Box<RawValue>>, Refusal> {
        let text = single(&pairs, name)?.filter(|text| !text.is_empty());
        text.map(serde_json::from_str).transpose().map_err(|_| Refusal::Member(name, "an object or null, as JSON"))
    };
    let (variables, extensions) = (object("variables")?, object("extensions")?);
    let mut call = Call {
        carrier: Carrier::Get,
        query: String::new(),
        document_id: single(&pairs, "documentId")?.filter(|id| !id.is_empty()).map(str::to_owned),
        variables: Variables::default(),
        // The specification takes an empty name in a URL for none.
        operation_name: single(&pairs, "operationName")?.filter(|name| !name.is_empty()).map(str::to_owned),
        extensions: serde_json::Map::new(),
    };
    call.variables = self::object("variables", unless_null(variables.as_deref()))?.unwrap_or_default();
    call.extensions = self::object("extensions", unless_null(extensions.as_deref()))?.unwrap_or_default();
    let query = single(&pairs, "query")?.map(str::to_owned);
    call.query = sent_or_named(query, &call.extensions, call.document_id.as_ref())?;
    Ok(call)
}

fn unless_null(raw: Option<&RawValue>) -> Option<&RawValue> {
    raw.filter(|raw| raw.get() != "null")
}

/// A parameter's value; other parameters are ignored, since tools add keys of their own.
fn single<'a>(pairs: &'a [(String, String)], name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Refusal::Member(name, "given once")),
        (value, None) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> &'static str {
        from_json(body.as_bytes()).map_or_else(|refusal| refusal.code(), |_| "ok")
    }

    #[test]
    fn what_grafana_sends_is_a_request_without_variables_or_name() {
        let call = from_json(br#" {"query":"{ a }","variables":null,"unknown":[1]}"#).unwrap();
        assert_eq!((call.query.as_str(), call.operation_name, call.variables.len()), ("{ a }", None, 0));
        let call = from_json(br#"{"query":"q","operationName":"A","variables":{"n":1},"extensions":{"x":{}}}"#).unwrap();
        assert_eq!((call.operation_name.as_deref(), call.variables.len(), call.extensions.len()), (Some("A"), 1, 1));
    }

    #[test]
    fn the_member_at_fault_is_named() {
        for (body, expected, message) in [
            (r#"{"query":1}"#, "MALFORMED_REQUEST", "`query` must be a string."),
            (r#"{"query":"q","variables":[1]}"#, "MALFORMED_REQUEST", "`variables` must be an object or null."),
            (r#"{"query":"q","operationName":{}}"#, "MALFORMED_REQUEST", "`operationName` must be a string or null."),
            (r#"{"query":"q","extensions":"x"}"#, "MALFORMED_REQUEST", "`extensions` must be an object or null."),
            (r#"{"qeury":"q"}"#, "QUERY_MISSING", "`query` is missing."),
            (r#"[{"query":"q"}]"#, "BATCH_REFUSED", "Requests are taken one at a time, not in an array."),
        ] {
            let refusal = from_json(body.as_bytes()).unwrap_err();
            assert_eq!((refusal.code(), refusal.to_string().as_str()), (expected, message), "{body}");
        }
        for body in ["", "{", "\"q\"", "{\"query\":\"a\",\"query\":\"b\"}", "{\"query\":\"a\"} x"] {
            assert_eq!(code(body), "MALFORMED_REQUEST", "{body}");
        }
        assert_eq!(from_json(b"{\"query\":\"\xff\"}").unwrap_err().code(), "MALFORMED_REQUEST");
    }

    #[test]
    fn parameters_carry_the_same_members() {
        let call = from_parameters("query=%7Ba%7D&variables=%7B%22n%22%3A1%7D&operationName=&api_key=x").unwrap();
        assert_eq!((call.query.as_str(), call.operation_name, call.variables.len()), ("{a}", None, 1));
        assert_eq!(from_parameters("query=a&variables=null").unwrap().variables.len(), 0);
        for (parameters, expected) in [
            ("query=a&variables=%5B1%5D", "MALFORMED_REQUEST"),
            ("query=a&variables=nonsense", "MALFORMED_REQUEST"),
            ("query=a&query=b", "MALFORMED_REQUEST"),
            ("variables=%7B%7D", "QUERY_MISSING"),
        ] {
            assert_eq!(from_parameters(parameters).unwrap_err().code(), expected, "{parameters}");
        }
    }
}
