//! Agreeing a partnership's priorities and strategic plans within delegated powers.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, Problem, ProblemCode},
    rules::delegation::Refusal,
    tables::finance::decision::DecisionKind,
    usecases::finance::{
        decisions::{self, PlanOutcome, PlanProposed},
        statements::Said,
    },
};

use super::{
    Decision, decision,
    decision::DelegationRefusal,
    expenditure::{InterestStatementInput, PolicingPlanRegardInput, interest, priorities, regard},
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{NodeId, NodeKind},
};

/// What of a partnership's is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PartnershipPlanKind {
    /// Its priorities.
    Priorities,
    /// Its strategic plan.
    StrategicPlan,
}

/// Priorities or a strategic plan to be agreed.
#[derive(InputObject)]
pub struct ApprovePartnershipPlanInput {
    /// The partnership.
    body: ID,
    /// Whether it is priorities or a plan.
    kind: PartnershipPlanKind,
    /// What it is called.
    title: String,
    /// What is agreed.
    statement: String,
    /// The priorities that it is about, one at least: themes of an agreement that runs today.
    #[graphql(validator(max_items = 50))]
    priorities: Vec<ID>,
    /// What regard was had to the Policing Plan.
    policing_plan_regard: PolicingPlanRegardInput,
    /// Whether you have an interest in it.
    interest: InterestStatementInput,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What agreeing priorities or a plan gives.
#[derive(SimpleObject, Default)]
pub struct ApprovePartnershipPlanPayload {
    /// The decision; null when nothing was decided.
    decision: Option<Decision>,
    /// When it lies outside your delegation: the conditions that aren't met.
    refusals: Option<Vec<DelegationRefusal>>,
    /// What was wrong with the input, with a problem for each condition that isn't met; empty when it was agreed.
    user_errors: Vec<UserError>,
}

/// Priorities and plans being agreed.
#[derive(Default)]
pub struct PlanMutation;

#[Object]
impl PlanMutation {
    /// Agrees a partnership's priorities or its strategic plan within the powers that are delegated to you as lead member, having regard
    /// to the Policing Plan. It becomes a numbered decision.
    async fn approve_partnership_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The priorities or the plan to be agreed.")] input: ApprovePartnershipPlanInput,
    ) -> Result<ApprovePartnershipPlanPayload> {
        let acting = Acting::of(ctx)?;
        match approved(&acting, &input).await {
            Ok(payload) => Ok(payload),
            Err(error) => {
                Ok(ApprovePartnershipPlanPayload { user_errors: for_user(error)?, ..ApprovePartnershipPlanPayload::default() })
            }
        }
    }
}

async fn approved(acting: &Acting<'_>, input: &ApprovePartnershipPlanInput) -> Result<ApprovePartnershipPlanPayload, Error> {
    let (tenant, body) = NodeId::expect("body", &input.body, NodeKind::Body)?;
    let writing = acting.writing(tenant, input)?;
    let proposed = PlanProposed {
        body,
        kind: match input.kind {
            PartnershipPlanKind::Priorities => DecisionKind::Priorities,
            PartnershipPlanKind::StrategicPlan => DecisionKind::StrategicPlan,
        },
        statement: input.statement.clone(),
        said: Said {
            purpose: Some(input.title.clone()),
            priorities: Some(priorities(&input.priorities)?),
            regard: Some(regard(&input.policing_plan_regard)?),
            interest: Some(interest(&input.interest)),
        },
    };
    match writing.once(|tx| decisions::agree_plan(tx, &proposed)).await? {
        PlanOutcome::Decided(id) => {
            let decision = decision::shown(acting, tenant, id).await?;
            Ok(ApprovePartnershipPlanPayload { decision: Some(decision), ..ApprovePartnershipPlanPayload::default() })
        }
        PlanOutcome::Refused(refusals) => {
            let problem = |refusal: &Refusal| {
                Problem::new(refusal.condition.field(), ProblemCode::OutsideDelegation, refusal.message.clone()).into()
            };
            let user_errors = refusals.iter().map(problem).collect();
            let refusals = Some(refusals.into_iter().map(Into::into).collect());
            Ok(ApprovePartnershipPlanPayload { decision: None, refusals, user_errors })
        }
    }
}
