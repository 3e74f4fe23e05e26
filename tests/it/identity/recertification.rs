//! Recertification: who holds what in a tenant, whether it is still used, and nothing about other tenants.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Answer, TestApp};

use super::fixtures::{enrol, mutate};

both_dbs!(
    an_office_sees_who_holds_what_and_when_it_was_last_used,
    only_people_with_appointments_in_the_tenant_are_listed,
    an_office_that_looks_after_nobody_is_refused,
    the_list_costs_the_same_for_any_number_of_people,
);

const ACCOUNTS: &str =
    "query ($slug: String!, $first: Int) { tenant(by: { slug: $slug }) { accounts(first: $first) { totalCount nodes {
    email offices lastUsedAt hasAuthenticator isOneTimeCodeNeeded isInvitationPending isDisabled
    person { name } appointments { totalCount nodes { office fromOn toOn tenant { slug } person { name } } } } } } }";

async fn accounts(app: &TestApp, office: &str, slug: &str) -> Answer {
    app.sign_in(office).await.ask(ACCOUNTS, json!({ "slug": slug, "first": 100 })).await
}

fn of<'a>(answer: &'a Answer, office: &str) -> &'a Value {
    let email = format!("{office}@concordat.example");
    let found = answer.list("/tenant/accounts/nodes").iter().find(|account| account["email"] == email.as_str());
    found.unwrap_or(&Value::Null)
}

async fn an_office_sees_who_holds_what_and_when_it_was_last_used(app: TestApp) {
    enrol(&app, "halton.psg-member").await;
    let officer = app.sign_in("halton.performance-officer").await;
    let id = officer.ask("{ tenant(by: { slug: \"halton\" }) { id } }", json!({})).await.text("/tenant/id").to_owned();
    let input = json!({ "tenant": id, "email": "new@concordat.example", "name": "N. Ew", "office": "HSPB_MEMBER",
        "fromOn": "2010-03-01", "minuteReference": "HSPB 3 February 2010, minute 7" });
    mutate(&officer, "createInvitation", input, "appointment { id }").await.text("/createInvitation/appointment/id");
    let answer = accounts(&app, "halton.performance-officer", "halton").await;
    let member = of(&answer, "halton.psg-member");
    assert_eq!(member["lastUsedAt"], "2010-02-09T09:00:00Z");
    assert_eq!(member["hasAuthenticator"], true);
    assert_eq!(member["isOneTimeCodeNeeded"], true);
    assert_eq!(member["offices"], json!(["PSG_MEMBER"]));
    assert_eq!(member["appointments"]["nodes"][0]["person"], member["person"]);
    let scrutiny = of(&answer, "halton.scrutiny-member");
    assert_eq!(scrutiny["lastUsedAt"], Value::Null, "never");
    assert_eq!((&scrutiny["hasAuthenticator"], &scrutiny["isOneTimeCodeNeeded"]), (&json!(false), &json!(false)));
    let new = of(&answer, "new");
    assert_eq!((&new["isInvitationPending"], &new["offices"]), (&json!(true), &json!([])), "its office begins in March");
    assert_eq!(new["appointments"]["nodes"][0]["fromOn"], "2010-03-01");
}

async fn only_people_with_appointments_in_the_tenant_are_listed(app: TestApp) {
    let answer = accounts(&app, "halton.performance-officer", "halton").await;
    assert_eq!(of(&answer, "former.lead-member"), &Value::Null, "their appointments have ended");
    assert_eq!(of(&answer, "warrington.psg-member"), &Value::Null);
    let lead = of(&answer, "halton.lead-member");
    assert_eq!(lead["offices"], json!(["PARTNERSHIP_LEAD_MEMBER"]), "what they hold in the Authority isn't Halton's");
    let slugs: Vec<&Value> =
        lead["appointments"]["nodes"].as_array().unwrap().iter().map(|held| &held["tenant"]["slug"]).collect();
    assert_eq!(slugs, ["halton"; 3]);
    let emails: Vec<&str> =
        answer.list("/tenant/accounts/nodes").iter().map(|account| account["email"].as_str().unwrap()).collect();
    assert!(emails.is_sorted(), "{emails:?}");
}

async fn an_office_that_looks_after_nobody_is_refused(app: TestApp) {
    for office in ["halton.board-member", "halton.scrutiny-member", "halton.lead-member", "halton.partner-analyst"] {
        let answer = accounts(&app, office, "halton").await;
        assert_eq!(
            (answer.error_codes(), answer.value("/tenant/accounts")),
            (vec!["FORBIDDEN".to_owned()], &Value::Null),
            "{office}"
        );
    }
    let stranger = accounts(&app, "warrington.performance-officer", "halton").await;
    assert_eq!(stranger.error_codes(), ["NOT_FOUND"]);
}

async fn the_list_costs_the_same_for_any_number_of_people(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut counted = Vec::new();
    for first in [1, 100] {
        let before = app.statements().await;
        officer.ask(ACCOUNTS, json!({ "slug": "halton", "first": first })).await.data("/tenant/accounts/totalCount");
        counted.push(app.statements().await - before);
    }
    assert_eq!(counted[0], counted[1]);
}
