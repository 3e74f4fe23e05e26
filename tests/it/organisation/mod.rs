//! Tenants, bodies, people and areas, as the documents describe them.

mod areas;
mod bodies;
mod tenants;
