//! Errors: a closed catalogue of codes, and never a word of the database's.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

both_dbs!(
    nothing_that_is_sent_brings_the_database_s_words_out,
    nothing_that_is_sent_to_sign_in_brings_the_database_s_words_out,
    the_character_nul_is_refused_however_it_is_written,
    requests_of_no_shape_are_refused_with_a_code,
);

/// Words that only a database or a programming language would use.
const INNER_WORDS: &[&str] = &[
    "sql",
    "SQLITE",
    "postgres",
    "Postgres",
    "constraint",
    "syntax error at",
    "tenant_id",
    "relation \"",
    "panicked",
    "unwrap",
    "sea_orm",
    "RuntimeErr",
    "DbErr",
    "thread '",
    "src/",
    "invalid byte sequence",
    "stack",
];

/// What clients may come across; a new code is written down here.
const CATALOGUE: &[&str] = &[
    "BAD_INPUT",
    "BAD_USER_INPUT",
    "BAD_VARIABLES",
    "BATCH_REFUSED",
    "FORBIDDEN",
    "INVALID_DOCUMENT",
    "LIMIT_PAGE",
    "MALFORMED_REQUEST",
    "LIMIT_PAGE",
    "METHOD_NOT_ALLOWED",
    "NOT_FOUND",
    "QUERY_MISSING",
    "SUBSCRIPTION_HERE",
    "SYNTAX",
    "UNAUTHENTICATED",
    "UNSUPPORTED_MEDIA_TYPE",
];

fn nasty() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\u{0}",
        "a\u{0}b",
        "'",
        "''; DROP TABLE tenant; --",
        "\"",
        "\\",
        "%",
        "_",
        "${jndi:x}",
        "\u{feff}",
        "\u{202e}",
        "e\u{301}",
        "🦀",
        "\u{fffd}",
        "null",
        "NaN",
        "Infinity",
        "-0",
        "1e400",
        "AAAA",
        "====",
        "../../etc/passwd",
        "FY",
        "FY99999",
        "FY2009-Q9",
        "FY2009-M13",
        "FY-1",
        "WAVE",
        "2010-02-30",
        "0000-00-00",
        "99999-01-01",
        "-0001-01-01",
        "2010-02-09T25:00:00Z",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(50_000));
    texts.push("é".repeat(20_000));
    texts
}

#[test]
fn the_codes_of_errors_are_those_that_were_reviewed() {
    let schema = api::graphql::contract();
    let user_errors = schema.split("enum UserErrorCode {").nth(1).and_then(|rest| rest.split('}').next()).unwrap_or_default();
    let is_code = |line: &&str| !line.is_empty() && line.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let user_errors: Vec<&str> = user_errors.lines().map(str::trim).filter(is_code).collect();
    let (of_fields, of_requests) = (api::graphql::errors::CODES, api::graphql::frontdoor::refusal::CODES);
    let (of_credentials, of_queries) = (api::http::CODES, api::http::CODES_OF_QUERIES);
    let catalogue = format!(
        "Of fields: {}\nOf inputs: {}\nOf requests: {}\nBefore the front door: {}\nOf stored queries: {}",
        of_fields.join(", "),
        user_errors.join(", "),
        of_requests.join(", "),
        of_credentials.join(", "),
        of_queries.join(", ")
    );
    let reference = include_str!("../../../api/REFERENCE.md");
    for code in of_fields.iter().chain(&user_errors).chain(of_requests).chain(of_credentials).chain(of_queries).chain(CATALOGUE) {
        assert!(reference.contains(&format!("`{code}`")), "the reference tells of {code}");
    }
    insta::with_settings!({ omit_expression => true, description => "Codes that clients may branch on: none goes, none is renamed." }, {
        insta::assert_snapshot!("error_codes", catalogue);
    });
}

fn check(name: &str, sent: &str, answer: &Answer) {
    let sent: String = sent.chars().take(60).collect();
    let said: String = answer.errors().iter().map(|error| format!("{} {}", error["message"], error["extensions"])).collect();
    for word in INNER_WORDS {
        assert!(!said.contains(word), "{name} with {sent:?} brought out {word:?}: {answer}");
    }
    let known: BTreeSet<&str> = CATALOGUE.iter().copied().collect();
    for code in answer.error_codes() {
        assert!(known.contains(code.as_str()), "{name} with {sent:?} gave the code {code}: {answer}");
    }
    assert!(answer.status < 500, "{name} with {sent:?}: {answer}");
}

