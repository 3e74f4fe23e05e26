//! Any thing by its global identifier.
//!
//! A thing that you may not see and a thing that isn't there answer alike: null.

use async_graphql::{Context, ID, Interface, Object, Result};
use entity::{
    error::Error,
    tables::{Id, TenantId, TenantTable, organisation as org, performance as perf},
    usecases::{
        identity::sessions,
        organisation::{organisations, tenants},
        performance::{areas, indicators},
    },
};
use std::sync::Arc;

use super::{
    context::Asking,
    identity::Session,
    organisation::{Act, Appointment, Body, BodyMembership, Organisation, Person, Tenant},
    performance::{
        Agreement, AgreementIndicator, Area, AreaSet, Indicator, NationalIndicator, Observation, Outcome, Outlook, PeriodClose,
        Target, Theme, TolerancePolicy, TransformationalIssue,
    },
    relay::{Member, NodeId, NodeKind, View},
};

/// Anything that has a global identifier.
#[derive(Interface, Clone)]
#[graphql(field(name = "id", ty = "ID", desc = "The global identifier, which never changes and is never used again."))]
pub enum Node {
    /// A tenant.
    Tenant(Tenant),
    /// An organisation.
    Organisation(Organisation),
    /// A person.
    Person(Person),
    /// A body.
    Body(Body),
    /// The membership of a body.
    BodyMembership(BodyMembership),
    /// An appointment.
    Appointment(Appointment),
    /// An act.
    Act(Act),
    /// A session.
    Session(Session),
    /// An area.
    Area(Area),
    /// A national indicator.
    NationalIndicator(NationalIndicator),
    /// An indicator.
    Indicator(Indicator),
    /// An agreement.
    Agreement(Agreement),
    /// A theme.
    Theme(Theme),
    /// An outcome.
    Outcome(Outcome),
    /// A transformational issue.
    TransformationalIssue(TransformationalIssue),
    /// A line of an agreement.
    AgreementIndicator(AgreementIndicator),
    /// A tolerance policy.
    TolerancePolicy(TolerancePolicy),
    /// A target.
    Target(Target),
    /// An observation.
    Observation(Observation),
    /// An outlook.
    Outlook(Outlook),
    /// The closing of a period.
    PeriodClose(PeriodClose),
    /// A set of areas.
    AreaSet(AreaSet),
}

/// Things by their identifiers.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing with this global identifier; null when there is none that you may see.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The global identifier.")] id: ID) -> Result<Option<Node>> {
        let asking = Asking::of(ctx)?;
        find(asking, &asking.view().await?, &id).await
    }

    /// The things with these global identifiers, in the same order; null in the place of each that you may not see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Up to 100 global identifiers.", validator(max_items = 100))] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        let asking = Asking::of(ctx)?;
        let view = asking.view().await?;
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(find(asking, &view, id).await?);
        }
        Ok(nodes)
    }
}

