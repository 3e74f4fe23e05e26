//! One-time codes: asked for after the right password only, taken once, guessed at slowly, and replaced by recovery codes.

use chrono::TimeDelta;
use futures::future::{join, join_all};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Probe, TestApp, app::PASSWORD};

use super::fixtures::{code_in, create, enrol, mutate, next_code, problem, sign_in_with};

both_dbs!(
    an_authenticator_is_asked_for_once_it_is_enabled,
    a_missing_code_is_only_told_to_whoever_knows_the_password,
    a_code_serves_once_and_no_earlier_one_serves_after_it,
    of_five_sign_ins_with_one_code_one_gets_on,
    a_code_is_taken_half_a_minute_early_and_late_and_no_further,
    wrong_codes_are_slowed_down_and_a_right_password_clears_nothing,
    a_recovery_code_serves_once_even_when_it_comes_twice_at_once,
    revoking_takes_password_and_code_and_ends_other_sessions,
    enabling_ends_sessions_that_have_shown_no_code,
    setting_up_takes_the_password_and_replaces_only_what_was_never_enabled,
    what_is_stored_gives_no_code_away,
);

const SESSIONS: &str = "{ viewer { sessions { totalCount nodes { isCurrent method verifiedAt } } } }";

async fn is_over(actor: &Actor) -> bool {
    actor.ask(SESSIONS, json!({})).await.status == 401
}

async fn an_authenticator_is_asked_for_once_it_is_enabled(app: TestApp) {
    let officer = app.sign_in("halton.psg-member").await;
    let secret = create(&officer).await;
    app.sign_in("halton.psg-member").await;
    let wrong = mutate(&officer, "enableAuthenticator", json!({ "code": code_in(&app, &secret, 5) }), "enabledAt").await;
    assert_eq!(problem(&wrong, "enableAuthenticator"), "ONE_TIME_CODE_WRONG");
    let right = json!({ "code": code_in(&app, &secret, 0) });
    let enabled = mutate(&officer, "enableAuthenticator", right, "enabledAt recoveryCodes").await;
    assert_eq!(enabled.text("/enableAuthenticator/enabledAt"), "2010-02-09T09:00:00Z");
    assert_eq!(enabled.list("/enableAuthenticator/recoveryCodes").len(), 10);

    let without = sign_in_with(&app, "halton.psg-member", None).await;
    assert_eq!(problem(&without, "signIn"), "ONE_TIME_CODE_REQUIRED");
    assert_eq!(without.value("/signIn/userErrors/0/field"), &json!(["code"]));
    assert_eq!(without.value("/signIn/accessToken"), &Value::Null);
    let blank = sign_in_with(&app, "halton.psg-member", Some("  ")).await;
    assert_eq!(problem(&blank, "signIn"), "ONE_TIME_CODE_REQUIRED");
    let with = sign_in_with(&app, "halton.psg-member", Some(&next_code(&app, &secret))).await;
    let session = app.bearing(with.text("/signIn/accessToken")).ask(SESSIONS, json!({})).await;
    let current = session.list("/viewer/sessions/nodes").iter().find(|session| session["isCurrent"] == true).unwrap();
    assert_eq!(current["method"], "PASSWORD_AND_CODE");
    assert_eq!(current["verifiedAt"], "2010-02-09T09:00:30Z");
    assert_eq!(with.data("/signIn/recoveryCodesLeft"), &Value::Null, "no recovery code was used");
}

async fn a_missing_code_is_only_told_to_whoever_knows_the_password(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    let code = next_code(&app, &enrolled.secret);
    for code in [None, Some(code.as_str())] {
        let input = json!({ "email": "halton.psg-member@concordat.example", "password": "guess", "code": code });
        let answer = mutate(&app.anonymous(), "signIn", input, "accessToken").await;
        assert_eq!(problem(&answer, "signIn"), "CREDENTIALS", "{answer}");
    }
    // The guess with a right code has not used it up.
    sign_in_with(&app, "halton.psg-member", Some(&code)).await.text("/signIn/accessToken");
}

