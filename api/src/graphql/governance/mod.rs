//! How partnerships and the Authority govern themselves and answer for it: delegated powers and the Policing Plan, neighbourhood
//! feedback, lead members' quarterly returns, meetings, actions and obligations.

mod delegation;
mod enums;
mod feedback;
mod feedback_summary;
mod policing_plan;
mod quarterly_return;
mod quarterly_return_changing;
mod quarterly_return_contents;

pub use delegation::{Delegation, DelegationConnection, DelegationMutation};
pub use policing_plan::{
    PolicingPlanAlignment, PolicingPlanMeasure, PolicingPlanMutation, PolicingPlanObjective, PolicingPlanObjectiveConnection,
};

pub use enums::{FeedbackSubject, ReturnPart, ReturnStatus};
pub use feedback::{AreaFeedback, Feedback, FeedbackConnection, FeedbackFilter, FeedbackMutation};
pub use feedback_summary::{FeedbackSummary, FeedbackSummaryConnection, FeedbackSummaryMutation};
pub use quarterly_return::{QuarterlyReturn, QuarterlyReturnConnection, QuarterlyReturnFilter, ReturnSubmission};
pub use quarterly_return_changing::QuarterlyReturnMutation;
