//! Offices that decide or export do so from a session with a one-time code, and approving takes a fresh proof of identity,
//! where an installation insists on it.

use chrono::TimeDelta;
use entity::policy::Demand;
use futures::future::join;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp, app::PASSWORD};

use super::fixtures::{create, enrol, mutate, next_code, problem, sign_in_with};

both_dbs!(
    deciding_takes_a_session_with_a_code,
    exporting_takes_a_session_with_a_code,
    reading_and_entering_take_no_code,
    approving_takes_a_proof_of_less_than_five_minutes_ago,
    where_codes_are_optional_a_fresh_password_does,
    an_office_that_may_not_is_not_asked_for_a_code,
    an_installation_that_insists_on_nothing_is_content_with_passwords,
    the_viewer_is_told_what_is_needed,
    refreshing_a_session_is_no_fresh_proof,
    a_refresh_token_that_comes_twice_at_once_ends_the_family,
);

async fn tenant(actor: &Actor, slug: &str) -> String {
    let answer = actor.ask("query ($slug: String!) { tenant(by: { slug: $slug }) { id } }", json!({ "slug": slug })).await;
    answer.text("/tenant/id").to_owned()
}

async fn verify_period(app: &TestApp) -> Value {
    let officer = app.sign_in("warrington.performance-officer").await;
    let quarter = json!({ "tenant": tenant(&officer, "warrington").await, "period": "FY2009-Q3" });
    let verified = mutate(&officer, "verifyPeriod", quarter.clone(), "").await;
    assert_eq!(problem(&verified, "verifyPeriod"), &Value::Null, "checking is no deciding: {verified}");
    quarter
}

async fn approve(actor: &Actor, quarter: &Value) -> Answer {
    mutate(actor, "approvePeriod", quarter.clone(), "").await
}

async fn deciding_takes_a_session_with_a_code(app: TestApp) {
    let app = app.demanding(Demand::Codes);
    let quarter = verify_period(&app).await;
    let member = app.sign_in("warrington.psg-member").await;
    let refused = approve(&member, &quarter).await;
    assert_eq!(problem(&refused, "approvePeriod"), "STRONGER_SIGN_IN_REQUIRED");
    assert!(refused.text("/approvePeriod/userErrors/0/message").contains("createAuthenticator"), "it says what to do");
    // An authenticator that was set up and never enabled is none.
    create(&member).await;
    assert_eq!(problem(&approve(&member, &quarter).await, "approvePeriod"), "STRONGER_SIGN_IN_REQUIRED");
    let enrolled = enrol(&app, "warrington.psg-member").await;
    assert_eq!(problem(&approve(&enrolled.actor, &quarter).await, "approvePeriod"), &Value::Null);
    let target = json!({ "line": "x", "period": "FY2010", "expression": "ABSOLUTE", "amount": 1, "source": "x" });
    assert_eq!(
        problem(&mutate(&enrolled.actor, "setTarget", target, "").await, "setTarget"),
        "NOT_FOUND",
        "tried, and no such line"
    );
}

async fn exporting_takes_a_session_with_a_code(app: TestApp) {
    let app = app.demanding(Demand::Codes);
    let query = "{ tenant(by: { slug: \"halton\" }) { name observationsCsv } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let refused = officer.ask(query, json!({})).await;
    assert_eq!(refused.error_codes(), ["STRONGER_SIGN_IN_REQUIRED"]);
    assert_eq!(refused.value("/tenant/observationsCsv"), &Value::Null);
    assert!(refused.value("/tenant/name").is_string(), "the rest is answered: {refused}");
    let enrolled = enrol(&app, "halton.performance-officer").await;
    assert!(enrolled.actor.ask(query, json!({})).await.text("/tenant/observationsCsv").contains("halton-ni"));
    // An hour later still: exporting takes no fresh proof.
    let later = enrolled.signed_in(&app).await;
    app.clock().advance(TimeDelta::minutes(9));
    later.ask(query, json!({})).await.text("/tenant/observationsCsv");
}

