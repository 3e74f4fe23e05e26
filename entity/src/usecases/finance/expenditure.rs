//! Agreeing expenditure within delegated powers (domain, Delegated agreement of expenditure).
//!
//! The budget and the line are held while the conditions are looked at and the commitment is written, so of two agreements that race
//! for the same headroom one comes first and the other sees what that has left. Asking beforehand looks at the same with the same
//! rule, holds nothing and writes nothing.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    budgets,
    decisions::{self, NewDecision},
    ledger,
    revisions::Revised,
    standing::{self, Said, Statements, body_of, unstated},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        delegation::{Allowance, BudgetStatus, Spending, Standing, Verdict, referral, said, weigh_spending},
        money::Pence,
        period::{Period, PeriodKind},
    },
    tables::{
        Id, TenantId,
        finance::{
            budget, budget_line, budget_revision,
            commitment::{self, EntryKind},
            decision::{self, DecisionKind},
        },
        governance::delegation::{self, Power},
        organisation::{body, organisation},
    },
    tenancy::{TenantTx, deeds},
};

/// Expenditure that somebody would agree.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The line that it is to come from.
    pub line: Id<budget_line::Model>,
    /// How much, in pounds.
    pub amount: Decimal,
    /// When it is to be spent; today where no day is named.
    pub spend_on: Option<NaiveDate>,
    /// Who is to get it.
    pub recipient: Option<Id<organisation::Model>>,
    /// What they say of it.
    pub said: Said,
    /// Whether a referral to the Engagement Committee is to be drafted when it lies outside.
    pub wants_referral: bool,
}

/// Whether expenditure lies within what is delegated, and what is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The conditions that aren't met, and the statements that are still needed.
    pub verdict: Verdict,
    /// What the line has.
    pub line: Allowance,
    /// What the budget has in all.
    pub total: Allowance,
    /// The number of the budget's revision by which it is judged; none while that is as it was first agreed.
    #[serde(default)]
    pub revision: Option<i32>,
    /// The instrument, by its minute.
    pub minute: Option<String>,
    /// The whole in one sentence.
    pub sentence: String,
    /// A referral to the Engagement Committee, where one was wanted and there is something to refer.
    pub referral: Option<String>,
}

/// What came of agreeing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// It is decided; the answer tells what that leaves.
    Decided(Id<decision::Model>, Box<Answer>),
    /// It lies outside what is delegated, and nothing was written.
    Refused(Box<Answer>),
}

/// Everything that the question rests on.
struct Ground {
    spending: Spending,
    standing: Standing,
    instrument: Option<delegation::Model>,
    statements: Statements,
    body: body::Model,
    spend_on: NaiveDate,
    revision: Option<Id<budget_revision::Model>>,
}

impl Ground {
    fn answer(&self, verdict: Verdict, wants_referral: bool) -> Answer {
        let Self { spending, standing, statements, .. } = self;
        let is_referred = wants_referral && verdict.is_to_be_referred();
        Answer {
            line: spending.line,
            total: spending.total,
            revision: spending.revision,
            minute: standing.instrument.minute().map(str::to_owned),
            sentence: said(&verdict, standing, spending),
            referral: is_referred.then(|| referral(&verdict, standing, spending, &statements.purpose, self.spend_on)),
            verdict,
        }
    }

    /// The same once the amount is committed.
    fn after(mut self) -> Self {
        let Spending { amount, line, total, .. } = self.spending;
        (self.spending.line, self.spending.total) = (line.after(amount), total.after(amount));
        self
    }
}

/// Whether the actor may agree this: the same answer as agreeing it would get now, but that what they haven't stated yet is named
/// and not refused. Nothing is written.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for who may not read the budget; [`Error::Invalid`] for what can't be read.
pub async fn may_agree(tx: &TenantTx, tenant: TenantId, proposed: &Proposed) -> Result<Answer> {
    let ground = look(tx, tenant, proposed, false).await?;
    let verdict = weigh_spending(&ground.statements.stated, &ground.standing, &ground.spending);
    Ok(ground.answer(verdict, proposed.wants_referral))
}

