//! Appointments.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{ID, Object, Result};
use entity::{
    tables::organisation::appointment,
    usecases::organisation::{appointments, bodies},
};

use super::{Body, Office, Organisation, Person, Tenant};
use crate::graphql::{
    performance::Area,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::Date,
};

/// An appointment.
#[derive(Clone)]
pub struct Appointment(pub Member<appointment::Model>);

/// A person in an office, from one day to another. Every permission follows from the appointments in force that day.
#[Object]
impl Appointment {
    /// The appointment's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Appointment, self.0.row()).to_id()
    }

    /// The tenant in which it confers powers.
    async fn tenant(&self) -> Result<Option<Tenant>> {
        Tenant::one(self.0.view(), self.0.tenant()).await
    }

    /// The office.
    fn office(&self) -> Office {
        self.0.row().office.into()
    }

    /// Who holds it; null with an error when you may not know.
    async fn person(&self) -> Result<Option<Person>> {
        let own = self.0.tx().actor().person().map(|own| own.person);
        let people = self
            .0
            .loaded()
            .once("Appointment.person", || async move {
                let ids: Vec<_> = self.0.rows().iter().map(|row| row.person_id).collect();
                let rows = if ids.iter().all(|id| Some(*id) == own) {
                    self.0.tx().own_person().await?
                } else {
                    appointments::people(self.0.tx(), self.0.tenant(), ids).await?
                };
                Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
            })
            .await?;
        Ok(people.get(&self.0.row().person_id).map(|row| Person::new(self.0.view(), Arc::clone(row))))
    }

    /// The body on which it is held.
    async fn body(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().filter_map(|row| row.body_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Appointment.body", self.0.row().body_id, load).await?.map(Body))
    }

    /// The area for which it is held.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), self.0.row().area_id, ids).await
    }

    /// The organisation for which it is held.
    async fn organisation(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.organisation_id).collect();
        Organisation::beside(self.0.view(), self.0.loaded(), "Appointment.organisation", self.0.row().organisation_id, ids).await
    }

    /// The first day in force.
    #[graphql(name = "fromOn")]
    fn begins_on(&self) -> Date {
        Date(self.0.row().from_on)
    }

    /// The last day in force; null while it is open-ended.
    fn to_on(&self) -> Option<Date> {
        self.0.row().to_on.map(Date)
    }

    /// Whether it is in force on the day that is shown.
    fn is_in_force(&self) -> bool {
        appointments::in_force(self.0.row(), self.0.view().as_at())
    }

    /// The minute by which it was made.
    fn minute_reference(&self) -> Option<&str> {
        self.0.row().minute_reference.as_deref()
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(AppointmentConnection, AppointmentEdge, Appointment, "appointments");
