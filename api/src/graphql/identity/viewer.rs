//! The viewer: who I am, what I hold, and what I may do where.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use entity::{
    error::Error,
    policy::{
        Action as PolicyAction, Demand, Reach as PolicyReach, Resource as PolicyResource, SCOPES, Scope, extents, needs_codes,
        reach,
    },
    tables::{TenantId, organisation::tenant},
    tenancy::Actor,
    usecases::organisation::{appointments, organisations, tenants},
};

use super::{CalendarFeed, ServiceScope, Session, SessionConnection};
use crate::graphql::{
    context::Asking,
    governance::{self, Obligation, ObligationConnection, ObligationFilter},
    organisation::{
        Action, Appointment, AppointmentConnection, Office, Organisation, Person, Reach, RecordAwaitingOfficeConnection,
        Resource, Tenant, awaiting_me,
    },
    relay::{Member, Paging, View},
    scalars::{Date, Email},
};

/// Who is asking.
pub struct Viewer {
    view: View,
    actor: Arc<Actor>,
}

/// Who is asking: a person, with what follows from the appointments in force on the business date, or a service account, with what
/// follows from its scopes.
#[Object]
impl Viewer {
    /// The person; null for a service account.
    async fn person(&self) -> Result<Option<Person>> {
        if self.actor.machine().is_some() {
            return Ok(None);
        }
        let person = self.view.tx().own_person().await?.pop().ok_or(Error::NotFound("person"))?;
        Ok(Some(Person::new(&self.view, person)))
    }

    /// The service account; null for a person.
    async fn service_account(&self) -> Result<Option<ViewerServiceAccount>> {
        let Some(machine) = self.actor.machine() else { return Ok(None) };
        let organisation = organisations::one(self.view.tx(), machine.organisation).await?;
        Ok(Some(ViewerServiceAccount {
            name: machine.name.clone(),
            client_identifier: machine.account.to_string(),
            organisation: Some(Organisation::new(&self.view, organisation)),
        }))
    }

    /// The e-mail address of the account; null for a service account.
    async fn email(&self) -> Result<Option<Email>> {
        if self.actor.machine().is_some() {
            return Ok(None);
        }
        let account = self.view.tx().own_account().await?.ok_or(Error::NotFound("person"))?;
        Ok(Some(Email(account.email)))
    }

    /// Whether signing in to the account takes a one-time code as well.
    fn has_authenticator(&self) -> bool {
        self.actor.person().is_some_and(|person| person.assurance.has_authenticator)
    }

    /// Whether one of your offices decides or exports, which this installation allows from a session with a one-time code only.
    fn is_one_time_code_needed(&self) -> bool {
        let Some(person) = self.actor.person() else { return false };
        person.assurance.demand == Demand::Codes && person.appointments.iter().any(|held| needs_codes(held.office))
    }

    /// The date that counts for appointments, deadlines and colours.
    fn business_date(&self) -> Date {
        Date(self.actor.business_date)
    }

