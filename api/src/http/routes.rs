//! What answers at which address.

use std::{sync::Arc, time::Instant};

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, guard,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use async_graphql::Request;
use entity::{error::Error, tenancy::Db};
use serde_json::json;
use tracing::{Instrument as _, Span, field::Empty};

use super::{
    authenticate::{Asked, address, authenticate},
    cors::OfTenants,
    envelope::{failure, not_found, only_read, request_id},
    explorer,
    metrics::{Metrics, Readings},
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
    telemetry,
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
        .configure(explorer::routes)
        .service(read_at("/schema.graphql", contract))
        .service(read_at("/.well-known/jwks.json", jwks))
        .configure(oauth::routes)
        .service(read_at("/healthz", health))
        .service(read_at("/readyz", readiness))
        .service(read_at("/metrics", metrics))
        .default_service(web::to(not_found));
}

/// Something that is only read.
pub(super) fn read_at<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A> + Clone,
    F::Output: Responder + 'static,
    A: FromRequest + 'static,
{
    let read = web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler);
    web::resource(path).route(read).default_service(web::to(only_read))
}

async fn graphql(shared: web::Data<Shared>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let request_id = request_id(&request);
    let span = tracing::info_span!("request", otel.kind = "server", request_id, operation = Empty, status = Empty);
    telemetry::follow(&span, request.headers());
    graphql_within(&span, &shared, request, (body, request_id)).instrument(span.clone()).await
}

async fn graphql_within(
    span: &Span,
    shared: &Shared,
    request: HttpRequest,
    (body, request_id): (web::Payload, String),
) -> HttpResponse {
    let began = Instant::now();
    let from = address(&request, shared.settings.behind_proxy);
    let asked = authenticate(&request, (&shared.db, &shared.identity), shared.settings.demand, from).await;
    let caller = asked.as_ref().ok().and_then(Asked::caller);
    let response = match asked {
        Ok(asked) => answered(shared, &request, body, &request_id, asked).await,
        Err(error) => unavailable(&request_id, &error),
    };
    let took = began.elapsed();
    let status = response.status().as_u16();
    let (operation, codes, cost) = {
        let extensions = response.extensions();
        let outcome = extensions.get::<Outcome>();
        for concealed in outcome.into_iter().flat_map(|outcome| &outcome.concealed) {
            tracing::error!(request_id, error = %concealed, "a fault was concealed from a client");
        }
        outcome.map(|outcome| (outcome.operation.clone(), outcome.codes.clone(), outcome.cost)).unwrap_or_default()
    };
    span.record("status", status);
    if let Some(operation) = &operation {
        span.record("operation", operation.as_str());
    }
    tracing::info!(
        request_id,
        status,
        // Never the query string: that may hold a key, and what variables hold is nobody's here.
        path = request.path(),
        caller,
        operation,
        ?codes,
        cost,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "graphql"
    );
    shared.metrics.count(status, codes, took);
    if let Some(cost) = cost {
        shared.metrics.weigh(cost);
    }
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
    let of_tenants = actor.as_ref().map(|actor| OfTenants(actor.tenants()));
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
    let mut response = answer(&shared.schema, &shared.door, request, body, (request_id, whose), context).await;
    if let Some(of_tenants) = of_tenants {
        response.extensions_mut().insert(of_tenants);
    }
    response
}

fn unauthenticated(request: &HttpRequest, request_id: &str, reason: &str) -> HttpResponse {
    // A browser that is challenged by Basic asks its user, so only those are who came with it.
    let basic = request
        .headers()
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic ")));
    let challenge = if basic { "Basic realm=\"Concordat\", charset=\"UTF-8\"" } else { "Bearer error=\"invalid_token\"" };
    let mut refused = failure(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", reason, request_id);
    refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    refused
}

fn from_elsewhere(request_id: &str) -> HttpResponse {
    let message = "No tenant lets this service account in from where the request came.";
    failure(StatusCode::FORBIDDEN, "ADDRESS_NOT_ALLOWED", message, request_id)
}

fn too_often(request_id: &str, seconds: u64) -> HttpResponse {
    let message = "Too many wrong API keys came from where the request came; please wait.";
    let mut refused = failure(StatusCode::TOO_MANY_REQUESTS, "THROTTLED", message, request_id);
    refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    refused
}

fn unavailable(request_id: &str, error: &Error) -> HttpResponse {
    tracing::error!(request_id, error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "the actor can't be looked up");
    let message = "The database can't answer just now. Please try again.";
    let mut refused = failure(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message, request_id);
    refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    refused
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
    let readings = Readings {
        statements: shared.db.statements_sent(),
        pools: shared.db.pools_now(),
        documents: shared.door.documents.served(),
        persisted: shared.door.persisted.len(),
    };
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(shared.metrics.text(&readings))
}
