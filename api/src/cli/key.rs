//! `concordat key`

use std::{io::Write as _, path::PathBuf};

use clap::Args;

use crate::{config::Unfit, identity::SigningKeys};

/// Makes a signing key for access tokens in a new file that only its owner can read.
#[derive(Debug, Args)]
pub struct Key {
    /// Where to write it; a file that is there already is left alone.
    path: PathBuf,
}

impl Key {
    pub(super) fn run(self) -> Result<(), Unfit> {
        let keys = SigningKeys::generate().map_err(Unfit::because)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file =
            options.open(&self.path).map_err(|error| Unfit(format!("{} can't be made: {error}", self.path.display())))?;
        file.write_all(keys.to_pem().as_bytes()).map_err(Unfit::because)?;
        println!("The key {} is in {}.", keys.kid(), self.path.display());
        Ok(())
    }
}
