//! Version numbers of what there is, and word of what changes.

pub mod stored;
mod versions;

pub use versions::known;
