//! Shorthand for the rules' tests, and the tests too long to sit beside their rules.
#![allow(clippy::unwrap_used, reason = "a test's own literals must parse, or the test is wrong")]

mod colour;
mod entry;
mod gap;
mod period;
mod reason;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::rules::period::Period;

/// An exact decimal.
pub(crate) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A period by its code.
pub(crate) fn p(code: &str) -> Period {
    code.parse().unwrap()
}

/// An ISO date.
pub(crate) fn on(date: &str) -> NaiveDate {
    date.parse().unwrap()
}
