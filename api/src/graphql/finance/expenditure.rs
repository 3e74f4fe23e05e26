//! Agreeing expenditure within delegated powers, and asking beforehand whether one may.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, Problem, ProblemCode},
    tables::{Id, TenantId, organisation::organisation, performance::theme},
    usecases::finance::{
        expenditure::{self, Answer, Outcome, Proposed},
        statements::{RegardSaid, Said},
    },
};

use super::{Decision, DecisionStatement, InterestKind, decision, decision::DelegationRefusal, pounds};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{NodeId, NodeKind, View},
    scalars::{Date, Decimal},
};

/// What regard was had to the Policing Plan: to objectives of it, or why none of them bears on the decision.
#[derive(InputObject)]
pub struct PolicingPlanRegardInput {
    /// The objectives to which regard was had.
    #[graphql(validator(max_items = 50))]
    objectives: Option<Vec<ID>>,
    /// Why none of them bears on it, in the place of objectives.
    none_relevant_because: Option<String>,
}

/// What somebody says of an interest of their own in a decision.
#[derive(InputObject)]
pub struct InterestStatementInput {
    /// Whether there is one, and of which sort.
    kind: InterestKind,
    /// What it is; needed unless there is none.
    description: Option<String>,
}

/// Expenditure that you would agree. What you haven't made up your mind about may be left out.
#[derive(InputObject)]
pub struct ExpenditureInput {
    /// The line of a budget that it is to come from.
    line: ID,
    /// How much, in pounds with at most two decimal places.
    amount: Decimal,
    /// When it is to be spent; today when left out.
    spend_on: Option<Date>,
    /// What it is for.
    purpose: Option<String>,
    /// The partnership's priorities that it serves: themes of an agreement that runs today.
    #[graphql(validator(max_items = 50))]
    priorities: Option<Vec<ID>>,
    /// What regard was had to the Policing Plan.
    policing_plan_regard: Option<PolicingPlanRegardInput>,
    /// Whether you have an interest in it.
    interest: Option<InterestStatementInput>,
    /// Who is to get the money; needed when you have a registered interest in an organisation and the line names none.
    recipient: Option<ID>,
    /// Whether a referral to the Engagement Committee is to be drafted when it lies outside your delegation.
    #[graphql(default)]
    draft_referral: bool,
}

/// Expenditure to be agreed.
#[derive(InputObject)]
pub struct AgreeExpenditureInput {
    /// The line of a budget that it is to come from.
    line: ID,
    /// How much, in pounds with at most two decimal places.
    amount: Decimal,
    /// When it is to be spent, within the budget's year.
    spend_on: Date,
    /// What it is for.
    purpose: String,
    /// The partnership's priorities that it serves, one at least: themes of an agreement that runs today.
    #[graphql(validator(max_items = 50))]
    priorities: Vec<ID>,
    /// What regard was had to the Policing Plan.
    policing_plan_regard: PolicingPlanRegardInput,
    /// Whether you have an interest in it.
    interest: InterestStatementInput,
    /// Who is to get the money; needed when you have a registered interest in an organisation and the line names none.
    recipient: Option<ID>,
    /// Whether a referral to the Engagement Committee is to be drafted when it lies outside your delegation.
    #[graphql(default)]
    draft_referral: bool,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// Whether expenditure lies within what is delegated to you, and what is left.
#[derive(SimpleObject)]
pub struct ExpenditureAnswer {
    /// Whether every condition is met, as far as you have stated what is asked for. That alone doesn't mean that you can agree it: see
    /// `canBeAgreed`.
    is_within: bool,
    /// Whether you can agree it as you have stated it: every condition is met, and nothing is still needed.
    can_be_agreed: bool,
    /// The whole in one sentence.
    sentence: String,
    /// The conditions that aren't met.
    refusals: Vec<DelegationRefusal>,
    /// What you have to state yet before you can agree it.
    still_needed: Vec<DecisionStatement>,
    /// What the line has left, in pounds: before this is taken from it, and once it is agreed, after.
    headroom: Decimal,
    /// What the line may spend, in pounds.
    agreed: Decimal,
    /// What is committed of it, in pounds; once this is agreed, with it.
    committed: Decimal,
    /// What the budget has left in all, in pounds; once this is agreed, after it.
    total_headroom: Decimal,
    /// The number of the revision of the budget that is in force and by which this is judged; null while the budget is as it was first
    /// agreed.
    budget_revision: Option<i32>,
    /// The instrument of delegation, by its minute; null when there never was one, or when you may not read it.
    minute_reference: Option<String>,
    /// A referral to the Engagement Committee, for you to send or to change; nothing of it is kept. Null unless it was asked for and
    /// something is refused that you can't put right by stating it.
    referral: Option<String>,
}

impl From<Answer> for ExpenditureAnswer {
    fn from(answer: Answer) -> Self {
        Self {
            is_within: answer.verdict.is_within(),
            can_be_agreed: answer.verdict.can_be_agreed(),
            sentence: answer.sentence,
            refusals: answer.verdict.refusals.into_iter().map(Into::into).collect(),
            still_needed: answer.verdict.still_needed.into_iter().map(Into::into).collect(),
            headroom: pounds(answer.line.headroom()),
            agreed: pounds(answer.line.agreed),
            committed: pounds(answer.line.committed),
            total_headroom: pounds(answer.total.headroom()),
            budget_revision: answer.revision,
            minute_reference: answer.minute,
            referral: answer.referral,
        }
    }
}

/// What agreeing expenditure gives.
#[derive(SimpleObject, Default)]
pub struct AgreeExpenditurePayload {
    /// The decision; null when nothing was decided.
    decision: Option<Decision>,
    /// When it was agreed: what that leaves. When it lies outside your delegation: which conditions aren't met, and what is left.
    answer: Option<ExpenditureAnswer>,
    /// What was wrong with the input, with a problem for each condition that isn't met; empty when it was agreed.
    user_errors: Vec<UserError>,
}

/// Expenditure being agreed.
#[derive(Default)]
pub struct ExpenditureMutation;

#[Object]
impl ExpenditureMutation {
    /// Agrees expenditure within the powers that are delegated to you as lead member: within the partnership's agreed budget, and in
    /// nothing else. It becomes a numbered decision. What lies outside is refused with each condition that isn't met, and nothing is
    /// written.
    async fn agree_expenditure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The expenditure to be agreed.")] input: AgreeExpenditureInput,
    ) -> Result<AgreeExpenditurePayload> {
        let acting = Acting::of(ctx)?;
        match agreed(&acting, &input).await {
            Ok(payload) => Ok(payload),
            Err(error) => Ok(AgreeExpenditurePayload { user_errors: for_user(error)?, ..AgreeExpenditurePayload::default() }),
        }
    }
}

