//! The database's own catalogue, on either engine: nothing in it can cross from one tenant to another, and it holds the
//! columns that the entities believe in.

use std::collections::{BTreeMap, BTreeSet};

use entity::tables::{dashboards, finance, governance, identity, organisation, performance, risk, sharing};
use sea_orm::{ColumnTrait as _, EntityName as _, Iden as _, Iterable as _};
use tests::both_dbs;
use tests::support::{Engine, Probe, TestApp};

both_dbs!(
    every_tenant_table_is_registered,
    tenant_tables_are_keyed_by_tenant_first,
    no_foreign_key_crosses_tenants,
    every_index_of_a_tenant_table_begins_with_the_tenant,
    names_of_constraints_fit_both_databases,
    columns_are_what_the_entities_believe,
);

/// A table's columns, and whether each may be null.
type Columns = BTreeMap<String, bool>;

struct ForeignKey {
    table: String,
    columns: Vec<String>,
    target: String,
    target_columns: Vec<String>,
}

struct Catalogue {
    columns: BTreeMap<String, Columns>,
    primary_keys: BTreeMap<String, Vec<String>>,
    foreign_keys: Vec<ForeignKey>,
    /// Indexes, those of unique constraints included: table, name, columns.
    indexes: Vec<(String, String, Vec<String>)>,
    constraint_names: BTreeSet<String>,
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

/// The tables of the migrations' own bookkeeping.
fn is_ours(table: &str) -> bool {
    table != "seaql_migrations" && !table.starts_with("sqlite_")
}

impl Catalogue {
    async fn read(app: &TestApp) -> Self {
        let probe = Probe::open(app.database()).await;
        let [columns, primary, foreign, indexes, names] = match app.engine() {
            Engine::Sqlite => SQLITE,
            Engine::Postgres => POSTGRES,
        };
        let mut catalogue = Self {
            columns: BTreeMap::new(),
            primary_keys: BTreeMap::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            constraint_names: BTreeSet::new(),
        };
        for row in probe.rows(columns).await.into_iter().filter(|row| is_ours(&row[0])) {
            catalogue.columns.entry(row[0].clone()).or_default().insert(row[1].clone(), row[2] == "YES");
        }
        for row in probe.rows(primary).await.into_iter().filter(|row| is_ours(&row[0])) {
            catalogue.primary_keys.insert(row[0].clone(), split(&row[1]));
        }
        for row in probe.rows(foreign).await {
            let [table, columns, target, target_columns] = [&row[0], &row[1], &row[2], &row[3]].map(Clone::clone);
            let (columns, target_columns) = (split(&columns), split(&target_columns));
            catalogue.foreign_keys.push(ForeignKey { table, columns, target, target_columns });
        }
        for row in probe.rows(indexes).await.into_iter().filter(|row| is_ours(&row[0])) {
            catalogue.indexes.push((row[0].clone(), row[1].clone(), split(&row[2])));
        }
        for row in probe.rows(names).await.into_iter().flatten() {
            catalogue.constraint_names.extend(named_in(&row));
        }
        probe.close().await;
        assert!(catalogue.columns.len() > 25 && catalogue.foreign_keys.len() > 40 && catalogue.indexes.len() > 20, "it was read");
        catalogue
    }

    fn tenant_tables(&self) -> BTreeSet<&str> {
        self.columns.iter().filter(|(_, columns)| columns.contains_key("tenant_id")).map(|(table, _)| table.as_str()).collect()
    }
}

/// The names in a statement that makes a table; on PostgreSQL, where names come one by one, the text itself.
fn named_in(text: &str) -> Vec<String> {
    if !text.contains(' ') {
        return vec![text.to_owned()];
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let clean = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_owned();
    words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("constraint")).map(|pair| clean(pair[1])).collect()
}

const SQLITE: [&str; 5] = [
    "SELECT t.name, c.name, CASE c.\"notnull\" WHEN 0 THEN 'YES' ELSE 'NO' END
       FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    "SELECT name, group_concat(column_name) FROM (SELECT t.name AS name, c.name AS column_name
       FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk > 0 ORDER BY t.name, c.pk) GROUP BY name",
    "SELECT name, group_concat(column_name), target, group_concat(target_column) FROM (
       SELECT t.name AS name, f.id AS id, f.\"from\" AS column_name, f.\"table\" AS target, f.\"to\" AS target_column
       FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq)
       GROUP BY name, id, target",
    "SELECT name, index_name, group_concat(column_name) FROM (
       SELECT t.name AS name, i.name AS index_name, c.name AS column_name
       FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c WHERE t.type = 'table'
       ORDER BY t.name, i.name, c.seqno) GROUP BY name, index_name",
    "SELECT sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL
       UNION ALL SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'",
];

