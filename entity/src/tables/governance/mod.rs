//! How partnerships and the Authority govern themselves.

pub mod delegation;
pub mod policing_plan_alignment;
pub mod policing_plan_measure;
pub mod policing_plan_objective;
