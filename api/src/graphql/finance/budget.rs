//! Budgets and their lines.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use async_graphql::{ID, Object, Result};
use entity::{
    error::Error,
    rules::{
        budget_revision::{Figure, Opening},
        delegation::{Account, Allowance},
        money::Pence,
        period::Period as Known,
    },
    tables::{
        Id, TenantRow,
        finance::{budget, budget_line, budget_revision, commitment},
    },
    usecases::finance::{
        budgets, ledger,
        revisions::{self, LineOnDay, Revised},
    },
};

use super::{
    BudgetRevision, BudgetStatus, Commitment, act_of, body_of, commitment::CommitmentConnection, pounds,
    revision::BudgetRevisionConnection,
};
use crate::graphql::{
    organisation::{Act, Body, Organisation},
    performance::Period,
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::{Date, Decimal},
};

/// A budget.
#[derive(Clone)]
pub struct Budget(pub Member<budget::Model>);

impl Budget {
    async fn line_rows(&self) -> Result<Vec<Member<budget_line::Model>>, Error> {
        let load = || async {
            let revised = revised(&self.0, |row| row.id).await?;
            budgets::lines(self.0.tx(), self.0.tenant(), self.0.ids(), &revised).await
        };
        self.0.below("lines", load, |row: &budget_line::Model| Some(row.budget_id)).await
    }

    async fn allowance(&self) -> Result<Allowance, Error> {
        let lines = self.line_rows().await?;
        let accounts = match lines.first() {
            Some(first) => accounts(first).await?,
            None => Arc::default(),
        };
        let committed = lines.iter().filter_map(|line| accounts.get(&line.row().id)).map(|account| account.committed).sum();
        Ok(self.figure().await?.allowance(committed))
    }

    async fn figure(&self) -> Result<Figure, Error> {
        Ok(revised(&self.0, |row| row.id).await?.total(self.0.row()))
    }

    async fn revision_rows(&self) -> Result<Vec<Member<budget_revision::Model>>, Error> {
        let load = || revisions::of_budgets(self.0.tx(), self.0.tenant(), self.0.ids(), self.0.view().as_at());
        self.0.below("revisions", load, |row: &budget_revision::Model| Some(row.budget_id)).await
    }
}

/// What agreed revisions have made of the budgets of rows that were loaded together, at the end of the day that is shown.
async fn revised<R: TenantRow>(row: &Member<R>, budget: impl Fn(&R) -> Id<budget::Model> + Send) -> Result<Arc<Revised>, Error> {
    let budgets = row.rows().iter().map(|row| budget(row)).collect::<BTreeSet<_>>().into_iter().collect();
    row.loaded().once("revised", || Revised::of(row.tx(), row.tenant(), budgets, row.view().as_at())).await
}

/// What the ledger says of lines that were loaded together, at the end of the day that is shown.
async fn accounts(line: &Member<budget_line::Model>) -> Result<Arc<HashMap<Id<budget_line::Model>, Account>>, Error> {
    let load = || async {
        let entries = ledger::of_lines(line.tx(), line.tenant(), line.ids(), line.view().as_at()).await?;
        Ok(ledger::accounts(&entries))
    };
    line.loaded().once("accounts", load).await
}

