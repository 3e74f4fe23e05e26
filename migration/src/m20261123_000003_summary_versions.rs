//! The published summary of a meeting can be superseded by a corrected one.
//!
//! A meeting had one summary by a key of its table, which SQLite can't take away: the two tables are made anew with what they held.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::schema::{
    Kind::{Date, Text, Whole},
    Table,
};

const PUT_ASIDE: &[&str] = &[
    "CREATE TABLE former_summary AS SELECT * FROM meeting_summary",
    "CREATE TABLE former_recipient AS SELECT * FROM summary_recipient",
    "DROP TABLE summary_recipient",
    "DROP TABLE meeting_summary",
];

const PUT_BACK: &[&str] = &[
    "INSERT INTO meeting_summary (tenant_id, id, meeting_id, version, words, address, late_reason, due_on, published_on, act_id) \
     SELECT tenant_id, id, meeting_id, 1, words, address, late_reason, due_on, published_on, act_id FROM former_summary",
    "INSERT INTO summary_recipient (tenant_id, id, meeting_summary_id, person_id, appointment_id, office) \
     SELECT tenant_id, id, meeting_summary_id, person_id, appointment_id, office FROM former_recipient",
    "DROP TABLE former_recipient",
    "DROP TABLE former_summary",
];

fn tables() -> [Table; 2] {
    [
        Table::of_tenants("meeting_summary")
            .within("meeting_id", "meeting")
            .column("version", Whole)
            .column("words", Text)
            .optional(Text, &["address", "late_reason", "correction_reason"])
            .columns(Date, &["due_on", "published_on"])
            .optional(Date, &["superseded_on"])
            .within("act_id", "act")
            .unique(&["meeting_id", "version"])
            .unique_where("standing", &["meeting_id"], "superseded_on IS NULL"),
        Table::of_tenants("summary_recipient")
            .within("meeting_summary_id", "meeting_summary")
            .beyond("person_id", "person")
            .within("appointment_id", "appointment")
            .column("office", Text)
            .unique(&["meeting_summary_id", "person_id"]),
    ]
}

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        // PostgreSQL makes each change within a transaction by itself.
        let is_alone = connection.get_database_backend() == DbBackend::Sqlite;
        if is_alone {
            connection.execute_unprepared("BEGIN IMMEDIATE").await?;
        }
        for statement in PUT_ASIDE {
            connection.execute_unprepared(statement).await?;
        }
        for table in tables() {
            table.create(manager).await?;
        }
        for statement in PUT_BACK {
            connection.execute_unprepared(statement).await?;
        }
        if is_alone {
            connection.execute_unprepared("COMMIT").await?;
        }
        Ok(())
    }
}
