//! Invitations: an office lets somebody in, to no more than it holds, by a link that serves once.

use chrono::TimeDelta;
use futures::future::join;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, MailServer, Probe, TestApp, app::PASSWORD};

use super::fixtures::{mutate, problem};

both_dbs!(
    somebody_who_is_invited_chooses_a_password_and_acts_from_the_first_day,
    a_link_serves_once_within_its_week_and_untouched,
    of_two_who_follow_a_link_at_once_one_gets_on,
    an_unfit_password_does_not_use_a_link_up,
    a_newer_invitation_replaces_the_link_of_an_older_one,
    somebody_who_has_an_account_is_told_and_gets_no_link,
    nobody_invites_to_more_than_they_hold,
    what_is_wrong_with_an_invitation_is_named_and_nothing_is_written,
    nobody_signs_in_before_the_invitation_is_accepted,
);

const NEW_PASSWORD: &str = "three-otters-under-the-viaduct";

fn newcomer(tenant: &str) -> Value {
    json!({ "tenant": tenant, "email": "A.Member@Partner.example", "name": "A. Member", "office": "HSPB_MEMBER",
        "minuteReference": "HSPB 3 February 2010, minute 7" })
}

async fn officer_of_halton(app: &TestApp) -> (Actor, String) {
    let officer = app.sign_in("halton.performance-officer").await;
    let id = officer.ask("{ tenant(by: { slug: \"halton\" }) { id } }", json!({})).await.text("/tenant/id").to_owned();
    (officer, id)
}

async fn invite(officer: &Actor, input: Value) -> Answer {
    let fields =
        "appointment { office fromOn toOn isInForce minuteReference person { name } tenant { slug } organisation { reference } }";
    mutate(officer, "createInvitation", input, fields).await
}

async fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    mutate(&app.anonymous(), "acceptInvitation", json!({ "token": token, "password": password }), "acceptedAt").await
}

/// Invites the newcomer, and gives the letter's token.
async fn invited(app: &TestApp, post: &MailServer) -> String {
    let (officer, halton) = officer_of_halton(app).await;
    let answer = invite(&officer, newcomer(&halton)).await;
    assert_eq!(problem(&answer, "createInvitation"), &Value::Null, "{answer}");
    assert_eq!(post.collect(app).await, 1);
    post.arrived().remove(0).token().to_owned()
}

async fn somebody_who_is_invited_chooses_a_password_and_acts_from_the_first_day(app: TestApp) {
    let (officer, halton) = officer_of_halton(&app).await;
    let mut input = newcomer(&halton);
    input["fromOn"] = json!("2010-02-09");
    input["toOn"] = json!("2011-05-05");
    let answer = invite(&officer, input).await;
    let made = answer.data("/createInvitation/appointment");
    assert_eq!(
        made,
        &json!({ "office": "HSPB_MEMBER", "fromOn": "2010-02-09", "toOn": "2011-05-05", "isInForce": true,
            "minuteReference": "HSPB 3 February 2010, minute 7", "person": { "name": "A. Member" },
            "tenant": { "slug": "halton" }, "organisation": made["organisation"] })
    );
    let acts = officer.ask("{ tenant(by: { slug: \"halton\" }) { acts(first: 1) { nodes { deed office } } } }", json!({})).await;
    assert_eq!(acts.data("/tenant/acts/nodes/0"), &json!({ "deed": "INVITE", "office": "PERFORMANCE_OFFICER" }));

    let post = MailServer::start().await;
    assert_eq!(post.collect(&app).await, 1);
    let letter = post.arrived().remove(0);
    assert_eq!(letter.recipient, "a.member@partner.example");
    assert!(
        letter.text.contains("HSPB member from 9 February 2010 to 5 May 2011 (HSPB 3 February 2010, minute 7)"),
        "{}",
        letter.text
    );
    let accepted = accept(&app, letter.token(), NEW_PASSWORD).await;
    assert_eq!(accepted.text("/acceptInvitation/acceptedAt"), "2010-02-09T09:00:00Z");
    let signed_in = app.try_sign_in("a.member@partner.example", NEW_PASSWORD).await;
    let member = app.bearing(signed_in.text("/signIn/accessToken"));
    let seen = member.ask("{ viewer { tenants { offices tenant { slug } } } }", json!({})).await;
    assert_eq!(seen.data("/viewer/tenants"), &json!([{ "offices": ["HSPB_MEMBER"], "tenant": { "slug": "halton" } }]));
}