async fn agreed(acting: &Acting<'_>, input: &AgreeExpenditureInput) -> Result<AgreeExpenditurePayload, Error> {
    let (tenant, line) = NodeId::expect("line", &input.line, NodeKind::BudgetLine)?;
    let writing = acting.writing(tenant, input)?;
    let said = Said {
        purpose: Some(input.purpose.clone()),
        priorities: Some(priorities(&input.priorities)?),
        regard: Some(regard(&input.policing_plan_regard)?),
        interest: Some(interest(&input.interest)),
    };
    let proposed = Proposed {
        line,
        amount: input.amount.0,
        spend_on: Some(input.spend_on.0),
        recipient: recipient(input.recipient.as_ref())?,
        said,
        wants_referral: input.draft_referral,
    };
    match writing.once(|tx| expenditure::agree(tx, &proposed)).await? {
        Outcome::Decided(id, answer) => {
            let decision = decision::shown(acting, tenant, id).await?;
            Ok(AgreeExpenditurePayload { decision: Some(decision), answer: Some((*answer).into()), user_errors: Vec::new() })
        }
        Outcome::Refused(answer) => {
            let problem = |refusal: &entity::rules::delegation::Refusal| {
                Problem::new(refusal.condition.field(), ProblemCode::OutsideDelegation, refusal.message.clone()).into()
            };
            let user_errors = answer.verdict.refusals.iter().map(problem).collect();
            Ok(AgreeExpenditurePayload { decision: None, answer: Some((*answer).into()), user_errors })
        }
    }
}

/// Whether the actor may agree this in a tenant, asked beforehand.
pub(super) async fn asked(view: &View, tenant: TenantId, input: &ExpenditureInput) -> Result<ExpenditureAnswer, Error> {
    let (of, line) = NodeId::expect("line", &input.line, NodeKind::BudgetLine)?;
    if of != tenant {
        return Err(Error::invalid("line", ProblemCode::NotFound, "There is no such line here, or you may not know of it."));
    }
    let said = Said {
        purpose: input.purpose.clone(),
        priorities: input.priorities.as_deref().map(priorities).transpose()?,
        regard: input.policing_plan_regard.as_ref().map(regard).transpose()?,
        interest: input.interest.as_ref().map(interest),
    };
    let proposed = Proposed {
        line,
        amount: input.amount.0,
        spend_on: input.spend_on.map(|day| day.0),
        recipient: recipient(input.recipient.as_ref())?,
        said,
        wants_referral: input.draft_referral,
    };
    Ok(expenditure::may_agree(view.tx(), tenant, &proposed).await?.into())
}

pub(super) fn priorities(ids: &[ID]) -> Result<Vec<(TenantId, Id<theme::Model>)>, Error> {
    let priority = |(at, id): (usize, &ID)| NodeId::expect(&format!("priorities.{at}"), id, NodeKind::Theme);
    ids.iter().enumerate().map(priority).collect()
}

pub(super) fn regard(input: &PolicingPlanRegardInput) -> Result<RegardSaid, Error> {
    let objective = |(at, id): (usize, &ID)| {
        NodeId::expect(&format!("policingPlanRegard.objectives.{at}"), id, NodeKind::PolicingPlanObjective)
    };
    Ok(RegardSaid {
        objectives: input.objectives.iter().flatten().enumerate().map(objective).collect::<Result<_, Error>>()?,
        none_relevant_because: input.none_relevant_because.clone(),
    })
}

/// What an input says of an interest.
pub(super) fn interest(input: &InterestStatementInput) -> (entity::tables::finance::decision::InterestKind, Option<String>) {
    (input.kind.into(), input.description.clone())
}

fn recipient(id: Option<&ID>) -> Result<Option<Id<organisation::Model>>, Error> {
    id.map(|id| NodeId::expect_beyond("recipient", id, NodeKind::Organisation)).transpose()
}
