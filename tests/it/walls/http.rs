//! What HTTP has besides GraphQL: methods, addresses that don't exist, pages of other origins, what strangers may ask, and GraphiQL.

use std::io::{Read as _, Write as _};

use api::{config::Settings, http::Origins};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

both_dbs!(
    every_address_answers_its_methods_and_says_which_they_are,
    what_is_nowhere_is_told_in_json_however_it_is_written,
    nobody_s_page_may_read_an_answer_unless_a_tenant_allows_it,
    a_page_may_read_what_every_tenant_of_the_caller_allows,
    only_who_is_signed_in_may_ask_for_the_schema,
    graphiql_comes_from_our_own_origin_and_may_go_nowhere_else,
    metrics_tell_of_pools_documents_and_cost,
);

const READ: &[&str] =
    &["/schema.graphql", "/.well-known/jwks.json", "/healthz", "/readyz", "/metrics", "/graphiql", "/graphiql/page.js"];

fn request(app: &TestApp, method: &str, path: &str) -> RequestBuilder {
    app.http().request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", app.url()))
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

async fn every_address_answers_its_methods_and_says_which_they_are(app: TestApp) {
    for path in READ {
        for method in ["GET", "HEAD"] {
            let answer = request(&app, method, path).header("x-request-id", "mine-1").send().await.unwrap();
            assert_eq!((answer.status().as_u16(), header(&answer, "x-request-id")), (200, Some("mine-1")), "{method} {path}");
            assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"), "{method} {path}");
            assert_eq!(answer.bytes().await.unwrap().is_empty(), method == "HEAD", "{method} {path}");
        }
        for method in ["POST", "PUT", "DELETE", "PATCH", "BREW"] {
            let answer = Answer::of(request(&app, method, path).send().await.unwrap()).await;
            assert_eq!((answer.status, answer.error_codes()), (405, vec!["METHOD_NOT_ALLOWED".to_owned()]), "{method} {path}");
            assert_eq!(answer.headers["allow"], "GET, HEAD, OPTIONS", "{method} {path}");
            assert!(answer.errors()[0]["extensions"]["requestId"].is_string());
        }
    }
    let options = request(&app, "OPTIONS", "/graphql").send().await.unwrap();
    assert_eq!((options.status().as_u16(), header(&options, "allow")), (204, Some("GET, HEAD, POST, OPTIONS")));
    let stored = [
        "/v1/halton/queries",
        "/v1/halton/queries/agreement-lines.csv",
        "/odata/halton",
        "/odata/halton/$metadata",
        "/odata/nobody/x/y",
    ];
    for path in READ.iter().copied().chain(stored).chain(["/.well-known/oauth-authorization-server"]) {
        let options = request(&app, "OPTIONS", path).send().await.unwrap();
        assert_eq!((options.status().as_u16(), header(&options, "allow")), (204, Some("GET, HEAD, OPTIONS")), "{path}");
    }
    let token = request(&app, "OPTIONS", "/oauth/token").send().await.unwrap();
    assert_eq!((token.status().as_u16(), header(&token, "allow")), (204, Some("POST, OPTIONS")));
    let nowhere = request(&app, "OPTIONS", "/nowhere").send().await.unwrap();
    assert_eq!((nowhere.status().as_u16(), header(&nowhere, "allow")), (404, None), "nothing is there to take a method");
    let put = Answer::of(request(&app, "PUT", "/graphql").send().await.unwrap()).await;
    assert_eq!((put.status, put.headers["allow"].to_str().unwrap()), (405, "GET, HEAD, POST, OPTIONS"));
}

/// Sends a request line as it is.
fn raw(app: &TestApp, line: &str) -> String {
    let mut stream = std::net::TcpStream::connect(app.url().trim_start_matches("http://")).unwrap();
    stream.write_all(format!("{line}\r\nhost: test\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

async fn what_is_nowhere_is_told_in_json_however_it_is_written(app: TestApp) {
    for path in [
        "/nowhere",
        "/graphql/",
        "/graphiql/nothing.js",
        "/graphiql/../config",
        "/%",
        "/%ff%00",
        "/a%2Fb",
        "//",
        "/graphiql/%2e%2e",
        "/é",
    ] {
        let answer = tokio::task::spawn_blocking({
            let (app, line) = (app.clone(), format!("GET {path} HTTP/1.1"));
            move || raw(&app, &line)
        })
        .await
        .unwrap();
        if path == "/é" {
            // No address at all: refused before there is a request to speak of.
            assert!(answer.starts_with("HTTP/1.1 400 "), "{path}: {answer}");
            continue;
        }
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "NOT_FOUND", "{path}");
        assert!(answer.contains("x-request-id: "), "{path}: {answer}");
    }
}

const PAGE: &str = "https://dashboard.example";

fn preflight(app: &TestApp, origin: &str) -> RequestBuilder {
    request(app, "OPTIONS", "/graphql")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type, authorization")
}

async fn asked_from(app: &TestApp, origin: &str, token: Option<&str>) -> Response {
    let ask = request(app, "POST", "/graphql").header("origin", origin).json(&json!({ "query": "{ __typename }" }));
    let ask = match token {
        Some(token) => ask.bearer_auth(token),
        None => ask,
    };
    ask.send().await.unwrap()
}

async fn nobody_s_page_may_read_an_answer_unless_a_tenant_allows_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for origin in [PAGE, "null", "https://halton.example"] {
        let refused = Answer::of(preflight(&app, origin).send().await.unwrap()).await;
        assert_eq!((refused.status, refused.error_codes()), (403, vec!["ORIGIN_NOT_ALLOWED".to_owned()]));
        assert!(refused.headers.get("access-control-allow-origin").is_none());
        for token in [None, Some(officer.token())] {
            let answer = asked_from(&app, origin, token).await;
            assert_eq!((answer.status().as_u16(), header(&answer, "access-control-allow-origin")), (200, None), "{origin}");
        }
    }
}

async fn a_page_may_read_what_every_tenant_of_the_caller_allows(app: TestApp) {
    let tenants = entity::usecases::organisation::tenants::directory(app.db()).await.unwrap();
    let mut origins = Origins::default();
    origins.allow(PAGE, tenants["halton"]).unwrap();
    origins.allow("https://both.example", tenants["halton"]).unwrap();
    origins.allow("https://both.example", tenants["cheshire-police-authority"]).unwrap();
    for wrong in
        ["*", "null", "dashboard.example", "https://dashboard.example/", "https://Dashboard.example", "https://", "file://x"]
    {
        assert!(origins.allow(wrong, tenants["halton"]).is_err(), "{wrong}");
    }
    let app = app.with_settings(Settings { origins, ..Settings::default() });
    let allowed = preflight(&app, PAGE).send().await.unwrap();
    assert_eq!(allowed.status(), 204);
    for (name, value) in [("access-control-allow-origin", PAGE), ("access-control-allow-methods", "GET, HEAD, POST")] {
        assert_eq!(header(&allowed, name), Some(value));
    }
    for (path, methods) in [("/v1/halton/queries", "GET, HEAD"), ("/odata/halton", "GET, HEAD"), ("/oauth/token", "POST")] {
        let ask = request(&app, "OPTIONS", path).header("origin", PAGE).header("access-control-request-method", "GET");
        let told = ask.send().await.unwrap();
        assert_eq!((told.status().as_u16(), header(&told, "access-control-allow-methods")), (204, Some(methods)), "{path}");
    }
    assert!(header(&allowed, "access-control-allow-headers").unwrap().contains("authorization"));
    assert_eq!(header(&allowed, "access-control-allow-credentials"), None, "there are no cookies");
    assert!(header(&allowed, "vary").unwrap().contains("origin"));
    assert_eq!(preflight(&app, "https://other.example").send().await.unwrap().status(), 403);

    let (officer, lead) = (app.sign_in("halton.performance-officer").await, app.sign_in("halton.lead-member").await);
    let offices = lead.ask("{ viewer { tenants { tenant { slug } } } }", json!({})).await;
    assert_eq!(offices.list("/viewer/tenants").len(), 2, "the lead member sits on the Authority, too: {offices}");
    for (origin, token, open) in [
        (PAGE, None, true),
        (PAGE, Some(officer.token()), true),
        (PAGE, Some(lead.token()), false),
        ("https://both.example", Some(lead.token()), true),
        ("https://both.example", Some(officer.token()), true),
        ("https://other.example", Some(officer.token()), false),
    ] {
        let answer = asked_from(&app, origin, token).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), open.then_some(origin), "{origin}");
        let varies: Vec<_> = answer.headers().get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(varies.contains(&"origin"), "{varies:?}");
    }
    // Packs are no documents of GraphQL, and no more open for it.
    for (token, open) in [(lead.token(), false), (officer.token(), true)] {
        let pack = request(&app, "GET", "/packs/x/public.html").header("origin", PAGE).bearer_auth(token).send().await.unwrap();
        assert_eq!((pack.status().as_u16(), header(&pack, "access-control-allow-origin")), (404, open.then_some(PAGE)));
    }
    let warrington = app.sign_in("warrington.performance-officer").await;
    assert_eq!(header(&asked_from(&app, PAGE, Some(warrington.token())).await, "access-control-allow-origin"), None);
    let bad = asked_from(&app, PAGE, Some("nonsense")).await;
    assert_eq!(
        (bad.status().as_u16(), header(&bad, "access-control-allow-origin")),
        (401, Some(PAGE)),
        "so that the page learns why"
    );
}

