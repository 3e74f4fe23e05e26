//! Stored queries are written down, tried, published in versions and given up with notice; every step is on record.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp, app::day};

use super::fixtures::{bodies, get, publish, retire, stored, tenant};
use crate::performance::fixtures::{codes, fields};

both_dbs!(
    a_query_is_written_down_tried_and_published,
    columns_follow_from_the_document_and_the_schema,
    what_could_not_be_served_is_refused_with_what_mends_it,
    only_some_offices_write_and_publish,
    a_new_version_says_what_readers_lose,
    a_version_is_given_up_with_half_a_year_s_notice,
    every_step_is_on_record,
    the_demonstration_s_queries_could_have_been_written_by_an_office,
);

const CREATE: &str = "mutation ($input: CreateStoredQueryInput!) { createStoredQuery(input: $input) {
    storedQuery { id name current { number } versions { totalCount nodes { id number standing rowsPath
        columns { name path kind } parameters { name kind isList isRequired description } } } }
    userErrors { code field message } } }";

const ADD: &str = "mutation ($input: CreateStoredQueryVersionInput!) { createStoredQueryVersion(input: $input) {
    version { id number } userErrors { code field message } } }";

async fn refused(actor: &Actor, definition: Value) -> Vec<(String, String)> {
    let input = json!({ "tenant": tenant(actor, "halton").await, "name": "tried", "title": "Tried", "definition": definition });
    let answer = actor.ask(CREATE, json!({ "input": input })).await;
    let found = answer.user_errors("/createStoredQuery");
    assert_eq!(answer.value("/createStoredQuery/storedQuery"), &Value::Null, "{answer}");
    fields(found).into_iter().zip(codes(found).into_iter().map(str::to_owned)).collect()
}

async fn a_query_is_written_down_tried_and_published(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let member = app.sign_in("halton.psg-member").await;
    let (_, version) = stored(&officer, "halton", "bodies", &bodies()).await;
    // A draft is tried by number by those who may define queries, and is there for nobody else.
    assert_eq!(get(&app, &officer, "/v1/halton/queries/bodies").await.status, 404);
    assert_eq!(get(&app, &officer, "/v1/halton/queries/bodies/v1").await.status, 200);
    assert_eq!(get(&app, &member, "/v1/halton/queries/bodies/v1").await.status, 404);
    let answer = publish(&officer, &version, &[]).await;
    assert_eq!(
        answer.data("/publishStoredQueryVersion/version"),
        &json!({ "standing": "PUBLISHED", "publishedOn": "2010-02-09" })
    );
    let got = get(&app, &member, "/v1/halton/queries/bodies?named=board").await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert!(got.rows().iter().any(|row| row["name"] == "Halton Strategic Partnership Board"), "{}", got.text);
    let again = publish(&officer, &version, &[]).await;
    assert_eq!(codes(again.user_errors("/publishStoredQueryVersion")), ["DUPLICATE"]);
    let same = json!({ "tenant": tenant(&officer, "halton").await, "name": "bodies", "title": "x", "definition": bodies() });
    let same = officer.ask(CREATE, json!({ "input": same })).await;
    assert_eq!(fields(same.user_errors("/createStoredQuery")), ["name"]);
}

