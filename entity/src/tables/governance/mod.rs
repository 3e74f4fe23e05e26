//! How partnerships and the Authority govern themselves and answer for it.

pub mod action;
pub mod action_owner;
pub mod action_plan;
pub mod action_progress;
pub mod agenda_item;
pub mod agenda_link;
pub mod attendance;
pub mod delegation;
pub mod feedback;
pub mod feedback_issue;
pub mod feedback_source;
pub mod feedback_summary;
pub mod feedback_theme;
pub mod meeting;
pub mod meeting_decision;
pub mod meeting_pack;
pub mod meeting_paper;
pub mod meeting_summary;
pub mod obligation_waiver;
pub mod policing_plan_alignment;
pub mod policing_plan_measure;
pub mod policing_plan_objective;
pub mod quarterly_return;
pub mod quarterly_return_follow_up;
pub mod quarterly_return_submission;
pub mod summary_recipient;
