//! Who there is: tenants, organisations, people, bodies, appointments and acts.

#![expect(clippy::module_inception, reason = "organisations are one of the things of the area that bears their name")]

mod act;
mod appointment;
mod audit_event;
mod awaiting;
pub mod body;
mod enums;
mod organisation;
mod person;
mod tenant;
mod tenant_relation;

pub use act::{Act, ActConnection};
pub use appointment::{Appointment, AppointmentConnection};
pub use audit_event::{AuditEvent, AuditEventConnection, AuditEventFilter};
pub use awaiting::{AwaitingSubscription, RecordAwaitingOfficeConnection, listed as awaiting_me};
pub use body::{Body, BodyConnection, BodyMembership};
pub use enums::{Action, BodyKind, Office, Reach, Resource, Sector, Statutory, TenantKind, TenantRelationKind};
pub(crate) use organisation::texts;
pub use organisation::{Organisation, OrganisationConnection, OrganisationQuery};
pub use person::Person;
pub use tenant::{Tenant, TenantQuery};
