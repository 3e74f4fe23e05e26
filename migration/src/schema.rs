//! How a table is made, on either database.
//!
//! A tenant's table gets all that belongs to it in one place: `tenant_id` first in its key, in every unique key, foreign key
//! and index. A foreign key on a single column would cross tenants, even under row-level security. On PostgreSQL
//! constraints are added apart from columns, which Citus asks for; SQLite can only take them with the table.

use std::fmt::Write as _;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Tables that belong to tenants.
pub const TENANT_TABLES: &[&str] = &[
    "act",
    "action",
    "action_owner",
    "action_plan",
    "action_plan_feedback",
    "action_plan_version",
    "action_progress",
    "agenda_item",
    "agenda_link",
    "agreement",
    "agreement_indicator",
    "appointment",
    "area_set",
    "area_set_member",
    "attendance",
    "attendance_correction",
    "audit_chain",
    "audit_event",
    "body",
    "body_membership",
    "budget",
    "budget_line",
    "budget_revision",
    "budget_revision_line",
    "commitment",
    "corrected_attendance",
    "data_version",
    "decision",
    "decision_priority",
    "delegation",
    "feedback",
    "feedback_issue",
    "feedback_source",
    "feedback_summary",
    "feedback_theme",
    "indicator",
    "interest",
    "interview_correction",
    "meeting",
    "meeting_cascade",
    "meeting_decision",
    "meeting_pack",
    "meeting_paper",
    "meeting_summary",
    "member_interview",
    "minute_correction",
    "minutes_approval",
    "obligation_waiver",
    "observation",
    "outcome",
    "outlook",
    "period_close",
    "risk",
    "risk_action",
    "risk_assessment",
    "risk_attempt",
    "risk_control",
    "risk_link",
    "risk_referral",
    "risk_referral_step",
    "risk_review",
    "policing_plan_alignment",
    "policing_plan_measure",
    "policing_plan_objective",
    "publication",
    "publication_item",
    "quarterly_return",
    "quarterly_return_follow_up",
    "quarterly_return_submission",
    "service_account_grant",
    "stored_query",
    "stored_query_version",
    "summary_recipient",
    "target",
    "theme",
    "tolerance_policy",
    "transformational_issue",
];

/// Tables of reference data: what exists once, for all tenants.
pub const REFERENCE_TABLES: &[&str] = &[
    "area",
    "area_link",
    "area_succession",
    "national_indicator",
    "organisation",
    "person",
    "service_account",
    "tenant",
    "tenant_relation",
];

/// Tables that belong to no tenant and change often, so they stay local.
pub const LOCAL_TABLES: &[&str] = &[
    "account",
    "api_key",
    "authenticator",
    "calendar_feed",
    "mail_outbox",
    "rate_meter",
    "recovery_code",
    "refresh_token",
    "remembered_call",
    "reminder",
    "session",
    "sign_in_throttle",
    "single_use_link",
    "sharing_agreement",
    "sharing_clause",
    "sharing_party",
];

/// A table in the making.
pub(crate) struct Table {
    name: &'static str,
    of_tenants: bool,
    is_there: bool,
    columns: Vec<Column>,
    constraints: Vec<(String, String)>,
    indexes: Vec<String>,
}

struct Column {
    name: &'static str,
    kind: Kind,
    null: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Uuid,
    Text,
    Whole,
    Long,
    Truth,
    Date,
    Moment,
    Json,
}

impl Kind {
    pub(crate) fn sql(self, backend: DbBackend) -> &'static str {
        let (sqlite, postgres) = match self {
            Self::Uuid => ("BLOB", "uuid"),
            Self::Text => ("TEXT", "text"),
            Self::Whole => ("INTEGER", "integer"),
            Self::Long => ("INTEGER", "bigint"),
            Self::Truth => ("INTEGER", "boolean"),
            Self::Date => ("TEXT", "date"),
            Self::Moment => ("TEXT", "timestamptz"),
            Self::Json => ("TEXT", "jsonb"),
        };
        if backend == DbBackend::Sqlite { sqlite } else { postgres }
    }
}