async fn columns_follow_from_the_document_and_the_schema(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let definition = json!({
        "document": "query ($tenant: String!, $codes: [String!], $number: Int! = 3, $must: Date!, $after: String) {
            tenant(by: { slug: $tenant }, asAt: $must) { observations(filter: { codes: $codes }, first: $number, after: $after) {
                ...page nodes { ...figure observed: value indicator { code national { number } } } } } }
            fragment page on ObservationConnection { pageInfo { endCursor hasNextPage } }
            fragment figure on Observation { id period { startsOn } status }",
        "rowsPath": "tenant.observations.nodes",
        "parameters": [{ "name": "codes", "description": "Which indicators." }],
    });
    let input =
        json!({ "tenant": tenant(&officer, "halton").await, "name": "derived", "title": "Derived", "definition": definition });
    let answer = officer.ask(CREATE, json!({ "input": input })).await;
    let version = answer.data("/createStoredQuery/storedQuery/versions/nodes/0");
    let columns: Vec<String> = version["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| {
            format!(
                "{} {} {}",
                column["name"].as_str().unwrap(),
                column["path"].as_str().unwrap(),
                column["kind"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            "id id IDENTIFIER",
            "period_starts_on period.startsOn DATE",
            "period_starts_on_ms period.startsOn EPOCH_MILLISECONDS",
            "status status TEXT",
            "observed observed DECIMAL",
            "indicator_code indicator.code TEXT",
            "indicator_national_number indicator.national.number WHOLE",
        ]
    );
    assert_eq!(
        version["parameters"],
        json!([
            { "name": "codes", "kind": "TEXT", "isList": true, "isRequired": false, "description": "Which indicators." },
            { "name": "number", "kind": "WHOLE", "isList": false, "isRequired": false, "description": "" },
            { "name": "must", "kind": "DATE", "isList": false, "isRequired": true, "description": "" },
        ])
    );
}

async fn what_could_not_be_served_is_refused_with_what_mends_it(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let definition = |document: &str, at: &str| json!({ "document": document, "rowsPath": at });
    let in_document = |code: &str| vec![("definition.document".to_owned(), code.to_owned())];
    for (document, at, expected) in [
        ("{ tenants {", "tenants", in_document("MALFORMED")),
        ("{ tenants { nodes { nonsense } } }", "tenants.nodes", in_document("MALFORMED")),
        ("mutation { endSession(input: {}) { userErrors { code } } }", "endSession", in_document("MALFORMED")),
        (
            "query A { tenants { nodes { name } } } query B { tenants { nodes { name } } }",
            "tenants.nodes",
            in_document("MALFORMED"),
        ),
        // What is one's own changes without a trace in the records.
        ("{ viewer { tenants { offices } } }", "viewer.tenants", in_document("MALFORMED")),
        ("{ node(id: \"x\") { id ... on Session { id } } }", "node", in_document("MALFORMED")),
        // Pages that couldn't be followed would end a table without a word.
        ("{ tenants { nodes { name } } }", "tenants.nodes", in_document("MISSING")),
        (
            "query ($after: String) { tenants(first: 5, after: $after) { nodes { name } } }",
            "tenants.nodes",
            in_document("MISSING"),
        ),
        (
            "{ tenants(after: null) { pageInfo { hasNextPage endCursor } nodes { name } } }",
            "tenants.nodes",
            in_document("MISSING"),
        ),
        (
            "{ indicatorComparison(nationalIndicator: 16) { lines { nodes { code } } } }",
            "indicatorComparison.lines.nodes",
            in_document("MISSING"),
        ),
        ("query ($by: TenantBy!) { tenant(by: $by) { name } }", "tenant", in_document("MALFORMED")),
    ] {
        let mut found = refused(&officer, definition(document, at)).await;
        // One slip can be wrong in several ways.
        found.dedup();
        assert_eq!(found, expected, "{document}");
    }
    for at in ["tenant", "tenant.bodies", "tenant.bodies.nodes.name", "tenants.nodes", ""] {
        let found = refused(
            &officer,
            json!({ "document": bodies()["document"], "rowsPath": at, "columns": [{ "name": "x", "path": "y" }] }),
        );
        let found = found.await;
        assert!(found.iter().all(|(field, _)| field.starts_with("definition.")), "{at}: {found:?}");
        assert!(!found.is_empty());
    }
    let mut with_columns = bodies();
    with_columns["columns"] = json!([
        { "name": "name", "path": "name", "kind": "WHOLE" }, { "name": "x", "path": "nothing" }, { "name": "y", "path": "$.tenant" },
    ]);
    let found = refused(&officer, with_columns.clone()).await;
    let found: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(found, ["definition.columns.0.kind", "definition.columns.1.path", "definition.columns.2.path"]);
    with_columns["columns"] =
        json!([{ "name": "1x", "path": "name" }, { "name": "a", "path": "id" }, { "name": "A", "path": "kind" }]);
    let found = refused(&officer, with_columns).await;
    let found: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(found, ["definition.columns.0.name", "definition.columns.2.name"]);
}

