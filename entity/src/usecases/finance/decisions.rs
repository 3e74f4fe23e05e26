//! Decisions within delegated powers: numbered by year without a gap, never changed, and told in the next quarterly return.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};
use serde::{Deserialize, Serialize};

use super::{
    budgets, ledger,
    standing::{self, Said, Statements, body_of, unstated},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::is_blank,
        delegation::{Refusal, weigh},
        entry::{line_fault, text_fault},
        money::Pence,
        period::{Period, PeriodKind},
    },
    tables::{
        Id, TenantId,
        finance::{
            budget_line, budget_revision,
            decision::{self, DecisionKind},
            decision_priority,
        },
        governance::delegation::{self, Power},
        organisation::{act, body, organisation},
    },
    tenancy::{TenantTx, deeds},
    usecases::governance::delegation as instruments,
};

/// Characters in what was agreed, at most.
const LONGEST_STATEMENT: usize = 4_000;

/// The decisions of a tenant up to the end of a day, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId, as_at: NaiveDate) -> Result<Vec<decision::Model>> {
    use decision::Column;
    let rows = tx.rows::<decision::Entity>(tenant)?.filter(Column::DecidedOn.lte(as_at));
    rows.order_by(Column::FinancialYear, Order::Desc).order_by(Column::Number, Order::Desc).all().await
}

/// The decisions taken in a tenant from one day to another, both included, in the order in which they were: what a lead member's
/// quarterly return tells.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn decisions_taken(tx: &TenantTx, tenant: TenantId, from: NaiveDate, to: NaiveDate) -> Result<Vec<decision::Model>> {
    use decision::Column;
    let rows = tx.rows::<decision::Entity>(tenant)?.filter(Column::DecidedOn.gte(from)).filter(Column::DecidedOn.lte(to));
    rows.order_by(Column::FinancialYear, Order::Asc).order_by(Column::Number, Order::Asc).all().await
}

/// The decisions with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<decision::Model>>) -> Result<Vec<decision::Model>> {
    tx.get_many::<decision::Entity>(tenant, ids).await
}

/// The priorities that decisions serve.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn priorities(
    tx: &TenantTx,
    tenant: TenantId,
    decisions: Vec<Id<decision::Model>>,
) -> Result<Vec<decision_priority::Model>> {
    use decision_priority::Column;
    let rows = tx.rows::<decision_priority::Entity>(tenant)?.filter(tx.any_of(Column::DecisionId, decisions));
    rows.order_by(Column::Id, Order::Asc).all().await
}

/// How a decision is cited: `2009/10, decision 7`.
#[must_use]
pub fn cited(row: &decision::Model) -> String {
    format!("{}, decision {}", super::expenditure::label(&row.financial_year), row.number)
}

/// A decision on its way into the register.
pub(super) struct NewDecision<'d> {
    pub kind: DecisionKind,
    pub body: Id<body::Model>,
    pub statements: &'d Statements,
    pub statement: Option<String>,
    pub instrument: &'d delegation::Model,
    pub money: Option<(Id<budget_line::Model>, Pence, NaiveDate)>,
    pub recipient: Option<Id<organisation::Model>>,
    /// What the line might spend, and by which revision of the budget.
    pub judged_by: Option<(Pence, Option<Id<budget_revision::Model>>)>,
}

/// Writes a decision under the next number of its year.
pub(super) async fn write(tx: &TenantTx, act: Id<act::Model>, new: NewDecision<'_>) -> Result<Id<decision::Model>> {
    let (tenant, today) = (tx.acting_tenant()?, tx.business_date());
    let year = Period::containing(PeriodKind::FinancialYear, today);
    let year = year.ok_or_else(|| Error::internal("today lies in no financial year"))?.code();
    let NewDecision { kind, body, statements, statement, instrument, money, recipient, judged_by } = new;
    let row = decision::Model {
        tenant_id: tenant,
        id: Id::new(),
        kind,
        number: next_number(tx, &year).await?,
        financial_year: year,
        body_id: body,
        subject: statements.purpose.clone(),
        statement,
        delegation_number: instrument.number,
        authority: instruments::cited(instrument),
        regard_objectives: statements.objectives.clone().into(),
        regard_reason: statements.regard_reason.clone(),
        interest: statements.interest,
        interest_words: statements.interest_words.clone(),
        line_id: money.map(|(line, ..)| line),
        amount_pence: money.map(|(_, amount, _)| amount.pence()),
        spend_on: money.map(|(.., day)| day),
        recipient_id: recipient,
        line_agreed_pence: judged_by.map(|(figure, _)| figure.pence()),
        revision_id: judged_by.and_then(|(_, revision)| revision),
        is_illustrative: false,
        source: "Decided in this register".to_owned(),
        act_id: act,
        decided_on: today,
        recorded_at: tx.now(),
    };
    let id = row.id;
    let served = |theme: &Id<_>| decision_priority::Model { tenant_id: tenant, id: Id::new(), decision_id: id, theme_id: *theme };
    tx.insert::<decision::Entity>(vec![row]).await?;
    tx.insert::<decision_priority::Entity>(statements.priorities.iter().map(served).collect()).await?;
    Ok(id)
}

