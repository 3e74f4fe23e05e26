//! The command line: one file a command.

mod audit;
mod backup;
mod demo;
mod export;
mod housekeeping;
mod import;
mod key;
mod load;
mod migrate;
mod restore;
mod schema;
mod serve;
mod service_account;
mod user;

use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use entity::{
    clock::Clock,
    tenancy::{Db, Limits},
};

use crate::config::Unfit;

/// A GraphQL API for local strategic partnerships and the police authority that works with them.
#[derive(Debug, Parser)]
#[command(
    name = "concordat",
    version,
    about = "A GraphQL API for local strategic partnerships and the police authority that works with them"
)]
pub struct Concordat {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start with demonstration data on an embedded database, and say how to sign in.
    Demo(demo::Demo),
    /// Start for real use.
    Serve(serve::Serve),
    /// Bring the database up to date.
    Migrate(migrate::Migrate),
    /// Load the reference data: tenants, areas, organisations, national indicators.
    Load(load::Load),
    /// Add people who may sign in, and let in those who lost what they sign in with.
    User(user::User),
    /// Add machine clients.
    ServiceAccount(service_account::ServiceAccount),
    /// Make a signing key.
    Key(key::Key),
    /// Make the server's secret.
    Secret(key::Secret),
    /// Take in a file of observations, or say what it would change.
    Import(import::ImportObservations),
    /// Write the observations that stand to a file.
    Export(export::Export),
    /// Look after the record of what was written and read.
    Audit(audit::Audit),
    /// Write everything that lasts to one file, while the server goes on.
    Backup(backup::Backup),
    /// Take a backup back into an empty database.
    Restore(restore::Restore),
    /// Print the GraphQL schema.
    Schema(schema::Schema),
}

impl Concordat {
    /// Runs the command.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn run(self) -> Result<(), Unfit> {
        match self.command {
            Command::Demo(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Migrate(command) => command.run().await,
            Command::Load(command) => command.run().await,
            Command::User(command) => command.run().await,
            Command::ServiceAccount(command) => command.run().await,
            Command::Import(command) => command.run().await,
            Command::Export(command) => command.run().await,
            Command::Key(command) => command.run(),
            Command::Audit(command) => command.run().await,
            Command::Secret(command) => command.run(),
            Command::Backup(command) => command.run().await,
            Command::Restore(command) => command.run().await,
            Command::Schema(command) => command.run(),
        }
    }
}

/// Which database a command works on.
#[derive(Debug, Args)]
struct DatabaseAddress {
    /// The database: `sqlite:///path/file.db` or `postgres://user:password@host/name`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
}

impl DatabaseAddress {
    /// Checks that the database itself keeps tenants apart for the role that we are to work in.
    async fn is_walled(&self) -> Result<(), Unfit> {
        let gaps = migration::gaps(&self.database_url)
            .await
            .map_err(|error| Unfit(format!("the database can't be reached: {error}")))?;
        if gaps.is_empty() { Ok(()) } else { Err(Unfit(gaps.join("\n"))) }
    }

    /// Opens it when every change of the schema has been made.
    async fn open_current(&self, clock: Arc<dyn Clock>) -> Result<Db, Unfit> {
        self.open_within(clock, Limits::default()).await
    }

    /// The same with as many connections as somebody wants.
    async fn open_within(&self, clock: Arc<dyn Clock>, limits: Limits) -> Result<Db, Unfit> {
        let pending = migration::pending(&self.database_url)
            .await
            .map_err(|error| Unfit(format!("the database can't be reached: {error}")))?;
        match pending.len() {
            0 => Db::connect(&self.database_url, clock, limits).await.map_err(|error| said(&error)),
            count => Err(Unfit(format!("the database lacks {count} changes of the schema; run: concordat migrate"))),
        }
    }
}

/// An error of the heart, with its cause, for the operator.
fn said(error: &entity::error::Error) -> Unfit {
    match std::error::Error::source(error) {
        Some(cause) => Unfit(format!("{error} ({cause})")),
        None => Unfit::because(error),
    }
}
