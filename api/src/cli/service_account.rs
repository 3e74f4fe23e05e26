//! `concordat service-account`: the first machine clients, before anybody is there to let one in.

use std::sync::Arc;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use entity::{
    clock::{Clock as _, RealClock},
    policy::Scope,
    rules::machine::Terms,
    tenancy::NewKey,
    usecases::identity::first_machines::{FirstMachine, add},
};

use super::{DatabaseAddress, said};
use crate::{config::Unfit, identity::ApiKey};

/// Machine clients.
#[derive(Debug, Args)]
pub struct ServiceAccount {
    #[command(subcommand)]
    command: ServiceAccountCommand,
}

#[derive(Debug, Subcommand)]
enum ServiceAccountCommand {
    /// Add a service account and print its client identifier and its key, which is shown this once.
    Add(Add),
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    database: DatabaseAddress,
    /// How it is to be known.
    #[arg(long)]
    name: String,
    /// The organisation whose it is, such as cheshire-constabulary; the indicators that it supplies are its own.
    #[arg(long)]
    organisation: String,
    /// The slug of a tenant that lets it in, such as halton; may be given more than once. The first looks after its keys.
    #[arg(long, required = true)]
    tenant: Vec<String>,
    /// What it may do, such as read:priorities-and-indicators or write:observations; may be given more than once.
    #[arg(long, required = true)]
    scope: Vec<Scope>,
    /// What it is for.
    #[arg(long)]
    purpose: String,
    /// An address or network from which it may ask, such as 192.0.2.0/24; may be given more than once. From anywhere when left out.
    #[arg(long)]
    allow_address: Vec<String>,
    /// For how many days it is let in, and its key is good, at most 400.
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// The key may be sent in a query string, where it only reads.
    #[arg(long)]
    for_query_strings: bool,
}

impl ServiceAccount {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let ServiceAccountCommand::Add(add) = self.command;
        add.run().await
    }
}

impl Add {
    async fn run(self) -> Result<(), Unfit> {
        let key = ApiKey::generate().map_err(Unfit::because)?;
        let expires_at = RealClock.now() + TimeDelta::days(i64::from(self.days));
        let new_key = NewKey {
            prefix: key.prefix(),
            digest: key.digest().to_hex(),
            expires_at,
            is_for_query_strings: self.for_query_strings,
        };
        let new = FirstMachine {
            name: self.name,
            organisation: self.organisation,
            tenants: self.tenant,
            terms: Terms { scopes: self.scope, expires_at, allowed_addresses: self.allow_address, purpose: self.purpose },
            keys: vec![new_key],
        };
        let db = self.database.open_current(Arc::new(RealClock)).await?;
        let client = add(&db, new).await.map_err(|error| said(&error))?;
        // On standard output, for a pipe; nothing of it goes to a log.
        println!("client {client}\nkey {}", *key.reveal());
        db.close().await.map_err(|error| said(&error))
    }
}
