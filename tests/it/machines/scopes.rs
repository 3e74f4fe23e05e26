//! What a machine may do follows from its scopes: everything else is denied, whoever's it is.

use serde_json::{Value, json};
use tests::each_wall_alone;
use tests::support::{Actor, TestApp};

use super::fixtures::{ABOUT, machine, mutate, problem, tenant_id};

each_wall_alone!(
    a_machine_reads_by_category_and_nothing_else,
    results_of_engagement_are_read_without_the_rest,
    whoever_only_uploads_sees_no_more_than_that_takes,
    a_machine_never_decides_invites_or_reads_the_record,
    what_others_share_takes_a_scope_of_its_own,
);

const DASHBOARD: &str = "query ($slug: String!) { tenant(by: { slug: $slug }) { name agreement { name rollUp { summary }
    indicators(first: 100) { totalCount nodes { code status { colour reason } observations(last: 1) { nodes { value } } } } } } }";

const LISTS: &str = "query ($slug: String!) { tenant(by: { slug: $slug }) {
    indicators(first: 100) { nodes { code observations(first: 100) { nodes { value } } } } } }";

async fn codes(actor: &Actor, slug: &str) -> Vec<String> {
    let answer = actor.ask(LISTS, json!({ "slug": slug })).await;
    let code = |node: &Value| node["code"].as_str().unwrap_or_default().to_owned();
    answer.list("/tenant/indicators/nodes").iter().map(code).collect()
}

async fn a_machine_reads_by_category_and_nothing_else(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let own = machine.office.ask(DASHBOARD, json!({ "slug": "halton" })).await;
    let seen = machine.actor.ask(DASHBOARD, json!({ "slug": "halton" })).await;
    assert_eq!(seen.body, own.body, "the same figures, the same colours, the same reasons");
    let private = "{ tenant(by: { slug: \"halton\" }) { name acts { totalCount } appointments { totalCount }
        accounts { totalCount } serviceAccounts { totalCount } sharingAgreements { totalCount } auditEvents { totalCount }
        agreement { indicators(first: 1) { nodes { outlook { judgement } } } } } }";
    let answer = machine.actor.ask(private, json!({})).await;
    assert_eq!(answer.error_codes(), ["FORBIDDEN"; 7], "{answer}");
    assert_eq!(answer.value("/tenant/name"), "Halton Strategic Partnership");
    for slug in ["warrington", "cheshire-police-authority"] {
        assert_eq!(machine.actor.ask(DASHBOARD, json!({ "slug": slug })).await.error_codes(), ["NOT_FOUND"]);
    }
    let viewer = "{ viewer { email person { id } appointments { totalCount } sessions { totalCount }
        serviceAccount { name organisation { name } } tenants { offices scopes permissions { action resource reach scopes } } } }";
    let answer = machine.actor.ask(viewer, json!({})).await;
    assert_eq!(answer.data("/viewer/email"), &Value::Null);
    assert_eq!(answer.data("/viewer/person"), &Value::Null);
    assert_eq!(answer.data("/viewer/serviceAccount/organisation/name"), "Cheshire Constabulary");
    let permissions = answer.list("/viewer/tenants/0/permissions");
    assert_eq!(permissions.len(), 7);
    assert!(permissions.iter().all(|may| may["action"] == "READ" && may["scopes"] == json!(["READ_PRIORITIES_AND_INDICATORS"])));
}

async fn results_of_engagement_are_read_without_the_rest(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_ENGAGEMENT_RESULTS"]).await;
    assert_eq!(codes(&machine.actor, "halton").await, ["NI 21"], "NI 4 is the Authority's");
    assert_eq!(machine.actor.ask(DASHBOARD, json!({ "slug": "halton" })).await.error_codes(), ["FORBIDDEN"]);
}

async fn whoever_only_uploads_sees_no_more_than_that_takes(app: TestApp) {
    let machine = machine(&app, "halton", &["WRITE_OBSERVATIONS"]).await;
    let all = codes(&machine.office, "halton").await;
    let own = codes(&machine.actor, "halton").await;
    assert!(own.contains(&"NI 16".to_owned()) && !own.contains(&"NI 5".to_owned()), "the constabulary supplies NI 16: {own:?}");
    assert!(own.len() < all.len());
    // By identifier, too, and in the agreement.
    let query = "{ tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [\"NI 5\"] }) { nodes { id observations { nodes { id } } } } } }";
    let hidden = machine.office.ask(query, json!({})).await;
    let ids: Vec<&str> = ["", "/observations/nodes/0"]
        .iter()
        .filter_map(|path| hidden.value(&format!("/tenant/indicators/nodes/0{path}/id")).as_str())
        .collect();
    let nodes = machine.actor.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
    assert!(!ids.is_empty() && nodes.list("/nodes").iter().all(Value::is_null), "{nodes}");
    let lines = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 100) { nodes { code } } } } }";
    let answer = machine.actor.ask(lines, json!({})).await;
    let lines = answer.list("/tenant/agreement/indicators/nodes");
    assert!(!lines.is_empty() && lines.iter().all(|line| own.contains(&line["code"].as_str().unwrap().to_owned())), "{answer}");
}

