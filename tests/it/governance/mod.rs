//! Neighbourhood feedback, its collation, and lead members' quarterly returns.

mod feedback;
pub mod fixtures;
mod page;
mod quarter;
mod returns;
