//! Who there is: tenants, organisations, bodies, appointments and acts, as the actor may know them.

pub mod acts;
pub mod appointments;
pub mod audit;
pub mod awaiting;
pub mod bodies;
pub mod organisations;
pub mod tenants;
