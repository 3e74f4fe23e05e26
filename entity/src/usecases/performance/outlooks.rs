//! Outlooks: officers' judgements of whether targets will be achieved.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, Order};

use crate::{
    error::Result,
    tables::{
        Id, TenantId,
        performance::{agreement_indicator, outlook},
    },
    tenancy::TenantTx,
};

/// The outlooks that stood for lines on a day, latest first; one that has expired stands no longer.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn standing(
    tx: &TenantTx,
    tenant: TenantId,
    lines: Vec<Id<agreement_indicator::Model>>,
    as_at: NaiveDate,
) -> Result<Vec<outlook::Model>> {
    use outlook::Column;
    let rows = tx.rows::<outlook::Entity>(tenant)?.filter(tx.any_of(Column::AgreementIndicatorId, lines));
    rows.filter(Column::RecordedOn.lte(as_at))
        .filter(Column::ExpiresOn.gte(as_at))
        .filter(Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)))
        .order_by(Column::RecordedOn, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .all()
        .await
}
