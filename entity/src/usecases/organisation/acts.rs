//! Acts: what was done, by whom and in which office.

use sea_orm::Order;

use crate::{
    error::Result,
    tables::{TenantId, organisation::act},
    tenancy::{Page, PageRequest, TenantTx},
};

/// A page of a tenant's acts, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(tx: &TenantTx, tenant: TenantId, request: &PageRequest) -> Result<Page<act::Model>> {
    use act::Column;
    tx.rows::<act::Entity>(tenant)?.page(&[(Column::DoneOn, Order::Desc), (Column::Id, Order::Desc)], request).await
}