const TEXTS: &[(&str, &str)] = &[
    ("tenant by slug", "query ($x: String!) { tenant(by: { slug: $x }) { name } }"),
    ("tenant by code", "query ($x: String!) { tenant(by: { gssCode: $x }) { name } }"),
    ("tenant by id", "query ($x: ID!) { tenant(by: { id: $x }) { name } }"),
    ("as at", "query ($x: Date!) { tenant(by: { slug: \"halton\" }, asAt: $x) { name } }"),
    ("area by reference", "query ($x: String!) { area(by: { reference: $x }) { name } }"),
    ("area by code", "query ($x: String!) { area(by: { gssCode: $x }) { name } }"),
    ("period", "query ($x: String!) { period(code: $x) { label } }"),
    ("node", "query ($x: ID!) { node(id: $x) { id } }"),
    ("nodes", "query ($x: ID!) { nodes(ids: [$x, $x]) { id } }"),
    ("cursor", "query ($x: String) { areas(after: $x) { nodes { name } } }"),
    ("cursor of a tenant's list", "query ($x: String) { tenant(by: { slug: \"halton\" }) { bodies(before: $x) { nodes { name } } } }"),
    ("body's name", "query ($x: String!) { tenant(by: { slug: \"halton\" }) { bodies(filter: { named: $x }) { totalCount } } }"),
    ("codes", "query ($x: String!) { tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [$x] }) { totalCount } } }"),
    ("agreement", "query ($x: String!) { tenant(by: { slug: \"halton\" }) { agreement(by: { reference: $x }) { name } } }"),
    (
        "period of a line",
        "query ($x: String!) { tenant(by: { slug: \"halton\" }) { agreement { rollUp(period: $x) { summary }
            indicators(first: 3) { nodes { status(period: $x) { reason } target(period: $x) { amount } direction(period: $x) { words } } } } } }",
    ),
];

async fn nothing_that_is_sent_brings_the_database_s_words_out(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    for (name, query) in TEXTS {
        for text in nasty() {
            check(name, &text, &officer.ask(query, json!({ "x": text })).await);
        }
        for wrong in [
            json!(1),
            json!(-1.5),
            json!(true),
            json!([]),
            json!({}),
            json!([["x"]]),
            Value::Null,
            json!(9_007_199_254_740_993_i64),
        ] {
            check(name, &wrong.to_string(), &officer.ask(query, json!({ "x": wrong })).await);
        }
    }
    let first = "query ($x: Int) { areas(first: $x) { nodes { name } } }";
    for wrong in [json!(1e300), json!(2_147_483_648_i64), json!(-2_147_483_648_i64), json!("1"), json!(1.5), json!(0)] {
        check("first", &wrong.to_string(), &officer.ask(first, json!({ "x": wrong })).await);
    }
    assert_eq!(officer.ask("{ __typename }", json!({})).await.status, 200, "the server stands");
}

async fn nothing_that_is_sent_to_sign_in_brings_the_database_s_words_out(app: TestApp) {
    let query = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { code message } } }";
    for text in nasty() {
        for (email, password) in
            [(text.clone(), "x".to_owned()), ("halton.psg-member@concordat.example".to_owned(), text.clone())]
        {
            let answer = app.anonymous().ask(query, json!({ "input": { "email": email, "password": password } })).await;
            check("signIn", &text, &answer);
            if text.contains('\0') {
                assert_eq!(answer.error_codes(), ["MALFORMED_REQUEST"], "{answer}");
                continue;
            }
            let code = answer.value("/signIn/userErrors/0/code");
            assert!(code == "CREDENTIALS" || code == "THROTTLED", "{answer}");
        }
    }
}

