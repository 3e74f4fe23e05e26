//! Who is asking: a person with the appointments in force on the business date.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Share;

use crate::{
    policy::{self, Action, Assurance, Office, Reach, Resource},
    tables::{
        Id, TenantId,
        identity::{account, session},
        organisation::{appointment, body, organisation, person},
        performance::area,
    },
};

/// An appointment in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The appointment.
    pub id: Id<appointment::Model>,
    /// The tenant in which it confers powers.
    pub tenant: TenantId,
    /// The office.
    pub office: Office,
    /// The body on which it is held.
    pub body: Option<Id<body::Model>>,
    /// The area for which it is held.
    pub area: Option<Id<area::Model>>,
    /// The organisation for which it is held.
    pub organisation: Option<Id<organisation::Model>>,
}

/// A signed-in person, as of the business date.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: Id<person::Model>,
    /// The account with which they signed in.
    pub account: Id<account::Model>,
    /// The session.
    pub session: Id<session::Model>,
    /// The date on which the appointments were looked at.
    pub business_date: NaiveDate,
    /// The appointments in force that day.
    pub appointments: Vec<Held>,
    /// What other tenants let them read that day.
    pub shares: Vec<Share>,
    /// How surely the session knows that it is them.
    pub assurance: Assurance,
}

impl Actor {
    /// The tenants in which the actor holds an appointment.
    #[must_use]
    pub fn tenants(&self) -> BTreeSet<TenantId> {
        self.appointments.iter().map(|held| held.tenant).collect()
    }

    /// Whether the actor holds any appointment in `tenant`.
    #[must_use]
    pub fn acts_in(&self, tenant: TenantId) -> bool {
        self.appointments.iter().any(|held| held.tenant == tenant)
    }

    /// Whether some appointment in `tenant` allows `action` on at least a part of `resource`.
    #[must_use]
    pub fn may(&self, tenant: TenantId, action: Action, resource: Resource) -> bool {
        self.held_for(tenant, action, resource, None).is_some() || self.held_for_own(tenant, action, resource)
    }

    /// The appointment in `tenant` that allows `action` on a `resource` supplied by `owner`.
    ///
    /// An office that reaches the whole tenant goes before one that reaches its own organisation's things only.
    pub(crate) fn held_for(
        &self,
        tenant: TenantId,
        action: Action,
        resource: Resource,
        owner: Option<Id<organisation::Model>>,
    ) -> Option<&Held> {
        self.appointments
            .iter()
            .filter(|held| held.tenant == tenant)
            .filter_map(|held| Some((policy::reach(held.office, action, resource)?, held)))
            .filter(|(reach, held)| *reach == Reach::Tenant || (owner.is_some() && held.organisation == owner))
            .max_by_key(|(reach, _)| *reach)
            .map(|(_, held)| held)
    }

    fn held_for_own(&self, tenant: TenantId, action: Action, resource: Resource) -> bool {
        self.appointments.iter().any(|held| {
            held.tenant == tenant && held.organisation.is_some() && policy::reach(held.office, action, resource).is_some()
        })
    }
}
