//! Revising an agreed budget within its year: a revision is drawn up and agreed by those who do so for budgets, and changes what its
//! lines may spend from a day on. Most often it moves money between lines and leaves the total (virement).
//!
//! Whoever agrees a revision holds the budget, as whoever commits money from it does. So a decision is judged either by the figures
//! before or by those after, and no figure falls below what decisions have committed.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{
    budgets::{self, LineDraft, held},
    expenditure::label,
    ledger,
    revisions::{Revised, changes, in_force_from, of_budgets},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::unless_blank,
        budget_revision::{Opening, floor_above},
        delegation::{Account, BudgetStatus},
        money::Pence,
        period::Period,
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        finance::{
            budget, budget_line, budget_revision,
            budget_revision_line::{self, LineStanding},
        },
    },
    tenancy::{TenantTx, deeds},
    usecases::governance::delegation::stated_reason,
};

/// What a revision makes of a line that is there.
#[derive(Clone, Debug)]
pub struct LineChange {
    /// The line, with the tenant of its identifier.
    pub line: (TenantId, Id<budget_line::Model>),
    /// What may be spent on it, in pounds; as it was where none is given.
    pub amount: Option<Decimal>,
    /// Whether it is opened or closed.
    pub standing: Option<LineStanding>,
}

/// A revision as it is drawn up.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The budget.
    pub budget: Id<budget::Model>,
    /// Why.
    pub reason: String,
    /// From which day; from its agreement where none is given.
    pub effective_on: Option<NaiveDate>,
    /// What may be spent in all, in pounds; as it was where none is given.
    pub total: Option<Decimal>,
    /// What changes of the lines that are there.
    pub lines: Vec<LineChange>,
    /// Lines that are added.
    pub new_lines: Vec<LineDraft>,
    /// The version of the draft that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// What a revision starts from.
struct Ground {
    budget: budget::Model,
    /// Every line that is the budget's by the day from which the revision is meant to hold.
    lines: Vec<budget_line::Model>,
    /// Agreed revisions as they are by that day.
    revised: Revised,
    accounts: std::collections::HashMap<Id<budget_line::Model>, Account>,
}