const POSTGRES: [&str; 5] = [
    // What PostgreSQL makes of the others by itself is nothing that a row holds.
    "SELECT table_name::text, column_name::text, is_nullable::text FROM information_schema.columns
       WHERE table_schema = 'public' AND is_generated = 'NEVER'",
    "SELECT c.conrelid::regclass::text, (SELECT string_agg(a.attname, ',' ORDER BY k.place)
       FROM unnest(c.conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
       FROM pg_constraint c WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace",
    "SELECT c.conrelid::regclass::text, (SELECT string_agg(a.attname, ',' ORDER BY k.place)
       FROM unnest(c.conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
       c.confrelid::regclass::text, (SELECT string_agg(a.attname, ',' ORDER BY k.place)
       FROM unnest(c.confkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)
       FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace",
    "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, (SELECT string_agg(a.attname, ',' ORDER BY k.place)
       FROM unnest(i.indkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
       FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace",
    "SELECT conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       UNION SELECT relname::text FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace",
];

async fn every_tenant_table_is_registered(app: TestApp) {
    let catalogue = Catalogue::read(&app).await;
    let tables = catalogue.tenant_tables();
    assert_eq!(tables, entity::tables::REGISTERS.iter().copied().collect(), "the entities' list of tenant tables");
    assert_eq!(tables, migration::TENANT_TABLES.iter().copied().collect(), "the migrations' list of tenant tables");
    let all: BTreeSet<&str> = catalogue.columns.keys().map(String::as_str).collect();
    let known = [migration::TENANT_TABLES, migration::REFERENCE_TABLES, migration::LOCAL_TABLES].concat().into_iter().collect();
    assert_eq!(all, known, "a table belongs to tenants or to nobody, and is on one of the lists");
}

async fn tenant_tables_are_keyed_by_tenant_first(app: TestApp) {
    let catalogue = Catalogue::read(&app).await;
    for table in catalogue.tenant_tables() {
        assert_eq!(catalogue.primary_keys[table], ["tenant_id", "id"], "{table}");
        assert!(!catalogue.columns[table]["tenant_id"], "{table}: the tenant is always known");
    }
}

async fn no_foreign_key_crosses_tenants(app: TestApp) {
    let catalogue = Catalogue::read(&app).await;
    let tenant_tables = catalogue.tenant_tables();
    for key in &catalogue.foreign_keys {
        let (from, to) = (tenant_tables.contains(key.table.as_str()), tenant_tables.contains(key.target.as_str()));
        let name = format!("{} ({}) to {}", key.table, key.columns.join(", "), key.target);
        assert!(from || !to, "{name}: what belongs to nobody can't point at what belongs to a tenant");
        if from && to {
            assert_eq!(key.columns[0], "tenant_id", "{name} could point into another tenant");
            assert_eq!(key.target_columns, ["tenant_id", "id"], "{name}");
        }
    }
    // Each tenant table says whose it is.
    for table in tenant_tables {
        let says = |key: &&ForeignKey| key.table == table && key.columns == ["tenant_id"] && key.target == "tenant";
        assert_eq!(catalogue.foreign_keys.iter().filter(says).count(), 1, "{table}");
    }
}

/// Indexes that don't begin with the tenant, because what they serve comes before any tenant: who somebody is. May only shrink.
const BEYOND_TENANTS: [&str; 2] = ["appointment_by_person_idx", "service_account_grant_by_account_idx"];

async fn every_index_of_a_tenant_table_begins_with_the_tenant(app: TestApp) {
    let catalogue = Catalogue::read(&app).await;
    let tenant_tables = catalogue.tenant_tables();
    for (table, name, columns) in catalogue.indexes.iter().filter(|(table, ..)| tenant_tables.contains(table.as_str())) {
        if !BEYOND_TENANTS.contains(&name.as_str()) {
            assert_eq!(columns[0], "tenant_id", "{name} on {table} ({})", columns.join(", "));
        }
    }
}

async fn names_of_constraints_fit_both_databases(app: TestApp) {
    let catalogue = Catalogue::read(&app).await;
    assert!(catalogue.constraint_names.len() > 60, "they were read: {:?}", catalogue.constraint_names);
    for name in &catalogue.constraint_names {
        assert!(name.len() <= 52, "{name} has {} letters; sharding adds eleven, and 63 are cut off", name.len());
    }
}

macro_rules! believed {
    ($($area:ident :: $table:ident),+ $(,)?) => {
        BTreeMap::from([$((
            $area::$table::Entity.table_name().to_owned(),
            $area::$table::Column::iter().map(|column| (column.to_string(), column.def().is_null())).collect::<Columns>(),
        )),+])
    };
}

async fn columns_are_what_the_entities_believe(app: TestApp) {
    let believed = believed! {
    finance::budget, finance::budget_line, finance::budget_revision, finance::budget_revision_line, finance::commitment, finance::decision, finance::decision_priority, finance::interest, governance::delegation, governance::policing_plan_alignment, governance::policing_plan_measure, governance::policing_plan_objective, governance::feedback, governance::feedback_issue, governance::feedback_source, governance::feedback_summary, governance::feedback_theme, governance::quarterly_return, governance::quarterly_return_follow_up, governance::quarterly_return_submission, identity::account, identity::api_key, identity::authenticator, identity::mail_outbox, identity::recovery_code, identity::refresh_token, identity::rate_meter, identity::remembered_call, identity::calendar_feed, identity::reminder, identity::session, identity::sign_in_throttle, identity::single_use_link, governance::action, governance::action_owner, governance::action_plan, governance::action_plan_feedback, governance::action_plan_version, governance::action_progress, governance::agenda_item, governance::agenda_link, governance::attendance, governance::attendance_correction, governance::corrected_attendance, governance::interview_correction, governance::meeting, governance::meeting_cascade, governance::meeting_decision, governance::meeting_pack, governance::meeting_paper, governance::meeting_summary, governance::member_interview, governance::minute_correction, governance::minutes_approval, governance::obligation_waiver, governance::publication, governance::publication_item, governance::summary_recipient,
                organisation::act, organisation::appointment, organisation::audit_chain, organisation::audit_event, organisation::body, organisation::body_membership, organisation::data_version,
                organisation::organisation, organisation::person, organisation::service_account,
                organisation::service_account_grant, organisation::tenant, organisation::tenant_relation,
                performance::agreement, performance::agreement_indicator, performance::area, performance::area_link,
                performance::area_set, performance::area_set_member, performance::area_succession, performance::indicator,
                performance::national_indicator, performance::observation, performance::outcome, performance::outlook,
                performance::period_close, performance::target, performance::theme, performance::tolerance_policy,
                performance::transformational_issue, dashboards::stored_query, dashboards::stored_query_version,
                sharing::sharing_agreement, sharing::sharing_clause, sharing::sharing_party,
                risk::risk, risk::risk_action, risk::risk_assessment, risk::risk_attempt, risk::risk_control, risk::risk_link, risk::risk_referral,
                risk::risk_referral_step, risk::risk_review,
            };
    let catalogue = Catalogue::read(&app).await;
    for (table, columns) in &catalogue.columns {
        assert_eq!(Some(columns), believed.get(table), "{table}: the database on the left, the entity on the right");
    }
    assert_eq!(catalogue.columns.len(), believed.len());
}
