//! Appointments: who holds which office.

use sea_orm::{ColumnTrait, Order};

use crate::{
    error::Result,
    policy::Office,
    tables::{
        Id, TenantId,
        organisation::{appointment, person},
    },
    tenancy::{Page, PageRequest, TenantTx},
    usecases::performance::areas::holds,
};

/// The actor's own appointments in a tenant.
///
/// # Errors
/// When the database fails.
pub async fn own(tx: &TenantTx, tenant: TenantId) -> Result<Vec<appointment::Model>> {
    tx.own_appointments(tenant).await
}

/// Which appointments are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this office.
    pub office: Option<Office>,
    /// Only those in force on this day.
    pub in_force_on: Option<chrono::NaiveDate>,
}

/// A page of a tenant's appointments that had begun by the end of a day, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(
    tx: &TenantTx,
    tenant: TenantId,
    filter: &Filter,
    as_at: chrono::NaiveDate,
    request: &PageRequest,
) -> Result<Page<appointment::Model>> {
    use appointment::Column;
    let mut rows = tx.rows::<appointment::Entity>(tenant)?.filter(Column::FromOn.lte(as_at));
    if let Some(office) = filter.office {
        rows = rows.filter(Column::Office.eq(office));
    }
    if let Some(day) = filter.in_force_on {
        rows = rows.filter(Column::FromOn.lte(day));
        rows = rows.filter(sea_orm::Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(day)));
    }
    rows.page(&[(Column::FromOn, Order::Desc), (Column::Id, Order::Asc)], request).await
}

/// Whether an appointment is in force on a day.
#[must_use]
pub fn in_force(row: &appointment::Model, on: chrono::NaiveDate) -> bool {
    holds(Some(row.from_on), row.to_on, on)
}

/// The people who hold appointments in a tenant, by identifier.
///
/// # Errors
/// When the actor may not read appointments there.
pub async fn people(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<person::Model>>) -> Result<Vec<person::Model>> {
    tx.people_of(tenant, ids).await
}
