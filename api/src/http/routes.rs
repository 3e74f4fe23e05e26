//! What answers at which address.

use std::{sync::Arc, time::Instant};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use async_graphql::Request;
use entity::{error::Error, tenancy::Db};
use serde_json::json;
use uuid::Uuid;

use super::{
    authenticate::{Asked, address, authenticate},
    metrics::Metrics,
    oauth,
};
use crate::{
    config::Settings,
    graphql::{
        ConcordatSchema,
        context::Asking,
        frontdoor::{FrontDoor, Outcome, Whose, answer},
    },
    identity::Identity,
};

/// What all workers share.
pub struct Shared {
    pub(super) settings: Settings,
    pub(super) db: Db,
    pub(super) identity: Arc<Identity>,
    pub(super) schema: ConcordatSchema,
    pub(super) door: FrontDoor,
    pub(super) metrics: Metrics,
    pub(super) contract: String,
}

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/graphql", web::to(graphql))
        .route("/schema.graphql", web::get().to(contract))
        .route("/.well-known/jwks.json", web::get().to(jwks))
        .configure(oauth::routes)
        .route("/healthz", web::get().to(health))
        .route("/readyz", web::get().to(readiness))
        .route("/metrics", web::get().to(metrics))
        .default_service(web::to(not_found));
}

async fn graphql(shared: web::Data<Shared>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let began = Instant::now();
    let request_id = request_id(&request);
    let from = address(&request, shared.settings.behind_proxy);
    let asked = authenticate(&request, (&shared.db, &shared.identity), shared.settings.demand, from).await;
    let caller = asked.as_ref().ok().and_then(Asked::caller);
    let response = match asked {
        Ok(asked) => answered(&shared, &request, body, &request_id, asked).await,
        Err(error) => unavailable(&request_id, &error),
    };
    let took = began.elapsed();
    let status = response.status().as_u16();
    let (operation, codes) = {
        let extensions = response.extensions();
        let outcome = extensions.get::<Outcome>();
        for concealed in outcome.into_iter().flat_map(|outcome| &outcome.concealed) {
            tracing::error!(request_id, error = %concealed, "a fault was concealed from a client");
        }
        outcome.map(|outcome| (outcome.operation.clone(), outcome.codes.clone())).unwrap_or_default()
    };
    tracing::info!(
        request_id,
        status,
        // Never the query string: that may hold a key, and what variables hold is nobody's here.
        path = request.path(),
        caller,
        operation,
        ?codes,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "graphql"
    );
    shared.metrics.count(status, codes, took);
    response
}

async fn answered(shared: &Shared, request: &HttpRequest, body: web::Payload, request_id: &str, asked: Asked) -> HttpResponse {
    let actor = match asked {
        Asked::ByNobody => None,
        Asked::By(actor) => Some(actor),
        Asked::WithBadToken(reason) => return unauthenticated(request, request_id, reason),
        Asked::FromElsewhere => return from_elsewhere(request_id),
        Asked::TooOften(seconds) => return too_often(request_id, seconds),
    };
    let draws = actor.as_ref().map(|actor| shared.settings.rates.draws(actor)).unwrap_or_default();
    let whose = Whose { turns: actor.as_ref().map(|actor| actor.caller()), draws };
    let asking = Asking::new(
        shared.db.clone(),
        Arc::clone(&shared.identity),
        actor,
        request_id.to_owned(),
        address(request, shared.settings.behind_proxy),
        request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned),
    );
    let context = |ready: &mut Request, _: &_| {
        let bare = std::mem::replace(ready, Request::new(""));
        *ready = bare.data(Arc::new(asking));
    };
    answer(&shared.schema, &shared.door, request, body, (request_id, whose), context).await
}

/// The caller's own identifier where it has a sensible one, else a new one.
pub(super) fn request_id(request: &HttpRequest) -> String {
    let own = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let sensible =
        own.filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    sensible.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn error_body(code: &str, message: &str, request_id: &str) -> serde_json::Value {
    json!({ "errors": [{ "message": message, "extensions": { "code": code, "requestId": request_id } }] })
}

fn unauthenticated(request: &HttpRequest, request_id: &str, reason: &str) -> HttpResponse {
    // A browser that is challenged by Basic asks its user, so only those are who came with it.
    let basic = request
        .headers()
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic ")));
    let challenge = if basic { "Basic realm=\"Concordat\", charset=\"UTF-8\"" } else { "Bearer error=\"invalid_token\"" };
    HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, challenge))
        .insert_header(("x-request-id", request_id))
        .json(error_body("UNAUTHENTICATED", reason, request_id))
}

fn from_elsewhere(request_id: &str) -> HttpResponse {
    let message = "No tenant lets this service account in from where the request came.";
    HttpResponse::Forbidden().insert_header(("x-request-id", request_id)).json(error_body(
        "ADDRESS_NOT_ALLOWED",
        message,
        request_id,
    ))
}

fn too_often(request_id: &str, seconds: u64) -> HttpResponse {
    let message = "Too many wrong API keys came from where the request came; please wait.";
    HttpResponse::TooManyRequests()
        .insert_header((header::RETRY_AFTER, seconds))
        .insert_header(("x-request-id", request_id))
        .json(error_body("THROTTLED", message, request_id))
}

fn unavailable(request_id: &str, error: &Error) -> HttpResponse {
    tracing::error!(request_id, error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "the actor can't be looked up");
    HttpResponse::ServiceUnavailable()
        .insert_header((header::RETRY_AFTER, "2"))
        .insert_header(("x-request-id", request_id))
        .json(error_body("UNAVAILABLE", "The database can't answer just now. Please try again.", request_id))
}

async fn contract(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/graphql; charset=utf-8").body(shared.contract.clone())
}

async fn jwks(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(shared.identity.tokens.keys().jwks())
}

/// Whether the process is alive.
async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "alive" }))
}

/// Whether requests can be served.
async fn readiness(shared: web::Data<Shared>) -> HttpResponse {
    match shared.db.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            HttpResponse::ServiceUnavailable().json(json!({ "status": "the database can't be reached" }))
        }
    }
}

async fn metrics(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(shared.metrics.text(shared.db.statements_sent()))
}

async fn not_found(request: HttpRequest) -> HttpResponse {
    let request_id = request_id(&request);
    HttpResponse::NotFound().insert_header(("x-request-id", request_id.as_str())).json(error_body(
        "NOT_FOUND",
        "Nothing is served at this address. Queries go to POST /graphql.",
        &request_id,
    ))
}
