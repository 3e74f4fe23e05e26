//! How partnerships and the Authority are steered: meetings, actions, obligations.

pub mod action;
pub mod action_owner;
pub mod action_plan;
pub mod action_progress;
pub mod agenda_item;
pub mod agenda_link;
pub mod attendance;
pub mod meeting;
pub mod meeting_decision;
pub mod meeting_pack;
pub mod meeting_paper;
pub mod meeting_summary;
pub mod obligation_waiver;
pub mod summary_recipient;
