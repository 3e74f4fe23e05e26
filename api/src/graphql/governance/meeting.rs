//! Meetings.

use async_graphql::{Enum, ID, InputObject, Object, Result};
use entity::{
    error::{Error, ProblemCode},
    rules::version,
    tables::{
        TenantId,
        governance::{attendance, attendance_correction, meeting, meeting_paper, meeting_summary, minutes_approval},
    },
    usecases::{
        governance::{
            attendance as attendances, cascades, meeting_minutes, meeting_packs, meeting_summaries, meetings, minutes_record,
        },
        organisation::bodies,
    },
};

use super::{
    agenda_item::{AgendaItem, AgendaItemConnection},
    attendance::{Attendance, AttendanceCorrection},
    cascade::Cascade,
    meeting_decision::{MeetingDecision, MeetingDecisionConnection},
    meeting_pack::{MeetingPack, MeetingPackConnection},
    meeting_summary::MeetingSummary,
    minutes::{MinutesApproval, MinutesStanding},
    plan_action::{PlanAction, PlanActionConnection},
};
use crate::graphql::{
    organisation::{Act, Body, Organisation},
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::{Date, Uri},
};

/// How a meeting stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "meetings::Standing")]
pub enum MeetingStanding {
    /// It lies ahead.
    Called,
    /// Its day has come.
    Held,
    /// It was called off.
    Cancelled,
}

/// A meeting.
#[derive(Clone)]
pub struct Meeting(pub Member<meeting::Model>);

