//! The wall in the database: what PostgreSQL itself refuses to whoever works in the server's role, whatever the application
//! asks. On SQLite there is no such wall, and the application's own stands alone.

use std::collections::BTreeSet;

use migration::Opening;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait};
use tests::support::{Engine, TestApp, Walls, run_on};

/// These look at PostgreSQL only.
macro_rules! on_postgres {
    ($($name:ident),+ $(,)?) => {$(
        #[test]
        fn $name() {
            run_on(Engine::Postgres, Walls::All, on_postgres::$name);
        }
    )+};
}

on_postgres!(
    the_catalogue_keeps_the_rules_of_walls_and_of_sharding,
    who_says_nothing_sees_nothing,
    who_says_one_tenant_sees_no_other,
    nobody_writes_for_a_tenant_but_the_acting_one,
    no_scope_outlives_its_transaction,
    a_server_whom_the_wall_does_not_bind_is_told_so,
);

/// A connection in the server's own role.
async fn as_the_server(app: &TestApp) -> DatabaseConnection {
    Database::connect(&app.database().server_url).await.expect("the server's role may connect")
}

async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql.to_owned())).await.expect("a good query");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn declared(connection: &DatabaseConnection, setting: &str, tenants: &str) -> DatabaseTransaction {
    let transaction = connection.begin().await.expect("a transaction begins");
    transaction.execute_unprepared(&format!("SET LOCAL concordat.{setting} = '{tenants}'")).await.expect("a setting");
    transaction
}

async fn tenant(connection: &impl ConnectionTrait, slug: &str) -> String {
    texts(connection, &format!("SELECT id::text FROM tenant WHERE slug = '{slug}'")).await.concat()
}

mod on_postgres {
    use super::*;

    pub(super) async fn the_catalogue_keeps_the_rules_of_walls_and_of_sharding(app: TestApp) {
        let list = |tables: &[&str]| format!("'{}'", tables.join(","));
        let local = [migration::LOCAL_TABLES, &["seaql_migrations"]].concat();
        let rules =
            include_str!("citus.sql").replace(":'ref'", &list(migration::REFERENCE_TABLES)).replace(":'local'", &list(&local));
        let owner = Database::connect(&app.database().url).await.unwrap();
        let sql = format!("SELECT relname || ': ' || v FROM ({}) AS broken", rules.trim().trim_end_matches(';'));
        assert_eq!(texts(&owner, &sql).await, [""; 0], "rules that a table breaks");
        // The rules do find what they look for.
        owner.execute_unprepared("ALTER TABLE target DISABLE ROW LEVEL SECURITY").await.unwrap();
        assert_eq!(texts(&owner, &sql).await, ["target: tenant table without RLS"]);
        // A reference by the identifier alone would reach into other tenants, whatever the policies say.
        for breach in ["ALTER TABLE target ENABLE ROW LEVEL SECURITY", "ALTER TABLE body ADD CONSTRAINT alone UNIQUE (id)"] {
            owner.execute_unprepared(breach).await.unwrap();
        }
        let across = "ALTER TABLE appointment ADD CONSTRAINT across FOREIGN KEY (body_id) REFERENCES body (id)";
        owner.execute_unprepared(across).await.unwrap();
        let found = texts(&owner, &sql).await;
        assert!(
            found.iter().any(|rule| rule.contains("appointment: FK between tenant tables") && rule.contains("across")),
            "{found:?}"
        );
        owner.close().await.unwrap();
    }

    pub(super) async fn who_says_nothing_sees_nothing(app: TestApp) {
        let server = as_the_server(&app).await;
        let owner = Database::connect(&app.database().url).await.unwrap();
        let mut filled = 0;
        for table in migration::TENANT_TABLES {
            let count = format!("SELECT count(*)::text FROM {table}");
            filled += usize::from(texts(&owner, &count).await != ["0"]);
            assert_eq!(texts(&server, &count).await, ["0"], "{table}");
        }
        assert!(filled > 14, "only {filled} tables hold anything that could be seen");
        server.close().await.unwrap();
        owner.close().await.unwrap();
    }

    pub(super) async fn who_says_one_tenant_sees_no_other(app: TestApp) {
        let server = as_the_server(&app).await;
        let halton = tenant(&server, "halton").await;
        let transaction = declared(&server, "tenants", &halton).await;
        let mut seen = 0;
        for table in migration::TENANT_TABLES {
            // What was passed on from it lies with others, and names it.
            let column = if Opening::of(table) == Opening::Origin { "origin_tenant_id" } else { "tenant_id" };
            let tenants = texts(&transaction, &format!("SELECT DISTINCT {column}::text FROM {table}")).await;
            assert!(tenants.iter().all(|tenant| *tenant == halton), "{table}: {tenants:?}");
            seen += tenants.len();
        }
        assert!(seen > 12, "of {seen} tables something was seen");
        transaction.rollback().await.unwrap();
        server.close().await.unwrap();
    }

