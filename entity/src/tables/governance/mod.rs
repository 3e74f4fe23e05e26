//! How partnerships and the Authority govern themselves and answer for it.

pub mod delegation;
pub mod feedback;
pub mod feedback_issue;
pub mod feedback_source;
pub mod feedback_summary;
pub mod feedback_theme;
pub mod policing_plan_alignment;
pub mod policing_plan_measure;
pub mod policing_plan_objective;
pub mod quarterly_return;
pub mod quarterly_return_follow_up;
pub mod quarterly_return_submission;
