//! The Authority's committees by their short names: who speaks for one, on which days it met, and under which minutes (S4, Governance,
//! accountability and support).

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::{Error, Result},
    tables::{TenantId, governance::meeting, organisation::body},
    tenancy::{Authorised, Deed, TenantTx},
};

/// The body to which lead members report.
pub const ENGAGEMENT_COMMITTEE: &str = "engagement-committee";
/// The body to which the Treasurer escalates.
pub const AUDIT_COMMITTEE: &str = "audit-committee";

/// Leave to speak for a committee of the acting tenant: for whoever holds an office on that very body.
///
/// # Errors
/// [`Error::NotFound`] when there is no such committee; [`Error::Denied`] for whoever holds no office on it that allows the deed.
pub async fn on_behalf<D: Deed>(tx: &TenantTx, committee: &str) -> Result<Authorised<(), D>> {
    let body = named(tx, tx.acting_tenant()?, committee).await?.ok_or(Error::NotFound("committee"))?;
    tx.authorise_on(body.id)?.ok_or_else(|| tx.actor().denied(D::ACTION, D::RESOURCE))
}

/// The days for which meetings of a committee were called and not called off, earliest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn meeting_days(tx: &TenantTx, authority: TenantId, committee: &str) -> Result<Vec<NaiveDate>> {
    use meeting::Column;
    let Some(body) = named(tx, authority, committee).await? else { return Ok(Vec::new()) };
    let meetings = tx.rows::<meeting::Entity>(authority)?.filter(Column::BodyId.eq(body.id));
    let meetings = meetings.filter(Column::CancelledOn.is_null()).order_by(Column::HeldOn, Order::Asc).all().await?;
    Ok(meetings.into_iter().map(|meeting| meeting.held_on).collect())
}

/// The meeting that a committee held on a day: one was called and not called off, and the day isn't still to come.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn met_on(tx: &TenantTx, authority: TenantId, committee: &str, day: NaiveDate) -> Result<Option<meeting::Model>> {
    use meeting::Column;
    if day > tx.business_date() {
        return Ok(None);
    }
    let Some(body) = named(tx, authority, committee).await? else { return Ok(None) };
    let meetings = tx.rows::<meeting::Entity>(authority)?.filter(Column::BodyId.eq(body.id)).filter(Column::HeldOn.eq(day));
    meetings.filter(Column::CancelledOn.is_null()).order_by(Column::Id, Order::Asc).one().await
}

/// A committee of a tenant; none in one that has no such body.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn named(tx: &TenantTx, tenant: TenantId, committee: &str) -> Result<Option<body::Model>> {
    tx.rows::<body::Entity>(tenant)?.filter(body::Column::Reference.eq(committee)).one().await
}
