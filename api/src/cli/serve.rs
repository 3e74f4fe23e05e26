//! `concordat serve`

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, value_parser};
use entity::{
    clock::RealClock,
    policy::Demand,
    tenancy::{self, Db},
    usecases::organisation::tenants::directory,
};

use super::{DatabaseAddress, housekeeping, said};
use crate::{
    config::{self, Rates, Settings, Unfit},
    graphql::{
        self,
        frontdoor::{Contract, Limits, Profile, TrustedDocuments, kept},
    },
    http::{self, Origins, Stop},
    identity::Argon2Cost,
    mail::{LinkBase, PostOffice},
    telemetry::{self, LogFormat},
};

/// Starts for real use. It needs a database that is up to date and a signing key, and never loads demonstration data.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    database: DatabaseAddress,
    #[command(flatten)]
    connections: Connections,
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
    #[command(flatten)]
    post: Post,
    /// Where to listen.
    #[arg(long, env = "CONCORDAT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Worker threads; as many as there are processors when left out.
    #[arg(long, env = "CONCORDAT_WORKERS")]
    workers: Option<usize>,
    /// In which form logs are written to standard error.
    #[arg(long, env = "CONCORDAT_LOG_FORMAT", value_enum, default_value = "json")]
    log_format: LogFormat,
    /// By which edition of GraphQL over HTTP answers get their status.
    #[arg(long, env = "CONCORDAT_HTTP_PROFILE", value_enum, default_value = "audit")]
    http_profile: Profile,
    /// Execute only the documents of this manifest (Relay's or Apollo's), by their names or texts.
    #[arg(long, env = "CONCORDAT_TRUSTED_DOCUMENTS")]
    trusted_documents: Option<PathBuf>,
    /// Let web pages of an origin read a tenant's answers, and open WebSockets, such as halton=https://dashboard.example; several by repeating it, or
    /// with commas between.
    #[arg(long = "allow-origin", env = "CONCORDAT_ALLOW_ORIGINS", value_delimiter = ',', value_name = "TENANT=ORIGIN")]
    allow_origins: Vec<String>,
    #[command(flatten)]
    rates: RatesAMinute,
    /// Megabytes of answers that are kept for whoever asks the same again while nothing was written; 0 keeps none.
    #[arg(long, env = "CONCORDAT_KEPT_ANSWERS_MB", default_value_t = kept::DEFAULT_BYTES / MEGABYTE)]
    kept_answers_mb: u64,
    /// The address at which clients reach the server, such as https://concordat.example: links and tokens bear it, so that all servers of one
    /// database have the same. Else links are told from requests.
    #[arg(long, env = "CONCORDAT_PUBLIC_URL")]
    public_url: Option<String>,
    /// A proxy of our own stands in front and writes X-Forwarded-For.
    #[arg(long, env = "CONCORDAT_BEHIND_PROXY")]
    behind_proxy: bool,
}

/// How many connections to the database a server keeps. On PostgreSQL nine more find out who asks, and hear what others have written.
#[derive(Debug, Args)]
struct Connections {
    /// Connections for reading; SQLite has four at most. Of one account half as many requests are executed at a time, and eight at most; its
    /// further requests wait.
    #[arg(long, env = "CONCORDAT_READERS", default_value_t = tenancy::Limits::default().readers, value_parser = value_parser!(u32).range(MANY))]
    readers: u32,
    /// Connections for writing on PostgreSQL; SQLite has one.
    #[arg(long, env = "CONCORDAT_WRITERS", default_value_t = tenancy::Limits::default().writers, value_parser = value_parser!(u32).range(MANY))]
    writers: u32,
}

/// As many connections as a database has for anybody.
const MANY: std::ops::RangeInclusive<i64> = 1..=10_000;

impl Connections {
    fn limits(&self) -> tenancy::Limits {
        tenancy::Limits { readers: self.readers, writers: self.writers, ..tenancy::Limits::default() }
    }

    /// Requests of one account that are executed at a time, so that nobody has every connection.
    fn at_once(&self) -> usize {
        let half = usize::try_from(self.readers / 2).unwrap_or(usize::MAX);
        half.clamp(1, Limits::default().at_once)
    }
}

/// Bytes in a megabyte.
const MEGABYTE: u64 = 1024 * 1024;

/// How letters leave the house: invitations, and links for forgotten passwords.
#[derive(Debug, Args)]
struct Post {
    /// The mail server, such as smtps://user:password@mail.example; without one, letters stay in the outbox and
    /// `concordat user link` prints links.
    #[arg(long, env = "SMTP_URL", hide_env_values = true, requires_all = ["mail_from", "link_base"])]
    smtp_url: Option<String>,
    /// Who letters are from, such as "Concordat <noreply@concordat.example>".
    #[arg(long, env = "MAIL_FROM")]
    mail_from: Option<String>,
    /// The front end to which links lead, such as https://concordat.example.
    #[arg(long, env = "CONCORDAT_LINK_BASE")]
    link_base: Option<String>,
}

