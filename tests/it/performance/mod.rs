//! How partnerships are doing, and what their officers do about it.

mod breaking_off;
mod closing_the_gap;
mod comparators;
mod documented;
pub mod fixtures;
mod importing;
mod lists;
mod outlooks;
mod periods;
mod reading;
mod recording;
mod repeating;
mod targets;
mod versions;
