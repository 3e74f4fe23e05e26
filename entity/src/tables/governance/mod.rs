//! How the work is answered for: neighbourhood feedback, and lead members' quarterly returns.

pub mod feedback;
pub mod feedback_issue;
pub mod feedback_source;
pub mod feedback_summary;
pub mod feedback_theme;
pub mod quarterly_return;
pub mod quarterly_return_follow_up;
pub mod quarterly_return_submission;
