//! Recording actions, telling what became of them, and closing them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, TenantId, governance::action},
    usecases::governance::{
        action_progress::{self, Progress},
        actions::{self, NewAction, NewOwner},
    },
};

use super::{PlanAction, meeting::of_tenant, plan_action::ActionState};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Office,
    relay::{Member, NodeId, NodeKind},
    scalars::{Date, Uri},
};

/// Somebody who is to own an action.
#[derive(InputObject)]
pub struct ActionOwnerInput {
    /// The office.
    office: Option<Office>,
    /// The area for which it is held; needed where it is held for several.
    area: Option<ID>,
    /// The body, where it is one.
    body: Option<ID>,
    /// In words, where that says more.
    words: Option<String>,
    /// Whether this is the one that is accountable.
    is_accountable: bool,
}

/// An action that follows from a decision.
#[derive(InputObject)]
pub struct ActionInput {
    /// The plan that it belongs to as well, if it belongs to one.
    plan: Option<ID>,
    /// What it is called; it follows from the minute's number when left out.
    reference: Option<String>,
    /// What is to be done.
    words: String,
    /// By what its success will be known.
    success_measure: Option<String>,
    /// When, in words, such as March 2011: what can be read from them is.
    timescale: Option<String>,
    /// The last day, where the words don't say it.
    due_on: Option<Date>,
    /// When it is looked at again; needed where it has no due date.
    review_on: Option<Date>,
    /// What it takes, in words.
    resources: Option<String>,
    /// The area that it is about.
    area: Option<ID>,
    /// Who owns it; exactly one of them is accountable.
    #[graphql(validator(max_items = 20))]
    owners: Vec<ActionOwnerInput>,
}

/// An action to be recorded.
#[derive(InputObject)]
pub struct RecordActionInput {
    /// The tenant whose register it belongs to.
    tenant: ID,
    /// The action; it needs a reference.
    action: ActionInput,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording an action gives.
#[derive(SimpleObject, Default)]
pub struct RecordActionPayload {
    /// The action.
    action: Option<PlanAction>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What became of an action that stays open.
#[derive(InputObject)]
pub struct RecordActionProgressInput {
    /// The action.
    action: ID,
    /// The state in which it is now: not started, in progress, or on hold.
    state: ActionState,
    /// What was done.
    words: String,
    /// What shows it.
    evidence: Option<String>,
    /// Where that is found: an https address.
    evidence_address: Option<Uri>,
    /// The version that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What noting progress gives.
#[derive(SimpleObject, Default)]
pub struct RecordActionProgressPayload {
    /// The action as it stands now.
    action: Option<PlanAction>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An action to be closed.
#[derive(InputObject)]
pub struct CloseActionInput {
    /// The action.
    action: ID,
    /// How: completed, cancelled or superseded.
    outcome: ActionState,
    /// What was done, or why it won't be.
    words: String,
    /// What shows that it was done; needed, here or as an address, when it was completed.
    evidence: Option<String>,
    /// Where that is found: an https address.
    evidence_address: Option<Uri>,
    /// The version that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What closing an action gives.
#[derive(SimpleObject, Default)]
pub struct CloseActionPayload {
    /// The action, which stands as it is now.
    action: Option<PlanAction>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Actions being recorded and closed.
#[derive(Default)]
pub struct ActionMutation;

#[Object]
impl ActionMutation {
    /// Records an action of a plan, or one of no plan. Those that a meeting decides are recorded with its decision.
    async fn record_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action to be recorded.")] input: RecordActionInput,
    ) -> Result<RecordActionPayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, &input).await {
            Ok(action) => Ok(RecordActionPayload { action: Some(action), user_errors: Vec::new() }),
            Err(error) => Ok(RecordActionPayload { user_errors: for_user(error)?, ..RecordActionPayload::default() }),
        }
    }

