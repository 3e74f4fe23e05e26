//! Putting risks on registers, and changing what a register says of one.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::{
    error::{Error, ProblemCode},
    rules::risk_score::{Score, Scores},
    tables::{Id, TenantId, TenantRow, risk::risk},
    usecases::risk::registering::{self, Changed, Measure, NewRisk, Responds},
};

use super::{Risk, RiskCategory, RiskNature, RiskResponse, payload};
use crate::graphql::{
    acting::Acting,
    organisation::Office,
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// Likelihood and impact, each from 1 to 5.
#[derive(InputObject)]
pub struct RiskScoreInput {
    /// How likely it is, from 1 to 5.
    likelihood: i32,
    /// How much it would matter, from 1 to 5.
    impact: i32,
}

impl From<RiskScoreInput> for Score {
    fn from(input: RiskScoreInput) -> Self {
        Self { likelihood: input.likelihood, impact: input.impact }
    }
}

/// The three scores of a risk.
#[derive(InputObject)]
pub struct RiskAssessmentInput {
    /// Before any control.
    inherent: RiskScoreInput,
    /// As things are; a threat's is not above the inherent one, or the reason says why.
    residual: RiskScoreInput,
    /// As it is meant to be; a threat's is not above the residual one.
    target: RiskScoreInput,
    /// Why the residual score is above the inherent one, where it is; or whatever is to be said of the scores.
    reason: Option<String>,
}

impl RiskAssessmentInput {
    /// The scores, and what is said of them.
    pub(super) fn known(self) -> (Scores, Option<String>) {
        let Self { inherent, residual, target, reason } = self;
        (Scores { inherent: inherent.into(), residual: residual.into(), target: target.into() }, reason)
    }
}

/// How a risk is responded to, with what that rests on.
#[derive(InputObject)]
pub struct RiskResponseInput {
    /// How: a threat is treated, tolerated, transferred or terminated, an opportunity exploited, enhanced, shared or ignored.
    response: RiskResponse,
    /// To whom it is passed, or with whom it is shared.
    transferee: Option<String>,
    /// The day on which what brings it about ends.
    ends_on: Option<Date>,
    /// Who approved bearing it, and where that is minuted; needed to tolerate a risk above the appetite.
    approval: Option<String>,
    /// The last day on which that approval holds.
    approval_expires_on: Option<Date>,
}

impl From<RiskResponseInput> for Responds {
    fn from(input: RiskResponseInput) -> Self {
        Self {
            response: input.response.into(),
            transferee: input.transferee,
            ends_on: input.ends_on.map(|day| day.0),
            approval: input.approval,
            approval_expires_on: input.approval_expires_on.map(|day| day.0),
        }
    }
}

/// A control to be put down.
#[derive(InputObject)]
pub struct RiskControlInput {
    /// What it is.
    description: String,
    /// The office that sees to it.
    owner_office: Office,
}

/// An action to be put down.
#[derive(InputObject)]
pub struct RiskActionInput {
    /// What is to be done.
    description: String,
    /// The office that does it.
    owner_office: Office,
    /// The day by which it is to be done.
    due_on: Option<Date>,
}

/// A risk to be put on a register.
#[derive(InputObject)]
pub struct RegisterRiskInput {
    /// The body on whose register it is put.
    body: ID,
    /// The area that it is about; the tenant's own when left out.
    area: Option<ID>,
    /// What it is called.
    title: String,
    /// Whether it would do harm or good.
    nature: RiskNature,
    /// At what level it lies.
    category: RiskCategory,
    /// Because of what.
    cause: String,
    /// What may happen.
    event: String,
    /// What would follow.
    effect: String,
    /// The office that answers for it.
    owner_office: Office,
    /// That office's organisation.
    owner_organisation: Option<ID>,
    /// The residual score that the body is ready to bear, from 1 to 25.
    #[graphql(default = 4)]
    appetite: i32,
    /// The first assessment.
    assessment: RiskAssessmentInput,
    /// How it is responded to.
    response: RiskResponseInput,
    /// The day by which it is to be settled.
    resolve_by: Option<Date>,
    /// What keeps it down already.
    #[graphql(default, validator(max_items = 20))]
    controls: Vec<RiskControlInput>,
    /// What is to be done; needed to treat it.
    #[graphql(default, validator(max_items = 20))]
    actions: Vec<RiskActionInput>,
    /// The indicators that it is about.
    #[graphql(default, validator(max_items = 20))]
    indicators: Vec<ID>,
    /// The agreements that it is about.
    #[graphql(default, validator(max_items = 20))]
    agreements: Vec<ID>,
    /// Where it was found, such as a document or a meeting.
    source: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What putting a risk on a register gives.
    RegisterRiskPayload {
        /// The risk.
        risk: Risk
    }
}

/// What is to change on a register; what is left out stays.
#[derive(InputObject)]
pub struct UpdateRiskInput {
    /// The risk.
    risk: ID,
    /// What it is called.
    title: Option<String>,
    /// Because of what.
    cause: Option<String>,
    /// What may happen.
    event: Option<String>,
    /// What would follow.
    effect: Option<String>,
    /// The office that answers for it.
    owner_office: Option<Office>,
    /// The residual score that the body is ready to bear, from 1 to 25.
    appetite: Option<i32>,
    /// How it is responded to, with all that this response rests on.
    response: Option<RiskResponseInput>,
    /// The day by which it is to be settled.
    resolve_by: Option<Date>,
    /// Further indicators that it is about.
    #[graphql(default, validator(max_items = 20))]
    indicators: Vec<ID>,
    /// Further agreements that it is about.
    #[graphql(default, validator(max_items = 20))]
    agreements: Vec<ID>,
    /// The version that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What changing a register gives.
    UpdateRiskPayload {
        /// The risk as it stands now.
        risk: Risk
    }
}

/// Registers being kept.
#[derive(Default)]
pub struct RiskRegisterMutation;

#[Object]
impl RiskRegisterMutation {
    /// Puts a risk on a body's register, with its first assessment.
    async fn register_risk(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk to be put on a register.")] input: RegisterRiskInput,
    ) -> Result<RegisterRiskPayload> {
        RegisterRiskPayload::of(registered(&Acting::of(ctx)?, input).await)
    }

    /// Changes what a register says of a risk: its words, its response, what it is about.
    async fn update_risk(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateRiskInput,
    ) -> Result<UpdateRiskPayload> {
        UpdateRiskPayload::of(updated(&Acting::of(ctx)?, input).await)
    }
}

async fn registered(acting: &Acting<'_>, input: RegisterRiskInput) -> Result<Risk, Error> {
    let (tenant, body) = NodeId::expect("body", &input.body, NodeKind::Body)?;
    let writing = acting.writing(tenant, &input)?;
    let control = |control: RiskControlInput| Measure {
        description: control.description,
        owner_office: control.owner_office.into(),
        due_on: None,
    };
    let action = |action: RiskActionInput| Measure {
        description: action.description,
        owner_office: action.owner_office.into(),
        due_on: action.due_on.map(|day| day.0),
    };
    let (scores, reason) = input.assessment.known();
    let new = NewRisk {
        body,
        area: input.area.map(|area| NodeId::expect_beyond("area", &area, NodeKind::Area)).transpose()?,
        title: input.title,
        nature: input.nature.into(),
        category: input.category.into(),
        cause: input.cause,
        event: input.event,
        effect: input.effect,
        owner_office: input.owner_office.into(),
        owner_organisation: input
            .owner_organisation
            .map(|organisation| NodeId::expect_beyond("ownerOrganisation", &organisation, NodeKind::Organisation))
            .transpose()?,
        appetite: input.appetite,
        responds: input.response.into(),
        resolve_by: input.resolve_by.map(|day| day.0),
        scores,
        reason,
        controls: input.controls.into_iter().map(control).collect(),
        actions: input.actions.into_iter().map(action).collect(),
        indicators: of_tenant(tenant, "indicators", &input.indicators, NodeKind::Indicator)?,
        agreements: of_tenant(tenant, "agreements", &input.agreements, NodeKind::Agreement)?,
        source: input.source,
    };
    let id = writing.once(|tx| registering::register(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn updated(acting: &Acting<'_>, input: UpdateRiskInput) -> Result<Risk, Error> {
    let (tenant, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let writing = acting.writing(tenant, &input)?;
    let changed = Changed {
        risk,
        title: input.title,
        cause: input.cause,
        event: input.event,
        effect: input.effect,
        owner_office: input.owner_office.map(Into::into),
        appetite: input.appetite,
        responds: input.response.map(Into::into),
        resolve_by: input.resolve_by.map(|day| day.0),
        indicators: of_tenant(tenant, "indicators", &input.indicators, NodeKind::Indicator)?,
        agreements: of_tenant(tenant, "agreements", &input.agreements, NodeKind::Agreement)?,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| registering::change(tx, &changed)).await?;
    shown(acting, tenant, id).await
}

/// Things of the tenant that a list names.
fn of_tenant<R>(tenant: TenantId, field: &str, ids: &[ID], kind: NodeKind) -> Result<Vec<Id<R>>, Error> {
    let known = ids.iter().enumerate().map(|(at, id)| {
        let field = format!("{field}.{at}");
        let (of, id) = NodeId::expect(&field, id, kind)?;
        let message = format!("There is no such {} here.", kind.name());
        if of == tenant { Ok(id) } else { Err(Error::invalid(&field, ProblemCode::NotFound, message)) }
    });
    known.collect()
}

/// A risk as it stands after a write.
pub(super) async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<risk::Model>) -> Result<Risk, Error> {
    Ok(Risk(row_after::<risk::Entity>(acting, tenant, id).await?))
}

/// A row as it stands after a write.
pub(super) async fn row_after<E: entity::tables::TenantTable>(
    acting: &Acting<'_>,
    tenant: TenantId,
    id: Id<E::Model>,
) -> Result<Member<E::Model>, Error>
where
    E::Model: TenantRow,
{
    let view = acting.view_after();
    let row = view.tx().get::<E>(tenant, id).await?;
    Ok(Member::alone(&view, row))
}