async fn only_some_offices_write_and_publish(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let (query, version) = stored(&officer, "halton", "bodies", &bodies()).await;
    let member = app.sign_in("halton.psg-member").await;
    let halton = tenant(&member, "halton").await;
    let input = json!({ "tenant": halton, "name": "mine", "title": "Mine", "definition": bodies() });
    let refused = member.ask(CREATE, json!({ "input": input })).await;
    assert_eq!(codes(refused.user_errors("/createStoredQuery")), ["FORBIDDEN"]);
    let refused = publish(&member, &version, &[]).await;
    assert_eq!(codes(refused.user_errors("/publishStoredQueryVersion")), ["FORBIDDEN"]);
    // To strangers there is no such thing.
    let stranger = app.sign_in("warrington.performance-officer").await;
    let refused = publish(&stranger, &version, &[]).await;
    assert_eq!(codes(refused.user_errors("/publishStoredQueryVersion")), ["NOT_FOUND"]);
    let refused = stranger.ask(ADD, json!({ "input": { "storedQuery": query, "definition": bodies() } })).await;
    assert_eq!(codes(refused.user_errors("/createStoredQueryVersion")), ["NOT_FOUND"]);
}

async fn a_new_version_says_what_readers_lose(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let (query, first) = stored(&officer, "halton", "bodies", &bodies()).await;
    publish(&officer, &first, &[]).await.data("/publishStoredQueryVersion/version");
    let mut definition = bodies();
    definition["columns"] = json!([{ "name": "id", "path": "id" }, { "name": "name", "path": "name" }]);
    let add = officer.ask(ADD, json!({ "input": { "storedQuery": query, "definition": definition } })).await;
    assert_eq!(add.data("/createStoredQueryVersion/version/number"), 2);
    let second = add.text("/createStoredQueryVersion/version/id");
    // Until it is published the name stands for the first.
    assert!(get(&app, &officer, "/v1/halton/queries/bodies.csv").await.text.starts_with("id,name,kind\r\n"));
    let refused = publish(&officer, second, &[]).await;
    let found = refused.user_errors("/publishStoredQueryVersion");
    assert_eq!(
        (codes(found), fields(found)),
        (vec!["ACKNOWLEDGEMENT_NEEDED"], vec!["acknowledgedColumns".to_owned()]),
        "{refused}"
    );
    assert!(found[0]["message"].as_str().unwrap().contains("kind"), "{refused}");
    publish(&officer, second, &["kind"]).await.data("/publishStoredQueryVersion/version/standing");
    assert!(get(&app, &officer, "/v1/halton/queries/bodies.csv").await.text.starts_with("id,name\r\n"));
    // Whoever built on the first goes on having it.
    assert!(get(&app, &officer, "/v1/halton/queries/bodies/v1.csv").await.text.starts_with("id,name,kind\r\n"));
}

