//! How partnerships are doing: agreements and their lines, figures, targets, colours, and the closing of periods.

pub mod agreements;
pub mod areas;
pub mod closing_the_gap;
pub mod exporting;
pub mod grounds;
pub mod importing;
pub mod indicators;
pub mod outlooks;
pub mod periods;
pub mod reading;
pub mod recording;
pub mod series;
pub mod standing;
mod target_checks;
pub mod targets;