/// The number after the last one of a year.
async fn next_number(tx: &TenantTx, year: &str) -> Result<i32> {
    use decision::Column;
    tx.hold_numbers().await?;
    let rows = tx.rows::<decision::Entity>(tx.acting_tenant()?)?.filter(Column::FinancialYear.eq(year));
    let last = rows.order_by(Column::Number, Order::Desc).one().await?;
    Ok(last.map_or(1, |last| last.number.saturating_add(1)))
}

/// A decision on spending whose budget and line are held until the transaction ends.
pub(super) async fn hold_decision(tx: &TenantTx, id: Id<decision::Model>) -> Result<(decision::Model, Id<budget_line::Model>)> {
    let unknown = |error| match error {
        Error::NotFound(_) => {
            Error::invalid("decision", ProblemCode::NotFound, "There is no such decision, or you may not know of it.")
        }
        other => other,
    };
    let decision = tx.get::<decision::Entity>(tx.acting_tenant()?, id).await.map_err(unknown)?;
    let Some(line) = decision.line_id else {
        return Err(Error::invalid("decision", ProblemCode::OutOfRange, "This decision commits no money."));
    };
    let row = tx.get::<budget_line::Entity>(decision.tenant_id, line).await?;
    budgets::held(tx, row.budget_id).await?;
    budgets::held_line(tx, line).await?;
    Ok((decision, line))
}

/// What decisions come to whose payments went beyond what they commit: the exceptions that a treasurer looks at.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn overspent(tx: &TenantTx, tenant: TenantId, as_at: NaiveDate) -> Result<Vec<decision::Model>> {
    let mut decisions = of_tenant(tx, tenant, as_at).await?;
    let entries = ledger::of_decisions(tx, tenant, decisions.iter().map(|row| row.id).collect(), as_at).await?;
    decisions.retain(|decision| {
        ledger::account(entries.iter().filter(|entry| entry.decision_id == decision.id)).overspent().is_some()
    });
    Ok(decisions)
}

/// Priorities, or a strategic plan, that somebody would agree.
#[derive(Clone, Debug)]
pub struct PlanProposed {
    /// The partnership.
    pub body: Id<body::Model>,
    /// Whether it is priorities or a plan.
    pub kind: DecisionKind,
    /// What was agreed, in words.
    pub statement: String,
    /// What they say of it; its purpose is what the plan is called.
    pub said: Said,
}

/// What came of agreeing priorities or a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum PlanOutcome {
    /// It is decided.
    Decided(Id<decision::Model>),
    /// It lies outside what is delegated, for these reasons, and nothing was written.
    Refused(Vec<Refusal>),
}

/// Agrees a partnership's priorities or its strategic plan, having regard to the Policing Plan.
///
/// # Errors
/// [`Error::Denied`] for who agrees none at all; [`Error::Invalid`] for what can't be read, or is missing.
pub async fn agree_plan(tx: TenantTx, proposed: &PlanProposed) -> Result<PlanOutcome> {
    tx.allows_some::<deeds::AgreeDecision>()?;
    let tenant = tx.acting_tenant()?;
    if proposed.kind == DecisionKind::Expenditure {
        return Err(Error::invalid("kind", ProblemCode::OutOfRange, "Expenditure is agreed from a line of a budget."));
    }
    let body = body_of(&tx, tenant, proposed.body).await?;
    let statements = proposed.said.look_up(&tx, tenant).await?;
    let (standing, instrument) = standing::standing(&tx, tenant, (&body, Power::PrioritiesAndPlans), &[]).await?;
    let verdict = weigh(&statements.stated, &standing);
    let mut faults = unstated(&verdict);
    for fault in &mut faults {
        // A plan's purpose is what it is called.
        if fault.field == ["purpose"] {
            *fault = Problem::new("title", ProblemCode::Missing, "Say what it is called.");
        }
    }
    faults.extend(line_fault("title", &statements.purpose, LONGEST_STATEMENT));
    if is_blank(&proposed.statement) {
        faults.push(Problem::new("statement", ProblemCode::Missing, "Say what is agreed."));
    }
    faults.extend(text_fault("statement", &proposed.statement, LONGEST_STATEMENT));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let leave = tx.authorise_on::<deeds::AgreeDecision>(body.id)?;
    let (Some(leave), Some(instrument), true) = (leave, &instrument, verdict.is_within()) else {
        return Ok(PlanOutcome::Refused(verdict.refusals));
    };
    let act = tx.act("AGREE_PLAN", &leave).await?;
    let new = NewDecision {
        kind: proposed.kind,
        body: body.id,
        statements: &statements,
        statement: Some(proposed.statement.trim().to_owned()),
        instrument,
        money: None,
        recipient: None,
        judged_by: None,
    };
    let outcome = PlanOutcome::Decided(write(&tx, act, new).await?);
    tx.commit_with(&outcome).await?;
    Ok(outcome)
}
