//! Agreements with their themes, outcomes, transformational issues and lines.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::{Error, Result},
    tables::{
        Id, TenantId,
        performance::{agreement, agreement_indicator, indicator, outcome, theme, transformational_issue},
    },
    tenancy::TenantTx,
};

/// Every agreement of a tenant, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn agreements(tx: &TenantTx, tenant: TenantId) -> Result<Vec<agreement::Model>> {
    use agreement::Column;
    tx.rows::<agreement::Entity>(tenant)?.order_by(Column::StartsOn, Order::Desc).order_by(Column::Id, Order::Asc).all().await
}

/// The agreement that runs on a day; the one that began last when several do.
///
/// # Errors
/// [`Error::NotFound`] when none runs that day; otherwise as [`TenantTx::rows`].
pub async fn running(tx: &TenantTx, tenant: TenantId, on: NaiveDate) -> Result<agreement::Model> {
    use agreement::Column;
    let rows = tx.rows::<agreement::Entity>(tenant)?;
    let running = rows
        .filter(Column::StartsOn.lte(on))
        .filter(Column::EndsOn.gte(on))
        .order_by(Column::StartsOn, Order::Desc)
        .one()
        .await?;
    running.ok_or(Error::NotFound("agreement"))
}

/// The agreement with that reference.
///
/// # Errors
/// [`Error::NotFound`] when the tenant has none; otherwise as [`TenantTx::rows`].
pub async fn by_reference(tx: &TenantTx, tenant: TenantId, reference: &str) -> Result<agreement::Model> {
    let rows = tx.rows::<agreement::Entity>(tenant)?;
    rows.filter(agreement::Column::Reference.eq(reference)).one().await?.ok_or(Error::NotFound("agreement"))
}

/// The themes of agreements, in order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn themes(tx: &TenantTx, tenant: TenantId, agreements: Vec<Id<agreement::Model>>) -> Result<Vec<theme::Model>> {
    let rows = tx.rows::<theme::Entity>(tenant)?;
    rows.filter(tx.any_of(theme::Column::AgreementId, agreements)).order_by(theme::Column::Number, Order::Asc).all().await
}

/// The outcomes of themes, in order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn outcomes(tx: &TenantTx, tenant: TenantId, themes: Vec<Id<theme::Model>>) -> Result<Vec<outcome::Model>> {
    let rows = tx.rows::<outcome::Entity>(tenant)?;
    rows.filter(tx.any_of(outcome::Column::ThemeId, themes)).order_by(outcome::Column::Number, Order::Asc).all().await
}

/// The transformational issues of agreements, in order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn issues(
    tx: &TenantTx,
    tenant: TenantId,
    agreements: Vec<Id<agreement::Model>>,
) -> Result<Vec<transformational_issue::Model>> {
    use transformational_issue::Column;
    let rows = tx.rows::<transformational_issue::Entity>(tenant)?;
    rows.filter(tx.any_of(Column::AgreementId, agreements)).order_by(Column::Number, Order::Asc).all().await
}

/// What lines are looked up by.
#[derive(Clone, Debug)]
pub enum LinesOf {
    /// All lines of these agreements.
    Agreements(Vec<Id<agreement::Model>>),
    /// The lines under these themes.
    Themes(Vec<Id<theme::Model>>),
    /// The lines under these outcomes.
    Outcomes(Vec<Id<outcome::Model>>),
}

/// The lines of agreements, themes or outcomes, in order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn lines(tx: &TenantTx, tenant: TenantId, of: LinesOf) -> Result<Vec<agreement_indicator::Model>> {
    use agreement_indicator::Column;
    let condition = match of {
        LinesOf::Agreements(ids) => tx.any_of(Column::AgreementId, ids),
        LinesOf::Themes(ids) => tx.any_of(Column::ThemeId, ids),
        LinesOf::Outcomes(ids) => tx.any_of(Column::OutcomeId, ids),
    };
    let rows = tx.rows::<agreement_indicator::Entity>(tenant)?;
    rows.filter(condition).order_by(Column::Position, Order::Asc).order_by(Column::Id, Order::Asc).many().await
}

/// The indicators with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn indicators(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<indicator::Model>>) -> Result<Vec<indicator::Model>> {
    tx.rows::<indicator::Entity>(tenant)?.filter(tx.any_of(indicator::Column::Id, ids)).many().await
}
