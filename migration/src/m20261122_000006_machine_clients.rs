//! Service accounts, what tenants grant them, their keys, and budgets; acts and events of the record may be a machine's.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::schema::{
    Kind::{Date, Long, Moment, Text, Truth, Uuid},
    Table,
};

/// Calls that are remembered already, while their table is made anew: those of machines have no account to point at.
const SET_ASIDE: [&str; 2] =
    ["CREATE TABLE remembered_call_aside AS SELECT * FROM remembered_call", "DROP TABLE remembered_call"];
const PUT_BACK: [&str; 2] = [
    "INSERT INTO remembered_call (id, caller_id, key, mutation, digest, outcome, created_at, expires_at) \
     SELECT id, account_id, key, mutation, digest, outcome, created_at, expires_at FROM remembered_call_aside",
    "DROP TABLE remembered_call_aside",
];

/// Grants are looked up before any tenant is known, as appointments are.
const BY_ACCOUNT: &str =
    "CREATE INDEX service_account_grant_by_account_idx ON service_account_grant (service_account_id, tenant_id)";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for table in tables() {
            table.create(manager).await?;
        }
        connection.execute_unprepared(BY_ACCOUNT).await?;
        for statement in SET_ASIDE {
            connection.execute_unprepared(statement).await?;
        }
        let remembered = Table::global("remembered_call")
            .column("caller_id", Uuid)
            .columns(Text, &["key", "mutation", "digest"])
            .optional(Text, &["outcome"])
            .columns(Moment, &["created_at", "expires_at"])
            .unique(&["caller_id", "key"])
            .index(&["expires_at"]);
        remembered.create(manager).await?;
        for statement in PUT_BACK {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn tables() -> [Table; 6] {
    [
        Table::global("service_account")
            .beyond("organisation_id", "organisation")
            .beyond("custodian_id", "tenant")
            .column("name", Text)
            .column("created_at", Moment)
            .optional(Moment, &["ended_at"])
            .unique(&["custodian_id", "name"]),
        Table::of_tenants("service_account_grant")
            .beyond("service_account_id", "service_account")
            .columns(Text, &["scopes", "allowed_addresses", "purpose"])
            .column("granted_on", Date)
            .column("expires_at", Moment)
            .optional(Moment, &["revoked_at"])
            .within_or_none("act_id", "act")
            .unique_where("live", &["service_account_id"], "revoked_at IS NULL"),
        Table::global("api_key")
            .beyond("service_account_id", "service_account")
            .columns(Text, &["prefix", "digest"])
            .columns(Moment, &["issued_at", "expires_at"])
            .optional(Moment, &["revoked_at", "last_used_at"])
            .column("is_for_query_strings", Truth)
            .unique(&["digest"])
            .unique(&["service_account_id", "prefix"]),
        Table::keyed_by_text("rate_meter", "subject").columns(Long, &["whole_at", "drawn"]),
        Table::added_to("act").beyond_or_none("service_account_id", "service_account"),
        Table::added_to("audit_event").beyond_or_none("service_account_id", "service_account"),
    ]
}