/// How much callers may ask for in a minute, in units of cost: fields in the fullest possible answer, as explainCost tells them.
#[derive(Debug, Args)]
struct RatesAMinute {
    /// Units a minute for each person; 0 for no limit.
    #[arg(long, env = "CONCORDAT_PERSON_COST_PER_MINUTE", default_value_t = Rates::default().person)]
    person_cost_per_minute: u64,
    /// Units a minute for each service account, whatever its keys; 0 for no limit.
    #[arg(long, env = "CONCORDAT_MACHINE_COST_PER_MINUTE", default_value_t = Rates::default().machine)]
    machine_cost_per_minute: u64,
    /// Units a minute for each API key; 0 for no limit.
    #[arg(long, env = "CONCORDAT_KEY_COST_PER_MINUTE", default_value_t = Rates::default().key)]
    key_cost_per_minute: u64,
}

impl From<&RatesAMinute> for Rates {
    fn from(rates: &RatesAMinute) -> Self {
        let RatesAMinute { person_cost_per_minute: person, machine_cost_per_minute: machine, key_cost_per_minute: key } = *rates;
        Self { person, machine, key }
    }
}

impl Post {
    fn office(&self) -> Result<Option<PostOffice>, Unfit> {
        match (&self.smtp_url, &self.mail_from, &self.link_base) {
            (Some(url), Some(from), Some(base)) => PostOffice::new(url, from, LinkBase::new(base)?).map(Some),
            _ => Ok(None),
        }
    }
}

/// The documents of a manifest, every one of them good.
fn trusted(path: &Path) -> Result<TrustedDocuments, Unfit> {
    let unfit = |reason: String| Unfit(format!("{}: {reason}", path.display()));
    let manifest = std::fs::read_to_string(path).map_err(|error| unfit(error.to_string()))?;
    let contract = Contract::of(&graphql::contract()).map_err(Unfit)?;
    TrustedDocuments::of(&manifest, &Limits::default(), &contract).map_err(unfit)
}

/// Whose web pages may read which tenant's answers.
async fn origins(db: &Db, allowed: &[String]) -> Result<Origins, Unfit> {
    let mut origins = Origins::default();
    if allowed.is_empty() {
        return Ok(origins);
    }
    let tenants = directory(db).await.map_err(|error| said(&error))?;
    for each in allowed {
        let (slug, origin) =
            each.split_once('=').ok_or_else(|| Unfit(format!("{each} isn't like halton=https://dashboard.example")))?;
        let tenant = tenants.get(slug).ok_or_else(|| Unfit(format!("there is no tenant {slug}")))?;
        origins.allow(origin, *tenant).map_err(Unfit)?;
    }
    Ok(origins)
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let _telemetry = telemetry::begin(self.log_format)?;
        let keys = config::signing_keys(&self.signing_key_file, self.previous_key_file.as_ref())?;
        let public_url = self.public_url.map(|url| url.trim_end_matches('/').to_owned());
        let (issuer, secret) = (public_url.as_deref().unwrap_or(config::ISSUER), config::server_secret(&self.secret_file)?);
        let identity = config::identity_of(issuer, keys, &secret, Argon2Cost::default())?;
        let post = self.post.office()?;
        self.database.is_walled().await?;
        let db = self.database.open_within(Arc::new(RealClock), self.connections.limits()).await?;
        let workers = self.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from));
        let demand = if self.codes_optional { Demand::StepUp } else { Demand::Codes };
        let settings = Settings {
            listen: self.listen,
            workers,
            limits: Limits { at_once: self.connections.at_once(), ..Limits::default() },
            behind_proxy: self.behind_proxy,
            demand,
            origins: origins(&db, &self.allow_origins).await?,
            profile: self.http_profile,
            trusted: self.trusted_documents.as_deref().map(trusted).transpose()?,
            rates: Rates::from(&self.rates),
            kept_answers: self.kept_answers_mb.saturating_mul(MEGABYTE),
            public_url,
            ..Settings::default()
        };
        let running = http::start(settings, db.clone(), identity)
            .map_err(|error| Unfit(format!("can't listen on {}: {error}", self.listen)))?;
        let stop = Stop::heard().map_err(Unfit::because)?;
        tracing::info!(url = running.url(), "listening");
        let delivering = post.map(|post| actix_web::rt::spawn(post.run(db.clone())));
        if delivering.is_none() {
            tracing::warn!("no mail server is configured: letters stay in the outbox");
        }
        let ended = housekeeping::beside(running.until_stopped(stop), db).await.map_err(Unfit::because);
        if let Some(delivering) = delivering {
            // A letter under way is claimed; whoever serves next tries it again.
            delivering.abort();
            // Let go of here, for the same reason as housekeeping.
            let _ = delivering.await;
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::Connections;

    #[test]
    fn one_account_has_half_of_the_readers_and_eight_at_most() {
        for (readers, at_once) in [(1, 1), (2, 1), (3, 1), (6, 3), (16, 8), (200, 8)] {
            assert_eq!(Connections { readers, writers: 1 }.at_once(), at_once, "{readers}");
        }
    }
}
