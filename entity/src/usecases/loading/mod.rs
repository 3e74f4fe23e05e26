//! Loading data from the files that come with the program: reference data for every installation, and the demonstration.
//!
//! The files stand in `entity/data`. Every row gets an identifier made from its own name, so loading twice changes nothing.

mod actions;
mod agreements;
mod demonstration;
mod figures;
mod files;
mod machines;
mod meetings;
mod organisations;
mod reference;
mod sharing;

pub use demonstration::{DemonstrationAccount, demonstration, demonstration_people};
pub use machines::demonstration_machines;
pub use reference::reference;
