//! Instruments of delegation.

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, TenantId, governance::delegation},
    usecases::governance::delegation::{self as instruments, Delegate, Instrument},
};

use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    finance::{act_of, body_of},
    organisation::{Act, Body, Office},
    performance::Area,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::Date,
};

/// What is delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::governance::delegation::Power")]
pub enum DelegatedPower {
    /// Agreeing a partnership's priorities and strategic plans.
    PrioritiesAndPlans,
    /// Agreeing expenditure.
    Expenditure,
    /// Deciding for the delegating body in a partnership.
    DecisionsInPartnership,
    /// Developing an agreement's action plan and following its delivery.
    ActionPlan,
    /// Agreeing targets and their monitoring levels.
    Targets,
    /// Starting performance management action outside the usual trigger.
    Intervention,
    /// Nominating somebody.
    Nomination,
    /// Challenging plans that others draw up.
    Challenge,
    /// Delivering a plan or a programme, or following its delivery.
    Delivery,
}

/// How an instrument of delegation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::delegation::InstrumentStanding")]
pub enum DelegationStanding {
    /// It confers its power.
    InForce,
    /// Its term hasn't begun.
    NotYetInForce,
    /// Its term is over.
    Lapsed,
    /// It was revoked.
    Revoked,
}

/// An instrument.
#[derive(Clone)]
pub struct Delegation(pub Member<delegation::Model>);

/// An instrument by which a body delegates a power to an office or to another body.
#[Object]
impl Delegation {
    /// The instrument's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Delegation, self.0.row()).to_id()
    }

    /// Its number in the tenant's register.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The body that delegates.
    async fn delegated_by(&self) -> Result<Option<Body>> {
        Ok(body_of(&self.0, "Delegation.delegatedBy", |row| Some(row.delegated_by_id)).await?)
    }

    /// The office that may use the power; null when a body may.
    fn to_office(&self) -> Option<Office> {
        self.0.row().to_office.map(Office::from)
    }

    /// The body that may use the power; null when an office may.
    async fn to_body(&self) -> Result<Option<Body>> {
        Ok(body_of(&self.0, "Delegation.toBody", |row| row.to_body_id).await?)
    }

    /// What is delegated.
    fn power(&self) -> DelegatedPower {
        self.0.row().power.into()
    }

    /// The power in the words of the document.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// Its limits in the words of the document.
    fn limit(&self) -> Option<&str> {
        self.0.row().limit_words.as_deref()
    }

    /// The one area for which it holds; null when it holds for every one.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(self.0.view(), self.0.row().area_id).await
    }

    /// Who approved it, as printed.
    fn approved_by(&self) -> Option<&str> {
        self.0.row().approved_by.as_deref()
    }

    /// When it was approved.
    fn approved_on(&self) -> Option<Date> {
        self.0.row().approved_on.map(Date)
    }

    /// The number of the minute that approved it.
    fn minute(&self) -> Option<&str> {
        self.0.row().minute.as_deref()
    }

    /// The first day in force; null where the document gives none.
    fn starts_on(&self) -> Option<Date> {
        self.0.row().starts_on.map(Date)
    }

    /// The last day in force; null while it is open-ended.
    fn ends_on(&self) -> Option<Date> {
        self.0.row().ends_on.map(Date)
    }

    /// The day from which it is revoked.
    fn revoked_on(&self) -> Option<Date> {
        self.0.row().revoked_on.filter(|day| *day <= self.0.view().as_at()).map(Date)
    }

    /// Why it was revoked.
    fn revocation_reason(&self) -> Option<&str> {
        self.0.row().revocation_reason.as_deref()
    }

    /// How it stands on the day that is shown.
    fn standing(&self) -> DelegationStanding {
        instruments::standing(self.0.row(), self.0.view().as_at()).into()
    }

    /// Who recorded it, and in which office; null for what was loaded.
    async fn act(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "Delegation.act", |row| row.act_id).await?)
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section that it comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(DelegationConnection, DelegationEdge, Delegation, "instruments of delegation");

/// To whom a power is delegated.
#[derive(OneofObject)]
pub enum DelegateInput {
    /// To whoever holds this office.
    Office(Office),
    /// To this body of the tenant.
    Body(ID),
}

