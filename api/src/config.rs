//! What an installation has to say before the server starts.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use entity::{policy::Demand, rules::meter::Allowance, tenancy::Actor, usecases::identity::metering::Draw};
use zeroize::Zeroizing;

use crate::{
    graphql::frontdoor::{Limits, Profile, TrustedDocuments, kept},
    http::{Origins, live::LiveLimits},
    identity::{AccessTokens, Argon2Cost, Identity, Passwords, Seals, ServerSecret, SigningKeys, WrongKeys},
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
    /// What is asked of those who decide or export, beyond signing in.
    pub demand: Demand,
    /// What sockets and streams of events are held to.
    pub live: LiveLimits,
    /// Whose web pages may read which tenant's answers, and open WebSockets.
    pub origins: Origins,
    /// By which edition of GraphQL over HTTP answers get their status.
    pub profile: Profile,
    /// Where given, these documents are executed and no others.
    pub trusted: Option<TrustedDocuments>,
    /// What callers may ask for in a minute.
    pub rates: Rates,
    /// Bytes of answers that are kept for whoever asks the same again while nothing was written; 0 keeps none.
    pub kept_answers: u64,
    /// The address at which clients reach the server, where that can't be told from their requests.
    pub public_url: Option<String>,
}

/// Units of cost a minute, as the front door measures them: fields in the fullest possible answer. 0 stands for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// For each person.
    pub person: u64,
    /// For each service account, whatever its keys.
    pub machine: u64,
    /// For each key. Two keys that overlap share what their service account has.
    pub key: u64,
}

impl Default for Rates {
    /// Five of the largest documents that are let in, each minute; a wall of dashboards draws a fraction of it.
    fn default() -> Self {
        Self { person: 60_000_000, machine: 90_000_000, key: 60_000_000 }
    }
}

impl Rates {
    /// No limit for anybody.
    pub const NONE: Self = Self { person: 0, machine: 0, key: 0 };

    /// The budgets on which an actor's requests draw.
    #[must_use]
    pub fn draws(&self, actor: &Actor) -> Vec<Draw> {
        let draw = |kind: &str, id: uuid::Uuid, units| {
            Allowance::per_minute(units).map(|allowance| Draw { subject: format!("{kind} {id}"), allowance })
        };
        match actor.machine() {
            None => draw("person", actor.caller(), self.person).into_iter().collect(),
            Some(machine) => {
                let both = [draw("key", machine.key.uuid(), self.key), draw("machine", actor.caller(), self.machine)];
                both.into_iter().flatten().collect()
            }
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            workers: 2,
            behind_proxy: false,
            limits: Limits::default(),
            demand: Demand::default(),
            live: LiveLimits::default(),
            origins: Origins::default(),
            profile: Profile::default(),
            trusted: None,
            rates: Rates::default(),
            kept_answers: kept::DEFAULT_BYTES,
            public_url: None,
        }
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
pub fn identity(keys: SigningKeys, secret: &ServerSecret, cost: Argon2Cost) -> Result<Identity, Unfit> {
    identity_of(ISSUER, keys, secret, cost)
}

/// The same for a server that is known by an address, which its tokens then name as their issuer (RFC 8414, section 2).
///
/// # Errors
/// When a key can't be used.
pub fn identity_of(issuer: &str, keys: SigningKeys, secret: &ServerSecret, cost: Argon2Cost) -> Result<Identity, Unfit> {
    let passwords = Passwords::new(cost).map_err(Unfit::because)?;
    let (tokens, seals) = (AccessTokens::new(keys, issuer, AUDIENCE).taking(ISSUER), Seals::new(secret));
    Ok(Identity { passwords, tokens, seals, wrong_keys: WrongKeys::default() })
}

/// Reads the signing key from a file, which nobody else may be able to read.
///
/// # Errors
/// When the file can't be read, is open to others, or holds no key.
pub fn signing_keys(path: &Path, previous: Option<&PathBuf>) -> Result<SigningKeys, Unfit> {
    let keys = SigningKeys::from_text(&private_text(path)?).map_err(Unfit::because)?;
    match previous {
        None => Ok(keys),
        Some(previous) => keys.with_previous(&private_text(previous)?).map_err(Unfit::because),
    }
}

/// Reads the server's secret from a file, which nobody else may be able to read.
///
/// # Errors
/// When the file can't be read, is open to others, or holds no secret.
pub fn server_secret(path: &Path) -> Result<ServerSecret, Unfit> {
    ServerSecret::from_text(&private_text(path)?).map_err(Unfit::because)
}

/// The text of a file that is open to nobody else.
fn private_text(path: &Path) -> Result<Zeroizing<String>, Unfit> {
    let unreadable = |error: std::io::Error| Unfit(format!("the key file {} can't be read: {error}", path.display()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Unfit(format!(
                "the key file {} is open to others; make it so: chmod 600 {}",
                path.display(),
                path.display()
            )));
        }
    }
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)
}

/// Writes a text to a new file that only its owner can read; a file that is there already is left alone.
///
/// # Errors
/// When it can't be made.
pub fn write_private(path: &Path, text: &str) -> Result<(), Unfit> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(|error| Unfit(format!("{} can't be made: {error}", path.display())))?;
    file.write_all(text.as_bytes()).map_err(Unfit::because)
}
