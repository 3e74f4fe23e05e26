//! Who came to a meeting, and how that was put right.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{
        TenantId,
        governance::{attendance, attendance_correction, corrected_attendance, meeting},
        organisation::appointment,
    },
    usecases::governance::{
        attendance::{self as attendances, AttendanceCorrection as Correction, Came},
        meetings,
    },
};

use super::{Meeting, meeting::of_tenant, meeting_calling::shown};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::{Act, Appointment, Office},
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// Whether somebody came to a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "attendance::Presence")]
pub enum Presence {
    /// Was there.
    Present,
    /// Sent apologies.
    Apologies,
    /// Was expected and didn't come.
    Absent,
}

/// That somebody came to a meeting, or didn't.
#[derive(Clone)]
pub struct Attendance(pub(super) Member<attendance::Model>);

/// That somebody came to a meeting, or didn't.
#[Object]
impl Attendance {
    /// Whether they came.
    fn presence(&self) -> Presence {
        self.0.row().presence.into()
    }

    /// The appointment in which they came.
    async fn appointment(&self) -> Result<Option<Appointment>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.appointment_id).collect();
        let load = || async move { self.0.tx().get_many::<appointment::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("Attendance.appointment", self.0.row().appointment_id, load).await?.map(Appointment))
    }

    /// Whoever came without an appointment, by office or organisation.
    fn guest(&self) -> Option<&str> {
        self.0.row().guest.as_deref()
    }

    /// The business date on which it was recorded; null for what was recorded before this was kept.
    fn recorded_on(&self) -> Option<Date> {
        self.0.row().recorded_on.map(Date)
    }

    /// The office in which it was recorded; null for what was recorded before this was kept.
    fn office(&self) -> Option<Office> {
        self.0.row().office.map(Into::into)
    }

    /// Who recorded it, and in the office of which appointment; null for what was recorded before this was kept.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Attendance.act", self.0.row().act_id, load).await?.map(Act))
    }
}

/// A correction of who came to a meeting.
#[derive(Clone)]
pub struct AttendanceCorrection(pub(super) Member<attendance_correction::Model>);

/// A correction of the list of who came to a meeting: the list before and after it, who put it right, when and why. What the meeting's
/// minutes say stays as it is.
#[Object]
impl AttendanceCorrection {
    /// Which version of the list it made; the list as it was recorded is the first.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// Both lists, line by line: those of the list before, and those that came to it.
    async fn lines(&self) -> Result<Option<Vec<CorrectedAttendance>>> {
        let load = || attendances::corrected(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("lines", load, |row: &corrected_attendance::Model| Some(row.correction_id)).await?;
        Ok(Some(rows.into_iter().map(CorrectedAttendance).collect()))
    }

    /// Why it was put right.
    fn reason(&self) -> &str {
        &self.0.row().reason
    }

    /// The business date on which it was.
    fn corrected_on(&self) -> Date {
        Date(self.0.row().corrected_on)
    }

    /// The later meeting that agreed it; null for what was put right while the minutes were a draft.
    async fn agreed_at_meeting(&self) -> Result<Option<Meeting>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.agreed_at_id).collect();
        let load = || async move { self.0.tx().get_many::<meeting::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("AttendanceCorrection.agreedAtMeeting", self.0.row().agreed_at_id, load).await?.map(Meeting))
    }

    /// The office in which it was put right.
    fn office(&self) -> Option<Office> {
        self.0.row().office.map(Into::into)
    }

    /// Who put it right, and in the office of which appointment.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("AttendanceCorrection.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// A line of the list of who came to a meeting, before and after a correction.
#[derive(Clone)]
pub struct CorrectedAttendance(Member<corrected_attendance::Model>);

/// What the list of who came to a meeting says of somebody, before and after a correction.
#[Object]
impl CorrectedAttendance {
    /// The appointment in which they came.
    async fn appointment(&self) -> Result<Option<Appointment>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.appointment_id).collect();
        let load = || async move { self.0.tx().get_many::<appointment::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("CorrectedAttendance.appointment", self.0.row().appointment_id, load).await?.map(Appointment))
    }

    /// Whoever came without an appointment, by office or organisation.
    fn guest(&self) -> Option<&str> {
        self.0.row().guest.as_deref()
    }

    /// What the list said before; null where they weren't on it.
    fn former_presence(&self) -> Option<Presence> {
        self.0.row().former_presence.map(Into::into)
    }

    /// What it says since; null where they were taken off it.
    fn presence(&self) -> Option<Presence> {
        self.0.row().presence.map(Into::into)
    }

    /// Whether the correction changed it.
    fn is_changed(&self) -> bool {
        self.0.row().former_presence != self.0.row().presence
    }

    /// The business date on which it had been recorded before; null where they weren't on the list, and for what was recorded before this
    /// was kept.
    fn former_recorded_on(&self) -> Option<Date> {
        self.0.row().former_recorded_on.map(Date)
    }

    /// The office in which it had been recorded before; null as its date is.
    fn former_office(&self) -> Option<Office> {
        self.0.row().former_office.map(Into::into)
    }

    /// Who had recorded it before, and in the office of which appointment; null as its date is.
    async fn former_act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.former_act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("CorrectedAttendance.formerAct", self.0.row().former_act_id, load).await?.map(Act))
    }
}