    /// Notes what became of an action that stays open, by one of its owners or by whoever records actions.
    async fn record_action_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What became of it.")] input: RecordActionProgressInput,
    ) -> Result<RecordActionProgressPayload> {
        let acting = Acting::of(ctx)?;
        match noted(&acting, &input).await {
            Ok(action) => Ok(RecordActionProgressPayload { action: Some(action), user_errors: Vec::new() }),
            Err(error) => {
                Ok(RecordActionProgressPayload { user_errors: for_user(error)?, ..RecordActionProgressPayload::default() })
            }
        }
    }

    /// Closes an action: completed with evidence, or cancelled or superseded with a reason.
    async fn close_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action to be closed.")] input: CloseActionInput,
    ) -> Result<CloseActionPayload> {
        let acting = Acting::of(ctx)?;
        match closed(&acting, &input).await {
            Ok(action) => Ok(CloseActionPayload { action: Some(action), user_errors: Vec::new() }),
            Err(error) => Ok(CloseActionPayload { user_errors: for_user(error)?, ..CloseActionPayload::default() }),
        }
    }
}

async fn recorded(acting: &Acting<'_>, input: &RecordActionInput) -> Result<PlanAction, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, input)?;
    let new = new_action("action.", &input.action, tenant)?;
    let id = writing.once(|tx| actions::record(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn noted(acting: &Acting<'_>, input: &RecordActionProgressInput) -> Result<PlanAction, Error> {
    let (tenant, action) = NodeId::expect("action", &input.action, NodeKind::PlanAction)?;
    let progress = Progress {
        action,
        state: input.state.into(),
        words: input.words.clone(),
        evidence: input.evidence.clone(),
        evidence_address: input.evidence_address.as_ref().map(|address| address.0.clone()),
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| action_progress::note(tx, &progress)).await?;
    shown(acting, tenant, id).await
}

async fn closed(acting: &Acting<'_>, input: &CloseActionInput) -> Result<PlanAction, Error> {
    let (tenant, action) = NodeId::expect("action", &input.action, NodeKind::PlanAction)?;
    let progress = Progress {
        action,
        state: input.outcome.into(),
        words: input.words.clone(),
        evidence: input.evidence.clone(),
        evidence_address: input.evidence_address.as_ref().map(|address| address.0.clone()),
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| action_progress::close(tx, &progress)).await?;
    shown(acting, tenant, id).await
}

/// An action as the use case takes it; `path` leads to it from the input, with a dot at its end.
pub(super) fn new_action(path: &str, input: &ActionInput, tenant: TenantId) -> Result<NewAction, Error> {
    let plan = input.plan.as_ref();
    let area = |field: &str, id: &Option<ID>| {
        id.as_ref().map(|id| NodeId::expect_beyond(&format!("{path}{field}"), id, NodeKind::Area)).transpose()
    };
    let owner = |(at, owner): (usize, &ActionOwnerInput)| -> Result<NewOwner, Error> {
        let body = owner.body.as_ref();
        let body = body.map(|id| of_tenant(&format!("{path}owners.{at}.body"), id, NodeKind::Body, tenant)).transpose()?;
        Ok(NewOwner {
            office: owner.office.map(Into::into),
            area: area(&format!("owners.{at}.area"), &owner.area)?,
            body,
            words: owner.words.clone(),
            is_accountable: owner.is_accountable,
        })
    };
    Ok(NewAction {
        plan: plan.map(|id| of_tenant(&format!("{path}plan"), id, NodeKind::ActionPlan, tenant)).transpose()?,
        reference: input.reference.clone(),
        words: input.words.clone(),
        success_measure: input.success_measure.clone(),
        timescale: input.timescale.clone(),
        due_on: input.due_on.map(|day| day.0),
        review_on: input.review_on.map(|day| day.0),
        resources: input.resources.clone(),
        area: area("area", &input.area)?,
        owners: input.owners.iter().enumerate().map(owner).collect::<Result<_, Error>>()?,
    })
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<action::Model>) -> Result<PlanAction, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<action::Entity>(tenant, id).await?;
    Ok(PlanAction(Member::alone(&view, row)))
}
