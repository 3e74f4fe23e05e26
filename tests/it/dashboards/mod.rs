//! What dashboards are built on: stored queries, in every shape in which tools fetch them.

pub mod fixtures;
mod grafana;
mod machines;
mod odata;
mod pages;
mod polling;
mod serving;
mod storing;
