//! Service accounts from the command line of an installation: the first ones, and those of the demonstration.
//!
//! Whoever reaches the database from there needs no office; so no act is written, as for everything that is loaded.

use sea_orm::{ColumnTrait, QueryFilter};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Scope,
    rules::machine::{LONGEST_KEY, MOST_KEYS, Terms, line_fault, term_fault},
    tables::{
        Id, TenantId,
        identity::api_key,
        organisation::{organisation, service_account, service_account_grant, tenant},
    },
    tenancy::{Db, NewKey, system::BeyondTenantsTx},
};

/// A service account that is to be added.
#[derive(Clone, Debug)]
pub struct FirstMachine {
    /// How it is to be known.
    pub name: String,
    /// Whose it is, by reference.
    pub organisation: String,
    /// The slugs of the tenants that let it in; the first of them looks after its keys.
    pub tenants: Vec<String>,
    /// What each lets it do.
    pub terms: Terms,
    /// Its keys.
    pub keys: Vec<NewKey>,
}

/// Adds a service account with its keys; gives its client identifier.
///
/// # Errors
/// [`Error::Invalid`] naming what is wrong; then nothing was written.
pub async fn add(db: &Db, new: FirstMachine) -> Result<Id<service_account::Model>> {
    let (now, today) = (db.clock().now(), db.clock().business_date());
    let mut faults = new.terms.faults(now);
    faults.extend(line_fault("name", &new.name));
    faults.extend(new.keys.iter().filter_map(|key| term_fault(key.expires_at, now, LONGEST_KEY, "400 days")));
    if new.keys.len() > MOST_KEYS {
        let message = format!("A service account has {MOST_KEYS} keys at most.");
        faults.push(Problem::new("keys", ProblemCode::OutOfRange, message));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = db.write_beyond_tenants().await?;
    let tenants = tenants(&tx, &new.tenants).await?;
    let Some(&custodian_id) = tenants.first() else {
        return Err(Error::invalid("tenant", ProblemCode::Missing, "Name at least one tenant."));
    };
    let id = Id::new();
    let organisation_id = organisation(&tx, &new.organisation).await?;
    is_free(&tx, custodian_id, &new.name).await?;
    let machine = service_account::Model { id, organisation_id, custodian_id, name: new.name, created_at: now, ended_at: None };
    tx.load::<service_account::Entity>(vec![machine]).await?;
    for tenant_id in tenants {
        tx.act_in(tenant_id).await?;
        let grant = service_account_grant::Model {
            tenant_id,
            id: Id::new(),
            service_account_id: id,
            scopes: Scope::text_of(&new.terms.scopes),
            allowed_addresses: new.terms.networks(),
            purpose: new.terms.purpose.clone(),
            granted_on: today,
            expires_at: new.terms.expires_at,
            revoked_at: None,
            act_id: None,
        };
        tx.load::<service_account_grant::Entity>(vec![grant]).await?;
    }
    tx.load::<api_key::Entity>(new.keys.into_iter().map(|key| key.into_row(id, now)).collect()).await?;
    tx.commit().await?;
    Ok(id)
}

async fn tenants(tx: &BeyondTenantsTx, slugs: &[String]) -> Result<Vec<TenantId>> {
    let mut found = Vec::with_capacity(slugs.len());
    for slug in slugs {
        let row = tx.find::<tenant::Entity>().filter(tenant::Column::Slug.eq(slug)).one(tx.connection()).await?;
        let no_such = || Error::invalid("tenant", ProblemCode::NotFound, format!("No tenant is called {slug}."));
        let id = row.ok_or_else(no_such)?.id;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}

async fn organisation(tx: &BeyondTenantsTx, reference: &str) -> Result<Id<organisation::Model>> {
    use organisation::Column;
    let id: Id<organisation::Model> = Id::named("organisation", reference);
    let row = tx.find::<organisation::Entity>().filter(Column::Id.eq(id)).one(tx.connection()).await?;
    let no_such = || Error::invalid("organisation", ProblemCode::NotFound, format!("No organisation is called {reference}."));
    Ok(row.ok_or_else(no_such)?.id)
}

async fn is_free(tx: &BeyondTenantsTx, custodian: TenantId, name: &str) -> Result<()> {
    use service_account::Column;
    let namesake = tx.find::<service_account::Entity>().filter(Column::CustodianId.eq(custodian)).filter(Column::Name.eq(name));
    if namesake.one(tx.connection()).await?.is_some() {
        return Err(Error::invalid("name", ProblemCode::Duplicate, format!("A service account {name} stands there already.")));
    }
    Ok(())
}