async fn a_code_serves_once_and_no_earlier_one_serves_after_it(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    let used_up = code_in(&app, &enrolled.secret, 0);
    let answer = sign_in_with(&app, "halton.psg-member", Some(&used_up)).await;
    assert_eq!(problem(&answer, "signIn"), "ONE_TIME_CODE_WRONG", "enabling has used it");
    let early = code_in(&app, &enrolled.secret, 1);
    sign_in_with(&app, "halton.psg-member", Some(&early)).await.text("/signIn/accessToken");
    for (steps, why) in [(1, "it came before"), (0, "an earlier one"), (-1, "one earlier still")] {
        let answer = sign_in_with(&app, "halton.psg-member", Some(&code_in(&app, &enrolled.secret, steps))).await;
        assert_eq!(problem(&answer, "signIn"), "ONE_TIME_CODE_WRONG", "{why}");
    }
    let again = mutate(&enrolled.actor, "verifyIdentity", json!({ "code": early }), "verifiedAt").await;
    assert_eq!(problem(&again, "verifyIdentity"), "ONE_TIME_CODE_WRONG", "nor does it serve elsewhere");
}

async fn of_five_sign_ins_with_one_code_one_gets_on(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    let code = next_code(&app, &enrolled.secret);
    // Fewer than would be throttled.
    let answers = join_all((0..5).map(|_| sign_in_with(&app, "halton.psg-member", Some(&code)))).await;
    let got_on = answers.iter().filter(|answer| answer.value("/signIn/accessToken").is_string()).count();
    assert_eq!(got_on, 1, "{answers:?}");
    let wrong = answers.iter().filter(|answer| problem(answer, "signIn") == "ONE_TIME_CODE_WRONG").count();
    assert_eq!(wrong, 4, "{answers:?}");
}

async fn a_code_is_taken_half_a_minute_early_and_late_and_no_further(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    app.clock().advance(TimeDelta::minutes(10));
    for (steps, taken) in [(-2, false), (2, false), (-1, true), (1, true)] {
        let answer = sign_in_with(&app, "halton.psg-member", Some(&code_in(&app, &enrolled.secret, steps))).await;
        assert_eq!(answer.value("/signIn/accessToken").is_string(), taken, "{steps}: {answer}");
    }
}

async fn wrong_codes_are_slowed_down_and_a_right_password_clears_nothing(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    for attempt in 1..=6 {
        let answer = sign_in_with(&app, "halton.psg-member", Some("000000")).await;
        assert_eq!(problem(&answer, "signIn"), "ONE_TIME_CODE_WRONG", "attempt {attempt}");
        // The password is right each time, here and in the session.
        let answer = sign_in_with(&app, "halton.psg-member", None).await;
        assert_eq!(problem(&answer, "signIn"), "ONE_TIME_CODE_REQUIRED", "attempt {attempt}");
    }
    let code = code_in(&app, &enrolled.secret, 1);
    assert_eq!(problem(&sign_in_with(&app, "halton.psg-member", Some(&code)).await, "signIn"), "THROTTLED");
    let in_session = mutate(&enrolled.actor, "verifyIdentity", json!({ "code": code }), "verifiedAt").await;
    assert_eq!(problem(&in_session, "verifyIdentity"), "THROTTLED");
    let recovery = sign_in_with(&app, "halton.psg-member", Some(&enrolled.recovery_codes[0])).await;
    assert_eq!(problem(&recovery, "signIn"), "THROTTLED", "recovery codes are guessed at no faster");
    app.clock().advance(TimeDelta::seconds(30));
    sign_in_with(&app, "halton.psg-member", Some(&code)).await.text("/signIn/accessToken");
}

async fn a_recovery_code_serves_once_even_when_it_comes_twice_at_once(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    let typed = enrolled.recovery_codes[3].to_lowercase().replace('-', " ");
    let first = sign_in_with(&app, "halton.psg-member", Some(&typed)).await;
    assert_eq!(first.data("/signIn/recoveryCodesLeft"), 9);
    let again = sign_in_with(&app, "halton.psg-member", Some(&enrolled.recovery_codes[3])).await;
    assert_eq!(problem(&again, "signIn"), "ONE_TIME_CODE_WRONG");
    let code = Some(enrolled.recovery_codes[4].as_str());
    let (one, other) = join(sign_in_with(&app, "halton.psg-member", code), sign_in_with(&app, "halton.psg-member", code)).await;
    let got_on = [&one, &other].into_iter().filter(|answer| answer.value("/signIn/accessToken").is_string()).count();
    assert_eq!(got_on, 1, "{one} {other}");
    // Another account's code is no code.
    let other = enrol(&app, "halton.ssp-chair").await;
    let foreign = sign_in_with(&app, "halton.psg-member", Some(&other.recovery_codes[0])).await;
    assert_eq!(problem(&foreign, "signIn"), "ONE_TIME_CODE_WRONG");
}

