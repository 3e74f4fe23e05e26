//! A server keeps as many connections to its database as its operator says, and makes do with them.

use clap::{Parser as _, error::ErrorKind};
use serde_json::{Value, json};
use tests::support::{Engine, TestDatabase, app::DEMONSTRATION};

use crate::faults::process::{Server, command, signing_key};

#[test]
fn a_server_makes_do_with_the_connections_that_it_is_given_on_sqlite() {
    makes_do_on(Engine::Sqlite, 1);
}

#[test]
fn a_server_makes_do_with_the_connections_that_it_is_given_on_postgres() {
    makes_do_on(Engine::Postgres, 3);
}

fn makes_do_on(engine: Engine, writers: u32) {
    if engine.is_wanted() {
        actix_web::rt::System::new().block_on(makes_do(engine, writers));
    }
}

async fn makes_do(engine: Engine, writers: u32) {
    let database = TestDatabase::fresh(engine, &DEMONSTRATION).await;
    let folder = tempfile::tempdir().unwrap();
    let key = signing_key(folder.path());
    let mut command = command();
    command.env("CONCORDAT_READERS", "2").env("CONCORDAT_WRITERS", "3");
    let server = Server::start_by(command, &database.server_url, &key).await;

    let officer = server.sign_in("halton.performance-officer").await;
    let roll_up = "{ tenant(by: {slug: \"halton\"}, asAt: \"2010-02-09\") { agreement { rollUp { summary } } } }";
    let answers = futures::future::join_all((0..12).map(|_| officer.ask(roll_up, json!({})))).await;
    let summaries: Vec<Option<String>> = answers.iter().map(|answer| summary(answer.as_ref()?)).collect();
    assert!(summaries.iter().all(|summary| summary.is_some() && *summary == summaries[0]), "{answers:?}");

    // Each of several mutations is answered by what it has written, and none keeps a connection while the next one is carried out.
    let tenant =
        officer.ask("{ tenant(by: {slug: \"halton\"}) { id } }", json!({})).await.unwrap()["data"]["tenant"]["id"].clone();
    let definition = json!({ "document": "query B($tenant: String!, $after: String) { tenant(by: {slug: $tenant}) { bodies(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } } } }",
        "rowsPath": "tenant.bodies.nodes" });
    let several: String = (0..6)
        .map(|number| {
            format!(
                "m{number}: createStoredQuery(input: {{tenant: $tenant, name: \"board-{number}\", title: \"Board\", definition: $definition}})
                    {{ storedQuery {{ id versions {{ nodes {{ id }} }} }} userErrors {{ message }} }} "
            )
        })
        .collect();
    let document = format!("mutation ($tenant: ID!, $definition: StoredQueryDefinitionInput!) {{ {several} }}");
    let answer = officer.ask(&document, json!({ "tenant": tenant, "definition": definition })).await.unwrap();
    for number in 0..6 {
        let id = answer.pointer(&format!("/data/m{number}/storedQuery/versions/nodes/0/id"));
        assert!(id.is_some_and(Value::is_string), "{number}: {answer}");
    }

    let metrics = reqwest::get(format!("{}/metrics", server.url())).await.unwrap().text().await.unwrap();
    for (pool, most) in [("read", 2), ("write", writers)] {
        let told = format!("concordat_pool_connections_max{{pool=\"{pool}\"}} {most}\n");
        assert!(metrics.contains(&told), "{told} in {metrics}");
    }
}

fn summary(answer: &Value) -> Option<String> {
    Some(answer.pointer("/data/tenant/agreement/rollUp/summary")?.as_str()?.to_owned())
}

#[test]
fn a_server_without_connections_is_not_started() {
    for none in ["--readers=0", "--writers=0"] {
        let refused = api::cli::Concordat::try_parse_from(["concordat", "serve", none]).expect_err(none);
        assert_eq!(refused.kind(), ErrorKind::ValueValidation, "{refused}");
    }
}
