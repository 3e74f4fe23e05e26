//! The yearly monitoring meeting of Halton's partnership with the government office (duty 39), in November: closed by recording who came to
//! a meeting that was called with that office. Other meetings with it, earlier in the year, are none of these.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, Order};

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::Result,
    rules::{period::Period, wording::LongDate},
    tables::{
        Id, TenantId,
        governance::{
            attendance::{self, Presence},
            meeting,
        },
        organisation::{appointment, body, organisation},
    },
    tenancy::TenantTx,
    usecases::governance::{attendance as attendances, committees},
};

/// The number of the duty.
const MONITORING: i32 = 39;
/// The partnership whose duty it is.
const PARTNERSHIP: &str = "hsp";
/// The government office.
const GOVERNMENT_OFFICE: &str = "gonw";
/// The first year: that from which the other steps of the planning cycle are owed here.
const FIRST: i32 = 2010;
/// How far ahead it is shown.
const AHEAD: Months = Months::new(12);

/// One for each year.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let Some(partnership) = committees::named(tx, tenant, PARTNERSHIP).await? else { return Ok(Vec::new()) };
    let office =
        tx.reference::<organisation::Entity>().filter(organisation::Column::Reference.eq(GOVERNMENT_OFFICE)).one().await?;
    let held = match &office {
        Some(office) => attended(tx, tenant, office.id).await?,
        None => Vec::new(),
    };
    let owed = |year: Period| owed(&partnership, year, &held);
    Ok(years(tx.business_date()).into_iter().filter_map(owed).collect())
}

fn years(on: NaiveDate) -> Vec<Period> {
    let ahead = on.checked_add_months(AHEAD).unwrap_or(on);
    let years = std::iter::successors(Period::financial(FIRST).ok(), |year| year.next());
    years.take_while(|year| window(*year).is_some_and(|(from, _)| from <= ahead)).collect()
}

/// November of a year.
fn window(year: Period) -> Option<(NaiveDate, NaiveDate)> {
    Some((NaiveDate::from_ymd_opt(year.year(), 11, 1)?, NaiveDate::from_ymd_opt(year.year(), 11, 30)?))
}

fn owed(partnership: &body::Model, year: Period, held: &[meeting::Model]) -> Option<Obligation> {
    let (opens_on, due_on) = window(year)?;
    let owed = Owed {
        kind: ObligationKind::GovernmentOfficeMeeting,
        code: format!("{}/{}", ObligationKind::GovernmentOfficeMeeting.code(), year.code()),
        title: format!("Hold the monitoring meeting of {} with the government office for {}", partnership.name, year.label()),
        holder: Holder { body: Some(partnership.id), ..Holder::default() },
        subject: Subject::Body(partnership.id),
        duty: Some(MONITORING),
        known_on: year.start(),
        opens_on,
        due_on,
    };
    let first = held.iter().find(|row| (opens_on..=year.end()).contains(&row.held_on));
    let met = first.map(|row| (row.held_on, format!("{} of {}", row.title, LongDate(row.held_on))));
    Some(owed.met(partnership.tenant_id, met))
}

/// The meetings with an organisation to which somebody came for it, earliest first: a guest, or who holds an appointment for it.
async fn attended(tx: &TenantTx, tenant: TenantId, party: Id<organisation::Model>) -> Result<Vec<meeting::Model>> {
    use meeting::Column;
    let called =
        tx.rows::<meeting::Entity>(tenant)?.filter(Column::ExternalPartyId.eq(party)).filter(Column::CancelledOn.is_null());
    let mut held = called.order_by(Column::HeldOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await?;
    let mut came = attendances::of_meetings(tx, tenant, held.iter().map(|row| row.id).collect()).await?;
    came.retain(|row| row.presence == Presence::Present);
    let named = tx.get_many::<appointment::Entity>(tenant, came.iter().filter_map(|row| row.appointment_id)).await;
    let named = readable(named)?;
    let speaks = |row: &attendance::Model| {
        let appointment = row.appointment_id.and_then(|id| named.iter().find(|appointment| appointment.id == id));
        appointment.map_or(row.guest.is_some(), |appointment| appointment.organisation_id == Some(party))
    };
    let met: BTreeSet<_> = came.iter().filter(|row| speaks(row)).map(|row| row.meeting_id).collect();
    held.retain(|row| met.contains(&row.id));
    Ok(held)
}
