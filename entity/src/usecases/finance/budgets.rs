//! Budgets: drawn up by one office, agreed by the body, closed when the year is over. What is agreed changes by a revision that the body
//! agrees, too (see `revising`), since moving money between lines isn't delegated to anybody.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, Condition, Order};

use super::revisions::Revised;
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::{self, is_blank, unless_blank},
        delegation::{BudgetStatus, budget_status},
        entry::line_fault,
        money::Pence,
        period::{Period, PeriodKind},
        version,
    },
    tables::{
        Id, TenantId,
        finance::{budget, budget_line},
        organisation::{body, organisation},
    },
    tenancy::{Hold, TenantTx, deeds},
    usecases::{governance::delegation::stated_reason, organisation::organisations},
};

/// Lines in a budget, at most.
pub(super) const MOST_LINES: usize = 100;

/// How a budget stands at the end of a day.
#[must_use]
pub fn status(row: &budget::Model, on: NaiveDate) -> BudgetStatus {
    budget_status(row.agreed_on, row.closed_on, on)
}

/// The budgets that stood in a tenant at the end of a day, latest year first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId, as_at: NaiveDate) -> Result<Vec<budget::Model>> {
    use budget::Column;
    let rows = tx.rows::<budget::Entity>(tenant)?.filter(Column::RecordedOn.lte(as_at));
    rows.filter(Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)))
        .order_by(Column::FinancialYear, Order::Desc)
        .order_by(Column::Id, Order::Asc)
        .all()
        .await
}

/// The budgets with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<budget::Model>>) -> Result<Vec<budget::Model>> {
    tx.get_many::<budget::Entity>(tenant, ids).await
}

/// The lines of budgets that are known of by a day, by number: those that are part of them, and those that a revision which is agreed by
/// then adds later.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn lines(
    tx: &TenantTx,
    tenant: TenantId,
    budgets: Vec<Id<budget::Model>>,
    revised: &Revised,
) -> Result<Vec<budget_line::Model>> {
    let mut lines = all_lines(tx, tenant, budgets).await?;
    lines.retain(|line| revised.knows(line));
    Ok(lines)
}

/// Whether a line is part of its budget on a day: one that a revision adds is from that revision's day on.
pub(super) fn is_part_on(line: &budget_line::Model, on: NaiveDate) -> bool {
    line.from_on.is_none_or(|from| from <= on)
}

/// The lines of budgets, by number, with those that become part of them on a later day.
pub(super) async fn all_lines(
    tx: &TenantTx,
    tenant: TenantId,
    budgets: Vec<Id<budget::Model>>,
) -> Result<Vec<budget_line::Model>> {
    let rows = tx.rows::<budget_line::Entity>(tenant)?.filter(tx.any_of(budget_line::Column::BudgetId, budgets));
    rows.order_by(budget_line::Column::Number, Order::Asc).all().await
}

/// The lines with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many_lines(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<budget_line::Model>>) -> Result<Vec<budget_line::Model>> {
    tx.get_many::<budget_line::Entity>(tenant, ids).await
}

/// The budget that stands for a body and a financial year, a draft or not.
pub(super) async fn standing(
    tx: &TenantTx,
    tenant: TenantId,
    (body, year): (Id<body::Model>, &str),
) -> Result<Option<budget::Model>> {
    use budget::Column;
    let rows = tx.rows::<budget::Entity>(tenant)?.filter(Column::BodyId.eq(body)).filter(Column::FinancialYear.eq(year));
    rows.filter(Column::SupersededOn.is_null()).one().await
}

/// A line as it is drawn up, in pounds.
#[derive(Clone, Debug)]
pub struct LineDraft {
    /// What it is for.
    pub name: String,
    /// What may be spent.
    pub amount: Decimal,
    /// The fund that pays.
    pub fund: Option<String>,
    /// The organisation that does the work.
    pub delivered_by: Option<Id<organisation::Model>>,
}

/// A budget as it is drawn up.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The body whose it is.
    pub body: Id<body::Model>,
    /// The code of the financial year.
    pub year: String,
    /// What may be spent in all, in pounds.
    pub total: Decimal,
    /// The lines, in order.
    pub lines: Vec<LineDraft>,
    /// Where it comes from.
    pub source: String,
    /// The version of the draft that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Draws a budget up, in the place of the draft that stood.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] with everything that isn't in order, or when the body has agreed its budget for the year.
