//! Lead members' quarterly returns.

use std::sync::Arc;

use async_graphql::{ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, Problem},
    policy::{Action, Resource},
    rules::quarter_return::content_hash,
    tables::{
        TenantId, TenantRow,
        governance::{quarterly_return_follow_up, quarterly_return_submission},
    },
    tenancy::Whose,
    usecases::governance::{
        quarterly_return_contents as contents, quarterly_return_saving as saving, quarterly_returns as returns,
    },
};

use super::{
    MeetingDecision, ReturnStatus, feedback::area_id, obligation::ObligationWaiver, quarterly_return_contents::ReturnContents,
};
use crate::graphql::{
    errors::UserErrorCode,
    organisation::Act,
    performance::{Area, Period, period_argument},
    relay::{Member, NodeId, NodeKind, PageArguments, Paging, View, connection},
    scalars::{Date, DateTime},
};

/// Which returns are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct QuarterlyReturnFilter {
    /// Only those of this council area.
    area: Option<ID>,
    /// Only those for this quarter, by its code, such as FY2009-Q3.
    quarter: Option<String>,
    /// Only those that stand so today.
    status: Option<ReturnStatus>,
}

impl QuarterlyReturnFilter {
    fn known(&self) -> Result<returns::Filter, Error> {
        Ok(returns::Filter {
            area: self.area.as_ref().map(|id| area_id("filter.area", id)).transpose()?,
            quarter: period_argument("filter.quarter", self.quarter.as_deref())?,
            status: self.status.map(Into::into),
        })
    }
}

/// A return.
#[derive(Clone)]
pub struct QuarterlyReturn {
    view: View,
    found: Arc<returns::Return>,
}

impl QuarterlyReturn {
    /// A return as seen in a view.
    #[must_use]
    pub fn new(view: &View, found: returns::Return) -> Self {
        Self { view: view.clone(), found: Arc::new(found) }
    }

    /// Its identifier within the tenant.
    #[must_use]
    pub fn uuid(&self) -> uuid::Uuid {
        self.found.id.uuid()
    }

    /// The returns of a tenant.
    ///
    /// # Errors
    /// When the viewer may not read them, or the filter can't be read.
    pub async fn page(
        view: &View,
        tenant: TenantId,
        filter: &QuarterlyReturnFilter,
        paging: &Paging,
    ) -> Result<QuarterlyReturnConnection, Error> {
        let found = returns::of_tenant(view.tx(), tenant, &filter.known()?).await?;
        let found = found.into_iter().map(|found| Self::new(view, found));
        Ok(paging.slice(found.map(|found| (found.uuid(), found)).collect())?.into())
    }

    /// Whether what isn't handed in yet is the viewer's own to see.
    fn is_own(&self) -> bool {
        let (actor, about) = (self.view.tx().actor(), Whose::about(self.found.area.id));
        actor.allows(self.found.tenant, (Action::Record, Resource::QuarterlyReturn), about)
    }

    fn submissions_of(&self) -> Vec<ReturnSubmission> {
        let rows = self.found.submissions.clone();
        Member::gather(&self.view, self.found.tenant, rows).into_iter().map(ReturnSubmission).collect()
    }
}

/// A lead member's report to the Engagement Committee on one council area and quarter. It exists by rule, whether or not anybody has
/// begun it.
#[Object]
impl QuarterlyReturn {
    /// The return's global identifier.
    pub async fn id(&self) -> ID {
        NodeId { kind: NodeKind::QuarterlyReturn, tenant: Some(self.found.tenant), id: self.found.id.uuid() }.to_id()
    }

    /// Counted along savings, submissions, withdrawals and receipts; 0 while nothing was saved.
    fn version(&self) -> i32 {
        self.found.row.as_ref().map_or(0, |row| row.version)
    }

    /// The council area.
    async fn area(&self) -> Area {
        Area::new(&self.view, self.found.area.clone())
    }

    /// The quarter.
    async fn quarter(&self) -> Period {
        self.found.quarter.into()
    }

    /// How it stands today, also when it was waived.
    fn status(&self) -> ReturnStatus {
        self.found.status.into()
    }

    /// The first day on which it can be handed in: the one after the quarter's last.
    fn opens_on(&self) -> Option<Date> {
        self.found.quarter.end().succ_opt().map(Date)
    }

