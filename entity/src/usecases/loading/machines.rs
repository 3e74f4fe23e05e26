//! The demonstration's service accounts. All are illustrative: the documents know of no machines.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::files::data;
use crate::{error::Result, policy::Scope, rules::machine::Terms, usecases::identity::first_machines::FirstMachine};

#[derive(Deserialize)]
struct Row {
    name: String,
    organisation: String,
    tenants: String,
    scopes: String,
    purpose: String,
}

/// The service accounts that the demonstration has, without keys: whoever starts it makes those.
///
/// # Errors
/// When the data file is faulty.
pub fn demonstration_machines(now: DateTime<Utc>) -> Result<Vec<FirstMachine>> {
    let rows: Vec<Row> = data!("demonstration/service_accounts.csv")?;
    let machine = |row: Row| FirstMachine {
        name: row.name,
        organisation: row.organisation,
        tenants: row.tenants.split(';').map(str::to_owned).collect(),
        terms: Terms {
            scopes: Scope::granted_in(&row.scopes),
            expires_at: now + TimeDelta::days(365),
            allowed_addresses: Vec::new(),
            purpose: row.purpose,
        },
        keys: Vec::new(),
    };
    Ok(rows.into_iter().map(machine).collect())
}
