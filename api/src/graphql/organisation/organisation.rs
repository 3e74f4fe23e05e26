//! Organisations.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object, Result};
use entity::{
    tables::{Id, organisation::organisation},
    usecases::organisation::organisations,
};

use super::Sector;
use crate::graphql::{
    context::Asking,
    performance::Area,
    relay::{Loaded, NodeId, NodeKind, Paging, View, connection},
};

/// An organisation.
#[derive(Clone)]
pub struct Organisation {
    view: View,
    row: Arc<organisation::Model>,
}

impl Organisation {
    /// An organisation as seen in a view.
    #[must_use]
    pub fn new(view: &View, row: impl Into<Arc<organisation::Model>>) -> Self {
        Self { view: view.clone(), row: row.into() }
    }

    /// The organisation that a row refers to, loaded for all rows together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn beside(
        view: &View,
        loaded: &Loaded,
        relation: &'static str,
        id: Option<Id<organisation::Model>>,
        ids: impl FnOnce() -> Vec<Id<organisation::Model>> + Send,
    ) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let rows = loaded
            .once(relation, || async move {
                let rows = organisations::many(view.tx(), ids()).await?;
                Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
            })
            .await?;
        Ok(rows.get(&id).map(|row| Self::new(view, Arc::clone(row))))
    }
}

/// An organisation: it exists once and may sit on the bodies of several tenants.
#[Object]
impl Organisation {
    /// The organisation's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::Organisation, self.row.id).to_id()
    }

    /// Short stable name.
    fn reference(&self) -> &str {
        &self.row.reference
    }

    /// The organisation's name.
    fn name(&self) -> &str {
        &self.row.name
    }

    /// Other names in use for it.
    fn aliases(&self) -> Vec<String> {
        texts(&self.row.aliases)
    }

    /// What sort of organisation it is, as the documents put it.
    fn description(&self) -> &str {
        &self.row.kind
    }

    /// The part of society that it belongs to.
    fn sector(&self) -> Sector {
        self.row.sector.into()
    }

    /// The area that it serves, where it has one.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(&self.view, self.row.area_id).await
    }

    /// The part that it plays in the partnerships.
    fn part_played(&self) -> &str {
        &self.row.part_played
    }

    /// The document and section, or the public page, that this comes from.
    fn source(&self) -> &str {
        &self.row.source
    }
}

/// A list of texts from its stored form.
pub fn texts(stored: &serde_json::Value) -> Vec<String> {
    stored.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

connection!(OrganisationConnection, OrganisationEdge, Organisation, "organisations");

/// Organisations.
#[derive(Default)]
pub struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// Every organisation that takes part anywhere, by name.
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<OrganisationConnection>> {
        let view = Asking::of(ctx)?.view().await?;
        let paging = Paging::new("organisations", (first, after, last, before))?;
        let rows = organisations::all(view.tx()).await?;
        let items = rows.into_iter().map(|row| (row.id.uuid(), Organisation::new(&view, row))).collect();
        Ok(Some(paging.slice(items)?.into()))
    }
}
