//! Reading across tenants under the demonstration's agreements: the Authority reads Halton's and Warrington's indicators, they
//! read its results of engagement; Cheshire East hasn't approved, and Cheshire West and Chester's agreement has lapsed.

use serde_json::{Value, json};
use tests::each_wall_alone;
use tests::support::{Actor, TestApp, app::day};

each_wall_alone!(
    an_agreement_lets_read_what_it_covers_with_its_reason,
    what_no_agreement_covers_stays_closed,
    a_share_of_results_shows_results_only,
    access_ends_with_the_term_and_with_the_appointment,
    every_read_across_tenants_is_on_the_discloser_s_record,
    tenants_are_compared_with_what_is_shared_and_why_not_the_rest,
    access_is_explained_by_agreement_and_clause,
);

const DASHBOARD: &str = "query ($slug: String!) { tenant(by: { slug: $slug }) { name agreement {
    name indicators(first: 100) { totalCount nodes { id code status { colour reason } observations(last: 1) { nodes { value } } } } } } }";

async fn dashboard(actor: &Actor, slug: &str) -> tests::support::Answer {
    actor.ask(DASHBOARD, json!({ "slug": slug })).await
}

async fn an_agreement_lets_read_what_it_covers_with_its_reason(app: TestApp) {
    let authority = app.sign_in("authority.engagement-manager").await;
    let theirs = dashboard(&authority, "halton").await;
    assert_eq!(theirs.data("/tenant/agreement/indicators/totalCount"), 34);
    let own = dashboard(&app.sign_in("halton.performance-officer").await, "halton").await;
    assert_eq!(theirs.body, own.body, "the same figures, the same colours, the same reasons");
    // And by its identifier.
    let id = own.text("/tenant/agreement/indicators/nodes/0/id");
    let node = authority.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(node.data("/node/id"), id);
}

async fn what_no_agreement_covers_stays_closed(app: TestApp) {
    let authority = app.sign_in("authority.engagement-manager").await;
    let query = "{ tenant(by: { slug: \"halton\" }) {
        name acts(first: 1) { totalCount } appointments(first: 1) { totalCount } periodCloses(first: 1) { totalCount }
        agreement { indicators(first: 1) { nodes { outlook { judgement } } } } } }";
    let answer = authority.ask(query, json!({})).await;
    let closed: Vec<&Value> =
        ["/tenant/acts", "/tenant/appointments", "/tenant/periodCloses"].map(|path| answer.value(path)).to_vec();
    assert_eq!(closed, [&Value::Null; 3], "{answer}");
    assert_eq!(answer.value("/tenant/agreement/indicators/nodes/0/outlook"), &Value::Null);
    assert!(answer.error_codes().iter().all(|code| code == "NOT_SHARED"), "{answer}");
    assert_eq!(answer.error_codes().len(), 4);
    // Nobody writes by leave to read.
    let own = dashboard(&authority, "halton").await;
    let line = own.text("/tenant/agreement/indicators/nodes/0/id");
    let input = json!({ "line": line, "judgement": "UNLIKELY", "rationale": "From afar.", "expiresOn": "2010-08-09" });
    let refused = authority
        .ask(
            "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) { userErrors { code field } } }",
            json!({ "input": input }),
        )
        .await;
    assert_eq!(refused.user_errors("/recordOutlook"), [json!({ "code": "FORBIDDEN", "field": ["line"] })]);
    // Without the other side's approval, and after the term, there is nothing at all.
    for slug in ["cheshire-east", "cheshire-west-and-chester"] {
        let answer = dashboard(&authority, slug).await;
        assert_eq!((answer.value("/tenant"), answer.error_codes()), (&Value::Null, vec!["NOT_FOUND".to_owned()]), "{slug}");
    }
    // Halton and Warrington share with the Authority, not with each other.
    let answer = dashboard(&app.sign_in("warrington.performance-officer").await, "halton").await;
    assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
}

