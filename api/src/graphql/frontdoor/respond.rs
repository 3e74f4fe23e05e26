//! Status, media type and body of an answer.
//!
//! An error of the request has no `data`; its status is 400 in `application/graphql-response+json` and 200 in
//! `application/json`, where intermediaries and tools would throw the body away (audits of npm `graphql-http`
//! 1.23). Once execution began the answer has `data`, perhaps null, and status 200. Every error carries
//! `extensions.code`. A resolver's error without a code is one nobody wrote for clients: its text, which may be
//! the database's, goes to the log and the client gets `INTERNAL` with the request id.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName},
    },
};
use async_graphql::{Response, ServerError, Value};
use entity::rules::meter::Standing;
use serde::Serialize;

use super::{accept::Media, answer::Performed, refusal::Refusal};

/// Errors that are reported of a document that isn't valid.
const MOST_ERRORS: usize = 20;
/// Characters of such an error.
const MOST_CHARACTERS: usize = 500;

/// Sent when even the answer cannot be written.
const LAST_RESORT: &str = r#"{"errors":[{"message":"The server failed to answer.","extensions":{"code":"INTERNAL"}}]}"#;

/// The same where only errors are told.
const LAST_RESORT_ERRORS: &str = r#"[{"message":"The server failed to answer.","extensions":{"code":"INTERNAL"}}]"#;

/// What the request log wants to know; found in the extensions of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What the request is called; empty for one that has no name.
    pub request_id: String,
    /// Name of the operation, if it has one.
    pub operation: Option<String>,
    /// What it draws: fields in the fullest possible answer, or the least that such a request does.
    pub cost: Option<u64>,
    /// How the caller's budget stands; none where nothing is counted.
    pub standing: Option<Standing>,
    /// Codes of all errors, in order.
    pub codes: Vec<String>,
    /// Messages kept from the client.
    pub concealed: Vec<String>,
}

/// What is told of a call where no status tells it.
#[derive(Debug)]
pub enum Told {
    /// It was turned away, or came to nothing: the errors, as a JSON array.
    Errors(String),
    /// It was answered: an execution result, as a JSON object.
    Answer(String),
}

/// By which edition of GraphQL over HTTP an answer gets its status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// As the audits of npm `graphql-http` 1.23 have it: 400 for any error of the request, 200 once execution began.
    #[default]
    Audit,
    /// As the newer draft has it: 422 for a document or variables that can't be executed, 294 for an answer with errors.
    Draft,
}

/// How to answer one request.
#[derive(Debug)]
pub struct Reply {
    media: Media,
    profile: Profile,
    request_id: String,
    /// Filled while the request goes on.
    pub outcome: Outcome,
}