impl Meeting {
    async fn summary_rows(&self) -> Result<Vec<Member<meeting_summary::Model>>, Error> {
        let load = || meeting_summaries::of_meetings(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("summary", load, |row: &meeting_summary::Model| Some(row.meeting_id)).await
    }

    async fn attendance_correction_rows(&self) -> Result<Vec<Member<attendance_correction::Model>>, Error> {
        let load = || attendances::corrections(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("attendanceCorrections", load, |row: &attendance_correction::Model| Some(row.meeting_id)).await
    }

    async fn approval_row(&self) -> Result<Option<Member<minutes_approval::Model>>, Error> {
        let load = || minutes_record::approvals(self.0.tx(), self.0.tenant(), self.0.ids());
        Ok(self.0.below("approval", load, |row: &minutes_approval::Model| Some(row.meeting_id)).await?.pop())
    }
}

/// A meeting of a body: its agenda, who came, what was decided under which minute, and the summary that is due in five working days.
/// What is exempt from publication is left out for those who may not read it.
#[Object]
impl Meeting {
    /// The meeting's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Meeting, self.0.row()).to_id()
    }

    /// The body that meets.
    async fn body(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().map(|row| row.body_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Meeting.body", Some(self.0.row().body_id), load).await?.map(Body))
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// Its day.
    fn held_on(&self) -> Date {
        Date(self.0.row().held_on)
    }

    /// The time of day, as on the notice.
    fn starts_at_time(&self) -> Option<&str> {
        self.0.row().starts_at.as_deref()
    }

    /// Where it is held.
    fn place(&self) -> Option<&str> {
        self.0.row().place.as_deref()
    }

    /// The one key strategic issue that a board takes at a meeting.
    fn key_issue(&self) -> Option<&str> {
        self.0.row().key_issue.as_deref()
    }

    /// The organisation from outside with which the body meets, such as the government office; null where it meets by itself.
    async fn external_party(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.external_party_id).collect();
        let own = self.0.row().external_party_id;
        Organisation::beside(self.0.view(), self.0.loaded(), "Meeting.externalParty", own, ids).await
    }

    /// How it stands today.
    fn standing(&self) -> MeetingStanding {
        meetings::standing(self.0.row(), self.0.view().business_date()).into()
    }

    /// The business date on which it was called; null when the documents only tell that it was held.
    fn called_on(&self) -> Option<Date> {
        self.0.row().called_on.map(Date)
    }

    /// The business date on which it was called off.
    fn cancelled_on(&self) -> Option<Date> {
        self.0.row().cancelled_on.map(Date)
    }

    /// Why it was called off.
    fn cancellation_reason(&self) -> Option<&str> {
        self.0.row().cancellation_reason.as_deref()
    }

    /// The last day on which its papers can be published to lie open for five clear working days.
    fn papers_due_on(&self) -> Date {
        Date(meetings::papers_due_on(self.0.row()))
    }

    /// The day on which its summary is due: the fifth working day after it.
    fn summary_due_on(&self) -> Date {
        Date(meetings::summary_due_on(self.0.row()))
    }

    /// Its summary, once that is published: the one that stands, where one was corrected.
    async fn summary(&self) -> Result<Option<MeetingSummary>> {
        Ok(self.summary_rows().await?.pop().map(MeetingSummary))
    }

    /// All its summaries in the order in which they were published: those that were superseded, and the one that stands.
    async fn summaries(&self) -> Result<Option<Vec<MeetingSummary>>> {
        Ok(Some(self.summary_rows().await?.into_iter().map(MeetingSummary).collect()))
    }

    /// How its minutes stand: a draft until a later meeting of the body approves them as a correct record.
    async fn minutes_standing(&self) -> Result<Option<MinutesStanding>> {
        let approval = self.approval_row().await?;
        Ok(Some(minutes_record::standing(approval.as_ref().map(Member::row)).into()))
    }

    /// By which minute of which later meeting its minutes were approved; null while they are a draft.
    async fn minutes_approval(&self) -> Result<Option<MinutesApproval>> {
        Ok(self.approval_row().await?.map(MinutesApproval))
    }

    /// Its agenda, in order.
    async fn agenda_items(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AgendaItemConnection>> {
        let paging = Paging::new(&format!("Meeting.agendaItems/{}", self.0.row().id), (first, after, last, before))?;
        let load = || meetings::agenda(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("agendaItems", load, |row: &entity::tables::governance::agenda_item::Model| Some(row.meeting_id));
        Ok(Some(paging.slice(rows.await?.into_iter().map(|row| (row.row().id.uuid(), AgendaItem(row))).collect())?.into()))
    }

    /// Its papers: where they are found.
    async fn papers(&self) -> Result<Option<Vec<MeetingPaper>>> {
        let load = || meetings::papers(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("papers", load, |row: &meeting_paper::Model| Some(row.meeting_id)).await?;
        Ok(Some(rows.into_iter().map(MeetingPaper).collect()))
    }

    /// Who came, and who didn't.
    async fn attendance(&self) -> Result<Option<Vec<Attendance>>> {
        let load = || attendances::of_meetings(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("attendance", load, |row: &attendance::Model| Some(row.meeting_id)).await?;
        Ok(Some(rows.into_iter().map(Attendance).collect()))
    }

    /// Which version of that list stands: 1 as it was recorded, and one more with each correction.
    async fn attendance_version(&self) -> Result<Option<i32>> {
        Ok(Some(version::corrected(self.attendance_correction_rows().await?.last().map(|last| last.row().version))))
    }

    /// How that list was put right, in the order in which it was: the lists before, and why.
    async fn attendance_corrections(&self) -> Result<Option<Vec<AttendanceCorrection>>> {
        Ok(Some(self.attendance_correction_rows().await?.into_iter().map(AttendanceCorrection).collect()))
    }

    /// What it decided, by minute number.
    async fn decisions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<MeetingDecisionConnection>> {
        let paging = Paging::new(&format!("Meeting.decisions/{}", self.0.row().id), (first, after, last, before))?;
        let load = || meeting_minutes::decisions(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows =
            self.0.below("decisions", load, |row: &entity::tables::governance::meeting_decision::Model| Some(row.meeting_id));
        Ok(Some(paging.slice(rows.await?.into_iter().map(|row| (row.row().id.uuid(), MeetingDecision(row))).collect())?.into()))
    }

    /// What members of the board carried back of it to the organisations that they represent, in the order in which they recorded it.
    async fn cascades(&self) -> Result<Option<Vec<Cascade>>> {
        let load = || cascades::of_meetings(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows =
            self.0.below("cascades", load, |row: &entity::tables::governance::meeting_cascade::Model| Some(row.meeting_id));
        Ok(Some(rows.await?.into_iter().map(Cascade).collect()))
    }

    /// Its packs, latest first.
    async fn packs(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<MeetingPackConnection>> {
        let paging = Paging::new(&format!("Meeting.packs/{}", self.0.row().id), (first, after, last, before))?;
        let load = || meeting_packs::of_meetings(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("packs", load, |row: &entity::tables::governance::meeting_pack::Model| Some(row.meeting_id));
        Ok(Some(paging.slice(rows.await?.into_iter().map(|row| (row.row().id.uuid(), MeetingPack(row))).collect())?.into()))
    }

    /// What earlier meetings of the body left to be done and wasn't done before this one.
    async fn matters_arising(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PlanActionConnection>> {
        let paging = Paging::new(&format!("Meeting.mattersArising/{}", self.0.row().id), (first, after, last, before))?;
        let rows = meeting_minutes::matters_arising(self.0.tx(), self.0.row()).await?;
        let rows = Member::gather(self.0.view(), self.0.tenant(), rows);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PlanAction(row))).collect())?.into()))
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// Who called it, and in which office; null for what was loaded.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Meeting.act", self.0.row().act_id, load).await?.map(Act))
    }
}

connection!(MeetingConnection, MeetingEdge, Meeting, "meetings");

/// A paper before a meeting.
#[derive(Clone)]
pub struct MeetingPaper(pub(super) Member<meeting_paper::Model>);

/// A paper before a meeting: where it is found. Papers stay where committees publish them.
#[Object]
impl MeetingPaper {
    /// What it is called.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// Where it is found.
    fn address(&self) -> Uri {
        Uri(self.0.row().address.clone())
    }

    /// Why it is exempt from publication; null when it is public.
    fn exemption(&self) -> Option<&str> {
        self.0.row().exemption.as_deref()
    }
}

/// Which meetings are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct MeetingFilter {
    /// Only those of this body.
    body: Option<ID>,
    /// Only those held from this day on.
    held_from: Option<Date>,
    /// Only those held up to this day.
    held_to: Option<Date>,
}

impl MeetingFilter {
    /// As the use case takes it.
    ///
    /// # Errors
    /// When the body isn't one of the tenant's.
    pub fn known(self, tenant: TenantId) -> Result<meetings::Filter, Error> {
        let body = self.body.as_ref().map(|id| of_tenant("filter.body", id, NodeKind::Body, tenant)).transpose()?;
        Ok(meetings::Filter { body, from: self.held_from.map(|day| day.0), to: self.held_to.map(|day| day.0) })
    }
}

/// A row of a certain tenant that an argument names.
///
/// # Errors
/// [`Error::Invalid`] naming the field when it is no identifier of that kind, or another tenant's.
pub(crate) fn of_tenant<R>(field: &str, id: &ID, kind: NodeKind, tenant: TenantId) -> Result<entity::tables::Id<R>, Error> {
    let (owner, id) = NodeId::expect(field, id, kind)?;
    if owner == tenant {
        return Ok(id);
    }
    Err(Error::invalid(field, ProblemCode::NotFound, kind.expected()))
}
