//! The demonstration's agreements: themes, outcomes, issues and lines.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::files::{Tenants, data, id, maybe, owner, parsed, tenant_id};
use crate::{
    error::Result,
    rules::measure::{Frequency, MeasureKind},
    tables::performance::{
        agreement, agreement_indicator, area_set, area_set_member, indicator, outcome, theme, transformational_issue,
    },
};

#[derive(Deserialize)]
struct IndicatorRow {
    reference: String,
    tenant: String,
    code: String,
    title: String,
    national_number: Option<i32>,
    polarity: indicator::Polarity,
    unit: String,
    decimals: i32,
    #[serde(deserialize_with = "parsed")]
    measure_kind: MeasureKind,
    #[serde(deserialize_with = "parsed")]
    frequency: Frequency,
    data_lag_days: i32,
    police_owner: indicator::PoliceOwner,
    control: indicator::Control,
    data_owner: Option<String>,
    note: Option<String>,
    source: String,
}

pub(super) fn indicators() -> Result<(Vec<indicator::Model>, Tenants)> {
    let rows: Vec<IndicatorRow> = data!("demonstration/indicators.csv")?;
    let tenants = rows.iter().map(|row| (row.reference.clone(), tenant_id(&row.tenant))).collect();
    let indicators = rows
        .into_iter()
        .map(|row| indicator::Model {
            tenant_id: tenant_id(&row.tenant),
            id: id("indicator", &row.reference),
            reference: row.reference,
            code: row.code,
            title: row.title,
            national_indicator_id: row.national_number.map(|number| id("national_indicator", &number.to_string())),
            polarity: row.polarity,
            unit: row.unit,
            decimals: row.decimals,
            measure_kind: row.measure_kind,
            frequency: row.frequency,
            data_lag_days: row.data_lag_days,
            police_owner: row.police_owner,
            control: row.control,
            data_owner_id: maybe("organisation", row.data_owner.as_ref()),
            note: row.note,
            source: row.source,
        })
        .collect();
    Ok((indicators, tenants))
}

#[derive(Deserialize)]
struct AgreementRow {
    reference: String,
    tenant: String,
    name: String,
    kind: agreement::AgreementKind,
    area: String,
    parties: String,
    counterparty: Option<String>,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    designated_on: Option<NaiveDate>,
    designation_revoked_on: Option<NaiveDate>,
    predecessor: Option<String>,
    basis: Option<String>,
    note: Option<String>,
    is_illustrative: bool,
    source: String,
}

pub(super) fn agreements() -> Result<(Vec<agreement::Model>, Tenants)> {
    let rows: Vec<AgreementRow> = data!("demonstration/agreements.csv")?;
    let tenants = rows.iter().map(|row| (row.reference.clone(), tenant_id(&row.tenant))).collect();
    let agreements = rows
        .into_iter()
        .map(|row| agreement::Model {
            tenant_id: tenant_id(&row.tenant),
            id: id("agreement", &row.reference),
            reference: row.reference,
            name: row.name,
            kind: row.kind,
            area_id: id("area", &row.area),
            parties: row.parties,
            counterparty: row.counterparty,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            designated_on: row.designated_on,
            designation_revoked_on: row.designation_revoked_on,
            predecessor_id: maybe("agreement", row.predecessor.as_ref()),
            basis: row.basis,
            note: row.note,
            is_illustrative: row.is_illustrative,
            source: row.source,
        })
        .collect();
    Ok((agreements, tenants))
}

#[derive(Deserialize)]
struct ThemeRow {
    agreement: String,
    number: i32,
    name: String,
    aim: Option<String>,
    block: Option<String>,
    delivered_by: Option<String>,
    source: String,
}

/// The name under which a theme's identifier is made.
fn theme_name(agreement: &str, number: i32) -> String {
    format!("{agreement}/{number}")
}

