//! An index of appointments by person.
//!
//! Every request asks which appointments its person holds, before any tenant is known. So this index alone doesn't begin with
//! the tenant; without it the appointments of all tenants would be read each time.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX appointment_by_person_idx ON appointment (person_id, tenant_id)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}
