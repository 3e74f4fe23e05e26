//! How the work is answered for: neighbourhood feedback, its collation, and lead members' quarterly returns.

mod enums;
mod feedback;
mod feedback_summary;
mod quarterly_return;
mod quarterly_return_changing;
mod quarterly_return_contents;

pub use enums::{FeedbackSubject, ReturnPart, ReturnStatus};
pub use feedback::{AreaFeedback, Feedback, FeedbackConnection, FeedbackFilter, FeedbackMutation};
pub use feedback_summary::{FeedbackSummary, FeedbackSummaryConnection, FeedbackSummaryMutation};
pub use quarterly_return::{QuarterlyReturn, QuarterlyReturnConnection, QuarterlyReturnFilter, ReturnSubmission};
pub use quarterly_return_changing::QuarterlyReturnMutation;
