//! What PostgreSQL's own log says was asked of it: the scope comes with the beginning of a transaction and with nothing else, and every
//! statement on a tenant's table names the tenant. Neither may be left to row-level security alone.

use serde_json::json;
use tests::support::{Engine, TestApp, TestDatabase, TestServer, Walls, app::DEMONSTRATION, postgres::Cluster};

use super::busy_day::busy_day;

#[test]
fn every_statement_names_the_tenant_and_the_scope_comes_with_the_beginning() {
    if !Engine::Postgres.is_wanted() {
        return;
    }
    actix_web::rt::System::new().block_on(async {
        let database = TestDatabase::fresh(Engine::Postgres, &DEMONSTRATION).await;
        // Of this database alone, so that what other tests ask doesn't come in between.
        let alter = format!("ALTER DATABASE {} SET log_statement = 'all'", database.name());
        Cluster::shared().run_sql("postgres", &alter).expect("a superuser may");
        let server = TestServer::over(database, Walls::All).await;
        ask_of_everything(&server.app()).await;
        server.stop().await;
        look_into(&Cluster::shared().log());
    });
}

async fn ask_of_everything(app: &TestApp) {
    busy_day(app).await;
    let dashboard = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 50) { nodes { code outlook { judgement }
        status { colour reason } direction { words } observations(last: 20) { nodes { value act { id } } } } } }
        bodies(first: 5, filter: { named: \"board\" }) { totalCount nodes { name } } appointments(first: 5) { nodes { person { name } } } } }";
    app.sign_in("halton.performance-officer").await.ask(dashboard, json!({})).await;
    let compared = "{ indicatorComparison(nationalIndicator: 16) { lines { nodes { status { colour } } } } }";
    app.sign_in("authority.engagement-manager").await.ask(compared, json!({})).await.data("/indicatorComparison");
}

fn look_into(log: &str) {
    // A statement may run over several lines, of which the log indents all but the first.
    let joined = log.replace("\n\t", " ");
    let asked = joined.lines().filter_map(|line| {
        let said = line.split_once("LOG:  ")?.1;
        said.strip_prefix("statement: ").or_else(|| said.strip_prefix("execute ").and_then(|said| Some(said.split_once(": ")?.1)))
    });
    let (mut on_tenants, mut scopes, mut named) = (0, 0, 0);
    for statement in asked {
        if statement.contains("SET LOCAL concordat.") {
            scopes += 1;
            let declared = statement.strip_prefix("BEGIN;").unwrap_or(statement);
            let parts = declared.split(';').map(str::trim).filter(|part| !part.is_empty());
            let (names, parts): (Vec<_>, Vec<_>) =
                parts.partition(|part| part.starts_with("SET LOCAL application_name = 'concordat "));
            assert!(names.len() <= 1 && names.iter().all(|name| is_of_a_request(name)), "not the name of a request: {statement}");
            named += names.len();
            let parts = parts.into_iter();
            assert!(parts.clone().all(|part| part.starts_with("SET LOCAL concordat.")), "with something else: {statement}");
            let values = parts.filter_map(|part| part.split('\'').nth(1)).flat_map(|list| list.split(','));
            assert!(values.clone().all(|value| value.parse::<uuid::Uuid>().is_ok()), "not an identifier: {statement}");
        }
        // Who somebody is comes before any tenant.
        let recognises = statement.starts_with("SELECT account.person_id");
        let words: Vec<&str> = statement.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let of_tenants = words
            .windows(2)
            .any(|pair| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]) && migration::TENANT_TABLES.contains(&pair[1]));
        let quoted = migration::TENANT_TABLES.iter().any(|table| {
            ["FROM", "JOIN", "INTO", "UPDATE"].iter().any(|word| statement.contains(&format!("{word} \"{table}\"")))
        });
        if (of_tenants || quoted) && !recognises {
            on_tenants += 1;
            assert!(statement.contains("tenant_id"), "no tenant is named: {statement}");
        }
    }
    println!("{on_tenants} statements on tenants' tables, {scopes} scopes");
    assert!(on_tenants > 100 && scopes > 20, "the log was read: {on_tenants} statements, {scopes} scopes");
    assert!(named > 20, "the database knows which request asks: {named} of {scopes}");
}

/// Whether a transaction says by what name its request is known, and nothing else.
fn is_of_a_request(said: &str) -> bool {
    let id = said.strip_prefix("SET LOCAL application_name = 'concordat ").and_then(|rest| rest.strip_suffix('\''));
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}
