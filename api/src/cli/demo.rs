//! `concordat demo`

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use clap::Args;
use entity::{
    clock::PinnedClock,
    policy::Demand,
    tenancy::{Db, Limits, NewKey},
    usecases::{
        identity::first_machines::{FirstMachine, add},
        loading::{self, DemonstrationAccount},
    },
};
use serde_json::json;
use zeroize::Zeroizing;

use super::{housekeeping, said};
use crate::{
    config::{self, Settings, Unfit},
    http::{self, Stop},
    identity::{ApiKey, Argon2Cost, Identity, Passwords, ServerSecret, SigningKeys},
    telemetry::{self, LogFormat},
};

/// The business date of the demonstration: an Engagement Committee met that day.
const BUSINESS_DATE: NaiveDate = match NaiveDate::from_ymd_opt(2010, 2, 9) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// Starts with demonstration data on an embedded database of its own, and says how to sign in.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where to listen on this machine; 0 picks a free port.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Once it listens, write address and accounts to this file as JSON.
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// Where the database lies, made anew at every start; a temporary folder when left out.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Ask offices that decide or export for one-time codes, as for real use; else every account does everything by password.
    #[arg(long)]
    require_codes: bool,
}

/// Where the database lies, and whether it goes when the demonstration ends.
struct Place {
    folder: PathBuf,
    is_temporary: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let _telemetry = telemetry::begin(LogFormat::Text)?;
        let place = self.place()?;
        let accounts = loading::demonstration_people().map_err(|error| said(&error))?;
        let passwords = fresh_passwords(&accounts)?;
        let secret = ServerSecret::generate().map_err(Unfit::because)?;
        let identity = config::identity(SigningKeys::generate().map_err(Unfit::because)?, &secret, Argon2Cost::default())?;
        let db = loaded(&place.folder, &passwords, &identity).await?;
        let demand = if self.require_codes { Demand::Codes } else { Demand::Nothing };
        let keys = machines(&db).await?;
        let settings = Settings { listen: SocketAddr::from(([127, 0, 0, 1], self.port)), demand, ..Settings::default() };
        let running = http::start(settings, db.clone(), identity)
            .map_err(|error| Unfit(format!("can't listen on port {}: {error}", self.port)))?;
        let stop = Stop::heard().map_err(Unfit::because)?;
        if let Some(path) = &self.ready_file {
            write_ready_file(path, &running.url(), (&accounts, &passwords), &keys)?;
        }
        print!("{}{}", welcome(&running.url(), &accounts, &passwords), machine_welcome(&running.url(), &keys));
        housekeeping::beside(running.until_stopped(stop), db).await.map_err(Unfit::because)
    }

    fn place(&self) -> Result<Place, Unfit> {
        let (folder, is_temporary) = match &self.data_dir {
            Some(folder) => (folder.clone(), false),
            None => (std::env::temp_dir().join(format!("concordat-demo-{}", uuid::Uuid::now_v7())), true),
        };
        std::fs::create_dir_all(&folder).map_err(|error| Unfit(format!("{} can't be made: {error}", folder.display())))?;
        Ok(Place { folder, is_temporary })
    }
}

/// A fresh random password for each account: 16 letters and figures in groups of four.
fn fresh_passwords(accounts: &[DemonstrationAccount]) -> Result<HashMap<String, String>, Unfit> {
    // Without letters and figures that look alike.
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let password = || {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Unfit("the operating system gives no randomness".to_owned()))?;
        let sign = |byte: &u8| SIGNS.get(usize::from(byte % 32)).map_or('a', |sign| char::from(*sign));
        let groups: Vec<String> = bytes.chunks(4).map(|group| group.iter().map(sign).collect()).collect();
        Ok(groups.join("-"))
    };
    accounts.iter().map(|account| Ok((account.email.clone(), password()?))).collect()
}

/// The database, migrated and loaded. One that a former demonstration left in the folder is replaced, since its passwords are
/// known to nobody.
async fn loaded(folder: &Path, passwords: &HashMap<String, String>, identity: &Identity) -> Result<Db, Unfit> {
    let file = folder.join("concordat-demo.db");
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Unfit(format!("{} can't be replaced: {error}", file.display())));
            }
            _ => {}
        }
    }
    let url = format!("sqlite://{}", file.display());
    migration::up(&url).await.map_err(Unfit::because)?;
    let clock = Arc::new(PinnedClock { business_date: BUSINESS_DATE });
    let db = Db::connect(&url, clock, Limits::default()).await.map_err(|error| said(&error))?;
    loading::reference(&db).await.map_err(|error| said(&error))?;
    let hashes = hashed(passwords, &identity.passwords).await?;
    let hash = |email: &str| hashes.get(email).cloned().unwrap_or_default();
    loading::demonstration(&db, hash).await.map_err(|error| said(&error))?;
    Ok(db)
}

async fn hashed(passwords: &HashMap<String, String>, hashing: &Passwords) -> Result<HashMap<String, String>, Unfit> {
    let mut hashes = HashMap::with_capacity(passwords.len());
    for (email, password) in passwords {
        hashes.insert(email.clone(), hashing.hash(password.clone()).await.map_err(Unfit::because)?);
    }
    Ok(hashes)
}