/// What a body may spend in a financial year: drawn up by one office, agreed by the body, and spent from by decisions.
#[Object]
impl Budget {
    /// The budget's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Budget, self.0.row()).to_id()
    }

    /// The body whose it is.
    async fn body(&self) -> Result<Option<Body>> {
        Ok(body_of(&self.0, "Budget.body", |row| Some(row.body_id)).await?)
    }

    /// The financial year.
    async fn year(&self) -> Option<Period> {
        self.0.row().financial_year.parse::<Known>().ok().map(Period::from)
    }

    /// Counted from 1 along the drafts for the same body and year, each of which took the place of the one before.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// How it stands at the end of the day that is shown.
    fn status(&self) -> BudgetStatus {
        budgets::status(self.0.row(), self.0.view().as_at()).into()
    }

    /// What may be spent in all, in pounds, by the version that is in force at the end of the day that is shown. Lines may come to more,
    /// since not everything planned is spent.
    async fn total(&self) -> Result<Option<Decimal>> {
        Ok(Some(pounds(self.figure().await?.agreed)))
    }

    /// What might be spent in all as it was first agreed, before any revision, in pounds.
    fn first_agreed_total(&self) -> Decimal {
        pounds(Pence::new(self.0.row().total_pence))
    }

    /// The revision that is in force at the end of the day that is shown; null while the budget is as it was first agreed.
    async fn revision(&self) -> Result<Option<BudgetRevision>> {
        let in_force = revised(&self.0, |row| row.id).await?.in_force(self.0.row().id).map(|row| row.id);
        let rows = self.revision_rows().await?;
        Ok(rows.into_iter().find(|row| Some(row.row().id) == in_force).map(BudgetRevision))
    }

    /// Its revisions that were drawn up by the end of the day that is shown, agreed ones and drafts, in their order.
    async fn revisions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<BudgetRevisionConnection>> {
        let list = format!("Budget.revisions/{}/{}", self.0.row().id, self.0.view().as_at());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let rows = self.revision_rows().await?.into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), BudgetRevision(row))).collect())?.into()))
    }

    /// What decisions have committed and nobody has released, in pounds, by the end of the day that is shown.
    async fn committed(&self) -> Result<Option<Decimal>> {
        Ok(Some(pounds(self.allowance().await?.committed)))
    }

    /// What is left to be committed in all, in pounds; what an agreed revision takes away later isn't left.
    async fn headroom(&self) -> Result<Option<Decimal>> {
        Ok(Some(pounds(self.allowance().await?.headroom())))
    }

    /// Its lines, by number; also one that a revision which is agreed adds from a later day on.
    async fn lines(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<BudgetLineConnection>> {
        let paging = Paging::new(&format!("Budget.lines/{}", self.0.row().id), (first, after, last, before))?;
        let rows = self.line_rows().await?.into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), BudgetLine(row))).collect())?.into()))
    }

    /// The day from which it is agreed; null while it is a draft.
    fn agreed_on(&self) -> Option<Date> {
        self.0.row().agreed_on.filter(|day| *day <= self.0.view().as_at()).map(Date)
    }

    /// The minute by which the body agreed it.
    fn minute_reference(&self) -> Option<&str> {
        self.0.row().minute_reference.as_deref()
    }

    /// The day from which nothing more is agreed from it.
    fn closed_on(&self) -> Option<Date> {
        self.0.row().closed_on.filter(|day| *day <= self.0.view().as_at()).map(Date)
    }

    /// Who drew it up, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "Budget.act", |row| Some(row.act_id)).await?)
    }

    /// Who agreed it in the body's name, and in which office.
    async fn approval(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "Budget.approval", |row| row.agreed_act_id).await?)
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The paper that it comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(BudgetConnection, BudgetEdge, Budget, "budgets");

/// A line of a budget.
#[derive(Clone)]
pub struct BudgetLine(pub Member<budget_line::Model>);

impl BudgetLine {
    async fn account(&self) -> Result<Account, Error> {
        Ok(accounts(&self.0).await?.get(&self.0.row().id).copied().unwrap_or_default())
    }

    async fn on_day(&self) -> Result<LineOnDay, Error> {
        Ok(revised(&self.0, |row| row.budget_id).await?.line(self.0.row()))
    }
}

