//! `concordat schema`

use std::path::PathBuf;

use clap::Args;

use crate::{config::Unfit, graphql::contract};

/// Prints the GraphQL schema in its definition language.
#[derive(Debug, Args)]
pub struct Schema {
    /// Write it to this file instead.
    #[arg(long)]
    output: Option<PathBuf>,
}

impl Schema {
    pub(super) fn run(self) -> Result<(), Unfit> {
        match self.output {
            Some(path) => std::fs::write(path, contract()).map_err(Unfit::because),
            None => {
                print!("{}", contract());
                Ok(())
            }
        }
    }
}
