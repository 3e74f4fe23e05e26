//! Access tokens for machines: OAuth 2.0 client credentials (RFC 6749, section 4.4), and what says so (RFC 8414).
//!
//! The client is a service account, its secret one of its keys. The token lasts ten minutes, names the key it was got for, and is
//! looked up by that on every use; so it says who asks and never what they may do, and it ends with the key.

use std::{collections::BTreeMap, time::Instant};

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::StatusCode, http::header, web};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{
    policy::Scope,
    tenancy::{Machine, Wanted},
};
use futures::StreamExt as _;
use serde_json::json;
use tokio::time::timeout;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    authenticate::{Asked, Door, address},
    envelope::request_id,
    queries::origin,
    routes::{Shared, read_at},
};
use crate::{graphql::frontdoor::request::BODY_TIME, identity::access_tokens::LIFETIME};

/// Bytes of a request, at most; one of ours has some hundred.
const LONGEST_BODY: usize = 16 * 1024;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/oauth/token", web::post().to(token))
        .route("/oauth/token", web::to(only_post))
        .service(read_at("/.well-known/oauth-authorization-server", metadata));
}

/// Why no token is given (RFC 6749, section 5.2).
struct Fault {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
    /// Whether the client is asked for its credentials by Basic.
    is_challenged: bool,
    retry_after: Option<u64>,
}

impl Fault {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, is_challenged: false, retry_after: None }
    }

    const fn request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    const fn client(description: &'static str) -> Self {
        Self { is_challenged: true, ..Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description) }
    }

    const fn scope(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }
}

/// What nobody on the way may keep (RFC 6749, section 5.1).
fn unkept(status: StatusCode, request_id: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    builder.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    builder.insert_header(("x-request-id", request_id));
    builder
}

async fn token(shared: web::Data<Shared>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let (request_id, began) = (request_id(&request), Instant::now());
    let (response, client, error) = match granted(&shared, &request, body).await {
        Ok((client, body)) => (unkept(StatusCode::OK, &request_id).json(body), Some(client), None),
        Err(fault) => (refused(&fault, &request_id), None, Some(fault.error)),
    };
    shared.metrics.count(response.status().as_u16(), error, began.elapsed());
    tracing::info!(request_id, status = response.status().as_u16(), client, error, "oauth token");
    response
}

fn refused(fault: &Fault, request_id: &str) -> HttpResponse {
    let mut builder = unkept(fault.status, request_id);
    if fault.is_challenged {
        builder.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"Concordat\", charset=\"UTF-8\""));
    }
    if let Some(seconds) = fault.retry_after {
        builder.insert_header((header::RETRY_AFTER, seconds));
    }
    builder.json(json!({ "error": fault.error, "error_description": fault.description, "request_id": request_id }))
}

async fn only_post(request: HttpRequest) -> HttpResponse {
    let fault = Fault::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "Tokens are asked for by POST.");
    let mut response = refused(&fault, &request_id(&request));
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    response
}

async fn granted(shared: &Shared, request: &HttpRequest, body: web::Payload) -> Result<(String, serde_json::Value), Fault> {
    let form =
        timeout(BODY_TIME, form(request, body)).await.map_err(|_| Fault::request("The body could not be read to its end."))??;
    let (client, secret) = client(request, &form)?;
    match form.get("grant_type").map(|kind| kind.as_str()) {
        Some("client_credentials") => {}
        Some(_) => {
            let description = "Only client_credentials is granted here; people sign in by the API.";
            return Err(Fault::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
        }
        None => return Err(Fault::request("grant_type is missing.")),
    }
    let wrong = || Fault::client("The client or its secret is wrong, or no longer good.");
    let client: Uuid = client.parse().map_err(|_| wrong())?;
    let from = address(request, shared.settings.behind_proxy);
    let door = Door { db: &shared.db, identity: &shared.identity, address: from, wanted: Wanted::Actor };
    let actor = match door.by_key(&secret, false).await {
        Ok(Asked::By(actor, _)) => actor,
        Ok(Asked::TooOften(seconds)) => {
            let fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, "invalid_client", "Too many wrong keys came from there; wait.");
            return Err(Fault { retry_after: Some(seconds), ..fault });
        }
        Ok(Asked::FromElsewhere) => {
            let description = "No tenant lets this client in from where the request came.";
            return Err(Fault::new(StatusCode::BAD_REQUEST, "unauthorized_client", description));
        }
        Ok(Asked::WithBadToken(_) | Asked::ByNobody) => return Err(wrong()),
        Err(error) => {
            tracing::error!(error = %error, "a client can't be looked up");
            let description = "The database can't answer just now. Please try again.";
            let fault = Fault::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description);
            return Err(Fault { retry_after: Some(2), ..fault });
        }
    };
    let machine = actor.machine().filter(|machine| machine.account.uuid() == client).ok_or_else(wrong)?;
    let scope = Scope::text_of(&scopes(machine, form.get("scope").map(|scope| scope.as_str()))?);
    let issued = shared.identity.tokens.issue_to_machine(client, machine.key.uuid(), scope.clone(), shared.db.clock().now());
    let issued = issued.map_err(|error| {
        tracing::error!(error = %error, "a token can't be signed");
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "The server failed to answer.")
    })?;
    let body =
        json!({ "access_token": issued.token, "token_type": "Bearer", "expires_in": LIFETIME.num_seconds(), "scope": scope });
    Ok((client.to_string(), body))
}