async fn a_share_of_results_shows_results_only(app: TestApp) {
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) {
        indicators(first: 50) { nodes { code national { number } observations(first: 50) { totalCount nodes { id } } } }
        agreements(first: 1) { totalCount } bodies(first: 1) { totalCount } } }";
    let whole = app.sign_in("authority.engagement-manager").await.ask(query, json!({})).await;
    let shared = app.sign_in("halton.performance-officer").await.ask(query, json!({})).await;
    let codes = |answer: &tests::support::Answer| -> Vec<String> {
        let nodes = answer.value("/tenant/indicators/nodes").as_array().cloned().unwrap_or_default();
        nodes.iter().map(|node| node["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(codes(&whole).len() > 2, "{whole}");
    assert_eq!(codes(&shared), ["NI 21", "NI 4"], "{shared}");
    assert_eq!(shared.error_codes(), ["NOT_SHARED", "NOT_SHARED"], "{shared}");
    // By its identifier, too, nothing but results.
    let others: Vec<&Value> = whole
        .list("/tenant/indicators/nodes")
        .iter()
        .filter(|node| !matches!(node["national"]["number"].as_i64(), Some(4 | 21)))
        .collect();
    let figures: Vec<&Value> =
        others.iter().flat_map(|node| node["observations"]["nodes"].as_array().unwrap()).map(|node| &node["id"]).collect();
    assert!(!others.is_empty());
    let halton = app.sign_in("halton.performance-officer").await;
    let answer = halton.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": figures })).await;
    assert!(answer.list("/nodes").iter().all(Value::is_null), "{answer}");
    // Cheshire East has approved nothing, so it reads nothing either.
    let answer = app.sign_in("cheshire-east.performance-officer").await.ask(query, json!({})).await;
    assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
}

async fn access_ends_with_the_term_and_with_the_appointment(app: TestApp) {
    let authority = app.sign_in("authority.engagement-manager").await;
    for (on, readable) in [("2009-11-02", false), ("2009-11-03", true), ("2011-03-31", true), ("2011-04-01", false)] {
        app.clock().set_business_date(day(on));
        let answer =
            authority.ask("{ tenant(by: { slug: \"halton\" }) { agreements(first: 1) { totalCount } } }", json!({})).await;
        assert_eq!(answer.error_codes().is_empty(), readable, "{on}: {answer}");
    }
}

const RECORD: &str = "{ tenant(by: { slug: \"halton\" }) { auditEvents(filter: { deed: \"READ_SHARED\" }) { totalCount nodes {
    deed office justification person { name } disclosure { category reader agreement } changes { register } } } } }";

async fn every_read_across_tenants_is_on_the_discloser_s_record(app: TestApp) {
    let auditor = app.sign_in("halton.auditor").await;
    assert_eq!(auditor.ask(RECORD, json!({})).await.data("/tenant/auditEvents/totalCount"), 0);
    dashboard(&app.sign_in("halton.performance-officer").await, "halton").await.data("/tenant/name");
    dashboard(&app.sign_in("warrington.performance-officer").await, "halton").await;
    assert_eq!(
        auditor.ask(RECORD, json!({})).await.data("/tenant/auditEvents/totalCount"),
        0,
        "reading at home, and being refused, aren't disclosures"
    );
    dashboard(&app.sign_in("authority.engagement-manager").await, "halton").await.data("/tenant/name");
    let answer = auditor.ask(RECORD, json!({})).await;
    assert_eq!(answer.data("/tenant/auditEvents/totalCount"), 1, "once a request and category: {answer}");
    let event = answer.data("/tenant/auditEvents/nodes/0");
    assert_eq!((&event["office"], &event["changes"]), (&json!("ENGAGEMENT_MANAGER"), &json!([])));
    assert_eq!(
        (&event["disclosure"]["category"], &event["disclosure"]["reader"]),
        (&json!("PRIORITIES_AND_INDICATORS"), &json!("cheshire-police-authority"))
    );
    assert!(
        event["justification"].as_str().unwrap().starts_with("Police Authority and Halton: priorities and results (version 1):")
    );
    let verified = entity::usecases::upkeep::record::verify(app.db(), Some("halton")).await.unwrap().remove(0);
    assert_eq!(verified.broken, None);
}

