//! What was assessed, tried and done about risks.

use async_graphql::{ID, Object, Result};
use entity::tables::{
    Id, TenantId, TenantRow,
    organisation::act,
    risk::{risk_action, risk_assessment, risk_attempt, risk_control},
};
use entity::usecases::risk::registers;

use super::{RiskActionStatus, statement::RiskScore};
use crate::graphql::{
    organisation::{Act, Office},
    relay::{Member, NodeId, NodeKind, View, connection},
    scalars::Date,
};

/// The act by which a row was written, loaded for all rows together.
pub(super) async fn act_of<R: TenantRow>(
    member: &Member<R>,
    relation: &'static str,
    act: impl Fn(&R) -> Id<act::Model> + Send,
) -> Result<Option<Act>> {
    let ids: Vec<_> = member.rows().iter().map(|row| act(row)).collect();
    let load = || async move { member.tx().get_many::<act::Entity>(member.tenant(), ids).await };
    Ok(member.beside(relation, Some(act(member.row())), load).await?.map(Act))
}

/// One act of a tenant.
pub(super) async fn act_of_row(view: &View, tenant: TenantId, id: Id<act::Model>) -> Result<Option<Act>> {
    let rows = view.tx().get_many::<act::Entity>(tenant, [id]).await?;
    Ok(rows.into_iter().next().map(|row| Act(Member::alone(view, row))))
}

/// An assessment.
#[derive(Clone)]
pub struct RiskAssessment(pub Member<risk_assessment::Model>);

/// An assessment of a risk. It stays as it is when the next one comes.
#[Object]
impl RiskAssessment {
    /// The assessment's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::RiskAssessment, self.0.row()).to_id()
    }

    /// Counted from 1 along the risk.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// Before any control.
    async fn inherent(&self) -> RiskScore {
        registers::scores(self.0.row()).inherent.into()
    }

    /// As things are.
    async fn residual(&self) -> RiskScore {
        registers::scores(self.0.row()).residual.into()
    }

    /// As it is meant to be.
    async fn target(&self) -> RiskScore {
        registers::scores(self.0.row()).target.into()
    }

    /// Why the residual score is above the inherent one, where it is; or whatever was said of the scores.
    fn reason(&self) -> Option<&str> {
        self.0.row().reason.as_deref()
    }

    /// The day by which the risk is reviewed again: a year on when it is low, six months when medium, three months otherwise.
    fn review_due_on(&self) -> Option<Date> {
        registers::scores(self.0.row()).review_due(self.0.row().recorded_on).map(Date)
    }

    /// Whether the Treasurer takes part in the review.
    fn is_reviewed_with_treasurer(&self) -> bool {
        registers::scores(self.0.row()).residual.band().is_reviewed_with_treasurer()
    }

    /// The business date on which it was made.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who made it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        act_of(&self.0, "RiskAssessment.act", |row| row.act_id).await
    }
}

connection!(RiskAssessmentConnection, RiskAssessmentEdge, RiskAssessment, "assessments");

/// A control.
#[derive(Clone)]
pub struct RiskControl(pub Member<risk_control::Model>);

/// Something that already keeps a risk down.
#[Object]
impl RiskControl {
    /// The control's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::RiskControl, self.0.row()).to_id()
    }

    /// What it is.
    fn description(&self) -> &str {
        &self.0.row().description
    }

    /// The office that sees to it.
    fn owner_office(&self) -> Office {
        self.0.row().owner_office.into()
    }

    /// The business date on which it was put down.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who put it down, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        act_of(&self.0, "RiskControl.act", |row| row.act_id).await
    }
}

connection!(RiskControlConnection, RiskControlEdge, RiskControl, "controls");

/// An action.
#[derive(Clone)]
pub struct RiskAction(pub Member<risk_action::Model>);

/// Something that is yet to be done about a risk, or was.
#[Object]
impl RiskAction {
    /// The action's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::RiskAction, self.0.row()).to_id()
    }

    /// What is to be done.
    fn description(&self) -> &str {
        &self.0.row().description
    }

    /// The office that does it.
    fn owner_office(&self) -> Office {
        self.0.row().owner_office.into()
    }

    /// The day by which it is to be done.
    fn due_on(&self) -> Option<Date> {
        self.0.row().due_on.map(Date)
    }

    /// How far it has come.
    fn status(&self) -> RiskActionStatus {
        self.0.row().status.into()
    }

    /// Whether its day has passed and it isn't done.
    fn is_overdue(&self) -> bool {
        let row = self.0.row();
        row.status.is_open() && row.due_on.is_some_and(|day| day < self.0.view().business_date())
    }

    /// What was done last, or why it won't be.
    fn progress(&self) -> Option<&str> {
        self.0.row().progress.as_deref()
    }

    /// The business date on which it was completed or cancelled.
    fn ended_on(&self) -> Option<Date> {
        self.0.row().ended_on.map(Date)
    }

    /// The business date on which it was put down.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who put it down, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        act_of(&self.0, "RiskAction.act", |row| row.act_id).await
    }
}

connection!(RiskActionConnection, RiskActionEdge, RiskAction, "actions");

/// An attempt.
#[derive(Clone)]
pub struct RiskAttempt(pub Member<risk_attempt::Model>);

/// An attempt at settling a risk where it arose. Without one it can't be reported.
#[Object]
impl RiskAttempt {
    /// The attempt's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::RiskAttempt, self.0.row()).to_id()
    }

    /// The day on which it was made.
    fn tried_on(&self) -> Date {
        Date(self.0.row().tried_on)
    }

    /// What was tried.
    fn description(&self) -> &str {
        &self.0.row().description
    }

    /// With whom.
    fn counterpart(&self) -> &str {
        &self.0.row().counterpart
    }

    /// What came of it.
    fn result(&self) -> &str {
        &self.0.row().result
    }

    /// The business date on which it was put down.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who put it down, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        act_of(&self.0, "RiskAttempt.act", |row| row.act_id).await
    }
}

connection!(RiskAttemptConnection, RiskAttemptEdge, RiskAttempt, "attempts");