async fn reading_and_entering_take_no_code(app: TestApp) {
    let app = app.demanding(Demand::Codes);
    let analyst = app.sign_in("halton.performance-officer").await;
    let figure = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2009-Q2",
        "value": 41, "source": "Quarterly return" });
    let input = json!({ "tenant": tenant(&analyst, "halton").await, "observations": [figure] });
    let recorded = mutate(&analyst, "recordObservations", input, "").await;
    assert_eq!(problem(&recorded, "recordObservations"), &Value::Null, "{recorded}");
}

async fn approving_takes_a_proof_of_less_than_five_minutes_ago(app: TestApp) {
    let app = app.demanding(Demand::Codes);
    let quarter = verify_period(&app).await;
    let member = enrol(&app, "warrington.psg-member").await;
    app.clock().advance(TimeDelta::minutes(5));
    let stale = approve(&member.actor, &quarter).await;
    assert_eq!(problem(&stale, "approvePeriod"), "STEP_UP_REQUIRED");
    assert!(stale.text("/approvePeriod/userErrors/0/message").contains("one-time code"), "{stale}");
    let by_password = mutate(&member.actor, "verifyIdentity", json!({ "password": PASSWORD }), "verifiedAt").await;
    assert_eq!(problem(&by_password, "verifyIdentity"), "ONE_TIME_CODE_REQUIRED", "a password doesn't stand in for the code");
    let code = next_code(&app, &member.secret);
    let with_guess = mutate(&member.actor, "verifyIdentity", json!({ "password": "guess", "code": code }), "verifiedAt").await;
    assert_eq!(problem(&with_guess, "verifyIdentity"), "CREDENTIALS", "a password that is given has to be right");
    assert_eq!(problem(&approve(&member.actor, &quarter).await, "approvePeriod"), "STEP_UP_REQUIRED");
    let verified = mutate(&member.actor, "verifyIdentity", json!({ "code": code }), "verifiedAt freshUntilAt").await;
    assert_eq!(verified.text("/verifyIdentity/verifiedAt"), "2010-02-09T09:05:30Z");
    assert_eq!(verified.text("/verifyIdentity/freshUntilAt"), "2010-02-09T09:10:30Z");
    app.clock().advance(TimeDelta::seconds(299));
    // The access token has run out meanwhile; the session hasn't.
    let renewed = app.anonymous().ask(REFRESH, json!({ "token": member.actor.refresh_token() })).await;
    let member = app.bearing(renewed.text("/refreshSession/accessToken"));
    assert_eq!(problem(&approve(&member, &quarter).await, "approvePeriod"), &Value::Null);
}

const REFRESH: &str = "mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) {
    accessToken refreshToken userErrors { code field message } } }";

async fn where_codes_are_optional_a_fresh_password_does(app: TestApp) {
    let app = app.demanding(Demand::StepUp);
    let quarter = verify_period(&app).await;
    let member = app.sign_in("warrington.psg-member").await;
    app.clock().advance(TimeDelta::minutes(5));
    let stale = approve(&member, &quarter).await;
    assert_eq!(problem(&stale, "approvePeriod"), "STEP_UP_REQUIRED");
    assert!(stale.text("/approvePeriod/userErrors/0/message").contains("password"), "{stale}");
    let nothing = mutate(&member, "verifyIdentity", json!({}), "verifiedAt").await;
    assert_eq!(problem(&nothing, "verifyIdentity"), "MISSING");
    let guess = mutate(&member, "verifyIdentity", json!({ "password": "guess" }), "verifiedAt").await;
    assert_eq!(problem(&guess, "verifyIdentity"), "CREDENTIALS");
    let shown = mutate(&member, "verifyIdentity", json!({ "password": PASSWORD }), "verifiedAt").await;
    assert_eq!(problem(&shown, "verifyIdentity"), &Value::Null);
    assert_eq!(problem(&approve(&member, &quarter).await, "approvePeriod"), &Value::Null);
}