fn write_ready_file(
    path: &Path,
    url: &str,
    (accounts, passwords): (&[DemonstrationAccount], &HashMap<String, String>),
    keys: &[MachineKey],
) -> Result<(), Unfit> {
    let accounts: Vec<_> = accounts
        .iter()
        .map(|account| {
            json!({
                "email": account.email,
                "password": passwords.get(&account.email),
                "office": account.office,
                "tenant": account.tenant,
            })
        })
        .collect();
    let keys: Vec<_> = keys
        .iter()
        .map(|key| json!({ "name": key.name, "client": key.client, "key": *key.key, "tenant": key.tenant, "scopes": key.scopes }))
        .collect();
    let text = json!({ "url": url, "businessDate": BUSINESS_DATE, "accounts": accounts, "keys": keys }).to_string();
    // Written beside and moved, so that whoever waits for the file never reads half of it.
    let beside = path.with_extension("part");
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|error| Unfit(format!("{} can't be written: {error}", path.display())))
}

/// A machine of the demonstration, with its key.
struct MachineKey {
    name: String,
    client: String,
    key: Zeroizing<String>,
    tenant: String,
    scopes: Vec<&'static str>,
}

/// Adds the demonstration's service accounts, each with a fresh key.
async fn machines(db: &Db) -> Result<Vec<MachineKey>, Unfit> {
    let mut machines = Vec::new();
    for machine in loading::demonstration_machines(db.clock().now()).map_err(|error| said(&error))? {
        let key = ApiKey::generate().map_err(Unfit::because)?;
        let new_key = NewKey {
            prefix: key.prefix(),
            digest: key.digest().to_hex(),
            expires_at: machine.terms.expires_at,
            is_for_query_strings: false,
        };
        let scopes = machine.terms.scopes.iter().map(|scope| scope.as_str()).collect();
        let (name, tenant) = (machine.name.clone(), machine.tenants.join(", "));
        let client = add(db, FirstMachine { keys: vec![new_key], ..machine }).await.map_err(|error| said(&error))?;
        machines.push(MachineKey { name, client: client.to_string(), key: key.reveal(), tenant, scopes });
    }
    Ok(machines)
}

/// What is printed of the machines: one key, and how to use it.
fn machine_welcome(url: &str, keys: &[MachineKey]) -> String {
    let Some(first) = keys.first() else { return String::new() };
    let (name, tenant, key) = (&first.name, &first.tenant, first.key.as_str());
    format!(
        "Or ask as a machine, by a key of {name} ({tenant}; the ready file has the others):\n\n  curl -s {url}/graphql -H 'Content-Type: application/json' -H 'X-API-Key: {key}' \\\n    -d '{{\"query\":\"{{ viewer {{ serviceAccount {{ name }} tenants {{ tenant {{ name agreement {{ rollUp {{ summary }} }} }} }} }} }}\"}}'\n\n"
    )
}

/// What is printed: where to go, how to sign in, and what to ask first.
fn welcome(url: &str, accounts: &[DemonstrationAccount], passwords: &HashMap<String, String>) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let _ = writeln!(text, "\nConcordat listens at {url}/graphql with demonstration data.");
    let _ = writeln!(text, "The business date stands still on {BUSINESS_DATE}, the day of an Engagement Committee.");
    let _ =
        writeln!(text, "Figures made up to show how things work are marked illustrative; all others come from the documents.\n");
    let _ = writeln!(text, "Accounts, by office (the passwords are new at every start):\n");
    for account in accounts {
        let password = passwords.get(&account.email).map_or("", String::as_str);
        let _ = writeln!(text, "  {:<58} {password}  {} in {}", account.email, account.office, account.tenant);
    }
    let first = accounts.first().map_or("", |account| account.email.as_str());
    let password = passwords.get(first).map_or("", String::as_str);
    let _ = writeln!(text, "\nSign in (the token lasts ten minutes):\n");
    let _ = writeln!(
        text,
        "  TOKEN=$(curl -s {url}/graphql -H 'Content-Type: application/json' \\\n    -d '{{\"query\":\"mutation {{ signIn(input: {{email: \\\"{first}\\\", password: \\\"{password}\\\"}}) {{ accessToken userErrors {{ message }} }} }}\"}}' \\\n    | sed 's/.*\"accessToken\":\"\\([^\"]*\\)\".*/\\1/')"
    );
    let _ = writeln!(text, "\nAsk how Halton's agreement is doing, and why each indicator has its colour:\n");
    let _ = writeln!(
        text,
        "  curl -s {url}/graphql -H 'Content-Type: application/json' -H \"Authorization: Bearer $TOKEN\" \\\n    -d '{{\"query\":\"{{ tenant(by: {{slug: \\\"halton\\\"}}) {{ agreement {{ name rollUp {{ summary }} indicators {{ nodes {{ code title status {{ colour reason isIllustrative }} direction {{ words }} }} }} }} }} }}\"}}'\n"
    );
    text
}
