//! Risks as they were stated when they were passed on.

use async_graphql::SimpleObject;
use entity::{
    rules::risk_score::{Score, Scores},
    usecases::risk::statement::{StatedAction, StatedAssessment, StatedAttempt, Statement},
};

use super::{RiskActionStatus, RiskBand, RiskCategory, RiskNature, RiskResponse};
use crate::graphql::{organisation::Office, scalars::Date};

/// Likelihood times impact.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskScore {
    /// How likely it is, from 1 to 5.
    likelihood: i32,
    /// How much it would matter, from 1 to 5.
    impact: i32,
    /// Likelihood times impact.
    value: i32,
    /// How much that weighs.
    band: RiskBand,
}

impl From<Score> for RiskScore {
    fn from(score: Score) -> Self {
        let Score { likelihood, impact } = score;
        Self { likelihood, impact, value: score.value(), band: score.band().into() }
    }
}

/// An assessment as it was stated when the risk was reported.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskStatementAssessment {
    /// The day on which it was made.
    made_on: Date,
    /// Before any control.
    inherent: RiskScore,
    /// As things were.
    residual: RiskScore,
    /// As it was meant to be.
    target: RiskScore,
    /// Why the residual score was above the inherent one, where it was.
    reason: Option<String>,
}

impl From<StatedAssessment> for RiskStatementAssessment {
    fn from(stated: StatedAssessment) -> Self {
        let Scores { inherent, residual, target } = stated.scores;
        let reason = stated.reason;
        Self { made_on: Date(stated.on), inherent: inherent.into(), residual: residual.into(), target: target.into(), reason }
    }
}

/// An action as it was stated when the risk was reported.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskStatementAction {
    /// What was to be done.
    description: String,
    /// By which office.
    owner_office: Office,
    /// By when.
    due_on: Option<Date>,
    /// How far it had come.
    status: RiskActionStatus,
}

impl From<StatedAction> for RiskStatementAction {
    fn from(stated: StatedAction) -> Self {
        let StatedAction { description, owner_office, due_on, status } = stated;
        Self { description, owner_office: owner_office.into(), due_on: due_on.map(Date), status: status.into() }
    }
}

/// An attempt at settling the risk at source, as it was stated when the risk was reported.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskStatementAttempt {
    /// The day on which it was made.
    tried_on: Date,
    /// What was tried.
    description: String,
    /// With whom.
    counterpart: String,
    /// What came of it.
    result: String,
}

impl From<StatedAttempt> for RiskStatementAttempt {
    fn from(stated: StatedAttempt) -> Self {
        let StatedAttempt { on, description, counterpart, result } = stated;
        Self { tried_on: Date(on), description, counterpart, result }
    }
}

/// A risk and its history, frozen as they were when it was reported. Later changes on its register don't change this.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskStatement {
    /// Its number on its tenant's registers.
    number: i32,
    /// What it was called.
    title: String,
    /// The tenant that it comes from, by name.
    tenant_name: String,
    /// The body on whose register it stood, by name.
    body_name: String,
    /// The area that it is about, by name.
    area_name: String,
    /// Whether it would do harm or good.
    nature: RiskNature,
    /// At what level it lies.
    category: RiskCategory,
    /// Because of what.
    cause: String,
    /// What may happen.
    event: String,
    /// What would follow.
    effect: String,
    /// The office that answered for it.
    owner_office: Office,
    /// The residual score that the body was ready to bear.
    appetite: i32,
    /// How it was responded to.
    response: RiskResponse,
    /// The day by which it was to be settled.
    resolve_by: Option<Date>,
    /// The indicators that it is about, by code.
    indicator_codes: Vec<String>,
    /// The agreements that it is about, by name.
    agreement_names: Vec<String>,
    /// What was assessed, in order.
    assessments: Vec<RiskStatementAssessment>,
    /// What kept it down.
    controls: Vec<String>,
    /// What was to be done.
    actions: Vec<RiskStatementAction>,
    /// What was tried to settle it at source.
    attempts: Vec<RiskStatementAttempt>,
}

impl From<Statement> for RiskStatement {
    fn from(stated: Statement) -> Self {
        Self {
            number: stated.number,
            title: stated.title,
            tenant_name: stated.tenant,
            body_name: stated.body,
            area_name: stated.area,
            nature: stated.nature.into(),
            category: stated.category.into(),
            cause: stated.cause,
            event: stated.event,
            effect: stated.effect,
            owner_office: stated.owner_office.into(),
            appetite: stated.appetite,
            response: stated.response.into(),
            resolve_by: stated.resolve_by.map(Date),
            indicator_codes: stated.indicators,
            agreement_names: stated.agreements,
            assessments: stated.assessments.into_iter().map(Into::into).collect(),
            controls: stated.controls,
            actions: stated.actions.into_iter().map(Into::into).collect(),
            attempts: stated.attempts.into_iter().map(Into::into).collect(),
        }
    }
}