async fn a_version_is_given_up_with_half_a_year_s_notice(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let (_, version) = stored(&officer, "halton", "bodies", &bodies()).await;
    let draft = retire(&officer, &version, "2010-03-01", "2010-09-01").await;
    assert_eq!(codes(draft.user_errors("/retireStoredQueryVersion")), ["MISSING"]);
    publish(&officer, &version, &[]).await.data("/publishStoredQueryVersion/version");
    for (from, to, field) in [("2010-02-08", "2010-09-01", "deprecatedOn"), ("2010-03-01", "2010-08-31", "sunsetOn")] {
        let refused = retire(&officer, &version, from, to).await;
        assert_eq!(fields(refused.user_errors("/retireStoredQueryVersion")), [field], "{from} {to}");
    }
    retire(&officer, &version, "2010-03-01", "2010-09-01").await.data("/retireStoredQueryVersion/version/standing");
    let address = "/v1/halton/queries/bodies";
    // Clients are told as soon as it is known (RFC 9745, RFC 8594).
    for (on, status) in [("2010-02-09", 200), ("2010-03-01", 200), ("2010-08-31", 200)] {
        app.clock().set_business_date(day(on));
        let got = get(&app, &officer, address).await;
        assert_eq!(got.status, status, "{on}");
        assert_eq!((got.header("deprecation"), got.header("sunset")), ("@1267401600", "Wed, 01 Sep 2010 00:00:00 GMT"), "{on}");
        assert_eq!(got.links("successor-version"), [] as [&str; 0], "none follows it");
        assert_eq!(got.links("deprecation"), [format!("{address}.html")]);
    }
    app.clock().set_business_date(day("2010-09-01"));
    // Its number tells why; its name stands for nothing any more.
    assert_eq!(get(&app, &officer, address).await.status, 404);
    let gone = get(&app, &officer, &format!("{address}/v1.csv")).await;
    assert_eq!((gone.status, gone.code().as_str()), (410, "RETIRED"), "{}", gone.text);
    assert!(gone.text.contains("Use version 2."));
    let again = retire(&officer, &version, "2010-09-02", "2011-09-01").await;
    assert_eq!(codes(again.user_errors("/retireStoredQueryVersion")), ["DUPLICATE"]);
}

async fn every_step_is_on_record(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let (query, version) = stored(&officer, "halton", "bodies", &bodies()).await;
    publish(&officer, &version, &[]).await;
    officer
        .ask(ADD, json!({ "input": { "storedQuery": query, "definition": bodies() } }))
        .await
        .data("/createStoredQueryVersion");
    retire(&officer, &version, "2010-03-01", "2010-09-01").await;
    let record = "{ tenant(by: { slug: \"halton\" }) { auditEvents(first: 10) { nodes { deed office changes { register } } } } }";
    let answer = app.sign_in("halton.auditor").await.ask(record, json!({})).await;
    // Signing in is on record, too.
    let events: Vec<&Value> =
        answer.list("/tenant/auditEvents/nodes").iter().filter(|event| event["deed"] != "SIGN_IN").collect();
    let deeds: Vec<&str> = events.iter().filter_map(|event| event["deed"].as_str()).collect();
    assert_eq!(
        deeds,
        ["RETIRE_STORED_QUERY", "CREATE_STORED_QUERY_VERSION", "PUBLISH_STORED_QUERY", "CREATE_STORED_QUERY"],
        "{answer}"
    );
    assert_eq!(events[3]["changes"][0]["register"], "stored_query");
}

async fn the_demonstration_s_queries_could_have_been_written_by_an_office(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let shelf = "{ tenant(by: { slug: \"halton\" }) { storedQueries { nodes { name title description current {
        document rowsPath columns { name path kind description } parameters { name kind isList isRequired description } } } } } }";
    let answer = officer.ask(shelf, json!({})).await;
    let queries = answer.list("/tenant/storedQueries/nodes");
    assert!(queries.len() >= 5, "{answer}");
    let halton = tenant(&officer, "halton").await;
    for query in queries {
        let current = &query["current"];
        let meanings: Vec<Value> = current["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| json!({ "name": parameter["name"], "description": parameter["description"] }))
            .collect();
        let definition = json!({ "document": current["document"], "rowsPath": current["rowsPath"], "columns": current["columns"],
            "parameters": meanings });
        let name = format!("again-{}", query["name"].as_str().unwrap());
        let input = json!({ "tenant": halton, "name": name, "title": query["title"], "definition": definition });
        let again = officer.ask(CREATE, json!({ "input": input })).await;
        assert_eq!(again.user_errors("/createStoredQuery"), &[] as &[Value], "{name}: {again}");
        let written = again.data("/createStoredQuery/storedQuery/versions/nodes/0");
        assert_eq!(written["parameters"], current["parameters"], "{name}");
        for (column, expected) in written["columns"].as_array().unwrap().iter().zip(current["columns"].as_array().unwrap()) {
            assert_eq!((&column["name"], &column["kind"]), (&expected["name"], &expected["kind"]), "{name}");
        }
    }
}
