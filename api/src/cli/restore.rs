//! `concordat restore`

use std::{fs::File, io::BufReader, path::PathBuf, sync::Arc};

use clap::Args;
use entity::{
    clock::RealClock,
    usecases::upkeep::restore::{BrokenRecord, restore},
};

use super::{DatabaseAddress, audit, backup::failed, said};
use crate::config::Unfit;

/// Takes a backup back into an empty database, whole or not at all; it may be of the other kind of database.
#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    database: DatabaseAddress,
    /// The file that `concordat backup` wrote.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Take it back even if a record in it was altered.
    #[arg(long)]
    accept_broken_record: bool,
}

impl Restore {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let file = File::open(&self.from).map_err(|error| Unfit(format!("{} can't be read: {error}", self.from.display())))?;
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        let broken = if self.accept_broken_record { BrokenRecord::Accepted } else { BrokenRecord::Refused };
        let restored = restore(&db, BufReader::new(file), broken).await.map_err(|failure| failed(&failure))?;
        db.close().await.map_err(|error| said(&error))?;
        println!("{} rows of {} are restored. Everybody signs in anew.", restored.rows.values().sum::<u64>(), restored.taken_at);
        audit::tell(restored.records)
    }
}
