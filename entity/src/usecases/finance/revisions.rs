//! What a budget and its lines come to on a day: as they were first agreed, and what revisions in force have made of them.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::Result,
    rules::{
        budget_revision::{Course, Figure, Opening, figure, last_turn, opening},
        money::Pence,
    },
    tables::{
        Id, TenantId,
        finance::{
            budget, budget_line, budget_revision,
            budget_revision_line::{self, LineStanding},
        },
        organisation::act,
    },
    tenancy::TenantTx,
};

/// The revisions of budgets that were drawn up by the end of a day, in their order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_budgets(
    tx: &TenantTx,
    tenant: TenantId,
    budgets: Vec<Id<budget::Model>>,
    as_at: NaiveDate,
) -> Result<Vec<budget_revision::Model>> {
    use budget_revision::Column;
    let rows = tx.rows::<budget_revision::Entity>(tenant)?.filter(tx.any_of(Column::BudgetId, budgets));
    let rows = rows.filter(Column::RecordedOn.lte(as_at));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Version, Order::Asc).all().await
}

/// The revisions with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<budget_revision::Model>>) -> Result<Vec<budget_revision::Model>> {
    tx.get_many::<budget_revision::Entity>(tenant, ids).await
}

/// What these revisions change, in the order in which they name it.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn changes(
    tx: &TenantTx,
    tenant: TenantId,
    revisions: Vec<Id<budget_revision::Model>>,
) -> Result<Vec<budget_revision_line::Model>> {
    use budget_revision_line::Column;
    let rows = tx.rows::<budget_revision_line::Entity>(tenant)?.filter(tx.any_of(Column::RevisionId, revisions));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// What became of a revision, among all those of its budget.
#[must_use]
pub fn course(row: &budget_revision::Model, all: &[budget_revision::Model]) -> Course {
    let later = all.iter().filter(|other| other.budget_id == row.budget_id && other.number > row.number);
    Course { followed_on: later.filter_map(in_force_from).min(), ..own_course(row) }
}

fn own_course(row: &budget_revision::Model) -> Course {
    Course { effective_on: row.effective_on, agreed_on: row.agreed_on, replaced_on: row.superseded_on, followed_on: None }
}

/// The day from which a revision holds; none for a draft.
#[must_use]
pub fn in_force_from(row: &budget_revision::Model) -> Option<NaiveDate> {
    own_course(row).in_force_from()
}

/// Why and by whom a line is closed.
#[derive(Clone, Debug)]
pub struct Closing {
    /// From which day.
    pub on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
    /// By which act.
    pub act: Option<Id<act::Model>>,
}

/// How a line stands on a day.
#[derive(Clone, Debug)]
pub struct LineOnDay {
    /// What may be spent; nothing before the day on which it becomes part of its budget.
    pub figure: Figure,
    /// How it came to be closed; none while it isn't.
    pub closing: Option<Closing>,
    /// Whether it can be spent from.
    pub opening: Opening,
    /// Whether it is part of its budget.
    pub is_part: bool,
}

/// The agreed revisions of budgets by the end of a day, with what they change.
#[derive(Clone, Debug, Default)]
pub struct Revised {
    revisions: Vec<budget_revision::Model>,
    changes: Vec<budget_revision_line::Model>,
    on: NaiveDate,
}

impl Revised {
    /// Of these budgets.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    pub async fn of(tx: &TenantTx, tenant: TenantId, budgets: Vec<Id<budget::Model>>, on: NaiveDate) -> Result<Self> {
        let mut revisions = of_budgets(tx, tenant, budgets, on).await?;
        revisions.retain(|row| row.agreed_on.is_some_and(|day| day <= on));
        // Most budgets are never revised, and take no second statement.
        let changes = if revisions.is_empty() {
            Vec::new()
        } else {
            changes(tx, tenant, revisions.iter().map(|row| row.id).collect()).await?
        };
        Ok(Self { revisions, changes, on })
    }

    /// The same as it will be on a later day, if nothing else is agreed until then.
    #[must_use]
    pub fn seen_from(self, on: NaiveDate) -> Self {
        Self { on, ..self }
    }

    /// The revision of a budget that is in force; none while it is as it was first agreed.
    #[must_use]
    pub fn in_force(&self, budget: Id<budget::Model>) -> Option<&budget_revision::Model> {
        self.of_budget(budget).rfind(|row| in_force_from(row).is_some_and(|day| day <= self.on))
    }

    /// The last one that was agreed, whether its day has come or not.
    #[must_use]
    pub fn last(&self, budget: Id<budget::Model>) -> Option<&budget_revision::Model> {
        self.of_budget(budget).next_back()
    }

    /// The acts of those who drew its revisions up and agreed them.
    #[must_use]
    pub fn acts(&self, budget: Id<budget::Model>) -> Vec<Id<act::Model>> {
        self.of_budget(budget).flat_map(|row| [Some(row.act_id), row.agreed_act_id]).flatten().collect()
    }

    /// What a budget may spend in all.
    #[must_use]
    pub fn total(&self, row: &budget::Model) -> Figure {
        let revised = self.of_budget(row.id).filter_map(|row| Some((in_force_from(row)?, Pence::new(row.total_pence))));
        figure(Pence::new(row.total_pence), &revised.collect::<Vec<_>>(), self.on)
    }

    /// Whether a line is known of: it is part of its budget, or one of these revisions adds it.
    #[must_use]
    pub fn knows(&self, line: &budget_line::Model) -> bool {
        let adds = |change: &budget_revision_line::Model| change.line_id == Some(line.id) && change.name.is_some();
        super::budgets::is_part_on(line, self.on) || self.changes.iter().any(adds)
    }

    /// How a line stands.
    #[must_use]
    pub fn line(&self, line: &budget_line::Model) -> LineOnDay {
        let changes: Vec<_> = self.of_budget(line.budget_id).filter_map(|row| self.change(row, line.id)).collect();
        let revised: Vec<_> = changes.iter().map(|(from, _, change)| (*from, Pence::new(change.agreed_pence))).collect();
        let mut turns: Vec<(NaiveDate, Option<Closing>, Option<Id<act::Model>>)> = Vec::new();
        if let Some(on) = line.closed_on {
            let closing = Closing { on, reason: line.closing_reason.clone(), act: line.closing_act_id };
            turns.push((on, Some(closing), line.closing_act_id));
        }
        for (from, row, change) in &changes {
            let closing = || Closing { on: *from, reason: Some(row.reason.clone()), act: row.agreed_act_id };
            match change.standing {
                Some(LineStanding::Closed) => turns.push((*from, Some(closing()), row.agreed_act_id)),
                Some(LineStanding::Open) => turns.push((*from, None, row.agreed_act_id)),
                None => {}
            }
        }
        // Acts sort in the order in which they were done.
        turns.sort_by_key(|(.., act)| act.map(Id::uuid));
        let plain: Vec<_> = turns
            .iter()
            .map(|(from, closing, _)| (*from, if closing.is_some() { LineStanding::Closed } else { LineStanding::Open }))
            .collect();
        let last = last_turn(turns.into_iter().map(|(from, closing, _)| (from, closing)), self.on);
        let is_part = super::budgets::is_part_on(line, self.on);
        LineOnDay {
            figure: if is_part { figure(Pence::new(line.agreed_pence), &revised, self.on) } else { Figure::default() },
            closing: last.and_then(|(_, closing)| closing),
            opening: opening(line.from_on, &plain, self.on),
            is_part,
        }
    }

    fn of_budget(&self, budget: Id<budget::Model>) -> impl DoubleEndedIterator<Item = &budget_revision::Model> {
        self.revisions.iter().filter(move |row| row.budget_id == budget)
    }

    fn change<'s>(
        &'s self,
        row: &'s budget_revision::Model,
        line: Id<budget_line::Model>,
    ) -> Option<(NaiveDate, &'s budget_revision::Model, &'s budget_revision_line::Model)> {
        let change = self.changes.iter().find(|change| change.revision_id == row.id && change.line_id == Some(line))?;
        Some((in_force_from(row)?, row, change))
    }
}

