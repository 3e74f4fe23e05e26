//! What every answer has, whatever handler it comes from: an identifier of the request, and JSON with a code when something went
//! wrong, a panic included.

use std::panic::AssertUnwindSafe;

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use futures::FutureExt as _;
use serde_json::json;
use uuid::Uuid;

use crate::graphql::frontdoor::Outcome;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a request is called in the log, in its answer and by the database.
#[derive(Clone, Debug)]
struct RequestId(String);

/// Gives the request its identifier and the answer what all answers have.
pub(super) async fn enveloped(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = own_or_new(request.headers().get(&REQUEST_ID));
    request.extensions_mut().insert(RequestId(id.clone()));
    // The request itself can't be kept beside its handler, so that after a panic the answer is made of the identifier alone.
    let mut response = match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answered) => answered?.map_into_boxed_body(),
        Err(panic) => {
            let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            tracing::error!(request_id = id, panic = said, "a handler panicked");
            let failed = failure(
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL",
                "The server failed to answer. Quote the request id when reporting this.",
                &id,
            );
            return Err(InternalError::from_response("a handler panicked", failed).into());
        }
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// The caller's own identifier where it has a sensible one, else a new one.
fn own_or_new(given: Option<&HeaderValue>) -> String {
    let own = given.and_then(|value| value.to_str().ok());
    let sensible =
        own.filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    sensible.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// What the request is called.
pub(super) fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map_or_else(|| own_or_new(request.headers().get(&REQUEST_ID)), |id| id.0.clone())
}

/// An answer that only says what is wrong.
pub(super) fn failure(status: StatusCode, code: &str, message: &str, request_id: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status)
        .insert_header((REQUEST_ID, request_id))
        .json(json!({ "errors": [{ "message": message, "extensions": { "code": code, "requestId": request_id } }] }));
    // For the log and the figures.
    response.extensions_mut().insert(Outcome { codes: vec![code.to_owned()], ..Outcome::default() });
    response
}

/// An answer that nothing can be done just now; after so many seconds it is worth trying again.
pub(super) fn unavailable(message: &str, retry_after: u16, request_id: &str) -> HttpResponse {
    let mut refused = failure(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message, request_id);
    refused.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
    refused
}

/// The same where the database is away; what couldn't be done is for the log.
pub(super) fn database_away(request_id: &str, error: &entity::error::Error, what: &str) -> HttpResponse {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(request_id, error = %error, cause, "{what}");
    unavailable("The database can't answer just now. Please try again.", 2, request_id)
}

/// Nothing is served there.
pub(super) async fn not_found(request: HttpRequest) -> HttpResponse {
    let message = "Nothing is served at this address. Queries go to POST /graphql.";
    failure(StatusCode::NOT_FOUND, "NOT_FOUND", message, &request_id(&request))
}

/// Something is served there, but only to be read.
pub(super) async fn only_read(request: HttpRequest) -> HttpResponse {
    let message = "This address is only read: send GET or HEAD.";
    let mut refused = failure(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message, &request_id(&request));
    refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static(super::cors::ONLY_READ));
    refused
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        body::to_bytes,
        middleware::from_fn,
        test::{TestRequest, init_service, try_call_service},
        web,
    };
    use serde_json::Value;

    use super::*;

    async fn broken() -> HttpResponse {
        panic!("the secret of the house")
    }

    #[actix_web::test]
    async fn a_panic_anywhere_is_an_answer_that_names_the_request_and_nothing_else() {
        let app = App::new().wrap(from_fn(enveloped)).route("/broken", web::get().to(broken)).default_service(web::to(not_found));
        let app = init_service(app).await;
        let request = TestRequest::get().uri("/broken").insert_header(("x-request-id", "mine-1")).to_request();
        let response = try_call_service(&app, request).await.unwrap_err().error_response();
        assert_eq!(
            (response.status().as_u16(), response.headers().get("x-request-id").unwrap().to_str().unwrap()),
            (500, "mine-1")
        );
        let body = to_bytes(response.into_body()).await.unwrap();
        assert!(!body.windows(6).any(|part| part == b"secret"));
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["errors"][0]["extensions"], json!({ "code": "INTERNAL", "requestId": "mine-1" }));
        // And the next is answered.
        let response = try_call_service(&app, TestRequest::get().uri("/elsewhere").to_request()).await.unwrap();
        assert_eq!(response.status(), 404);
        assert!(response.headers().contains_key("x-request-id"));
    }
}
