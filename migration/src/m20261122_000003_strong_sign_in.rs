//! Authenticators with their recovery codes, links that serve once, outgoing mail, and how each session was signed in.

use sea_orm_migration::prelude::*;

use crate::schema::{
    Kind::{Long, Moment, Text, Whole},
    Table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            Table::global("authenticator")
                .beyond("account_id", "account")
                .column("sealed_secret", Text)
                .column("last_step", Long)
                .column("created_at", Moment)
                .optional(Moment, &["enabled_at", "revoked_at"])
                .unique_where("live", &["account_id"], "revoked_at IS NULL"),
            Table::global("recovery_code")
                .beyond("authenticator_id", "authenticator")
                .column("digest", Text)
                .optional(Moment, &["used_at"])
                .unique(&["authenticator_id", "digest"]),
            Table::global("single_use_link")
                .beyond("account_id", "account")
                .columns(Text, &["purpose", "digest"])
                .columns(Moment, &["issued_at", "expires_at"])
                .optional(Moment, &["used_at"])
                .unique(&["digest"]),
            Table::global("mail_outbox")
                .columns(Text, &["kind", "recipient", "subject", "body"])
                .columns(Moment, &["created_at", "next_attempt_at"])
                .column("attempts", Whole)
                .optional(Moment, &["sent_at", "failed_at"])
                .index_where("due", &["next_attempt_at"], "sent_at IS NULL AND failed_at IS NULL"),
        ];
        for table in tables {
            table.create(manager).await?;
        }
        let connection = manager.get_connection();
        let moment = Moment.sql(connection.get_database_backend());
        // Sessions from before were signed in by password alone, and when that was shown last isn't known.
        connection.execute_unprepared("ALTER TABLE session ADD COLUMN method text NOT NULL DEFAULT 'PWD'").await?;
        connection.execute_unprepared(&format!("ALTER TABLE session ADD COLUMN shown_at {moment}")).await?;
        Ok(())
    }
}
