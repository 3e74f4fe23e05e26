//! Service accounts are made, let into further tenants, changed and shut out by offices that may, and every act of it is on record.

use chrono::TimeDelta;
use entity::policy::Demand;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

use super::fixtures::{ABOUT, acts_in, machine, mutate, new_key, problem, tenant_id, wanted};
use crate::identity::fixtures::enrol;

both_dbs!(
    an_office_makes_a_service_account_and_sees_when_it_was_used,
    nobody_grants_what_they_do_not_hold,
    giving_machines_a_way_in_takes_what_giving_accounts_takes,
    two_keys_are_good_at_a_time_so_that_one_follows_the_other,
    what_is_taken_back_ends_with_the_next_request,
    a_second_tenant_lets_it_in_on_terms_of_its_own,
    every_act_is_on_record_without_the_key,
    what_is_not_in_order_is_named,
);

const LIST: &str = "query ($slug: String!) { tenant(by: { slug: $slug }) { serviceAccounts { totalCount nodes {
    id name isInForce isCustodian revokedAt lastUsedAt organisation { name } keys { prefix lastUsedAt } } } } }";

async fn an_office_makes_a_service_account_and_sees_when_it_was_used(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let listed = async || machine.office.ask(LIST, json!({ "slug": "halton" })).await;
    let before = listed().await;
    let own = |answer: &tests::support::Answer| {
        answer.list("/tenant/serviceAccounts/nodes").iter().find(|node| node["id"] == machine.id.as_str()).cloned().unwrap()
    };
    assert_eq!(own(&before)["lastUsedAt"], Value::Null);
    assert_eq!(own(&before)["organisation"]["name"], "Cheshire Constabulary");
    assert_eq!(own(&before)["keys"][0]["prefix"], machine.key[..13]);
    assert!(!before.raw().contains(&machine.key), "the key itself is shown once");
    assert_eq!(acts_in(&machine.actor).await, ["halton"]);
    assert_eq!(own(&listed().await)["lastUsedAt"], "2010-02-09T09:00:00Z");
    // Noted sparsely: a use within ten minutes writes nothing.
    app.clock().advance(TimeDelta::minutes(9));
    acts_in(&machine.actor).await;
    assert_eq!(own(&listed().await)["keys"][0]["lastUsedAt"], "2010-02-09T09:00:00Z");
    app.clock().advance(TimeDelta::minutes(1));
    acts_in(&machine.actor).await;
    assert_eq!(own(&listed().await)["keys"][0]["lastUsedAt"], "2010-02-09T09:10:00Z");
    // Those who look after nobody don't see them, and neither does the machine.
    for actor in [app.sign_in("halton.scrutiny-member").await, machine.actor.clone()] {
        assert_eq!(actor.ask(LIST, json!({ "slug": "halton" })).await.error_codes(), ["FORBIDDEN"]);
    }
}

async fn nobody_grants_what_they_do_not_hold(app: TestApp) {
    let member = app.sign_in("halton.psg-member").await;
    let refused = mutate(&member, "createServiceAccount", wanted("halton", &["READ_PRIORITIES_AND_INDICATORS"]), ABOUT).await;
    assert_eq!(problem(&refused, "createServiceAccount"), "FORBIDDEN", "its office lets no machine in");
    let chief = app.sign_in("authority.chief-executive").await;
    let input = wanted("cheshire-police-authority", &["READ_PRIORITIES_AND_INDICATORS", "WRITE_OBSERVATIONS"]);
    let refused = mutate(&chief, "createServiceAccount", input, ABOUT).await;
    assert_eq!(problem(&refused, "createServiceAccount"), "FORBIDDEN", "a chief executive enters no figures");
    assert_eq!(refused.data("/createServiceAccount/userErrors/0/field"), &json!(["scopes"]));
    let reading = wanted("cheshire-police-authority", &["READ_PRIORITIES_AND_INDICATORS"]);
    let made = mutate(&chief, "createServiceAccount", reading, ABOUT).await;
    let id = made.text("/createServiceAccount/serviceAccount/id");
    let update = json!({ "serviceAccount": id, "scopes": ["WRITE_OBSERVATIONS"] });
    let refused = mutate(&chief, "updateServiceAccount", update, ABOUT).await;
    assert_eq!(problem(&refused, "updateServiceAccount"), "FORBIDDEN", "nor by a change");
}

