//! Meetings, actions and obligations, as the offices that keep them see them.

mod actions;
mod calendars;
mod meetings;
mod obligations;
mod packs;
