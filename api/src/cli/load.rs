//! `concordat load`

use std::sync::Arc;

use clap::Args;
use entity::{clock::RealClock, usecases::loading};

use super::{DatabaseAddress, said};
use crate::config::Unfit;

/// Loads the reference data that every installation needs; what stands there already stays as it is.
#[derive(Debug, Args)]
pub struct Load {
    #[command(flatten)]
    database: DatabaseAddress,
}

impl Load {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        loading::reference(&db).await.map_err(|error| said(&error))?;
        println!("The reference data is loaded.");
        db.close().await.map_err(|error| said(&error))
    }
}