impl Table {
    /// A table whose rows each belong to one tenant.
    pub(crate) fn of_tenants(name: &'static str) -> Self {
        Self::new(name, true)
            .column("tenant_id", Kind::Uuid)
            .column("id", Kind::Uuid)
            .constraint("pk", "PRIMARY KEY (tenant_id, id)")
            .constraint("tenant_fk", "FOREIGN KEY (tenant_id) REFERENCES tenant (id)")
    }

    /// A table that belongs to no tenant.
    pub(crate) fn global(name: &'static str) -> Self {
        Self::new(name, false).column("id", Kind::Uuid).constraint("pk", "PRIMARY KEY (id)")
    }

    /// A table that belongs to no tenant and is keyed by a text.
    pub(crate) fn keyed_by_text(name: &'static str, key: &'static str) -> Self {
        Self::new(name, false).column(key, Kind::Text).constraint("pk", &format!("PRIMARY KEY ({key})"))
    }

    /// What a later change adds to a tenants' table that is there already: columns that may be empty, with their constraints.
    pub(crate) fn added_to(name: &'static str) -> Self {
        Self { is_there: true, ..Self::new(name, true) }
    }

    fn new(name: &'static str, of_tenants: bool) -> Self {
        Self { name, of_tenants, is_there: false, columns: Vec::new(), constraints: Vec::new(), indexes: Vec::new() }
    }

    /// A column that is always filled.
    pub(crate) fn column(mut self, name: &'static str, kind: Kind) -> Self {
        self.columns.push(Column { name, kind, null: false });
        self
    }

