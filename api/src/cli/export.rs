//! `concordat export`

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use entity::{clock::RealClock, usecases::performance::exporting};

use super::{DatabaseAddress, import::office, said};
use crate::config::Unfit;

/// Writes the observations of a tenant that stand today as comma-separated values, which import takes back unchanged.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    database: DatabaseAddress,
    /// The slug of the tenant, such as halton.
    #[arg(long)]
    tenant: String,
    /// The e-mail address of the account under whose appointments in force it is done.
    #[arg(long = "as", value_name = "EMAIL")]
    account: String,
    /// Write it to this file instead of the standard output.
    #[arg(long)]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        let (actor, tenant) = office(&db, &self.account, &self.tenant).await?;
        let as_at = actor.business_date;
        let text = {
            let tx = db.read(Arc::clone(&actor)).await.map_err(|error| said(&error))?;
            let text =
                exporting::csv(&tx, tenant, &exporting::Filter::default(), as_at, None).await.map_err(|error| said(&error))?;
            // Before a line of it leaves.
            db.record_readings(&actor, tx.readings()).await.map_err(|error| said(&error))?;
            text
        };
        db.close().await.map_err(|error| said(&error))?;
        match self.output {
            Some(path) => {
                std::fs::write(&path, text).map_err(|error| Unfit(format!("{} can't be written: {error}", path.display())))
            }
            None => std::io::Write::write_all(&mut std::io::stdout().lock(), text.as_bytes()).map_err(Unfit::because),
        }
    }
}