async fn revoking_takes_password_and_code_and_ends_other_sessions(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    let elsewhere = enrolled.signed_in(&app).await;
    let revoke = async |password: &str, code: &str| {
        mutate(&enrolled.actor, "revokeAuthenticator", json!({ "password": password, "code": code }), "revokedAt").await
    };
    let code = next_code(&app, &enrolled.secret);
    assert_eq!(problem(&revoke("guess", &code).await, "revokeAuthenticator"), "CREDENTIALS");
    assert_eq!(problem(&revoke(PASSWORD, "000000").await, "revokeAuthenticator"), "ONE_TIME_CODE_WRONG");
    assert!(!is_over(&elsewhere).await);
    assert_eq!(problem(&revoke(PASSWORD, &code).await, "revokeAuthenticator"), &Value::Null);
    assert!(is_over(&elsewhere).await);
    let own = enrolled.actor.ask(SESSIONS, json!({})).await;
    assert_eq!(own.text("/viewer/sessions/nodes/0/method"), "PASSWORD");
    app.sign_in("halton.psg-member").await;
    // The old codes are gone, and a new authenticator can be set up.
    assert_eq!(problem(&revoke(PASSWORD, &code).await, "revokeAuthenticator"), "MISSING");
    create(&enrolled.actor).await;
}

async fn enabling_ends_sessions_that_have_shown_no_code(app: TestApp) {
    let before = app.sign_in("halton.psg-member").await;
    let enrolled = enrol(&app, "halton.psg-member").await;
    assert!(is_over(&before).await);
    assert!(!is_over(&enrolled.actor).await);
}

async fn setting_up_takes_the_password_and_replaces_only_what_was_never_enabled(app: TestApp) {
    let officer = app.sign_in("halton.psg-member").await;
    let guess = mutate(&officer, "createAuthenticator", json!({ "password": "guess" }), "secret").await;
    assert_eq!(problem(&guess, "createAuthenticator"), "CREDENTIALS");
    assert_eq!(guess.value("/createAuthenticator/userErrors/0/field"), &json!(["password"]));
    let none_yet = mutate(&officer, "enableAuthenticator", json!({ "code": "000000" }), "enabledAt").await;
    assert_eq!(problem(&none_yet, "enableAuthenticator"), "MISSING");
    let (first, second) = (create(&officer).await, create(&officer).await);
    let stale = mutate(&officer, "enableAuthenticator", json!({ "code": code_in(&app, &first, 0) }), "enabledAt").await;
    assert_eq!(problem(&stale, "enableAuthenticator"), "ONE_TIME_CODE_WRONG");
    let both = json!({ "code": code_in(&app, &second, 0) });
    let enable = || mutate(&officer, "enableAuthenticator", both.clone(), "recoveryCodes");
    let (one, other) = join(enable(), enable()).await;
    let enabled = [&one, &other].into_iter().filter(|answer| answer.value("/enableAuthenticator/recoveryCodes").is_array());
    assert_eq!(enabled.count(), 1, "one list of recovery codes: {one} {other}");
    let again = mutate(&officer, "createAuthenticator", json!({ "password": PASSWORD }), "secret").await;
    assert_eq!(problem(&again, "createAuthenticator"), "DUPLICATE");
    let nobody = mutate(&app.anonymous(), "createAuthenticator", json!({ "password": PASSWORD }), "secret").await;
    assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
}

async fn what_is_stored_gives_no_code_away(app: TestApp) {
    let enrolled = enrol(&app, "halton.psg-member").await;
    let probe = Probe::open(app.database()).await;
    let stored = probe.rows("SELECT sealed_secret FROM authenticator UNION ALL SELECT digest FROM recovery_code").await.concat();
    assert_eq!(stored.len(), 11);
    for plain in enrolled.recovery_codes.iter().map(|code| code.replace('-', "")).chain([enrolled.secret.to_base32()]) {
        assert!(!stored.iter().any(|stored| stored.contains(&plain) || stored.contains(&plain.to_lowercase())), "{plain}");
    }
    let code = next_code(&app, &enrolled.secret);
    let input = json!({ "password": PASSWORD, "code": code });
    mutate(&enrolled.actor, "revokeAuthenticator", input, "revokedAt").await.text("/revokeAuthenticator/revokedAt");
    let left = probe.rows("SELECT sealed_secret FROM authenticator").await.concat();
    assert_eq!(left, [""], "what is revoked keeps no secret");
    probe.close().await;
}
