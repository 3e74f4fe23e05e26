//! Sessions: renewed by tokens that serve once, listed and ended by their owner, and over when they are over.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp};

both_dbs!(
    refreshing_gives_new_tokens_of_the_same_session,
    a_refresh_token_that_comes_twice_ends_the_whole_family,
    a_refresh_token_lasts_half_an_hour,
    a_session_lasts_eight_hours_however_often_it_is_renewed,
    an_access_token_runs_out_after_ten_minutes,
    an_ended_session_is_over_with_the_next_request,
    a_session_is_seen_and_ended_by_its_owner_only,
    nonsense_is_no_session_and_no_refresh_token,
);

const WHO: &str =
    "{ viewer { email sessions { totalCount nodes { id isCurrent userAgent address startedAt lastUsedAt expiresAt } } } }";

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let query = "mutation ($input: RefreshSessionInput!) {
        refreshSession(input: $input) { accessToken refreshToken userErrors { code field message } } }";
    app.anonymous().ask(query, json!({ "input": { "refreshToken": token } })).await
}

async fn revoke(actor: &Actor, session: Option<&str>) -> Answer {
    let query =
        "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { revoked userErrors { code field message } } }";
    actor.ask(query, json!({ "input": { "session": session } })).await
}

fn refused(answer: &Answer) -> bool {
    answer.status == 401 && answer.error_codes() == ["UNAUTHENTICATED"]
}

async fn refreshing_gives_new_tokens_of_the_same_session(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let before = officer.ask(WHO, json!({})).await;
    app.clock().advance(TimeDelta::minutes(9));
    let renewed = refresh(&app, officer.refresh_token()).await;
    assert_ne!(renewed.text("/refreshSession/refreshToken"), officer.refresh_token());
    let after = app.bearing(renewed.text("/refreshSession/accessToken")).ask(WHO, json!({})).await;
    assert_eq!(after.data("/viewer/sessions/totalCount"), 1);
    assert_eq!(after.data("/viewer/sessions/nodes/0/id"), before.data("/viewer/sessions/nodes/0/id"));
    assert_eq!(after.data("/viewer/sessions/nodes/0/startedAt"), before.data("/viewer/sessions/nodes/0/startedAt"));
    assert_eq!(after.text("/viewer/sessions/nodes/0/lastUsedAt"), "2010-02-09T09:09:00Z");
    assert!(!refused(&officer.ask(WHO, json!({})).await), "the older access token of the session lasts out its ten minutes");
}

async fn a_refresh_token_that_comes_twice_ends_the_whole_family(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let elsewhere = app.sign_in("halton.performance-officer").await;
    let renewed = refresh(&app, officer.refresh_token()).await;
    let successor = app.bearing(renewed.text("/refreshSession/accessToken"));
    assert_eq!(successor.ask(WHO, json!({})).await.text("/viewer/email"), "halton.performance-officer@concordat.example");

    let copied = refresh(&app, officer.refresh_token()).await;
    assert_eq!(copied.user_errors("/refreshSession")[0]["code"], "CREDENTIALS");
    assert_eq!(copied.user_errors("/refreshSession")[0]["field"], json!(["refreshToken"]));
    assert!(refused(&successor.ask(WHO, json!({})).await), "the new access token died with the family");
    assert!(refused(&officer.ask(WHO, json!({})).await), "and so did the old one");
    let heir = refresh(&app, renewed.text("/refreshSession/refreshToken")).await;
    assert_eq!(heir.user_errors("/refreshSession")[0]["code"], "CREDENTIALS", "and the new refresh token");
    assert_eq!(elsewhere.ask(WHO, json!({})).await.data("/viewer/sessions/totalCount"), 1, "another session lives on");
}

async fn a_refresh_token_lasts_half_an_hour(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    app.clock().advance(TimeDelta::seconds(30 * 60 - 1));
    let renewed = refresh(&app, officer.refresh_token()).await;
    app.clock().advance(TimeDelta::minutes(30));
    let late = refresh(&app, renewed.text("/refreshSession/refreshToken")).await;
    assert_eq!(late.user_errors("/refreshSession")[0]["code"], "CREDENTIALS");
}

