//! The plans of the documents with their actions: numbers, timescales, owners and resources exactly as printed, and what can be read from
//! them beside.

use chrono::NaiveDate;
use serde::Deserialize;

use super::files::{Tenants, data, id, maybe, owner, parsed};
use crate::{
    error::Result,
    policy::Office,
    rules::{action::ActionState, timescale},
    tables::{
        Id,
        governance::{action, action_owner, action_plan},
    },
    usecases::governance::actions::place_of,
};

/// The Authority's plan of 2009.
pub(super) const PARTNERSHIP_PLAN: &str = "partnership-action-plan-2009-12";

#[derive(Deserialize)]
struct PlanRow {
    reference: String,
    body: String,
    title: String,
    from_on: Option<NaiveDate>,
    to_on: Option<NaiveDate>,
    is_illustrative: bool,
    source: String,
}

#[derive(Deserialize)]
struct ActionRow {
    plan: String,
    reference: String,
    part: Option<String>,
    heading: Option<String>,
    words: String,
    timescale_words: Option<String>,
    starts_on: Option<NaiveDate>,
    resources: Option<String>,
    printed_progress: Option<String>,
    printed_status: Option<String>,
    #[serde(deserialize_with = "parsed")]
    state: ActionState,
    recorded_on: NaiveDate,
    source: String,
}

#[derive(Deserialize)]
struct OwnerRow {
    plan: String,
    reference: String,
    part: Option<String>,
    number: i32,
    words: String,
    office: Option<Office>,
    area: Option<String>,
    body: Option<String>,
    is_accountable: bool,
}

fn action_id(plan: &str, reference: &str, part: Option<&str>) -> Id<action::Model> {
    id("action", &format!("{plan}/{reference}{}", part.unwrap_or_default()))
}

/// The plans, and the tenant of each.
pub(super) fn plans(bodies: &Tenants) -> Result<(Vec<action_plan::Model>, Tenants)> {
    let rows: Vec<PlanRow> = data!("demonstration/action_plans.csv")?;
    let mut tenants = Tenants::new();
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        let tenant_id = owner(bodies, "body", &row.body)?;
        tenants.insert(row.reference.clone(), tenant_id);
        plans.push(action_plan::Model {
            tenant_id,
            id: id("action_plan", &row.reference),
            reference: row.reference,
            title: row.title,
            body_id: Some(id("body", &row.body)),
            from_on: row.from_on,
            to_on: row.to_on,
            is_illustrative: row.is_illustrative,
            source: row.source,
        });
    }
    Ok((plans, tenants))
}

/// Their actions.
pub(super) fn actions(plans: &Tenants) -> Result<Vec<action::Model>> {
    let rows: Vec<ActionRow> = data!("demonstration/actions.csv")?;
    rows.into_iter()
        .map(|row| {
            let read = row.timescale_words.as_deref().and_then(timescale::read);
            Ok(action::Model {
                tenant_id: owner(plans, "plan", &row.plan)?,
                id: action_id(&row.plan, &row.reference, row.part.as_deref()),
                plan_id: Some(id("action_plan", &row.plan)),
                decision_id: None,
                place: place_of(&row.reference),
                reference: row.reference,
                part: row.part,
                heading: row.heading,
                words: row.words,
                success_measure: None,
                timescale_words: row.timescale_words,
                timescale_precision: read.map(|read| read.precision),
                due_on: read.and_then(|read| read.due_on),
                starts_on: row.starts_on,
                review_on: None,
                resources: row.resources,
                printed_progress: row.printed_progress,
                printed_status: row.printed_status,
                area_id: None,
                state: row.state,
                version: 1,
                closed_on: None,
                recorded_on: row.recorded_on,
                is_illustrative: false,
                source: row.source,
                act_id: None,
            })
        })
        .collect()
}

/// Their owners.
pub(super) fn owners(plans: &Tenants) -> Result<Vec<action_owner::Model>> {
    let rows: Vec<OwnerRow> = data!("demonstration/action_owners.csv")?;
    rows.into_iter()
        .map(|row| {
            let action_id = action_id(&row.plan, &row.reference, row.part.as_deref());
            Ok(action_owner::Model {
                tenant_id: owner(plans, "plan", &row.plan)?,
                id: id("action_owner", &format!("{action_id}/{}", row.number)),
                action_id,
                number: row.number,
                words: row.words,
                office: row.office,
                area_id: maybe("area", row.area.as_ref()),
                body_id: maybe("body", row.body.as_ref()),
                is_accountable: row.is_accountable,
            })
        })
        .collect()
}
