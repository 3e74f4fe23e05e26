//! The demonstration's budgets, decisions and commitments. All are illustrative: the documents speak of agreed budgets and print none.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    figures::{Acts, midday},
    files::{Tenants, data, id, list, maybe, owner, tenant_id},
};
use crate::{
    error::{Error, Result},
    policy::Office,
    tables::{
        Id,
        finance::{
            budget, budget_line,
            commitment::{self, EntryKind},
            decision::{self, DecisionKind, InterestKind},
            decision_priority,
        },
    },
};

#[derive(Deserialize)]
struct Budget {
    reference: String,
    tenant: String,
    body: String,
    financial_year: String,
    total_pence: i64,
    set_on: NaiveDate,
    set_by: Office,
    agreed_on: Option<NaiveDate>,
    agreed_by: Option<Office>,
    minute_reference: Option<String>,
    closed_on: Option<NaiveDate>,
    source: String,
}

pub(super) fn budgets(acts: &mut Acts) -> Result<(Vec<budget::Model>, Tenants)> {
    let rows: Vec<Budget> = data!("demonstration/budgets.csv")?;
    let tenants = rows.iter().map(|row| (row.reference.clone(), tenant_id(&row.tenant))).collect();
    let budgets = rows
        .into_iter()
        .map(|row| {
            let tenant = tenant_id(&row.tenant);
            budget::Model {
                tenant_id: tenant,
                id: id("budget", &row.reference),
                body_id: id("body", &row.body),
                financial_year: row.financial_year,
                version: 1,
                total_pence: row.total_pence,
                source: row.source,
                is_illustrative: true,
                act_id: acts.of(tenant, Some(row.set_by), row.set_on),
                recorded_on: row.set_on,
                recorded_at: midday(row.set_on),
                agreed_on: row.agreed_on,
                minute_reference: row.minute_reference,
                agreed_act_id: row.agreed_on.map(|day| acts.of(tenant, row.agreed_by, day)),
                closed_on: row.closed_on,
                closed_act_id: row.closed_on.map(|day| acts.of(tenant, Some(row.set_by), day)),
                superseded_on: None,
            }
        })
        .collect();
    Ok((budgets, tenants))
}

#[derive(Deserialize)]
struct Line {
    budget: String,
    number: i32,
    name: String,
    agreed_pence: i64,
    fund: Option<String>,
    delivered_by: Option<String>,
    closed_on: Option<NaiveDate>,
    closing_reason: Option<String>,
}

fn line_id(budget: &str, number: i32) -> Id<budget_line::Model> {
    id("budget_line", &format!("{budget}/{number}"))
}

pub(super) fn budget_lines(budgets: &Tenants, acts: &mut Acts) -> Result<Vec<budget_line::Model>> {
    let rows: Vec<Line> = data!("demonstration/budget_lines.csv")?;
    rows.into_iter()
        .map(|row| {
            let tenant = owner(budgets, "budget", &row.budget)?;
            Ok(budget_line::Model {
                tenant_id: tenant,
                id: line_id(&row.budget, row.number),
                budget_id: id("budget", &row.budget),
                number: row.number,
                name: row.name,
                agreed_pence: row.agreed_pence,
                fund: row.fund,
                delivered_by_id: maybe("organisation", row.delivered_by.as_ref()),
                from_on: None,
                closed_on: row.closed_on,
                closing_reason: row.closing_reason,
                closing_act_id: row.closed_on.map(|day| acts.of(tenant, Some(Office::PartnershipTeam), day)),
            })
        })
        .collect()
}

#[derive(Deserialize)]
struct Decision {
    tenant: String,
    number: i32,
    financial_year: String,
    kind: DecisionKind,
    body: String,
    subject: String,
    statement: Option<String>,
    line_budget: Option<String>,
    line_number: Option<i32>,
    amount_pence: Option<i64>,
    spend_on: Option<NaiveDate>,
    recipient: Option<String>,
    decided_on: NaiveDate,
    priority_agreement: String,
    priority_number: i32,
    objectives: Option<String>,
    source: String,
}