pub(super) fn themes(agreements: &Tenants) -> Result<Vec<theme::Model>> {
    let rows: Vec<ThemeRow> = data!("demonstration/themes.csv")?;
    rows.into_iter()
        .map(|row| {
            Ok(theme::Model {
                tenant_id: owner(agreements, "agreement", &row.agreement)?,
                id: id("theme", &theme_name(&row.agreement, row.number)),
                agreement_id: id("agreement", &row.agreement),
                number: row.number,
                name: row.name,
                aim: row.aim,
                block: row.block,
                delivered_by_id: maybe("body", row.delivered_by.as_ref()),
                source: row.source,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct OutcomeRow {
    reference: String,
    agreement: String,
    theme: i32,
    number: i32,
    statement: String,
    is_illustrative: bool,
    source: String,
}

pub(super) fn outcomes(agreements: &Tenants) -> Result<Vec<outcome::Model>> {
    let rows: Vec<OutcomeRow> = data!("demonstration/outcomes.csv")?;
    rows.into_iter()
        .map(|row| {
            Ok(outcome::Model {
                tenant_id: owner(agreements, "agreement", &row.agreement)?,
                id: id("outcome", &row.reference),
                theme_id: id("theme", &theme_name(&row.agreement, row.theme)),
                number: row.number,
                statement: row.statement,
                is_illustrative: row.is_illustrative,
                source: row.source,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct TransformationalIssueRow {
    reference: String,
    agreement: String,
    name: String,
    lead_theme: Option<i32>,
    led_by: Option<String>,
    strategy: Option<String>,
    monitoring: Option<String>,
    source: String,
}

pub(super) fn transformational_issues(agreements: &Tenants) -> Result<Vec<transformational_issue::Model>> {
    let rows: Vec<TransformationalIssueRow> = data!("demonstration/transformational_issues.csv")?;
    let mut numbers: HashMap<String, i32> = HashMap::new();
    rows.into_iter()
        .map(|row| {
            let number = numbers.entry(row.agreement.clone()).and_modify(|number| *number += 1).or_insert(1);
            Ok(transformational_issue::Model {
                tenant_id: owner(agreements, "agreement", &row.agreement)?,
                id: id("transformational_issue", &row.reference),
                agreement_id: id("agreement", &row.agreement),
                number: *number,
                name: row.name,
                lead_theme_id: row.lead_theme.map(|theme| id("theme", &theme_name(&row.agreement, theme))),
                led_by_id: maybe("body", row.led_by.as_ref()),
                strategy: row.strategy,
                monitoring: row.monitoring,
                source: row.source,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct AgreementIndicatorRow {
    agreement: String,
    indicator: String,
    area: String,
    outcome: Option<String>,
    theme_number: i32,
    position: i32,
    review_group: agreement_indicator::ReviewGroup,
    lead_organisation: Option<String>,
    lead_office: Option<String>,
    is_illustrative: bool,
    source: String,
}

/// The name under which a line's identifier is made.
pub(super) fn line_name(agreement: &str, indicator: &str, area: &str) -> String {
    format!("{agreement}/{indicator}/{area}")
}

pub(super) fn agreement_indicators(agreements: &Tenants) -> Result<Vec<agreement_indicator::Model>> {
    let rows: Vec<AgreementIndicatorRow> = data!("demonstration/agreement_indicators.csv")?;
    rows.into_iter()
        .map(|row| {
            Ok(agreement_indicator::Model {
                tenant_id: owner(agreements, "agreement", &row.agreement)?,
                id: id("agreement_indicator", &line_name(&row.agreement, &row.indicator, &row.area)),
                agreement_id: id("agreement", &row.agreement),
                indicator_id: id("indicator", &row.indicator),
                area_id: id("area", &row.area),
                theme_id: id("theme", &theme_name(&row.agreement, row.theme_number)),
                outcome_id: maybe("outcome", row.outcome.as_ref()),
                position: row.position,
                review_group: row.review_group,
                lead_organisation_id: maybe("organisation", row.lead_organisation.as_ref()),
                lead_office: row.lead_office,
                is_illustrative: row.is_illustrative,
                source: row.source,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct AreaSetRow {
    reference: String,
    tenant: String,
    name: String,
    purpose: String,
    source: String,
}

#[derive(Deserialize)]
struct AreaSetMemberRow {
    set: String,
    area: String,
    from_on: Option<NaiveDate>,
    to_on: Option<NaiveDate>,
    source: String,
}

pub(super) fn area_sets() -> Result<(Vec<area_set::Model>, Vec<area_set_member::Model>)> {
    let rows: Vec<AreaSetRow> = data!("demonstration/area_sets.csv")?;
    let tenants: Tenants = rows.iter().map(|row| (row.reference.clone(), tenant_id(&row.tenant))).collect();
    let sets = rows
        .into_iter()
        .map(|row| area_set::Model {
            tenant_id: tenant_id(&row.tenant),
            id: id("area_set", &row.reference),
            reference: row.reference,
            name: row.name,
            purpose: row.purpose,
            source: row.source,
        })
        .collect();
    let rows: Vec<AreaSetMemberRow> = data!("demonstration/area_set_members.csv")?;
    let members: Result<Vec<_>> = rows
        .into_iter()
        .map(|row| {
            Ok(area_set_member::Model {
                tenant_id: owner(&tenants, "set of areas", &row.set)?,
                id: id("area_set_member", &format!("{}/{}", row.set, row.area)),
                area_set_id: id("area_set", &row.set),
                area_id: id("area", &row.area),
                from_on: row.from_on,
                to_on: row.to_on,
                source: row.source,
            })
        })
        .collect();
    Ok((sets, members?))
}
