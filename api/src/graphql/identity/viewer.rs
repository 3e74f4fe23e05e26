//! The viewer: who I am, what I hold, and what I may do where.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use entity::{
    error::Error,
    policy::{Action as PolicyAction, Demand, Reach as PolicyReach, Resource as PolicyResource, needs_codes, reach},
    tables::{TenantId, organisation::tenant},
    tenancy::Actor,
    usecases::organisation::{appointments, tenants},
};

use super::{Session, SessionConnection};
use crate::graphql::{
    context::Asking,
    organisation::{Action, Appointment, AppointmentConnection, Office, Person, Reach, Resource, Tenant},
    relay::{Member, Paging, View},
    scalars::{Date, Email},
};

/// The person who is asking.
pub struct Viewer {
    view: View,
    actor: Arc<Actor>,
}

/// The person who is asking, with what follows from the appointments in force on the business date.
#[Object]
impl Viewer {
    /// The person.
    async fn person(&self) -> Result<Option<Person>> {
        let person = self.view.tx().own_person().await?.pop().ok_or(Error::NotFound("person"))?;
        Ok(Some(Person::new(&self.view, person)))
    }

    /// The e-mail address of the account.
    async fn email(&self) -> Result<Option<Email>> {
        let account = self.view.tx().own_account().await?.ok_or(Error::NotFound("person"))?;
        Ok(Some(Email(account.email)))
    }

    /// Whether signing in to the account takes a one-time code as well.
    async fn has_authenticator(&self) -> bool {
        self.actor.assurance.has_authenticator
    }

    /// Whether one of your offices decides or exports, which this installation allows from a session with a one-time code only.
    async fn is_one_time_code_needed(&self) -> bool {
        let decides = self.actor.appointments.iter().any(|held| needs_codes(held.office));
        self.actor.assurance.demand == Demand::Codes && decides
    }

    /// The date that counts for appointments, deadlines and colours.
    async fn business_date(&self) -> Date {
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
        let paging = Paging::new(&format!("Viewer.appointments/{}", self.actor.person), (first, after, last, before))?;
        let mut items = Vec::new();
        for tenant in self.actor.tenants() {
            let rows = appointments::own(self.view.tx(), tenant).await?;
            items.extend(Member::gather(&self.view, tenant, rows).into_iter().map(|row| (row.row().id.uuid(), Appointment(row))));
        }
        Ok(paging.slice(items)?.into())
    }

    /// The tenants in which you hold an appointment, and what you may do in each.
    async fn tenants(&self) -> Result<Vec<ViewerTenant>> {
        let rows = tenants::tenants(self.view.tx()).await?;
        Ok(rows.into_iter().map(|row| ViewerTenant::new(&self.view, &self.actor, row)).collect())
    }

    /// Your sessions that are live, latest first.
    async fn sessions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<SessionConnection> {
        let paging = Paging::new(&format!("Viewer.sessions/{}", self.actor.account), (first, after, last, before))?;
        let rows = self.view.tx().own_sessions().await?;
        let items = rows.into_iter().map(|row| (row.id.uuid(), Session::new(row, &self.actor))).collect();
        Ok(paging.slice(items)?.into())
    }
}

/// A tenant in which the viewer holds an appointment.
#[derive(SimpleObject)]
pub struct ViewerTenant {
    /// The tenant.
    tenant: Tenant,
    /// The offices held there today.
    offices: Vec<Office>,
    /// What these offices allow there; everything else is denied.
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
}

impl ViewerTenant {
    fn new(view: &View, actor: &Actor, row: tenant::Model) -> Self {
        let mut offices: Vec<_> =
            actor.appointments.iter().filter(|held| held.tenant == row.id).map(|held| held.office).collect();
        offices.sort();
        offices.dedup();
        let permissions = PolicyResource::ALL
            .iter()
            .flat_map(|&resource| PolicyAction::ALL.iter().map(move |&action| (action, resource)))
            .filter_map(|(action, resource)| permission(&offices, action, resource))
            .collect();
        Self { tenant: Tenant::new(view, row), offices: offices.into_iter().map(Office::from).collect(), permissions }
    }
}

fn permission(offices: &[entity::policy::Office], action: PolicyAction, resource: PolicyResource) -> Option<Permission> {
    let allowing: Vec<_> = offices.iter().filter_map(|&office| Some((reach(office, action, resource)?, office))).collect();
    let furthest: PolicyReach = allowing.iter().map(|(reach, _)| *reach).max()?;
    Some(Permission {
        action: action.into(),
        resource: resource.into(),
        reach: furthest.into(),
        offices: allowing.into_iter().map(|(_, office)| office.into()).collect(),
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
