//! People.

use std::sync::Arc;

use async_graphql::{ID, Object, Result};
use entity::{tables::organisation::person, usecases::organisation::organisations};

use super::Organisation;
use crate::graphql::relay::{NodeId, NodeKind, View};

/// A person.
#[derive(Clone)]
pub struct Person {
    view: View,
    row: Arc<person::Model>,
}

impl Person {
    /// A person as seen in a view.
    #[must_use]
    pub fn new(view: &View, row: impl Into<Arc<person::Model>>) -> Self {
        Self { view: view.clone(), row: row.into() }
    }
}

/// A person: they exist once and may hold appointments in several tenants.
#[Object]
impl Person {
    /// The person's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::Person, self.row.id).to_id()
    }

    /// How the person is known; in the demonstration, by office.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The organisation that the person works for or sits on.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let Some(id) = self.row.organisation_id else { return Ok(None) };
        let rows =
            self.view.loaded().once(("Person.organisation", id.uuid()), || organisations::many(self.view.tx(), vec![id])).await?;
        Ok(rows.first().map(|row| Organisation::new(&self.view, row.clone())))
    }
}
