//! `concordat key` and `concordat secret`

use std::path::PathBuf;

use clap::Args;

use crate::{
    config::{Unfit, write_private},
    identity::{ServerSecret, SigningKeys},
};

/// Makes a signing key for access tokens in a new file that only its owner can read.
#[derive(Debug, Args)]
pub struct Key {
    /// Where to write it; a file that is there already is left alone.
    path: PathBuf,
}

impl Key {
    pub(super) fn run(self) -> Result<(), Unfit> {
        let keys = SigningKeys::generate().map_err(Unfit::because)?;
        write_private(&self.path, &keys.to_pem())?;
        println!("The key {} is in {}.", keys.kid(), self.path.display());
        Ok(())
    }
}

/// Makes the server's secret, under which authenticators are kept, in a new file that only its owner can read.
#[derive(Debug, Args)]
pub struct Secret {
    /// Where to write it; a file that is there already is left alone.
    path: PathBuf,
}

impl Secret {
    pub(super) fn run(self) -> Result<(), Unfit> {
        write_private(&self.path, &ServerSecret::generate().map_err(Unfit::because)?.to_text())?;
        println!("The secret is in {}. Keep a copy: without it every authenticator has to be set up again.", self.path.display());
        Ok(())
    }
}