async fn only_who_is_signed_in_may_ask_for_the_schema(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "{ __schema { queryType { name } } kind: __type(name: \"TenantBy\") { isOneOf } }";
    let refused = app.anonymous().ask(query, json!({})).await;
    assert_eq!(refused.error_codes(), ["INTROSPECTION_REFUSED"]);
    let told = officer.ask(query, json!({})).await;
    assert_eq!((told.data("/__schema/queryType/name"), told.data("/kind/isOneOf")), (&json!("Query"), &json!(true)));
    assert_eq!(app.anonymous().ask("{ __typename }", json!({})).await.data("/__typename"), "Query");
}

async fn graphiql_comes_from_our_own_origin_and_may_go_nowhere_else(app: TestApp) {
    let page = request(&app, "GET", "/graphiql").send().await.unwrap();
    let policy = header(&page, "content-security-policy").unwrap().to_owned();
    for part in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("http") && !policy.contains("unsafe-eval"), "{policy}");
    let page = page.text().await.unwrap();
    // Everything that it loads is ours, and nothing is inline.
    let loaded: Vec<&str> = page.split(['"', '\'']).filter(|part| part.starts_with('/') || part.contains("://")).collect();
    assert_eq!(loaded.len(), 4, "{loaded:?}");
    for path in loaded {
        assert!(path.starts_with("/graphiql/"), "{path}");
        assert_eq!(request(&app, "GET", path).send().await.unwrap().status(), 200, "{path}");
    }
    assert!(!page.contains("<script>") && !page.contains("style="), "{page}");
    let script = request(&app, "GET", "/graphiql/page.js").send().await.unwrap().text().await.unwrap();
    assert!(!script.contains("localStorage") && !script.contains("sessionStorage") && !script.contains("document.cookie"));
}

