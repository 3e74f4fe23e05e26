//! Organisations: reference data that everybody who is signed in may read.

use crate::{
    error::{Error, Result},
    tables::{Id, organisation::organisation},
    tenancy::TenantTx,
};

/// Every organisation, by name; there are some dozens.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &TenantTx) -> Result<Vec<organisation::Model>> {
    let mut organisations = tx.reference::<organisation::Entity>().all().await?;
    organisations.sort_by(|a, b| (&a.name, &a.reference).cmp(&(&b.name, &b.reference)));
    Ok(organisations)
}

/// The organisations with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn many(tx: &TenantTx, ids: Vec<Id<organisation::Model>>) -> Result<Vec<organisation::Model>> {
    tx.reference::<organisation::Entity>().filter(tx.any_of(organisation::Column::Id, ids)).all().await
}

/// One organisation.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn one(tx: &TenantTx, id: Id<organisation::Model>) -> Result<organisation::Model> {
    many(tx, vec![id]).await?.pop().ok_or(Error::NotFound("organisation"))
}
