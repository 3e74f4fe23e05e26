//! `concordat audit`

use std::sync::Arc;

use clap::{Args, Subcommand};
use entity::{clock::RealClock, usecases::upkeep::record};

use super::{DatabaseAddress, said};
use crate::config::Unfit;

/// Looks after the record of what was written and read.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Follows every tenant's record from its beginning, and names the first event that was changed, removed or put elsewhere.
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    database: DatabaseAddress,
    /// Only this tenant's record, such as halton.
    #[arg(long)]
    tenant: Option<String>,
}

impl Audit {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let Deed::Verify(Verify { database, tenant }) = self.deed;
        let db = database.open_current(Arc::new(RealClock)).await?;
        let verified = record::verify(&db, tenant.as_deref()).await.map_err(|error| said(&error))?;
        db.close().await.map_err(|error| said(&error))?;
        tell(verified)
    }
}

/// Says how every record stands; broken ones are a failure.
pub(super) fn tell(verified: Vec<record::Verified>) -> Result<(), Unfit> {
    let mut broken = Vec::new();
    for record in verified {
        match record.broken {
            // To be noted elsewhere: whoever can rewrite a whole record can't rewrite that.
            None => println!("{}: {} events, whole; seal {}", record.tenant, record.length, record.head),
            Some(fault) => broken.push(format!("{}: {fault}", record.tenant)),
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Unfit(broken.join("\n"))) }
}
