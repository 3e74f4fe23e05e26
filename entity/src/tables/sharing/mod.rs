//! What tenants have agreed to share with each other. These rows belong to all parties of an agreement; only the tenancy's own
//! module on sharing reaches them, and hands them to parties only.

pub mod sharing_agreement;
pub mod sharing_clause;
pub mod sharing_party;
