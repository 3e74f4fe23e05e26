//! What repeated calls are answered with, and the versions of what is superseded.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::schema::{
    Kind::{Moment, Text},
    Table,
};

/// Rows that are there already are counted along the line that they belong to, in the order in which they were written.
const VERSIONS: [&str; 6] = [
    "ALTER TABLE target ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "UPDATE target SET version = counted.place FROM (SELECT tenant_id, id, row_number() OVER (PARTITION BY tenant_id, \
     agreement_indicator_id, target_period ORDER BY recorded_at, id) AS place FROM target) AS counted \
     WHERE counted.tenant_id = target.tenant_id AND counted.id = target.id",
    "CREATE UNIQUE INDEX target_version_key ON target (tenant_id, agreement_indicator_id, target_period, version)",
    "ALTER TABLE outlook ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "UPDATE outlook SET version = counted.place FROM (SELECT tenant_id, id, row_number() OVER (PARTITION BY tenant_id, \
     agreement_indicator_id ORDER BY recorded_at, id) AS place FROM outlook) AS counted \
     WHERE counted.tenant_id = outlook.tenant_id AND counted.id = outlook.id",
    "CREATE UNIQUE INDEX outlook_version_key ON outlook (tenant_id, agreement_indicator_id, version)",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let remembered = Table::global("remembered_call")
            .beyond("account_id", "account")
            .columns(Text, &["key", "mutation", "digest"])
            .optional(Text, &["outcome"])
            .columns(Moment, &["created_at", "expires_at"])
            .unique(&["account_id", "key"])
            .index(&["expires_at"]);
        remembered.create(manager).await?;
        for statement in VERSIONS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