async fn tenants_are_compared_with_what_is_shared_and_why_not_the_rest(app: TestApp) {
    let query = "query ($tenants: [String!]) { indicatorComparison(nationalIndicator: 16, tenants: $tenants) { slug withheld lines(first: 10) { nodes { code status { colour reason } } } } }";
    let areas = json!({ "tenants": ["halton", "warrington", "cheshire-east", "cheshire-west-and-chester"] });
    let answer = app.sign_in("authority.engagement-manager").await.ask(query, areas.clone()).await;
    let part = |slug: &str| answer.list("/indicatorComparison").iter().find(|part| part["slug"] == slug).cloned().unwrap();
    for slug in ["halton", "warrington"] {
        assert_eq!(
            (&part(slug)["withheld"], &part(slug)["lines"]["nodes"][0]["code"]),
            (&Value::Null, &json!("NI 16")),
            "{answer}"
        );
        assert!(part(slug)["lines"]["nodes"][0]["status"]["reason"].is_string());
    }
    for (slug, why) in [
        (
            "cheshire-east",
            "clause 1, by which Cheshire East Local Strategic Partnership lets Cheshire Police Authority read priorities and indicators, has not been approved by Cheshire East Local Strategic Partnership.",
        ),
        ("cheshire-west-and-chester", "lapsed on 31 December 2009."),
    ] {
        assert_eq!(part(slug)["lines"]["nodes"], json!([]));
        assert!(part(slug)["withheld"].as_str().unwrap().contains(why), "{answer}");
    }
    // Somebody in Warrington sees Warrington, and is told that nothing covers the others.
    let answer = app.sign_in("warrington.performance-officer").await.ask(query, areas).await;
    let shown: Vec<&Value> =
        answer.list("/indicatorComparison").iter().filter(|part| part["withheld"].is_null()).map(|part| &part["slug"]).collect();
    assert_eq!(shown, ["warrington"]);
    assert!(
        answer
            .raw()
            .contains("No information-sharing agreement between Halton Strategic Partnership and a tenant of yours covers"),
        "{answer}"
    );
    let unknown = app.sign_in("warrington.performance-officer").await.ask(query, json!({ "tenants": ["atlantis"] })).await;
    assert_eq!(unknown.error_codes(), ["BAD_USER_INPUT"]);
}

async fn access_is_explained_by_agreement_and_clause(app: TestApp) {
    let query = "query ($id: ID!) { explainAccess(id: $id) { mayRead tenant office reasons clause category agreement { reference standing } } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let own = dashboard(&officer, "halton").await;
    let line = own.text("/tenant/agreement/indicators/nodes/0/id");
    let ask = async |actor: &Actor, id: &str| actor.ask(query, json!({ "id": id })).await.data("/explainAccess").clone();
    let at_home = ask(&officer, line).await;
    assert_eq!(
        (&at_home["mayRead"], &at_home["office"], &at_home["agreement"]),
        (&json!(true), &json!("PERFORMANCE_OFFICER"), &Value::Null)
    );

    let shared = ask(&app.sign_in("authority.engagement-manager").await, line).await;
    assert_eq!((&shared["mayRead"], &shared["office"]), (&json!(true), &json!("ENGAGEMENT_MANAGER")), "{shared}");
    assert_eq!(shared["agreement"], json!({ "reference": "authority-and-halton", "standing": "IN_FORCE" }));
    assert_eq!((&shared["clause"], &shared["category"]), (&json!(1), &json!("PRIORITIES_AND_INDICATORS")));

    let stranger = app.sign_in("warrington.performance-officer").await;
    let refused = ask(&stranger, line).await;
    assert_eq!((&refused["mayRead"], &refused["agreement"]), (&json!(false), &Value::Null));
    // Of a thing that isn't there, exactly the same is said.
    let mut node = api::graphql::relay::NodeId::parse(line).unwrap();
    node.id = uuid::Uuid::from_u128(7);
    assert_eq!(ask(&stranger, &node.to_id()).await, refused);
}
