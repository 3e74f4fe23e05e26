//! Forgotten passwords: the same answer to everybody, and a link that serves once.

use chrono::TimeDelta;
use futures::future::join;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, MailServer, Probe, TestApp, app::PASSWORD};

use super::fixtures::{code_in, enrol, mutate, problem, sign_in_with};

both_dbs!(
    a_reset_sets_the_password_and_ends_every_session,
    an_unknown_address_gets_the_same_answer_and_no_letter,
    a_link_serves_once_and_for_half_an_hour,
    a_newer_link_replaces_an_older_one,
    a_reset_leaves_the_authenticator_as_it_is,
    links_are_given_sparingly,
    no_link_is_kept_and_a_sent_letter_is_emptied,
    a_letter_is_tried_again_until_it_is_refused_for_good,
    two_servers_send_a_letter_once,
    a_reset_that_could_not_be_sent_for_an_hour_is_given_up,
);

const NEW_PASSWORD: &str = "three-otters-under-the-viaduct";
const MEMBER: &str = "halton.psg-member@concordat.example";

async fn request(app: &TestApp, email: &str) -> Answer {
    mutate(&app.anonymous(), "requestPasswordReset", json!({ "email": email }), "requestedAt").await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    mutate(&app.anonymous(), "resetPassword", json!({ "token": token, "password": password }), "resetAt").await
}

async fn requested(app: &TestApp, post: &MailServer) -> String {
    assert_eq!(problem(&request(app, MEMBER).await, "requestPasswordReset"), &Value::Null);
    assert_eq!(post.collect(app).await, 1);
    post.arrived().remove(0).token().to_owned()
}

async fn a_reset_sets_the_password_and_ends_every_session(app: TestApp) {
    let post = MailServer::start().await;
    let member = app.sign_in("halton.psg-member").await;
    request(&app, " Halton.PSG-Member@concordat.EXAMPLE ").await.text("/requestPasswordReset/requestedAt");
    post.collect(&app).await;
    let letter = post.arrived().remove(0);
    assert_eq!(letter.recipient, MEMBER);
    let done = reset(&app, letter.token(), NEW_PASSWORD).await;
    assert_eq!(done.text("/resetPassword/resetAt"), "2010-02-09T09:00:00Z");
    assert_eq!(member.ask("{ viewer { email } }", json!({})).await.status, 401);
    assert_eq!(problem(&app.try_sign_in(MEMBER, PASSWORD).await, "signIn"), "CREDENTIALS");
    app.try_sign_in(MEMBER, NEW_PASSWORD).await.text("/signIn/accessToken");
}

async fn an_unknown_address_gets_the_same_answer_and_no_letter(app: TestApp) {
    let post = MailServer::start().await;
    let statements = async |email: &str| {
        let before = app.statements().await;
        let answer = request(&app, email).await;
        (answer.body, app.statements().await - before)
    };
    let known = statements(MEMBER).await;
    let unknown = statements("nobody@at-all.example").await;
    assert_eq!(known, unknown, "nor does the work that it takes tell them apart");
    assert_eq!(post.collect(&app).await, 1);
    assert_eq!(post.arrived().iter().map(|letter| letter.recipient.as_str()).collect::<Vec<_>>(), [MEMBER]);
    let probe = Probe::open(app.database()).await;
    let kept = probe.rows("SELECT recipient FROM mail_outbox WHERE failed_at IS NOT NULL").await.concat();
    assert_eq!(kept, [""], "what a stranger typed isn't kept");
    probe.close().await;
    for nonsense in ["", "nobody", "a b@c.example"] {
        assert_eq!(problem(&request(&app, nonsense).await, "requestPasswordReset"), "MALFORMED", "{nonsense}");
    }
}

async fn a_link_serves_once_and_for_half_an_hour(app: TestApp) {
    let post = MailServer::start().await;
    let token = requested(&app, &post).await;
    let (one, other) = join(reset(&app, &token, NEW_PASSWORD), reset(&app, &token, NEW_PASSWORD)).await;
    let got_on = [&one, &other].into_iter().filter(|answer| problem(answer, "resetPassword").is_null()).count();
    assert_eq!(got_on, 1, "{one} {other}");
    assert_eq!(problem(&reset(&app, &token, "another-three-otters-here").await, "resetPassword"), "CREDENTIALS");

    let token = requested(&app, &post).await;
    let half = &token[..token.len() / 2];
    assert_eq!(problem(&reset(&app, half, NEW_PASSWORD).await, "resetPassword"), "CREDENTIALS");
    app.clock().advance(TimeDelta::seconds(30 * 60 - 1));
    assert_eq!(problem(&reset(&app, &token, "short").await, "resetPassword"), "OUT_OF_RANGE", "it is still good");
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(problem(&reset(&app, &token, NEW_PASSWORD).await, "resetPassword"), "CREDENTIALS");
}

