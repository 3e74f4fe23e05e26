//! A risk and its history as they were passed on: frozen with the report, so that whoever receives it needs to see nothing more.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::registers;
use crate::{
    error::{Error, Result},
    policy::Office,
    rules::risk_score::{Category, Nature, Response, Scores},
    tables::{
        TenantId,
        organisation::{body, tenant},
        performance::{agreement, area, indicator},
        risk::{
            risk,
            risk_action::{self, RiskActionStatus},
            risk_assessment, risk_attempt, risk_control, risk_referral_step,
        },
    },
    tenancy::TenantTx,
};

/// A risk as it was stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its number on its tenant's registers.
    pub number: i32,
    /// What it is called.
    pub title: String,
    /// The tenant that it comes from, by name.
    pub tenant: String,
    /// The body on whose register it stands, by name.
    pub body: String,
    /// The area that it is about, by name.
    pub area: String,
    /// Whether it would do harm or good.
    pub nature: Nature,
    /// At what level it lies.
    pub category: Category,
    /// Because of what.
    pub cause: String,
    /// What may happen.
    pub event: String,
    /// What would follow.
    pub effect: String,
    /// The office that answers for it.
    pub owner_office: Office,
    /// The residual score that the body is ready to bear.
    pub appetite: i32,
    /// How it is responded to.
    pub response: Response,
    /// The day by which it was to be settled.
    pub resolve_by: Option<NaiveDate>,
    /// The indicators that it is about, by code.
    pub indicators: Vec<String>,
    /// The agreements that it is about, by name.
    pub agreements: Vec<String>,
    /// What was assessed, in order.
    pub assessments: Vec<StatedAssessment>,
    /// What keeps it down.
    pub controls: Vec<String>,
    /// What was to be done.
    pub actions: Vec<StatedAction>,
    /// What was tried to settle it at source.
    pub attempts: Vec<StatedAttempt>,
}

/// An assessment as it was stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedAssessment {
    /// The day on which it was made.
    pub on: NaiveDate,
    /// Its scores.
    pub scores: Scores,
    /// Why the residual score was above the inherent one.
    pub reason: Option<String>,
}

/// An action as it was stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedAction {
    /// What was to be done.
    pub description: String,
    /// By which office.
    pub owner_office: Office,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// How far it had come.
    pub status: RiskActionStatus,
}

/// An attempt as it was stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedAttempt {
    /// The day on which it was made.
    pub on: NaiveDate,
    /// What was tried.
    pub description: String,
    /// With whom.
    pub counterpart: String,
    /// What came of it.
    pub result: String,
}

/// What things are called that a statement names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The tenant.
    pub tenant: String,
    /// The body.
    pub body: String,
    /// The area.
    pub area: String,
    /// The indicators' codes.
    pub indicators: Vec<String>,
    /// The agreements' names.
    pub agreements: Vec<String>,
}

/// What was assessed, tried and done about a risk.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Assessments, in order.
    pub assessments: Vec<risk_assessment::Model>,
    /// Controls.
    pub controls: Vec<risk_control::Model>,
    /// Actions.
    pub actions: Vec<risk_action::Model>,
    /// Attempts.
    pub attempts: Vec<risk_attempt::Model>,
}

impl Statement {
    /// States a risk.
    #[must_use]
    pub fn of(row: &risk::Model, names: Names, history: &History) -> Self {
        let assessment = |row: &risk_assessment::Model| StatedAssessment {
            on: row.recorded_on,
            scores: registers::scores(row),
            reason: row.reason.clone(),
        };
        let action = |row: &risk_action::Model| StatedAction {
            description: row.description.clone(),
            owner_office: row.owner_office,
            due_on: row.due_on,
            status: row.status,
        };
        let attempt = |row: &risk_attempt::Model| StatedAttempt {
            on: row.tried_on,
            description: row.description.clone(),
            counterpart: row.counterpart.clone(),
            result: row.result.clone(),
        };
        Self {
            number: row.number,
            title: row.title.clone(),
            tenant: names.tenant,
            body: names.body,
            area: names.area,
            nature: row.nature,
            category: row.category,
            cause: row.cause.clone(),
            event: row.event.clone(),
            effect: row.effect.clone(),
            owner_office: row.owner_office,
            appetite: row.appetite,
            response: row.response,
            resolve_by: row.resolve_by,
            indicators: names.indicators,
            agreements: names.agreements,
            assessments: history.assessments.iter().map(assessment).collect(),
            controls: history.controls.iter().map(|row| row.description.clone()).collect(),
            actions: history.actions.iter().map(action).collect(),
            attempts: history.attempts.iter().map(attempt).collect(),
        }
    }

    /// The assessment that stood.
    #[must_use]
    pub fn latest(&self) -> Option<&StatedAssessment> {
        self.assessments.last()
    }

    /// The statement that a step bears, if it bears one.
    #[must_use]
    pub fn in_step(step: &risk_referral_step::Model) -> Option<Self> {
        serde_json::from_value(step.statement.clone()?).ok()
    }
}

/// States a risk of another tenant in which the actor reads it.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(super) async fn state(tx: &TenantTx, origin: TenantId, row: &risk::Model) -> Result<Statement> {
    let ids = || vec![row.id];
    let history = History {
        assessments: registers::assessments(tx, origin, ids()).await?,
        controls: registers::controls(tx, origin, ids()).await?,
        actions: registers::actions(tx, origin, ids()).await?,
        attempts: registers::attempts(tx, origin, ids()).await?,
    };
    let tenant = tx.reference::<tenant::Entity>().filter(tx.any_of(tenant::Column::Id, [origin])).one().await?;
    let area = tx.reference::<area::Entity>().filter(tx.any_of(area::Column::Id, [row.area_id])).one().await?;
    let links = registers::links(tx, origin, ids()).await?;
    let indicators: Vec<_> = links.iter().filter_map(|link| link.indicator_id).collect();
    let agreements: Vec<_> = links.iter().filter_map(|link| link.agreement_id).collect();
    let mut names = Names {
        tenant: tenant.ok_or(Error::NotFound("tenant"))?.name,
        body: tx.get::<body::Entity>(origin, row.body_id).await?.name,
        area: area.ok_or(Error::NotFound("area"))?.name,
        ..Names::default()
    };
    if !indicators.is_empty() {
        names.indicators = tx.get_many::<indicator::Entity>(origin, indicators).await?.into_iter().map(|row| row.code).collect();
        names.indicators.sort();
    }
    if !agreements.is_empty() {
        names.agreements = tx.get_many::<agreement::Entity>(origin, agreements).await?.into_iter().map(|row| row.name).collect();
        names.agreements.sort();
    }
    Ok(Statement::of(row, names, &history))
}
