//! The sign-in door: it tells nobody whether an account exists, and slows guessing down without shutting anybody out.

use chrono::TimeDelta;
use futures::future::{join, join_all};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp, app::PASSWORD};

both_dbs!(
    a_wrong_password_and_an_unknown_account_answer_alike,
    an_address_may_be_typed_in_any_case,
    the_sixth_failure_shuts_the_account_for_half_a_minute,
    signing_in_clears_the_account_s_failures,
    thirty_failures_shut_an_address_for_a_quarter_of_an_hour,
    twenty_people_sign_in_at_once_while_a_query_is_answered,
);

fn code(answer: &Answer) -> &Value {
    answer.value("/signIn/userErrors/0/code")
}

async fn a_wrong_password_and_an_unknown_account_answer_alike(app: TestApp) {
    let wrong = app.try_sign_in("halton.performance-officer", "not-the-password").await;
    let unknown = app.try_sign_in("nobody.at-all", "not-the-password").await;
    let empty = app.try_sign_in("halton.performance-officer", "").await;
    assert_eq!(code(&wrong), "CREDENTIALS", "{wrong}");
    assert_eq!(wrong.value("/signIn/accessToken"), &Value::Null);
    assert_eq!(wrong.status, unknown.status);
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(wrong.body, empty.body);
}

async fn an_address_may_be_typed_in_any_case(app: TestApp) {
    let answer = app.try_sign_in("Halton.Performance-Officer@CONCORDAT.example", PASSWORD).await;
    assert_eq!(answer.user_errors("/signIn"), [] as [Value; 0]);
    assert!(answer.text("/signIn/accessToken").len() > 50);
}

async fn the_sixth_failure_shuts_the_account_for_half_a_minute(app: TestApp) {
    for attempt in 1..=6 {
        let answer = app.try_sign_in("halton.psg-member", "guess").await;
        assert_eq!(code(&answer), "CREDENTIALS", "attempt {attempt}");
    }
    let shut = app.try_sign_in("halton.psg-member", PASSWORD).await;
    assert_eq!(code(&shut), "THROTTLED", "even the right password has to wait");
    assert!(shut.text("/signIn/userErrors/0/message").contains("30 seconds"), "{shut}");
    assert_eq!(shut.value("/signIn/accessToken"), &Value::Null);
    // Nobody else is kept out by it.
    app.sign_in("halton.ssp-chair").await;

    app.clock().advance(TimeDelta::seconds(29));
    assert_eq!(code(&app.try_sign_in("halton.psg-member", PASSWORD).await), "THROTTLED");
    app.clock().advance(TimeDelta::seconds(1));
    app.sign_in("halton.psg-member").await;
}

async fn signing_in_clears_the_account_s_failures(app: TestApp) {
    for _ in 0..2 {
        for _ in 0..5 {
            assert_eq!(code(&app.try_sign_in("halton.psg-member", "guess").await), "CREDENTIALS");
        }
        app.sign_in("halton.psg-member").await;
    }
}

async fn thirty_failures_shut_an_address_for_a_quarter_of_an_hour(app: TestApp) {
    for guess in 0..30 {
        let answer = app.try_sign_in(&format!("made-up-{guess}"), "guess").await;
        assert_eq!(code(&answer), "CREDENTIALS", "guess {guess}");
    }
    let shut = app.try_sign_in("halton.psg-member", PASSWORD).await;
    assert_eq!(code(&shut), "THROTTLED", "an account that nobody guessed at, from the address that guessed");
    app.clock().advance(TimeDelta::minutes(15));
    app.sign_in("halton.psg-member").await;
}

async fn twenty_people_sign_in_at_once_while_a_query_is_answered(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let offices = [
        "halton.lead-member",
        "halton.partner-analyst",
        "halton.psg-member",
        "halton.board-member",
        "halton.scrutiny-member",
        "halton.ssp-chair",
        "warrington.lead-member",
        "warrington.performance-officer",
        "warrington.partner-analyst",
        "warrington.psg-member",
    ];
    let burst = join_all(offices.iter().cycle().take(20).map(|office| app.try_sign_in(office, PASSWORD)));
    let question = officer.ask("{ tenant(by: { slug: \"halton\" }) { agreement { reference } } }", json!({}));
    let (signed_in, answer) = join(burst, question).await;
    assert_eq!(answer.text("/tenant/agreement/reference"), "halton-laa-2008");
    let mut tokens: Vec<&str> = signed_in.iter().map(|answer| answer.text("/signIn/accessToken")).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), 20, "everybody got a token of their own");
}
