//! What answers at which address.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, guard,
    http::header::{self, HeaderValue},
    web,
};
use async_graphql::Request;
use entity::tenancy::{Actor, Db, Wanted};
use serde_json::json;
use tracing::{Instrument as _, Span, field::Empty};

use super::{
    authenticate::{Asked, Shut, address, authenticate, named},
    calendar,
    cors::OfTenants,
    envelope::{database_away, failure, not_found, only_read, request_id},
    explorer,
    live::{self, Live},
    metrics::{Metrics, Readings},
    oauth, packs,
    queries::{self, Shelves},
};
use crate::{
    config::Settings,
    graphql::{
        ConcordatSchema,
        context::Asking,
        frontdoor::{FrontDoor, Outcome, Whose, accept::Media, answer},
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
    pub(super) live: Live,
    pub(super) shelves: Shelves,
}

pub(super) fn routes(config: &mut web::ServiceConfig) {
    // Addresses are tried in this order: what is polled every few seconds comes before what is opened now and then.
    config
        .route("/graphql", web::to(graphql))
        .configure(queries::routes)
        .configure(explorer::routes)
        .service(read_at("/schema.graphql", contract))
        .service(read_at("/.well-known/jwks.json", jwks))
        .configure(oauth::routes)
        .configure(calendar::routes)
        .configure(packs::routes)
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
    let span = span(&request_id);
    telemetry::follow(&span, request.headers());
    graphql_within(&shared, request, (body, request_id)).instrument(span).await
}

/// The span of a request, or of one of the operations on a connection.
pub(super) fn span(request_id: &str) -> Span {
    tracing::info_span!("request", otel.kind = "server", request_id, operation = Empty, status = Empty)
}

async fn graphql_within(
    shared: &web::Data<Shared>,
    request: HttpRequest,
    (body, request_id): (web::Payload, String),
) -> HttpResponse {
    if live::is_upgrade(&request) {
        return live::connect(shared, &request, body, &request_id);
    }
    let began = Instant::now();
    let from = address(&request, shared.settings.behind_proxy);
    let asked = authenticate(&request, (&shared.db, &shared.identity), shared.settings.demand, (from, Wanted::Actor)).await;
    let caller = asked.as_ref().ok().and_then(Asked::caller);
    let mut response = match asked {
        Ok(asked) => answered(shared, &request, body, &request_id, asked).await,
        Err(error) => database_away(&request_id, &error, "the actor can't be looked up"),
    };
    // Whoever keeps answers for many knows that by `Authorization`, and not by our other ways to say who asks.
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let outcome = response.extensions().get::<Outcome>().cloned().unwrap_or_default();
    let status = response.status().as_u16();
    shared.note((&request_id, request.path(), caller.as_deref()), &outcome, status, began.elapsed());
    response
}

impl Shared {
    /// A request as resolvers see it.
    pub(super) fn asking(&self, request: &HttpRequest, request_id: &str, actor: Option<Arc<Actor>>) -> Asking {
        Asking::new(
            self.db.clone(),
            Arc::clone(&self.identity),
            actor,
            request_id.to_owned(),
            address(request, self.settings.behind_proxy),
            request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned),
        )
    }

    /// Whose request it is, and on which budgets it draws.
    pub(super) fn whose(&self, actor: Option<&Actor>) -> Whose {
        let draws = actor.map(|actor| self.settings.rates.draws(actor)).unwrap_or_default();
        Whose { turns: actor.map(Actor::caller), draws, asking: None }
    }

    /// Puts into log, trace and figures what became of an operation: its request's name, where it was sent to, and by whom.
    pub(super) fn note(
        &self,
        (request_id, path, caller): (&str, &str, Option<&str>),
        outcome: &Outcome,
        status: u16,
        took: Duration,
    ) {
        for concealed in &outcome.concealed {
            tracing::error!(request_id, error = %concealed, "a fault was concealed from a client");
        }
        let (operation, codes, cost) = (outcome.operation.as_deref(), &outcome.codes, outcome.cost);
        let span = Span::current();
        span.record("status", status);
        if let Some(operation) = operation {
            span.record("operation", operation);
        }
        tracing::info!(
            request_id,
            status,
            // Never the query string: that may hold a key, and what variables hold is nobody's here.
            path,
            caller,
            operation,
            ?codes,
            cost,
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "graphql"
        );
        self.metrics.count(status, codes, took);
        if let Some(cost) = cost {
            self.metrics.weigh(cost);
        }
    }

    /// The same for an operation that came in a message.
    pub(super) fn note_message(&self, actor: Option<&Actor>, outcome: &Outcome, took: Duration) {
        let caller = actor.map(named);
        self.note((&outcome.request_id, "/graphql", caller.as_deref()), outcome, 200, took);
    }
}

async fn answered(
    shared: &web::Data<Shared>,
    request: &HttpRequest,
    body: web::Payload,
    request_id: &str,
    asked: Asked,
) -> HttpResponse {
    let actor = match asked.let_in() {
        Ok(actor) => actor,
        Err(shut) => return shut_out(request, request_id, shut),
    };
    let of_tenants = actor.as_ref().map(|actor| OfTenants(actor.tenants()));
    let whose = shared.whose(actor.as_deref());
    let mut response = if Media::is_events(request.headers()) {
        let bearer = live::Bearer::of_request(shared, request);
        live::events(live::Caller::of(shared, request, request_id, bearer), whose.turns, request, body).await
    } else {
        at_once(shared, request, body, request_id, (actor, whose)).await
    };
    if let Some(of_tenants) = of_tenants {
        response.extensions_mut().insert(of_tenants);
    }
    response
}

async fn at_once(
    shared: &Shared,
    request: &HttpRequest,
    body: web::Payload,
    request_id: &str,
    (actor, whose): (Option<Arc<Actor>>, Whose),
) -> HttpResponse {
    let asking = Arc::new(shared.asking(request, request_id, actor));
    let whose = Whose { asking: Some(Arc::clone(&asking)), ..whose };
    let context = |ready: &mut Request, _: &_| {
        let bare = std::mem::replace(ready, Request::new(""));
        *ready = bare.data(asking);
    };
    answer(&shared.schema, &shared.door, request, body, (request_id, whose), context).await
}

pub(super) fn shut_out(request: &HttpRequest, request_id: &str, shut: Shut) -> HttpResponse {
    let mut refused = failure(shut.status(), shut.code(), &shut.to_string(), request_id);
    if let Some(seconds) = shut.retry_after() {
        refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(shut, Shut::Unauthenticated(_)) {
        // A browser that is challenged by Basic asks its user, so only those are who came with it.
        let basic = request
            .headers()
            .get(header::AUTHORIZATION)
            .is_some_and(|value| value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic ")));
        let challenge = if basic { "Basic realm=\"Concordat\", charset=\"UTF-8\"" } else { "Bearer error=\"invalid_token\"" };
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
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
        answers: shared.door.kept.served(),
        persisted: shared.door.persisted.len(),
        live: shared.live.places.taken(),
    };
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(shared.metrics.text(&readings))
}
