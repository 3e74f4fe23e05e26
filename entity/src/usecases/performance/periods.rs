//! The closing of periods: figures are entered by some, verified by another person and approved by a third, then locked.

use sea_orm::Order;

use crate::{
    error::Result,
    tables::{TenantId, performance::period_close},
    tenancy::TenantTx,
};

/// The closes of a tenant, latest period first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn closes(tx: &TenantTx, tenant: TenantId) -> Result<Vec<period_close::Model>> {
    let rows = tx.rows::<period_close::Entity>(tenant)?;
    rows.order_by(period_close::Column::Period, Order::Desc).order_by(period_close::Column::Id, Order::Asc).all().await
}
