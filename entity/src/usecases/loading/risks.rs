//! The demonstration's registers of risks, and one risk that has gone from Halton to the Treasurer. The documents name such risks
//! (missed targets, funding cuts, partnership working) and print no register, so words, scores and dates are illustrative.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::{
    figures::Acts,
    files::{data, id, maybe, minute, owner, tenant_id},
};
use crate::{
    error::{Error, Result},
    policy::Office,
    rules::{
        escalation::{Branch, State, Step},
        risk_score::{Category, Nature, Response},
    },
    tables::{
        Id, TenantId,
        risk::{
            risk,
            risk_action::{self, RiskActionStatus},
            risk_assessment, risk_attempt, risk_control, risk_link, risk_referral, risk_referral_step,
        },
    },
    usecases::risk::{
        registers,
        statement::{History, Names, Statement},
    },
};

#[derive(Deserialize)]
struct Risk {
    reference: String,
    tenant: String,
    number: i32,
    title: String,
    body: String,
    area: String,
    nature: Nature,
    category: Category,
    cause: String,
    event: String,
    effect: String,
    owner_office: Office,
    owner_organisation: Option<String>,
    appetite: i32,
    response: Response,
    transferee: Option<String>,
    ends_on: Option<NaiveDate>,
    approval: Option<String>,
    approval_expires_on: Option<NaiveDate>,
    resolve_by: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    closing_reason: Option<String>,
    recorded_on: NaiveDate,
    source: String,
}

#[derive(Deserialize)]
struct Assessment {
    risk: String,
    number: i32,
    inherent_likelihood: i32,
    inherent_impact: i32,
    residual_likelihood: i32,
    residual_impact: i32,
    target_likelihood: i32,
    target_impact: i32,
    reason: Option<String>,
    recorded_on: NaiveDate,
}

#[derive(Deserialize)]
struct Control {
    risk: String,
    description: String,
    owner_office: Office,
    recorded_on: NaiveDate,
}

#[derive(Deserialize)]
struct Action {
    risk: String,
    description: String,
    owner_office: Office,
    due_on: Option<NaiveDate>,
    status: RiskActionStatus,
    progress: Option<String>,
    ended_on: Option<NaiveDate>,
    recorded_on: NaiveDate,
}

#[derive(Deserialize)]
struct Attempt {
    risk: String,
    tried_on: NaiveDate,
    description: String,
    counterpart: String,
    result: String,
    recorded_on: NaiveDate,
}

#[derive(Deserialize)]
struct Link {
    risk: String,
    indicator: Option<String>,
    agreement: Option<String>,
}

#[derive(Deserialize)]
struct Referral {
    reference: String,
    tenant: String,
    number: i32,
    risk: String,
    common_state: State,
    last_quarter: String,
    due_on: Option<NaiveDate>,
    recorded_on: NaiveDate,
}

#[derive(Deserialize)]
struct Stepped {
    referral: String,
    number: i32,
    step: Step,
    from_state: State,
    to_state: State,
    office: Office,
    reason: Option<String>,
    proposed_action: Option<String>,
    minute: Option<String>,
    quarter: Option<String>,
    met_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    recorded_on: NaiveDate,
}

/// What things are called, from the files that hold them.
#[derive(Deserialize)]
struct Named {
    #[serde(alias = "slug")]
    reference: String,
    name: String,
}

/// Everything about risks, in the order in which it is loaded.
#[derive(Default)]
pub(super) struct Risks {
    pub(super) risks: Vec<risk::Model>,
    pub(super) assessments: Vec<risk_assessment::Model>,
    pub(super) controls: Vec<risk_control::Model>,
    pub(super) actions: Vec<risk_action::Model>,
    pub(super) attempts: Vec<risk_attempt::Model>,
    pub(super) links: Vec<risk_link::Model>,
    pub(super) referrals: Vec<risk_referral::Model>,
    pub(super) steps: Vec<risk_referral_step::Model>,
}

