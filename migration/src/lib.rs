//! The database schema: one file per change, the same for SQLite and PostgreSQL (and fit for Citus).
//!
//! It stands alone: it knows nothing of `entity`, and a test compares the two.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait},
};

mod m20261121_000001_organisation;
mod m20261121_000002_identity;
mod m20261121_000003_performance;
mod m20261121_000004_appointments_by_person;
mod m20261122_000001_comparator;
mod m20261122_000002_audit;
mod m20261122_000003_strong_sign_in;
mod m20261122_000004_retries;
mod m20261122_000005_sharing;
mod m20261122_000006_machine_clients;
mod m20261122_000010_data_version;
mod m20261122_000020_stored_queries;
mod m20261122_000030_risk;
mod m20261122_000040_delegation;
mod m20261122_000041_finance;
mod m20261122_000050_returns;
mod m20261122_000060_meetings;
mod m20261122_000061_actions;
mod m20261122_000062_calendars;
mod m20261122_000070_referral_once;
mod m20261122_000075_came_once;
mod m20261122_000076_who_told_progress;
mod m20261122_000077_members_awaited;
mod m20261122_000078_feedback_first_sent;
mod m20261122_000079_minutes_known;
mod m20261122_000081_no_forms_reason;
mod m20261123_000001_budget_revisions;
mod m20261123_000002_minutes_record;
mod m20261123_000003_summary_versions;
mod m20261123_000004_pack_reason;
mod m20261123_000005_urgent_business;
mod m20261123_000101_cascade;
mod m20261123_000102_planning_cycle;
mod m20261123_000103_publications;
mod m20261123_000104_interviews;
mod m20261123_000105_external_party;
mod m20261123_000106_first_collated;
mod m20261123_000201_earlier_wording;
mod m20261123_000202_late_scan;
mod m20261123_000301_withdrawn_items;
mod m20261123_000302_attendance_corrections;
mod m20261123_000303_interview_corrections;
mod m20261123_000401_briefs;
mod schema;
mod walls;

pub use schema::{LOCAL_TABLES, REFERENCE_TABLES, TENANT_TABLES};
pub use walls::{Opening, ROLE};

/// The list of all changes, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_organisation::Migration),
            Box::new(m20261121_000002_identity::Migration),
            Box::new(m20261121_000003_performance::Migration),
            Box::new(m20261121_000004_appointments_by_person::Migration),
            Box::new(m20261122_000001_comparator::Migration),
            Box::new(m20261122_000002_audit::Migration),
            Box::new(m20261122_000003_strong_sign_in::Migration),
            Box::new(m20261122_000004_retries::Migration),
            Box::new(m20261122_000005_sharing::Migration),
            Box::new(m20261122_000006_machine_clients::Migration),
            Box::new(m20261122_000010_data_version::Migration),
            Box::new(m20261122_000020_stored_queries::Migration),
            Box::new(m20261122_000030_risk::Migration),
            Box::new(m20261122_000040_delegation::Migration),
            Box::new(m20261122_000041_finance::Migration),
            Box::new(m20261122_000050_returns::Migration),
            Box::new(m20261122_000060_meetings::Migration),
            Box::new(m20261122_000061_actions::Migration),
            Box::new(m20261122_000062_calendars::Migration),
            Box::new(m20261122_000070_referral_once::Migration),
            Box::new(m20261122_000075_came_once::Migration),
            Box::new(m20261122_000076_who_told_progress::Migration),
            Box::new(m20261122_000077_members_awaited::Migration),
            Box::new(m20261122_000078_feedback_first_sent::Migration),
            Box::new(m20261122_000079_minutes_known::Migration),
            Box::new(m20261122_000081_no_forms_reason::Migration),
            Box::new(m20261123_000001_budget_revisions::Migration),
            Box::new(m20261123_000002_minutes_record::Migration),
            Box::new(m20261123_000003_summary_versions::Migration),
            Box::new(m20261123_000004_pack_reason::Migration),
            Box::new(m20261123_000005_urgent_business::Migration),
            Box::new(m20261123_000101_cascade::Migration),
            Box::new(m20261123_000102_planning_cycle::Migration),
            Box::new(m20261123_000103_publications::Migration),
            Box::new(m20261123_000104_interviews::Migration),
            Box::new(m20261123_000105_external_party::Migration),
            Box::new(m20261123_000106_first_collated::Migration),
            Box::new(m20261123_000201_earlier_wording::Migration),
            Box::new(m20261123_000202_late_scan::Migration),
            Box::new(m20261123_000301_withdrawn_items::Migration),
            Box::new(m20261123_000302_attendance_corrections::Migration),
            Box::new(m20261123_000303_interview_corrections::Migration),
            Box::new(m20261123_000401_briefs::Migration),
        ]
    }
}

/// Brings the database at `url` up to date, creating an embedded one that isn't there yet; on PostgreSQL as the owner of its
/// tables, and every role, leave and policy is put back as it is to be.
///
/// # Errors
/// When the database can't be reached or refuses a change.
pub async fn up(url: &str) -> Result<(), DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(true).foreign_keys(true));
    let connection = Database::connect(options).await?;
    Migrator::up(&connection, None).await?;
    let putting_back = connection.begin().await?;
    walls::raise(&putting_back).await?;
    putting_back.commit().await?;
    connection.close().await
}

/// What is wrong with the wall of row-level security around tenants for the role in `url`, each in a sentence that says how to
/// mend it; nothing on SQLite, which has none.
///
/// # Errors
/// When the database can't be reached.
pub async fn gaps(url: &str) -> Result<Vec<String>, DbErr> {
    let connection = connect(url).await?;
    let gaps = walls::gaps(&connection).await?;
    connection.close().await?;
    Ok(gaps)
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// The names of changes that were made. Nothing is made on the way, unlike the library's own way to ask: the server's role may not.
async fn made(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(connection).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let query = Statement::from_string(connection.get_database_backend(), "SELECT version FROM seaql_migrations");
    let rows = connection.query_all_raw(query).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The names of changes that the database at `url` still lacks.
///
/// # Errors
/// When the database can't be reached.
pub async fn pending(url: &str) -> Result<Vec<String>, DbErr> {
    let connection = connect(url).await?;
    let made = made(&connection).await?;
    connection.close().await?;
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if let Some(later) = made.iter().find(|name| !known.contains(name)) {
        return Err(DbErr::Migration(format!("it has the change {later}, which this concordat doesn't know; use the newer one")));
    }
    Ok(known.into_iter().filter(|name| !made.contains(name)).collect())
}
