//! Service accounts: made, let into further tenants, changed and shut out by an office; their keys; and who one is when it asks.
//!
//! A tenant grants no more than the granting office may do itself. The tenant that made a service account is its custodian: it alone
//! makes and revokes keys, and when it shuts the account out, that ends everywhere. Another tenant shuts it out of its own rows.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Order, Value};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Resource, Scope, beyond_offices, doing},
    rules::machine::{LONGEST_KEY, MOST_KEYS, Terms, line_fault, term_fault},
    tables::{
        Id, TenantId,
        identity::api_key,
        organisation::{act, organisation, service_account, service_account_grant},
    },
    tenancy::{Authorised, DataVersions, Db, MachineKey, NewKey, Recognised, TenantTx, Wanted, deeds},
    usecases::organisation::organisations,
};

type Grant = service_account_grant::Model;
type Leave<T> = Authorised<T, deeds::AdmitServiceAccount>;

/// A service account that is to be made.
#[derive(Clone, Debug)]
pub struct NewServiceAccount {
    /// How it is to be known.
    pub name: String,
    /// Whose it is.
    pub organisation: Id<organisation::Model>,
    /// What the acting tenant lets it do.
    pub terms: Terms,
}

/// Makes a service account, with the acting tenant as its custodian, and lets it into that tenant.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] naming what is wrong, such as scopes beyond what the actor's offices may do.
pub async fn create(tx: TenantTx, new: &NewServiceAccount) -> Result<Id<Grant>> {
    let leave: Leave<()> = tx.authorise_tenant()?;
    let mut faults: Vec<Problem> = line_fault("name", &new.name).into_iter().collect();
    faults.extend(faults_of(&tx, &new.terms)?);
    match organisations::one(&tx, new.organisation).await {
        Ok(_) => {}
        Err(Error::NotFound(_)) => {
            faults.push(Problem::new("organisation", ProblemCode::NotFound, "There is no such organisation."));
        }
        Err(error) => return Err(error),
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let machine = service_account::Model {
        id: Id::new(),
        organisation_id: new.organisation,
        custodian_id: tx.acting_tenant()?,
        name: tidy(&new.name),
        created_at: tx.now(),
        ended_at: None,
    };
    let act = tx.act("CREATE_SERVICE_ACCOUNT", &leave).await?;
    let grant = grant(&tx, machine.id, &new.terms, act)?;
    let id = grant.id;
    tx.found_machine(&leave, machine)
        .await
        .map_err(|error| taken(error, "name", "A service account here bears this name already."))?;
    tx.insert::<service_account_grant::Entity>(vec![grant]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Lets a service account that another tenant looks after into the acting tenant. It is named by its client identifier, which only
/// those know to whom its organisation gave it.
///
/// # Errors
/// As [`create`]; [`Error::Invalid`] on `clientId` when there is none, or it is let in already.
pub async fn accept(tx: TenantTx, client: Id<service_account::Model>, terms: &Terms) -> Result<Id<Grant>> {
    let leave: Leave<()> = tx.authorise_tenant()?;
    let faults = faults_of(&tx, terms)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let no_such = || Error::invalid("clientId", ProblemCode::NotFound, "There is no such service account.");
    let machine = tx.machine_called(&leave, client).await?.ok_or_else(no_such)?;
    let act = tx.act("ACCEPT_SERVICE_ACCOUNT", &leave).await?;
    let grant = grant(&tx, machine.id, terms, act)?;
    let id = grant.id;
    let inserted = tx.insert::<service_account_grant::Entity>(vec![grant]).await;
    inserted.map_err(|error| taken(error, "clientId", "This service account is let in here already; update it instead."))?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Puts new terms in the place of those that stand.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`]; [`Error::Invalid`] as for [`create`].
pub async fn update(tx: TenantTx, id: Id<Grant>, change: &Change) -> Result<Id<Grant>> {
    use service_account_grant::Column;
    let leave = standing(&tx, id).await?;
    let terms = change.applied_to(leave.row());
    let faults = faults_of(&tx, &terms)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("UPDATE_SERVICE_ACCOUNT", &leave).await?;
    let values: Vec<(Column, Value)> = vec![
        (Column::Scopes, Scope::text_of(&terms.scopes).into()),
        (Column::AllowedAddresses, terms.networks().into()),
        (Column::Purpose, tidy(&terms.purpose).into()),
        (Column::ExpiresAt, terms.expires_at.into()),
        (Column::ActId, act.into()),
    ];
    tx.set::<service_account_grant::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// What is to change of a grant; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What it may do.
    pub scopes: Option<Vec<Scope>>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// From which networks.
    pub allowed_addresses: Option<Vec<String>>,
    /// What it is for.
    pub purpose: Option<String>,
}

impl Change {
    fn applied_to(&self, grant: &Grant) -> Terms {
        let networks = || grant.allowed_addresses.split_whitespace().map(str::to_owned).collect();
        Terms {
            scopes: self.scopes.clone().unwrap_or_else(|| Scope::granted_in(&grant.scopes)),
            expires_at: self.expires_at.unwrap_or(grant.expires_at),
            allowed_addresses: self.allowed_addresses.clone().unwrap_or_else(networks),
            purpose: self.purpose.clone().unwrap_or_else(|| grant.purpose.clone()),
        }
    }
}

/// Shuts a service account out of the acting tenant, at once; when that is its custodian, it ends everywhere, with its keys.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`]; [`Error::Invalid`] when it was shut out before.
pub async fn revoke(tx: TenantTx, id: Id<Grant>) -> Result<Id<Grant>> {
    let leave = standing(&tx, id).await?;
    let machine = tx.machine_of(&leave).await?;
    tx.act("REVOKE_SERVICE_ACCOUNT", &leave).await?;
    tx.set::<service_account_grant::Entity>([id], vec![(service_account_grant::Column::RevokedAt, tx.now().into())]).await?;
    if machine.custodian_id == tx.acting_tenant()? && machine.ended_at.is_none() {
        tx.end_machine(&leave, &machine).await?;
    }
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Writes a new key down. At most two are good at a time: the one in use and the one that is to follow.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`]; [`Error::Invalid`] when another tenant is the custodian, two keys are good already, or the
/// key would last too long.
pub async fn issue_key(tx: TenantTx, id: Id<Grant>, key: NewKey) -> Result<()> {
    let leave = standing(&tx, id).await?;
    let machine = as_custodian(&tx, &leave).await?;
    if let Some(fault) = term_fault(key.expires_at, tx.now(), LONGEST_KEY, "400 days") {
        return Err(Error::Invalid(vec![fault]));
    }
    if tx.live_keys(&machine).await?.len() >= MOST_KEYS {
        let message = format!("{MOST_KEYS} keys of it are good already; revoke the one that is no longer used.");
        return Err(Error::invalid("serviceAccount", ProblemCode::Duplicate, message));
    }
    tx.act("CREATE_API_KEY", &leave).await?;
    tx.issue_key(&leave, key).await?;
    tx.commit().await
}

/// Ends a key, at once; the access tokens that were got for it end with it.
///
/// # Errors
/// As [`issue_key`]; [`Error::Invalid`] on `prefix` when no good key has it.
pub async fn revoke_key(tx: TenantTx, id: Id<Grant>, prefix: &str) -> Result<Id<Grant>> {
    let leave = standing(&tx, id).await?;
    let machine = as_custodian(&tx, &leave).await?;
    let keys = tx.live_keys(&machine).await?;
    let no_such = || Error::invalid("prefix", ProblemCode::NotFound, "No key of it that is good begins so.");
    let key = keys.iter().find(|key| key.prefix == prefix).ok_or_else(no_such)?;
    tx.act("REVOKE_API_KEY", &leave).await?;
    tx.revoke_key(&leave, key).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

async fn standing(tx: &TenantTx, id: Id<Grant>) -> Result<Leave<Grant>> {
    let leave: Leave<Grant> = tx.authorise::<service_account_grant::Entity, _>(id).await?;
    if leave.row().revoked_at.is_some() {
        return Err(Error::invalid(
            "serviceAccount",
            ProblemCode::Locked,
            "This service account was shut out; that is for good.",
        ));
    }
    Ok(leave)
}

async fn as_custodian(tx: &TenantTx, leave: &Leave<Grant>) -> Result<service_account::Model> {
    let machine = tx.machine_of(leave).await?;
    if machine.custodian_id != tx.acting_tenant()? {
        let message = "Another tenant looks after its keys; the organisation whose it is knows which.";
        return Err(Error::invalid("serviceAccount", ProblemCode::Forbidden, message));
    }
    if machine.ended_at.is_some() {
        return Err(Error::invalid("serviceAccount", ProblemCode::Locked, "This service account has ended; that is for good."));
    }
    Ok(machine)
}

fn faults_of(tx: &TenantTx, terms: &Terms) -> Result<Vec<Problem>> {
    let mut faults = terms.faults(tx.now());
    let offices = tx.actor().offices(tx.acting_tenant()?);
    if let Some((action, resource)) = beyond_offices(&offices, &terms.scopes) {
        let message =
            format!("None of your offices here lets you {}, and nobody grants what they don't hold.", doing(action, resource));
        faults.push(Problem::new("scopes", ProblemCode::Forbidden, message));
    }
    Ok(faults)
}

fn grant(tx: &TenantTx, machine: Id<service_account::Model>, terms: &Terms, act: Id<act::Model>) -> Result<Grant> {
    Ok(Grant {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        service_account_id: machine,
        scopes: Scope::text_of(&terms.scopes),
        allowed_addresses: terms.networks(),
        purpose: tidy(&terms.purpose),
        granted_on: tx.business_date(),
        expires_at: terms.expires_at,
        revoked_at: None,
        act_id: Some(act),
    })
}

fn taken(error: Error, field: &str, message: &str) -> Error {
    if error.is_taken() { Error::invalid(field, ProblemCode::Duplicate, message) } else { error }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A service account as a tenant sees it: itself and the last use of any of its keys.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Seen {
    /// The grant.
    pub grant_id: Id<Grant>,
    /// The service account, which is its client identifier.
    pub id: Id<service_account::Model>,
    /// How it is known.
    pub name: String,
    /// Whose it is.
    pub organisation_id: Id<organisation::Model>,
    /// Who looks after its keys.
    pub custodian_id: TenantId,
    /// When it ended everywhere.
    pub ended_at: Option<DateTime<Utc>>,
    /// When one of its keys was last used, to within ten minutes.
    pub last_used_at: Option<DateTime<Utc>>,
}

const SEEN: &str = "\
    SELECT granted.id AS grant_id, machine.id, machine.name, machine.organisation_id, machine.custodian_id, machine.ended_at, \
    (SELECT max(credential.last_used_at) FROM api_key AS credential WHERE credential.service_account_id = machine.id) AS last_used_at \
    FROM service_account_grant AS granted JOIN service_account AS machine ON machine.id = granted.service_account_id \
    WHERE granted.tenant_id = $1 ORDER BY machine.name, granted.id";

/// The service accounts that a tenant lets or let in, by name.
///
/// # Errors
/// [`Error::NotFound`] when the actor holds nothing there; [`Error::Denied`] when that doesn't allow reading them.
pub async fn seen(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Seen>> {
    tx.select_by_sql((tenant, Resource::ServiceAccount), SEEN, Vec::new()).await
}

/// A key as people see it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SeenKey {
    /// Its service account.
    pub service_account_id: Id<service_account::Model>,
    /// Its beginning.
    pub prefix: String,
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// Until then it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to within ten minutes.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it may be sent in a query string.
    pub is_for_query_strings: bool,
}

const SEEN_KEYS: &str = "\
    SELECT credential.service_account_id, credential.prefix, credential.issued_at, credential.expires_at, credential.last_used_at, \
    credential.is_for_query_strings FROM api_key AS credential \
    JOIN service_account AS machine ON machine.id = credential.service_account_id AND machine.custodian_id = $1 \
    WHERE credential.revoked_at IS NULL AND credential.expires_at > $2 ORDER BY credential.issued_at, credential.prefix";

/// The keys that are good, of the service accounts of which a tenant is the custodian, oldest first.
///
/// # Errors
/// As [`seen`].
pub async fn seen_keys(tx: &TenantTx, tenant: TenantId) -> Result<Vec<SeenKey>> {
    tx.select_by_sql((tenant, Resource::ServiceAccount), SEEN_KEYS, vec![tx.now().into()]).await
}

/// What a tenant granted these service accounts, the latest last.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn grants_of(tx: &TenantTx, tenant: TenantId, machines: Vec<Id<service_account::Model>>) -> Result<Vec<Grant>> {
    use service_account_grant::Column;
    let rows = tx.rows::<service_account_grant::Entity>(tenant)?.filter(tx.any_of(Column::ServiceAccountId, machines));
    rows.order_by(Column::Id, Order::Asc).all().await
}

/// Who a machine is, by what it sent: its key, or the key that its access token was got for; a list of scopes narrows what it may do.
/// With the versions of what it may read anything of where these are wanted.
///
/// This is asked on every request, so that revoking a key or a grant, and their expiry, take effect at once.
///
/// # Errors
/// When the database fails.
pub async fn recognised(
    db: &Db,
    key: MachineKey<'_>,
    address: IpAddr,
    (scopes, wanted): (Option<&[Scope]>, Wanted),
) -> Result<(Recognised, Option<DataVersions>)> {
    db.machine_behind(key, (db.clock().business_date(), db.clock().now()), address, (scopes, wanted)).await
}

/// Notes that a key was used, unless that was noted less than ten minutes ago.
///
/// # Errors
/// When the database fails.
pub async fn note_use(db: &Db, key: Id<api_key::Model>) -> Result<()> {
    db.note_use(key, db.clock().now()).await
}
