//! Which web pages of other origins may read our answers in a browser (Fetch standard, CORS protocol).
//!
//! An origin is allowed by a tenant; nobody's is unless an operator has said so. A preflight says nothing of who will ask, so it is
//! answered for every origin that some tenant allows. The answer itself is opened to a page only when every tenant in which the caller
//! holds an appointment allows the page's origin: an answer can hold something of each. What is asked by nobody in particular, such
//! as signing in, is open to the same origins as a preflight. There are no cookies: a page has to be given a token, so a foreign page can do
//! nothing in a person's name, whatever it sends.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use entity::tables::TenantId;

use super::{
    envelope::{failure, request_id},
    routes::Shared,
};

/// The origins that may read answers, with the tenants that allow them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<String, BTreeSet<TenantId>>);

impl Origins {
    /// Lets pages of an origin (`https://dashboard.example`, with a port if it isn't the usual one) read a tenant's answers.
    ///
    /// # Errors
    /// A sentence, when it is no origin; there is no way to allow them all.
    pub fn allow(&mut self, origin: &str, tenant: TenantId) -> Result<(), String> {
        let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let is_host = |rest: &str| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b))
        };
        if !rest.is_some_and(is_host) {
            return Err(format!(
                "{origin} is no origin: it is like https://dashboard.example, in small letters and without a path"
            ));
        }
        self.0.entry(origin.to_owned()).or_default().insert(tenant);
        Ok(())
    }

    pub(super) fn is_allowed_by_some(&self, origin: &str) -> bool {
        self.0.contains_key(origin)
    }

    pub(super) fn is_allowed_by_all(&self, origin: &str, tenants: &BTreeSet<TenantId>) -> bool {
        self.0.get(origin).is_some_and(|allowing| tenants.is_subset(allowing))
    }
}

/// Whose an answer is, left in its extensions by the handler that knows: the tenants in which the caller holds appointments.
#[derive(Clone, Debug)]
pub(super) struct OfTenants(pub BTreeSet<TenantId>);

/// The origin of the page that opens a WebSocket, if that isn't one of the server's own: browsers let every page, and say in `Origin` which
/// one it is (RFC 6455, section 10.2). It has to be allowed by some tenant, and once it is known who asks, by each of theirs.
pub(super) fn page_elsewhere(request: &HttpRequest) -> Option<String> {
    // What is no browser says nothing; what can't be read is nobody's origin.
    let origin = request.headers().get(header::ORIGIN)?.to_str().unwrap_or_default();
    let own = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = origin.split_once("://").is_some_and(|(_, place)| own.is_some_and(|own| place.eq_ignore_ascii_case(own)));
    (!is_own).then(|| origin.to_owned())
}

const SENT: &str = "authorization, content-type, if-none-match, last-event-id, x-api-key, x-request-id";
const SHOWN: &str = "deprecation, etag, link, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, sunset, x-query-cost, x-request-id";

/// Answers preflights, and opens answers to the pages that may read them.
pub(super) async fn shared_across_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    let shared = request.app_data::<web::Data<Shared>>().cloned();
    let Some(shared) = shared else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let origins = &shared.settings.origins;
    let asked_for = request.match_pattern();
    if let (&Method::OPTIONS, Some(address)) = (request.method(), asked_for) {
        let methods = methods_at(&address);
        let answer = match &origin {
            Some(origin) if request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) => {
                preflight((origins, origin), methods, &request_id(request.request()))
            }
            _ => HttpResponse::NoContent().insert_header((header::ALLOW, format!("{methods}, OPTIONS"))).finish(),
        };
        return Ok(request.into_response(answer));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    let of_tenants = response.response().extensions().get::<OfTenants>().cloned();
    if let Some(origin) = origin {
        let open = match of_tenants {
            Some(OfTenants(tenants)) => origins.is_allowed_by_all(&origin, &tenants),
            None => origins.is_allowed_by_some(&origin),
        };
        if open {
            let headers = response.headers_mut();
            insert(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, &origin);
            insert(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
        }
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    Ok(response)
}

/// What is said of addresses that are only read.
pub(super) const ONLY_READ: &str = "GET, HEAD, OPTIONS";

/// The methods that an address takes, by the pattern under which it is served.
fn methods_at(address: &str) -> &'static str {
    match address {
        "/graphql" => "GET, HEAD, POST",
        "/oauth/token" => "POST",
        _ => "GET, HEAD",
    }
}

fn preflight((origins, origin): (&Origins, &str), methods: &str, request_id: &str) -> HttpResponse {
    let mut answer = if origins.is_allowed_by_some(origin) {
        let mut answer = HttpResponse::NoContent().finish();
        let headers = answer.headers_mut();
        insert(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        insert(headers, header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        insert(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
        insert(headers, header::ACCESS_CONTROL_MAX_AGE, "600");
        answer
    } else {
        let message = "No tenant lets pages of this origin read its answers.";
        failure(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED", message, request_id)
    };
    let varying = "origin, access-control-request-method, access-control-request-headers";
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static(varying));
    answer
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