async fn a_session_lasts_eight_hours_however_often_it_is_renewed(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut token = officer.refresh_token().to_owned();
    let mut access = String::new();
    for _ in 0..19 {
        app.clock().advance(TimeDelta::minutes(25));
        let renewed = refresh(&app, &token).await;
        renewed.text("/refreshSession/refreshToken").clone_into(&mut token);
        renewed.text("/refreshSession/accessToken").clone_into(&mut access);
    }
    // 7 hours and 55 minutes have passed; the last access token would last another ten minutes by itself.
    let last = app.bearing(&access);
    assert_eq!(last.ask(WHO, json!({})).await.text("/viewer/sessions/nodes/0/expiresAt"), "2010-02-09T17:00:00Z");
    app.clock().advance(TimeDelta::minutes(5));
    assert!(refused(&last.ask(WHO, json!({})).await));
    assert_eq!(refresh(&app, &token).await.user_errors("/refreshSession")[0]["code"], "CREDENTIALS");
}

async fn an_access_token_runs_out_after_ten_minutes(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    app.clock().advance(TimeDelta::seconds(10 * 60 - 1));
    assert_eq!(officer.ask(WHO, json!({})).await.status, 200);
    // Five seconds more are allowed, for clocks that differ.
    app.clock().advance(TimeDelta::seconds(6));
    let late = officer.ask(WHO, json!({})).await;
    assert!(refused(&late), "{late}");
    assert!(late.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"), "RFC 6750");
}

async fn an_ended_session_is_over_with_the_next_request(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let ended = revoke(&officer, None).await;
    assert_eq!(ended.user_errors("/revokeSession"), [] as [Value; 0]);
    assert!(refused(&officer.ask(WHO, json!({})).await));
    assert_eq!(refresh(&app, officer.refresh_token()).await.user_errors("/refreshSession")[0]["code"], "CREDENTIALS");
}

async fn a_session_is_seen_and_ended_by_its_owner_only(app: TestApp) {
    let here = app.sign_in("halton.performance-officer").await;
    let there = app.sign_in("halton.performance-officer").await;
    let stranger = app.sign_in("halton.psg-member").await;
    let seen = here.ask(WHO, json!({})).await;
    assert_eq!(seen.data("/viewer/sessions/totalCount"), 2);
    assert_eq!(seen.data("/viewer/sessions/nodes/0/address"), "127.0.0.1");
    let sessions = seen.list("/viewer/sessions/nodes");
    let other = sessions.iter().find(|session| session["isCurrent"] == false).unwrap()["id"].as_str().unwrap();
    assert_eq!(sessions.iter().filter(|session| session["isCurrent"] == true).count(), 1);

    assert_eq!(stranger.ask(WHO, json!({})).await.data("/viewer/sessions/totalCount"), 1, "only one's own");
    let node = stranger.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": other })).await;
    assert_eq!(node.data("/node"), &Value::Null);
    let refused_to_stranger = revoke(&stranger, Some(other)).await;
    assert_eq!(refused_to_stranger.user_errors("/revokeSession")[0]["code"], "NOT_FOUND");
    assert_eq!(there.ask(WHO, json!({})).await.status, 200, "nothing happened to it");

    let ended = revoke(&here, Some(other)).await;
    assert_eq!(ended.text("/revokeSession/revoked"), other);
    assert!(refused(&there.ask(WHO, json!({})).await));
    assert_eq!(here.ask(WHO, json!({})).await.data("/viewer/sessions/totalCount"), 1);
    let again = revoke(&here, Some(other)).await;
    assert_eq!(again.user_errors("/revokeSession")[0]["code"], "NOT_FOUND", "what is over can't be ended again");
}

async fn nonsense_is_no_session_and_no_refresh_token(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let tenant = officer.ask("{ tenants { nodes { id } } }", json!({})).await.text("/tenants/nodes/0/id").to_owned();
    for id in ["", "x", "\u{1}", &tenant, &"A".repeat(10_000)] {
        let answer = revoke(&officer, Some(id)).await;
        assert_eq!(answer.user_errors("/revokeSession")[0]["code"], "NOT_FOUND", "{id}");
    }
    for token in ["", "x", "\u{1}'--", officer.token(), &"A".repeat(10_000)] {
        let answer = refresh(&app, token).await;
        assert_eq!(answer.user_errors("/refreshSession")[0]["code"], "CREDENTIALS", "{token}");
    }
    assert_eq!(officer.ask(WHO, json!({})).await.status, 200);
}