fn decision_name(tenant: &str, year: &str, number: i32) -> String {
    format!("{tenant}/{year}/{number}")
}

/// By which instrument decisions of a kind are taken.
const fn authority(kind: DecisionKind) -> (i32, &'static str) {
    let number = if matches!(kind, DecisionKind::Expenditure) { 2 } else { 1 };
    (number, "Engagement Committee 24 November 2008, minute 34")
}

pub(super) fn decisions(acts: &mut Acts) -> Result<(Vec<decision::Model>, Vec<decision_priority::Model>)> {
    let rows: Vec<Decision> = data!("demonstration/decisions.csv")?;
    let mut priorities = Vec::with_capacity(rows.len());
    let decisions = rows
        .into_iter()
        .map(|row| {
            let (tenant, name) = (tenant_id(&row.tenant), decision_name(&row.tenant, &row.financial_year, row.number));
            let theme = format!("{}/{}", row.priority_agreement, row.priority_number);
            priorities.push(decision_priority::Model {
                tenant_id: tenant,
                id: id("decision_priority", &format!("{name}/{theme}")),
                decision_id: id("decision", &name),
                theme_id: id("theme", &theme),
            });
            let (delegation_number, authority) = authority(row.kind);
            decision::Model {
                tenant_id: tenant,
                id: id("decision", &name),
                kind: row.kind,
                financial_year: row.financial_year,
                number: row.number,
                body_id: id("body", &row.body),
                subject: row.subject,
                statement: row.statement,
                delegation_number,
                authority: authority.to_owned(),
                regard_objectives: list(row.objectives.as_ref()),
                regard_reason: None,
                interest: InterestKind::None,
                interest_words: None,
                line_id: row.line_budget.zip(row.line_number).map(|(budget, number)| line_id(&budget, number)),
                amount_pence: row.amount_pence,
                spend_on: row.spend_on,
                line_agreed_pence: None,
                revision_id: None,
                recipient_id: maybe("organisation", row.recipient.as_ref()),
                is_illustrative: true,
                source: row.source,
                act_id: acts.of(tenant, Some(Office::PartnershipLeadMember), row.decided_on),
                decided_on: row.decided_on,
                recorded_at: midday(row.decided_on),
            }
        })
        .collect();
    Ok((decisions, priorities))
}

#[derive(Deserialize)]
struct Entry {
    tenant: String,
    financial_year: String,
    decision: i32,
    kind: EntryKind,
    pence: i64,
    words: Option<String>,
    entered_on: NaiveDate,
    entered_by: Office,
}

pub(super) fn commitments(decisions: &[decision::Model], acts: &mut Acts) -> Result<Vec<commitment::Model>> {
    let lines: HashMap<_, _> = decisions.iter().filter_map(|row| Some((row.id, row.line_id?))).collect();
    let rows: Vec<Entry> = data!("demonstration/commitments.csv")?;
    rows.into_iter()
        .map(|row| {
            let (tenant, name) = (tenant_id(&row.tenant), decision_name(&row.tenant, &row.financial_year, row.decision));
            let decision = id("decision", &name);
            let line = lines.get(&decision).ok_or_else(|| Error::internal(format!("no decision on money is called {name}")))?;
            Ok(commitment::Model {
                tenant_id: tenant,
                id: id("commitment", &format!("{name}/{}/{}", row.kind, row.entered_on)),
                decision_id: decision,
                line_id: *line,
                kind: row.kind,
                pence: row.pence,
                words: row.words,
                is_illustrative: true,
                act_id: acts.of(tenant, Some(row.entered_by), row.entered_on),
                entered_on: row.entered_on,
                recorded_at: midday(row.entered_on),
            })
        })
        .collect()
}
