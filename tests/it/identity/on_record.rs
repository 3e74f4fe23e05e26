//! What is done with accounts is on the record of every tenant in which they act, and who reads what is restricted is on record,
//! too; nothing secret ever is, and nobody's guessing makes the record grow without bound.

use std::collections::BTreeSet;

use entity::{
    policy::Office,
    tables::identity::single_use_link::LinkPurpose,
    tenancy::{Db, Occasion},
    usecases::{
        identity::account::{NewAccount, add_account, disable, enable},
        upkeep::record::verify,
    },
};
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, Probe, TestApp, app::PASSWORD};

use super::fixtures::{enrol, mutate, next_code, problem, sign_in_with};
use crate::performance::fixtures::line;

both_dbs!(
    a_sign_in_is_on_the_record_of_every_tenant_that_it_concerns,
    everything_done_with_an_account_is_on_record_and_nothing_secret,
    guessing_is_on_record_once_for_each_wait,
    what_operators_do_says_so,
    somebody_whose_appointments_have_ended_is_still_on_record,
    sign_ins_and_writes_at_the_same_moment_make_whole_chains,
    whoever_reads_what_is_restricted_is_on_record_once_a_request,
    what_is_refused_or_not_restricted_leaves_nothing,
);

const EVENTS: &str =
    "query ($deed: String) { tenant(by: { slug: \"halton\" }) { auditEvents(filter: { deed: $deed }, first: 100) {
    nodes { id deed office request justification person { name } act { id } disclosure { reader }
    changes { register isNew values { field before after } } } } } }";

async fn events(app: &TestApp, deed: &str) -> Vec<Value> {
    let answer = app.sign_in("halton.auditor").await.ask(EVENTS, json!({ "deed": deed })).await;
    answer.list("/tenant/auditEvents/nodes").to_vec()
}

/// The deeds on a tenant's record of these kinds.
async fn deeds(app: &TestApp, slug: &str) -> Vec<String> {
    let probe = Probe::open(app.database()).await;
    let deeds = probe.deeds(slug).await;
    probe.close().await;
    deeds
}

async fn count(app: &TestApp, slug: &str, deed: &str) -> usize {
    deeds(app, slug).await.iter().filter(|kind| *kind == deed).count()
}

fn value<'a>(event: &'a Value, field: &str) -> &'a Value {
    let values = event["changes"].as_array().unwrap().iter().flat_map(|change| change["values"].as_array().unwrap());
    values.into_iter().find(|value| value["field"] == field).map_or(&Value::Null, |value| &value["after"])
}

/// Fails unless every tenant's record is whole.
async fn all_whole(db: &Db) {
    for record in verify(db, None).await.expect("the records can be followed") {
        assert_eq!(record.broken, None, "{}", record.tenant);
    }
}

async fn sign_out(actor: &Actor) -> Answer {
    mutate(actor, "revokeSession", json!({}), "revoked").await
}

