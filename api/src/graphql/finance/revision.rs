//! Revisions of budgets.

use std::collections::BTreeMap;

use async_graphql::{ID, Object, Result, SimpleObject};
use entity::{
    rules::money::Pence,
    tables::finance::budget_revision,
    usecases::finance::{
        budgets,
        revisions::{self, LineAsRevised},
    },
};

use super::{Budget, BudgetLine, BudgetLineStanding, BudgetRevisionStatus, act_of, pounds};
use crate::graphql::{
    organisation::Act,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::{Date, Decimal},
};

/// A revision of a budget.
#[derive(Clone)]
pub struct BudgetRevision(pub Member<budget_revision::Model>);

/// A line as a revision of its budget leaves it.
#[derive(SimpleObject)]
pub struct BudgetRevisionLine {
    /// The line as it is today; null while the revision that adds it isn't agreed.
    line: Option<BudgetLine>,
    /// What it is for.
    name: String,
    /// What could be spent before the revision, in pounds; null for a line that it adds.
    formerly: Option<Decimal>,
    /// What may be spent from then on, in pounds.
    agreed: Decimal,
    /// Whether the revision opens or closes the line; null where it leaves that.
    standing: Option<BudgetLineStanding>,
}

/// A revision of an agreed budget within its year: drawn up by one office, agreed by the budget's body, and in force from a day on. Most
/// often it moves money between lines and leaves the total, which treasurers call virement.
#[Object]
impl BudgetRevision {
    /// The revision's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::BudgetRevision, self.0.row()).to_id()
    }

    /// The budget.
    async fn budget(&self) -> Result<Option<Budget>> {
        let ids = self.0.rows().iter().map(|row| row.budget_id).collect();
        let load = || budgets::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("BudgetRevision.budget", Some(self.0.row().budget_id), load).await?.map(Budget))
    }

    /// Its number, counted from 1 along the budget's revisions.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// Counted from 1 along the drafts of this revision, each of which took the place of the one before.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// How it stands at the end of the day that is shown.
    async fn status(&self) -> Result<Option<BudgetRevisionStatus>> {
        let (view, ids) = (self.0.view(), self.0.rows().iter().map(|row| row.budget_id).collect());
        let load = || revisions::of_budgets(self.0.tx(), self.0.tenant(), ids, view.as_at());
        let all = self.0.loaded().once("all", load).await?;
        Ok(Some(revisions::course(self.0.row(), &all).status(view.as_at()).into()))
    }

    /// Why the budget is revised.
    fn reason(&self) -> &str {
        &self.0.row().reason
    }

    /// The day from which it holds: of a draft, the day from which it is meant to; of what is agreed, that day or the day of its
    /// agreement, whichever is later.
    fn effective_on(&self) -> Date {
        Date(revisions::in_force_from(self.0.row()).unwrap_or(self.0.row().effective_on))
    }

    /// What may be spent in all, in pounds.
    fn total(&self) -> Decimal {
        pounds(Pence::new(self.0.row().total_pence))
    }

    /// The whole of the budget's lines as it leaves them, by number; those that it adds come last.
    async fn lines(&self) -> Result<Option<Vec<BudgetRevisionLine>>> {
        let wanted: Vec<_> = self.0.rows().iter().map(|row| budget_revision::Model::clone(row)).collect();
        let load = || revisions::versions(self.0.tx(), self.0.tenant(), &wanted, self.0.view().as_at());
        let versions = self.0.loaded().once("versions", load).await?;
        let own: Vec<LineAsRevised> = versions.get(&self.0.row().id).cloned().unwrap_or_default();
        let rows = own.iter().filter_map(|line| line.line.clone()).collect();
        let members = Member::gather(self.0.view(), self.0.tenant(), rows).into_iter();
        let mut members: BTreeMap<_, _> = members.map(|row| (row.row().id, BudgetLine(row))).collect();
        let shown = |line: LineAsRevised| BudgetRevisionLine {
            line: line.line.and_then(|line| members.remove(&line.id)),
            name: line.name,
            formerly: line.formerly.map(pounds),
            agreed: pounds(line.agreed),
            standing: line.turned.map(Into::into),
        };
        Ok(Some(own.into_iter().map(shown).collect()))
    }

    /// The day on which the body agreed it; null while it is a draft.
    fn agreed_on(&self) -> Option<Date> {
        self.0.row().agreed_on.filter(|day| *day <= self.0.view().as_at()).map(Date)
    }

    /// The minute by which the body agreed it.
    fn minute_reference(&self) -> Option<&str> {
        self.0.row().minute_reference.as_deref()
    }

    /// Who drew it up, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "BudgetRevision.act", |row| Some(row.act_id)).await?)
    }

    /// Who agreed it in the body's name, and in which office.
    async fn approval(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "BudgetRevision.approval", |row| row.agreed_act_id).await?)
    }
}

connection!(BudgetRevisionConnection, BudgetRevisionEdge, BudgetRevision, "revisions");
