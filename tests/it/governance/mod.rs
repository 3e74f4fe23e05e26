//! Neighbourhood feedback, its collation and lead members' quarterly returns; meetings, actions and obligations, as the offices that
//! keep them see them.

mod actions;
mod attendance;
mod boards;
mod calendars;
mod duties;
mod exempt;
mod feedback;
pub mod fixtures;
mod government_office;
mod interviews;
pub mod meetings;
mod minutes;
mod obligations;
mod pack_contents;
mod pack_pdf;
mod packs;
mod page;
mod pdf_text;
mod planning;
mod publications;
mod quarter;
mod racing;
mod records;
mod return_parts;
mod returns;
mod seen;
mod urgent;
mod withdrawals;
