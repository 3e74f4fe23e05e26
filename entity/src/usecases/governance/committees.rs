//! The Authority's committees by their short names: who speaks for one, on which days it met, and under which minutes (S4, Governance,
//! accountability and support).

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    tables::{Id, TenantId, governance::meeting, organisation::body},
    tenancy::{Authorised, Deed, Hold, TenantTx},
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
    tx.authorise_on(body.id)?.map_or_else(|| tx.denied_on::<D, _>(body.id), Ok)
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

/// The meeting that a committee held on a day, held by this transaction so that it isn't called off meanwhile. Where there was more than
/// one, it has to be said which.
///
/// # Errors
/// As [`TenantTx::rows`]. The problem names `metOn` when it didn't meet that day, and `meeting` when it isn't clear at which.
pub async fn met_on(
    tx: &TenantTx,
    committee: &str,
    day: NaiveDate,
    which: Option<Id<meeting::Model>>,
) -> Result<Result<meeting::Model, Problem>> {
    use meeting::Column;
    let authority = tx.acting_tenant()?;
    let body = named(tx, authority, committee).await?.ok_or(Error::NotFound("committee"))?;
    let that_day = tx.rows::<meeting::Entity>(authority)?.filter(Column::BodyId.eq(body.id)).filter(Column::HeldOn.eq(day));
    let ids = that_day.all().await?.into_iter().map(|meeting| meeting.id).collect();
    tx.hold::<meeting::Entity>(Some(ids), Hold::Alone).await?;
    let that_day = tx.rows::<meeting::Entity>(authority)?.filter(Column::BodyId.eq(body.id)).filter(Column::HeldOn.eq(day));
    let mut met = that_day.filter(Column::CancelledOn.is_null()).order_by(Column::Id, Order::Asc).all().await?;
    met.retain(|meeting| meeting.held_on <= tx.business_date());
    if met.is_empty() {
        let message = format!("The committee hasn't met on {day}; say on which day it did.");
        return Ok(Err(Problem::new("metOn", ProblemCode::OutOfRange, message)));
    }
    let several = met.len() > 1;
    let mut wanted = met.into_iter().filter(|meeting| which.map_or(!several, |which| which == meeting.id));
    Ok(wanted.next().ok_or_else(|| match which {
        Some(_) => Problem::new("meeting", ProblemCode::NotFound, format!("This is no meeting of the committee's on {day}.")),
        None => {
            Problem::new("meeting", ProblemCode::Missing, format!("The committee met more than once on {day}; say at which."))
        }
    }))
}

/// Leave to do something at or about a body's meetings: for whoever keeps the meetings of all bodies, or is the clerk of this one. The
/// clerk of another committee isn't.
///
/// # Errors
/// [`Error::Denied`] when the actor holds no such office.
pub fn for_meetings_of<D: Deed>(tx: &TenantTx, body: Id<body::Model>) -> Result<Authorised<(), D>> {
    if let Some(leave) = tx.authorise_on(body)? {
        return Ok(leave);
    }
    tx.authorise_other_than(Office::CommitteeClerk)?.map_or_else(|| tx.denied_on::<D, _>(body), Ok)
}

/// A committee of a tenant; none in one that has no such body.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn named(tx: &TenantTx, tenant: TenantId, committee: &str) -> Result<Option<body::Model>> {
    tx.rows::<body::Entity>(tenant)?.filter(body::Column::Reference.eq(committee)).one().await
}
