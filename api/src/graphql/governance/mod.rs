//! How partnerships and the Authority govern themselves and answer for it: delegated powers and the Policing Plan, neighbourhood
//! feedback, lead members' quarterly returns, meetings, actions and obligations.

mod action_plan;
mod action_plan_version;
mod action_recording;
mod agenda_item;
mod attendance;
mod cascade;
mod delegation;
mod enums;
mod feedback;
mod feedback_summary;
mod interview;
mod meeting;
mod meeting_calling;
mod meeting_decision;
mod meeting_pack;
mod meeting_summary;
mod minutes;
mod obligation;
mod plan_action;
mod planning;
mod policing_plan;
mod publication;
mod quarterly_return;
mod quarterly_return_changing;
mod quarterly_return_contents;
mod tenant;

pub use delegation::{Delegation, DelegationConnection, DelegationMutation};
pub use policing_plan::{
    PolicingPlanAlignment, PolicingPlanMeasure, PolicingPlanMutation, PolicingPlanObjective, PolicingPlanObjectiveConnection,
};

pub use enums::{FeedbackSubject, ReturnPart, ReturnStatus};
pub use feedback::{AreaFeedback, Feedback, FeedbackConnection, FeedbackFilter, FeedbackMutation};
pub use feedback_summary::{FeedbackSummary, FeedbackSummaryConnection, FeedbackSummaryMutation};
pub use quarterly_return::{QuarterlyReturn, QuarterlyReturnConnection, QuarterlyReturnFilter, ReturnSubmission};
pub use quarterly_return_changing::QuarterlyReturnMutation;

pub use action_plan::{ActionPlan, ActionPlanConnection};
pub use action_recording::ActionMutation;
pub use agenda_item::{AgendaItem, AgendaItemMutation};
pub use attendance::AttendanceMutation;
pub use cascade::CascadeMutation;
pub use interview::{InterviewMutation, MemberInterview, MemberInterviewConnection};
pub(super) use meeting::of_tenant;
pub use meeting::{Meeting, MeetingConnection, MeetingFilter};
pub use meeting_calling::MeetingMutation;
pub use meeting_decision::{MeetingDecision, MeetingDecisionMutation};
pub use meeting_pack::{MeetingPack, MeetingPackMutation};
pub use meeting_summary::MeetingSummaryMutation;
pub use minutes::MinutesMutation;
pub use obligation::{Obligation, ObligationConnection, ObligationFilter, ObligationMutation, own};
pub use plan_action::{PlanAction, PlanActionConnection, PlanActionFilter};
pub use planning::PlanningMutation;
pub use publication::{Publication, PublicationConnection, PublicationFilter, PublicationMutation};
pub use tenant::TenantGovernance;
