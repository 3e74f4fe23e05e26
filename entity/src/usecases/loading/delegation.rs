//! The demonstration's instruments of delegation and the Policing Plan's objectives, exactly as the documents have them.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::{
    figures::{Acts, midday},
    files::{Tenants, data, id, list, maybe, owner, tenant_id},
};
use crate::{
    error::Result,
    policy::Office,
    tables::governance::{
        delegation::{self, Power},
        policing_plan_alignment::{self, AlignmentJudgement},
        policing_plan_measure, policing_plan_objective,
    },
};

#[derive(Deserialize)]
struct Delegation {
    number: i32,
    tenant: String,
    delegated_by: String,
    to_office: Option<Office>,
    to_body: Option<String>,
    power: Power,
    words: String,
    limit: Option<String>,
    approved_by: Option<String>,
    approved_on: Option<NaiveDate>,
    minute: Option<String>,
    starts_on: Option<NaiveDate>,
    source: String,
}

pub(super) fn delegations() -> Result<Vec<delegation::Model>> {
    let model = |row: Delegation| delegation::Model {
        tenant_id: tenant_id(&row.tenant),
        id: id("delegation", &row.number.to_string()),
        number: row.number,
        delegated_by_id: id("body", &row.delegated_by),
        to_office: row.to_office,
        to_body_id: maybe("body", row.to_body.as_ref()),
        power: row.power,
        words: row.words,
        limit_words: row.limit,
        area_id: None,
        approved_by: row.approved_by,
        approved_on: row.approved_on,
        minute: row.minute,
        starts_on: row.starts_on,
        ends_on: None,
        revoked_on: None,
        revocation_reason: None,
        is_illustrative: false,
        source: row.source,
        act_id: None,
        revocation_act_id: None,
    };
    Ok(data!("demonstration/delegations.csv")?.into_iter().map(model).collect())
}

#[derive(Deserialize)]
struct Objective {
    agreement: String,
    number: i32,
    title: String,
    note: Option<String>,
    aims: Option<String>,
    source: String,
}

fn objective_name(agreement: &str, number: i32) -> String {
    format!("{agreement}/{number}")
}

pub(super) fn objectives(agreements: &Tenants) -> Result<Vec<policing_plan_objective::Model>> {
    let rows: Vec<Objective> = data!("demonstration/policing_plan_objectives.csv")?;
    rows.into_iter()
        .map(|row| {
            Ok(policing_plan_objective::Model {
                tenant_id: owner(agreements, "agreement", &row.agreement)?,
                id: id("policing_plan_objective", &objective_name(&row.agreement, row.number)),
                agreement_id: id("agreement", &row.agreement),
                number: row.number,
                title: row.title,
                note: row.note,
                aims: list(row.aims.as_ref()),
                source: row.source,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct Measure {
    agreement: String,
    objective: i32,
    number: i32,
    words: String,
    is_priority: bool,
    projected: Option<String>,
    target_fy2009: String,
    target_fy2010: String,
    target_fy2011: String,
    national_number: Option<i32>,
    source: String,
}

pub(super) fn measures(agreements: &Tenants) -> Result<Vec<policing_plan_measure::Model>> {
    let rows: Vec<Measure> = data!("demonstration/policing_plan_measures.csv")?;
    rows.into_iter()
        .map(|row| {
            let name = objective_name(&row.agreement, row.objective);
            let target = |year: &str, words: &str| json!({ "year": year, "words": words });
            let targets = [("FY2009", &row.target_fy2009), ("FY2010", &row.target_fy2010), ("FY2011", &row.target_fy2011)];
            Ok(policing_plan_measure::Model {
                tenant_id: owner(agreements, "agreement", &row.agreement)?,
                id: id("policing_plan_measure", &format!("{name}/{}", row.number)),
                objective_id: id("policing_plan_objective", &name),
                number: row.number,
                targets: targets.iter().map(|(year, words)| target(year, words)).collect(),
                words: row.words,
                is_priority: row.is_priority,
                projected: row.projected,
                national_indicator_id: row.national_number.map(|number| id("national_indicator", &number.to_string())),
                source: row.source,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct Alignment {
    agreement: String,
    objective: i32,
    area: String,
    priority_reference: String,
    priority_name: String,
    judgement: AlignmentJudgement,
    note: Option<String>,
    recorded_on: NaiveDate,
}

pub(super) fn alignments(agreements: &Tenants, acts: &mut Acts) -> Result<Vec<policing_plan_alignment::Model>> {
    let rows: Vec<Alignment> = data!("demonstration/policing_plan_alignments.csv")?;
    rows.into_iter()
        .map(|row| {
            let tenant = owner(agreements, "agreement", &row.agreement)?;
            let name = objective_name(&row.agreement, row.objective);
            Ok(policing_plan_alignment::Model {
                tenant_id: tenant,
                id: id("policing_plan_alignment", &format!("{name}/{}", row.priority_reference)),
                objective_id: id("policing_plan_objective", &name),
                area_id: id("area", &row.area),
                priority_reference: row.priority_reference,
                priority_name: row.priority_name,
                judgement: row.judgement,
                note: row.note,
                version: 1,
                is_illustrative: true,
                act_id: acts.of(tenant, Some(Office::PartnershipLeadMember), row.recorded_on),
                recorded_on: row.recorded_on,
                recorded_at: midday(row.recorded_on),
                superseded_on: None,
            })
        })
        .collect()
}
