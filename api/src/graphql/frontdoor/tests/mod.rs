//! The door with a small schema behind it: what a client meets at each step, and nulls by the specification.

mod http;
mod limits;
mod null_propagation;
mod persisted;
mod time;
mod toy;
