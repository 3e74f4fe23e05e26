//! What is assessed, put down, tried and done about a risk, until it is settled.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::{
    error::Error,
    tables::risk::{risk_action, risk_assessment, risk_attempt, risk_control},
    usecases::risk::{
        recording::{self, Tried},
        registering::Measure,
    },
};

use super::{
    Risk, RiskAction, RiskActionStatus, RiskAssessment, RiskAttempt, RiskControl, payload,
    registering::{RiskAssessmentInput, row_after, shown},
};
use crate::graphql::{
    acting::Acting,
    organisation::Office,
    relay::{NodeId, NodeKind},
    scalars::Date,
};

/// An assessment to be recorded.
#[derive(InputObject)]
pub struct RecordRiskAssessmentInput {
    /// The risk.
    risk: ID,
    /// The three scores.
    assessment: RiskAssessmentInput,
    /// The version of the risk that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What recording an assessment gives.
    RecordRiskAssessmentPayload {
        /// The assessment that stands now.
        assessment: RiskAssessment
    }
}

/// A control to be recorded.
#[derive(InputObject)]
pub struct RecordRiskControlInput {
    /// The risk.
    risk: ID,
    /// What keeps it down.
    description: String,
    /// The office that sees to it.
    owner_office: Office,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What recording a control gives.
    RecordRiskControlPayload {
        /// The control.
        control: RiskControl
    }
}

/// An action to be recorded.
#[derive(InputObject)]
pub struct RecordRiskActionInput {
    /// The risk.
    risk: ID,
    /// What is to be done.
    description: String,
    /// The office that does it.
    owner_office: Office,
    /// The day by which it is to be done.
    due_on: Option<Date>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What recording an action gives.
    RecordRiskActionPayload {
        /// The action.
        action: RiskAction
    }
}

/// How far an action has come.
#[derive(InputObject)]
pub struct UpdateRiskActionInput {
    /// The action.
    action: ID,
    /// How far it has come.
    status: RiskActionStatus,
    /// What was done, or why it won't be; needed to cancel it.
    progress: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What saying how far an action has come gives.
    UpdateRiskActionPayload {
        /// The action as it stands now.
        action: RiskAction
    }
}

/// An attempt at settling a risk where it arose, to be recorded.
#[derive(InputObject)]
pub struct RecordRiskAttemptInput {
    /// The risk.
    risk: ID,
    /// The day on which it was made; today when left out.
    tried_on: Option<Date>,
    /// What was tried.
    description: String,
    /// With whom.
    counterpart: String,
    /// What came of it.
    result: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What recording an attempt gives.
    RecordRiskAttemptPayload {
        /// The attempt.
        attempt: RiskAttempt
    }
}

/// A risk to be closed.
#[derive(InputObject)]
pub struct CloseRiskInput {
    /// The risk.
    risk: ID,
    /// How it was settled.
    reason: String,
    /// The version that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What closing a risk gives.
    CloseRiskPayload {
        /// The risk, closed.
        risk: Risk
    }
}

/// What is recorded about risks.
#[derive(Default)]
pub struct RiskRecordMutation;

