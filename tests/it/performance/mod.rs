//! How partnerships are doing, and what their officers do about it.

mod closing_the_gap;
mod fixtures;
mod importing;
mod outlooks;
mod periods;
mod recording;
mod targets;
