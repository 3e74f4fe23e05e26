//! The demonstration's people, bodies and appointments.

use chrono::NaiveDate;
use serde::Deserialize;

use super::files::{Tenants, data, id, list, maybe, owner, tenant_id};
use crate::{
    error::Result,
    policy::Office,
    tables::organisation::{appointment, body, body_membership, person},
};

/// A person of the demonstration.
#[derive(Deserialize)]
pub(super) struct PersonRow {
    pub(super) reference: String,
    pub(super) name: String,
    pub(super) organisation: Option<String>,
    pub(super) email: String,
}

pub(super) fn people() -> Result<Vec<PersonRow>> {
    data!("demonstration/people.csv")
}

pub(super) fn person_rows(people: &[PersonRow]) -> Vec<person::Model> {
    people
        .iter()
        .map(|row| person::Model {
            id: id("person", &row.reference),
            name: row.name.clone(),
            organisation_id: maybe("organisation", row.organisation.as_ref()),
        })
        .collect()
}

#[derive(Deserialize)]
struct BodyRow {
    reference: String,
    tenant: String,
    name: String,
    aliases: Option<String>,
    kind: body::BodyKind,
    is_statutory: body::Statutory,
    parent: Option<String>,
    legal_basis: Option<String>,
    established: Option<String>,
    ended: Option<String>,
    purpose: String,
    source: String,
}

/// The bodies, each after its parent, and the tenant of each.
pub(super) fn bodies() -> Result<(Vec<body::Model>, Tenants)> {
    let rows: Vec<BodyRow> = data!("demonstration/bodies.csv")?;
    let tenants: Tenants = rows.iter().map(|row| (row.reference.clone(), tenant_id(&row.tenant))).collect();
    let mut bodies: Vec<body::Model> = rows
        .into_iter()
        .map(|row| body::Model {
            tenant_id: tenant_id(&row.tenant),
            id: id("body", &row.reference),
            reference: row.reference,
            name: row.name,
            aliases: list(row.aliases.as_ref()),
            kind: row.kind,
            is_statutory: row.is_statutory,
            parent_id: maybe("body", row.parent.as_ref()),
            legal_basis: row.legal_basis,
            established: row.established,
            ended: row.ended,
            purpose: row.purpose,
            source: row.source,
        })
        .collect();
    let mut ordered = Vec::with_capacity(bodies.len());
    while !bodies.is_empty() {
        let before = bodies.len();
        let (ready, waiting): (Vec<_>, Vec<_>) = bodies
            .into_iter()
            .partition(|body| body.parent_id.is_none_or(|parent| ordered.iter().any(|placed: &body::Model| placed.id == parent)));
        ordered.extend(ready);
        bodies = waiting;
        if bodies.len() == before {
            return Err(crate::error::Error::internal("a body's parent is missing from the data files"));
        }
    }
    Ok((ordered, tenants))
}

#[derive(Deserialize)]
struct BodyMembershipRow {
    body: String,
    organisation: String,
    capacity: Option<String>,
    note: Option<String>,
    source: String,
}

pub(super) fn body_memberships(bodies: &Tenants) -> Result<Vec<body_membership::Model>> {
    let rows: Vec<BodyMembershipRow> = data!("demonstration/body_memberships.csv")?;
    rows.into_iter()
        .enumerate()
        .map(|(number, row)| {
            Ok(body_membership::Model {
                tenant_id: owner(bodies, "body", &row.body)?,
                id: id("body_membership", &format!("{}/{}/{number}", row.body, row.organisation)),
                body_id: id("body", &row.body),
                organisation_id: id("organisation", &row.organisation),
                capacity: row.capacity,
                note: row.note,
                source: row.source,
            })
        })
        .collect()
}

/// An appointment of the demonstration.
#[derive(Deserialize)]
pub(super) struct AppointmentRow {
    pub(super) person: String,
    pub(super) office: Office,
    pub(super) tenant: String,
    body: Option<String>,
    area: Option<String>,
    organisation: Option<String>,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
    minute_reference: Option<String>,
    source: String,
}

pub(super) fn appointments() -> Result<Vec<AppointmentRow>> {
    data!("demonstration/appointments.csv")
}

pub(super) fn appointment_rows(rows: Vec<AppointmentRow>) -> Vec<appointment::Model> {
    rows.into_iter()
        .enumerate()
        .map(|(number, row)| appointment::Model {
            tenant_id: tenant_id(&row.tenant),
            id: id("appointment", &format!("{}/{}/{}/{number}", row.person, row.office, row.tenant)),
            person_id: id("person", &row.person),
            office: row.office,
            body_id: maybe("body", row.body.as_ref()),
            area_id: maybe("area", row.area.as_ref()),
            organisation_id: maybe("organisation", row.organisation.as_ref()),
            from_on: row.from_on,
            to_on: row.to_on,
            minute_reference: row.minute_reference,
            source: row.source,
        })
        .collect()
}
