//! What tenants share: only by agreement, only what it covers, only while it is in force, and always on record.

mod agreements;
mod reading;
