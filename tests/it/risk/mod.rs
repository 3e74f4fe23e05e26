//! Risks on their registers, and the way of those that are passed on, played by the offices whose steps they are.

pub mod fixtures;

mod chain;
mod closed;
mod out_of_turn;
mod outcomes;
mod racing;
mod registers;
mod review;
mod sight;
