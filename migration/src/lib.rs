//! The database schema: one file per change, the same for SQLite and PostgreSQL (and fit for Citus).
//!
//! It stands alone: it knows nothing of `entity`, and a test compares the two.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectOptions, Database},
};

mod m20261121_000001_organisation;
mod m20261121_000002_identity;
mod m20261121_000003_performance;
mod m20261121_000004_appointments_by_person;
mod m20261122_000003_strong_sign_in;
mod schema;

pub use schema::{GLOBAL_TABLES, TENANT_TABLES};

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
            Box::new(m20261122_000003_strong_sign_in::Migration),
        ]
    }
}

/// Brings the database at `url` up to date, creating an embedded one that isn't there yet.
///
/// # Errors
/// When the database can't be reached or refuses a change.
pub async fn up(url: &str) -> Result<(), DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(true).foreign_keys(true));
    let connection = Database::connect(options).await?;
    Migrator::up(&connection, None).await?;
    connection.close().await
}

/// The names of changes that the database at `url` still lacks.
///
/// # Errors
/// When the database can't be reached.
pub async fn pending(url: &str) -> Result<Vec<String>, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    let pending = Migrator::get_pending_migrations(&connection).await?;
    connection.close().await?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}