type Tenants = HashMap<String, TenantId>;

pub(super) fn risks(acts: &mut Acts, at: DateTime<Utc>) -> Result<Risks> {
    let rows: Vec<Risk> = data!("demonstration/risks.csv")?;
    let tenants: Tenants = rows.iter().map(|row| (row.reference.clone(), tenant_id(&row.tenant))).collect();
    let names = names(&rows)?;
    let mut loaded = Risks { risks: rows.into_iter().map(|row| risk_row(row, acts, at)).collect(), ..Risks::default() };
    let of = |risk: &str| owner(&tenants, "risk", risk);
    for row in data!("demonstration/risk_assessments.csv")? {
        loaded.assessments.push(assessment(row, of, acts, at)?);
    }
    for row in data!("demonstration/risk_controls.csv")? {
        loaded.controls.push(control(row, of, acts, at)?);
    }
    for row in data!("demonstration/risk_actions.csv")? {
        loaded.actions.push(action(row, of, acts, at)?);
    }
    for row in data!("demonstration/risk_attempts.csv")? {
        loaded.attempts.push(attempt(row, of, acts, at)?);
    }
    let links: Vec<Link> = data!("demonstration/risk_links.csv")?;
    for (number, row) in links.into_iter().enumerate() {
        loaded.links.push(risk_link::Model {
            tenant_id: of(&row.risk)?,
            id: id("risk-link", &format!("{}/{number}", row.risk)),
            risk_id: id("risk", &row.risk),
            indicator_id: maybe("indicator", row.indicator.as_ref()),
            agreement_id: maybe("agreement", row.agreement.as_ref()),
        });
    }
    let referrals: Vec<Referral> = data!("demonstration/risk_referrals.csv")?;
    let steps: Vec<Stepped> = data!("demonstration/risk_referral_steps.csv")?;
    for row in referrals {
        let own = steps.iter().filter(|step| step.referral == row.reference);
        refer(&mut loaded, (&row, own), (of(&row.risk)?, &names), acts, at)?;
    }
    Ok(loaded)
}

fn risk_row(row: Risk, acts: &mut Acts, at: DateTime<Utc>) -> risk::Model {
    let tenant = tenant_id(&row.tenant);
    risk::Model {
        tenant_id: tenant,
        id: id("risk", &row.reference),
        number: row.number,
        title: row.title,
        body_id: id("body", &row.body),
        area_id: id("area", &row.area),
        nature: row.nature,
        category: row.category,
        cause: row.cause,
        event: row.event,
        effect: row.effect,
        owner_office: row.owner_office,
        owner_organisation_id: maybe("organisation", row.owner_organisation.as_ref()),
        appetite: row.appetite,
        response: row.response,
        transferee: row.transferee,
        ends_on: row.ends_on,
        approval: row.approval,
        approval_expires_on: row.approval_expires_on,
        resolve_by: row.resolve_by,
        closed_on: row.closed_on,
        closing_reason: row.closing_reason,
        version: 1,
        is_illustrative: true,
        source: row.source,
        act_id: acts.of(tenant, None, row.recorded_on),
        recorded_on: row.recorded_on,
        recorded_at: at,
    }
}

fn assessment(
    row: Assessment,
    of: impl Fn(&str) -> Result<TenantId>,
    acts: &mut Acts,
    at: DateTime<Utc>,
) -> Result<risk_assessment::Model> {
    let tenant = of(&row.risk)?;
    Ok(risk_assessment::Model {
        tenant_id: tenant,
        id: id("risk-assessment", &format!("{}/{}", row.risk, row.number)),
        risk_id: id("risk", &row.risk),
        number: row.number,
        inherent_likelihood: row.inherent_likelihood,
        inherent_impact: row.inherent_impact,
        residual_likelihood: row.residual_likelihood,
        residual_impact: row.residual_impact,
        target_likelihood: row.target_likelihood,
        target_impact: row.target_impact,
        reason: row.reason,
        act_id: acts.of(tenant, None, row.recorded_on),
        recorded_on: row.recorded_on,
        recorded_at: at,
    })
}

