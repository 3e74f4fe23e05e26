//! Access tokens that aren't good: refused on every path, and never answered more narrowly instead.

use api::identity::{AccessTokens, SigningKeys};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::clock::Clock as _;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

both_dbs!(
    a_token_that_was_tampered_with_or_made_elsewhere_is_refused_on_every_path,
    an_authorization_of_another_shape_is_refused,
    without_a_token_what_needs_one_says_so,
);

fn part(token: &str, number: usize) -> Value {
    let text = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Every way to come with a token that isn't good, by name.
fn forgeries(app: &TestApp, good: &str) -> Vec<(&'static str, String)> {
    let (header, claims, signature) = (part(good, 0), part(good, 1), good.rsplit('.').next().unwrap());
    let uuid = |claim: &str| claims[claim].as_str().unwrap().parse().unwrap();
    let foreign = AccessTokens::new(SigningKeys::generate().unwrap(), api::config::ISSUER, api::config::AUDIENCE);
    let foreign = foreign.issue(uuid("sub"), uuid("sid"), app.clock().now()).unwrap().token;
    let mut with_foreign_key_under_our_name = foreign.split('.').map(str::to_owned).collect::<Vec<_>>();
    with_foreign_key_under_our_name[0] = encoded(&header);
    let mut later = claims.clone();
    later["exp"] = json!(claims["exp"].as_i64().unwrap() + 3600);
    let mut none = header.clone();
    none["alg"] = json!("none");
    let mut symmetric = header.clone();
    symmetric["alg"] = json!("HS256");
    vec![
        ("no token at all", String::new()),
        ("not a token", "nonsense".to_owned()),
        ("an empty signature", format!("{}.{}.", encoded(&header), encoded(&claims))),
        ("a signature of another text", format!("{}.{}.{signature}", encoded(&header), encoded(&later))),
        ("no algorithm", format!("{}.{}.", encoded(&none), encoded(&claims))),
        ("no algorithm, with a signature", format!("{}.{}.{signature}", encoded(&none), encoded(&claims))),
        ("a symmetric algorithm", format!("{}.{}.{signature}", encoded(&symmetric), encoded(&claims))),
        ("a key of somebody else's", foreign),
        ("a key of somebody else's under our key's name", with_foreign_key_under_our_name.join(".")),
        ("half a token", good[..good.len() / 2].to_owned()),
        ("a token with something behind it", format!("{good}x")),
        ("two tokens", format!("{good} {good}")),
    ]
}

fn refused(answer: &Answer) -> bool {
    answer.status == 401 && answer.error_codes() == ["UNAUTHENTICATED"] && answer.body.get("data").is_none()
}

async fn a_token_that_was_tampered_with_or_made_elsewhere_is_refused_on_every_path(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let question = "{ __typename viewer { email } }";
    assert_eq!(officer.ask(question, json!({})).await.status, 200);
    for (name, token) in forgeries(&app, officer.token()) {
        let bearer = app.bearing(&token);
        // What needs a token, and what needs none.
        let sign_in = "mutation { signIn(input: { email: \"x\", password: \"y\" }) { accessToken } }";
        for document in [question, "{ __typename }", sign_in, "{ nonsense }", "{"] {
            let answer = bearer.ask(document, json!({})).await;
            assert!(refused(&answer), "{name}, {document}: {answer}");
        }
        let got = app.http().get(format!("{}/graphql?query=%7B__typename%7D", app.url())).bearer_auth(&token);
        let answer = Answer::of(got.send().await.unwrap()).await;
        assert!(refused(&answer), "{name}, by GET: {answer}");
    }
}

async fn an_authorization_of_another_shape_is_refused(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let ask = |values: Vec<String>| {
        let mut request = app.http().post(format!("{}/graphql", app.url())).json(&json!({ "query": "{ __typename }" }));
        for value in values {
            request = request.header("authorization", value);
        }
        async { Answer::of(request.send().await.unwrap()).await }
    };
    let good = format!("Bearer {}", officer.token());
    assert_eq!(ask(vec![good.clone()]).await.status, 200);
    assert_eq!(ask(vec![good.replace("Bearer", "bearer")]).await.status, 200, "the scheme's case doesn't matter (RFC 9110)");
    for values in [
        vec![good.clone(), good.clone()],
        vec![format!("Basic {}", URL_SAFE_NO_PAD.encode("a:b"))],
        vec![officer.token().to_owned()],
        vec!["Bearer".to_owned()],
        vec![String::new()],
    ] {
        let answer = ask(values.clone()).await;
        assert!(refused(&answer), "{values:?}: {answer}");
    }
}

async fn without_a_token_what_needs_one_says_so(app: TestApp) {
    let nobody = app.anonymous();
    assert_eq!(nobody.ask("{ __typename }", json!({})).await.data("/__typename"), "Query");
    for field in
        ["viewer { email }", "tenants { totalCount }", "tenant(by: { slug: \"halton\" }) { name }", "node(id: \"x\") { id }"]
    {
        let answer = nobody.ask(&format!("{{ {field} }}"), json!({})).await;
        assert_eq!(answer.error_codes(), ["UNAUTHENTICATED"], "{answer}");
        assert!(!answer.raw().contains("Halton"), "{answer}");
    }
}