async fn giving_machines_a_way_in_takes_what_giving_accounts_takes(app: TestApp) {
    let strict = app.demanding(Demand::Codes);
    let officer = strict.sign_in("halton.performance-officer").await;
    let input = wanted("halton", &["READ_PRIORITIES_AND_INDICATORS"]);
    let refused = mutate(&officer, "createServiceAccount", input.clone(), ABOUT).await;
    assert_eq!(problem(&refused, "createServiceAccount"), "STRONGER_SIGN_IN_REQUIRED");
    let enrolled = enrol(&strict, "halton.performance-officer").await;
    let made = mutate(&enrolled.actor, "createServiceAccount", input, ABOUT).await;
    assert_eq!(problem(&made, "createServiceAccount"), &Value::Null);
}

async fn two_keys_are_good_at_a_time_so_that_one_follows_the_other(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let (second, _) = new_key(&machine.office, &machine.id, false).await;
    for key in [&machine.key, &second] {
        assert_eq!(acts_in(&app.bearing(key)).await, ["halton"]);
    }
    let (none, refused) = new_key(&machine.office, &machine.id, false).await;
    assert_eq!((none.as_str(), problem(&refused, "createApiKey")), ("", &json!("DUPLICATE")));
    let ended = json!({ "serviceAccount": machine.id, "prefix": machine.key[..13] });
    let answer = mutate(&machine.office, "revokeApiKey", ended, ABOUT).await;
    assert_eq!(answer.list("/revokeApiKey/serviceAccount/keys").len(), 1);
    assert_eq!(machine.actor.ask("{ viewer { businessDate } }", json!({})).await.status, 401);
    assert_eq!(acts_in(&app.bearing(&second)).await, ["halton"]);
    let (third, _) = new_key(&machine.office, &machine.id, false).await;
    assert_eq!(acts_in(&app.bearing(&third)).await, ["halton"]);
}

async fn what_is_taken_back_ends_with_the_next_request(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let status = async || machine.actor.ask("{ viewer { businessDate } }", json!({})).await.status;
    let update = async |change: Value| {
        let mut input = json!({ "serviceAccount": machine.id });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = mutate(&machine.office, "updateServiceAccount", input, ABOUT).await;
        assert_eq!(problem(&answer, "updateServiceAccount"), &Value::Null, "{answer}");
    };
    assert_eq!(status().await, 200);
    // A grant that has run out can be renewed; nothing of the key is lost.
    update(json!({ "expiresAt": "2010-02-09T09:05:00Z" })).await;
    app.clock().advance(TimeDelta::minutes(5));
    assert_eq!(status().await, 401, "it holds until the moment, not beyond");
    update(json!({ "expiresAt": "2010-12-31T00:00:00Z" })).await;
    assert_eq!(status().await, 200);
    update(json!({ "scopes": ["READ_FINANCE"] })).await;
    let query = "{ tenant(by: { slug: \"halton\" }) { agreement { name } } }";
    assert_eq!(machine.actor.ask(query, json!({})).await.error_codes(), ["FORBIDDEN"]);
    let answer = mutate(&machine.office, "revokeServiceAccount", json!({ "serviceAccount": machine.id }), ABOUT).await;
    assert_eq!(answer.data("/revokeServiceAccount/serviceAccount/isInForce"), false);
    assert_eq!(answer.data("/revokeServiceAccount/serviceAccount/keys"), &json!([]), "its keys have ended with it");
    assert_eq!(status().await, 401);
    let again = mutate(&machine.office, "revokeServiceAccount", json!({ "serviceAccount": machine.id }), ABOUT).await;
    assert_eq!(problem(&again, "revokeServiceAccount"), "LOCKED", "that is for good");
}

async fn a_second_tenant_lets_it_in_on_terms_of_its_own(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let warrington = app.sign_in("warrington.performance-officer").await;
    let mut input = json!({ "tenant": tenant_id("warrington"), "clientIdentifier": machine.client, "purpose": "The same board",
        "scopes": ["READ_PRIORITIES_AND_INDICATORS"], "expiresAt": "2010-12-31T00:00:00Z" });
    let answer = mutate(&warrington, "acceptServiceAccount", input.clone(), ABOUT).await;
    let there = answer.text("/acceptServiceAccount/serviceAccount/id").to_owned();
    assert_eq!(answer.data("/acceptServiceAccount/serviceAccount/isCustodian"), false);
    assert_eq!(answer.data("/acceptServiceAccount/serviceAccount/keys"), &json!([]), "Halton looks after its keys");
    assert_eq!(acts_in(&machine.actor).await, ["halton", "warrington"]);
    let twice = mutate(&warrington, "acceptServiceAccount", input.clone(), ABOUT).await;
    assert_eq!(problem(&twice, "acceptServiceAccount"), "DUPLICATE");
    input["clientIdentifier"] = json!(uuid::Uuid::now_v7().to_string());
    assert_eq!(problem(&mutate(&warrington, "acceptServiceAccount", input, ABOUT).await, "acceptServiceAccount"), "NOT_FOUND");
    let (_, refused) = new_key(&warrington, &there, false).await;
    assert_eq!(problem(&refused, "createApiKey"), "FORBIDDEN");
    // Each tenant's own list shows its own terms, and neither knows the other's identifier.
    let theirs =
        mutate(&machine.office, "updateServiceAccount", json!({ "serviceAccount": there, "purpose": "Mine" }), ABOUT).await;
    assert_eq!(problem(&theirs, "updateServiceAccount"), "NOT_FOUND");
    // Warrington shuts it out of Warrington; Halton, its custodian, everywhere.
    mutate(&warrington, "revokeServiceAccount", json!({ "serviceAccount": there }), ABOUT).await;
    assert_eq!(acts_in(&machine.actor).await, ["halton"]);
    mutate(&machine.office, "revokeServiceAccount", json!({ "serviceAccount": machine.id }), ABOUT).await;
    assert_eq!(machine.actor.ask("{ __typename }", json!({})).await.status, 401);
}

