//! Indicators: the national set, and what a tenant measures.

use chrono::NaiveDate;
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

/// Which observations are wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct ObservationFilter {
    /// Only those of these indicators.
    pub indicators: Option<Vec<Id<indicator::Model>>>,
    /// Only those of these areas.
    pub areas: Option<Vec<Id<area::Model>>>,
    /// Only those of this period.
    pub period: Option<String>,
    /// Only those of periods that end on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those of periods that begin on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Revised figures as well as those that stand.
    pub with_superseded: bool,
}

/// A page of a tenant's observations as they stood on a day, in the order in which they were recorded.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn observations(
    tx: &TenantTx,
    tenant: TenantId,
    filter: &ObservationFilter,
    as_at: NaiveDate,
    request: &PageRequest,
) -> Result<Page<observation::Model>> {
    use observation::Column;
    let mut rows = tx.rows::<observation::Entity>(tenant)?.filter(Column::RecordedOn.lte(as_at));
    // One is asked for in words that its index answers.
    rows = match filter.indicators.as_deref() {
        None => rows,
        Some([only]) => rows.filter(Column::IndicatorId.eq(*only)),
        Some(several) => rows.filter(tx.any_of(Column::IndicatorId, several.iter().copied())),
    };
    rows = match filter.areas.as_deref() {
        None => rows,
        Some([only]) => rows.filter(Column::AreaId.eq(*only)),
        Some(several) => rows.filter(tx.any_of(Column::AreaId, several.iter().copied())),
    };
    if let Some(period) = &filter.period {
        rows = rows.filter(Column::Period.eq(period));
    }
    if let Some(from) = filter.from {
        rows = rows.filter(Column::EndsOn.gte(from));
    }
    if let Some(to) = filter.to {
        rows = rows.filter(Column::StartsOn.lte(to));
    }
    if !filter.with_superseded {
        rows = rows.filter(sea_orm::Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)));
    }
    rows.page(&[(Column::RecordedOn, Order::Asc), (Column::Id, Order::Asc)], request).await
}

/// The identifiers of a tenant's indicators that have one of these codes.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn coded(tx: &TenantTx, tenant: TenantId, codes: &[String]) -> Result<Vec<Id<indicator::Model>>> {
    let rows = tx.rows::<indicator::Entity>(tenant)?.filter(tx.any_of(indicator::Column::Code, codes.iter().cloned()));
    Ok(rows.all().await?.into_iter().map(|row| row.id).collect())
}
