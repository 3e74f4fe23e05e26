//! Areas, their parallel hierarchies and the sets that tenants make of them.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, sea_query::ExprTrait};

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
#[derive(Clone, Debug)]
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

/// The links from and to an area in one hierarchy that hold on a day.
///
/// # Errors
/// When the database fails.
pub async fn links(tx: &TenantTx, area: Id<area::Model>, hierarchy: Hierarchy, on: NaiveDate) -> Result<Vec<area_link::Model>> {
    use area_link::Column;
    let links = tx
        .reference::<area_link::Entity>()
        .filter(Column::Hierarchy.eq(hierarchy).and(Column::ParentId.eq(area).or(Column::ChildId.eq(area))))
        .all()
        .await?;
    Ok(links.into_iter().filter(|link| holds(link.from_on, link.to_on, on)).collect())
}

/// What an area took the place of, and what took its place.
///
/// # Errors
/// When the database fails.
pub async fn successions(tx: &TenantTx, area: Id<area::Model>) -> Result<Vec<area_succession::Model>> {
    use area_succession::Column;
    tx.reference::<area_succession::Entity>().filter(Column::PredecessorId.eq(area).or(Column::SuccessorId.eq(area))).all().await
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