async fn every_act_is_on_record_without_the_key(app: TestApp) {
    // Signed in first, since signing in is on record, too.
    let auditor = app.sign_in("halton.auditor").await;
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let ended = json!({ "serviceAccount": machine.id, "prefix": machine.key[..13] });
    mutate(&machine.office, "revokeApiKey", ended, ABOUT).await;
    mutate(&machine.office, "revokeServiceAccount", json!({ "serviceAccount": machine.id }), ABOUT).await;
    let query = "{ tenant(by: { slug: \"halton\" }) { auditEvents(first: 4) { nodes { deed office person { name }
        changes { register values { field before after } } } } } }";
    let record = auditor.ask(query, json!({})).await;
    let deeds: Vec<&str> = record.list("/tenant/auditEvents/nodes").iter().filter_map(|event| event["deed"].as_str()).collect();
    assert_eq!(deeds, ["REVOKE_SERVICE_ACCOUNT", "REVOKE_API_KEY", "CREATE_API_KEY", "CREATE_SERVICE_ACCOUNT"]);
    assert_eq!(record.data("/tenant/auditEvents/nodes/3/office"), "PERFORMANCE_OFFICER");
    let registers = |event: usize| -> Vec<String> {
        let changes = record.list(&format!("/tenant/auditEvents/nodes/{event}/changes"));
        changes.iter().map(|change| change["register"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(registers(3), ["service_account", "service_account_grant"]);
    assert_eq!(registers(2), ["api_key"]);
    assert!(record.raw().contains(&machine.key[..13]) && !record.raw().contains(&machine.key[13..]), "its beginning, no more");
    assert!(!record.raw().contains("digest"));
}

async fn what_is_not_in_order_is_named(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let mut input = wanted("halton", &[]);
    for (field, value) in [
        ("name", json!(" ")),
        ("organisation", json!(super::fixtures::organisation_id("nobody"))),
        ("expiresAt", json!("2020-01-01T00:00:00Z")),
        ("allowedAddresses", json!(["10.0.0.0/8", "the office"])),
    ] {
        input[field] = value;
    }
    let refused = mutate(&officer, "createServiceAccount", input, ABOUT).await;
    let named: Vec<(String, &Value)> = refused
        .user_errors("/createServiceAccount")
        .iter()
        .map(|error| {
            (error["field"].as_array().unwrap().iter().filter_map(Value::as_str).collect::<Vec<_>>().join("."), &error["code"])
        })
        .collect();
    let expected = [
        ("name", "MISSING"),
        ("scopes", "MISSING"),
        ("expiresAt", "OUT_OF_RANGE"),
        ("allowedAddresses.1", "MALFORMED"),
        ("organisation", "NOT_FOUND"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), json!(code)));
    assert_eq!(named, expected.iter().map(|(field, code)| (field.clone(), code)).collect::<Vec<_>>());
    let one = mutate(&officer, "createServiceAccount", wanted("halton", &["READ_FINANCE"]), ABOUT).await;
    let id = one.text("/createServiceAccount/serviceAccount/id").to_owned();
    let twin = mutate(&officer, "createServiceAccount", wanted("halton", &["READ_FINANCE"]), ABOUT).await;
    assert_eq!(problem(&twin, "createServiceAccount"), "DUPLICATE", "a name is borne once");
    let long = json!({ "serviceAccount": id, "expiresAt": "2011-12-31T00:00:00Z" });
    assert_eq!(problem(&mutate(&officer, "createApiKey", long, "key").await, "createApiKey"), "OUT_OF_RANGE");
}
