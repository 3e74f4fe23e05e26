//! How partnerships and the Authority are steered: meetings, actions, obligations.

pub mod action_progress;
pub mod actions;
pub mod meeting_minutes;
pub mod meeting_packs;
pub mod meeting_summaries;
pub mod meetings;
pub mod obligations;
