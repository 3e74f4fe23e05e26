//! The closing of periods.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    tables::{Id, TenantId, performance::period_close},
    usecases::performance::periods,
};

use super::period::Period;
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Act,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::DateTime,
};

/// The closing of a period.
#[derive(Clone)]
pub struct PeriodClose(pub Member<period_close::Model>);

/// The closing of a period: its figures were entered by some, verified by another person and approved by a third, then locked.
#[Object]
impl PeriodClose {
    /// The close's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::PeriodClose, self.0.row()).to_id()
    }

    /// How far it has come: 1 once the figures have been verified, 2 once they have been approved.
    fn version(&self) -> i32 {
        periods::version_of(self.0.row())
    }

    /// The period.
    async fn period(&self) -> Option<Period> {
        self.0.row().period.parse::<entity::rules::period::Period>().ok().map(Period::from)
    }

    /// When its figures were verified.
    fn verified_at(&self) -> DateTime {
        DateTime(self.0.row().verified_at)
    }

    /// When its figures were approved; null until they are.
    fn approved_at(&self) -> Option<DateTime> {
        self.0.row().approved_at.map(DateTime)
    }

    /// Whether its figures change by revision only.
    fn is_locked(&self) -> bool {
        self.0.row().approved_at.is_some()
    }

    /// Who verified it, and in which office.
    async fn verification(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.verified_act_id).collect();
        let load =
            || async move { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("PeriodClose.verification", Some(self.0.row().verified_act_id), load).await?.map(Act))
    }

    /// Who approved it, and in which office; null until it is.
    async fn approval(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.approved_act_id).collect();
        let load =
            || async move { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("PeriodClose.approval", self.0.row().approved_act_id, load).await?.map(Act))
    }
}

connection!(PeriodCloseConnection, PeriodCloseEdge, PeriodClose, "closes of periods");

/// The period whose figures have been checked.
#[derive(InputObject)]
pub struct VerifyPeriodInput {
    /// The tenant whose figures they are.
    tenant: ID,
    /// The period, by its code, such as FY2009-Q3.
    period: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// The period whose figures are approved.
#[derive(InputObject)]
pub struct ApprovePeriodInput {
    /// The tenant whose figures they are.
    tenant: ID,
    /// The period, by its code, such as FY2009-Q3.
    period: String,
    /// The version of the period's close that you expect: 1 once it is verified. Another one refuses the call. Left out, it isn't
    /// looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What verifying a period gives.
#[derive(SimpleObject, Default)]
pub struct VerifyPeriodPayload {
    /// The closing of the period, as far as it has come.
    period_close: Option<PeriodClose>,
    /// What was wrong, with a problem for each figure that is missing; empty when the period was verified.
    user_errors: Vec<UserError>,
}

/// What approving a period gives.
#[derive(SimpleObject, Default)]
pub struct ApprovePeriodPayload {
    /// The closing of the period, which is locked now.
    period_close: Option<PeriodClose>,
    /// What was wrong; empty when the period was approved.
    user_errors: Vec<UserError>,
}

/// Periods being closed.
#[derive(Default)]
pub struct PeriodCloseMutation;

#[Object]
impl PeriodCloseMutation {
    /// Verifies the figures of a period. Whoever recorded any of them can't, and every figure that is due has to be there, or a
    /// reason why it isn't.
    async fn verify_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period whose figures have been checked.")] input: VerifyPeriodInput,
    ) -> Result<VerifyPeriodPayload> {
        let acting = Acting::of(ctx)?;
        match verified(&acting, &input).await {
            Ok(close) => Ok(VerifyPeriodPayload { period_close: Some(close), user_errors: Vec::new() }),
            Err(error) => Ok(VerifyPeriodPayload { user_errors: for_user(error)?, ..VerifyPeriodPayload::default() }),
        }
    }

    /// Approves the verified figures of a period, which locks it: from then on they change by revision only. Whoever recorded
    /// any of them, or verified them, can't.
    async fn approve_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period whose figures are approved.")] input: ApprovePeriodInput,
    ) -> Result<ApprovePeriodPayload> {
        let acting = Acting::of(ctx)?;
        match approved(&acting, &input).await {
            Ok(close) => Ok(ApprovePeriodPayload { period_close: Some(close), user_errors: Vec::new() }),
            Err(error) => Ok(ApprovePeriodPayload { user_errors: for_user(error)?, ..ApprovePeriodPayload::default() }),
        }
    }
}

async fn verified(acting: &Acting<'_>, input: &VerifyPeriodInput) -> Result<PeriodClose, Error> {
    let tenant = tenant_of(&input.tenant)?;
    let id = acting.writing(tenant, input)?.once(|tx| periods::verify(tx, &input.period)).await?;
    shown(acting, tenant, id).await
}

async fn approved(acting: &Acting<'_>, input: &ApprovePeriodInput) -> Result<PeriodClose, Error> {
    let tenant = tenant_of(&input.tenant)?;
    let writing = acting.writing(tenant, input)?;
    let id = writing.once(|tx| periods::approve(tx, &input.period, input.expected_version)).await?;
    shown(acting, tenant, id).await
}

fn tenant_of(id: &ID) -> Result<TenantId, Error> {
    let parsed = NodeId::parse(id).filter(|parsed| parsed.kind == NodeKind::Tenant);
    let missing = || Error::invalid("tenant", ProblemCode::NotFound, "There is no such tenant, or you may not know of it.");
    parsed.map(|parsed| Id::from_uuid(parsed.id)).ok_or_else(missing)
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<period_close::Model>) -> Result<PeriodClose, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<period_close::Entity>(tenant, id).await?;
    Ok(PeriodClose(Member::alone(&view, row)))
}