/// That somebody came, or didn't: in an appointment, or as a guest.
#[derive(InputObject)]
pub struct AttendanceInput {
    /// The appointment in which they came.
    appointment: Option<ID>,
    /// Whoever came without one, by office or organisation.
    guest: Option<String>,
    /// Whether they came.
    presence: Presence,
}

/// Who came to a meeting.
#[derive(InputObject)]
pub struct RecordAttendanceInput {
    /// The meeting.
    meeting: ID,
    /// Who came, and who didn't.
    #[graphql(validator(max_items = 200))]
    attendance: Vec<AttendanceInput>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording attendance gives.
#[derive(SimpleObject, Default)]
pub struct RecordAttendancePayload {
    /// The meeting.
    meeting: Option<Meeting>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A list of who came to a meeting, to be put right.
#[derive(InputObject)]
pub struct RecordAttendanceCorrectionInput {
    /// The meeting.
    meeting: ID,
    /// The whole list as it is to be: whoever isn't named any more is taken off it.
    #[graphql(validator(max_items = 200))]
    attendance: Vec<AttendanceInput>,
    /// Why, for everybody who may read the meeting.
    reason: String,
    /// The later meeting of the body that agreed the correction; needed once the minutes are approved.
    agreed_at_meeting: Option<ID>,
    /// The version of the list that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What putting right who came gives.
#[derive(SimpleObject, Default)]
pub struct RecordAttendanceCorrectionPayload {
    /// The meeting, with the list as it is now and those before.
    meeting: Option<Meeting>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Who came to meetings, being recorded and put right.
#[derive(Default)]
pub struct AttendanceMutation;

#[Object]
impl AttendanceMutation {
    /// Records who came to a meeting. Said again of the same person, in whichever appointment, or of the same guest, it takes the place
    /// of what was said before. Once a later meeting has approved the minutes, it stands, and is
    /// put right by a correction only.
    async fn record_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who came.")] input: RecordAttendanceInput,
    ) -> Result<RecordAttendancePayload> {
        let acting = Acting::of(ctx)?;
        match attended(&acting, &input).await {
            Ok(meeting) => Ok(RecordAttendancePayload { meeting: Some(meeting), user_errors: Vec::new() }),
            Err(error) => Ok(RecordAttendancePayload { user_errors: for_user(error)?, ..RecordAttendancePayload::default() }),
        }
    }

    /// Puts right who came to a meeting: the list is replaced as a whole, with who, when and why, and the one before stays readable. The
    /// wording of minutes stays. Once they are approved, a later meeting has to have agreed the correction.
    async fn record_attendance_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list to be put right.")] input: RecordAttendanceCorrectionInput,
    ) -> Result<RecordAttendanceCorrectionPayload> {
        let acting = Acting::of(ctx)?;
        match corrected(&acting, &input).await {
            Ok(meeting) => Ok(RecordAttendanceCorrectionPayload { meeting: Some(meeting), user_errors: Vec::new() }),
            Err(error) => Ok(RecordAttendanceCorrectionPayload { meeting: None, user_errors: for_user(error)? }),
        }
    }
}

async fn attended(acting: &Acting<'_>, input: &RecordAttendanceInput) -> Result<Meeting, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let writing = acting.writing(tenant, input)?;
    let came = came(&input.attendance, tenant)?;
    let id = writing.once(|tx| attendances::record_attendance(tx, meeting, &came)).await?;
    shown(acting, tenant, id).await
}

async fn corrected(acting: &Acting<'_>, input: &RecordAttendanceCorrectionInput) -> Result<Meeting, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let writing = acting.writing(tenant, input)?;
    let agreed_at = input.agreed_at_meeting.as_ref();
    let new = Correction {
        meeting,
        attendance: came(&input.attendance, tenant)?,
        reason: input.reason.clone(),
        agreed_at: agreed_at.map(|id| of_tenant("agreedAtMeeting", id, NodeKind::Meeting, tenant)).transpose()?,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| attendances::correct_attendance(tx, &new)).await?;
    shown(acting, tenant, id).await
}

fn came(attendance: &[AttendanceInput], tenant: TenantId) -> Result<Vec<Came>, Error> {
    let came = |(at, one): (usize, &AttendanceInput)| -> Result<Came, Error> {
        let field = format!("attendance.{at}.appointment");
        let appointment = one.appointment.as_ref();
        let appointment = appointment.map(|id| of_tenant(&field, id, NodeKind::Appointment, tenant)).transpose()?;
        Ok(Came { appointment, guest: one.guest.clone(), presence: one.presence.into() })
    };
    attendance.iter().enumerate().map(came).collect()
}
