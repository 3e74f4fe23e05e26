//! How partnerships and the Authority govern themselves: delegated powers, and the Policing Plan.

mod delegation;
mod policing_plan;

pub use delegation::{Delegation, DelegationConnection, DelegationMutation};
pub use policing_plan::{
    PolicingPlanAlignment, PolicingPlanMeasure, PolicingPlanMutation, PolicingPlanObjective, PolicingPlanObjectiveConnection,
};
