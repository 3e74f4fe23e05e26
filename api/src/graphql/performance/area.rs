//! Areas and sets of areas.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use entity::{
    tables::{
        Id,
        performance::{area, area_set, area_set_member},
    },
    usecases::performance::areas::{self, AreaBy as By},
};

use super::{AreaKind, Hierarchy};
use crate::graphql::{
    context::Asking,
    relay::{Loaded, Member, NodeId, NodeKind, Paging, View, connection, straight},
    scalars::Date,
};

/// An area.
#[derive(Clone)]
pub struct Area {
    view: View,
    row: Arc<area::Model>,
}

impl Area {
    /// An area as seen in a view.
    #[must_use]
    pub fn new(view: &View, row: impl Into<Arc<area::Model>>) -> Self {
        Self { view: view.clone(), row: row.into() }
    }

    /// One area.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn one(view: &View, id: Option<Id<area::Model>>) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let rows = view.loaded().once(("area", id.uuid()), || areas::many(view.tx(), vec![id])).await?;
        Ok(rows.first().map(|row| Self::new(view, row.clone())))
    }

    /// The area that a row refers to, loaded for all rows together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn beside(
        view: &View,
        loaded: &Loaded,
        id: Option<Id<area::Model>>,
        ids: impl FnOnce() -> Vec<Id<area::Model>> + Send,
    ) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let rows = loaded
            .once("area", || async move {
                let rows = areas::many(view.tx(), ids()).await?;
                Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
            })
            .await?;
        Ok(rows.get(&id).map(|row| Self::new(view, Arc::clone(row))))
    }

    async fn linked(&self, hierarchy: Hierarchy, to_parents: bool) -> Result<Vec<(uuid::Uuid, Self)>> {
        let links = self.view.loaded().once(("links", hierarchy), || areas::links(self.view.tx(), hierarchy.into())).await?;
        let own = self.row.id;
        let ids = links.iter().filter(|link| areas::holds(link.from_on, link.to_on, self.view.as_at())).filter_map(|link| {
            let (here, there) = if to_parents { (link.child_id, link.parent_id) } else { (link.parent_id, link.child_id) };
            (here == own).then_some(there)
        });
        self.sorted(ids.collect()).await
    }

    async fn succeeded(&self, backwards: bool) -> Result<Vec<(uuid::Uuid, Self)>> {
        let rows = self.view.loaded().once("successions", || areas::successions(self.view.tx())).await?;
        let own = self.row.id;
        let ids = rows.iter().filter_map(|row| {
            let (here, there) =
                if backwards { (row.successor_id, row.predecessor_id) } else { (row.predecessor_id, row.successor_id) };
            (here == own).then_some(there)
        });
        self.sorted(ids.collect()).await
    }

    async fn sorted(&self, ids: Vec<Id<area::Model>>) -> Result<Vec<(uuid::Uuid, Self)>> {
        let all = self
            .view
            .loaded()
            .once("areas", || async move { Ok(areas::all(self.view.tx()).await?.into_iter().map(Arc::new).collect::<Vec<_>>()) })
            .await?;
        // They come sorted by name.
        let found = all.iter().filter(|row| ids.contains(&row.id));
        Ok(found.map(|row| (row.id.uuid(), Self::new(&self.view, Arc::clone(row)))).collect())
    }

    fn list(&self, field: &str, hierarchy: Option<Hierarchy>) -> String {
        format!("Area.{field}/{}/{}/{hierarchy:?}", self.row.id, self.view.as_at())
    }
}

/// An area: a council's, a ward, a policing area, a region or another. Join on the code, never on the name: names repeat.
#[Object]
impl Area {
    /// The area's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::Area, self.row.id).to_id()
    }

    /// Short stable name, such as `ward-castlefields`.
    fn reference(&self) -> &str {
        &self.row.reference
    }

    /// The area's name.
    fn name(&self) -> &str {
        &self.row.name
    }

    /// What sort of area it is.
    fn kind(&self) -> AreaKind {
        self.row.kind.into()
    }

    /// The nine-character code of the Government Statistical Service; null where none is known.
    fn gss_code(&self) -> Option<&str> {
        self.row.gss_code.as_deref()
    }

    /// What the code rests on, or why there is none.
    fn gss_basis(&self) -> Option<&str> {
        self.row.gss_basis.as_deref()
    }

    /// The first day of its existence, where it is known.
    fn valid_from_on(&self) -> Option<Date> {
        self.row.valid_from.map(Date)
    }

    /// The last day of its existence; null while it exists.
    fn valid_to_on(&self) -> Option<Date> {
        self.row.valid_to.map(Date)
    }

    /// What else is known.
    fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }

    /// The document and section, or the public page, that this comes from.
    fn source(&self) -> &str {
        &self.row.source
    }

    /// The areas that it lies in, in one hierarchy, on the day that is shown.
    async fn parents(
        &self,
        #[graphql(desc = "In which hierarchy.")] hierarchy: Hierarchy,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let paging = Paging::new(&self.list("parents", Some(hierarchy)), (first, after, last, before))?;
        Ok(Some(paging.slice(self.linked(hierarchy, true).await?)?.into()))
    }

    /// The areas that lie in it, in one hierarchy, on the day that is shown.
    async fn children(
        &self,
        #[graphql(desc = "In which hierarchy.")] hierarchy: Hierarchy,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let paging = Paging::new(&self.list("children", Some(hierarchy)), (first, after, last, before))?;
        Ok(Some(paging.slice(self.linked(hierarchy, false).await?)?.into()))
    }

    /// The areas whose place it took, as on the reorganisation of 1 April 2009.
    async fn predecessors(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let paging = Paging::new(&self.list("predecessors", None), (first, after, last, before))?;
        Ok(Some(paging.slice(self.succeeded(true).await?)?.into()))
    }

    /// The areas that took its place.
    async fn successors(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let paging = Paging::new(&self.list("successors", None), (first, after, last, before))?;
        Ok(Some(paging.slice(self.succeeded(false).await?)?.into()))
    }
}

