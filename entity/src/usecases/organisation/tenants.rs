//! The tenants that an actor may see: those in which they hold an appointment, and those that share something with them.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, sea_query::ExprTrait};

use crate::{
    error::{Error, Result},
    tables::{
        TenantId,
        organisation::{
            tenant::{self, TenantKind},
            tenant_relation,
        },
    },
    tenancy::{Db, TenantTx},
    usecases::performance::areas::{self, AreaBy},
};

/// How a tenant is looked up.
#[derive(Clone, Debug)]
pub enum TenantBy {
    /// By its short name.
    Slug(String),
    /// By its identifier.
    Id(TenantId),
    /// By the nine-character code of its area.
    GssCode(String),
}

/// One tenant.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or the actor holds no appointment there and it shares nothing with them.
pub async fn tenant(tx: &TenantTx, by: &TenantBy) -> Result<tenant::Model> {
    let tenants = tx.reference::<tenant::Entity>();
    let query = match by {
        TenantBy::Slug(slug) => tenants.filter(tenant::Column::Slug.eq(slug)),
        TenantBy::Id(id) => tenants.filter(tenant::Column::Id.eq(*id)),
        TenantBy::GssCode(code) => {
            let area = areas::area(tx, &AreaBy::GssCode(code.clone())).await.map_err(|error| match error {
                Error::NotFound(_) => Error::NotFound("tenant"),
                other => other,
            })?;
            tenants.filter(tenant::Column::AreaId.eq(area.id))
        }
    };
    let found = query.one().await?.ok_or(Error::NotFound("tenant"))?;
    if is_in_sight(tx, found.id) { Ok(found) } else { Err(Error::NotFound("tenant")) }
}

/// Whether the actor holds an appointment in a tenant, or it shares anything with one in which they do.
fn is_in_sight(tx: &TenantTx, tenant: TenantId) -> bool {
    tx.actor().acts_in(tenant) || tx.actor().disclosers().contains(&tenant)
}

/// The tenants among these that are in the actor's sight.
///
/// # Errors
/// When the database fails.
pub async fn in_sight(tx: &TenantTx, ids: Vec<TenantId>) -> Result<Vec<tenant::Model>> {
    named(tx, ids.into_iter().filter(|id| is_in_sight(tx, *id)).collect()).await
}

/// Every tenant in which the actor holds an appointment, by name.
///
/// # Errors
/// When the database fails.
pub async fn tenants(tx: &TenantTx) -> Result<Vec<tenant::Model>> {
    let own = tx.actor().tenants();
    let mut found = tx.reference::<tenant::Entity>().filter(tx.any_of(tenant::Column::Id, own)).all().await?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// How a tenant stands to others: which areas it polices, and who followed it.
///
/// # Errors
/// When the database fails.
pub async fn relations(tx: &TenantTx, tenant: TenantId) -> Result<Vec<tenant_relation::Model>> {
    let either = tenant_relation::Column::FromTenantId.eq(tenant).or(tenant_relation::Column::ToTenantId.eq(tenant));
    tx.reference::<tenant_relation::Entity>().filter(either).all().await
}

/// Whether a tenant is a police authority.
///
/// # Errors
/// When the database fails.
pub async fn is_authority(tx: &TenantTx, tenant: TenantId) -> Result<bool> {
    let found = tx.reference::<tenant::Entity>().filter(tenant::Column::Id.eq(tenant)).one().await?;
    Ok(found.is_some_and(|row| row.kind == TenantKind::Authority))
}

/// The names of tenants, which are public knowledge, for those that a relation mentions.
///
/// # Errors
/// When the database fails.
pub async fn named(tx: &TenantTx, ids: Vec<TenantId>) -> Result<Vec<tenant::Model>> {
    tx.reference::<tenant::Entity>().filter(tx.any_of(tenant::Column::Id, ids)).all().await
}

/// All tenants by their short names, for an operator's settings.
///
/// # Errors
/// When the database fails.
pub async fn directory(db: &Db) -> Result<BTreeMap<String, TenantId>> {
    let tx = db.read_beyond_tenants().await?;
    let tenants = tx.find::<tenant::Entity>().all(tx.connection()).await?;
    Ok(tenants.into_iter().map(|tenant| (tenant.slug, tenant.id)).collect())
}
