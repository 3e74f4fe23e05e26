//! Accounts, as those see them who look after who holds what.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Object, Result};
use entity::{
    policy::needs_codes,
    tables::{
        Id, TenantId,
        organisation::{appointment, person},
    },
    usecases::{
        identity::recertification::{self, Holder},
        organisation::appointments,
    },
};

use crate::graphql::{
    organisation::{Appointment, AppointmentConnection, Office, Person},
    relay::{Loaded, Member, Paging, View, connection},
    scalars::{DateTime, Email},
};

/// The account of somebody who holds an appointment in a tenant.
#[derive(Clone)]
pub struct Account {
    view: View,
    tenant: TenantId,
    row: Holder,
    /// Whose appointments are looked up together with this one's.
    people: Arc<[Id<person::Model>]>,
    /// What was looked up for all of them. The view can't keep it: appointments keep the view.
    loaded: Arc<Loaded>,
}

impl Account {
    /// The accounts of a tenant, each under its own identifier.
    ///
    /// # Errors
    /// When the viewer may not read them.
    pub async fn of(view: &View, tenant: TenantId) -> Result<Vec<(uuid::Uuid, Self)>> {
        let rows = recertification::holders(view.tx(), tenant).await?;
        let people: Arc<[_]> = rows.iter().map(|row| row.person_id).collect();
        let loaded = Arc::new(Loaded::default());
        let account = |row: Holder| {
            let (people, loaded) = (Arc::clone(&people), Arc::clone(&loaded));
            (row.id.uuid(), Self { view: view.clone(), tenant, row, people, loaded })
        };
        Ok(rows.into_iter().map(account).collect())
    }

    /// The appointments of this person in the tenant, looked up for everybody at once.
    async fn held(&self) -> Result<Vec<Member<appointment::Model>>> {
        let today = self.view.business_date();
        let load = || async move {
            let rows = recertification::held(self.view.tx(), self.tenant, self.people.to_vec(), today).await?;
            let mut by_person: HashMap<_, Vec<_>> = HashMap::new();
            for member in Member::gather(&self.view, self.tenant, rows) {
                by_person.entry(member.row().person_id).or_default().push(member);
            }
            Ok(by_person)
        };
        let by_person = self.loaded.once("Account.held", load).await?;
        Ok(by_person.get(&self.row.person_id).cloned().unwrap_or_default())
    }

    /// The offices in force today.
    async fn in_force(&self) -> Result<Vec<entity::policy::Office>> {
        let today = self.view.business_date();
        let held = self.held().await?;
        let mut offices: Vec<_> =
            held.iter().filter(|held| appointments::in_force(held.row(), today)).map(|held| held.row().office).collect();
        offices.sort();
        offices.dedup();
        Ok(offices)
    }
}

/// The account of somebody who holds an appointment in this tenant, in force or to come: for looking through, now and then, who
/// holds what and whether it is still used. What they hold elsewhere isn't told.
#[Object]
impl Account {
    /// Whose it is.
    async fn person(&self) -> Result<Option<Person>> {
        let load = || async move {
            let rows = appointments::people(self.view.tx(), self.tenant, self.people.to_vec()).await?;
            Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
        };
        let people = self.loaded.once("Account.person", load).await?;
        Ok(people.get(&self.row.person_id).map(|row| Person::new(&self.view, Arc::clone(row))))
    }

    /// With what they sign in.
    fn email(&self) -> Email {
        Email(self.row.email.clone())
    }

    /// The offices that they hold here today.
    async fn offices(&self) -> Result<Option<Vec<Office>>> {
        Ok(Some(self.in_force().await?.into_iter().map(Office::from).collect()))
    }

    /// Their appointments here, in force or to come, latest first.
    async fn appointments(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AppointmentConnection>> {
        let paging = Paging::new(&format!("Account.appointments/{}/{}", self.tenant, self.row.id), (first, after, last, before))?;
        let items = self.held().await?.into_iter().map(|held| (held.row().id.uuid(), Appointment(held))).collect();
        Ok(Some(paging.slice(items)?.into()))
    }

    /// When a session of the account was last begun or renewed, wherever they act; null when it never was.
    fn last_used_at(&self) -> Option<DateTime> {
        self.row.last_used_at.map(DateTime)
    }

    /// Whether signing in takes a one-time code as well.
    fn has_authenticator(&self) -> bool {
        self.row.authenticator_id.is_some()
    }

    /// Whether one of their offices here decides or exports, and so needs one-time codes.
    async fn is_one_time_code_needed(&self) -> Result<Option<bool>> {
        Ok(Some(self.in_force().await?.into_iter().any(needs_codes)))
    }

    /// Whether they were invited and haven't chosen a password yet.
    async fn is_invitation_pending(&self) -> bool {
        self.row.awaits_password == 1
    }

    /// Whether it can't be signed in to.
    fn is_disabled(&self) -> bool {
        self.row.disabled_at.is_some()
    }
}

connection!(AccountConnection, AccountEdge, Account, "accounts");