#[Object]
impl RiskRecordMutation {
    /// Records a new assessment of a risk; what was assessed before stays.
    async fn record_risk_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The assessment to be recorded.")] input: RecordRiskAssessmentInput,
    ) -> Result<RecordRiskAssessmentPayload> {
        RecordRiskAssessmentPayload::of(assessed(&Acting::of(ctx)?, input).await)
    }

    /// Records something that already keeps a risk down.
    async fn record_risk_control(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The control to be recorded.")] input: RecordRiskControlInput,
    ) -> Result<RecordRiskControlPayload> {
        RecordRiskControlPayload::of(controlled(&Acting::of(ctx)?, input).await)
    }

    /// Records something that is to be done about a risk.
    async fn record_risk_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action to be recorded.")] input: RecordRiskActionInput,
    ) -> Result<RecordRiskActionPayload> {
        RecordRiskActionPayload::of(acted(&Acting::of(ctx)?, input).await)
    }

    /// Says how far an action about a risk has come. One that has ended stays as it is.
    async fn update_risk_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How far it has come.")] input: UpdateRiskActionInput,
    ) -> Result<UpdateRiskActionPayload> {
        UpdateRiskActionPayload::of(brought_on(&Acting::of(ctx)?, input).await)
    }

    /// Records an attempt at settling a risk where it arose. Without one it can't be reported.
    async fn record_risk_attempt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The attempt to be recorded.")] input: RecordRiskAttemptInput,
    ) -> Result<RecordRiskAttemptPayload> {
        RecordRiskAttemptPayload::of(tried(&Acting::of(ctx)?, input).await)
    }

    /// Closes a risk that was settled at source, that has come back from wherever it was reported to, or that was closed there. Not while
    /// somebody above the lead member holds it, and a row that the Treasurer captured not while what was reported is on its way.
    async fn close_risk(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk to be closed.")] input: CloseRiskInput,
    ) -> Result<CloseRiskPayload> {
        CloseRiskPayload::of(closed(&Acting::of(ctx)?, input).await)
    }
}

async fn assessed(acting: &Acting<'_>, input: RecordRiskAssessmentInput) -> Result<RiskAssessment, Error> {
    let (tenant, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let writing = acting.writing(tenant, &input)?;
    let (expected, (scores, reason)) = (input.expected_version, input.assessment.known());
    let id = writing.once(|tx| recording::assess(tx, risk, scores, reason.as_deref(), expected)).await?;
    Ok(RiskAssessment(row_after::<risk_assessment::Entity>(acting, tenant, id).await?))
}

async fn controlled(acting: &Acting<'_>, input: RecordRiskControlInput) -> Result<RiskControl, Error> {
    let (tenant, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let writing = acting.writing(tenant, &input)?;
    let control = Measure { description: input.description, owner_office: input.owner_office.into(), due_on: None };
    let id = writing.once(|tx| recording::control(tx, risk, &control)).await?;
    Ok(RiskControl(row_after::<risk_control::Entity>(acting, tenant, id).await?))
}

async fn acted(acting: &Acting<'_>, input: RecordRiskActionInput) -> Result<RiskAction, Error> {
    let (tenant, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let writing = acting.writing(tenant, &input)?;
    let due_on = input.due_on.map(|day| day.0);
    let action = Measure { description: input.description, owner_office: input.owner_office.into(), due_on };
    let id = writing.once(|tx| recording::action(tx, risk, &action)).await?;
    Ok(RiskAction(row_after::<risk_action::Entity>(acting, tenant, id).await?))
}

async fn brought_on(acting: &Acting<'_>, input: UpdateRiskActionInput) -> Result<RiskAction, Error> {
    let (tenant, action) = NodeId::expect("action", &input.action, NodeKind::RiskAction)?;
    let writing = acting.writing(tenant, &input)?;
    let (status, progress) = (input.status.into(), input.progress);
    let id = writing.once(|tx| recording::action_status(tx, action, status, progress.as_deref())).await?;
    Ok(RiskAction(row_after::<risk_action::Entity>(acting, tenant, id).await?))
}

async fn tried(acting: &Acting<'_>, input: RecordRiskAttemptInput) -> Result<RiskAttempt, Error> {
    let (tenant, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let writing = acting.writing(tenant, &input)?;
    let on = input.tried_on.map(|day| day.0);
    let tried = Tried { on, description: input.description, counterpart: input.counterpart, result: input.result };
    let id = writing.once(|tx| recording::attempt(tx, risk, &tried)).await?;
    Ok(RiskAttempt(row_after::<risk_attempt::Entity>(acting, tenant, id).await?))
}

async fn closed(acting: &Acting<'_>, input: CloseRiskInput) -> Result<Risk, Error> {
    let (tenant, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let writing = acting.writing(tenant, &input)?;
    let id = writing.once(|tx| recording::settle(tx, risk, &input.reason, input.expected_version)).await?;
    shown(acting, tenant, id).await
}