async fn an_office_that_may_not_is_not_asked_for_a_code(app: TestApp) {
    let app = app.demanding(Demand::Codes);
    let quarter = verify_period(&app).await;
    let officer = app.sign_in("warrington.performance-officer").await;
    assert_eq!(problem(&approve(&officer, &quarter).await, "approvePeriod"), "FORBIDDEN");
    let stranger = app.sign_in("halton.psg-member").await;
    assert_eq!(problem(&approve(&stranger, &quarter).await, "approvePeriod"), "NOT_FOUND");
}

async fn an_installation_that_insists_on_nothing_is_content_with_passwords(app: TestApp) {
    let quarter = verify_period(&app).await;
    let member = app.sign_in("warrington.psg-member").await;
    app.clock().advance(TimeDelta::minutes(9));
    assert_eq!(problem(&approve(&member, &quarter).await, "approvePeriod"), &Value::Null);
}

async fn the_viewer_is_told_what_is_needed(app: TestApp) {
    let needs = async |app: &TestApp, office: &str| {
        let answer = app.sign_in(office).await.ask("{ viewer { hasAuthenticator isOneTimeCodeNeeded } }", json!({})).await;
        answer.data("/viewer").clone()
    };
    let not = json!({ "hasAuthenticator": false, "isOneTimeCodeNeeded": false });
    let strict = app.demanding(Demand::Codes);
    assert_eq!(needs(&strict, "halton.psg-member").await, json!({ "hasAuthenticator": false, "isOneTimeCodeNeeded": true }));
    assert_eq!(needs(&strict, "halton.scrutiny-member").await, not);
    assert_eq!(needs(&app, "halton.psg-member").await, not, "where nobody insists");
    let enrolled = enrol(&strict, "halton.psg-member").await;
    let answer = enrolled.actor.ask("{ viewer { hasAuthenticator } }", json!({})).await;
    assert_eq!(answer.data("/viewer/hasAuthenticator"), true);
}

async fn refreshing_a_session_is_no_fresh_proof(app: TestApp) {
    let app = app.demanding(Demand::Codes);
    let quarter = verify_period(&app).await;
    let member = enrol(&app, "warrington.psg-member").await;
    let signed_in = sign_in_with(&app, "warrington.psg-member", Some(&next_code(&app, &member.secret))).await;
    app.clock().advance(TimeDelta::minutes(6));
    let renewed = app.anonymous().ask(REFRESH, json!({ "token": signed_in.text("/signIn/refreshToken") })).await;
    let member = app.bearing(renewed.text("/refreshSession/accessToken"));
    assert_eq!(problem(&approve(&member, &quarter).await, "approvePeriod"), "STEP_UP_REQUIRED");
    let query = "{ tenant(by: { slug: \"warrington\" }) { name } viewer { sessions { nodes { isCurrent method } } } }";
    let sessions = member.ask(query, json!({})).await;
    let current = sessions.list("/viewer/sessions/nodes").iter().find(|session| session["isCurrent"] == true).unwrap();
    assert_eq!(current["method"], "PASSWORD_AND_CODE", "what was shown once still counts for the session");
}

async fn a_refresh_token_that_comes_twice_at_once_ends_the_family(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let nobody = app.anonymous();
    let refresh = || nobody.ask(REFRESH, json!({ "token": officer.refresh_token() }));
    let (one, other) = join(refresh(), refresh()).await;
    let renewed: Vec<&str> =
        [&one, &other].into_iter().filter_map(|answer| answer.value("/refreshSession/accessToken").as_str()).collect();
    assert_eq!(renewed.len(), 1, "{one} {other}");
    let heir = app.bearing(renewed[0]).ask("{ viewer { email } }", json!({})).await;
    assert_eq!(heir.status, 401, "two hold it, and nobody can tell which is the thief");
}