async fn find(asking: &Asking, view: &View, id: &ID) -> Result<Option<Node>> {
    let Some(node) = NodeId::parse(id) else { return Ok(None) };
    let found = match node.tenant {
        Some(tenant) => of_tenant(view, node, tenant).await,
        None => beyond_tenants(asking, view, node).await,
    };
    match found {
        Ok(node) => Ok(Some(node)),
        // What you may not read isn't there for you.
        Err(Error::NotFound(_) | Error::Denied { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn of_tenant(view: &View, node: NodeId, tenant: TenantId) -> Result<Node, Error> {
    Ok(match node.kind {
        NodeKind::Body => Node::Body(Body(row::<org::body::Entity>(view, tenant, node).await?)),
        NodeKind::BodyMembership => {
            Node::BodyMembership(BodyMembership(row::<org::body_membership::Entity>(view, tenant, node).await?))
        }
        NodeKind::Appointment => Node::Appointment(Appointment(row::<org::appointment::Entity>(view, tenant, node).await?)),
        NodeKind::Act => Node::Act(Act(row::<org::act::Entity>(view, tenant, node).await?)),
        NodeKind::Indicator => Node::Indicator(Indicator(row::<perf::indicator::Entity>(view, tenant, node).await?)),
        NodeKind::Agreement => Node::Agreement(Agreement(row::<perf::agreement::Entity>(view, tenant, node).await?)),
        NodeKind::Theme => Node::Theme(Theme(row::<perf::theme::Entity>(view, tenant, node).await?)),
        NodeKind::Outcome => Node::Outcome(Outcome(row::<perf::outcome::Entity>(view, tenant, node).await?)),
        NodeKind::TransformationalIssue => Node::TransformationalIssue(TransformationalIssue(
            row::<perf::transformational_issue::Entity>(view, tenant, node).await?,
        )),
        NodeKind::AgreementIndicator => {
            Node::AgreementIndicator(AgreementIndicator(row::<perf::agreement_indicator::Entity>(view, tenant, node).await?))
        }
        NodeKind::TolerancePolicy => {
            Node::TolerancePolicy(TolerancePolicy(row::<perf::tolerance_policy::Entity>(view, tenant, node).await?))
        }
        NodeKind::Target => Node::Target(Target(row::<perf::target::Entity>(view, tenant, node).await?)),
        NodeKind::Observation => Node::Observation(Observation(row::<perf::observation::Entity>(view, tenant, node).await?)),
        NodeKind::Outlook => Node::Outlook(Outlook::new(row::<perf::outlook::Entity>(view, tenant, node).await?).await?),
        NodeKind::PeriodClose => Node::PeriodClose(PeriodClose(row::<perf::period_close::Entity>(view, tenant, node).await?)),
        NodeKind::AreaSet => Node::AreaSet(AreaSet(row::<perf::area_set::Entity>(view, tenant, node).await?)),
        NodeKind::Tenant
        | NodeKind::Organisation
        | NodeKind::Person
        | NodeKind::Session
        | NodeKind::Area
        | NodeKind::NationalIndicator => {
            return Err(Error::NotFound("node"));
        }
    })
}

async fn row<E: TenantTable>(view: &View, tenant: TenantId, node: NodeId) -> Result<Member<E::Model>, Error>
where
    E::Model: entity::tables::TenantRow,
{
    let row = view.tx().get::<E>(tenant, Id::from_uuid(node.id)).await?;
    Ok(Member::alone(view, row))
}

async fn beyond_tenants(asking: &Asking, view: &View, node: NodeId) -> Result<Node, Error> {
    let tx = view.tx();
    Ok(match node.kind {
        NodeKind::Tenant => {
            Node::Tenant(Tenant::new(view, tenants::tenant(tx, &tenants::TenantBy::Id(Id::from_uuid(node.id))).await?))
        }
        NodeKind::Organisation => {
            Node::Organisation(Organisation::new(view, organisations::one(tx, Id::from_uuid(node.id)).await?))
        }
        NodeKind::Area => {
            let found = areas::many(tx, vec![Id::from_uuid(node.id)]).await?.pop();
            Node::Area(Area::new(view, found.ok_or(Error::NotFound("area"))?))
        }
        NodeKind::NationalIndicator => {
            let found = indicators::national_many(tx, vec![Id::from_uuid(node.id)]).await?.pop();
            Node::NationalIndicator(NationalIndicator(Arc::new(found.ok_or(Error::NotFound("national indicator"))?)))
        }
        // People are seen through the tenants in which both hold appointments.
        NodeKind::Person => Node::Person(Person::new(view, tx.person_in_sight(Id::from_uuid(node.id)).await?)),
        NodeKind::Session => {
            let own = sessions::live(&asking.db, tx.actor()).await?.into_iter().find(|row| row.id.uuid() == node.id);
            let row = own.ok_or(Error::NotFound("session"))?;
            Node::Session(Session::new(row, tx.actor()))
        }
        _ => return Err(Error::NotFound("node")),
    })
}
