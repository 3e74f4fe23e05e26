//! What is over is removed, and nothing that could still be used or still tells of a thief.

use chrono::TimeDelta;
use entity::usecases::identity::purging::Purged;
use serde_json::json;
use tests::both_dbs;
use tests::support::{Answer, Probe, TestApp};

both_dbs!(
    sessions_go_with_their_tokens_when_their_time_is_up_and_live_ones_stay,
    a_token_that_comes_twice_is_recognised_after_a_purge,
    failures_are_forgotten_when_they_count_no_more,
);

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let query = "mutation ($input: RefreshSessionInput!) {
        refreshSession(input: $input) { accessToken refreshToken userErrors { code } } }";
    app.anonymous().ask(query, json!({ "input": { "refreshToken": token } })).await
}

/// How many rows there are of sessions, of tokens and of counts.
async fn counts(app: &TestApp) -> [String; 3] {
    let probe = Probe::open(app.database()).await;
    let counts = probe.counts(&["session", "refresh_token", "sign_in_throttle"]).await;
    probe.close().await;
    [0, 1, 2].map(|place| counts[place].1.clone())
}

async fn sessions_go_with_their_tokens_when_their_time_is_up_and_live_ones_stay(app: TestApp) {
    let first = app.sign_in("halton.performance-officer").await;
    assert!(!refresh(&app, first.refresh_token()).await.text("/refreshSession/refreshToken").is_empty());
    app.clock().advance(TimeDelta::minutes(7 * 60 + 50));
    let second = app.sign_in("halton.lead-member").await;
    app.clock().advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    assert_eq!(app.purge().await, Purged::default(), "the first session has a second left");
    assert_eq!(counts(&app).await[..2], ["2", "3"]);

    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(app.purge().await, Purged { sessions: 1, refresh_tokens: 2, ..Purged::default() });
    assert_eq!(counts(&app).await[..2], ["1", "1"]);
    assert_eq!(app.purge().await, Purged::default());
    let renewed = refresh(&app, second.refresh_token()).await;
    let who = app.bearing(renewed.text("/refreshSession/accessToken")).ask("{ viewer { email } }", json!({})).await;
    assert_eq!(who.text("/viewer/email"), "halton.lead-member@concordat.example");
    let gone = refresh(&app, first.refresh_token()).await;
    assert_eq!(gone.user_errors("/refreshSession")[0]["code"], "CREDENTIALS", "as with any token that isn't good");
}

async fn a_token_that_comes_twice_is_recognised_after_a_purge(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut newest = refresh(&app, officer.refresh_token()).await.text("/refreshSession/refreshToken").to_owned();
    // Kept up for hours, so that the first token has long run out by itself.
    for _ in 0..16 {
        app.clock().advance(TimeDelta::minutes(29));
        newest = refresh(&app, &newest).await.text("/refreshSession/refreshToken").to_owned();
    }
    assert_eq!(app.purge().await, Purged::default());
    assert_eq!(refresh(&app, officer.refresh_token()).await.user_errors("/refreshSession")[0]["code"], "CREDENTIALS");
    let family = refresh(&app, &newest).await;
    assert_eq!(family.user_errors("/refreshSession")[0]["code"], "CREDENTIALS", "somebody has a copy, so the session is over");
}

async fn failures_are_forgotten_when_they_count_no_more(app: TestApp) {
    for _ in 0..6 {
        app.try_sign_in("halton.lead-member", "a guess").await;
    }
    let code = |answer: &Answer| answer.user_errors("/signIn")[0]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(&app.try_sign_in("halton.lead-member", "a guess").await), "THROTTLED");
    app.clock().advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(app.purge().await, Purged::default());
    app.try_sign_in("halton.lead-member", "a guess").await;
    assert_eq!(
        code(&app.try_sign_in("halton.lead-member", "a guess").await),
        "THROTTLED",
        "a day isn't over, so they still count"
    );
    app.clock().advance(TimeDelta::seconds(1));
    // The account's count from anywhere blocks nobody; the one from this address does, however long ago it began, and the
    // address's has begun afresh.
    assert_eq!(app.purge().await.throttles, 1);
    assert_eq!(code(&app.try_sign_in("halton.lead-member", "a guess").await), "THROTTLED");
    app.clock().advance(TimeDelta::hours(24));
    assert_eq!(app.purge().await, Purged { throttles: 2, ..Purged::default() });
    assert_eq!(counts(&app).await, ["0", "0", "0"]);
}