async fn a_link_serves_once_within_its_week_and_untouched(app: TestApp) {
    let post = MailServer::start().await;
    let token = invited(&app, &post).await;
    let last = if token.ends_with('A') { "E" } else { "A" };
    let tampered = format!("{}{last}", &token[..token.len() - 1]);
    let refresh = app.sign_in("halton.psg-member").await.refresh_token().to_owned();
    for bad in ["", "x", &tampered, &token[..20], &token.replace("cl1_", "cr1_"), &refresh, &"A".repeat(10_000)] {
        let answer = accept(&app, bad, NEW_PASSWORD).await;
        assert_eq!(problem(&answer, "acceptInvitation"), "CREDENTIALS", "{bad}");
        assert_eq!(answer.value("/acceptInvitation/userErrors/0/field"), &json!(["token"]));
    }
    let elsewhere = json!({ "token": token, "password": NEW_PASSWORD });
    let elsewhere = mutate(&app.anonymous(), "resetPassword", elsewhere, "resetAt").await;
    assert_eq!(problem(&elsewhere, "resetPassword"), "CREDENTIALS", "a link is for what it was made for");
    assert_eq!(problem(&accept(&app, &token, NEW_PASSWORD).await, "acceptInvitation"), &Value::Null);
    let again = accept(&app, &token, "another-three-otters-here").await;
    assert_eq!(problem(&again, "acceptInvitation"), "CREDENTIALS");
    app.try_sign_in("a.member@partner.example", NEW_PASSWORD).await.text("/signIn/accessToken");

    // Another one, a week later.
    let (officer, halton) = officer_of_halton(&app).await;
    let mut input = newcomer(&halton);
    input["email"] = json!("late@partner.example");
    invite(&officer, input).await.data("/createInvitation/appointment/office");
    post.collect(&app).await;
    let token = post.arrived().remove(0).token().to_owned();
    app.clock().advance(TimeDelta::days(7));
    assert_eq!(problem(&accept(&app, &token, NEW_PASSWORD).await, "acceptInvitation"), "CREDENTIALS");
}

async fn of_two_who_follow_a_link_at_once_one_gets_on(app: TestApp) {
    let post = MailServer::start().await;
    let token = invited(&app, &post).await;
    let (one, other) = join(accept(&app, &token, NEW_PASSWORD), accept(&app, &token, "another-three-otters-here")).await;
    let got_on: Vec<&Answer> =
        [&one, &other].into_iter().filter(|answer| problem(answer, "acceptInvitation").is_null()).collect();
    assert_eq!(got_on.len(), 1, "{one} {other}");
    let first_won = problem(&one, "acceptInvitation").is_null();
    let (right, wrong) =
        if first_won { (NEW_PASSWORD, "another-three-otters-here") } else { ("another-three-otters-here", NEW_PASSWORD) };
    app.try_sign_in("a.member@partner.example", right).await.text("/signIn/accessToken");
    assert_eq!(problem(&app.try_sign_in("a.member@partner.example", wrong).await, "signIn"), "CREDENTIALS");
}

async fn an_unfit_password_does_not_use_a_link_up(app: TestApp) {
    let post = MailServer::start().await;
    let token = invited(&app, &post).await;
    for unfit in ["short", "a.member@partner.example", "passwordpassword"] {
        let answer = accept(&app, &token, unfit).await;
        assert_eq!(problem(&answer, "acceptInvitation"), "OUT_OF_RANGE", "{unfit}");
        assert_eq!(answer.value("/acceptInvitation/userErrors/0/field"), &json!(["password"]));
    }
    assert_eq!(problem(&accept(&app, &token, NEW_PASSWORD).await, "acceptInvitation"), &Value::Null);
}

async fn a_newer_invitation_replaces_the_link_of_an_older_one(app: TestApp) {
    let post = MailServer::start().await;
    let (older, newer) = (invited(&app, &post).await, invited(&app, &post).await);
    assert_eq!(problem(&accept(&app, &older, NEW_PASSWORD).await, "acceptInvitation"), "CREDENTIALS");
    assert_eq!(problem(&accept(&app, &newer, NEW_PASSWORD).await, "acceptInvitation"), &Value::Null);
    let probe = Probe::open(app.database()).await;
    let accounts = "SELECT CAST(count(*) AS text) FROM account WHERE email = 'a.member@partner.example'";
    assert_eq!(probe.rows(accounts).await.concat(), ["1"], "people exist once");
    probe.close().await;
}