/// A line of a budget: what may be spent on one thing. Moving money between lines is delegated to nobody: the body agrees it by a revision.
#[Object]
impl BudgetLine {
    /// The line's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::BudgetLine, self.0.row()).to_id()
    }

    /// Its number in the budget.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What it is for.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// The budget.
    async fn budget(&self) -> Result<Option<Budget>> {
        let ids = self.0.rows().iter().map(|row| row.budget_id).collect();
        let load = || budgets::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("BudgetLine.budget", Some(self.0.row().budget_id), load).await?.map(Budget))
    }

    /// What may be spent, in pounds, by the version of the budget that is in force at the end of the day that is shown; null before the day
    /// on which the line becomes part of its budget, which `opensOn` tells.
    async fn agreed(&self) -> Result<Option<Decimal>> {
        let on_day = self.on_day().await?;
        Ok(on_day.is_part.then(|| pounds(on_day.figure.agreed)))
    }

    /// What might be spent as the line was first agreed, before any revision of its figure, in pounds.
    fn first_agreed(&self) -> Decimal {
        pounds(Pence::new(self.0.row().agreed_pence))
    }

    /// What an agreed revision takes away on a later day, in pounds, so that it can't be committed any more; mostly nothing.
    async fn withheld(&self) -> Result<Option<Decimal>> {
        Ok(Some(pounds(self.on_day().await?.figure.withheld)))
    }

    /// The day from which it is part of the budget, where a revision added it; null for a line that was there from the start.
    #[graphql(name = "fromOn")]
    fn begins_on(&self) -> Option<Date> {
        self.0.row().from_on.map(Date)
    }

    /// What decisions have committed and nobody has released, in pounds, by the end of the day that is shown.
    async fn committed(&self) -> Result<Option<Decimal>> {
        Ok(Some(pounds(self.account().await?.committed)))
    }

    /// What was paid, in pounds, by the end of the day that is shown.
    async fn spent(&self) -> Result<Option<Decimal>> {
        Ok(Some(pounds(self.account().await?.spent)))
    }

    /// What is left to be committed, in pounds; nothing before the day on which the line becomes part of its budget.
    async fn headroom(&self) -> Result<Option<Decimal>> {
        let allowance = self.on_day().await?.figure.allowance(self.account().await?.committed);
        Ok(Some(pounds(allowance.headroom())))
    }

    /// The fund that pays, as the papers call it.
    fn fund(&self) -> Option<&str> {
        self.0.row().fund.as_deref()
    }

    /// The organisation that does the work.
    async fn delivered_by(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.delivered_by_id).collect();
        let own = self.0.row().delivered_by_id;
        Organisation::beside(self.0.view(), self.0.loaded(), "BudgetLine.deliveredBy", own, ids).await
    }

    /// Whether decisions may be taken on it, as far as the line itself goes: neither before the day from which an agreed revision adds or
    /// opens it, nor once it is closed.
    async fn is_open(&self) -> Result<Option<bool>> {
        Ok(Some(self.on_day().await?.opening == Opening::Open))
    }

    /// The day from which decisions may be taken on it, where an agreed revision adds or opens it later; null while it is open, and where
    /// nothing that is agreed opens it.
    async fn opens_on(&self) -> Result<Option<Date>> {
        Ok(match self.on_day().await?.opening {
            Opening::OpensOn(day) => Some(Date(day)),
            Opening::Open | Opening::Closed => None,
        })
    }

    /// The day from which nothing more is agreed from it; null while it is open, also when it was opened again.
    async fn closed_on(&self) -> Result<Option<Date>> {
        Ok(self.on_day().await?.closing.map(|closing| Date(closing.on)))
    }

    /// Why it was closed: by itself, or by a revision of the budget.
    async fn closing_reason(&self) -> Result<Option<String>> {
        Ok(self.on_day().await?.closing.and_then(|closing| closing.reason))
    }

    /// Who closed it, and in which office; where a revision did, who agreed that.
    async fn closing(&self) -> Result<Option<Act>> {
        let revised = revised(&self.0, |row| row.budget_id).await?;
        Ok(act_of(&self.0, "BudgetLine.closing", |row| revised.line(row).closing.and_then(|closing| closing.act)).await?)
    }

    /// What was committed, released and paid, in the order in which it was entered.
    async fn commitments(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<CommitmentConnection>> {
        let list = format!("BudgetLine.commitments/{}/{}", self.0.row().id, self.0.view().as_at());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let load = || ledger::of_lines(self.0.tx(), self.0.tenant(), self.0.ids(), self.0.view().as_at());
        let rows = self.0.below("commitments", load, |row: &commitment::Model| Some(row.line_id)).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Commitment(row))).collect())?.into()))
    }
}

connection!(BudgetLineConnection, BudgetLineEdge, BudgetLine, "lines");
