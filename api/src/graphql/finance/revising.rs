//! Drawing revisions of agreed budgets up, and agreeing them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, TenantId, finance::budget_revision},
    usecases::finance::revising::{self, LineChange, Revision},
};

use super::{
    BudgetLineStanding, BudgetRevision,
    setting::{BudgetLineInput, drafts},
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{Member, NodeId, NodeKind},
    scalars::{Date, Decimal},
};

/// What a revision makes of a line that the budget has. What isn't given stays as it is.
#[derive(InputObject)]
pub struct RevisedBudgetLineInput {
    /// The line.
    line: ID,
    /// What may be spent on it, in pounds with at most two decimal places; nothing, to move all of it. Not less than what is committed on
    /// it, or was paid.
    amount: Option<Decimal>,
    /// Whether the line is opened or closed.
    standing: Option<BudgetLineStanding>,
}

/// A revision of an agreed budget, to be drawn up. Lines that it doesn't name stay as they are.
#[derive(InputObject)]
pub struct SubmitBudgetRevisionInput {
    /// The budget, which its body has agreed.
    budget: ID,
    /// Why it is revised.
    reason: String,
    /// The day from which it is to hold, today at the earliest and in the budget's year; where it is agreed later, it holds from then. Left
    /// out, it holds from the day of its agreement.
    effective_on: Option<Date>,
    /// What may be spent in all, in pounds; left out, the total stays, as it does where money moves between lines.
    total: Option<Decimal>,
    /// What changes of lines that are there.
    #[graphql(validator(max_items = 100), default)]
    lines: Vec<RevisedBudgetLineInput>,
    /// Lines that are added.
    #[graphql(validator(max_items = 100), default)]
    new_lines: Vec<BudgetLineInput>,
    /// The version of the draft of this revision that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't
    /// looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What drawing a revision up gives.
#[derive(SimpleObject, Default)]
pub struct SubmitBudgetRevisionPayload {
    /// The draft of the revision that stands now.
    revision: Option<BudgetRevision>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A draft of a revision, to be agreed.
#[derive(InputObject)]
pub struct ApproveBudgetRevisionInput {
    /// The draft.
    revision: ID,
    /// The minute by which the body agreed it.
    minute_reference: String,
    /// The version of the draft that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What agreeing a revision gives.
#[derive(SimpleObject, Default)]
pub struct ApproveBudgetRevisionPayload {
    /// The revision, which is agreed.
    revision: Option<BudgetRevision>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Agreed budgets being revised.
#[derive(Default)]
pub struct BudgetRevisionMutation;

#[Object]
impl BudgetRevisionMutation {
    /// Draws a revision of an agreed budget up, in the place of its draft that stood: money moves between lines, a line is added, opened
    /// or closed, or the total changes. No figure is lowered below what is committed or was paid. The budget goes by it once its body has
    /// agreed it and its day has come.
    async fn submit_budget_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The revision to be drawn up.")] input: SubmitBudgetRevisionInput,
    ) -> Result<SubmitBudgetRevisionPayload> {
        let acting = Acting::of(ctx)?;
        match drawn_up(&acting, &input).await {
            Ok(revision) => Ok(SubmitBudgetRevisionPayload { revision: Some(revision), user_errors: Vec::new() }),
            Err(error) => Ok(SubmitBudgetRevisionPayload { revision: None, user_errors: for_user(error)? }),
        }
    }

    /// Agrees a draft of a revision in the name of the budget's body. Whoever drew it up can't. Where decisions have meanwhile committed
    /// more than it leaves to a line, it is refused and has to be drawn up anew.
    async fn approve_budget_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft to be agreed.")] input: ApproveBudgetRevisionInput,
    ) -> Result<ApproveBudgetRevisionPayload> {
        let acting = Acting::of(ctx)?;
        match approved(&acting, &input).await {
            Ok(revision) => Ok(ApproveBudgetRevisionPayload { revision: Some(revision), user_errors: Vec::new() }),
            Err(error) => Ok(ApproveBudgetRevisionPayload { revision: None, user_errors: for_user(error)? }),
        }
    }
}

async fn drawn_up(acting: &Acting<'_>, input: &SubmitBudgetRevisionInput) -> Result<BudgetRevision, Error> {
    let (tenant, budget) = NodeId::expect("budget", &input.budget, NodeKind::Budget)?;
    let change = |(at, line): (usize, &RevisedBudgetLineInput)| -> Result<_, Error> {
        Ok(LineChange {
            line: NodeId::expect(&format!("lines.{at}.line"), &line.line, NodeKind::BudgetLine)?,
            amount: line.amount.map(|amount| amount.0),
            standing: line.standing.map(Into::into),
        })
    };
    let new = Revision {
        budget,
        reason: input.reason.clone(),
        effective_on: input.effective_on.map(|day| day.0),
        total: input.total.map(|total| total.0),
        lines: input.lines.iter().enumerate().map(change).collect::<Result<_, Error>>()?,
        new_lines: drafts("newLines", &input.new_lines)?,
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| revising::draft(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn approved(acting: &Acting<'_>, input: &ApproveBudgetRevisionInput) -> Result<BudgetRevision, Error> {
    let (tenant, id) = NodeId::expect("revision", &input.revision, NodeKind::BudgetRevision)?;
    let writing = acting.writing(tenant, input)?;
    writing.once(|tx| revising::approve(tx, id, &input.minute_reference, input.expected_version)).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<budget_revision::Model>) -> Result<BudgetRevision, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<budget_revision::Entity>(tenant, id).await?;
    Ok(BudgetRevision(Member::alone(&view, row)))
}
