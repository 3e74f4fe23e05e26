//! Who came to a meeting: recorded while its minutes are a draft, and put right with a reason, so that the list before stays readable.

use std::collections::BTreeSet;

use sea_orm::Order;

use super::{
    meetings::{LONGEST_TEXT, LONGEST_TITLE, given, held, kept, said},
    minutes_record::{agreed_fault, approvals, still_open},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        attendance::{Line, is_changed, lines},
        blank::{as_named, unless_blank},
        entry::line_fault,
        version,
    },
    tables::{
        Id, TenantId,
        governance::{
            attendance::{self, Presence},
            attendance_correction, corrected_attendance, meeting,
        },
        organisation::{act, appointment, person},
    },
    tenancy::{TenantTx, deeds},
};

/// Who came to these meetings.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_meetings(tx: &TenantTx, tenant: TenantId, meetings: Vec<Id<meeting::Model>>) -> Result<Vec<attendance::Model>> {
    let mut rows = all(tx, tenant, meetings).await?;
    rows.retain(|row| row.removed_by_id.is_none());
    Ok(rows)
}

/// The same, with whom a correction took off the list.
async fn all(tx: &TenantTx, tenant: TenantId, meetings: Vec<Id<meeting::Model>>) -> Result<Vec<attendance::Model>> {
    let rows = tx.rows::<attendance::Entity>(tenant)?.filter(tx.any_of(attendance::Column::MeetingId, meetings));
    rows.order_by(attendance::Column::Id, Order::Asc).all().await
}

