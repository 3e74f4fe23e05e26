//! The summary of a meeting: due in five working days, sent to the body's members and to those who scrutinise it (S3, "Meeting Summary
//! Reports"). What comes late says why, and stays late. Whoever gets it is written to. One that is wrong is superseded by a corrected one,
//! and stays readable.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, Condition, Order};

use super::meetings::{LONGEST_TEXT, address_fault, given, held, kept, said, summary_due_on, taken};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        blank::is_same_to_a_reader,
        entry::text_fault,
        letter::{self, Letter},
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{meeting, meeting_summary, summary_recipient},
        organisation::{appointment, body, person},
    },
    tenancy::{Authorised, TenantTx, deeds},
};

/// Those who scrutinise partnerships for a council, and get every summary.
pub const SCRUTINY: &[Office] = &[Office::PpbMember];

/// The summaries of these meetings, with those that were superseded, in the order in which they were published.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_meetings(
    tx: &TenantTx,
    tenant: TenantId,
    meetings: Vec<Id<meeting::Model>>,
) -> Result<Vec<meeting_summary::Model>> {
    let rows = tx.rows::<meeting_summary::Entity>(tenant)?.filter(tx.any_of(meeting_summary::Column::MeetingId, meetings));
    rows.order_by(meeting_summary::Column::Version, Order::Asc).order_by(meeting_summary::Column::Id, Order::Asc).all().await
}