async fn metrics_tell_of_pools_documents_and_cost(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for _ in 0..2 {
        officer.ask("{ viewer { email } }", json!({})).await.data("/viewer/email");
    }
    officer.ask("{ nothing }", json!({})).await;
    let kept = request(&app, "GET", "/graphql?query=%7B__typename%7D").bearer_auth(officer.token()).send().await.unwrap();
    assert_eq!(header(&kept, "cache-control"), Some("no-store"));
    // What is refused before a document is looked at counts, too, wherever it is sent to.
    for path in ["/graphql?query=%7B__typename%7D", "/v1/halton/queries", "/packs/x/public.html"] {
        assert_eq!(request(&app, "GET", path).bearer_auth("nonsense").send().await.unwrap().status(), 401, "{path}");
    }
    let grant = request(&app, "POST", "/oauth/token").header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(grant.body("grant_type=client_credentials").send().await.unwrap().status(), 401);
    let text = request(&app, "GET", "/metrics").send().await.unwrap().text().await.unwrap();
    let figure = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line.trim().parse().unwrap()
    };
    assert_eq!(figure("concordat_document_cache_total{result=\"found\"}"), 1.0);
    assert_eq!(
        figure("concordat_document_cache_total{result=\"prepared\"}"),
        4.0,
        "signing in, the query, what isn't valid, and the one by GET"
    );
    assert_eq!(figure("concordat_documents_kept{store=\"cache\"}"), 3.0);
    assert_eq!(figure("concordat_errors_total{code=\"INVALID_DOCUMENT\"}"), 1.0);
    assert_eq!(figure("concordat_errors_total{code=\"UNAUTHENTICATED\"}"), 3.0);
    assert_eq!(figure("concordat_errors_total{code=\"invalid_client\"}"), 1.0);
    assert_eq!(figure("concordat_request_cost_count"), 4.0);
    assert!(figure("concordat_request_cost_sum") >= 3.0);
    // It is given back a moment after the answer has left.
    let readers =
        ["idle", "in_use"].map(|state| figure(&format!("concordat_pool_connections{{pool=\"read\",state=\"{state}\"}}")));
    assert!(readers.iter().sum::<f64>() >= 1.0);
    assert!(figure("concordat_pool_connections_max{pool=\"write\"}") >= 1.0);
}