/// Corrections of who came to these meetings, in the order in which they were made.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn corrections(
    tx: &TenantTx,
    tenant: TenantId,
    meetings: Vec<Id<meeting::Model>>,
) -> Result<Vec<attendance_correction::Model>> {
    use attendance_correction::Column;
    let rows = tx.rows::<attendance_correction::Entity>(tenant)?.filter(tx.any_of(Column::MeetingId, meetings));
    rows.order_by(Column::Version, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The lines of the lists before and after these corrections, in their order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn corrected(
    tx: &TenantTx,
    tenant: TenantId,
    corrections: Vec<Id<attendance_correction::Model>>,
) -> Result<Vec<corrected_attendance::Model>> {
    use corrected_attendance::Column;
    let rows = tx.rows::<corrected_attendance::Entity>(tenant)?.filter(tx.any_of(Column::CorrectionId, corrections));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// Who came, or didn't.
#[derive(Clone, Debug)]
pub struct Came {
    /// In which appointment.
    pub appointment: Option<Id<appointment::Model>>,
    /// Whoever came without one, by office or organisation.
    pub guest: Option<String>,
    /// Whether they came.
    pub presence: Presence,
}

/// Records who came to a meeting. Said again of the same person, in whichever appointment, or of the same guest, it takes the place of
/// what was said before: nobody is both present and absent. A guest stays under the name that was written first, however it is spelt later.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting hasn't been held, the list was put right already, somebody is
/// named neither way or both ways, or twice, or an appointment wasn't in force that day.
pub async fn record_attendance(tx: TenantTx, id: Id<meeting::Model>, came: &[Came]) -> Result<Id<meeting::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, id).await?;
    held(&row, tx.business_date())?;
    still_open(&tx, &row, "meeting").await?;
    if !corrections(&tx, tenant_id, vec![id]).await?.is_empty() {
        let message = "This list was put right already, and what it said before is kept; put it right again (`recordAttendanceCorrection`).";
        return Err(Error::invalid("meeting", ProblemCode::OutOfTurn, message));
    }
    let list = List::of(&tx, tenant_id, id, came).await?;
    let faults = attendance_faults(&row, came, &list.appointments);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("RECORD_ATTENDANCE", &leave).await?;
    list.say(&tx, came, (act, leave.warrant().office())).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// A list to be put right.
#[derive(Clone, Debug)]
pub struct AttendanceCorrection {
    /// The meeting.
    pub meeting: Id<meeting::Model>,
    /// The whole list as it is to be.
    pub attendance: Vec<Came>,
    /// Why.
    pub reason: String,
    /// The later meeting that agreed it.
    pub agreed_at: Option<Id<meeting::Model>>,
    /// The version of the list that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Puts right who came to a meeting, and keeps the list before. What its minutes say stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting hasn't been held, nobody was recorded and can still be, the
/// list isn't in order, says the same as before or no reason, or when the minutes are approved and no later meeting of the body is named
/// that agreed it.
pub async fn correct_attendance(tx: TenantTx, new: &AttendanceCorrection) -> Result<Id<meeting::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, new.meeting).await?;
    held(&row, tx.business_date())?;
    let is_approved = !approvals(&tx, tenant_id, vec![row.id]).await?.is_empty();
    let list = List::of(&tx, tenant_id, row.id, &new.attendance).await?;
    if !is_approved && list.standing().next().is_none() {
        let message = "Nobody has been recorded as having come to this meeting yet; record that first (`recordAttendance`).";
        return Err(Error::invalid("meeting", ProblemCode::OutOfTurn, message));
    }
    let mut faults = attendance_faults(&row, &new.attendance, &list.appointments);
    let lines = list.lines(&new.attendance);
    if faults.is_empty() && !is_changed(&lines) {
        faults.push(Problem::new("attendance", ProblemCode::OutOfRange, "The list says that already."));
    }
    faults.extend(said("reason", &new.reason, LONGEST_TEXT));
    faults.extend(agreed_fault(&tx, &row, new.agreed_at, is_approved).await?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let version = version::corrected(corrections(&tx, tenant_id, vec![row.id]).await?.last().map(|last| last.version));
    version::expect(new.expected_version, Some(version))?;
    let act = tx.act("CORRECT_ATTENDANCE", &leave).await?;
    let correction = attendance_correction::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: row.id,
        version: version.saturating_add(1),
        reason: new.reason.trim().to_owned(),
        office: leave.warrant().office(),
        agreed_at_id: new.agreed_at,
        act_id: act,
        corrected_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    let id = correction.id;
    tx.insert::<attendance_correction::Entity>(vec![correction]).await?;
    tx.insert::<corrected_attendance::Entity>(list.kept(lines, tenant_id, id)).await?;
    list.say(&tx, &new.attendance, (act, leave.warrant().office())).await?;
    list.take_off(&tx, &new.attendance, id).await?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

/// One of the list: by the appointment in which they came, or the guest as a reader takes the name in, with that name.
#[derive(Clone, Debug)]
struct Named {
    appointment: Option<Id<appointment::Model>>,
    guest: Option<String>,
    read: Option<String>,
}

impl Named {
    fn new(appointment: Option<Id<appointment::Model>>, guest: Option<String>) -> Self {
        let read = guest.as_deref().map(as_named);
        Self { appointment, guest, read }
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        (self.appointment, &self.read) == (other.appointment, &other.read)
    }
}

/// What was said of a meeting so far, with whom a correction took off, and the appointments that are named there or now.
struct List {
    meeting: Id<meeting::Model>,
    rows: Vec<attendance::Model>,
    appointments: Vec<appointment::Model>,
}

impl List {
    async fn of(tx: &TenantTx, tenant: TenantId, meeting: Id<meeting::Model>, came: &[Came]) -> Result<Self> {
        let rows = all(tx, tenant, vec![meeting]).await?;
        let named = came.iter().filter_map(|one| one.appointment).chain(rows.iter().filter_map(|row| row.appointment_id));
        let appointments = tx.get_many::<appointment::Entity>(tenant, named).await?;
        Ok(Self { meeting, rows, appointments })
    }

    fn standing(&self) -> impl Iterator<Item = &attendance::Model> {
        self.rows.iter().filter(|row| row.removed_by_id.is_none())
    }

    fn who_came(&self, one: &Came) -> Option<Who> {
        who(&self.appointments, one.appointment, given(one.guest.as_deref()).as_deref())
    }

    fn who_stands(&self, row: &attendance::Model) -> Option<Who> {
        who(&self.appointments, row.appointment_id, row.guest.as_deref())
    }

    /// Both lists in one, before a correction and after it.
    fn lines(&self, came: &[Came]) -> Vec<Line<Named, Presence>> {
        let former = self.standing().map(|row| (Named::new(row.appointment_id, row.guest.clone()), row.presence));
        let now = came.iter().map(|one| (Named::new(one.appointment, given(one.guest.as_deref())), one.presence));
        lines(&former.collect::<Vec<_>>(), &now.collect::<Vec<_>>())
    }

    /// These lines as they are kept with a correction, with who had recorded what was said before.
    fn kept(
        &self,
        lines: Vec<Line<Named, Presence>>,
        tenant_id: TenantId,
        correction_id: Id<attendance_correction::Model>,
    ) -> Vec<corrected_attendance::Model> {
        // What stood before comes first, in its order.
        let before = self.standing().map(Some).chain(std::iter::repeat(None));
        let row = |((number, Line { who, former, now }), before): ((i32, Line<Named, Presence>), Option<&attendance::Model>)| {
            corrected_attendance::Model {
                tenant_id,
                id: Id::new(),
                correction_id,
                number,
                appointment_id: who.appointment,
                guest: who.guest,
                former_presence: former,
                presence: now,
                former_act_id: before.and_then(|row| row.act_id),
                former_office: before.and_then(|row| row.office),
                former_recorded_on: before.and_then(|row| row.recorded_on),
            }
        };
        (1..).zip(lines).zip(before).map(row).collect()
    }

    /// Writes what is said anew or otherwise than before.
    async fn say(&self, tx: &TenantTx, came: &[Came], (act, office): (Id<act::Model>, Option<Office>)) -> Result<()> {
        use attendance::Column;
        let mut new = Vec::new();
        for one in came {
            let who = self.who_came(one);
            let theirs = || self.rows.iter().filter(|row| self.who_stands(row) == who);
            // Every line about them that stands says the same; one that was taken off stands again when no other does.
            let mut lines: Vec<_> = theirs().filter(|row| row.removed_by_id.is_none()).collect();
            if lines.is_empty() {
                lines.extend(theirs().next());
            }
            if lines.is_empty() {
                new.push(attendance::Model {
                    tenant_id: tx.acting_tenant()?,
                    id: Id::new(),
                    meeting_id: self.meeting,
                    appointment_id: one.appointment,
                    guest: given(one.guest.as_deref()),
                    presence: one.presence,
                    recorded_on: Some(tx.business_date()),
                    office,
                    act_id: Some(act),
                    removed_by_id: None,
                });
                continue;
            }
            let is_said = |row: &&attendance::Model| {
                row.removed_by_id.is_none() && (row.appointment_id, row.presence) == (one.appointment, one.presence)
            };
            let otherwise: Vec<_> = lines.into_iter().filter(|row| !is_said(row)).map(|row| row.id).collect();
            if !otherwise.is_empty() {
                let values = vec![
                    (Column::AppointmentId, one.appointment.into()),
                    (Column::Presence, one.presence.into()),
                    (Column::RecordedOn, tx.business_date().into()),
                    (Column::Office, office.into()),
                    (Column::ActId, act.into()),
                    (Column::RemovedById, None::<Id<attendance_correction::Model>>.into()),
                ];
                tx.set::<attendance::Entity>(otherwise, values).await?;
            }
        }
        tx.insert::<attendance::Entity>(new).await
    }

    /// Takes off the list whom a correction doesn't name any more.
    async fn take_off(&self, tx: &TenantTx, came: &[Came], correction: Id<attendance_correction::Model>) -> Result<()> {
        let named: Vec<_> = came.iter().map(|one| self.who_came(one)).collect();
        let stood: Vec<_> = self.standing().map(|row| (row.id, self.who_stands(row))).collect();
        let is_again = |at: usize, who: &Option<Who>| stood.iter().take(at).any(|(_, other)| other == who);
        let is_gone = |(at, (_, who)): &(usize, &(_, Option<Who>))| !named.contains(who) || is_again(*at, who);
        let gone: Vec<_> = stood.iter().enumerate().filter(is_gone).map(|(_, (id, _))| *id).collect();
        if !gone.is_empty() {
            let values = vec![(attendance::Column::RemovedById, correction.into())];
            tx.set::<attendance::Entity>(gone, values).await?;
        }
        Ok(())
    }
}

/// Somebody at a meeting, whatever they hold: a person, or a guest by the name that was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Person(Id<person::Model>),
    Guest(String),
}

fn who(appointments: &[appointment::Model], appointment: Option<Id<appointment::Model>>, guest: Option<&str>) -> Option<Who> {
    let person = appointment.and_then(|id| appointments.iter().find(|row| row.id == id)).map(|row| Who::Person(row.person_id));
    person.or_else(|| guest.map(|guest| Who::Guest(as_named(guest))))
}

fn attendance_faults(row: &meeting::Model, came: &[Came], appointments: &[appointment::Model]) -> Vec<Problem> {
    let mut faults = Vec::new();
    let mut met = BTreeSet::new();
    for (at, one) in came.iter().enumerate() {
        let mut fault =
            |field: &str, code, message: &str| faults.push(Problem::new(&format!("attendance.{at}{field}"), code, message));
        let guest = one.guest.as_deref().and_then(unless_blank);
        match (one.appointment, guest) {
            (Some(id), None) => {
                let in_force = |found: &appointment::Model| {
                    found.id == id && found.from_on <= row.held_on && found.to_on.is_none_or(|to| to >= row.held_on)
                };
                if !appointments.iter().any(in_force) {
                    fault(".appointment", ProblemCode::NotFound, "No such appointment was in force on the day of the meeting.");
                }
            }
            (None, Some(guest)) => faults.extend(line_fault(&format!("attendance.{at}.guest"), guest, LONGEST_TITLE)),
            _ => fault("", ProblemCode::Missing, "Name either the appointment or the guest."),
        }
        if who(appointments, one.appointment, guest).is_some_and(|who| !met.insert(who)) {
            let message = "This is said twice: a person, in whichever appointment, is there once.";
            faults.push(Problem::new(&format!("attendance.{at}"), ProblemCode::Duplicate, message));
        }
    }
    if came.is_empty() {
        faults.push(Problem::new("attendance", ProblemCode::Missing, "Say who came."));
    }
    faults
}