/// To whom these summaries were sent, by office.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn recipients(
    tx: &TenantTx,
    tenant: TenantId,
    summaries: Vec<Id<meeting_summary::Model>>,
) -> Result<Vec<summary_recipient::Model>> {
    use summary_recipient::Column;
    let rows = tx.rows::<summary_recipient::Entity>(tenant)?.filter(tx.any_of(Column::MeetingSummaryId, summaries));
    rows.order_by(Column::Office, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// A summary to be published.
#[derive(Clone, Debug)]
pub struct NewSummary {
    /// The meeting.
    pub meeting: Id<meeting::Model>,
    /// What happened, for people who weren't there.
    pub words: String,
    /// Where it is published.
    pub address: Option<String>,
    /// Why it comes late, when it does.
    pub late_reason: Option<String>,
}

/// Publishes a meeting's summary today, to the members of the body and to scrutiny members, each of whom is written to.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting hasn't been held, its summary stands already, or it comes
/// late and doesn't say why.
pub async fn publish(tx: TenantTx, new: &NewSummary) -> Result<Id<meeting::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::PublishMeeting>(&tx, new.meeting).await?;
    held(&row, tx.business_date())?;
    let (due_on, today) = (summary_due_on(&row), tx.business_date());
    let late_reason = given(new.late_reason.as_deref());
    let mut faults = said("words", &new.words, 4 * LONGEST_TEXT);
    faults.extend(new.address.as_deref().and_then(|address| address_fault("address", address)));
    faults.extend(late_reason.as_deref().and_then(|reason| text_fault("lateReason", reason, LONGEST_TEXT)));
    if today > due_on && late_reason.is_none() {
        let message = format!("The summary was due on {}; say why it comes late.", LongDate(due_on));
        faults.push(Problem::new("lateReason", ProblemCode::Missing, message));
    }
    if today <= due_on && late_reason.is_some() {
        let message = format!("The summary is due on {}: it isn't late.", LongDate(due_on));
        faults.push(Problem::new("lateReason", ProblemCode::OutOfRange, message));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("PUBLISH_MEETING_SUMMARY", &leave).await?;
    let summary = meeting_summary::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: row.id,
        version: 1,
        words: new.words.trim().to_owned(),
        address: new.address.clone(),
        due_on,
        published_on: today,
        late_reason,
        correction_reason: None,
        superseded_on: None,
        act_id: act,
    };
    let id = summary.id;
    tx.insert::<meeting_summary::Entity>(vec![summary])
        .await
        .map_err(|error| taken(error, "meeting", "The summary of this meeting has been published already."))?;
    let body = tx.get::<body::Entity>(tenant_id, row.body_id).await?;
    let letter = letter::meeting_summary(&body.name, row.held_on, new.address.as_deref());
    let recipients = distribution(&tx, &row).await?;
    sent(&tx, &leave, (id, recipients), &letter).await?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

/// Writes to each who gets a summary, and keeps who they are.
async fn sent(
    tx: &TenantTx,
    leave: &Authorised<(), deeds::PublishMeeting>,
    (summary, recipients): (Id<meeting_summary::Model>, Recipients),
    letter: &Letter,
) -> Result<()> {
    let tenant_id = tx.acting_tenant()?;
    tx.notify_people(leave, recipients.keys().copied().collect(), letter).await?;
    let recipient = |(person_id, (appointment_id, office))| summary_recipient::Model {
        tenant_id,
        id: Id::new(),
        meeting_summary_id: summary,
        person_id,
        appointment_id,
        office,
    };
    tx.insert::<summary_recipient::Entity>(recipients.into_iter().map(recipient).collect()).await
}

/// A summary in the place of one that was wrong.
#[derive(Clone, Debug)]
pub struct CorrectedSummary {
    /// The meeting.
    pub meeting: Id<meeting::Model>,
    /// What happened, for people who weren't there.
    pub words: String,
    /// Where it is published.
    pub address: Option<String>,
    /// What was wrong.
    pub reason: String,
    /// The version of the summary that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Publishes a corrected summary in the place of the one that stands, which stays readable. It goes to those who would get a summary today
/// and to everybody who got one before.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when none was published yet, it says the same as before, or no reason is
/// given.
pub async fn correct(tx: TenantTx, new: &CorrectedSummary) -> Result<Id<meeting::Model>> {
    let (row, leave) = kept::<deeds::PublishMeeting>(&tx, new.meeting).await?;
    let all = of_meetings(&tx, row.tenant_id, vec![row.id]).await?;
    let Some(old) = all.last() else {
        let message = "This meeting's summary hasn't been published yet; there is nothing to correct.";
        return Err(Error::invalid("meeting", ProblemCode::OutOfTurn, message));
    };
    version::expect(new.expected_version, Some(old.version))?;
    let mut faults = said("words", &new.words, 4 * LONGEST_TEXT);
    faults.extend(new.address.as_deref().and_then(|address| address_fault("address", address)));
    faults.extend(said("reason", &new.reason, LONGEST_TEXT));
    if is_same_to_a_reader(&new.words, &old.words) && new.address == old.address {
        faults.push(Problem::new("words", ProblemCode::OutOfRange, "The summary that stands says that already."));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("CORRECT_MEETING_SUMMARY", &leave).await?;
    let today = tx.business_date();
    tx.set::<meeting_summary::Entity>([old.id], vec![(meeting_summary::Column::SupersededOn, today.into())]).await?;
    let summary = meeting_summary::Model {
        id: Id::new(),
        version: old.version.saturating_add(1),
        words: new.words.trim().to_owned(),
        address: new.address.clone(),
        published_on: today,
        correction_reason: Some(new.reason.trim().to_owned()),
        act_id: act,
        ..old.clone()
    };
    let id = summary.id;
    tx.insert::<meeting_summary::Entity>(vec![summary]).await?;
    let body = tx.get::<body::Entity>(row.tenant_id, row.body_id).await?;
    let letter = letter::corrected_summary(&body.name, row.held_on, new.address.as_deref());
    let mut to = distribution(&tx, &row).await?;
    for before in recipients(&tx, row.tenant_id, all.iter().map(|summary| summary.id).collect()).await? {
        to.entry(before.person_id).or_insert((before.appointment_id, before.office));
    }
    sent(&tx, &leave, (id, to), &letter).await?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

/// Whether a meeting's summary went to anybody but the actor.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn reached_others(tx: &TenantTx, tenant: TenantId, meeting: Id<meeting::Model>) -> Result<bool> {
    let Some(summary) = of_meetings(tx, tenant, vec![meeting]).await?.pop() else { return Ok(false) };
    let own = tx.actor().person().map(|own| own.person);
    Ok(recipients(tx, tenant, vec![summary.id]).await?.iter().any(|recipient| Some(recipient.person_id) != own))
}

/// Who gets a meeting's summary: those who hold an appointment on the body today, and scrutiny members; each once, foremost as a member
/// of the body.
async fn distribution(tx: &TenantTx, row: &meeting::Model) -> Result<Recipients> {
    use appointment::Column;
    let today = tx.business_date();
    let concerned = Condition::any().add(Column::BodyId.eq(row.body_id)).add(tx.any_of(Column::Office, SCRUTINY.iter().copied()));
    let rows = tx.rows::<appointment::Entity>(row.tenant_id)?.filter(concerned).filter(Column::FromOn.lte(today));
    let rows = rows.filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(today)));
    let mut by_person: BTreeMap<Id<person::Model>, appointment::Model> = BTreeMap::new();
    for appointment in rows.order_by(Column::Id, Order::Asc).all().await? {
        let is_member = appointment.body_id == Some(row.body_id);
        let stands =
            by_person.get(&appointment.person_id).is_some_and(|before| before.body_id == Some(row.body_id) || !is_member);
        if !stands {
            by_person.insert(appointment.person_id, appointment);
        }
    }
    Ok(by_person.into_iter().map(|(person, appointment)| (person, (appointment.id, appointment.office))).collect())
}

/// People, each with the appointment and the office for which they get a summary.
type Recipients = BTreeMap<Id<person::Model>, (Id<appointment::Model>, Office)>;
