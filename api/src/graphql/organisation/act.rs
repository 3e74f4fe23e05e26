//! Acts.

use async_graphql::{ID, Object, Result};
use entity::tables::organisation::act;

use super::{Office, Person};
use crate::graphql::{
    identity::ServiceAccount,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::{Date, DateTime},
};

/// An act.
#[derive(Clone)]
pub struct Act(pub Member<act::Model>);

/// Something that was done: by whom, in which office, and when. Every written record names its act.
#[Object]
impl Act {
    /// The act's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Act, self.0.row()).to_id()
    }

    /// What was done, such as RECORD_OBSERVATIONS.
    fn deed(&self) -> &str {
        &self.0.row().kind
    }

    /// Who did it; null for a machine, and for data that was loaded from the command line.
    async fn person(&self) -> Result<Option<Person>> {
        Person::who(&self.0, |row| row.person_id).await
    }

    /// The machine that did it, in place of a person.
    async fn service_account(&self) -> Result<Option<ServiceAccount>> {
        ServiceAccount::who(&self.0, |row| row.service_account_id).await
    }

    /// The office in which it was done.
    fn office(&self) -> Option<Office> {
        self.0.row().office.map(Office::from)
    }

    /// The business date on which it was done.
    fn done_on(&self) -> Date {
        Date(self.0.row().done_on)
    }

    /// The moment at which it was done.
    fn done_at(&self) -> DateTime {
        DateTime(self.0.row().done_at)
    }

    /// The request with which it was done, as in the log.
    fn request(&self) -> Option<&str> {
        self.0.row().request_id.as_deref()
    }
}

connection!(ActConnection, ActEdge, Act, "acts");
