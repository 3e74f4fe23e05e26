//! People.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{ID, Object, Result};
use entity::{
    tables::{Id, TenantRow, organisation::person},
    usecases::organisation::{appointments, organisations},
};

use super::Organisation;
use crate::graphql::relay::{Member, NodeId, NodeKind, View};

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

    /// Who did what a row tells of, loaded for all rows together; none for somebody whom the viewer may not know of.
    ///
    /// # Errors
    /// When the viewer may read no appointments there, or the database fails.
    pub async fn who<R: TenantRow>(
        member: &Member<R>,
        of: impl Fn(&R) -> Option<Id<person::Model>> + Send,
    ) -> Result<Option<Self>> {
        let Some(own) = of(member.row()) else { return Ok(None) };
        let ids = member.rows().iter().filter_map(|row| of(row)).collect();
        let load = || async move {
            let rows = appointments::people(member.tx(), member.tenant(), ids).await?;
            Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
        };
        let people = member.loaded().once("Person.who", load).await?;
        Ok(people.get(&own).map(|row| Self::new(member.view(), Arc::clone(row))))
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
    fn name(&self) -> &str {
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
