//! Row-level security and roles on PostgreSQL: the second wall between tenants.
//!
//! The first wall is the application's own: every statement filters on the tenant. This one stands in the database, for the
//! day on which that is forgotten. It is stated here once, from the lists of tables, and brought about anew after every
//! migration, so a table can't come into being without it, and `concordat migrate` mends whatever was taken away.
//!
//! What a transaction may see it says itself, by `SET LOCAL` as it begins: `concordat.tenants`, the tenants in which its
//! actor holds an appointment; `concordat.shared` and `concordat.shared_results`, those that share with one of them under
//! an agreement in force; `concordat.shared_risks`, `shared_finance`, `shared_plans` and `shared_meetings`, those that share such records
//! so; `concordat.acting`, the one tenant in which it writes. A transaction that says nothing sees nothing.
//!
//! The owner of the tables isn't bound (no `FORCE`, which hangs shard moves on Citus); the server works in the role [`ROLE`]
//! or one that is a member of it, which owns nothing.

use sea_orm_migration::{
    prelude::DbErr,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::schema::{LOCAL_TABLES, REFERENCE_TABLES, TENANT_TABLES};

/// The role in which the server works, or of which the server's own role is a member.
pub const ROLE: &str = "concordat_app";

/// Makes roles, leave and policies be as they are to be; on SQLite there are none.
pub(crate) async fn raise(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let citus = !texts(connection, "SELECT extname::text FROM pg_extension WHERE extname = 'citus'").await?.is_empty();
    connection.execute_unprepared(CREATE_ROLE).await?;
    connection.execute_unprepared(&format!("GRANT USAGE ON SCHEMA public TO {ROLE}")).await?;
    connection.execute_unprepared(&format!("GRANT SELECT ON seaql_migrations TO {ROLE}")).await?;
    for table in REFERENCE_TABLES.iter().chain(LOCAL_TABLES) {
        let may = match *table {
            // People come with their accounts, and machines are made like them.
            "person" | "service_account" => "SELECT, INSERT, UPDATE",
            reference if REFERENCE_TABLES.contains(&reference) => "SELECT",
            _ => "SELECT, INSERT, UPDATE, DELETE",
        };
        connection.execute_unprepared(&format!("REVOKE ALL ON {table} FROM {ROLE}; GRANT {may} ON {table} TO {ROLE}")).await?;
    }
    for table in TENANT_TABLES {
        for statement in policies(table, Opening::of(table), citus) {
            connection.execute_unprepared(&statement).await?;
        }
    }
    Ok(())
}

/// Two processes may come to it at once, and roles belong to the whole cluster.
const CREATE_ROLE: &str = "DO $$ BEGIN \
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'concordat_app') THEN \
    CREATE ROLE concordat_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; END IF; \
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

/// Who besides the tenant's own people may read a table's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nobody.
    None,
    /// Whoever finds out who is asking, before that is known.
    Recognition,
    /// Tenants with which it shares its priorities and indicators.
    Shared,
    /// The same; and of the results of engagement those, too, with which it shares no more than these.
    SharedResults(&'static str),
    /// Tenants with which it shares this one category of record, by the name of the setting that lists them.
    SharedUnder(&'static str),
    /// The tenant that the row came from, which the row names.
    Origin,
    /// Tenants with which it shares anything, and whoever finds out who is asking: numbers that say nothing but that something
    /// changed.
    Numbers,
}

impl Opening {
    /// What is open of a table: nothing, unless it stands here.
    #[must_use]
    pub fn of(table: &str) -> Self {
        match table {
            "appointment" | "service_account_grant" => Self::Recognition,
            "data_version" => Self::Numbers,
            "budget"
            | "budget_line"
            | "budget_revision"
            | "budget_revision_line"
            | "commitment"
            | "decision"
            | "decision_priority"
            | "interest" => Self::SharedUnder("shared_finance"),
            "policing_plan_alignment" | "policing_plan_measure" | "policing_plan_objective" => Self::SharedUnder("shared_plans"),
            "agreement"
            | "agreement_indicator"
            | "area_set"
            | "area_set_member"
            | "body"
            | "body_membership"
            | "outcome"
            | "target"
            | "theme"
            | "tolerance_policy"
            | "transformational_issue" => Self::Shared,
            "agenda_item"
            | "agenda_link"
            | "attendance"
            | "attendance_correction"
            | "corrected_attendance"
            | "meeting"
            | "meeting_cascade"
            | "meeting_decision"
            | "meeting_pack"
            | "meeting_paper"
            | "meeting_summary"
            | "minute_correction"
            | "minutes_approval"
            | "summary_recipient" => Self::SharedUnder("shared_meetings"),
            "indicator" => Self::SharedResults(RESULTS),
            "observation" => Self::SharedResults(FIGURES_OF_RESULTS),
            "risk" | "risk_action" | "risk_assessment" | "risk_attempt" | "risk_control" | "risk_link" => {
                Self::SharedUnder("shared_risks")
            }
            "risk_referral" | "risk_referral_step" => Self::Origin,
            _ => Self::None,
        }
    }
}

/// The indicators by which engagement is measured: people's influence on decisions, and how their concerns are dealt with (S4).
const RESULTS: &str = "national_indicator_id IN (SELECT id FROM national_indicator WHERE number IN (4, 21))";
const FIGURES_OF_RESULTS: &str = "indicator_id IN (SELECT i.id FROM indicator AS i JOIN national_indicator AS n \
    ON n.id = i.national_indicator_id WHERE i.tenant_id = observation.tenant_id AND n.number IN (4, 21))";

/// Everything about one table.
fn policies(table: &str, opening: Opening, citus: bool) -> Vec<String> {
    let own = any_of("tenants", citus);
    let whole = format!("{own} OR {}", any_of("shared", citus));
    let readable = match opening {
        Opening::None => own,
        // Whoever signs in isn't known yet when the appointments are looked up; only those connections bear the mark.
        Opening::Recognition => format!("{own} OR {}", recognising(citus)),
        // Citus takes no sub-select in a policy, so results alone can't be shared there.
        Opening::SharedResults(results) if !citus => format!("{whole} OR ({} AND {results})", any_of("shared_results", citus)),
        Opening::Shared | Opening::SharedResults(_) => whole,
        Opening::SharedUnder(setting) => format!("{own} OR {}", any_of(setting, citus)),
        Opening::Origin => format!("{own} OR {}", own.replacen("tenant_id", "origin_tenant_id", 1)),
        Opening::Numbers => {
            let anything = OTHERS_SHARED.map(|setting| any_of(setting, citus)).join(" OR ");
            format!("{whole} OR {anything} OR {}", recognising(citus))
        }
    };
    let acting = format!("tenant_id = {}", scalar("NULLIF(current_setting('concordat.acting', true), '')::uuid", citus));
    let may = if APPEND_ONLY.contains(&table) { "SELECT, INSERT" } else { "SELECT, INSERT, UPDATE" };
    vec![
        format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
        format!("DROP POLICY IF EXISTS {table}_read ON {table}"),
        format!("DROP POLICY IF EXISTS {table}_insert ON {table}"),
        format!("DROP POLICY IF EXISTS {table}_update ON {table}"),
        format!("CREATE POLICY {table}_read ON {table} FOR SELECT TO {ROLE} USING ({readable})"),
        format!("CREATE POLICY {table}_insert ON {table} FOR INSERT TO {ROLE} WITH CHECK ({acting})"),
        format!("CREATE POLICY {table}_update ON {table} FOR UPDATE TO {ROLE} USING ({acting}) WITH CHECK ({acting})"),
        format!("REVOKE ALL ON {table} FROM {ROLE}"),
        format!("GRANT {may} ON {table} TO {ROLE}"),
    ]
}

/// Tables of which the server may never change a row.
const APPEND_ONLY: &[&str] = &[
    "act",
    "action_plan_feedback",
    "action_plan_version",
    "action_progress",
    "attendance_correction",
    "audit_event",
    "commitment",
    "corrected_attendance",
    "decision",
    "decision_priority",
    "interview_correction",
    "meeting_cascade",
    "publication",
    "publication_item",
    "risk_assessment",
    "risk_attempt",
    "risk_referral_step",
    "risk_review",
];

/// The settings that list tenants by what they share, beside priorities and indicators.
const OTHERS_SHARED: [&str; 5] = ["shared_results", "shared_risks", "shared_finance", "shared_plans", "shared_meetings"];

/// Whether the row's tenant is on one of the transaction's lists.
fn any_of(setting: &str, citus: bool) -> String {
    let list = format!("string_to_array(NULLIF(current_setting('concordat.{setting}', true), ''), ',')::uuid[]");
    // In brackets twice, lest the list be taken for a query of rows.
    if citus { format!("tenant_id = ANY ({list})") } else { format!("tenant_id = ANY ((SELECT {list})::uuid[])") }
}

/// Whether the connection is one of those that find out who is asking.
fn recognising(citus: bool) -> String {
    scalar("current_setting('concordat.recognises', true) = 'yes'", citus)
}

/// A value that is worked out once a statement instead of once a row; Citus takes no sub-select in a policy.
fn scalar(value: &str, citus: bool) -> String {
    if citus { format!("({value})") } else { format!("(SELECT {value})") }
}

/// What is wrong with the second wall for whoever is connected, each fault in one sentence that lists what has it and says how to
/// mend it.
///
/// # Errors
/// When the database can't be asked.
pub(crate) async fn gaps(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (sql, sentence) in GAPS {
        let named = texts(connection, sql).await?;
        if !named.is_empty() {
            // Said once, whatever the number: a refusal of a hundred lines hides what mends it.
            found.push(sentence.replace("{}", &named.join(", ")));
        }
    }
    Ok(found)
}

const GAPS: &[(&str, &str)] = &[
    (
        "SELECT current_user::text AS name FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)",
        "the role {} isn't bound by row-level security (SUPERUSER or BYPASSRLS); give the server a role of its own: CREATE ROLE \
         concordat_server LOGIN PASSWORD '…' IN ROLE concordat_app, and name that in DATABASE_URL",
    ),
    (
        "SELECT r.rolname::text AS name FROM pg_roles AS r WHERE r.rolname <> current_user AND (r.rolsuper OR r.rolbypassrls) \
         AND pg_has_role(session_user, r.oid, 'MEMBER')",
        "the server's role could become what row-level security doesn't bind ({}); take that membership away: REVOKE {} FROM \
         the role in DATABASE_URL",
    ),
    (
        "SELECT c.relname::text AS name FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' \
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND pg_has_role(session_user, c.relowner, 'MEMBER') \
         ORDER BY 1",
        "the server's role owns, or could become the owner of, tables of tenants ({}), so no policy binds it; give the server a role of its own: \
         CREATE ROLE concordat_server LOGIN PASSWORD '…' IN ROLE concordat_app, and name that in DATABASE_URL",
    ),
    (
        "SELECT c.relname::text AS name FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' \
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND (NOT c.relrowsecurity OR \
         (SELECT count(*) FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname IN \
         (c.relname || '_read', c.relname || '_insert', c.relname || '_update')) < 3) ORDER BY 1",
        "row-level security or a policy of it is lacking on tables of tenants ({}); put it back as the owner: concordat migrate",
    ),
    (
        "SELECT c.relname::text AS name FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' \
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND EXISTS (SELECT FROM pg_policy AS p \
         WHERE p.polrelid = c.oid AND p.polname NOT IN (c.relname || '_read', c.relname || '_insert', c.relname || '_update')) ORDER BY 1",
        "policies that aren't ours stand on tables of tenants and may let more through ({}); drop them, then as the owner: concordat migrate",
    ),
    (
        "SELECT c.relname::text AS name FROM pg_class AS c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace \
         AND NOT has_table_privilege(c.oid, 'SELECT') ORDER BY 1",
        "the server's role may not read some tables ({}); as the owner: concordat migrate, then GRANT concordat_app TO the role in DATABASE_URL",
    ),
];

/// The first column of every row, which is text.
async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql.to_owned())).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
