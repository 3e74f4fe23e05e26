//! Tenants, bodies, people and areas, as the documents describe them.

mod areas;
mod audit;
mod bodies;
mod refusals;
mod sight;
mod tenants;
