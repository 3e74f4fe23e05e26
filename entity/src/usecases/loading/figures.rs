//! The demonstration's figures: tolerance policies, targets, observations and outlooks, each with the act that loaded it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use super::{
    agreements::line_name,
    files::{Tenants, data, figure, id, maybe, maybe_parsed, owner, parsed, tenant_id},
};
use crate::{
    error::{Error, Result},
    policy::Office,
    rules::{measure::ObservationStatus, period::Period},
    tables::{
        Figure, Id, TenantId,
        organisation::act,
        performance::{observation, outlook, target, tolerance_policy},
    },
};

/// The acts under which the files were loaded: one for each tenant, office and day.
#[derive(Default)]
pub(super) struct Acts(BTreeMap<(TenantId, Option<Office>, NaiveDate), act::Model>);

impl Acts {
    /// The act of loading a tenant's data that was recorded on `day`, stated by `office` where one is named.
    pub(super) fn of(&mut self, tenant: TenantId, office: Option<Office>, day: NaiveDate) -> Id<act::Model> {
        let act = self.0.entry((tenant, office, day)).or_insert_with(|| act::Model {
            tenant_id: tenant,
            id: id("act", &format!("load/{tenant}/{}/{day}", office.map_or("", Office::as_str))),
            kind: "LOAD_DEMONSTRATION".to_owned(),
            service_account_id: None,
            person_id: None,
            appointment_id: None,
            office,
            done_on: day,
            done_at: midday(day),
            request_id: None,
        });
        act.id
    }

    pub(super) fn into_rows(self) -> Vec<act::Model> {
        self.0.into_values().collect()
    }
}

pub(super) fn midday(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).and_utc()
}

#[derive(Deserialize)]
struct TolerancePolicyRow {
    reference: String,
    tenant: String,
    name: String,
    version: i32,
    kind: tolerance_policy::ToleranceKind,
    #[serde(deserialize_with = "figure")]
    amount: Option<Figure>,
    exceeding_is_blue: bool,
    missing_is_red: bool,
    max_age_days: Option<i32>,
    agreed_by_body: Option<String>,
    agreed_on: Option<NaiveDate>,
    effective_from: NaiveDate,
    note: Option<String>,
    is_illustrative: bool,
    source: String,
}

pub(super) fn tolerance_policies() -> Result<Vec<tolerance_policy::Model>> {
    let rows: Vec<TolerancePolicyRow> = data!("demonstration/tolerance_policies.csv")?;
    rows.into_iter()
        .map(|row| {
            Ok(tolerance_policy::Model {
                tenant_id: tenant_id(&row.tenant),
                id: id("tolerance_policy", &row.reference),
                reference: row.reference,
                name: row.name,
                version: row.version,
                kind: row.kind,
                amount: required(row.amount, "amount")?,
                exceeding_is_blue: row.exceeding_is_blue,
                missing_is_red: row.missing_is_red,
                max_age_days: row.max_age_days,
                agreed_by_id: maybe("body", row.agreed_by_body.as_ref()),
                agreed_on: row.agreed_on,
                effective_from: row.effective_from,
                note: row.note,
                is_illustrative: row.is_illustrative,
                source: row.source,
            })
        })
        .collect()
}

fn required<T>(cell: Option<T>, name: &str) -> Result<T> {
    cell.ok_or_else(|| Error::internal(format!("a data file lacks a value for {name}")))
}

#[derive(Deserialize)]
struct TargetRow {
    agreement: String,
    indicator: String,
    area: String,
    target_period: String,
    expression: target::ExpressionKind,
    #[serde(deserialize_with = "figure")]
    amount: Option<Figure>,
    comparator: Option<String>,
    source_text: Option<String>,
    #[serde(deserialize_with = "maybe_parsed")]
    reading: Option<target::TargetReading>,
    confirmed_on: Option<NaiveDate>,
    baseline_period: Option<String>,
    #[serde(deserialize_with = "figure")]
    baseline_value: Option<Figure>,
    #[serde(deserialize_with = "parsed")]
    trajectory: target::TrajectoryKind,
    #[serde(deserialize_with = "figure")]
    monitoring_level: Option<Figure>,
    tolerance_policy: Option<String>,
    recorded_on: NaiveDate,
    is_illustrative: bool,
    note: Option<String>,
    source: String,
}

