//! Setting targets, and settling how their words are read.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    rules::lint::Lint,
    tables::{Id, TenantId, performance::target, performance::tolerance_policy},
    usecases::performance::targets::{self, Setting},
};

use super::{Target, TargetExpression, TargetLintCode, TargetReading, Trajectory, area::AreaBy};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{NodeId, NodeKind},
    scalars::Decimal,
};

/// Something questionable about a target. It doesn't forbid the target, but whoever sets it has to acknowledge it.
#[derive(Clone, Debug, SimpleObject)]
pub struct TargetLint {
    /// What is questionable, for a program.
    code: TargetLintCode,
    /// The same in a sentence, with the figures.
    sentence: String,
}

impl From<Lint> for TargetLint {
    fn from(lint: Lint) -> Self {
        Self { code: lint.code.into(), sentence: lint.sentence }
    }
}

/// A point on the way to a target.
#[derive(InputObject)]
pub struct MilestoneInput {
    /// The period by whose end it is to be reached, by its code.
    period: String,
    /// In the indicator's unit; a gap to the comparator where the target is one.
    value: Decimal,
}

/// A target to be set; values in the indicator's unit.
#[derive(InputObject)]
pub struct SetTargetInput {
    /// The line of an agreement that it is for.
    line: ID,
    /// The period by whose end it is to be reached, by its code; it has to end while the agreement runs.
    period: String,
    /// How it is put.
    expression: TargetExpression,
    /// The amount in that expression.
    amount: Decimal,
    /// The area to whose figures the amount is a gap; for RELATIVE_TO_COMPARATOR, and only then.
    comparator: Option<AreaBy>,
    /// The words of the source, as printed.
    source_text: Option<String>,
    /// The period of the baseline, by its code; it has to lie before the target's.
    baseline_period: Option<String>,
    /// The baseline.
    baseline: Option<Decimal>,
    /// The path expected between baseline and target.
    #[graphql(default_with = "Trajectory::Linear")]
    trajectory: Trajectory,
    /// Points on the way, between the baseline and the target.
    milestones: Option<Vec<MilestoneInput>>,
    /// The level of performance that triggers action.
    monitoring_level: Option<Decimal>,
    /// The tolerance policy by which it is coloured; the tenant's default when left out.
    tolerance_policy: Option<ID>,
    /// What to mind when reading it.
    note: Option<String>,
    /// The document and section, or the minute, that it comes from.
    source: String,
    /// What is questionable about it and accepted nevertheless; the payload's lints say what has to be.
    acknowledged_lints: Option<Vec<TargetLintCode>>,
    /// The version of the line's target for the period that you expect to stand, 0 for none; another one refuses the call. Left
    /// out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What setting a target gives.
#[derive(SimpleObject, Default)]
pub struct SetTargetPayload {
    /// The target that stands now; null when it wasn't set.
    target: Option<Target>,
    /// What is questionable about it, whether it was set or not; null when other problems kept it from being looked at.
    lints: Option<Vec<TargetLint>>,
    /// What was wrong with the input, or has to be acknowledged first; empty when the target was set.
    user_errors: Vec<UserError>,
}

/// A reading to be settled.
#[derive(InputObject)]
pub struct ResolveTargetReadingInput {
    /// The target whose words can be read in two ways.
    target: ID,
    /// How they are read from now on.
    reading: TargetReading,
    /// The version of the target that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What settling a reading gives.
#[derive(SimpleObject, Default)]
pub struct ResolveTargetReadingPayload {
    /// The target that stands now, in the place of the one whose reading was open.
    target: Option<Target>,
    /// What was wrong with the input; empty when the reading was settled.
    user_errors: Vec<UserError>,
}

/// Targets being set.
#[derive(Default)]
pub struct TargetMutation;

#[Object]
impl TargetMutation {
    /// Sets a target of a line, in place of the one that stood for the same period; earlier days still show that one. What is
    /// questionable has to be acknowledged first, or nothing is written.
    async fn set_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The target to be set.")] input: SetTargetInput,
    ) -> Result<SetTargetPayload> {
        let acting = Acting::of(ctx)?;
        match set(&acting, input).await {
            Ok(payload) => Ok(payload),
            Err(error) => Ok(SetTargetPayload { user_errors: for_user(error)?, ..SetTargetPayload::default() }),
        }
    }

    /// Settles whether an ambiguous increase means points or per cent of the baseline; colours rest on it from now on.
    async fn resolve_target_reading(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reading to be settled.")] input: ResolveTargetReadingInput,
    ) -> Result<ResolveTargetReadingPayload> {
        let acting = Acting::of(ctx)?;
        match resolved(&acting, &input).await {
            Ok(target) => Ok(ResolveTargetReadingPayload { target: Some(target), user_errors: Vec::new() }),
            Err(error) => {
                Ok(ResolveTargetReadingPayload { user_errors: for_user(error)?, ..ResolveTargetReadingPayload::default() })
            }
        }
    }
}

async fn set(acting: &Acting<'_>, input: SetTargetInput) -> Result<SetTargetPayload, Error> {
    let (tenant, line) = NodeId::expect("line", &input.line, NodeKind::AgreementIndicator)?;
    let writing = acting.writing(tenant, &input)?;
    let tolerance_policy = input.tolerance_policy.as_ref().map(|id| policy_within(id, tenant)).transpose()?;
    let milestones = input.milestones.unwrap_or_default();
    let setting = Setting {
        line,
        period: input.period,
        expression: input.expression.into(),
        amount: input.amount.0,
        comparator: input.comparator.map(Into::into),
        source_text: input.source_text,
        baseline_period: input.baseline_period,
        baseline: input.baseline.map(|value| value.0),
        trajectory: input.trajectory.into(),
        milestones: milestones.into_iter().map(|milestone| (milestone.period, milestone.value.0)).collect(),
        monitoring_level: input.monitoring_level.map(|level| level.0),
        tolerance_policy,
        note: input.note,
        source: input.source,
        acknowledged: input.acknowledged_lints.unwrap_or_default().into_iter().map(Into::into).collect(),
        expected_version: input.expected_version,
    };
    let outcome = writing.once(|tx| targets::set(tx, &setting)).await?;
    let lints = Some(outcome.lints.into_iter().map(TargetLint::from).collect());
    Ok(match outcome.target {
        Ok(id) => SetTargetPayload { target: Some(shown(acting, tenant, id).await?), lints, user_errors: Vec::new() },
        Err(problems) => {
            SetTargetPayload { target: None, lints, user_errors: problems.into_iter().map(UserError::from).collect() }
        }
    })
}

/// A policy of the same tenant; another tenant's isn't there.
fn policy_within(id: &ID, tenant: TenantId) -> Result<Id<tolerance_policy::Model>, Error> {
    let (owner, policy) = NodeId::expect("tolerancePolicy", id, NodeKind::TolerancePolicy)?;
    if owner == tenant {
        return Ok(policy);
    }
    Err(Error::invalid("tolerancePolicy", ProblemCode::NotFound, "There is no such tolerance policy, or you may not know of it."))
}

async fn resolved(acting: &Acting<'_>, input: &ResolveTargetReadingInput) -> Result<Target, Error> {
    let (tenant, target) = NodeId::expect("target", &input.target, NodeKind::Target)?;
    let writing = acting.writing(tenant, input)?;
    let resolve = |tx| targets::resolve_reading(tx, target, input.reading.into(), input.expected_version);
    let id = writing.once(resolve).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<target::Model>) -> Result<Target, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<target::Entity>(tenant, id).await?;
    Target::gather(&view, tenant, vec![row]).pop().ok_or(Error::NotFound("target"))
}
