//! Finding stored queries, by what they are called in addresses.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::Order;

use crate::{
    error::{Error, Result},
    policy::{Action, Resource},
    rules::stored_query::{self as rules, Definition, Standing},
    tables::{
        Id, TenantId,
        dashboards::{stored_query, stored_query_version},
    },
    tenancy::{Actor, TenantTx},
};

/// A tenant's stored queries, by name.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn all(tx: &TenantTx, tenant: TenantId) -> Result<Vec<stored_query::Model>> {
    let mut rows = tx.rows::<stored_query::Entity>(tenant)?.all().await?;
    // Sorted here, since the two databases don't sort texts alike.
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

/// The versions of some stored queries, by number.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn versions(
    tx: &TenantTx,
    tenant: TenantId,
    queries: Vec<Id<stored_query::Model>>,
) -> Result<Vec<stored_query_version::Model>> {
    use stored_query_version::Column;
    let rows = tx.rows::<stored_query_version::Entity>(tenant)?.filter(tx.any_of(Column::StoredQueryId, queries));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// What a version asks and what its answers look like.
///
/// # Errors
/// When what is stored can't be read.
pub fn definition(version: &stored_query_version::Model) -> Result<Definition> {
    serde_json::from_value(version.definition.clone()).map_err(Error::internal)
}

/// How a version stands on a day.
#[must_use]
pub fn standing(version: &stored_query_version::Model, on: NaiveDate) -> Standing {
    rules::standing(version.published_on, version.deprecated_on, version.sunset_on, on)
}

/// The version that is served on a day where none is named: the latest that is published and not given up.
#[must_use]
pub fn current(versions: &[stored_query_version::Model], on: NaiveDate) -> Option<&stored_query_version::Model> {
    let served =
        |version: &&stored_query_version::Model| matches!(standing(version, on), Standing::Published | Standing::Deprecated);
    versions.iter().filter(served).max_by_key(|version| version.number)
}

/// A stored query with all its versions.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// The query.
    pub query: stored_query::Model,
    /// Its versions, by number.
    pub versions: Vec<stored_query_version::Model>,
}

/// All stored queries of a tenant in which the actor holds an appointment, by name, with their versions.
///
/// # Errors
/// [`Error::NotFound`] when there is no such tenant for the actor: stored queries are never shared.
pub async fn shelf(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Shelved>> {
    if !tx.actor().acts_in(tenant) {
        return Err(Error::NotFound("tenant"));
    }
    let queries = all(tx, tenant).await?;
    let ids = queries.iter().map(|query| query.id).collect();
    let mut by_query: HashMap<_, Vec<_>> = HashMap::new();
    for version in versions(tx, tenant, ids).await? {
        by_query.entry(version.stored_query_id).or_default().push(version);
    }
    let shelved = |query: stored_query::Model| Shelved { versions: by_query.remove(&query.id).unwrap_or_default(), query };
    Ok(queries.into_iter().map(shelved).collect())
}

/// The version of a shelved query that an actor is served on a day: the one that is named, or the current one. Drafts are tried by
/// those who may define queries; for everybody else there are none.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn served<'s>(
    actor: &Actor,
    shelved: &'s Shelved,
    number: Option<i32>,
) -> Result<(&'s stored_query_version::Model, Standing)> {
    let on = actor.business_date;
    let found = match number {
        None => current(&shelved.versions, on),
        Some(number) => shelved.versions.iter().find(|version| version.number == number),
    };
    let version = found.ok_or(Error::NotFound("stored query"))?;
    let standing = standing(version, on);
    let is_shown = standing != Standing::Draft || actor.may(shelved.query.tenant_id, Action::Define, Resource::StoredQuery);
    if is_shown { Ok((version, standing)) } else { Err(Error::NotFound("stored query")) }
}
