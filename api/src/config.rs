//! What an installation has to say before the server starts.

use std::{net::SocketAddr, path::PathBuf};

use crate::{
    graphql::frontdoor::Limits,
    identity::{AccessTokens, Argon2Cost, Identity, Passwords, SigningKeys},
};

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Worker threads.
    pub workers: usize,
    /// Whether a proxy of our own stands in front, whose `X-Forwarded-For` can be believed.
    pub behind_proxy: bool,
    /// What one request may ask for.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), workers: 2, behind_proxy: false, limits: Limits::default() }
    }
}

/// Something in the set-up that keeps the server from starting.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

impl Unfit {
    /// What is wrong, in a sentence for the operator.
    pub fn because(reason: impl std::fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

/// The issuer of tokens, checked when they come back.
pub const ISSUER: &str = "concordat";
/// The audience of tokens, checked when they come back.
pub const AUDIENCE: &str = "concordat-api";

/// Puts identity together.
///
/// # Errors
/// When a key can't be used.
pub fn identity(keys: SigningKeys, cost: Argon2Cost) -> Result<Identity, Unfit> {
    let passwords = Passwords::new(cost).map_err(Unfit::because)?;
    Ok(Identity { passwords, tokens: AccessTokens::new(keys, ISSUER, AUDIENCE) })
}

/// Reads the signing key from a file, which nobody else may be able to read.
///
/// # Errors
/// When the file can't be read, is open to others, or holds no key.
pub fn signing_keys(path: &PathBuf, previous: Option<&PathBuf>) -> Result<SigningKeys, Unfit> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| Unfit(format!("the key file {} can't be read: {error}", path.display())))
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path)
            .map_err(|error| Unfit(format!("the key file {} can't be read: {error}", path.display())))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(Unfit(format!(
                "the key file {} is open to others; make it so: chmod 600 {}",
                path.display(),
                path.display()
            )));
        }
    }
    let keys = SigningKeys::from_text(&read(path)?).map_err(Unfit::because)?;
    match previous {
        None => Ok(keys),
        Some(previous) => keys.with_previous(&read(previous)?).map_err(Unfit::because),
    }
}