#[derive(Serialize)]
struct Body<'a> {
    // First, so that a reader of a long answer sees them.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl Reply {
    /// An answer to `request`, in the media type it accepts.
    #[must_use]
    pub fn to(request: &HttpRequest, request_id: &str, profile: Profile) -> Self {
        let media = Media::negotiate(request.headers());
        Self {
            media,
            profile,
            request_id: request_id.to_owned(),
            outcome: Outcome { request_id: request_id.to_owned(), ..Outcome::default() },
        }
    }

    /// What is told in messages, not by an HTTP response; a refusal before the first of them has a status all the same.
    #[must_use]
    pub fn in_messages(request_id: &str, profile: Profile) -> Self {
        Self {
            media: Media::GraphqlResponse,
            profile,
            request_id: request_id.to_owned(),
            outcome: Outcome { request_id: request_id.to_owned(), ..Outcome::default() },
        }
    }

    /// What became of a call, in a message.
    #[must_use]
    pub fn told(&mut self, performed: Result<Performed, Refusal>) -> Told {
        let (mut response, is_refused) = match performed {
            Ok(Performed { response, begun }) => {
                let is_refused = is_request_error(&response, begun);
                (response, is_refused)
            }
            Err(refusal) => (Response::from_errors(refusal.to_errors()), true),
        };
        if is_refused {
            self.explain(&mut response);
        } else {
            response.errors.iter_mut().for_each(|error| conceal(error, &self.request_id, &mut self.outcome));
        }
        self.outcome.codes = response.errors.iter().filter_map(code).collect();
        let text = if is_refused {
            serde_json::to_string(&response.errors)
        } else {
            serde_json::to_string(&Body {
                errors: &response.errors,
                data: Some(&response.data),
                extensions: &response.extensions,
            })
        };
        match (text, is_refused) {
            (Ok(text), true) => Told::Errors(text),
            (Ok(text), false) => Told::Answer(text),
            (Err(_), _) => Told::Errors(LAST_RESORT_ERRORS.to_owned()),
        }
    }

    /// Turns the request away.
    #[must_use]
    pub fn refuse(mut self, refusal: &Refusal) -> HttpResponse {
        let mut response = Response::from_errors(refusal.to_errors());
        let status = match self.profile {
            Profile::Audit => refusal.status().unwrap_or_else(|| self.request_error_status()),
            Profile::Draft => refusal.status_by_draft(),
        };
        if self.profile == Profile::Draft {
            // By the draft only answers of 2xx may be of the older type, and every refusal here is a well-formed answer.
            self.media = Media::GraphqlResponse;
        }
        let mut reply = self.request_error(&mut response, status);
        if let Some(allow) = refusal.allow() {
            reply.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allow));
        }
        if let Some(seconds) = refusal.retry_after() {
            reply.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        reply
    }

    /// Answers with what the executor made of it; `begun` says whether a resolver could run.
    #[must_use]
    pub fn executed(mut self, mut response: Response, begun: bool) -> HttpResponse {
        if is_request_error(&response, begun) {
            let status = self.request_error_status();
            return self.request_error(&mut response, status);
        }
        response.errors.iter_mut().for_each(|error| conceal(error, &self.request_id, &mut self.outcome));
        let partial = self.profile == Profile::Draft && self.media == Media::GraphqlResponse && !response.errors.is_empty();
        let status = if partial { StatusCode::from_u16(294).unwrap_or(StatusCode::OK) } else { StatusCode::OK };
        self.write(&response, Some(&response.data), status)
    }

    fn request_error(self, response: &mut Response, status: StatusCode) -> HttpResponse {
        self.explain(response);
        self.write(response, None, status)
    }

    /// Says what was wrong with a request, and no more than helps.
    fn explain(&self, response: &mut Response) {
        // A small document can be wrong in thousands of ways; the first few tell enough.
        response.errors.truncate(MOST_ERRORS);
        for error in &mut response.errors {
            if let Some((end, _)) = error.message.char_indices().nth(MOST_CHARACTERS) {
                error.message.truncate(end);
                error.message.push('…');
            }
            let extensions = error.extensions.get_or_insert_default();
            if extensions.get("code").is_none() {
                extensions.set("code", "INVALID_DOCUMENT");
            }
            extensions.set("requestId", self.request_id.as_str());
        }
    }

    const fn request_error_status(&self) -> StatusCode {
        match self.media {
            Media::GraphqlResponse => StatusCode::BAD_REQUEST,
            Media::Json => StatusCode::OK,
        }
    }

    fn write(mut self, response: &Response, data: Option<&Value>, status: StatusCode) -> HttpResponse {
        self.outcome.codes = response.errors.iter().filter_map(code).collect();
        let body = Body { errors: &response.errors, data, extensions: &response.extensions };
        let (status, body) = match serde_json::to_vec(&body) {
            Ok(body) => (status, body),
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, LAST_RESORT.into()),
        };
        let mut builder = HttpResponse::build(status);
        copy_headers(response, &mut builder);
        builder.insert_header((header::CONTENT_TYPE, self.media.content_type()));
        builder.insert_header((header::VARY, "accept"));
        builder.insert_header(("x-request-id", self.request_id));
        let mut reply = builder.body(body);
        tell_of_budget(&self.outcome, reply.headers_mut());
        reply.extensions_mut().insert(self.outcome);
        reply
    }
}

/// Whether an answer tells of the request: nothing was executed.
fn is_request_error(response: &Response, begun: bool) -> bool {
    let resolved = |error: &ServerError| !error.path.is_empty();
    !begun && response.data == Value::Null && !response.errors.iter().any(resolved)
}

/// What the request cost and what is left, for clients that pace themselves: the three fields of the drafts of "RateLimit header fields
/// for HTTP" up to the sixth, which client libraries read; later drafts fold them into one.
pub fn tell_of_budget(outcome: &Outcome, headers: &mut HeaderMap) {
    if let Some(cost) = outcome.cost {
        headers.insert(HeaderName::from_static("x-query-cost"), cost.into());
    }
    if let Some(Standing { limit, remaining, reset }) = outcome.standing {
        headers.insert(HeaderName::from_static("ratelimit-limit"), limit.into());
        headers.insert(HeaderName::from_static("ratelimit-remaining"), remaining.into());
        headers.insert(HeaderName::from_static("ratelimit-reset"), reset.into());
    }
}

/// Gives a resolver's error a code where it has none; what nobody wrote for clients goes to the log instead of to them.
pub fn conceal(error: &mut ServerError, request_id: &str, outcome: &mut Outcome) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_some() {
        return;
    }
    // The library's own words about an argument; whatever came from another error type has a source.
    let about_input = ["Failed to parse \"", "Expected input type \""];
    if error.source.is_none() && about_input.iter().any(|start| error.message.starts_with(start)) {
        extensions.set("code", "BAD_INPUT");
        return;
    }
    *extensions = async_graphql::ErrorExtensionValues::default();
    extensions.set("code", "INTERNAL");
    extensions.set("requestId", request_id);
    let told = "The server failed to answer this field. Quote the request id when reporting this.";
    outcome.concealed.push(std::mem::replace(&mut error.message, told.to_owned()));
}

/// The code of an error, if it has one.
pub fn code(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code.clone()),
        Value::Enum(code) => Some(code.to_string()),
        _ => None,
    }
}

/// Headers set by resolvers; the executor and the server have different types for them.
fn copy_headers(response: &Response, builder: &mut HttpResponseBuilder) {
    for (name, value) in &response.http_headers {
        builder.append_header((name.as_str(), value.as_bytes()));
    }
}