/// A line as a revision leaves it.
#[derive(Clone, Debug)]
pub struct LineAsRevised {
    /// The line; none for one that a draft would add.
    pub line: Option<budget_line::Model>,
    /// What it is for.
    pub name: String,
    /// What could be spent before; none for one that the revision adds.
    pub formerly: Option<Pence>,
    /// What may be spent.
    pub agreed: Pence,
    /// Whether the revision opens or closes it.
    pub turned: Option<LineStanding>,
}

/// The whole of the lines as each of these revisions leaves them, those that it adds last.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn versions(
    tx: &TenantTx,
    tenant: TenantId,
    wanted: &[budget_revision::Model],
    as_at: NaiveDate,
) -> Result<HashMap<Id<budget_revision::Model>, Vec<LineAsRevised>>> {
    let budgets: Vec<_> = wanted.iter().map(|row| row.budget_id).collect();
    let lines = super::budgets::all_lines(tx, tenant, budgets.clone()).await?;
    let all = of_budgets(tx, tenant, budgets, as_at).await?;
    let changes = changes(tx, tenant, all.iter().map(|row| row.id).collect()).await?;
    Ok(wanted.iter().map(|row| (row.id, version(row, &all, &lines, &changes))).collect())
}

fn version(
    row: &budget_revision::Model,
    all: &[budget_revision::Model],
    lines: &[budget_line::Model],
    changes: &[budget_revision_line::Model],
) -> Vec<LineAsRevised> {
    let of = |revision: &budget_revision::Model| {
        let id = revision.id;
        changes.iter().filter(move |change| change.revision_id == id)
    };
    let agreed = |other: &&budget_revision::Model| other.budget_id == row.budget_id && other.agreed_on.is_some();
    let earlier: Vec<_> = all.iter().filter(agreed).filter(|other| other.number < row.number).flat_map(&of).collect();
    let added_later: Vec<_> = all
        .iter()
        .filter(agreed)
        .filter(|other| other.number > row.number)
        .flat_map(&of)
        .filter(|change| change.name.is_some())
        .filter_map(|change| change.line_id)
        .collect();
    let own: Vec<_> = of(row).collect();
    let there = lines.iter().filter(|line| line.budget_id == row.budget_id && !added_later.contains(&line.id));
    let mut version: Vec<_> = there
        .map(|line| {
            let about = |change: &&&budget_revision_line::Model| change.line_id == Some(line.id);
            let changed = own.iter().find(about);
            let before = earlier.iter().rfind(about).map_or(line.agreed_pence, |change| change.agreed_pence);
            let is_added = changed.is_some_and(|change| change.name.is_some());
            LineAsRevised {
                name: line.name.clone(),
                formerly: (!is_added).then(|| Pence::new(before)),
                agreed: Pence::new(changed.map_or(before, |change| change.agreed_pence)),
                turned: changed.and_then(|change| change.standing),
                line: Some(line.clone()),
            }
        })
        .collect();
    // A draft's new lines aren't the budget's yet.
    version.extend(own.iter().filter(|change| change.line_id.is_none()).map(|change| LineAsRevised {
        line: None,
        name: change.name.clone().unwrap_or_default(),
        formerly: None,
        agreed: Pence::new(change.agreed_pence),
        turned: None,
    }));
    version
}
