//! Decisions within delegated powers.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    policy::{Action, Resource},
    rules::{
        delegation::{Account, Refusal},
        money::Pence,
        period::Period as Known,
    },
    tables::{
        Id, TenantId,
        finance::{budget_line, commitment, decision},
        performance::theme,
    },
    usecases::finance::{budgets, decisions, ledger, revisions},
};

use super::{
    BudgetLine, BudgetRevision, Commitment, DecisionKind, DelegationCondition, InterestKind, act_of, body_of,
    commitment::CommitmentConnection, pounds,
};
use crate::graphql::{
    acting::Acting,
    organisation::{Act, Body, Organisation, texts},
    performance::{Period, Theme, ThemeConnection},
    relay::{Member, NodeId, NodeKind, Paging, View, connection},
    scalars::{Date, DateTime, Decimal},
};

/// A decision.
#[derive(Clone)]
pub struct Decision(pub Member<decision::Model>);

/// A decision as it is after a write.
pub(super) async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<decision::Model>) -> Result<Decision, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<decision::Entity>(tenant, id).await?;
    Ok(Decision(Member::alone(&view, row)))
}

impl Decision {
    async fn entries(&self) -> Result<Vec<Member<commitment::Model>>, Error> {
        let load = || ledger::of_decisions(self.0.tx(), self.0.tenant(), self.0.ids(), self.0.view().as_at());
        self.0.below("entries", load, |row: &commitment::Model| Some(row.decision_id)).await
    }

    /// The priorities of all decisions that were loaded together, each beside the decision that serves it, by number.
    async fn served(&self) -> Result<Vec<(Id<decision::Model>, Member<theme::Model>)>, Error> {
        let rows = decisions::priorities(self.0.tx(), self.0.tenant(), self.0.ids()).await?;
        let ids: BTreeSet<_> = rows.iter().map(|row| row.theme_id).collect();
        let mut themes = self.0.tx().get_many::<theme::Entity>(self.0.tenant(), ids).await?;
        themes.sort_by_key(|theme| (theme.number, theme.id));
        let mut served = Vec::with_capacity(rows.len());
        for theme in Member::gather(self.0.view(), self.0.tenant(), themes) {
            let of = rows.iter().filter(|row| row.theme_id == theme.row().id);
            served.extend(of.map(|row| (row.decision_id, theme.clone())));
        }
        Ok(served)
    }

    async fn line_row(&self) -> Result<Option<Member<budget_line::Model>>, Error> {
        let ids = self.0.rows().iter().filter_map(|row| row.line_id).collect();
        let load = || budgets::many_lines(self.0.tx(), self.0.tenant(), ids);
        self.0.beside("Decision.line", self.0.row().line_id, load).await
    }

    async fn account(&self) -> Result<Option<Account>, Error> {
        if self.0.row().line_id.is_none() {
            return Ok(None);
        }
        Ok(Some(ledger::account(self.entries().await?.iter().map(Member::row))))
    }
}