/// Agrees expenditure: writes a numbered decision and what it commits, or says which conditions aren't met and writes nothing.
///
/// # Errors
/// [`Error::Denied`] for who agrees no expenditure at all; [`Error::Invalid`] for what can't be read, or is missing.
pub async fn agree(tx: TenantTx, proposed: &Proposed) -> Result<Outcome> {
    tx.allows_some::<deeds::AgreeDecision>()?;
    let ground = look(&tx, tx.acting_tenant()?, proposed, true).await?;
    let verdict = weigh_spending(&ground.statements.stated, &ground.standing, &ground.spending);
    let missing = unstated(&verdict);
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    let leave = tx.authorise_on::<deeds::AgreeDecision>(ground.body.id)?;
    let (Some(leave), Some(instrument), true) = (leave, &ground.instrument, verdict.is_within()) else {
        return Ok(Outcome::Refused(Box::new(ground.answer(verdict, proposed.wants_referral))));
    };
    let Ground { statements, body, spending, .. } = &ground;
    let act = tx.act("AGREE_EXPENDITURE", &leave).await?;
    let new = NewDecision {
        kind: DecisionKind::Expenditure,
        body: body.id,
        statements,
        statement: None,
        instrument,
        money: Some((proposed.line, spending.amount, ground.spend_on)),
        recipient: proposed.recipient,
        judged_by: Some((spending.line.agreed, ground.revision)),
    };
    let id = decisions::write(&tx, act, new).await?;
    let committed = ledger::entry(&tx, act, (id, proposed.line), (EntryKind::Committed, spending.amount, None))?;
    tx.insert::<commitment::Entity>(vec![committed]).await?;
    let outcome = Outcome::Decided(id, Box::new(ground.after().answer(verdict, false)));
    tx.commit_with(&outcome).await?;
    Ok(outcome)
}

/// Looks at everything that the question rests on; a budget that is to be written against is held first.
async fn look(tx: &TenantTx, tenant: TenantId, proposed: &Proposed, is_held: bool) -> Result<Ground> {
    let amount = Pence::of_pounds(proposed.amount).map_err(|fault| Error::Invalid(vec![fault.with("amount")]))?;
    let unknown = |error| match error {
        Error::NotFound(_) => Error::invalid("line", ProblemCode::NotFound, "There is no such line, or you may not know of it."),
        other => other,
    };
    let mut line = tx.get::<budget_line::Entity>(tenant, proposed.line).await.map_err(unknown)?;
    let budget = if is_held {
        let (budget, _) = budgets::held(tx, line.budget_id).await?;
        line = budgets::held_line(tx, line.id).await?;
        budget
    } else {
        tx.get::<budget::Entity>(tenant, line.budget_id).await?
    };
    if budget.superseded_on.is_some() {
        return Err(Error::invalid("line", ProblemCode::NotFound, "This line belongs to a draft that another one has replaced."));
    }
    standing::known(tx, "recipient", proposed.recipient).await?;
    let statements = proposed.said.look_up(tx, tenant).await?;
    let body = body_of(tx, tenant, budget.body_id).await?;
    let interested: Vec<_> = proposed.recipient.into_iter().chain(line.delivered_by_id).collect();
    let (standing, instrument) = standing::standing(tx, tenant, (&body, Power::Expenditure), &interested).await?;
    let spend_on = proposed.spend_on.unwrap_or(tx.business_date());
    let revised = Revised::of(tx, tenant, vec![budget.id], tx.business_date()).await?;
    let spending = spending(tx, (&budget, &revised), &line, (amount, spend_on), !interested.is_empty()).await?;
    let revision = revised.in_force(budget.id).map(|row| row.id);
    Ok(Ground { spending, standing, instrument, statements, body, spend_on, revision })
}

async fn spending(
    tx: &TenantTx,
    (budget, revised): (&budget::Model, &Revised),
    line: &budget_line::Model,
    (amount, spend_on): (Pence, NaiveDate),
    names_recipient: bool,
) -> Result<Spending> {
    let (tenant, today) = (budget.tenant_id, tx.business_date());
    let year = Period::containing(PeriodKind::FinancialYear, spend_on).ok_or_else(|| {
        Error::Invalid(vec![Problem::new("spendOn", ProblemCode::OutOfRange, "No budget is made for that day.")])
    })?;
    let other_year = if year.code() == budget.financial_year {
        None
    } else {
        let other = budgets::standing(tx, tenant, (budget.body_id, &year.code())).await?;
        let is_agreed = other.is_some_and(|other| budgets::status(&other, today) == BudgetStatus::Agreed);
        Some((year.label(), is_agreed))
    };
    let lines = budgets::all_lines(tx, tenant, vec![budget.id]).await?;
    let entries = ledger::of_lines(tx, tenant, lines.iter().map(|line| line.id).collect(), today).await?;
    let committed = ledger::account(&entries).committed;
    let own = ledger::accounts(&entries).get(&line.id).map(|account| account.committed).unwrap_or_default();
    let own_budget = [Some(budget.act_id), budget.agreed_act_id].into_iter().flatten().chain(revised.acts(budget.id));
    let on_day = revised.line(line);
    Ok(Spending {
        amount,
        line_name: format!("line {} ({})", line.number, line.name),
        names_recipient,
        year: label(&budget.financial_year),
        revision: revised.in_force(budget.id).map(|row| row.number),
        other_year,
        status: budgets::status(budget, today),
        opening: on_day.opening,
        line: on_day.figure.allowance(own),
        total: revised.total(budget).allowance(committed),
        is_own_budget: tx.did_any(tenant, own_budget).await?,
    })
}

/// A financial year as people say it.
#[must_use]
pub fn label(code: &str) -> String {
    code.parse::<Period>().map_or_else(|_| code.to_owned(), Period::label)
}