pub async fn set(tx: TenantTx, draft: &Draft) -> Result<Id<budget::Model>> {
    let leave = tx.authorise_tenant::<deeds::SetBudget>()?;
    let (tenant, today) = (tx.acting_tenant()?, tx.business_date());
    // Two drafts drawn up at the same moment come one after the other.
    tx.hold::<body::Entity>(Some(vec![draft.body]), Hold::Alone).await?;
    let (year, total, amounts) = checked(&tx, draft).await?;
    let old = match standing(&tx, tenant, (draft.body, &year)).await? {
        // Its body may be agreeing it at this moment.
        Some(old) => Some(held(&tx, old.id).await?.0),
        None => None,
    };
    version::expect(draft.expected_version, old.as_ref().map(|old| old.version))?;
    if old.as_ref().is_some_and(|old| old.agreed_on.is_some()) {
        let message = "The body has agreed its budget for this year; what is agreed is changed by a revision.";
        return Err(Error::invalid("year", ProblemCode::Locked, message));
    }
    let act = tx.act("SET_BUDGET", &leave).await?;
    if let Some(old) = &old {
        tx.set::<budget::Entity>([old.id], vec![(budget::Column::SupersededOn, today.into())]).await?;
    }
    let row = budget::Model {
        tenant_id: tenant,
        id: Id::new(),
        body_id: draft.body,
        financial_year: year,
        version: old.map_or(1, |old| old.version.saturating_add(1)),
        total_pence: total.pence(),
        source: draft.source.trim().to_owned(),
        is_illustrative: false,
        act_id: act,
        recorded_on: today,
        recorded_at: tx.now(),
        agreed_on: None,
        minute_reference: None,
        agreed_act_id: None,
        closed_on: None,
        closed_act_id: None,
        superseded_on: None,
    };
    let id = row.id;
    let said = |text: &Option<String>| text.as_deref().and_then(unless_blank).map(str::to_owned);
    let line = |(number, (line, amount)): (i32, (&LineDraft, Pence))| budget_line::Model {
        tenant_id: tenant,
        id: Id::new(),
        budget_id: id,
        number,
        name: line.name.trim().to_owned(),
        agreed_pence: amount.pence(),
        from_on: None,
        fund: said(&line.fund),
        delivered_by_id: line.delivered_by,
        closed_on: None,
        closing_reason: None,
        closing_act_id: None,
    };
    tx.insert::<budget::Entity>(vec![row]).await?;
    tx.insert::<budget_line::Entity>((1..).zip(draft.lines.iter().zip(amounts)).map(line).collect()).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The year, the total and the lines' amounts, when everything is in order.
async fn checked(tx: &TenantTx, draft: &Draft) -> Result<(String, Pence, Vec<Pence>)> {
    let tenant = tx.acting_tenant()?;
    let mut faults: Vec<Problem> = line_fault("source", &draft.source, 500).into_iter().collect();
    let mut fault = |field: &str, code, message: &str| faults.push(Problem::new(field, code, message));
    if tx.get_many::<body::Entity>(tenant, [draft.body]).await?.is_empty() {
        fault("body", ProblemCode::NotFound, "There is no such body, or you may not know of it.");
    }
    if is_blank(&draft.source) {
        fault("source", ProblemCode::Missing, "Say which paper it comes from.");
    }
    let year = draft.year.trim().parse::<Period>().ok().filter(|period| period.kind() == PeriodKind::FinancialYear);
    if year.is_none() {
        fault("year", ProblemCode::Malformed, "A budget is for a financial year, such as FY2009.");
    }
    if !(1..=MOST_LINES).contains(&draft.lines.len()) {
        fault("lines", ProblemCode::OutOfRange, "A budget has 1 to 100 lines.");
    }
    let total = Pence::of_pounds(draft.total).map_err(|fault| faults.push(fault.with("total"))).ok();
    let (amounts, of_lines) = line_faults(tx, ("lines", &draft.lines), &[]).await?;
    faults.extend(of_lines);
    match (year, total) {
        (Some(year), Some(total)) if faults.is_empty() => Ok((year.code(), total, amounts)),
        _ => Err(Error::Invalid(faults)),
    }
}

/// The amounts of lines that are drawn up in a field, and what is wrong with them; `taken` are the names of lines that are there.
pub(super) async fn line_faults(
    tx: &TenantTx,
    (field, lines): (&str, &[LineDraft]),
    taken: &[&str],
) -> Result<(Vec<Pence>, Vec<Problem>)> {
    let (mut amounts, mut faults) = (Vec::new(), Vec::new());
    let known = organisations::many(tx, lines.iter().filter_map(|line| line.delivered_by).collect()).await?;
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    for ((at, line), by_whom) in lines.iter().enumerate().zip(blank::taken(&names, taken)) {
        let path = |of: &str| format!("{field}.{at}.{of}");
        let name = line.name.trim();
        if is_blank(name) {
            faults.push(Problem::new(&path("name"), ProblemCode::Missing, "Say what the line is for."));
        } else if by_whom.is_some() {
            faults.push(Problem::new(&path("name"), ProblemCode::Duplicate, "Another line has this name."));
        }
        faults.extend(line_fault(&path("name"), &line.name, 200));
        faults.extend(line.fund.as_deref().and_then(|fund| line_fault(&path("fund"), fund, 200)));
        if line.delivered_by.is_some_and(|id| !known.iter().any(|row| row.id == id)) {
            faults.push(Problem::new(&path("deliveredBy"), ProblemCode::NotFound, "There is no such organisation."));
        }
        match Pence::of_pounds(line.amount) {
            Ok(amount) => amounts.push(amount),
            Err(fault) => faults.push(fault.with(&path("amount"))),
        }
    }
    Ok((amounts, faults))
}

/// The minute by which a body agreed something of its budget.
pub(super) fn named_minute(minute: &str) -> Result<&str> {
    let minute = minute.trim();
    if is_blank(minute) {
        return Err(Error::invalid("minuteReference", ProblemCode::Missing, "Name the minute by which the body agreed it."));
    }
    line_fault("minuteReference", minute, 200).map_or(Ok(minute), |fault| Err(Error::Invalid(vec![fault])))
}

/// Agrees a draft in the name of its body, from today on.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when it isn't the draft that stands, the actor drew it up, or no minute is named; with
/// `STALE_VERSION` when another draft stands than was expected.
pub async fn approve(
    tx: TenantTx,
    id: Id<budget::Model>,
    minute: &str,
    expected_version: Option<i32>,
) -> Result<Id<budget::Model>> {
    let leave = tx.authorise_tenant::<deeds::ApproveBudget>()?;
    let (row, status) = held(&tx, id).await?;
    let standing = standing(&tx, row.tenant_id, (row.body_id, &row.financial_year)).await?;
    version::expect(expected_version, standing.map(|row| row.version))?;
    if status != BudgetStatus::Draft || row.superseded_on.is_some() {
        return Err(Error::invalid("budget", ProblemCode::Locked, "Only the draft that stands can be agreed."));
    }
    if tx.did_any(row.tenant_id, [row.act_id]).await? {
        let message = "You drew this budget up, so somebody else has to agree it.";
        return Err(Error::invalid("budget", ProblemCode::SeparationOfDuties, message));
    }
    let minute = named_minute(minute)?;
    let act = tx.act("APPROVE_BUDGET", &leave).await?;
    let values = vec![
        (budget::Column::AgreedOn, tx.business_date().into()),
        (budget::Column::MinuteReference, minute.into()),
        (budget::Column::AgreedActId, act.into()),
    ];
    tx.set::<budget::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Closes an agreed budget: from today on nothing more is agreed from it.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when it isn't agreed, or is closed already.
pub async fn close(tx: TenantTx, id: Id<budget::Model>) -> Result<Id<budget::Model>> {
    let leave = tx.authorise_tenant::<deeds::SetBudget>()?;
    if held(&tx, id).await?.1 != BudgetStatus::Agreed {
        return Err(Error::invalid("budget", ProblemCode::Locked, "Only an agreed budget can be closed."));
    }
    let act = tx.act("CLOSE_BUDGET", &leave).await?;
    let values = vec![(budget::Column::ClosedOn, tx.business_date().into()), (budget::Column::ClosedActId, act.into())];
    tx.set::<budget::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Closes a line of an agreed budget: from today on nothing more is agreed from it.
///
/// # Errors
/// As [`close`]; [`Error::Invalid`] when no reason is given.
pub async fn close_line(tx: TenantTx, id: Id<budget_line::Model>, reason: &str) -> Result<Id<budget_line::Model>> {
    let leave = tx.authorise_tenant::<deeds::SetBudget>()?;
    let line = tx.get::<budget_line::Entity>(tx.acting_tenant()?, id).await?;
    if held(&tx, line.budget_id).await?.1 != BudgetStatus::Agreed {
        return Err(Error::invalid("line", ProblemCode::Locked, "Only a line of an agreed budget can be closed."));
    }
    let line = held_line(&tx, id).await?;
    let revised = Revised::of(&tx, line.tenant_id, vec![line.budget_id], tx.business_date()).await?;
    if revised.line(&line).closing.is_some() {
        return Err(Error::invalid("line", ProblemCode::Duplicate, "This line is closed already."));
    }
    if line.closed_on.is_some() {
        // Its first closing stays readable.
        let message = "This line was closed before and opened again by a revision; another revision closes it.";
        return Err(Error::invalid("line", ProblemCode::Locked, message));
    }
    let reason = stated_reason("reason", reason)?;
    let act = tx.act("CLOSE_BUDGET_LINE", &leave).await?;
    let values = vec![
        (budget_line::Column::ClosedOn, tx.business_date().into()),
        (budget_line::Column::ClosingReason, reason.into()),
        (budget_line::Column::ClosingActId, act.into()),
    ];
    tx.set::<budget_line::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// A budget of the acting tenant, held until the transaction ends, as whoever held it before has left it. Whoever commits, closes or
/// agrees anything of a budget holds it first, and a line after it: so nobody waits in a circle.
pub(super) async fn held(tx: &TenantTx, id: Id<budget::Model>) -> Result<(budget::Model, BudgetStatus)> {
    tx.hold::<budget::Entity>(Some(vec![id]), Hold::Alone).await?;
    let row = tx.get::<budget::Entity>(tx.acting_tenant()?, id).await?;
    let status = status(&row, tx.business_date());
    Ok((row, status))
}

/// The same of a line, whose budget is held.
pub(super) async fn held_line(tx: &TenantTx, id: Id<budget_line::Model>) -> Result<budget_line::Model> {
    tx.hold::<budget_line::Entity>(Some(vec![id]), Hold::Alone).await?;
    tx.get::<budget_line::Entity>(tx.acting_tenant()?, id).await
}
