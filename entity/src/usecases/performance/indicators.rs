//! Indicators: the national set, and what a tenant measures.

use sea_orm::{ColumnTrait, Order};

use crate::{
    error::Result,
    tables::{
        Id, TenantId,
        performance::{
            area,
            indicator::{self, PoliceOwner},
            national_indicator, observation,
        },
    },
    tenancy::{Page, PageRequest, TenantTx},
};

/// Which indicators are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those with these codes.
    pub codes: Option<Vec<String>>,
    /// Only those that the police side owns in this way.
    pub police_owner: Option<PoliceOwner>,
}

/// A page of a tenant's indicators, by code.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(tx: &TenantTx, tenant: TenantId, filter: &Filter, request: &PageRequest) -> Result<Page<indicator::Model>> {
    use indicator::Column;
    let mut rows = tx.rows::<indicator::Entity>(tenant)?;
    if let Some(codes) = &filter.codes {
        rows = rows.filter(tx.any_of(Column::Code, codes.iter().cloned()));
    }
    if let Some(owner) = filter.police_owner {
        rows = rows.filter(Column::PoliceOwner.eq(owner));
    }
    rows.page(&[(Column::Code, Order::Asc), (Column::Id, Order::Asc)], request).await
}

/// The national set, by number.
///
/// # Errors
/// When the database fails.
pub async fn national(tx: &TenantTx) -> Result<Vec<national_indicator::Model>> {
    let mut set = tx.reference::<national_indicator::Entity>().all().await?;
    set.sort_by_key(|row| row.number);
    Ok(set)
}

/// The national indicators with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn national_many(tx: &TenantTx, ids: Vec<Id<national_indicator::Model>>) -> Result<Vec<national_indicator::Model>> {
    tx.reference::<national_indicator::Entity>().filter(tx.any_of(national_indicator::Column::Id, ids)).all().await
}

/// Which observations of an indicator are wanted.
#[derive(Clone, Debug, Default)]
pub struct ObservationFilter {
    /// Only those of this area.
    pub area: Option<Id<area::Model>>,
    /// Only those of this period.
    pub period: Option<String>,
    /// Revised figures as well as those that stand.
    pub with_superseded: bool,
}

/// A page of an indicator's observations as they stood on a day, in the order in which they were recorded.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn observations(
    tx: &TenantTx,
    tenant: TenantId,
    indicator: Id<indicator::Model>,
    filter: &ObservationFilter,
    as_at: chrono::NaiveDate,
    request: &PageRequest,
) -> Result<Page<observation::Model>> {
    use observation::Column;
    let mut rows =
        tx.rows::<observation::Entity>(tenant)?.filter(Column::IndicatorId.eq(indicator)).filter(Column::RecordedOn.lte(as_at));
    if let Some(area) = filter.area {
        rows = rows.filter(Column::AreaId.eq(area));
    }
    if let Some(period) = &filter.period {
        rows = rows.filter(Column::Period.eq(period));
    }
    if !filter.with_superseded {
        rows = rows.filter(sea_orm::Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)));
    }
    rows.page(&[(Column::RecordedOn, Order::Asc), (Column::Id, Order::Asc)], request).await
}