/// The scopes of the token: those asked for that some tenant grants; all that any does when none is asked for.
fn scopes(machine: &Machine, wanted: Option<&str>) -> Result<Vec<Scope>, Fault> {
    let granted: Vec<Scope> = machine.grants.iter().flat_map(|granted| granted.scopes.iter().copied()).collect();
    let Some(wanted) = wanted.filter(|wanted| !wanted.trim().is_empty()) else { return Ok(granted) };
    let wanted: Result<Vec<Scope>, _> = wanted.split_whitespace().map(str::parse).collect();
    let wanted = wanted.map_err(|_| Fault::scope("There is no such scope; scopes_supported of the metadata lists them."))?;
    if wanted.iter().any(|scope| !granted.contains(scope)) {
        return Err(Fault::scope("No tenant grants this client all of these scopes."));
    }
    Ok(wanted)
}

/// The client identifier and its secret: by Basic, or in the body; by one of them.
fn client(request: &HttpRequest, form: &Form) -> Result<(String, Zeroizing<String>), Fault> {
    let basic = request.headers().get(header::AUTHORIZATION);
    match (basic, form.get("client_id"), form.get("client_secret")) {
        (Some(_), _, Some(_)) => Err(Fault::request("Send the client's secret by Basic or in the body, not by both.")),
        (Some(value), named, None) => {
            let (client, secret) =
                value.to_str().ok().and_then(by_basic).ok_or(Fault::client("This is no Basic authorization."))?;
            if named.is_some_and(|named| named.as_str() != client) {
                return Err(Fault::request("Two different clients were named."));
            }
            Ok((client, secret))
        }
        (None, Some(client), Some(secret)) => Ok((client.to_string(), secret.clone())),
        (None, ..) => Err(Fault::client("Send client_id and client_secret, by Basic or in the body.")),
    }
}

/// Both parts are encoded like a form's (RFC 6749, section 2.3.1).
fn by_basic(value: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, encoded) = value.split_once(' ')?;
    let bytes = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let (client, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    let plain = |text: &str| Some(pairs(&format!("it={text}"))?.pop()?.1);
    scheme.eq_ignore_ascii_case("basic").then_some((plain(client)?.to_string(), plain(secret)?))
}

type Form = BTreeMap<String, Zeroizing<String>>;

fn pairs(text: &str) -> Option<Vec<(String, Zeroizing<String>)>> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text).ok()?.into_inner();
    Some(pairs.into_iter().map(|(name, value)| (name, value.into())).collect())
}

async fn form(request: &HttpRequest, mut body: web::Payload) -> Result<Form, Fault> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Fault::request("Send the request as application/x-www-form-urlencoded."));
    }
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Fault::request("The body could not be read to its end."))?;
        if bytes.len().saturating_add(chunk.len()) > LONGEST_BODY {
            return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "The body is too large."));
        }
        bytes.extend_from_slice(&chunk);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Fault::request("The body isn't text in UTF-8."))?;
    let pairs = pairs(text).ok_or(Fault::request("The body isn't a form."))?;
    let count = pairs.len();
    let form: Form = pairs.into_iter().collect();
    // A parameter without a value counts as left out, and none may come twice (RFC 6749, section 3.2).
    if form.len() != count {
        return Err(Fault::request("A parameter was given twice."));
    }
    Ok(form.into_iter().filter(|(_, value)| !value.is_empty()).collect())
}

async fn metadata(shared: web::Data<Shared>, request: HttpRequest) -> HttpResponse {
    let base = origin(&request, &shared.settings);
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    HttpResponse::Ok().insert_header(("x-request-id", request_id(&request))).json(json!({
        "issuer": base,
        "token_endpoint": format!("{base}/oauth/token"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "scopes_supported": scopes,
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }))
}
