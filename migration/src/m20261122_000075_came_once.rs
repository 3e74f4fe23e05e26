//! Somebody comes to a meeting once: a person in whichever appointment, a guest by the name that was given.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::schema::Table;

/// What was said twice of one guest, or of one person in two appointments: what was said last stands.
const SAID_TWICE: &str = "DELETE FROM attendance WHERE EXISTS (SELECT 1 FROM attendance AS later \
     LEFT JOIN appointment AS theirs ON theirs.tenant_id = later.tenant_id AND theirs.id = later.appointment_id \
     LEFT JOIN appointment AS own ON own.tenant_id = attendance.tenant_id AND own.id = attendance.appointment_id \
     WHERE later.tenant_id = attendance.tenant_id AND later.meeting_id = attendance.meeting_id AND later.id > attendance.id \
     AND (later.guest = attendance.guest OR theirs.person_id = own.person_id))";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(SAID_TWICE).await?;
        let guests = Table::added_to("attendance").unique_where("guest", &["meeting_id", "guest"], "guest IS NOT NULL");
        guests.create(manager).await
    }
}