    pub(super) async fn nobody_writes_for_a_tenant_but_the_acting_one(app: TestApp) {
        let server = as_the_server(&app).await;
        let (halton, warrington) = (tenant(&server, "halton").await, tenant(&server, "warrington").await);
        let act = |tenant: &str| {
            format!(
                "INSERT INTO act (tenant_id, id, kind, done_on, done_at) VALUES ('{tenant}', gen_random_uuid(), 'X', '2010-02-09', now())"
            )
        };
        for (own, allowed) in [(&halton, true), (&warrington, false)] {
            let transaction = declared(&server, "acting", &halton).await;
            let written = transaction.execute_unprepared(&act(own)).await;
            assert_eq!(written.is_ok(), allowed, "{written:?}");
            transaction.rollback().await.unwrap();
        }
        // Reading both doesn't let anybody change both.
        let transaction = declared(&server, "tenants", &format!("{halton},{warrington}")).await;
        transaction.execute_unprepared(&format!("SET LOCAL concordat.acting = '{halton}'")).await.unwrap();
        let change = transaction.execute_unprepared("UPDATE outlook SET rationale = 'changed'").await.unwrap().rows_affected();
        let own = texts(&transaction, &format!("SELECT id::text FROM outlook WHERE tenant_id = '{halton}'")).await;
        assert_eq!(change, own.len() as u64, "only the acting tenant's");
        assert!(!own.is_empty());
        // What is written stays: nobody takes a row away, and nobody rewrites who did what.
        for forbidden in [
            "DELETE FROM outlook",
            "UPDATE act SET kind = 'changed'",
            "TRUNCATE outlook",
            "ALTER TABLE outlook DISABLE ROW LEVEL SECURITY",
        ] {
            let transaction = declared(&server, "acting", &halton).await;
            assert!(transaction.execute_unprepared(forbidden).await.is_err(), "{forbidden}");
            transaction.rollback().await.unwrap();
        }
        transaction.rollback().await.unwrap();
        server.close().await.unwrap();
    }

    pub(super) async fn no_scope_outlives_its_transaction(app: TestApp) {
        let mut options = sea_orm::ConnectOptions::new(&app.database().server_url);
        options.max_connections(1);
        let server = Database::connect(options).await.unwrap();
        let halton = tenant(&server, "halton").await;
        declared(&server, "tenants", &halton).await.commit().await.unwrap();
        assert_eq!(texts(&server, "SELECT count(*)::text FROM body").await, ["0"], "the same connection, the next request");
        declared(&server, "tenants", &halton).await.rollback().await.unwrap();
        assert_eq!(texts(&server, "SELECT count(*)::text FROM body").await, ["0"]);
        server.close().await.unwrap();
    }

    pub(super) async fn a_server_whom_the_wall_does_not_bind_is_told_so(app: TestApp) {
        let gaps = async |url: &str| migration::gaps(url).await.expect("the database answers");
        let own = &app.database().server_url;
        assert_eq!(gaps(own).await, [""; 0], "the server's own role finds nothing amiss");
        let superuser = gaps(&app.database().url).await;
        let said = |words: &str| superuser.iter().filter(|gap| gap.contains(words)).count();
        assert_eq!((said("the role postgres isn't bound"), said("owns, or could become")), (1, 1), "once each: {superuser:?}");
        assert!(superuser.iter().any(|gap| gap.contains("IN ROLE concordat_app")), "{superuser:?}");
        let owned = superuser.iter().find(|gap| gap.contains("owns, or could become")).expect("it owns the tables");
        assert!(migration::TENANT_TABLES.iter().all(|table| owned.contains(table)), "every table is listed: {owned}");

        let owner = Database::connect(&app.database().url).await.unwrap();
        let breaches = [
            ("DROP POLICY body_read ON body", "is lacking on tables of tenants (body, target)"),
            ("ALTER TABLE target DISABLE ROW LEVEL SECURITY", "(body, target); put it back as the owner"),
            ("CREATE POLICY open ON theme USING (true)", "may let more through (theme)"),
            ("REVOKE SELECT ON outcome FROM concordat_app", "may not read some tables (outcome)"),
        ];
        for (breach, _) in breaches {
            owner.execute_unprepared(breach).await.unwrap();
        }
        let found = gaps(own).await;
        let named: BTreeSet<&str> =
            breaches.iter().map(|(_, words)| *words).filter(|words| found.iter().any(|gap| gap.contains(words))).collect();
        assert_eq!(named.len(), breaches.len(), "each is named: {found:?}");
        assert!(found.iter().all(|gap| gap.contains("concordat migrate")), "each says what mends it: {found:?}");
        // And that does mend it, but for what isn't ours to drop.
        owner.execute_unprepared("DROP POLICY open ON theme").await.unwrap();
        owner.close().await.unwrap();
        migration::up(&app.database().url).await.expect("the owner may mend it");
        assert_eq!(gaps(own).await, [""; 0]);
    }
}
