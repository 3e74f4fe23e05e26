//! GraphiQL, for asking by hand, from our own origin and behind sign-in.
//!
//! Nothing comes from elsewhere and nothing may go there: the content-security policy allows this origin alone, and no inline script.
//! The page holds the token in its memory only. What is vendored, and under which licence, is in `explorer/LICENCES.txt`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};

use super::{envelope::not_found, routes::read_at};

const PAGE: &str = include_str!("explorer/index.html");
const SCRIPT: &str = include_str!("explorer/page.js");
const STYLE: &str = include_str!("explorer/page.css");
const GRAPHIQL_SCRIPT: &[u8] = include_bytes!("explorer/graphiql.js.gz");
const GRAPHIQL_STYLE: &[u8] = include_bytes!("explorer/graphiql.css.gz");

/// What the page may do. The editor places its lines by styles of elements, which is all that is inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(read_at("/graphiql", page)).service(read_at("/graphiql/{file}", file));
}

async fn page() -> HttpResponse {
    let mut page = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE);
    let headers = page.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    page
}

async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    const CSS: &str = "text/css; charset=utf-8";
    const JS: &str = "text/javascript; charset=utf-8";
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    match name.as_str() {
        "page.js" => answer.content_type(JS).body(SCRIPT),
        "page.css" => answer.content_type(CSS).body(STYLE),
        // Only browsers ask for these, and there is none that doesn't unpack them.
        "graphiql.js" => answer.content_type(JS).insert_header((header::CONTENT_ENCODING, "gzip")).body(GRAPHIQL_SCRIPT),
        "graphiql.css" => answer.content_type(CSS).insert_header((header::CONTENT_ENCODING, "gzip")).body(GRAPHIQL_STYLE),
        _ => not_found(request).await,
    }
}
