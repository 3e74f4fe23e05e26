//! Action plans going through the planning cycle.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::planning_cycle::{Activity, PlanStage},
    tables::{Id, TenantId, governance::action_plan},
    usecases::governance::planning::{self, NewFeedback, NewVersion},
};

use super::{
    ActionPlan,
    action_recording::{ActionInput, new_action},
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{Member, NodeId, NodeKind},
};

/// Something for an action plan to propose.
#[derive(InputObject)]
pub struct PlannedActivityInput {
    /// What is to be done.
    activity: String,
    /// What is to come of it.
    outcome: String,
    /// How it is to be funded.
    funding: String,
}

/// A draft to be submitted.
#[derive(InputObject)]
pub struct SubmitDraftActionPlanInput {
    /// The specialist strategic partnership that you chair, or support as its officer.
    body: ID,
    /// The financial year for which it plans, by its code, such as FY2011.
    year: String,
    /// What it proposes, in order.
    #[graphql(validator(max_items = 200))]
    activities: Vec<PlannedActivityInput>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What submitting a draft gives.
#[derive(SimpleObject, Default)]
pub struct SubmitDraftActionPlanPayload {
    /// The plan, with its versions.
    action_plan: Option<ActionPlan>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A final plan to be submitted.
#[derive(InputObject)]
pub struct SubmitFinalActionPlanInput {
    /// The specialist strategic partnership that you chair, or support as its officer.
    body: ID,
    /// The financial year for which it plans, by its code, such as FY2011.
    year: String,
    /// What it proposes, in order.
    #[graphql(validator(max_items = 200))]
    activities: Vec<PlannedActivityInput>,
    /// The actions by which it is carried out, which come into the register as the plan's: one at least, unless the register has some of
    /// this plan already, which stay as they are. Their plan is left out; their reference is their place here when it is left out.
    #[graphql(validator(max_items = 100))]
    actions: Vec<ActionInput>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What submitting a final plan gives.
#[derive(SimpleObject, Default)]
pub struct SubmitFinalActionPlanPayload {
    /// The plan, with its versions.
    action_plan: Option<ActionPlan>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Feedback to be given.
#[derive(InputObject)]
pub struct RecordActionPlanFeedbackInput {
    /// The plan.
    plan: ID,
    /// The number of the version that it is about: the latest.
    version: i32,
    /// Whether the plan puts first things first.
    prioritisation: String,
    /// Whether the plan can come true as it is written.
    plausibility: String,
    /// What the group recommends to change; left out when nothing.
    recommended_changes: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What giving feedback gives.
#[derive(SimpleObject, Default)]
pub struct RecordActionPlanFeedbackPayload {
    /// The plan, with its versions and the feedback on them.
    action_plan: Option<ActionPlan>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Action plans going through the planning cycle.
#[derive(Default)]
pub struct PlanningMutation;

#[Object]
impl PlanningMutation {
    /// Submits the draft of a specialist strategic partnership's action plan, from the August before its year on; its chair does, or an
    /// officer appointed to it. A further draft takes the place of the one before, and every version is kept as it was.
    async fn submit_draft_action_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft to be submitted.")] input: SubmitDraftActionPlanInput,
    ) -> Result<SubmitDraftActionPlanPayload> {
        let acting = Acting::of(ctx)?;
        let version = (&input.body, input.year.as_str(), input.activities.as_slice());
        match submitted(&acting, version, None, &input).await {
            Ok(plan) => Ok(SubmitDraftActionPlanPayload { action_plan: Some(plan), user_errors: Vec::new() }),
            Err(error) => Ok(SubmitDraftActionPlanPayload { action_plan: None, user_errors: for_user(error)? }),
        }
    }

    /// Submits the final action plan of a specialist strategic partnership, in December before its year; its chair does, or an officer
    /// appointed to it. Its actions come into the register in the same step. It follows a draft, and another final plan only feedback on it.
    async fn submit_final_action_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The final plan to be submitted.")] input: SubmitFinalActionPlanInput,
    ) -> Result<SubmitFinalActionPlanPayload> {
        let acting = Acting::of(ctx)?;
        let version = (&input.body, input.year.as_str(), input.activities.as_slice());
        match submitted(&acting, version, Some(&input.actions), &input).await {
            Ok(plan) => Ok(SubmitFinalActionPlanPayload { action_plan: Some(plan), user_errors: Vec::new() }),
            Err(error) => Ok(SubmitFinalActionPlanPayload { action_plan: None, user_errors: for_user(error)? }),
        }
    }

    /// Gives the Performance and Standards Group's feedback on the latest version of a plan, once for each version; one of its members does,
    /// and not who submitted that version.
    async fn record_action_plan_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The feedback to be given.")] input: RecordActionPlanFeedbackInput,
    ) -> Result<RecordActionPlanFeedbackPayload> {
        let acting = Acting::of(ctx)?;
        match challenged(&acting, &input).await {
            Ok(plan) => Ok(RecordActionPlanFeedbackPayload { action_plan: Some(plan), user_errors: Vec::new() }),
            Err(error) => Ok(RecordActionPlanFeedbackPayload { action_plan: None, user_errors: for_user(error)? }),
        }
    }
}

/// Submits a version for a partnership and a year: a final one, where it comes with its actions.
async fn submitted<I: InputType>(
    acting: &Acting<'_>,
    (body, year, activities): (&ID, &str, &[PlannedActivityInput]),
    actions: Option<&[ActionInput]>,
    input: &I,
) -> Result<ActionPlan, Error> {
    let (tenant, body) = NodeId::expect("body", body, NodeKind::Body)?;
    let writing = acting.writing(tenant, input)?;
    let activity = |one: &PlannedActivityInput| Activity {
        activity: one.activity.clone(),
        outcome: one.outcome.clone(),
        funding: one.funding.clone(),
    };
    let rows = actions.unwrap_or_default().iter().enumerate();
    let new = NewVersion {
        body,
        year: year.to_owned(),
        stage: if actions.is_some() { PlanStage::Final } else { PlanStage::Draft },
        activities: activities.iter().map(activity).collect(),
        actions: rows.map(|(at, row)| new_action(&format!("actions.{at}."), row, tenant)).collect::<Result<_, Error>>()?,
    };
    let id = writing.once(|tx| planning::submit(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn challenged(acting: &Acting<'_>, input: &RecordActionPlanFeedbackInput) -> Result<ActionPlan, Error> {
    let (tenant, plan) = NodeId::expect("plan", &input.plan, NodeKind::ActionPlan)?;
    let new = NewFeedback {
        plan,
        version: input.version,
        prioritisation: input.prioritisation.clone(),
        plausibility: input.plausibility.clone(),
        recommended_changes: input.recommended_changes.clone(),
    };
    let id = acting.writing(tenant, input)?.once(|tx| planning::give_feedback(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<action_plan::Model>) -> Result<ActionPlan, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<action_plan::Entity>(tenant, id).await?;
    Ok(ActionPlan(Member::alone(&view, row)))
}
