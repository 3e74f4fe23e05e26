//! Areas, their parallel hierarchies and the sets that tenants make of them.

use chrono::NaiveDate;
use sea_orm::ColumnTrait;

use crate::{
    error::{Error, Result},
    tables::{
        Id, TenantId,
        performance::{
            area,
            area_link::{self, Hierarchy},
            area_set, area_set_member, area_succession,
        },
    },
    tenancy::TenantTx,
};

/// How an area is looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaBy {
    /// By the nine-character code of the Government Statistical Service.
    GssCode(String),
    /// By its short name here.
    Reference(String),
}

/// One area.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn area(tx: &TenantTx, by: &AreaBy) -> Result<area::Model> {
    let condition = match by {
        AreaBy::GssCode(code) => area::Column::GssCode.eq(code),
        AreaBy::Reference(reference) => area::Column::Reference.eq(reference),
    };
    tx.reference::<area::Entity>().filter(condition).one().await?.ok_or(Error::NotFound("area"))
}

/// Every area, by name; there are some dozens.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &TenantTx) -> Result<Vec<area::Model>> {
    let mut areas = tx.reference::<area::Entity>().all().await?;
    areas.sort_by(|a, b| (&a.name, &a.reference).cmp(&(&b.name, &b.reference)));
    Ok(areas)
}

/// The areas with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn many(tx: &TenantTx, ids: Vec<Id<area::Model>>) -> Result<Vec<area::Model>> {
    tx.reference::<area::Entity>().filter(tx.any_of(area::Column::Id, ids)).all().await
}

/// The areas with these short names or codes of the Government Statistical Service.
///
/// # Errors
/// When the database fails.
pub async fn named(tx: &TenantTx, names: &[String]) -> Result<Vec<area::Model>> {
    use area::Column;
    let any = sea_orm::Condition::any().add(tx.any_of(Column::Reference, names.iter().cloned()));
    tx.reference::<area::Entity>().filter(any.add(tx.any_of(Column::GssCode, names.iter().cloned()))).all().await
}

/// Every link of one hierarchy; there are some dozens. Loaded whole, because links go round: from a child to its parents and back.
///
/// # Errors
/// When the database fails.
pub async fn links(tx: &TenantTx, hierarchy: Hierarchy) -> Result<Vec<area_link::Model>> {
    tx.reference::<area_link::Entity>().filter(area_link::Column::Hierarchy.eq(hierarchy)).all().await
}

/// Every succession of areas.
///
/// # Errors
/// When the database fails.
pub async fn successions(tx: &TenantTx) -> Result<Vec<area_succession::Model>> {
    tx.reference::<area_succession::Entity>().all().await
}

/// How a set of areas is looked up.
#[derive(Clone, Debug)]
pub enum AreaSetBy {
    /// By its identifier.
    Id(Id<area_set::Model>),
    /// By its short name.
    Reference(String),
}

/// One of a tenant's sets of areas.
///
/// # Errors
/// [`Error::NotFound`] when the tenant has none; otherwise as [`TenantTx::rows`].
pub async fn set(tx: &TenantTx, tenant: TenantId, by: &AreaSetBy) -> Result<area_set::Model> {
    let condition = match by {
        AreaSetBy::Id(id) => area_set::Column::Id.eq(*id),
        AreaSetBy::Reference(reference) => area_set::Column::Reference.eq(reference),
    };
    tx.rows::<area_set::Entity>(tenant)?.filter(condition).one().await?.ok_or(Error::NotFound("area set"))
}

/// A tenant's sets of areas, by name.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn sets(tx: &TenantTx, tenant: TenantId) -> Result<Vec<area_set::Model>> {
    tx.rows::<area_set::Entity>(tenant)?.order_by(area_set::Column::Name, sea_orm::Order::Asc).all().await
}

/// The members of sets of areas on a day.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn set_members(
    tx: &TenantTx,
    tenant: TenantId,
    sets: Vec<Id<area_set::Model>>,
    on: NaiveDate,
) -> Result<Vec<area_set_member::Model>> {
    let rows = tx.rows::<area_set_member::Entity>(tenant)?;
    let members = rows.filter(tx.any_of(area_set_member::Column::AreaSetId, sets)).all().await?;
    Ok(members.into_iter().filter(|member| holds(member.from_on, member.to_on, on)).collect())
}

/// Whether a dated thing holds on a day; both ends belong to it.
#[must_use]
pub fn holds(from: Option<NaiveDate>, to: Option<NaiveDate>, on: NaiveDate) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}