/// An instrument to be recorded.
#[derive(InputObject)]
pub struct CreateDelegationInput {
    /// The body that delegates.
    delegated_by: ID,
    /// To whom.
    to: DelegateInput,
    /// What.
    power: DelegatedPower,
    /// In the words of the resolution.
    words: String,
    /// Within which limits, in words.
    limit: Option<String>,
    /// For which area alone; leave it out when it holds for every one.
    area: Option<ID>,
    /// Who approved it, such as Engagement Committee.
    approved_by: String,
    /// When.
    approved_on: Date,
    /// The number of the minute.
    minute: String,
    /// The first day in force.
    starts_on: Date,
    /// The last day in force; leave it out when it is open-ended.
    ends_on: Option<Date>,
    /// The document and section that it comes from.
    source: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording an instrument gives.
#[derive(SimpleObject, Default)]
pub struct CreateDelegationPayload {
    /// The instrument.
    delegation: Option<Delegation>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An instrument to be revoked.
#[derive(InputObject)]
pub struct RevokeDelegationInput {
    /// The instrument.
    delegation: ID,
    /// Why.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What revoking an instrument gives.
#[derive(SimpleObject, Default)]
pub struct RevokeDelegationPayload {
    /// The instrument, which confers nothing from today on.
    delegation: Option<Delegation>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Instruments being recorded and revoked.
#[derive(Default)]
pub struct DelegationMutation;

#[Object]
impl DelegationMutation {
    /// Records an instrument by which a body has delegated a power.
    async fn create_delegation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instrument to be recorded.")] input: CreateDelegationInput,
    ) -> Result<CreateDelegationPayload> {
        let acting = Acting::of(ctx)?;
        match created(&acting, &input).await {
            Ok(delegation) => Ok(CreateDelegationPayload { delegation: Some(delegation), user_errors: Vec::new() }),
            Err(error) => Ok(CreateDelegationPayload { delegation: None, user_errors: for_user(error)? }),
        }
    }

    /// Revokes an instrument from today on. What was decided under it stands.
    async fn revoke_delegation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instrument to be revoked.")] input: RevokeDelegationInput,
    ) -> Result<RevokeDelegationPayload> {
        let acting = Acting::of(ctx)?;
        match revoked(&acting, &input).await {
            Ok(delegation) => Ok(RevokeDelegationPayload { delegation: Some(delegation), user_errors: Vec::new() }),
            Err(error) => Ok(RevokeDelegationPayload { delegation: None, user_errors: for_user(error)? }),
        }
    }
}

async fn created(acting: &Acting<'_>, input: &CreateDelegationInput) -> Result<Delegation, Error> {
    let (tenant, delegated_by) = NodeId::expect("delegatedBy", &input.delegated_by, NodeKind::Body)?;
    let delegate = match &input.to {
        DelegateInput::Office(office) => Delegate::Office((*office).into()),
        DelegateInput::Body(id) => Delegate::Body(NodeId::expect("to.body", id, NodeKind::Body)?.1),
    };
    let area = |id: &ID| NodeId::expect_beyond("area", id, NodeKind::Area);
    let instrument = Instrument {
        delegated_by,
        delegate,
        power: input.power.into(),
        words: input.words.clone(),
        limit: input.limit.clone(),
        area: input.area.as_ref().map(area).transpose()?,
        approved_by: input.approved_by.clone(),
        approved_on: input.approved_on.0,
        minute: input.minute.clone(),
        starts_on: input.starts_on.0,
        ends_on: input.ends_on.map(|day| day.0),
        source: input.source.clone(),
    };
    let id = acting.writing(tenant, input)?.once(|tx| instruments::create(tx, &instrument)).await?;
    shown(acting, tenant, id).await
}

async fn revoked(acting: &Acting<'_>, input: &RevokeDelegationInput) -> Result<Delegation, Error> {
    let (tenant, id) = NodeId::expect("delegation", &input.delegation, NodeKind::Delegation)?;
    acting.writing(tenant, input)?.once(|tx| instruments::revoke(tx, id, &input.reason)).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<delegation::Model>) -> Result<Delegation, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<delegation::Entity>(tenant, id).await?;
    Ok(Delegation(Member::alone(&view, row)))
}