/// One of the databases can't hold it, so neither is asked to.
async fn the_character_nul_is_refused_however_it_is_written(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let by_variable = "query ($x: String!) { tenant(by: { slug: $x }) { name } }";
    let mut bodies = vec![
        json!({ "query": by_variable, "variables": { "x": "hal\0ton" } }).to_string(),
        json!({ "query": by_variable, "variables": { "x": { "deep": ["hal\0ton"] } } }).to_string(),
        // The letter u itself is escaped, so that the escape stands nowhere in the body.
        format!("{{\"query\":\"{by_variable}\",\"variables\":{{\"x\":\"hal\\u0000ton\"}}}}"),
        json!({ "query": "{ tenant(by: { slug: \"hal\0ton\" }) { name } }" }).to_string(),
    ];
    for escape in ["\\u0000", "\\u{0}", "\\u{0000}"] {
        for query in [
            format!("{{ tenant(by: {{ slug: \"hal{escape}ton\" }}) {{ name }} }}"),
            format!("{{ area(by: {{ reference: \"{escape}\" }}) {{ name }} }}"),
            format!("query ($x: String = \"{escape}\") {{ tenant(by: {{ slug: $x }}) {{ name }} }}"),
            format!("{{ tenant(by: {{ slug: \"halton\" }}) {{ risks(filter: {{ named: \"{escape}\" }}) {{ totalCount }} }} }}"),
            format!(
                "mutation {{ signIn(input: {{ email: \"a{escape}b@x.example\", password: \"xxxxxxxxxxxxx\" }}) {{ accessToken }} }}"
            ),
        ] {
            bodies.push(json!({ "query": query }).to_string());
            // As some clients write it, so that it is JSON's own escape, or none of it at all.
            bodies.push(json!({ "query": query }).to_string().replace("\\\\u", "\\u005cu"));
        }
    }
    for body in bodies {
        let request = app.http().post(format!("{}/graphql", app.url())).bearer_auth(officer.token());
        let answer =
            Answer::of(request.header("content-type", "application/json").body(body.clone()).send().await.unwrap()).await;
        assert_eq!((answer.status, answer.error_codes()), (400, vec!["MALFORMED_REQUEST".to_owned()]), "{body}: {answer}");
    }
    for path in ["/v1/halton%00/queries", "/v1/%00halton/queries/agreement-lines", "/odata/hal%00ton/agreement_lines"] {
        let answer = app.http().get(format!("{}{path}", app.url())).bearer_auth(officer.token()).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}

async fn requests_of_no_shape_are_refused_with_a_code(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let bodies = [
        "",
        "null",
        "[]",
        "{}",
        "\"x\"",
        "1",
        "{",
        "[{\"query\":\"{ __typename }\"}]",
        "{\"query\":1}",
        "{\"query\":\"\"}",
        "{\"query\":\"{\"}",
        "{\"query\":\"{ nonsense }\"}",
        "{\"query\":\"{ __typename }\",\"variables\":[]}",
        "{\"query\":\"{ __typename }\",\"variables\":\"x\"}",
        "{\"query\":\"{ __typename }\",\"query\":\"{ viewer { email } }\"}",
        "{\"query\":\"query ($x: Int!) { areas(first: $x) { totalCount } }\",\"variables\":{\"x\":NaN}}",
        "{\"query\":\"query ($x: Int!) { areas(first: $x) { totalCount } }\",\"variables\":{\"x\":1e999}}",
        "{\"query\":\"query ($x: Int!) { areas(first: $x) { totalCount } }\"}",
        "{\"query\":\"{ areas(first: 99999999999999999999) { totalCount } }\"}",
        "{\"query\":\"{ tenant(by: { slug: \\\"halton\\\", gssCode: \\\"x\\\" }) { name } }\"}",
        "{\"query\":\"{ tenant(by: {}) { name } }\"}",
        "{\"query\":\"subscription { x }\"}",
        "\u{0}",
    ];
    for body in bodies {
        let request = app.http().post(format!("{}/graphql", app.url())).bearer_auth(officer.token());
        let answer = Answer::of(request.header("content-type", "application/json").body(body).send().await.unwrap()).await;
        assert!(!answer.errors().is_empty(), "{body}: {answer}");
        check("a body", body, &answer);
    }
    let bytes = app
        .http()
        .post(format!("{}/graphql", app.url()))
        .header("content-type", "application/json")
        .body(vec![0xff_u8, 0xfe, 0x00]);
    check("bytes", "", &Answer::of(bytes.send().await.unwrap()).await);
    let text = app
        .http()
        .post(format!("{}/graphql", app.url()))
        .header("content-type", "text/plain")
        .body("{\"query\":\"{ __typename }\"}");
    let answer = Answer::of(text.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.error_codes()), (415, vec!["UNSUPPORTED_MEDIA_TYPE".to_owned()]));
    let elsewhere = Answer::of(app.http().get(format!("{}/nowhere", app.url())).send().await.unwrap()).await;
    assert_eq!((elsewhere.status, elsewhere.error_codes()), (404, vec!["NOT_FOUND".to_owned()]));
}
