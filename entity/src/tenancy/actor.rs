//! Who is asking: a person with the appointments in force on the business date, or a service account with what tenants grant it.
//!
//! What either may do is asked in the same words, and answered by a [`Warrant`]: the appointment or the grant that allows it. What
//! neither table of the policy allows is denied.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Share, Whose};

use crate::{
    error::{Error, Held as On, Result},
    policy::{self, Action, Assurance, Extent, Office, Reach, Resource, Scope, decides_or_exports},
    tables::{
        Id, TenantId,
        identity::{account, api_key, session},
        organisation::{appointment, body, organisation, person, service_account, service_account_grant},
        performance::area,
    },
};

/// An appointment in force.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// What a tenant lets a service account do, in force now and from where it asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Granted {
    /// The grant.
    pub id: Id<service_account_grant::Model>,
    /// The tenant.
    pub tenant: TenantId,
    /// The scopes, narrowed to those that the request came with.
    pub scopes: Vec<Scope>,
}

/// A person who is signed in.
#[derive(Clone, Debug, Hash)]
pub struct SignedIn {
    /// The person.
    pub person: Id<person::Model>,
    /// The account with which they signed in.
    pub account: Id<account::Model>,
    /// The session.
    pub session: Id<session::Model>,
    /// The appointments in force on the business date.
    pub appointments: Vec<Held>,
    /// How surely the session knows that it is them.
    pub assurance: Assurance,
}

/// A service account that came with a key, or with a token that it got for one.
#[derive(Clone, Debug, Hash)]
pub struct Machine {
    /// The service account.
    pub account: Id<service_account::Model>,
    /// How it is known.
    pub name: String,
    /// Whose it is.
    pub organisation: Id<organisation::Model>,
    /// The key.
    pub key: Id<api_key::Model>,
    /// What tenants let it do.
    pub grants: Vec<Granted>,
}

/// Who an actor is.
#[derive(Clone, Debug, Hash)]
pub enum Principal {
    /// A person.
    Person(SignedIn),
    /// A service account.
    Machine(Machine),
}

/// Whoever asks, as of the business date.
#[derive(Clone, Debug, Hash)]
pub struct Actor {
    /// Who it is.
    pub principal: Principal,
    /// The date on which appointments and grants were looked at.
    pub business_date: NaiveDate,
    /// What other tenants let them read that day.
    pub shares: Vec<Share>,
}

/// What allows a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warrant {
    /// A person's appointment.
    Appointment(Held),
    /// What a tenant grants a service account.
    Grant(Granted),
}

impl Warrant {
    /// The office, for a person's.
    #[must_use]
    pub fn office(&self) -> Option<Office> {
        match self {
            Self::Appointment(held) => Some(held.office),
            Self::Grant(_) => None,
        }
    }

    /// The identifier of the appointment or the grant.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match self {
            Self::Appointment(held) => held.id.uuid(),
            Self::Grant(granted) => granted.id.uuid(),
        }
    }
}

/// What of a tenant's own rows of a kind an actor reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Results of engagement.
    pub results: bool,
    /// What belongs to the indicators that this organisation supplies.
    pub organisation: Option<Id<organisation::Model>>,
}

/// To what of a tenant's rows of a kind a person's offices confine their reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Confined {
    /// What is about these areas.
    pub(super) areas: Vec<Id<area::Model>>,
    /// What this person wrote, or what is about them: themselves.
    pub(super) person: Option<Id<person::Model>>,
}