    /// The appointments in force that day, in all tenants.
    async fn appointments(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<AppointmentConnection> {
        let paging = Paging::new(&format!("Viewer.appointments/{}", self.actor.caller()), (first, after, last, before))?;
        let mut items = Vec::new();
        for tenant in self.actor.tenants() {
            let rows = appointments::own(self.view.tx(), tenant).await?;
            items.extend(Member::gather(&self.view, tenant, rows).into_iter().map(|row| (row.row().id.uuid(), Appointment(row))));
        }
        Ok(paging.slice(items)?.into())
    }

    /// The tenants in which you hold an appointment, or that let you in, and what you may do in each.
    async fn tenants(&self) -> Result<Vec<ViewerTenant>> {
        let rows = tenants::tenants(self.view.tx()).await?;
        Ok(rows.into_iter().map(|row| ViewerTenant::new(&self.view, &self.actor, row)).collect())
    }

    /// Your obligations in all tenants, by due day: a year back, a year ahead, and whatever is late, when nothing else is asked for.
    async fn obligations(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<ObligationFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ObligationConnection>> {
        let list = format!("Viewer.obligations/{}/{filter:?}", self.actor.caller());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let found = governance::own(&self.view, self.actor.tenants(), &filter.unwrap_or_default().into()).await?;
        Ok(Some(Obligation::page(&self.view, &paging, found)?))
    }

    /// What awaits your offices now, in all tenants in which you hold any: records that go no further until you have done your part. What
    /// is owed by a day stands among your obligations as well, with its due day; `recordAwaitingMyOffice` tells as more comes to be.
    async fn records_awaiting_my_offices(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<RecordAwaitingOfficeConnection>> {
        let list = format!("Viewer.recordsAwaitingMyOffices/{}", self.actor.caller());
        let paging = Paging::new(&list, (first, after, last, before))?;
        Ok(Some(paging.slice(awaiting_me(&self.view, self.actor.tenants()).await?)?.into()))
    }

    /// Your calendar of obligations at a private address, if you have one.
    async fn calendar_feed(&self) -> Result<Option<CalendarFeed>> {
        Ok(CalendarFeed::own(&self.view).await?)
    }

    /// Your sessions that are live, latest first.
    async fn sessions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<SessionConnection> {
        let paging = Paging::new(&format!("Viewer.sessions/{}", self.actor.caller()), (first, after, last, before))?;
        let rows = self.view.tx().own_sessions().await?;
        let items = rows.into_iter().map(|row| (row.id.uuid(), Session::new(row, &self.actor))).collect();
        Ok(paging.slice(items)?.into())
    }
}

/// A service account that asks for itself.
#[derive(SimpleObject)]
pub struct ViewerServiceAccount {
    /// How it is known.
    name: String,
    /// Its client identifier, by which another tenant can let it in.
    client_identifier: String,
    /// Whose it is.
    organisation: Option<Organisation>,
}

/// A tenant in which the viewer holds an appointment, or that lets a service account in.
#[derive(SimpleObject)]
pub struct ViewerTenant {
    /// The tenant.
    tenant: Tenant,
    /// The offices held there today.
    offices: Vec<Office>,
    /// A service account's scopes there, as far as this request may use them.
    scopes: Vec<ServiceScope>,
    /// What these offices or scopes allow there; everything else is denied.
    permissions: Vec<Permission>,
}

/// Something that the viewer may do in a tenant.
#[derive(SimpleObject)]
pub struct Permission {
    /// What may be done.
    action: Action,
    /// To what.
    resource: Resource,
    /// How far it reaches.
    reach: Reach,
    /// The offices that allow it.
    offices: Vec<Office>,
    /// The scopes that allow it, for a service account.
    scopes: Vec<ServiceScope>,
}

impl ViewerTenant {
    fn new(view: &View, actor: &Actor, row: tenant::Model) -> Self {
        let (offices, scopes) = (actor.offices(row.id), actor.scopes(row.id));
        let permissions = PolicyResource::ALL
            .iter()
            .flat_map(|&resource| PolicyAction::ALL.iter().map(move |&action| (action, resource)))
            .filter_map(|(action, resource)| permission(&offices, scopes, action, resource))
            .collect();
        let scopes = scopes.iter().copied().map(ServiceScope::from).collect();
        Self { tenant: Tenant::new(view, row), offices: offices.into_iter().map(Office::from).collect(), scopes, permissions }
    }
}

fn permission(
    offices: &[entity::policy::Office],
    scopes: &[Scope],
    action: PolicyAction,
    resource: PolicyResource,
) -> Option<Permission> {
    if let Some(furthest) = extents(scopes, action, resource).into_iter().max() {
        let rows = SCOPES.iter().filter(|row| row.action == action && row.resource == resource && scopes.contains(&row.scope));
        let scopes = rows.map(|row| row.scope.into()).collect();
        return Some(Permission {
            action: action.into(),
            resource: resource.into(),
            reach: furthest.into(),
            offices: Vec::new(),
            scopes,
        });
    }
    let allowing: Vec<_> = offices.iter().filter_map(|&office| Some((reach(office, action, resource)?, office))).collect();
    let furthest: PolicyReach = allowing.iter().map(|(reach, _)| *reach).max()?;
    Some(Permission {
        action: action.into(),
        resource: resource.into(),
        reach: furthest.into(),
        offices: allowing.into_iter().map(|(_, office)| office.into()).collect(),
        scopes: Vec::new(),
    })
}

/// What the viewer may do in one tenant, asked by that tenant.
pub fn may(actor: &Actor, tenant: TenantId, action: Action, resource: Resource) -> bool {
    actor.may(tenant, action.into(), resource.into())
}

/// The viewer.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who you are, what you hold and what you may do.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let asking = Asking::of(ctx)?;
        Ok(Some(Viewer { view: asking.view().await?, actor: asking.actor()? }))
    }
}
