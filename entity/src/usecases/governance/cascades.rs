//! What members of a board carry back: the key actions of each meeting, to the organisation that they represent there (S3, Increasing the
//! leadership role and contributions of partners). Each member says so for themselves, once for each meeting and organisation.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::meetings::{LONGEST_TEXT, LONGEST_TITLE, alone, held, said, taken};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::wording::LongDate,
    tables::{
        Id, TenantId,
        governance::{meeting, meeting_cascade},
        organisation::{appointment, body, organisation},
    },
    tenancy::{Authorised, TenantTx, deeds},
    usecases::organisation::appointments::in_force,
};

/// What was carried back of these meetings, in the order in which it was recorded.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_meetings(
    tx: &TenantTx,
    tenant: TenantId,
    meetings: Vec<Id<meeting::Model>>,
) -> Result<Vec<meeting_cascade::Model>> {
    use meeting_cascade::Column;
    let rows = tx.rows::<meeting_cascade::Entity>(tenant)?.filter(tx.any_of(Column::MeetingId, meetings));
    rows.order_by(Column::RecordedOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The seats on these bodies, past and present, that are held for an organisation.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(super) async fn seats(tx: &TenantTx, tenant: TenantId, bodies: Vec<Id<body::Model>>) -> Result<Vec<appointment::Model>> {
    use appointment::Column;
    let rows = tx.rows::<appointment::Entity>(tenant)?.filter(tx.any_of(Column::BodyId, bodies));
    let rows = rows.filter(Column::Office.eq(Office::HspbMember)).filter(Column::OrganisationId.is_not_null());
    rows.order_by(Column::FromOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// That something was carried back.
#[derive(Clone, Debug)]
pub struct NewCascade {
    /// The meeting.
    pub meeting: Id<meeting::Model>,
    /// The organisation, where the member represents several on that board.
    pub organisation: Option<Id<organisation::Model>>,
    /// When.
    pub carried_on: NaiveDate,
    /// How.
    pub means: String,
    /// To whom.
    pub audience: String,
    /// What was passed on.
    pub words: String,
}

/// Records that the actor carried a meeting's key actions back to the organisation that they represent on its body.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] for whoever is no member of that board; [`Error::Invalid`] when the meeting hasn't been held,
/// the actor represented no organisation there that day or several and doesn't say which, the day lies before the meeting or ahead, a text
/// is missing, or it has been recorded.
pub async fn record(tx: TenantTx, new: &NewCascade) -> Result<Id<meeting::Model>> {
    let (tenant_id, today) = (tx.acting_tenant()?, tx.business_date());
    tx.allows_some::<deeds::CarryActionsBack>()?;
    let row = alone(&tx, new.meeting).await?;
    let leave: Authorised<(), deeds::CarryActionsBack> =
        tx.authorise_on(row.body_id)?.map_or_else(|| tx.denied_on::<deeds::CarryActionsBack, _>(row.body_id), Ok)?;
    held(&row, today)?;
    let person_id = tx.actor().signed_in()?.person;
    let mut own = seats(&tx, tenant_id, vec![row.body_id]).await?;
    own.retain(|seat| seat.person_id == person_id);
    let (organisation_id, appointment_id) = represented(&own, &row, new.organisation, today)?;
    let faults = faults(new, &row, today);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("RECORD_CASCADE", &leave).await?;
    let cascade = meeting_cascade::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: row.id,
        organisation_id,
        person_id,
        appointment_id,
        carried_on: new.carried_on,
        means: new.means.trim().to_owned(),
        audience: new.audience.trim().to_owned(),
        words: new.words.trim().to_owned(),
        recorded_on: today,
        act_id: act,
    };
    let message = "You have recorded already what you carried back of this meeting to this organisation.";
    tx.insert::<meeting_cascade::Entity>(vec![cascade]).await.map_err(|error| taken(error, "meeting", message))?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

/// The organisation that a member represents today and represented on the day of the meeting, with today's appointment.
fn represented(
    own: &[appointment::Model],
    row: &meeting::Model,
    wanted: Option<Id<organisation::Model>>,
    today: NaiveDate,
) -> Result<(Id<organisation::Model>, Id<appointment::Model>)> {
    let on = |day| own.iter().filter(move |seat| in_force(seat, day));
    let then: BTreeSet<_> = on(row.held_on).filter_map(|seat| seat.organisation_id).collect();
    let mut now = on(today).filter_map(|seat| Some((seat.organisation_id?, seat.id))).filter(|(of, _)| then.contains(of));
    let several = then.len() > 1;
    if then.is_empty() {
        let message = "You represented no organisation on this board on the day of its meeting.";
        return Err(Error::invalid("meeting", ProblemCode::Forbidden, message));
    }
    now.find(|(of, _)| wanted.map_or(!several, |wanted| wanted == *of)).ok_or_else(|| match wanted {
        None if several => {
            let message = "You represent several organisations on this board; say to which it was carried back.";
            Error::invalid("organisation", ProblemCode::Missing, message)
        }
        _ => Error::invalid("organisation", ProblemCode::NotFound, "You represent no such organisation on this board."),
    })
}

fn faults(new: &NewCascade, row: &meeting::Model, today: NaiveDate) -> Vec<Problem> {
    let mut faults = said("means", &new.means, LONGEST_TITLE);
    faults.extend(said("audience", &new.audience, LONGEST_TITLE));
    faults.extend(said("words", &new.words, LONGEST_TEXT));
    if !(row.held_on..=today).contains(&new.carried_on) {
        let message = format!("It was carried back on or after {}, the day of the meeting, and by today.", LongDate(row.held_on));
        faults.push(Problem::new("carriedOn", ProblemCode::OutOfRange, message));
    }
    faults
}
