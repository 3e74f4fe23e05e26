//! `concordat serve`

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use clap::Args;
use entity::{clock::RealClock, policy::Demand};

use super::{DatabaseAddress, log};
use crate::{
    config::{self, Settings, Unfit},
    http,
    identity::Argon2Cost,
};

/// Starts for real use. It needs a database that is up to date and a signing key, and never loads demonstration data.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    database: DatabaseAddress,
    /// The file with the signing key; make one with `concordat key`.
    #[arg(long, env = "CONCORDAT_SIGNING_KEY_FILE")]
    signing_key_file: PathBuf,
    /// The file with the key before it, while tokens signed with that are still about.
    #[arg(long, env = "CONCORDAT_PREVIOUS_KEY_FILE")]
    previous_key_file: Option<PathBuf>,
    /// The file with the server's secret, under which authenticators are kept; make one with `concordat secret`.
    #[arg(long, env = "CONCORDAT_SECRET_FILE")]
    secret_file: PathBuf,
    /// Don't ask offices that decide or export for one-time codes; who has an authenticator is still asked, and approving still
    /// takes a fresh proof of identity.
    #[arg(long, env = "CONCORDAT_CODES_OPTIONAL")]
    codes_optional: bool,
    /// Where to listen.
    #[arg(long, env = "CONCORDAT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Worker threads; as many as there are processors when left out.
    #[arg(long, env = "CONCORDAT_WORKERS")]
    workers: Option<usize>,
    /// A proxy of our own stands in front and writes X-Forwarded-For.
    #[arg(long, env = "CONCORDAT_BEHIND_PROXY")]
    behind_proxy: bool,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        log(true);
        let keys = config::signing_keys(&self.signing_key_file, self.previous_key_file.as_ref())?;
        let identity = config::identity(keys, &config::server_secret(&self.secret_file)?, Argon2Cost::default())?;
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        let workers = self.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from));
        let demand = if self.codes_optional { Demand::StepUp } else { Demand::Codes };
        let settings = Settings { listen: self.listen, workers, behind_proxy: self.behind_proxy, demand, ..Settings::default() };
        let running =
            http::start(settings, db, identity).map_err(|error| Unfit(format!("can't listen on {}: {error}", self.listen)))?;
        tracing::info!(url = running.url(), "listening");
        running.until_stopped().await.map_err(Unfit::because)
    }
}