/// Draws a revision of an agreed budget up, in the place of the draft that stood.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] with everything that isn't in order: a figure below what is committed or was paid among it.
pub async fn draft(tx: TenantTx, new: &Revision) -> Result<Id<budget_revision::Model>> {
    let leave = tx.authorise_tenant::<deeds::SetBudget>()?;
    let (tenant, today) = (tx.acting_tenant()?, tx.business_date());
    let (budget, status) = held(&tx, new.budget).await?;
    revisable("budget", &budget, status)?;
    let ground = ground(&tx, budget, new.effective_on.unwrap_or(today)).await?;
    let last = ground.revised.last(new.budget);
    let number = last.map_or(1, |row| row.number.saturating_add(1));
    let all = of_budgets(&tx, tenant, vec![new.budget], today).await?;
    let old = all.iter().find(|row| row.number == number && row.superseded_on.is_none());
    version::expect(new.expected_version, old.map(|row| row.version))?;
    let reason = stated_reason("reason", &new.reason)?;
    let (total, mut rows) = checked(&tx, new, &ground).await?;
    let act = tx.act("REVISE_BUDGET", &leave).await?;
    if let Some(old) = old {
        tx.set::<budget_revision::Entity>([old.id], vec![(budget_revision::Column::SupersededOn, today.into())]).await?;
    }
    let row = budget_revision::Model {
        tenant_id: tenant,
        id: Id::new(),
        budget_id: new.budget,
        number,
        version: old.map_or(1, |old| old.version.saturating_add(1)),
        total_pence: total.pence(),
        reason,
        effective_on: new.effective_on.unwrap_or(today),
        act_id: act,
        recorded_on: today,
        recorded_at: tx.now(),
        agreed_on: None,
        minute_reference: None,
        agreed_act_id: None,
        superseded_on: None,
    };
    let id = row.id;
    for row in &mut rows {
        row.revision_id = id;
    }
    tx.insert::<budget_revision::Entity>(vec![row]).await?;
    tx.insert::<budget_revision_line::Entity>(rows).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Refuses to revise what isn't agreed, or is closed.
fn revisable(field: &str, row: &budget::Model, status: BudgetStatus) -> Result<()> {
    if status == BudgetStatus::Agreed && row.superseded_on.is_none() {
        return Ok(());
    }
    let message = match status {
        BudgetStatus::Closed => "This budget is closed; nothing is agreed from it any more.",
        _ => "Only an agreed budget is revised; a draft is drawn up anew.",
    };
    Err(Error::invalid(field, ProblemCode::Locked, message))
}

async fn ground(tx: &TenantTx, budget: budget::Model, effective_on: NaiveDate) -> Result<Ground> {
    let (tenant, today) = (budget.tenant_id, tx.business_date());
    let revised = Revised::of(tx, tenant, vec![budget.id], today).await?.seen_from(effective_on.max(today));
    let lines = budgets::all_lines(tx, tenant, vec![budget.id]).await?;
    let entries = ledger::of_lines(tx, tenant, lines.iter().map(|line| line.id).collect(), today).await?;
    Ok(Ground { budget, lines, revised, accounts: ledger::accounts(&entries) })
}

/// The total and the lines, when everything is in order; the lines don't name their revision yet.
async fn checked(tx: &TenantTx, new: &Revision, ground: &Ground) -> Result<(Pence, Vec<budget_revision_line::Model>)> {
    let mut faults = day_faults(tx.business_date(), new.effective_on, ground);
    let total = match new.total {
        None => ground.revised.total(&ground.budget).agreed,
        Some(pounds) => Pence::of_pounds(pounds).unwrap_or_else(|fault| {
            faults.push(fault.with("total"));
            Pence::MOST
        }),
    };
    faults.extend(total_fault("total", total, ground));
    let mut rows = Vec::new();
    for (at, change) in new.lines.iter().enumerate() {
        let path = format!("lines.{at}");
        if new.lines.iter().take(at).any(|other| other.line == change.line) {
            faults.push(Problem::new(&format!("{path}.line"), ProblemCode::Duplicate, "This line is named already."));
            continue;
        }
        match changed(ground, change, &path) {
            Ok((line, agreed)) => rows.push(budget_revision_line::Model {
                tenant_id: ground.budget.tenant_id,
                id: Id::new(),
                revision_id: Id::new(),
                number: 0,
                line_id: Some(line),
                name: None,
                fund: None,
                delivered_by_id: None,
                agreed_pence: agreed.pence(),
                standing: change.standing,
            }),
            Err(more) => faults.extend(more),
        }
    }
    let is_as_it_was = |(change, row): (&LineChange, &budget_revision_line::Model)| {
        let line = ground.lines.iter().find(|line| Some(line.id) == row.line_id);
        change.standing.is_none() && line.is_some_and(|line| ground.revised.line(line).figure.agreed.pence() == row.agreed_pence)
    };
    let is_total_as_it_was = total == ground.revised.total(&ground.budget).agreed;
    if faults.is_empty() && is_total_as_it_was && new.new_lines.is_empty() && new.lines.iter().zip(&rows).all(is_as_it_was) {
        let message =
            "This revision changes nothing: the lines, their figures, which of them are open and the total stay as they are.";
        faults.push(Problem::new("lines", ProblemCode::OutOfRange, message));
    }
    let taken: Vec<&str> = ground.lines.iter().map(|line| line.name.as_str()).collect();
    let (amounts, more) = budgets::line_faults(tx, ("newLines", &new.new_lines), &taken).await?;
    faults.extend(more);
    if ground.lines.len().saturating_add(new.new_lines.len()) > budgets::MOST_LINES {
        faults.push(Problem::new("newLines", ProblemCode::OutOfRange, "A budget has 100 lines at most."));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let said = |text: &Option<String>| text.as_deref().and_then(unless_blank).map(str::to_owned);
    rows.extend(new.new_lines.iter().zip(amounts).map(|(line, amount)| budget_revision_line::Model {
        tenant_id: ground.budget.tenant_id,
        id: Id::new(),
        revision_id: Id::new(),
        number: 0,
        line_id: None,
        name: Some(line.name.trim().to_owned()),
        fund: said(&line.fund),
        delivered_by_id: line.delivered_by,
        agreed_pence: amount.pence(),
        standing: None,
    }));
    for (number, row) in (1..).zip(&mut rows) {
        row.number = number;
    }
    Ok((total, rows))
}

/// A revision holds from today on at the earliest, in the budget's year, and not before the one that was agreed before it.
fn day_faults(today: NaiveDate, effective_on: Option<NaiveDate>, ground: &Ground) -> Vec<Problem> {
    let day = effective_on.unwrap_or(today);
    let fault = |message: String| vec![Problem::new("effectiveOn", ProblemCode::OutOfRange, message)];
    let year = &ground.budget.financial_year;
    if day < today {
        return fault(format!("What was agreed stands until today: the first possible day is {}.", LongDate(today)));
    }
    if year.parse::<Period>().is_ok_and(|year| day > year.end()) {
        return fault(format!("{} lies after {}, for which the budget is.", LongDate(day), label(year)));
    }
    match ground.revised.last(ground.budget.id).and_then(in_force_from) {
        Some(before) if day < before => {
            fault(format!("The revision that was agreed before holds from {}; this one can't come before it.", LongDate(before)))
        }
        _ => Vec::new(),
    }
}

/// The line, and what may be spent on it.
fn changed(
    ground: &Ground,
    change: &LineChange,
    path: &str,
) -> std::result::Result<(Id<budget_line::Model>, Pence), Vec<Problem>> {
    let fault = |field: &str, code, message: &str| vec![Problem::new(&format!("{path}.{field}"), code, message)];
    let (tenant, id) = change.line;
    let line = ground.lines.iter().find(|line| (line.tenant_id, line.id) == (tenant, id));
    let Some(line) = line else {
        return Err(fault("line", ProblemCode::NotFound, "This budget has no such line."));
    };
    let now = ground.revised.line(line);
    let amount = match change.amount {
        None => now.figure.agreed,
        // What a line had can be moved away altogether.
        Some(pounds) if pounds.is_zero() => Pence::NONE,
        Some(pounds) => Pence::of_pounds(pounds).map_err(|fault| vec![fault.with(&format!("{path}.amount"))])?,
    };
    let turn = match (change.standing, &now.closing, now.opening) {
        (Some(LineStanding::Open), None, Opening::OpensOn(day)) => {
            Some(format!("This line becomes part of the budget on {}, and opens with that.", LongDate(day)))
        }
        (Some(LineStanding::Open), None, _) => Some("This line is open already.".to_owned()),
        (Some(LineStanding::Closed), Some(_), _) => Some("This line is closed already.".to_owned()),
        (None, ..) if change.amount.is_none() => {
            Some("Say what changes of this line: its amount, or whether it is open.".to_owned())
        }
        _ => None,
    };
    if let Some(message) = turn {
        return Err(fault("standing", ProblemCode::OutOfRange, &message));
    }
    match line_fault(&format!("{path}.amount"), line, amount, ground) {
        Some(problem) => Err(vec![problem]),
        None => Ok((id, amount)),
    }
}

fn line_fault(field: &str, line: &budget_line::Model, agreed: Pence, ground: &Ground) -> Option<Problem> {
    let account = ground.accounts.get(&line.id).copied().unwrap_or_default();
    let floor = floor_above(agreed, account)?;
    let message = format!(
        "Line {} ({}) can't be lowered to {agreed}: {} is committed on it, and {} was paid. The least that it can have is {floor}.",
        line.number, line.name, account.committed, account.spent
    );
    Some(Problem::new(field, ProblemCode::OutOfRange, message))
}

fn total_fault(field: &str, total: Pence, ground: &Ground) -> Option<Problem> {
    let sum = |of: fn(&Account) -> Pence| ground.accounts.values().map(of).sum::<Pence>();
    let account = Account { committed: sum(|account| account.committed), spent: sum(|account| account.spent) };
    let floor = floor_above(total, account)?;
    let message = format!(
        "The budget can't be lowered to {total} in all: {} is committed, and {} was paid. The least that it can have is {floor}.",
        account.committed, account.spent
    );
    Some(Problem::new(field, ProblemCode::OutOfRange, message))
}

/// Agrees a draft of a revision in the name of the budget's body.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when it isn't the draft that stands, the actor drew it up, no minute is named, or decisions have
/// meanwhile committed more than it leaves to a line.
pub async fn approve(
    tx: TenantTx,
    id: Id<budget_revision::Model>,
    minute: &str,
    expected_version: Option<i32>,
) -> Result<Id<budget_revision::Model>> {
    let leave = tx.authorise_tenant::<deeds::ApproveBudget>()?;
    let (tenant, today) = (tx.acting_tenant()?, tx.business_date());
    let budget = tx.get::<budget_revision::Entity>(tenant, id).await?.budget_id;
    let (budget, status) = held(&tx, budget).await?;
    // As whoever held the budget before has left it.
    let row = tx.get::<budget_revision::Entity>(tenant, id).await?;
    revisable("revision", &budget, status)?;
    let all = of_budgets(&tx, tenant, vec![budget.id], today).await?;
    let standing = all.iter().find(|other| other.number == row.number && other.superseded_on.is_none());
    version::expect(expected_version, standing.map(|row| row.version))?;
    if row.agreed_on.is_some() || row.superseded_on.is_some() {
        return Err(Error::invalid("revision", ProblemCode::Locked, "Only the draft that stands can be agreed."));
    }
    if tx.did_any(tenant, [row.act_id]).await? {
        let message = "You drew this revision up, so somebody else has to agree it.";
        return Err(Error::invalid("revision", ProblemCode::SeparationOfDuties, message));
    }
    let minute = budgets::named_minute(minute)?;
    let ground = ground(&tx, budget, row.effective_on).await?;
    let changes = changes(&tx, tenant, vec![id]).await?;
    let mut faults: Vec<_> = total_fault("revision", Pence::new(row.total_pence), &ground).into_iter().collect();
    faults.extend(changes.iter().filter_map(|change| {
        let line = ground.lines.iter().find(|line| Some(line.id) == change.line_id)?;
        line_fault("revision", line, Pence::new(change.agreed_pence), &ground)
    }));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("APPROVE_BUDGET_REVISION", &leave).await?;
    add_lines(&tx, (&ground, row.effective_on.max(today)), changes).await?;
    let values = vec![
        (budget_revision::Column::AgreedOn, today.into()),
        (budget_revision::Column::MinuteReference, minute.into()),
        (budget_revision::Column::AgreedActId, act.into()),
    ];
    tx.set::<budget_revision::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Gives the budget the lines that a revision adds, under the next numbers.
async fn add_lines(tx: &TenantTx, (ground, from): (&Ground, NaiveDate), changes: Vec<budget_revision_line::Model>) -> Result<()> {
    let last = ground.lines.iter().map(|line| line.number).max().unwrap_or(0);
    let added = changes.into_iter().filter(|change| change.line_id.is_none());
    for (number, change) in (last.saturating_add(1)..).zip(added) {
        let line = budget_line::Model {
            tenant_id: ground.budget.tenant_id,
            id: Id::new(),
            budget_id: ground.budget.id,
            number,
            name: change.name.unwrap_or_default(),
            agreed_pence: change.agreed_pence,
            from_on: Some(from),
            fund: change.fund,
            delivered_by_id: change.delivered_by_id,
            closed_on: None,
            closing_reason: None,
            closing_act_id: None,
        };
        let id = line.id;
        tx.insert::<budget_line::Entity>(vec![line]).await?;
        tx.set::<budget_revision_line::Entity>([change.id], vec![(budget_revision_line::Column::LineId, id.into())]).await?;
    }
    Ok(())
}
