//! How the work is answered for: neighbourhood feedback, its collation, and lead members' quarterly returns.

pub mod collation;
pub mod feedback;
pub mod quarterly_return_contents;
pub mod quarterly_return_handing_in;
pub mod quarterly_return_parts;
pub mod quarterly_return_saving;
pub mod quarterly_returns;