async fn a_newer_link_replaces_an_older_one(app: TestApp) {
    let post = MailServer::start().await;
    let (older, newer) = (requested(&app, &post).await, requested(&app, &post).await);
    assert_eq!(problem(&reset(&app, &older, NEW_PASSWORD).await, "resetPassword"), "CREDENTIALS");
    assert_eq!(problem(&reset(&app, &newer, NEW_PASSWORD).await, "resetPassword"), &Value::Null);
}

async fn a_reset_leaves_the_authenticator_as_it_is(app: TestApp) {
    let post = MailServer::start().await;
    let enrolled = enrol(&app, "halton.psg-member").await;
    let token = requested(&app, &post).await;
    assert_eq!(problem(&reset(&app, &token, PASSWORD).await, "resetPassword"), &Value::Null);
    let without = sign_in_with(&app, "halton.psg-member", None).await;
    assert_eq!(problem(&without, "signIn"), "ONE_TIME_CODE_REQUIRED", "whoever reads the mail still lacks the code");
    let code = code_in(&app, &enrolled.secret, 1);
    sign_in_with(&app, "halton.psg-member", Some(&code)).await.text("/signIn/accessToken");
}

async fn links_are_given_sparingly(app: TestApp) {
    for _ in 0..3 {
        assert_eq!(problem(&request(&app, MEMBER).await, "requestPasswordReset"), &Value::Null);
    }
    assert_eq!(problem(&request(&app, MEMBER).await, "requestPasswordReset"), "THROTTLED");
    for _ in 0..3 {
        assert_eq!(problem(&request(&app, "nobody@at-all.example").await, "requestPasswordReset"), &Value::Null);
    }
    let unknown = request(&app, "nobody@at-all.example").await;
    assert_eq!(problem(&unknown, "requestPasswordReset"), "THROTTLED", "for everybody alike");
    app.sign_in("halton.psg-member").await;
    for number in 0..24 {
        let answer = request(&app, &format!("made-up-{number}@at-all.example")).await;
        assert_eq!(problem(&answer, "requestPasswordReset"), &Value::Null, "{number}");
    }
    let flood = request(&app, "one-more@at-all.example").await;
    assert_eq!(problem(&flood, "requestPasswordReset"), "THROTTLED", "by the address that asks");
    app.clock().advance(TimeDelta::hours(1));
    assert_eq!(problem(&request(&app, MEMBER).await, "requestPasswordReset"), &Value::Null);
}

async fn no_link_is_kept_and_a_sent_letter_is_emptied(app: TestApp) {
    let post = MailServer::start().await;
    request(&app, MEMBER).await.text("/requestPasswordReset/requestedAt");
    let probe = Probe::open(app.database()).await;
    let kept = async |column: &str| probe.rows(&format!("SELECT {column} FROM mail_outbox")).await.concat().concat();
    assert!(kept("body").await.contains("\n{link}\n"), "a place for the link, and no link");
    post.collect(&app).await;
    assert_eq!(kept("body").await, "");
    let token = post.arrived().remove(0).token().to_owned();
    let digests = probe.rows("SELECT digest FROM single_use_link").await.concat();
    assert_eq!(digests.len(), 1);
    assert!(!digests[0].contains(&token[4..]) && digests[0].len() == 64, "{digests:?}");
    probe.close().await;
}

async fn a_letter_is_tried_again_until_it_is_refused_for_good(app: TestApp) {
    let post = MailServer::start().await;
    request(&app, MEMBER).await.text("/requestPasswordReset/requestedAt");
    post.refuse("451 try again later");
    assert_eq!(post.collect(&app).await, 0);
    assert_eq!(post.collect(&app).await, 0, "not before a minute has passed");
    app.clock().advance(TimeDelta::minutes(1));
    assert_eq!(post.collect(&app).await, 1);
    let token = post.arrived().remove(0).token().to_owned();
    assert_eq!(problem(&reset(&app, &token, NEW_PASSWORD).await, "resetPassword"), &Value::Null);

    request(&app, MEMBER).await.text("/requestPasswordReset/requestedAt");
    post.refuse("550 no such mailbox");
    assert_eq!(post.collect(&app).await, 0);
    app.clock().advance(TimeDelta::minutes(10));
    assert_eq!(post.collect(&app).await, 0, "given up");
    assert!(post.arrived().is_empty());
}

async fn two_servers_send_a_letter_once(app: TestApp) {
    let post = MailServer::start().await;
    for office in ["halton.psg-member", "halton.ssp-chair", "halton.board-member"] {
        request(&app, &format!("{office}@concordat.example")).await.text("/requestPasswordReset/requestedAt");
    }
    let (one, other) = join(post.collect(&app), post.collect(&app)).await;
    assert_eq!(one + other, 3);
    let mut recipients: Vec<String> = post.arrived().into_iter().map(|letter| letter.recipient).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 3);
}

async fn a_reset_that_could_not_be_sent_for_an_hour_is_given_up(app: TestApp) {
    let post = MailServer::start().await;
    request(&app, MEMBER).await.text("/requestPasswordReset/requestedAt");
    app.clock().advance(TimeDelta::hours(1));
    assert_eq!(post.collect(&app).await, 0, "whoever asked an hour ago has asked again, or remembered");
}