    /// The last day on which it is in time: five clear working days before the committee's first meeting after the quarter. Null while
    /// no such meeting is fixed.
    fn due_on(&self) -> Option<Date> {
        self.found.due_on.map(Date)
    }

    /// The day of that meeting.
    fn meeting_on(&self) -> Option<Date> {
        self.found.meeting_on.map(Date)
    }

    /// The business date on which it was changed last; null while nothing was saved.
    fn saved_on(&self) -> Option<Date> {
        self.found.row.as_ref().map(|row| Date(row.saved_on))
    }

    /// That handing it in was waived, when it was: it is owed no more, however it stands.
    async fn waiver(&self) -> Result<Option<ObligationWaiver>> {
        Ok(ObligationWaiver::of(&self.view, self.found.tenant, &self.found.obligation_code()).await?)
    }

    /// What it says. Once it is in: what was handed in. Until then, for the area's lead member alone: what it would say if it were handed
    /// in now, pre-filled from the area's figures under the information-sharing agreement in force today; and every open risk of the area,
    /// each telling whether it would be handed over.
    async fn contents(&self) -> Result<Option<ReturnContents>> {
        if let Some(standing) = self.found.standing() {
            return Ok(Some(ReturnContents::of(self.found.tenant, contents::frozen(standing)?)));
        }
        if !self.is_own() {
            return Ok(None);
        }
        let question = ("QuarterlyReturn.contents", self.found.tenant.uuid(), self.found.id.uuid());
        let load = || contents::gather(self.view.tx(), &self.found, contents::Audience::LeadMember);
        let said = self.view.loaded().once(question, load).await?;
        Ok(Some(ReturnContents::of(self.found.tenant, (*said).clone())))
    }

    /// What handing it in today would be refused for, for the area's lead member alone; empty when it can go. Null for everybody else, whom
    /// it would tell what was written so far.
    async fn shortcomings(&self) -> Result<Option<Vec<ReturnShortcoming>>> {
        if !self.is_own() {
            return Ok(None);
        }
        let today = self.view.business_date();
        let mut lacking = saving::lacking(&self.found, today)?;
        if self.found.standing().is_none() {
            lacking.extend(saving::late(&self.found, today));
        }
        Ok(Some(lacking.into_iter().map(ReturnShortcoming::from).collect()))
    }

    /// What was handed in and stands; null while nothing is.
    async fn submission(&self) -> Option<ReturnSubmission> {
        self.submissions_of().into_iter().find(|submission| submission.0.row().withdrawn_on.is_none())
    }

    /// Everything that was handed in, also what was taken back, latest first.
    async fn submissions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ReturnSubmissionConnection>> {
        let arguments: PageArguments = (first, after, last, before);
        let paging = Paging::new(&format!("QuarterlyReturn.submissions/{}/{}", self.found.tenant, self.found.id), arguments)?;
        let rows = self.submissions_of().into_iter().map(|row| (row.0.row().id.uuid(), row));
        Ok(Some(paging.slice(rows.collect())?.into()))
    }
}

connection!(QuarterlyReturnConnection, QuarterlyReturnEdge, QuarterlyReturn, "quarterly returns");

/// Something for which handing a return in would be refused.
#[derive(SimpleObject)]
pub struct ReturnShortcoming {
    /// The path to the field in question, as in the inputs of the mutations.
    field: Vec<String>,
    /// What is wrong, for a program.
    code: UserErrorCode,
    /// A sentence for a person.
    message: String,
}

impl From<Problem> for ReturnShortcoming {
    fn from(problem: Problem) -> Self {
        Self { field: problem.field, code: problem.code.into(), message: problem.message }
    }
}

/// A return that was handed in.
#[derive(Clone)]
pub struct ReturnSubmission(pub Member<quarterly_return_submission::Model>);