async fn somebody_who_has_an_account_is_told_and_gets_no_link(app: TestApp) {
    let (officer, halton) = officer_of_halton(&app).await;
    let mut input = newcomer(&halton);
    input["email"] = json!("warrington.partner-analyst@concordat.example");
    input["office"] = json!("PARTNER_ANALYST");
    let answer = invite(&officer, input).await;
    assert_eq!(answer.text("/createInvitation/appointment/person/name"), "Warrington partner analyst");
    let post = MailServer::start().await;
    post.collect(&app).await;
    let letter = post.arrived().remove(0);
    assert!(letter.text.contains("partner analyst") && !letter.text.contains("https://"), "{}", letter.text);
    let analyst = app.sign_in("warrington.partner-analyst").await;
    let seen = analyst.ask("{ tenants { nodes { slug } } }", json!({})).await;
    assert_eq!(seen.data("/tenants/nodes"), &json!([{ "slug": "halton" }, { "slug": "warrington" }]));
}

async fn nobody_invites_to_more_than_they_hold(app: TestApp) {
    let (officer, halton) = officer_of_halton(&app).await;
    for office in ["PSG_MEMBER", "AUTHORITY_CHIEF_EXECUTIVE"] {
        let mut input = newcomer(&halton);
        input["office"] = json!(office);
        let answer = invite(&officer, input).await;
        assert_eq!(problem(&answer, "createInvitation"), "FORBIDDEN", "{office}");
        assert_eq!(answer.value("/createInvitation/userErrors/0/field"), &json!(["office"]));
    }
    for office in ["halton.psg-member", "halton.board-member", "halton.scrutiny-member", "halton.partner-analyst"] {
        let answer = invite(&app.sign_in(office).await, newcomer(&halton)).await;
        assert_eq!(problem(&answer, "createInvitation"), "FORBIDDEN", "{office} invites nobody");
    }
    let stranger = app.sign_in("warrington.performance-officer").await;
    assert_eq!(problem(&invite(&stranger, newcomer(&halton)).await, "createInvitation"), "NOT_FOUND");
    let post = MailServer::start().await;
    assert_eq!(post.collect(&app).await, 0, "nobody was written to");
}

async fn what_is_wrong_with_an_invitation_is_named_and_nothing_is_written(app: TestApp) {
    let (officer, halton) = officer_of_halton(&app).await;
    let probe = Probe::open(app.database()).await;
    let tables = ["person", "account", "appointment", "act", "mail_outbox"];
    let before = probe.counts(&tables).await;
    for (field, value, code) in [
        ("email", json!("nobody"), "MALFORMED"),
        ("email", json!("a@b.example\r\nBcc: c@d.example"), "MALFORMED"),
        ("name", json!("  "), "MISSING"),
        ("name", json!("A\nB"), "MALFORMED"),
        ("minuteReference", json!(""), "MISSING"),
        ("minuteReference", json!("x".repeat(201)), "OUT_OF_RANGE"),
        ("toOn", json!("2010-02-08"), "OUT_OF_RANGE"),
        ("organisation", json!("nonsense"), "NOT_FOUND"),
        ("organisation", json!(halton), "NOT_FOUND"),
        ("tenant", json!("nonsense"), "NOT_FOUND"),
    ] {
        let mut input = newcomer(&halton);
        input[field] = value.clone();
        let answer = invite(&officer, input).await;
        assert_eq!(problem(&answer, "createInvitation"), code, "{field}: {value}");
        assert_eq!(answer.value("/createInvitation/userErrors/0/field"), &json!([field]), "{value}");
    }
    assert_eq!(probe.counts(&tables).await, before);
    probe.close().await;
}

async fn nobody_signs_in_before_the_invitation_is_accepted(app: TestApp) {
    let post = MailServer::start().await;
    invited(&app, &post).await;
    for password in ["", PASSWORD, NEW_PASSWORD] {
        let answer = app.try_sign_in("a.member@partner.example", password).await;
        assert_eq!(problem(&answer, "signIn"), "CREDENTIALS", "{answer}");
    }
}