async fn a_sign_in_is_on_the_record_of_every_tenant_that_it_concerns(app: TestApp) {
    let lead = app.sign_in("halton.lead-member").await;
    sign_out(&lead).await.text("/revokeSession/revoked");
    for slug in ["halton", "cheshire-police-authority"] {
        assert_eq!(deeds(&app, slug).await, ["SIGN_IN", "END_SESSION"], "{slug}");
    }
    for slug in ["warrington", "cheshire-east", "cheshire-west-and-chester"] {
        assert_eq!(deeds(&app, slug).await, [""; 0], "{slug} has nothing to do with it");
    }
    let begun = events(&app, "SIGN_IN").await;
    let event = begun.last().unwrap();
    assert_eq!((&event["person"]["name"], &event["office"]), (&json!("Halton lead member"), &Value::Null));
    assert_eq!((&event["act"], &event["justification"], &event["disclosure"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(event["request"].as_str().is_some_and(|id| !id.is_empty()), "{event}");
    assert_eq!((value(event, "method"), value(event, "address")), (&json!("\"PWD\""), &json!("\"127.0.0.1\"")), "{event}");
    let ended = events(&app, "END_SESSION").await;
    assert_eq!(value(&ended[0], "end_reason"), "\"SIGNED_OUT\"");
    all_whole(app.db()).await;
}

async fn everything_done_with_an_account_is_on_record_and_nothing_secret(app: TestApp) {
    let office = "halton.psg-member";
    let email = format!("{office}@concordat.example");
    let enrolled = enrol(&app, office).await;
    let code = &enrolled.recovery_codes[0];
    let answer = sign_in_with(&app, office, Some(code)).await;
    let (there, refresh) = (app.bearing(answer.text("/signIn/accessToken")), answer.text("/signIn/refreshToken").to_owned());
    let shown = json!({ "code": next_code(&app, &enrolled.secret) });
    mutate(&there, "verifyIdentity", shown, "verifiedAt").await.text("/verifyIdentity/verifiedAt");
    let refreshed = mutate(&app.anonymous(), "refreshSession", json!({ "refreshToken": refresh }), "refreshToken").await;
    let token = refreshed.text("/refreshSession/refreshToken").to_owned();
    let reused = mutate(&app.anonymous(), "refreshSession", json!({ "refreshToken": refresh }), "refreshToken").await;
    assert_eq!(problem(&reused, "refreshSession"), "CREDENTIALS");

    let there = enrolled.signed_in(&app).await;
    let other = "four-geese-over-the-weaver";
    let changed = json!({ "currentPassword": PASSWORD, "newPassword": other });
    mutate(&there, "changePassword", changed, "changedAt").await.text("/changePassword/changedAt");
    let gone = json!({ "password": other, "code": next_code(&app, &enrolled.secret) });
    mutate(&there, "revokeAuthenticator", gone, "revokedAt").await.text("/revokeAuthenticator/revokedAt");
    let base = api::mail::LinkBase::new("https://concordat.example").unwrap();
    let link = api::mail::new_link(app.db(), &email, LinkPurpose::PasswordReset, &base).await.unwrap().unwrap();
    let link_token = link.split('#').nth(1).unwrap();
    let reset = json!({ "token": link_token, "password": PASSWORD });
    mutate(&app.anonymous(), "resetPassword", reset, "resetAt").await.text("/resetPassword/resetAt");

    let expected = [
        "SIGN_IN",
        "CREATE_AUTHENTICATOR",
        "ENABLE_AUTHENTICATOR",
        "USE_RECOVERY_CODE",
        "SIGN_IN",
        "VERIFY_IDENTITY",
        "END_SESSION",
        "SIGN_IN",
        "CHANGE_PASSWORD",
        "REVOKE_AUTHENTICATOR",
        "MAKE_LINK",
        "RESET_PASSWORD",
    ];
    assert_eq!(deeds(&app, "halton").await, expected, "refreshing is no deed, and is in none of them");
    let stolen = events(&app, "END_SESSION").await;
    assert_eq!(value(&stolen[0], "end_reason"), "\"TOKEN_REUSED\"");
    assert!(stolen[0]["justification"].as_str().unwrap().contains("came a second time"), "{stolen:?}");
    let changed = events(&app, "CHANGE_PASSWORD").await;
    assert_eq!(value(&changed[0], "end_reason"), "\"PASSWORD_CHANGED\"", "the first session ended by it: {changed:?}");

    let probe = Probe::open(app.database()).await;
    let rows = probe.rows("SELECT body, coalesce(justification, '') FROM audit_event").await.concat().concat();
    let kept = "SELECT password_hash FROM account UNION SELECT sealed_secret FROM authenticator WHERE sealed_secret <> '' \
        UNION SELECT digest FROM recovery_code UNION SELECT digest FROM refresh_token UNION SELECT digest FROM single_use_link";
    let kept = probe.rows(kept).await.concat();
    let secret = enrolled.secret.to_base32();
    let said = [PASSWORD, other, &secret, code, &refresh, &token, link_token, there.token(), &email];
    assert!(kept.len() > 12 && rows.contains("recovery_codes"), "there is something to look for");
    for secret in kept.iter().map(String::as_str).chain(said) {
        assert!(!rows.contains(secret), "{secret}");
    }
    probe.close().await;
    all_whole(app.db()).await;
}

async fn guessing_is_on_record_once_for_each_wait(app: TestApp) {
    let office = "halton.board-member";
    for _ in 0..5 {
        assert_eq!(problem(&app.try_sign_in(office, "wrong").await, "signIn"), "CREDENTIALS");
    }
    assert_eq!(deeds(&app, "halton").await, [""; 0], "mistyping is free");
    app.sign_in(office).await;
    for _ in 0..6 {
        assert_eq!(problem(&app.try_sign_in(office, "wrong").await, "signIn"), "CREDENTIALS");
    }
    for _ in 0..3 {
        assert_eq!(problem(&app.try_sign_in(office, "wrong").await, "signIn"), "THROTTLED");
    }
    assert_eq!(deeds(&app, "halton").await, ["SIGN_IN", "THROTTLE_SIGN_IN"], "whoever waits adds nothing");
    let waits = events(&app, "THROTTLE_SIGN_IN").await;
    assert_eq!((value(&waits[0], "counted_by"), value(&waits[0], "failures")), (&json!("\"ACCOUNT_FROM_ADDRESS\""), &json!("6")));
    assert_eq!(
        (value(&waits[0], "address"), &waits[0]["person"]["name"]),
        (&json!("\"127.0.0.1\""), &json!("Halton board member"))
    );
    assert!(waits[0]["justification"].as_str().unwrap().contains("wrong password"), "{waits:?}");
    // A name that no account has concerns nobody.
    for _ in 0..7 {
        app.try_sign_in("nobody", "wrong").await;
    }
    assert_eq!(count(&app, "halton", "THROTTLE_SIGN_IN").await, 1);
    // Neither do codes: five may be wrong, the sixth makes whoever guesses wait.
    let enrolled = enrol(&app, "halton.ssp-chair").await;
    for _ in 0..6 {
        assert_eq!(problem(&sign_in_with(&app, "halton.ssp-chair", Some("000000")).await, "signIn"), "ONE_TIME_CODE_WRONG");
    }
    assert_eq!(count(&app, "halton", "THROTTLE_SIGN_IN").await, 2);
    let waits = events(&app, "THROTTLE_SIGN_IN").await;
    assert_eq!(value(&waits[0], "counted_by"), "\"ONE_TIME_CODE\"");
    drop(enrolled);
    all_whole(app.db()).await;
}

async fn what_operators_do_says_so(app: TestApp) {
    let db = app.db().clone().on(Occasion::Operator);
    let hash = Probe::open(app.database()).await;
    let stored = hash.rows("SELECT password_hash FROM account LIMIT 1").await.concat().concat();
    hash.close().await;
    let new = NewAccount {
        name: "N. Ew".to_owned(),
        email: "New@concordat.example".to_owned(),
        password_hash: stored,
        tenant: "halton".to_owned(),
        office: Office::HspbMember,
        minute_reference: Some("HSPB 3 February 2010, minute 7".to_owned()),
    };
    add_account(&db, new).await.unwrap();
    let actor = app.sign_in("new").await;
    disable(&db, "new@concordat.example").await.unwrap();
    assert!(disable(&db, "new@concordat.example").await.is_err(), "once");
    assert_eq!(actor.ask("{ viewer { email } }", json!({})).await.status, 401);
    assert_eq!(problem(&app.try_sign_in("new", PASSWORD).await, "signIn"), "CREDENTIALS");
    enable(&db, "new@concordat.example").await.unwrap();
    assert_eq!(actor.ask("{ viewer { email } }", json!({})).await.status, 401, "the session of before stays ended");
    app.sign_in("new").await;
    let expected = ["ADD_ACCOUNT", "SIGN_IN", "DISABLE_ACCOUNT", "ENABLE_ACCOUNT", "SIGN_IN"];
    assert_eq!(deeds(&app, "halton").await, expected);
    let added = events(&app, "ADD_ACCOUNT").await;
    let registers: Vec<&Value> = added[0]["changes"].as_array().unwrap().iter().map(|change| &change["register"]).collect();
    assert_eq!(registers, ["person", "account", "appointment"]);
    assert_eq!(
        (value(&added[0], "email"), value(&added[0], "office")),
        (&json!("\"new@concordat.example\""), &json!("\"HSPB_MEMBER\""))
    );
    for deed in ["ADD_ACCOUNT", "DISABLE_ACCOUNT", "ENABLE_ACCOUNT"] {
        let found = events(&app, deed).await;
        assert_eq!(found[0]["justification"], "by an operator of the installation, at the command line", "{found:?}");
    }
    assert_eq!(value(&events(&app, "DISABLE_ACCOUNT").await[0], "end_reason"), "\"ACCOUNT_DISABLED\"");
    // Inviting makes an account, too.
    let officer = app.sign_in("halton.performance-officer").await;
    let id = officer.ask("{ tenant(by: { slug: \"halton\" }) { id } }", json!({})).await.text("/tenant/id").to_owned();
    let input = json!({ "tenant": id, "email": "newer@concordat.example", "name": "N. Ewer", "office": "HSPB_MEMBER",
        "minuteReference": "HSPB 3 February 2010, minute 7" });
    mutate(&officer, "createInvitation", input, "appointment { id }").await.text("/createInvitation/appointment/id");
    let invited = events(&app, "INVITE").await;
    let registers: BTreeSet<&str> =
        invited[0]["changes"].as_array().unwrap().iter().filter_map(|change| change["register"].as_str()).collect();
    assert_eq!(registers, ["account", "appointment", "person"].into());
    all_whole(app.db()).await;
}

async fn somebody_whose_appointments_have_ended_is_still_on_record(app: TestApp) {
    app.sign_in("former.lead-member").await;
    let mut told = Vec::new();
    for slug in ["halton", "warrington", "cheshire-east", "cheshire-west-and-chester", "cheshire-police-authority"] {
        if deeds(&app, slug).await == ["SIGN_IN"] {
            told.push(slug);
        }
    }
    assert_eq!(told, ["halton", "cheshire-police-authority"], "where they held appointments");
}

async fn sign_ins_and_writes_at_the_same_moment_make_whole_chains(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let there = line(&officer, "halton", "halton-laa-2008", "NI 16", "halton").await;
    let people = ["halton.lead-member", "warrington.lead-member", "authority.chairman", "halton.auditor"];
    let everybody = (0..24_usize).map(|at| {
        let (app, officer, there) = (app.clone(), officer.clone(), there.clone());
        async move {
            if at % 3 == 0 {
                let input = json!({ "line": there, "judgement": "UNLIKELY", "rationale": "Quiet.", "expiresOn": "2010-08-09" });
                let answer = mutate(&officer, "recordOutlook", input, "outlook { id }").await;
                answer.text("/recordOutlook/outlook/id");
            } else {
                sign_out(&app.sign_in(people[at % people.len()]).await).await.text("/revokeSession/revoked");
            }
        }
    });
    futures::future::join_all(everybody).await;
    assert_eq!(count(&app, "halton", "RECORD_OUTLOOK").await, 8);
    let begun = count(&app, "halton", "SIGN_IN").await;
    assert_eq!(begun, count(&app, "halton", "END_SESSION").await + 1, "but the officer's own");
    all_whole(app.db()).await;
}

async fn whoever_reads_what_is_restricted_is_on_record_once_a_request(app: TestApp) {
    let auditor = app.sign_in("halton.auditor").await;
    let twice = "{ tenant(by: { slug: \"halton\" }) { one: auditEvents { nodes { id } } two: auditEvents { totalCount } } }";
    let answer = auditor.ask(twice, json!({})).await;
    let id = answer.text("/tenant/one/nodes/0/id").to_owned();
    assert_eq!(count(&app, "halton", "READ_AUDIT").await, 1, "however often a request asks");
    auditor.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.text("/node/id");
    assert_eq!(count(&app, "halton", "READ_AUDIT").await, 2, "whichever way it asks");
    let looked = events(&app, "READ_AUDIT").await;
    assert_eq!((&looked[0]["office"], &looked[0]["changes"]), (&json!("AUDITOR"), &json!([])), "{looked:?}");
    let why = "auditor may read the record; the record tells what everybody did, so it is known who looked into it";
    assert_eq!((&looked[0]["justification"], &looked[0]["disclosure"]), (&json!(why), &Value::Null));

    let officer = app.sign_in("halton.performance-officer").await;
    let listing = "{ tenant(by: { slug: \"halton\" }) { accounts { nodes { email } } } }";
    officer.ask(listing, json!({})).await.list("/tenant/accounts/nodes");
    let listed = events(&app, "READ_ACCOUNT").await;
    assert_eq!((listed.len(), &listed[0]["office"]), (1, &json!("PERFORMANCE_OFFICER")));
    assert_eq!(listed[0]["person"]["name"], "Halton performance officer");
    let export = "{ tenant(by: { slug: \"halton\" }) { observationsCsv } }";
    officer.ask(export, json!({})).await.text("/tenant/observationsCsv");
    let taken = events(&app, "EXPORT_OBSERVATION").await;
    assert_eq!((taken.len(), &taken[0]["office"]), (1, &json!("PERFORMANCE_OFFICER")));
    assert!(taken[0]["request"].as_str().is_some_and(|id| !id.is_empty()));
    all_whole(app.db()).await;
}

async fn what_is_refused_or_not_restricted_leaves_nothing(app: TestApp) {
    let member = app.sign_in("halton.scrutiny-member").await;
    for asked in ["auditEvents { totalCount }", "accounts { totalCount }", "observationsCsv"] {
        let answer = member.ask(&format!("{{ tenant(by: {{ slug: \"halton\" }}) {{ {asked} }} }}"), json!({})).await;
        assert_eq!(answer.error_codes(), ["FORBIDDEN"], "{asked}: {answer}");
    }
    let plain =
        "{ tenant(by: { slug: \"halton\" }) { agreement { indicators { nodes { code observations { nodes { value } } } } } } }";
    member.ask(plain, json!({})).await.data("/tenant/agreement/indicators/nodes");
    assert_eq!(deeds(&app, "halton").await, ["SIGN_IN"]);
}
