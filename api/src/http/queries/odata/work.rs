//! What choosing and ordering rows takes, counted in steps: an expression over every row, or a sort by long texts, is a few words in an
//! address and can keep a processor busy for minutes.

use std::cell::Cell;

use tokio::time::Instant;

use super::value::Value;
use crate::{graphql::frontdoor::Refusal, http::queries::refused::Refused};

/// Steps for one request, at most: about a second's work.
pub const MOST_STEPS: u64 = 1 << 28;

/// Steps of working out a value, beside its text, of which each byte is a step.
const OF_A_VALUE: u64 = 32;

/// The clock is looked at once for so many rows.
const ROWS_BETWEEN_LOOKS: usize = 64;

/// Work that is being done.
#[derive(Debug)]
pub struct Work {
    steps: Cell<u64>,
    until: Instant,
    /// How long it may take, in seconds, for whoever is told that it took longer.
    limit: u64,
}

impl Work {
    /// Work that may go on until then, and take so many seconds.
    #[must_use]
    pub const fn until(until: Instant, limit: u64) -> Self {
        Self { steps: Cell::new(0), until, limit }
    }

    /// That a value was looked at.
    pub fn looked_at(&self, value: &Value) {
        self.add(weight(value));
    }

    fn add(&self, steps: u64) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// That rows with such keys will be sorted.
    pub fn will_sort<'v>(&self, rows: usize, keys: impl Iterator<Item = &'v Value>) {
        let rounds = u64::from(usize::BITS - rows.leading_zeros());
        self.add(keys.map(weight).sum::<u64>().saturating_mul(rounds));
    }

    /// Whether it may go on after so many rows.
    ///
    /// # Errors
    /// [`Refused::TooMuchWork`]; [`Refused::Door`] when the time is up.
    pub fn may_go_on(&self, rows: usize) -> Result<(), Refused> {
        if self.steps.get() > MOST_STEPS {
            return Err(Refused::TooMuchWork(MOST_STEPS));
        }
        if rows.is_multiple_of(ROWS_BETWEEN_LOOKS) && Instant::now() >= self.until {
            return Err(Refusal::TimeLimit(self.limit).into());
        }
        Ok(())
    }
}

fn weight(value: &Value) -> u64 {
    let text = if let Value::Text(text) = value { u64::try_from(text.len()).unwrap_or(u64::MAX) } else { 0 };
    text.saturating_add(OF_A_VALUE)
}
