//! Who there is: tenants, organisations, people, bodies, and the appointments from which every permission follows.

pub mod act;
pub mod appointment;
pub mod body;
pub mod body_membership;
pub mod organisation;
pub mod person;
pub mod tenant;
pub mod tenant_relation;
