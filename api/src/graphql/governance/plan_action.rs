//! Actions of plans and of meetings.

use async_graphql::{Enum, ID, InputObject, Object, Result};
use entity::{
    error::Error,
    rules::{
        action::{ActionState as State, ActionStatus as Status, SmartGap as Gap},
        timescale::Precision,
        wording::office_name,
    },
    tables::{
        TenantId,
        governance::{action, action_owner, action_plan, action_progress},
        organisation::body,
    },
    usecases::{
        governance::{action_progress as progress, actions, meeting_minutes, meetings},
        organisation::bodies,
    },
};

use super::{ActionPlan, MeetingDecision, meeting::of_tenant};
use crate::graphql::{
    organisation::{Act, Body, Office},
    performance::Area,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::{Date, DateTime, Uri},
};

/// The state of an action, as its owners tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum ActionState {
    /// Nothing has been done.
    NotStarted,
    /// Work goes on.
    InProgress,
    /// Work rests.
    OnHold,
    /// It was done; there is evidence.
    Completed,
    /// It will not be done.
    Cancelled,
    /// Another action took its place.
    Superseded,
}

/// How an action stands today: its state, or what follows from its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ActionStatus {
    /// Nothing has been done.
    NotStarted,
    /// Work goes on.
    InProgress,
    /// Work rests.
    OnHold,
    /// It was done; there is evidence.
    Completed,
    /// It will not be done.
    Cancelled,
    /// Another action took its place.
    Superseded,
    /// It has no date and goes on, or comes again.
    Ongoing,
    /// Its day has passed, and it isn't closed.
    Overdue,
}

impl From<Status> for ActionStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Overdue => Self::Overdue,
            Status::Ongoing => Self::Ongoing,
            Status::Recorded(State::NotStarted) => Self::NotStarted,
            Status::Recorded(State::InProgress) => Self::InProgress,
            Status::Recorded(State::OnHold) => Self::OnHold,
            Status::Recorded(State::Completed) => Self::Completed,
            Status::Recorded(State::Cancelled) => Self::Cancelled,
            Status::Recorded(State::Superseded) => Self::Superseded,
        }
    }
}

/// How exactly the words of a timescale say when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Precision")]
pub enum TimescalePrecision {
    /// A day.
    Day,
    /// A month, the last day of which counts.
    Month,
    /// It goes on, without a date.
    Ongoing,
    /// It comes again and again.
    Recurring,
}

/// What keeps an action from being specific, measurable, achievable, relevant and timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Gap")]
pub enum SmartGap {
    /// Nothing says by what its success will be known.
    NoMeasure,
    /// Nobody is accountable.
    NobodyAccountable,
    /// Nothing says what it takes.
    NoResources,
    /// It has neither a due date nor a date of review.
    NoDate,
}

/// An action.
#[derive(Clone)]
pub struct PlanAction(pub Member<action::Model>);

impl PlanAction {
    async fn owned_by(&self) -> Result<Vec<Member<action_owner::Model>>, Error> {
        let load = || actions::owners(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("owners", load, |row: &action_owner::Model| Some(row.action_id)).await
    }
}

/// An action of a plan or of a meeting: what is to be done, by whom, by when, and what became of it.
#[Object]
impl PlanAction {
    /// The action's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::PlanAction, self.0.row()).to_id()
    }

    /// The plan that it belongs to; null for a meeting's.
    async fn plan(&self) -> Result<Option<ActionPlan>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.plan_id).collect();
        let load = || async move { self.0.tx().get_many::<action_plan::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("PlanAction.plan", self.0.row().plan_id, load).await?.map(ActionPlan))
    }

    /// The decision with which it came into being; null for a plan's.
    async fn decision(&self) -> Result<Option<MeetingDecision>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.decision_id).collect();
        let load = || meeting_minutes::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("PlanAction.decision", self.0.row().decision_id, load).await?.map(MeetingDecision))
    }

    /// What it is called in its plan, as printed: numbers have gaps, and stay as they are.
    fn reference(&self) -> &str {
        &self.0.row().reference
    }

    /// Which part of the plan's row, where one row holds several.
    fn part(&self) -> Option<&str> {
        self.0.row().part.as_deref()
    }

    /// The issue under which its plan has it.
    fn heading(&self) -> Option<&str> {
        self.0.row().heading.as_deref()
    }

    /// What is to be done.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// By what its success will be known.
    fn success_measure(&self) -> Option<&str> {
        self.0.row().success_measure.as_deref()
    }

    /// When, as printed: On-going, 31.03.10, March 2011.
    fn timescale_words(&self) -> Option<&str> {
        self.0.row().timescale_words.as_deref()
    }

    /// How exactly these words say when; null when they can't be read.
    fn timescale_precision(&self) -> Option<TimescalePrecision> {
        self.0.row().timescale_precision.map(Into::into)
    }

    /// The last day, where a day or a month is named.
    fn due_on(&self) -> Option<Date> {
        self.0.row().due_on.map(Date)
    }

    /// From when on, where the plan says it.
    fn starts_on(&self) -> Option<Date> {
        self.0.row().starts_on.map(Date)
    }

    /// When it is looked at again.
    fn review_on(&self) -> Option<Date> {
        self.0.row().review_on.map(Date)
    }

    /// What it takes, as printed: Staff Time, £20,000.
    fn resources(&self) -> Option<&str> {
        self.0.row().resources.as_deref()
    }

    /// Progress as the plan prints it.
    fn printed_progress(&self) -> Option<&str> {
        self.0.row().printed_progress.as_deref()
    }

    /// Its status as the plan prints it.
    fn printed_status(&self) -> Option<&str> {
        self.0.row().printed_status.as_deref()
    }

    /// The area that it is about, where it is about one.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), self.0.row().area_id, ids).await
    }

    /// Its state, as its owners tell it.
    fn state(&self) -> ActionState {
        self.0.row().state.into()
    }

    /// How it stands today: that it is overdue nobody says, the date does.
    fn status(&self) -> ActionStatus {
        actions::status_of(self.0.row(), self.0.view().business_date()).into()
    }

    /// 1 when it was recorded, and one more with each note of progress.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The business date on which it was closed.
    fn closed_on(&self) -> Option<Date> {
        self.0.row().closed_on.map(Date)
    }

    /// Who owns it, in the order in which they are named.
    async fn owners(&self) -> Result<Option<Vec<ActionOwner>>> {
        Ok(Some(self.owned_by().await?.into_iter().map(ActionOwner).collect()))
    }

    /// What became of it, latest first. Nothing is overwritten.
    async fn progress(&self) -> Result<Option<Vec<ActionProgress>>> {
        let load = || progress::of_actions(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("progress", load, |row: &action_progress::Model| Some(row.action_id)).await?;
        Ok(Some(rows.into_iter().map(ActionProgress).collect()))
    }

    /// What keeps it from being SMART.
    async fn smart_gaps(&self) -> Result<Option<Vec<SmartGap>>> {
        let owners: Vec<action_owner::Model> = self.owned_by().await?.iter().map(|owner| owner.row().clone()).collect();
        Ok(Some(actions::smart_gaps(self.0.row(), &owners).into_iter().map(SmartGap::from).collect()))
    }

    /// The business date on which it was recorded.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// Who recorded it, and in which office; null for what was loaded.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("PlanAction.act", self.0.row().act_id, load).await?.map(Act))
    }
}