pub(super) fn targets(agreements: &Tenants, acts: &mut Acts) -> Result<Vec<target::Model>> {
    let rows: Vec<TargetRow> = data!("demonstration/targets.csv")?;
    rows.into_iter()
        .map(|row| {
            let line = line_name(&row.agreement, &row.indicator, &row.area);
            let tenant = owner(agreements, "agreement", &row.agreement)?;
            let period: Period = row.target_period.parse().map_err(Error::internal)?;
            Ok(target::Model {
                tenant_id: tenant,
                version: 1,
                id: id("target", &format!("{line}/{}", row.target_period)),
                agreement_indicator_id: id("agreement_indicator", &line),
                target_period: row.target_period,
                target_ends_on: period.end(),
                expression: row.expression,
                amount: required(row.amount, "amount")?,
                comparator_area_id: maybe("area", row.comparator.as_ref()),
                source_text: row.source_text,
                reading: row.reading,
                reading_act_id: None,
                reading_confirmed_on: row.confirmed_on,
                baseline_period: row.baseline_period,
                baseline: row.baseline_value,
                trajectory: row.trajectory,
                milestones: serde_json::json!([]),
                monitoring_level: row.monitoring_level,
                tolerance_policy_id: maybe("tolerance_policy", row.tolerance_policy.as_ref()),
                acknowledged_lints: serde_json::json!([]),
                is_illustrative: row.is_illustrative,
                note: row.note,
                source: row.source,
                act_id: acts.of(tenant, None, row.recorded_on),
                recorded_on: row.recorded_on,
                recorded_at: midday(row.recorded_on),
                superseded_on: None,
                supersedes_id: None,
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct ObservationRow {
    number: i32,
    tenant: String,
    indicator: String,
    area: String,
    period: String,
    period_label: String,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    #[serde(deserialize_with = "figure")]
    value: Option<Figure>,
    #[serde(deserialize_with = "figure")]
    value_high: Option<Figure>,
    #[serde(deserialize_with = "figure")]
    numerator: Option<Figure>,
    #[serde(deserialize_with = "figure")]
    denominator: Option<Figure>,
    #[serde(deserialize_with = "parsed")]
    status: ObservationStatus,
    qualifier: observation::Qualifier,
    no_value_reason: Option<String>,
    recorded_on: NaiveDate,
    is_illustrative: bool,
    note: Option<String>,
    source: String,
}

pub(super) fn observations(acts: &mut Acts) -> Result<Vec<observation::Model>> {
    let rows: Vec<ObservationRow> = data!("demonstration/observations.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tenant = tenant_id(&row.tenant);
            observation::Model {
                tenant_id: tenant,
                id: id("observation", &row.number.to_string()),
                indicator_id: id("indicator", &row.indicator),
                area_id: id("area", &row.area),
                period: row.period,
                period_label: row.period_label,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                value: row.value,
                value_high: row.value_high,
                numerator: row.numerator,
                denominator: row.denominator,
                status: row.status,
                qualifier: row.qualifier,
                no_value_reason: row.no_value_reason,
                revision: 1,
                supersedes_id: None,
                revision_reason: None,
                is_illustrative: row.is_illustrative,
                note: row.note,
                source: row.source,
                act_id: acts.of(tenant, None, row.recorded_on),
                recorded_on: row.recorded_on,
                recorded_at: midday(row.recorded_on),
                superseded_on: None,
            }
        })
        .collect())
}

#[derive(Deserialize)]
struct OutlookRow {
    agreement: String,
    indicator: String,
    area: String,
    period: String,
    #[serde(deserialize_with = "parsed")]
    outlook: outlook::OutlookJudgement,
    rationale: String,
    stated_by_office: Office,
    stated_on: NaiveDate,
    expires_on: NaiveDate,
    is_illustrative: bool,
}

pub(super) fn outlooks(agreements: &Tenants, acts: &mut Acts) -> Result<Vec<outlook::Model>> {
    let rows: Vec<OutlookRow> = data!("demonstration/outlooks.csv")?;
    rows.into_iter()
        .map(|row| {
            let line = line_name(&row.agreement, &row.indicator, &row.area);
            let tenant = owner(agreements, "agreement", &row.agreement)?;
            Ok(outlook::Model {
                tenant_id: tenant,
                version: 1,
                id: id("outlook", &format!("{line}/{}", row.stated_on)),
                agreement_indicator_id: id("agreement_indicator", &line),
                period: row.period,
                judgement: row.outlook,
                rationale: row.rationale,
                closing_action: None,
                closing_on: None,
                expires_on: row.expires_on,
                is_illustrative: row.is_illustrative,
                act_id: acts.of(tenant, Some(row.stated_by_office), row.stated_on),
                recorded_on: row.stated_on,
                recorded_at: midday(row.stated_on),
                superseded_on: None,
            })
        })
        .collect()
}
