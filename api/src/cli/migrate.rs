//! `concordat migrate`

use clap::Args;

use super::DatabaseAddress;
use crate::config::Unfit;

/// Brings the database up to date, creating an embedded one that isn't there yet.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    database: DatabaseAddress,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        migration::up(&self.database.database_url).await.map_err(Unfit::because)?;
        println!("The database is up to date.");
        Ok(())
    }
}
