//! Acts: what was done, by whom and in which office.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::Result,
    tables::{TenantId, organisation::act},
    tenancy::{Page, PageRequest, TenantTx},
};

/// A page of a tenant's acts up to the end of a day, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(tx: &TenantTx, tenant: TenantId, as_at: NaiveDate, request: &PageRequest) -> Result<Page<act::Model>> {
    use act::Column;
    tx.rows::<act::Entity>(tenant)?
        .filter(Column::DoneOn.lte(as_at))
        .page(&[(Column::DoneOn, Order::Desc), (Column::Id, Order::Desc)], request)
        .await
}
