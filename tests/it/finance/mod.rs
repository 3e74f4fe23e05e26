//! Delegated powers, budgets and the Policing Plan: what a lead member may agree, what it commits, and what is refused.

mod agreeing;
mod budgets;
pub mod fixtures;
mod policing_plan;
mod powers;
mod racing;
mod revisions;
mod spending;