/// A return as it was handed in. Its content never changes, whatever figures are revised later.
#[Object]
impl ReturnSubmission {
    /// The submission's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::ReturnSubmission, self.0.row()).to_id()
    }

    /// Counted from 1 along the submissions of the same return.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The return.
    async fn quarterly_return(&self) -> Result<Option<QuarterlyReturn>> {
        let found = returns::many(self.0.tx(), self.0.row().tenant(), &[self.0.row().return_id]).await?.pop();
        Ok(found.map(|found| QuarterlyReturn::new(self.0.view(), found)))
    }

    /// What it says.
    async fn contents(&self) -> Result<Option<ReturnContents>> {
        Ok(Some(ReturnContents::of(self.0.row().tenant(), contents::frozen(self.0.row())?)))
    }

    /// The same as one JSON text with its keys in order and without blanks, over which the hash is taken.
    fn content(&self) -> &str {
        &self.0.row().content
    }

    /// The SHA-256 of the content's bytes in UTF-8, in hexadecimal.
    fn content_hash(&self) -> &str {
        &self.0.row().content_hash
    }

    /// Whether the content still has that hash.
    fn is_intact(&self) -> bool {
        content_hash(&self.0.row().content) == self.0.row().content_hash
    }

    /// The committee's meeting for which it was due.
    fn meeting_on(&self) -> Option<Date> {
        self.0.row().meeting_on.map(Date)
    }

    /// The last day on which it would have been in time.
    fn due_on(&self) -> Option<Date> {
        self.0.row().due_on.map(Date)
    }

    /// Whether it came after that.
    fn is_late(&self) -> bool {
        self.0.row().is_late
    }

    /// Why it came late.
    fn late_reason(&self) -> Option<&str> {
        self.0.row().late_reason.as_deref()
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The business date on which it was handed in.
    fn submitted_on(&self) -> Date {
        Date(self.0.row().submitted_on)
    }

    /// The moment at which it was handed in.
    fn submitted_at(&self) -> DateTime {
        DateTime(self.0.row().submitted_at)
    }

    /// Who handed it in, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load =
            || async move { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("ReturnSubmission.act", Some(self.0.row().act_id), load).await?.map(Act))
    }

    /// The business date on which it was taken back; null while it stands.
    fn withdrawn_on(&self) -> Option<Date> {
        self.0.row().withdrawn_on.map(Date)
    }

    /// Why it was taken back.
    fn withdrawal_reason(&self) -> Option<&str> {
        self.0.row().withdrawal_reason.as_deref()
    }

    /// The day of the meeting at which the committee received it; null until then.
    fn received_on(&self) -> Option<Date> {
        self.0.row().received_on.map(Date)
    }

    /// The number of the minute of that meeting; null until then.
    fn minute_number(&self) -> Option<&str> {
        self.0.row().minute_reference.as_deref()
    }

    /// That minute, for those who read the committee's meetings; null for everybody else, and until then.
    async fn minute(&self) -> Result<Option<MeetingDecision>> {
        MeetingDecision::beside(&self.0, self.0.row().minute_id, self.0.rows().iter().filter_map(|row| row.minute_id)).await
    }

    /// What the committee noted.
    fn receipt_note(&self) -> Option<&str> {
        self.0.row().receipt_note.as_deref()
    }

    /// What the lead member promised to follow up, and what came of it.
    async fn follow_ups(&self) -> Result<Vec<ReturnFollowUp>> {
        let ids = self.0.ids();
        let load = || async move { returns::follow_ups(self.0.tx(), self.0.tenant(), ids).await };
        let rows = self.0.below("ReturnSubmission.followUps", load, |row| Some(row.submission_id)).await?;
        let today = self.0.view().business_date();
        let shown = |row: &Member<quarterly_return_follow_up::Model>| ReturnFollowUp {
            number: row.row().number,
            text: row.row().text.clone(),
            due_on: Date(row.row().due_on),
            is_overdue: row.row().closed_on.is_none() && row.row().due_on < today,
            closed_on: row.row().closed_on.map(Date),
            outcome: row.row().outcome.clone(),
        };
        Ok(rows.iter().map(shown).collect())
    }
}

connection!(ReturnSubmissionConnection, ReturnSubmissionEdge, ReturnSubmission, "submissions of a return");

/// Something that was promised in a return that was handed in.
#[derive(SimpleObject)]
pub struct ReturnFollowUp {
    /// Counted from 1 within the submission.
    number: i32,
    /// What was promised.
    text: String,
    /// By when.
    due_on: Date,
    /// Whether that day is over and it is still open.
    is_overdue: bool,
    /// The business date on which it was closed; null while it is open.
    closed_on: Option<Date>,
    /// What came of it.
    outcome: Option<String>,
}
