//! How partnerships are doing: agreements and their lines, figures, targets, colours, and the closing of periods.

pub mod agreements;
pub mod areas;
pub mod closing_the_gap;
pub mod indicators;
pub mod outlooks;
pub mod periods;
pub mod series;
pub mod standing;
mod target_checks;
pub mod targets;
