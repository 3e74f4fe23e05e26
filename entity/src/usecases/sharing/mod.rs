//! What tenants share with each other: agreements proposed, approved and withdrawn, why something may be read or not, and figures
//! side by side.

pub mod access;
pub mod agreements;
pub mod comparing;
pub mod proposing;
