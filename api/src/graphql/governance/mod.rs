//! How partnerships and the Authority are steered: meetings, actions, obligations.

mod action_plan;
mod action_recording;
mod agenda_item;
mod meeting;
mod meeting_calling;
mod meeting_decision;
mod meeting_pack;
mod meeting_summary;
mod obligation;
mod plan_action;

pub use action_plan::{ActionPlan, ActionPlanConnection};
pub use action_recording::ActionMutation;
pub use agenda_item::AgendaItem;
pub use meeting::{Meeting, MeetingConnection, MeetingFilter};
pub use meeting_calling::MeetingMutation;
pub use meeting_decision::{MeetingDecision, MeetingDecisionMutation};
pub use meeting_pack::{MeetingPack, MeetingPackMutation};
pub use meeting_summary::MeetingSummaryMutation;
pub use obligation::{Obligation, ObligationConnection, ObligationFilter, ObligationMutation, own};
pub use plan_action::{PlanAction, PlanActionConnection, PlanActionFilter};
