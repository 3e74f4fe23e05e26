//! Drawing budgets up, agreeing them and closing them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{
        Id, TenantId,
        finance::{budget, budget_line},
    },
    usecases::finance::budgets::{self, Draft, LineDraft},
};

use super::{Budget, BudgetLine};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{Member, NodeId, NodeKind},
    scalars::Decimal,
};

/// A line of a budget, to be drawn up.
#[derive(InputObject)]
pub struct BudgetLineInput {
    /// What it is for.
    name: String,
    /// What may be spent, in pounds with at most two decimal places.
    amount: Decimal,
    /// The fund that pays.
    fund: Option<String>,
    /// The organisation that does the work.
    delivered_by: Option<ID>,
}

/// A budget to be drawn up.
#[derive(InputObject)]
pub struct SetBudgetInput {
    /// The body whose it is.
    body: ID,
    /// The financial year, by its code, such as FY2010.
    year: String,
    /// What may be spent in all, in pounds with at most two decimal places.
    total: Decimal,
    /// Its lines, in order.
    #[graphql(validator(max_items = 100))]
    lines: Vec<BudgetLineInput>,
    /// The paper that it comes from.
    source: String,
    /// The version of the draft that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What drawing a budget up gives.
#[derive(SimpleObject, Default)]
pub struct SetBudgetPayload {
    /// The draft that stands now.
    budget: Option<Budget>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A draft to be agreed.
#[derive(InputObject)]
pub struct ApproveBudgetInput {
    /// The draft.
    budget: ID,
    /// The minute by which the body agreed it.
    minute_reference: String,
    /// The version of the draft that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What agreeing a budget gives.
#[derive(SimpleObject, Default)]
pub struct ApproveBudgetPayload {
    /// The budget, which is agreed from today on.
    budget: Option<Budget>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A budget to be closed.
#[derive(InputObject)]
pub struct CloseBudgetInput {
    /// The budget.
    budget: ID,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What closing a budget gives.
#[derive(SimpleObject, Default)]
pub struct CloseBudgetPayload {
    /// The budget, from which nothing more is agreed.
    budget: Option<Budget>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A line to be closed.
#[derive(InputObject)]
pub struct CloseBudgetLineInput {
    /// The line.
    line: ID,
    /// Why.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What closing a line gives.
#[derive(SimpleObject, Default)]
pub struct CloseBudgetLinePayload {
    /// The line, from which nothing more is agreed.
    line: Option<BudgetLine>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Budgets being drawn up, agreed and closed.
#[derive(Default)]
pub struct BudgetMutation;

#[Object]
impl BudgetMutation {
    /// Draws a budget up, in the place of the draft that stood. Its body has to agree it before anything is spent from it.
    async fn set_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The budget to be drawn up.")] input: SetBudgetInput,
    ) -> Result<SetBudgetPayload> {
        let acting = Acting::of(ctx)?;
        match set(&acting, &input).await {
            Ok(budget) => Ok(SetBudgetPayload { budget: Some(budget), user_errors: Vec::new() }),
            Err(error) => Ok(SetBudgetPayload { budget: None, user_errors: for_user(error)? }),
        }
    }

    /// Agrees a draft in the name of its body, from today on. Whoever drew it up can't; what is agreed is changed by a revision (`submitBudgetRevision`).
    async fn approve_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft to be agreed.")] input: ApproveBudgetInput,
    ) -> Result<ApproveBudgetPayload> {
        let acting = Acting::of(ctx)?;
        match approved(&acting, &input).await {
            Ok(budget) => Ok(ApproveBudgetPayload { budget: Some(budget), user_errors: Vec::new() }),
            Err(error) => Ok(ApproveBudgetPayload { budget: None, user_errors: for_user(error)? }),
        }
    }

    /// Closes an agreed budget: from today on nothing more is agreed from it.
    async fn close_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The budget to be closed.")] input: CloseBudgetInput,
    ) -> Result<CloseBudgetPayload> {
        let acting = Acting::of(ctx)?;
        match closed(&acting, &input).await {
            Ok(budget) => Ok(CloseBudgetPayload { budget: Some(budget), user_errors: Vec::new() }),
            Err(error) => Ok(CloseBudgetPayload { budget: None, user_errors: for_user(error)? }),
        }
    }

    /// Closes a line of an agreed budget: from today on nothing more is agreed from it. A revision of the budget may open it again.
    async fn close_budget_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line to be closed.")] input: CloseBudgetLineInput,
    ) -> Result<CloseBudgetLinePayload> {
        let acting = Acting::of(ctx)?;
        match closed_line(&acting, &input).await {
            Ok(line) => Ok(CloseBudgetLinePayload { line: Some(line), user_errors: Vec::new() }),
            Err(error) => Ok(CloseBudgetLinePayload { line: None, user_errors: for_user(error)? }),
        }
    }
}

/// Lines that are drawn up in a field.
pub(super) fn drafts(field: &str, lines: &[BudgetLineInput]) -> Result<Vec<LineDraft>, Error> {
    let draft = |(at, line): (usize, &BudgetLineInput)| -> Result<_, Error> {
        let path = format!("{field}.{at}.deliveredBy");
        let organisation = |id: &ID| NodeId::expect_beyond(&path, id, NodeKind::Organisation);
        Ok(LineDraft {
            name: line.name.clone(),
            amount: line.amount.0,
            fund: line.fund.clone(),
            delivered_by: line.delivered_by.as_ref().map(organisation).transpose()?,
        })
    };
    lines.iter().enumerate().map(draft).collect()
}

async fn set(acting: &Acting<'_>, input: &SetBudgetInput) -> Result<Budget, Error> {
    let (tenant, body) = NodeId::expect("body", &input.body, NodeKind::Body)?;
    let draft = Draft {
        body,
        year: input.year.clone(),
        total: input.total.0,
        lines: drafts("lines", &input.lines)?,
        source: input.source.clone(),
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| budgets::set(tx, &draft)).await?;
    shown(acting, tenant, id).await
}

async fn approved(acting: &Acting<'_>, input: &ApproveBudgetInput) -> Result<Budget, Error> {
    let (tenant, id) = NodeId::expect("budget", &input.budget, NodeKind::Budget)?;
    let writing = acting.writing(tenant, input)?;
    writing.once(|tx| budgets::approve(tx, id, &input.minute_reference, input.expected_version)).await?;
    shown(acting, tenant, id).await
}

async fn closed(acting: &Acting<'_>, input: &CloseBudgetInput) -> Result<Budget, Error> {
    let (tenant, id) = NodeId::expect("budget", &input.budget, NodeKind::Budget)?;
    acting.writing(tenant, input)?.once(|tx| budgets::close(tx, id)).await?;
    shown(acting, tenant, id).await
}

async fn closed_line(acting: &Acting<'_>, input: &CloseBudgetLineInput) -> Result<BudgetLine, Error> {
    let (tenant, id): (TenantId, Id<budget_line::Model>) = NodeId::expect("line", &input.line, NodeKind::BudgetLine)?;
    acting.writing(tenant, input)?.once(|tx| budgets::close_line(tx, id, &input.reason)).await?;
    let view = acting.view_after();
    let row = view.tx().get::<budget_line::Entity>(tenant, id).await?;
    Ok(BudgetLine(Member::alone(&view, row)))
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<budget::Model>) -> Result<Budget, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<budget::Entity>(tenant, id).await?;
    Ok(Budget(Member::alone(&view, row)))
}