impl Actor {
    /// The person, for what only people do.
    ///
    /// # Errors
    /// [`Error::ForPeople`] for a service account.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.person().ok_or(Error::ForPeople)
    }

    /// The person, if it is one.
    #[must_use]
    pub fn person(&self) -> Option<&SignedIn> {
        match &self.principal {
            Principal::Person(person) => Some(person),
            Principal::Machine(_) => None,
        }
    }

    /// The service account, if it is one.
    #[must_use]
    pub fn machine(&self) -> Option<&Machine> {
        match &self.principal {
            Principal::Person(_) => None,
            Principal::Machine(machine) => Some(machine),
        }
    }

    /// Whose turns, calls and budget these are: the account's or the service account's.
    #[must_use]
    pub fn caller(&self) -> Uuid {
        match &self.principal {
            Principal::Person(person) => person.account.uuid(),
            Principal::Machine(machine) => machine.account.uuid(),
        }
    }

    /// The tenants in which the actor holds an appointment or a grant.
    #[must_use]
    pub fn tenants(&self) -> BTreeSet<TenantId> {
        match &self.principal {
            Principal::Person(person) => person.appointments.iter().map(|held| held.tenant).collect(),
            Principal::Machine(machine) => machine.grants.iter().map(|granted| granted.tenant).collect(),
        }
    }

    /// Whether the actor holds any appointment or grant in `tenant`.
    #[must_use]
    pub fn acts_in(&self, tenant: TenantId) -> bool {
        match &self.principal {
            Principal::Person(person) => person.appointments.iter().any(|held| held.tenant == tenant),
            Principal::Machine(machine) => machine.grants.iter().any(|granted| granted.tenant == tenant),
        }
    }

    /// The offices held in `tenant`.
    #[must_use]
    pub fn offices(&self, tenant: TenantId) -> Vec<Office> {
        let held = self.person().into_iter().flat_map(|person| &person.appointments);
        let mut offices: Vec<_> = held.filter(|held| held.tenant == tenant).map(|held| held.office).collect();
        offices.sort();
        offices.dedup();
        offices
    }

    /// The scopes granted in `tenant`.
    #[must_use]
    pub fn scopes(&self, tenant: TenantId) -> &[Scope] {
        let granted = self.machine().and_then(|machine| machine.grants.iter().find(|granted| granted.tenant == tenant));
        granted.map_or(&[], |granted| &granted.scopes)
    }

    /// Whether something that the actor holds in `tenant` allows `action` on at least a part of `resource`.
    #[must_use]
    pub fn may(&self, tenant: TenantId, action: Action, resource: Resource) -> bool {
        match &self.principal {
            Principal::Person(person) => person.appointments.iter().filter(|held| held.tenant == tenant).any(|held| {
                policy::reach(held.office, action, resource).is_some_and(|reach| match reach {
                    Reach::Tenant => true,
                    Reach::OwnArea => held.area.is_some(),
                    Reach::OwnOrganisation => held.organisation.is_some(),
                    Reach::OwnWork => true,
                })
            }),
            Principal::Machine(_) => !policy::extents(self.scopes(tenant), action, resource).is_empty(),
        }
    }

    /// The appointment on a body that allows `action` on a `resource` in `tenant`, if the actor holds one.
    #[must_use]
    pub fn held_on(&self, tenant: TenantId, action: Action, resource: Resource, body: Id<body::Model>) -> Option<&Held> {
        let held = self.person().into_iter().flat_map(|person| &person.appointments);
        let mut held = held.filter(|held| held.tenant == tenant && held.body == Some(body));
        held.find(|held| policy::reach(held.office, action, resource).is_some())
    }

    /// The appointment that allows `action` on a `resource` anywhere in `tenant` and isn't to `office` on some body, if the actor holds one.
    #[must_use]
    pub fn held_other_than(&self, tenant: TenantId, action: Action, resource: Resource, office: Office) -> Option<&Held> {
        let held = self.person().into_iter().flat_map(|person| &person.appointments);
        let mut held = held.filter(|held| held.tenant == tenant && (held.office != office || held.body.is_none()));
        held.find(|held| policy::reach(held.office, action, resource) == Some(Reach::Tenant))
    }

    /// Whether something that the actor holds in `tenant` allows an action on a resource that is `whose`.
    #[must_use]
    pub fn allows(&self, tenant: TenantId, (action, resource): (Action, Resource), whose: Whose) -> bool {
        self.warrant(tenant, action, resource, whose).is_some()
    }

    /// What in `tenant` allows `action` on a `resource` that is `whose`.
    ///
    /// An office that reaches the whole tenant goes before one that reaches its own area's or organisation's things only.
    pub(crate) fn warrant(&self, tenant: TenantId, action: Action, resource: Resource, whose: Whose) -> Option<Warrant> {
        match &self.principal {
            Principal::Person(person) => person
                .appointments
                .iter()
                .filter(|held| held.tenant == tenant)
                .filter_map(|held| Some((policy::reach(held.office, action, resource)?, held)))
                .filter(|(reach, held)| match reach {
                    Reach::Tenant => true,
                    Reach::OwnArea => whose.area.is_some() && held.area == whose.area,
                    Reach::OwnOrganisation => whose.organisation.is_some() && held.organisation == whose.organisation,
                    // Of which the rows are the judge.
                    Reach::OwnWork => false,
                })
                .max_by_key(|(reach, _)| *reach)
                .map(|(_, held)| Warrant::Appointment(held.clone())),
            Principal::Machine(machine) => {
                let reaches = |extent: &Extent| match extent {
                    Extent::Tenant => true,
                    Extent::OwnOrganisation => whose.organisation == Some(machine.organisation),
                    // These are read and nothing else, of which the rows are the judge.
                    Extent::EngagementResults => action == Action::Read,
                };
                let allowed = policy::extents(self.scopes(tenant), action, resource).iter().any(reaches);
                let granted = machine.grants.iter().find(|granted| granted.tenant == tenant);
                granted.filter(|_| allowed).map(|granted| Warrant::Grant(granted.clone()))
            }
        }
    }

    /// The part of a tenant's rows of a kind that the actor reads, unless it is all of them.
    pub(super) fn part_read(&self, tenant: TenantId, resource: Resource) -> Option<Part> {
        let machine = self.machine()?;
        let extents = policy::extents(self.scopes(tenant), Action::Read, resource);
        if extents.contains(&Extent::Tenant) {
            return None;
        }
        let organisation = extents.contains(&Extent::OwnOrganisation).then_some(machine.organisation);
        Some(Part { results: extents.contains(&Extent::EngagementResults), organisation })
    }

    /// The rows of a kind in a tenant that a person's offices confine them to: those about these areas, and their own work; `None` when
    /// an office lets them read all of it, or none any.
    pub(super) fn confined(&self, tenant: TenantId, resource: Resource) -> Option<Confined> {
        let person = self.person()?;
        let mut confined = Confined { areas: Vec::new(), person: None };
        for held in person.appointments.iter().filter(|held| held.tenant == tenant) {
            match policy::reach(held.office, Action::Read, resource) {
                Some(Reach::Tenant) => return None,
                Some(Reach::OwnArea) => confined.areas.extend(held.area),
                Some(Reach::OwnWork) => confined.person = Some(person.person),
                // No reading reaches so.
                Some(Reach::OwnOrganisation) | None => {}
            }
        }
        (!confined.areas.is_empty() || confined.person.is_some()).then_some(confined)
    }

    /// Whether it is known surely enough who asks.
    ///
    /// # Errors
    /// What a session has to show first; a machine has nothing more to show.
    pub(super) fn assured(&self, action: Action, now: DateTime<Utc>) -> Result<()> {
        match &self.principal {
            Principal::Person(person) => Ok(person.assurance.suffices_for(action, now)?),
            Principal::Machine(_) if decides_or_exports(action) => Err(Error::ForPeople),
            Principal::Machine(_) => Ok(()),
        }
    }

    /// That nothing which the actor holds allows it.
    #[must_use]
    pub fn denied(&self, action: Action, resource: Resource) -> Error {
        let held = if self.person().is_some() { On::Appointments } else { On::Scopes };
        Error::Denied { action, resource, on: self.business_date, held, elsewhere: None }
    }
}