connection!(PlanActionConnection, PlanActionEdge, PlanAction, "actions");

/// An owner of an action.
#[derive(Clone)]
pub struct ActionOwner(Member<action_owner::Model>);

impl ActionOwner {
    async fn found_body(&self) -> Result<Option<Member<body::Model>>, Error> {
        let ids = self.0.rows().iter().filter_map(|row| row.body_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        self.0.beside("ActionOwner.body", self.0.row().body_id, load).await
    }
}

/// An owner of an action: an office, a body, or whoever the plan's words mean.
#[Object]
impl ActionOwner {
    /// As printed: Lead member for East. Where no words were given, the office's or the body's name.
    async fn words(&self) -> Result<String> {
        let row = self.0.row();
        match row.office {
            _ if !row.words.is_empty() => Ok(row.words.clone()),
            Some(office) => Ok(office_name(office)),
            None => Ok(self.found_body().await?.map(|body| body.row().name.clone()).unwrap_or_default()),
        }
    }

    /// The office.
    fn office(&self) -> Option<Office> {
        self.0.row().office.map(Into::into)
    }

    /// The area for which the office is held, where only that one is meant.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), self.0.row().area_id, ids).await
    }

    /// The body.
    async fn body(&self) -> Result<Option<Body>> {
        Ok(self.found_body().await?.map(Body))
    }

    /// Whether this is the one that is accountable.
    fn is_accountable(&self) -> bool {
        self.0.row().is_accountable
    }
}

/// A note of what became of an action.
#[derive(Clone)]
pub struct ActionProgress(Member<action_progress::Model>);

/// A note of what became of an action.
#[Object]
impl ActionProgress {
    /// Counted from 1 for each action.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The state in which it left the action.
    fn state(&self) -> ActionState {
        self.0.row().state.into()
    }

    /// What was done, or why it was closed.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// What shows it.
    fn evidence(&self) -> Option<&str> {
        self.0.row().evidence.as_deref()
    }

    /// Where that is found.
    fn evidence_address(&self) -> Option<Uri> {
        self.0.row().evidence_address.clone().map(Uri)
    }

    /// The business date on which it was noted.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// The moment at which it was written.
    fn recorded_at(&self) -> DateTime {
        DateTime(self.0.row().recorded_at)
    }

    /// The office in which it was told: the one that owns the action, or else that of whoever records actions. Null for what a machine
    /// told, or was told before this was kept.
    fn office(&self) -> Option<Office> {
        self.0.row().office.map(Into::into)
    }

    /// The area for which that office is held; of an action that several share it tells whose progress this is.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), self.0.row().area_id, ids).await
    }

    /// Who noted it, and in the office of which appointment.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("ActionProgress.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// Which actions are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct PlanActionFilter {
    /// Only those of this plan.
    plan: Option<ID>,
    /// Only those of the plan with this short name, such as partnership-action-plan-2009-12.
    plan_reference: Option<String>,
    /// Only those that this office owns, alone or with others.
    office: Option<Office>,
    /// Only those that are closed, or only those that aren't.
    is_closed: Option<bool>,
    /// Only those that were due before this day and aren't closed.
    overdue_on: Option<Date>,
}

impl PlanActionFilter {
    /// As the use case takes it.
    ///
    /// # Errors
    /// When the plan isn't one of the tenant's.
    pub fn known(self, tenant: TenantId) -> Result<actions::Filter, Error> {
        Ok(actions::Filter {
            plan: self.plan.as_ref().map(|id| of_tenant("filter.plan", id, NodeKind::ActionPlan, tenant)).transpose()?,
            plan_reference: self.plan_reference,
            office: self.office.map(Into::into),
            is_closed: self.is_closed,
            overdue_on: self.overdue_on.map(|day| day.0),
        })
    }
}
