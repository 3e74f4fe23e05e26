//! How partnerships and the Authority govern themselves: delegated powers, and the Policing Plan.

pub mod delegation;
pub mod policing_plan;
