//! How partnerships and the Authority govern themselves and answer for it: delegated powers and the Policing Plan, neighbourhood
//! feedback, lead members' quarterly returns, meetings, actions and obligations.

pub mod action_progress;
pub mod actions;
pub mod agendas;
pub mod attendance;
pub mod cascades;
pub mod collation;
pub mod committees;
pub mod delegation;
pub mod feedback;
pub mod interviews;
pub mod meeting_minutes;
pub mod meeting_packs;
pub mod meeting_summaries;
pub mod meetings;
pub mod minutes_record;
mod obligation_sources;
pub mod obligations;
pub mod planning;
pub mod policing_plan;
pub mod publications;
pub mod quarterly_return_contents;
pub mod quarterly_return_handing_in;
pub mod quarterly_return_parts;
pub mod quarterly_return_saving;
pub mod quarterly_returns;
