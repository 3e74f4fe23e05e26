//! Bodies and who sits on them.

use async_graphql::{Enum, ID, InputObject, Object, Result};
use entity::{
    tables::organisation::{body, body_membership},
    usecases::organisation::bodies,
};

use super::{BodyKind, Organisation, Statutory, organisation::texts};
use crate::graphql::relay::{Member, NodeId, NodeKind, Paging, connection};

/// A body.
#[derive(Clone)]
pub struct Body(pub Member<body::Model>);

/// A body of a tenant: a board, partnership, committee, panel or group.
#[Object]
impl Body {
    /// The body's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Body, self.0.row()).to_id()
    }

    /// Short stable name.
    fn reference(&self) -> &str {
        &self.0.row().reference
    }

    /// The body's name.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// Other names in use for the same body.
    fn aliases(&self) -> Vec<String> {
        texts(&self.0.row().aliases)
    }

    /// What sort of body it is.
    fn kind(&self) -> BodyKind {
        self.0.row().kind.into()
    }

    /// Whether the law requires it, as far as the documents say.
    fn statutory(&self) -> Statutory {
        self.0.row().is_statutory.into()
    }

    /// The body that it stands under.
    async fn parent(&self) -> Result<Option<Self>> {
        let ids = self.0.rows().iter().filter_map(|row| row.parent_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Body.parent", self.0.row().parent_id, load).await?.map(Body))
    }

    /// The bodies that stand under it, by name.
    async fn children(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<BodyConnection> {
        let paging = Paging::new(&format!("Body.children/{}", self.0.row().id), (first, after, last, before))?;
        let load = || bodies::children(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("children", load, |row| row.parent_id).await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Body(row))).collect())?.into())
    }

    /// The organisations that sit on it.
    async fn memberships(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<BodyMembershipConnection> {
        let paging = Paging::new(&format!("Body.memberships/{}", self.0.row().id), (first, after, last, before))?;
        let load = || bodies::memberships(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("memberships", load, |row: &body_membership::Model| Some(row.body_id)).await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), BodyMembership(row))).collect())?.into())
    }

    /// The law or the decision that it rests on.
    fn legal_basis(&self) -> Option<&str> {
        self.0.row().legal_basis.as_deref()
    }

    /// When it was set up, as printed.
    fn established(&self) -> Option<&str> {
        self.0.row().established.as_deref()
    }

    /// When it ended, as printed; null while it exists.
    fn ended(&self) -> Option<&str> {
        self.0.row().ended.as_deref()
    }

    /// What it is for.
    fn purpose(&self) -> &str {
        &self.0.row().purpose
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(BodyConnection, BodyEdge, Body, "bodies");

/// Which bodies are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct BodyFilter {
    /// Only bodies of these kinds.
    #[graphql(validator(max_items = 100))]
    kinds: Option<Vec<BodyKind>>,
    /// Only bodies whose name, or another name in use, contains this text, whatever the case.
    #[graphql(validator(max_length = 200))]
    named: Option<String>,
}

impl From<BodyFilter> for bodies::Filter {
    fn from(filter: BodyFilter) -> Self {
        Self { kinds: filter.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()), named: filter.named }
    }
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// From the lowest to the highest.
    Asc,
    /// From the highest to the lowest.
    Desc,
}

/// What bodies are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum BodyOrderField {
    /// By name.
    Name,
}

/// How bodies are ordered.
#[derive(InputObject, Debug)]
pub struct BodyOrder {
    /// By what.
    field: BodyOrderField,
    /// Which way.
    direction: OrderDirection,
}

impl BodyOrder {
    /// Whether the order is from the highest to the lowest.
    #[must_use]
    pub fn is_descending(&self) -> bool {
        match self.field {
            BodyOrderField::Name => self.direction == OrderDirection::Desc,
        }
    }
}

/// The membership of a body.
#[derive(Clone)]
pub struct BodyMembership(pub Member<body_membership::Model>);

/// An organisation that sits on a body.
#[Object]
impl BodyMembership {
    /// The membership's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::BodyMembership, self.0.row()).to_id()
    }

    /// The body.
    async fn body(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().map(|row| row.body_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("BodyMembership.body", Some(self.0.row().body_id), load).await?.map(Body))
    }

    /// The organisation.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let own = Some(self.0.row().organisation_id);
        Organisation::beside(self.0.view(), self.0.loaded(), "BodyMembership.organisation", own, ids).await
    }

    /// In what capacity it sits there.
    fn capacity(&self) -> Option<&str> {
        self.0.row().capacity.as_deref()
    }

    /// What else is known.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(BodyMembershipConnection, BodyMembershipEdge, BodyMembership, "memberships");