async fn a_machine_never_decides_invites_or_reads_the_record(app: TestApp) {
    let everything = [
        "READ_PRIORITIES_AND_INDICATORS",
        "READ_ENGAGEMENT_RESULTS",
        "READ_RISKS",
        "READ_PLANS",
        "READ_FINANCE",
        "READ_MEETINGS",
        "READ_SHARED",
        "WRITE_OBSERVATIONS",
    ];
    let machine = machine(&app, "halton", &everything).await;
    let halton = tenant_id("halton");
    let quarter = json!({ "tenant": halton, "period": "FY2009-Q3" });
    let invitation =
        json!({ "tenant": halton, "email": "a@b.example", "name": "A", "office": "HSPB_MEMBER", "minuteReference": "m" });
    let another = super::fixtures::wanted("halton", &["READ_FINANCE"]);
    let key = json!({ "serviceAccount": machine.id, "expiresAt": "2010-08-09T09:00:00Z" });
    for (mutation, input) in [
        ("verifyPeriod", quarter.clone()),
        ("approvePeriod", quarter),
        ("createInvitation", invitation),
        ("createServiceAccount", another),
        ("createApiKey", key),
        ("changePassword", json!({ "currentPassword": "x", "newPassword": "three-random-words" })),
        ("createAuthenticator", json!({ "password": "x" })),
        ("revokeSession", json!({})),
        ("verifyIdentity", json!({ "password": "x" })),
    ] {
        let answer = mutate(&machine.actor, mutation, input, "").await;
        assert_eq!(problem(&answer, mutation), "FORBIDDEN", "{mutation}: {answer}");
    }
    let export = "{ tenant(by: { slug: \"halton\" }) { observationsCsv } }";
    assert_eq!(machine.actor.ask(export, json!({})).await.error_codes(), ["FORBIDDEN"]);
    let record = "{ tenant(by: { slug: \"halton\" }) { auditEvents { totalCount } acts { totalCount } } }";
    assert_eq!(machine.actor.ask(record, json!({})).await.error_codes(), ["FORBIDDEN", "FORBIDDEN"]);
}

async fn what_others_share_takes_a_scope_of_its_own(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let made = async |name: &str, scopes: &[&str]| {
        let mut input = super::fixtures::wanted("cheshire-police-authority", scopes);
        input["name"] = json!(name);
        let answer = mutate(&officer, "createServiceAccount", input, ABOUT).await;
        let id = answer.text("/createServiceAccount/serviceAccount/id").to_owned();
        app.bearing(&super::fixtures::new_key(&officer, &id, false).await.0)
    };
    let without = made("Home only", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    assert_eq!(without.ask(DASHBOARD, json!({ "slug": "halton" })).await.error_codes(), ["NOT_FOUND"]);
    // The scope alone opens nothing: it lets the others reach further.
    let alone = made("Nothing to reach with", &["READ_SHARED", "WRITE_OBSERVATIONS"]).await;
    assert_eq!(alone.ask(DASHBOARD, json!({ "slug": "halton" })).await.error_codes(), ["NOT_SHARED"]);
    assert_eq!(alone.ask(LISTS, json!({ "slug": "halton" })).await.error_codes(), ["NOT_SHARED"]);
    let with = made("Comparison", &["READ_SHARED", "READ_PRIORITIES_AND_INDICATORS"]).await;
    let theirs = with.ask(DASHBOARD, json!({ "slug": "halton" })).await;
    assert_eq!(theirs.data("/tenant/agreement/indicators/totalCount"), 34);
    // And Halton's record says which machine it was.
    let query = "{ tenant(by: { slug: \"halton\" }) { auditEvents(first: 1, filter: { deed: \"READ_SHARED\" }) { nodes { deed office person { name } justification
        serviceAccount { name } disclosure { reader category } } } } }";
    let record = app.sign_in("halton.auditor").await.ask(query, json!({})).await;
    let event = record.data("/tenant/auditEvents/nodes/0");
    assert_eq!((&event["deed"], &event["office"], &event["person"]), (&json!("READ_SHARED"), &Value::Null, &Value::Null));
    assert_eq!(event["disclosure"]["reader"], "cheshire-police-authority");
    assert!(event["justification"].as_str().unwrap().ends_with("(read by the service account Comparison)"), "{record}");
}