    /// Columns that are always filled, of one kind.
    pub(crate) fn columns(self, kind: Kind, names: &[&'static str]) -> Self {
        names.iter().fold(self, |table, name| table.column(name, kind))
    }

    /// Columns that may be empty, of one kind.
    pub(crate) fn optional(mut self, kind: Kind, names: &[&'static str]) -> Self {
        self.columns.extend(names.iter().map(|&name| Column { name, kind, null: true }));
        self
    }

    /// A reference to a row of the same tenant.
    pub(crate) fn within(self, column: &'static str, table: &str) -> Self {
        self.column(column, Kind::Uuid).points_within(column, table)
    }

    /// A reference to a row of the same tenant that may be empty.
    pub(crate) fn within_or_none(self, column: &'static str, table: &str) -> Self {
        self.optional(Kind::Uuid, &[column]).points_within(column, table)
    }

    fn points_within(self, column: &str, table: &str) -> Self {
        let name = format!("{}_fk", column.trim_end_matches("_id"));
        let constraint = format!("FOREIGN KEY (tenant_id, {column}) REFERENCES {table} (tenant_id, id)");
        self.constraint(&name, &constraint).index(&[column])
    }

    /// A reference to a row that belongs to no tenant.
    pub(crate) fn beyond(self, column: &'static str, table: &str) -> Self {
        self.column(column, Kind::Uuid).points_beyond(column, table)
    }

    /// A reference to a row that belongs to no tenant; it may be empty.
    pub(crate) fn beyond_or_none(self, column: &'static str, table: &str) -> Self {
        self.optional(Kind::Uuid, &[column]).points_beyond(column, table)
    }

    fn points_beyond(self, column: &str, table: &str) -> Self {
        let name = format!("{}_fk", column.trim_end_matches("_id"));
        self.constraint(&name, &format!("FOREIGN KEY ({column}) REFERENCES {table} (id)")).index(&[column])
    }

    /// A key beside the primary one.
    pub(crate) fn unique(self, columns: &[&str]) -> Self {
        // Without the `_id`s, since names may have 52 letters at most.
        let named: Vec<&str> = columns.iter().map(|column| column.trim_end_matches("_id")).collect();
        let name = format!("{}_key", named.join("_"));
        let list = self.scoped(columns);
        self.constraint(&name, &format!("UNIQUE ({list})"))
    }

    /// A key that holds among the rows meeting a condition.
    pub(crate) fn unique_where(mut self, name: &str, columns: &[&str], condition: &str) -> Self {
        let list = self.scoped(columns);
        self.indexes.push(format!("CREATE UNIQUE INDEX {}_{name}_key ON {} ({list}) WHERE {condition}", self.name, self.name));
        self
    }

    /// An index of the few rows that meet a condition.
    pub(crate) fn index_where(mut self, name: &str, columns: &[&str], condition: &str) -> Self {
        let list = self.scoped(columns);
        self.indexes.push(format!("CREATE INDEX {}_{name}_idx ON {} ({list}) WHERE {condition}", self.name, self.name));
        self
    }

    /// An index.
    pub(crate) fn index(mut self, columns: &[&str]) -> Self {
        let list = self.scoped(columns);
        self.indexes.push(format!("CREATE INDEX {}_{}_idx ON {} ({list})", self.name, columns.join("_"), self.name));
        self
    }

    /// A rule that every row has to meet.
    pub(crate) fn check(self, name: &str, condition: &str) -> Self {
        self.constraint(&format!("{name}_check"), &format!("CHECK ({condition})"))
    }

    fn constraint(mut self, name: &str, sql: &str) -> Self {
        self.constraints.push((format!("{}_{name}", self.name), sql.to_owned()));
        self
    }

    /// In a tenant's table every key and index begins with the tenant.
    fn scoped(&self, columns: &[&str]) -> String {
        let own = columns.join(", ");
        if self.of_tenants { format!("tenant_id, {own}") } else { own }
    }

    fn statements(&self, backend: DbBackend) -> Vec<String> {
        if self.is_there {
            return self.additions(backend);
        }
        let mut columns = self.columns.iter().fold(String::new(), |mut text, column| {
            let null = if column.null { "" } else { " NOT NULL" };
            let _ = write!(text, "{}{} {}{null}", if text.is_empty() { "" } else { ", " }, column.name, column.kind.sql(backend));
            text
        });
        let mut after = Vec::new();
        for (name, sql) in &self.constraints {
            if backend == DbBackend::Sqlite {
                let _ = write!(columns, ", CONSTRAINT {name} {sql}");
            } else {
                after.push(format!("ALTER TABLE {} ADD CONSTRAINT {name} {sql}", self.name));
            }
        }
        let strict = if backend == DbBackend::Sqlite { " STRICT" } else { "" };
        let mut statements = vec![format!("CREATE TABLE {} ({columns}){strict}", self.name)];
        statements.append(&mut after);
        statements.extend(self.indexes.iter().cloned());
        statements
    }

    /// SQLite can only take a constraint with the last of the columns that it looks at, as that column's own.
    fn additions(&self, backend: DbBackend) -> Vec<String> {
        let added =
            |column: &Column| format!("ALTER TABLE {} ADD COLUMN {} {}", self.name, column.name, column.kind.sql(backend));
        let mut statements: Vec<String> = self.columns.iter().map(added).collect();
        for (name, sql) in &self.constraints {
            match statements.last_mut() {
                Some(last) if backend == DbBackend::Sqlite => {
                    let own = sql.split_once(" REFERENCES ").map_or_else(|| sql.clone(), |(_, to)| format!("REFERENCES {to}"));
                    let _ = write!(last, " CONSTRAINT {name} {own}");
                }
                _ => statements.push(format!("ALTER TABLE {} ADD CONSTRAINT {name} {sql}", self.name)),
            }
        }
        statements.extend(self.indexes.iter().cloned());
        statements
    }

    /// Makes the table with all that belongs to it, or adds to the one that is there.
    pub(crate) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in self.statements(connection.get_database_backend()) {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

/// Declares a migration that makes tables and never takes them back: a change is undone by a later change.
macro_rules! migration_of {
    ($($table:expr),+ $(,)?) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub(crate) struct Migration;

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                $($table.create(manager).await?;)+
                Ok(())
            }
        }
    };
}
pub(crate) use migration_of;
