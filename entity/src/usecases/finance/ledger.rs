//! The ledger of commitments: what lines and decisions come to, what was paid, and what is released again.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, Order};

use super::decisions::hold_decision;
use crate::{
    error::{Error, ProblemCode, Result},
    rules::{blank::is_blank, delegation::Account, entry::line_fault, money::Pence},
    tables::{
        Id, TenantId,
        finance::{
            budget_line,
            commitment::{self, EntryKind},
            decision,
        },
        organisation::act,
    },
    tenancy::{TenantTx, deeds},
    usecases::governance::delegation::stated_reason,
};

/// The entries about lines up to the end of a day, in the order in which they were made.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_lines(
    tx: &TenantTx,
    tenant: TenantId,
    lines: Vec<Id<budget_line::Model>>,
    as_at: NaiveDate,
) -> Result<Vec<commitment::Model>> {
    use commitment::Column;
    let rows = tx.rows::<commitment::Entity>(tenant)?.filter(tx.any_of(Column::LineId, lines));
    rows.filter(Column::EnteredOn.lte(as_at)).order_by(Column::Id, Order::Asc).all().await
}

/// The entries about decisions up to the end of a day, in the order in which they were made.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_decisions(
    tx: &TenantTx,
    tenant: TenantId,
    decisions: Vec<Id<decision::Model>>,
    as_at: NaiveDate,
) -> Result<Vec<commitment::Model>> {
    use commitment::Column;
    let rows = tx.rows::<commitment::Entity>(tenant)?.filter(tx.any_of(Column::DecisionId, decisions));
    rows.filter(Column::EnteredOn.lte(as_at)).order_by(Column::Id, Order::Asc).all().await
}

/// What entries come to.
#[must_use]
pub fn account<'e>(entries: impl IntoIterator<Item = &'e commitment::Model>) -> Account {
    Account::of(entries.into_iter().map(|entry| (entry.kind, Pence::new(entry.pence))))
}

/// What entries come to, line by line.
#[must_use]
pub fn accounts(entries: &[commitment::Model]) -> HashMap<Id<budget_line::Model>, Account> {
    let mut by_line: HashMap<_, Vec<&commitment::Model>> = HashMap::new();
    for entry in entries {
        by_line.entry(entry.line_id).or_default().push(entry);
    }
    by_line.into_iter().map(|(line, entries)| (line, account(entries))).collect()
}

/// An entry about a decision on spending.
pub(super) fn entry(
    tx: &TenantTx,
    act: Id<act::Model>,
    (decision, line): (Id<decision::Model>, Id<budget_line::Model>),
    (kind, pence, words): (EntryKind, Pence, Option<String>),
) -> Result<commitment::Model> {
    Ok(commitment::Model {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        decision_id: decision,
        line_id: line,
        kind,
        pence: pence.pence(),
        words,
        is_illustrative: false,
        act_id: act,
        entered_on: tx.business_date(),
        recorded_at: tx.now(),
    })
}

/// Takes back what a decision committed and nobody has spent, which gives its line the headroom back. The decision itself stands.
///
/// # Errors
/// [`Error::Denied`] when the actor isn't the lead member for its partnership; [`Error::Invalid`] when there is no such decision, it
/// commits nothing any more, or no reason is given.
pub async fn withdraw(tx: TenantTx, id: Id<decision::Model>, reason: &str) -> Result<Id<decision::Model>> {
    tx.allows_some::<deeds::WithdrawDecision>()?;
    let (decision, line) = hold_decision(&tx, id).await?;
    let Some(leave) = tx.authorise_on::<deeds::WithdrawDecision>(decision.body_id)? else {
        return Err(Error::invalid("decision", ProblemCode::Forbidden, "You aren't the lead member for this partnership today."));
    };
    let reason = stated_reason("reason", reason)?;
    let entries = of_decisions(&tx, decision.tenant_id, vec![id], tx.business_date()).await?;
    if entries.iter().any(|entry| entry.kind == EntryKind::Withdrawn) {
        return Err(Error::invalid("decision", ProblemCode::Duplicate, "What this decision committed was withdrawn already."));
    }
    let Some(unspent) = account(&entries).unspent() else {
        return Err(Error::invalid("decision", ProblemCode::Locked, "All of it has been spent, so there is nothing to release."));
    };
    let act = tx.act("WITHDRAW_COMMITMENT", &leave).await?;
    let released = entry(&tx, act, (id, line), (EntryKind::Withdrawn, unspent, Some(reason)))?;
    tx.insert::<commitment::Entity>(vec![released]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Records what was paid for a decision. Paying more than is committed is recorded all the same: it happened, and shows as an
/// exception.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when there is no such decision on spending, the amount is none, or it doesn't say what was
/// paid.
pub async fn record_spending(tx: TenantTx, id: Id<decision::Model>, pounds: Decimal, words: &str) -> Result<Id<decision::Model>> {
    let leave = tx.authorise_tenant::<deeds::RecordDecision>()?;
    let (_, line) = hold_decision(&tx, id).await?;
    let mut faults: Vec<_> = line_fault("reference", words, 500).into_iter().collect();
    let pence = Pence::of_pounds(pounds).map_err(|fault| faults.push(fault.with("amount"))).ok();
    if is_blank(words) {
        faults.push(crate::error::Problem::new("reference", ProblemCode::Missing, "Say which invoice or payment it is."));
    }
    let (Some(pence), true) = (pence, faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let act = tx.act("RECORD_SPENDING", &leave).await?;
    let paid = entry(&tx, act, (id, line), (EntryKind::Spent, pence, Some(words.trim().to_owned())))?;
    tx.insert::<commitment::Entity>(vec![paid]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}