fn control(
    row: Control,
    of: impl Fn(&str) -> Result<TenantId>,
    acts: &mut Acts,
    at: DateTime<Utc>,
) -> Result<risk_control::Model> {
    let tenant = of(&row.risk)?;
    Ok(risk_control::Model {
        tenant_id: tenant,
        id: id("risk-control", &format!("{}/{}", row.risk, row.description)),
        risk_id: id("risk", &row.risk),
        description: row.description,
        owner_office: row.owner_office,
        act_id: acts.of(tenant, None, row.recorded_on),
        recorded_on: row.recorded_on,
        recorded_at: at,
    })
}

fn action(row: Action, of: impl Fn(&str) -> Result<TenantId>, acts: &mut Acts, at: DateTime<Utc>) -> Result<risk_action::Model> {
    let tenant = of(&row.risk)?;
    Ok(risk_action::Model {
        tenant_id: tenant,
        id: id("risk-action", &format!("{}/{}", row.risk, row.description)),
        risk_id: id("risk", &row.risk),
        description: row.description,
        owner_office: row.owner_office,
        due_on: row.due_on,
        status: row.status,
        progress: row.progress,
        ended_on: row.ended_on,
        act_id: acts.of(tenant, None, row.recorded_on),
        recorded_on: row.recorded_on,
        recorded_at: at,
    })
}

fn attempt(
    row: Attempt,
    of: impl Fn(&str) -> Result<TenantId>,
    acts: &mut Acts,
    at: DateTime<Utc>,
) -> Result<risk_attempt::Model> {
    let tenant = of(&row.risk)?;
    Ok(risk_attempt::Model {
        tenant_id: tenant,
        id: id("risk-attempt", &format!("{}/{}", row.risk, row.tried_on)),
        risk_id: id("risk", &row.risk),
        tried_on: row.tried_on,
        description: row.description,
        counterpart: row.counterpart,
        result: row.result,
        act_id: acts.of(tenant, None, row.recorded_on),
        recorded_on: row.recorded_on,
        recorded_at: at,
    })
}

/// What the tenant, the body, the area and the indicators of each risk are called, by the risk.
fn names(risks: &[Risk]) -> Result<HashMap<Id<risk::Model>, Names>> {
    let tenants: Vec<Named> = data!("reference/tenants.csv")?;
    let bodies: Vec<Named> = data!("demonstration/bodies.csv")?;
    let areas: Vec<Named> = data!("reference/areas.csv")?;
    let links: Vec<Link> = data!("demonstration/risk_links.csv")?;
    #[derive(Deserialize)]
    struct Coded {
        reference: String,
        code: String,
    }
    let indicators: Vec<Coded> = data!("demonstration/indicators.csv")?;
    let agreements: Vec<Named> = data!("demonstration/agreements.csv")?;
    let found = |list: &[Named], reference: &str| {
        let named = list.iter().find(|row| row.reference == reference).map(|row| row.name.clone());
        named.ok_or_else(|| Error::internal(format!("nothing is called {reference}")))
    };
    let mut names = HashMap::new();
    for row in risks {
        let own = || links.iter().filter(|link| link.risk == row.reference);
        let codes = own().filter_map(|link| indicators.iter().find(|known| Some(&known.reference) == link.indicator.as_ref()));
        let agreed: Result<Vec<String>> =
            own().filter_map(|link| link.agreement.as_deref()).map(|reference| found(&agreements, reference)).collect();
        let named = Names {
            tenant: found(&tenants, &row.tenant)?,
            body: found(&bodies, &row.body)?,
            area: found(&areas, &row.area)?,
            indicators: codes.map(|known| known.code.clone()).collect(),
            agreements: agreed?,
        };
        names.insert(id("risk", &row.reference), named);
    }
    Ok(names)
}

