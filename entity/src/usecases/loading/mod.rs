//! Loading data from the files that come with the program: reference data for every installation, and the demonstration.
//!
//! The files stand in `entity/data`. Every row gets an identifier made from its own name, so loading twice changes nothing.

mod actions;
mod agreements;
mod dashboards;
mod delegation;
mod demonstration;
mod figures;
mod files;
mod finance;
mod machines;
mod meetings;
mod organisations;
mod reference;
mod returns;
mod risks;
mod sharing;

pub use demonstration::{DemonstrationAccount, demonstration, demonstration_people};
pub use machines::demonstration_machines;
pub use reference::reference;