/// A decision that a lead member took within delegated powers. It is never changed; what it commits may be withdrawn.
#[Object]
impl Decision {
    /// The decision's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Decision, self.0.row()).to_id()
    }

    /// Its number in the financial year in which it was taken; there are no gaps.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The financial year in which it was taken.
    async fn year(&self) -> Option<Period> {
        self.0.row().financial_year.parse::<Known>().ok().map(Period::from)
    }

    /// How it is cited, such as 2009/10, decision 7.
    fn reference(&self) -> String {
        decisions::cited(self.0.row())
    }

    /// What it agrees.
    fn kind(&self) -> DecisionKind {
        self.0.row().kind.into()
    }

    /// The business date on which it was taken.
    fn decided_on(&self) -> Date {
        Date(self.0.row().decided_on)
    }

    /// The moment at which it was written.
    fn recorded_at(&self) -> DateTime {
        DateTime(self.0.row().recorded_at)
    }

    /// The partnership.
    async fn body(&self) -> Result<Option<Body>> {
        Ok(body_of(&self.0, "Decision.body", |row| Some(row.body_id)).await?)
    }

    /// What the money is for, or what the plan is called.
    fn subject(&self) -> &str {
        &self.0.row().subject
    }

    /// What was agreed, for priorities and plans.
    fn statement(&self) -> Option<&str> {
        self.0.row().statement.as_deref()
    }

    /// The number of the instrument under which it was taken.
    fn instrument_number(&self) -> i32 {
        self.0.row().delegation_number
    }

    /// Who approved that instrument, when and under which minute.
    fn minute_reference(&self) -> &str {
        &self.0.row().authority
    }

    /// The partnership's priorities that it serves.
    async fn priorities(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ThemeConnection>> {
        let paging = Paging::new(&format!("Decision.priorities/{}", self.0.row().id), (first, after, last, before))?;
        let served = self.0.loaded().once("priorities", || self.served()).await?;
        let own = served.iter().filter(|(decision, _)| *decision == self.0.row().id).map(|(_, theme)| theme.clone());
        Ok(Some(paging.slice(own.map(|row| (row.row().id.uuid(), Theme(row))).collect())?.into()))
    }

    /// The objectives of the Policing Plan to which regard was had, as they are cited; none when none of them bears on it.
    fn regarded_objectives(&self) -> Vec<String> {
        texts(&self.0.row().regard_objectives)
    }

    /// Why none of them bears on it.
    fn none_relevant_because(&self) -> Option<&str> {
        self.0.row().regard_reason.as_deref()
    }

    /// What whoever decided said of an interest of their own.
    fn interest(&self) -> InterestKind {
        self.0.row().interest.into()
    }

    /// What that interest is.
    fn interest_description(&self) -> Option<&str> {
        self.0.row().interest_words.as_deref()
    }

    /// The line that the money comes from; null when it agrees no spending.
    async fn line(&self) -> Result<Option<BudgetLine>> {
        Ok(self.line_row().await?.map(BudgetLine))
    }

    /// What it agreed to spend, in pounds; null when it agrees no spending.
    fn amount(&self) -> Option<Decimal> {
        self.0.row().amount_pence.map(|pence| pounds(Pence::new(pence)))
    }

    /// What the line might spend when it was taken, in pounds: the figure of the version of the budget by which it was judged, which no
    /// later revision changes. Null when it agrees no spending.
    async fn agreed_on_line(&self) -> Result<Option<Decimal>> {
        let line = self.line_row().await?;
        // Before budgets could be revised, every decision was judged by the budget as it was first agreed.
        let figure = self.0.row().line_agreed_pence.or(line.map(|line| line.row().agreed_pence));
        Ok(figure.map(|pence| pounds(Pence::new(pence))))
    }

    /// The revision of the budget that was in force when it was taken, and by which it was judged; null where the budget was as it was
    /// first agreed, or it agrees no spending.
    async fn budget_revision(&self) -> Result<Option<BudgetRevision>> {
        let ids = self.0.rows().iter().filter_map(|row| row.revision_id).collect();
        let load = || revisions::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Decision.budgetRevision", self.0.row().revision_id, load).await?.map(BudgetRevision))
    }

    /// When that is to be spent.
    fn spend_on(&self) -> Option<Date> {
        self.0.row().spend_on.map(Date)
    }

    /// Who gets the money.
    async fn recipient(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.recipient_id).collect();
        let own = self.0.row().recipient_id;
        Organisation::beside(self.0.view(), self.0.loaded(), "Decision.recipient", own, ids).await
    }

    /// What it commits at the end of the day that is shown, in pounds: what was withdrawn is taken off.
    async fn committed(&self) -> Result<Option<Decimal>> {
        Ok(self.account().await?.map(|account| pounds(account.committed)))
    }

    /// What was paid for it, in pounds.
    async fn spent(&self) -> Result<Option<Decimal>> {
        Ok(self.account().await?.map(|account| pounds(account.spent)))
    }

    /// What was paid beyond what it commits, in pounds: an exception for the treasurer. Null when nothing was.
    async fn overspent(&self) -> Result<Option<Decimal>> {
        Ok(self.account().await?.and_then(Account::overspent).map(pounds))
    }

    /// What it committed, released and paid, in the order in which it was entered.
    async fn commitments(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<CommitmentConnection>> {
        let list = format!("Decision.commitments/{}/{}", self.0.row().id, self.0.view().as_at());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let rows = self.entries().await?.into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), Commitment(row))).collect())?.into()))
    }

    /// Who took it, and in which office: for those who read acts, and for whoever took it.
    async fn act(&self) -> Result<Option<Act>> {
        if !self.0.tx().actor().may(self.0.tenant(), Action::Read, Resource::Act) {
            let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
            let load = || async move { self.0.tx().own_acts(self.0.tenant(), ids).await };
            if let Some(own) = self.0.beside("Decision.ownAct", Some(self.0.row().act_id), load).await? {
                return Ok(Some(Act(own)));
            }
        }
        Ok(act_of(&self.0, "Decision.act", |row| Some(row.act_id)).await?)
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// Where it comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(DecisionConnection, DecisionEdge, Decision, "decisions");

/// Which decisions are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct DecisionFilter {
    /// Only those of this kind.
    kind: Option<DecisionKind>,
    /// Only those taken on this day or later.
    from_on: Option<Date>,
    /// Only those taken on this day or earlier.
    to_on: Option<Date>,
    /// Only those for which more was paid than they commit, or only the others.
    is_overspent: Option<bool>,
}

impl DecisionFilter {
    /// The decisions of a tenant that it lets through, latest first.
    ///
    /// # Errors
    /// When the database fails, or decisions may not be read there.
    pub async fn selected(&self, view: &View, tenant: TenantId) -> Result<Vec<decision::Model>, Error> {
        let mut rows = decisions::of_tenant(view.tx(), tenant, view.as_at()).await?;
        if let Some(wanted) = self.is_overspent {
            let overspent = decisions::overspent(view.tx(), tenant, view.as_at()).await?;
            rows.retain(|row| overspent.iter().any(|other| other.id == row.id) == wanted);
        }
        rows.retain(|row| {
            self.kind.is_none_or(|kind| kind == row.kind.into())
                && self.from_on.is_none_or(|day| row.decided_on >= day.0)
                && self.to_on.is_none_or(|day| row.decided_on <= day.0)
        });
        Ok(rows)
    }
}

/// A condition of delegated agreement that isn't met.
#[derive(Clone, SimpleObject)]
pub struct DelegationRefusal {
    /// Which.
    condition: DelegationCondition,
    /// In a sentence.
    message: String,
}

impl From<Refusal> for DelegationRefusal {
    fn from(refusal: Refusal) -> Self {
        Self { condition: refusal.condition.into(), message: refusal.message }
    }
}