/// A risk that was passed on, each report with the risk as it stood that day.
fn refer<'s>(
    loaded: &mut Risks,
    (row, steps): (&Referral, impl Iterator<Item = &'s Stepped>),
    (origin, names): (TenantId, &HashMap<Id<risk::Model>, Names>),
    acts: &mut Acts,
    at: DateTime<Utc>,
) -> Result<()> {
    let (tenant, risk_id) = (tenant_id(&row.tenant), id("risk", &row.risk));
    let risk = loaded.risks.iter().find(|risk| risk.id == risk_id).cloned();
    let risk = risk.ok_or_else(|| Error::internal(format!("no risk is called {}", row.risk)))?;
    let stated_on = |day: NaiveDate| {
        let history = History {
            assessments: of_day(&loaded.assessments, |row| (row.risk_id, row.recorded_on), (risk_id, day)),
            controls: of_day(&loaded.controls, |row| (row.risk_id, row.recorded_on), (risk_id, day)),
            actions: of_day(&loaded.actions, |row| (row.risk_id, row.recorded_on), (risk_id, day)),
            attempts: of_day(&loaded.attempts, |row| (row.risk_id, row.recorded_on), (risk_id, day)),
        };
        let residual = history.assessments.last().map_or(0, |row| registers::scores(row).residual.value());
        (Statement::of(&risk, names.get(&risk_id).cloned().unwrap_or_default(), &history), residual)
    };
    let (mut version, mut residual_score) = (0, 0);
    for step in steps {
        let is_report = step.step == Step::Report;
        let (statement, residual) = stated_on(step.recorded_on);
        if is_report {
            residual_score = residual;
        }
        let statement = if is_report { Some(serde_json::to_value(statement).map_err(Error::internal)?) } else { None };
        version = step.number;
        let (minute_reference, minute_id) = step.minute.as_deref().map(minute).unzip();
        loaded.steps.push(risk_referral_step::Model {
            tenant_id: tenant,
            id: id("risk-referral-step", &format!("{}/{}", row.reference, step.number)),
            referral_id: id("risk-referral", &row.reference),
            origin_tenant_id: origin,
            number: step.number,
            step: step.step,
            branch: Branch::Common,
            from_state: step.from_state,
            to_state: step.to_state,
            office: step.office,
            appointment_id: None,
            reason: step.reason.clone(),
            proposed_action: step.proposed_action.clone(),
            mitigations: None,
            minute_reference,
            minute_id,
            scope: None,
            quarter: step.quarter.clone(),
            residual_score: is_report.then_some(residual),
            statement,
            met_on: step.met_on,
            due_on: step.due_on,
            act_id: acts.of(tenant, Some(step.office), step.recorded_on),
            recorded_on: step.recorded_on,
            recorded_at: at,
        });
    }
    loaded.referrals.push(risk_referral::Model {
        tenant_id: tenant,
        id: id("risk-referral", &row.reference),
        number: row.number,
        origin_tenant_id: origin,
        origin_risk_id: risk_id,
        round: 1,
        title: risk.title,
        area_id: risk.area_id,
        residual_score,
        common_state: row.common_state,
        authority_state: None,
        partnership_state: None,
        scope: None,
        captured_as_id: None,
        last_quarter: row.last_quarter.clone(),
        due_on: row.due_on,
        version,
        act_id: acts.of(tenant, Some(Office::PartnershipLeadMember), row.recorded_on),
        recorded_on: row.recorded_on,
        recorded_at: at,
    });
    Ok(())
}

/// The rows of a risk that were there on a day.
fn of_day<R: Clone>(
    rows: &[R],
    place: impl Fn(&R) -> (Id<risk::Model>, NaiveDate),
    (risk, day): (Id<risk::Model>, NaiveDate),
) -> Vec<R> {
    rows.iter().filter(|row| place(row).0 == risk && place(row).1 <= day).cloned().collect()
}