straight!(Area as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "reference" => this.reference(ctx),
    "name" => this.name(ctx),
    "kind" => this.kind(ctx),
    "gssCode" => this.gss_code(ctx),
    "gssBasis" => this.gss_basis(ctx),
    "validFromOn" => this.valid_from_on(ctx),
    "validToOn" => this.valid_to_on(ctx),
    "note" => this.note(ctx),
    "source" => this.source(ctx),
});

connection!(AreaConnection, AreaEdge, Area, "areas", straight);

/// How to look an area up.
#[derive(OneofObject)]
pub enum AreaBy {
    /// By the nine-character code of the Government Statistical Service, such as E06000006.
    GssCode(String),
    /// By its short name here, such as `halton`.
    Reference(String),
}

impl From<AreaBy> for By {
    fn from(by: AreaBy) -> Self {
        match by {
            AreaBy::GssCode(code) => Self::GssCode(code),
            AreaBy::Reference(reference) => Self::Reference(reference),
        }
    }
}

/// Which areas are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct AreaFilter {
    /// Only areas of these kinds.
    #[graphql(validator(max_items = 100))]
    kinds: Option<Vec<AreaKind>>,
    /// Only areas that existed on this day, as far as is known.
    valid_on: Option<Date>,
}

/// A set of areas.
#[derive(Clone)]
pub struct AreaSet(pub Member<area_set::Model>);

/// A set of areas that a tenant works with, such as its priority wards.
#[Object]
impl AreaSet {
    /// The set's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::AreaSet, self.0.row()).to_id()
    }

    /// Short stable name.
    fn reference(&self) -> &str {
        &self.0.row().reference
    }

    /// The set's name.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// What it is for.
    fn purpose(&self) -> &str {
        &self.0.row().purpose
    }

    /// The areas that belonged to it on the day that is shown, by name.
    async fn areas(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let view = self.0.view();
        let paging = Paging::new(&format!("AreaSet.areas/{}/{}", self.0.row().id, view.as_at()), (first, after, last, before))?;
        let load = || areas::set_members(self.0.tx(), self.0.tenant(), self.0.ids(), view.as_at());
        let members = self.0.below("areas", load, |row: &area_set_member::Model| Some(row.area_set_id)).await?;
        let Some(first) = members.first() else { return Ok(Some(paging.slice(Vec::new())?.into())) };
        let ids = || first.rows().iter().map(|row| row.area_id).collect();
        let mut found = Vec::with_capacity(members.len());
        for member in &members {
            if let Some(area) = Area::beside(view, first.loaded(), Some(member.row().area_id), ids).await? {
                found.push((area.row.id.uuid(), area));
            }
        }
        found.sort_by(|(_, a), (_, b)| a.row.name.cmp(&b.row.name));
        Ok(Some(paging.slice(found)?.into()))
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(AreaSetConnection, AreaSetEdge, AreaSet, "sets of areas");

/// Areas.
#[derive(Default)]
pub struct AreaQuery;

#[Object]
impl AreaQuery {
    /// One area.
    async fn area(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: AreaBy,
        #[graphql(desc = "Show its place in the hierarchies as on this day; today when left out.")] on: Option<Date>,
    ) -> Result<Option<Area>> {
        let view = Asking::of(ctx)?.view().await?;
        let view = on.map_or_else(|| view.clone(), |day| view.as_at_day(day.0));
        Ok(Some(Area::new(&view, areas::area(view.tx(), &by.into()).await?)))
    }

    /// Every area, by name.
    async fn areas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AreaFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let view = Asking::of(ctx)?.view().await?;
        let paging = Paging::new(&format!("areas/{filter:?}"), (first, after, last, before))?;
        let filter = filter.unwrap_or_default();
        let kinds: Option<Vec<_>> = filter.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
        let rows = areas::all(view.tx()).await?.into_iter().filter(|row| {
            kinds.as_ref().is_none_or(|kinds| kinds.contains(&row.kind))
                && filter.valid_on.is_none_or(|day| areas::holds(row.valid_from, row.valid_to, day.0))
        });
        Ok(Some(paging.slice(rows.map(|row| (row.id.uuid(), Area::new(&view, row))).collect())?.into()))
    }
}
