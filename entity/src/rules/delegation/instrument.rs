//! The instruments by which powers are delegated: when they hold, and what somebody may know of the one by which they decide.

use chrono::NaiveDate;

use crate::tables::values::closed_set;

closed_set! {
    /// How an instrument of delegation stands on a day.
    pub enum InstrumentStanding {
        /// It confers its power.
        InForce = "IN_FORCE",
        /// Its term hasn't begun.
        NotYetInForce = "NOT_YET_IN_FORCE",
        /// Its term is over.
        Lapsed = "LAPSED",
        /// It was revoked.
        Revoked = "REVOKED",
    }
}

/// When an instrument holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Term {
    /// The first day; from ever where the document gives none.
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    /// The day from which it is revoked.
    pub revoked_on: Option<NaiveDate>,
}

impl Term {
    /// How the instrument stands on a day; a revocation counts before the end of the term.
    #[must_use]
    pub fn standing(self, on: NaiveDate) -> InstrumentStanding {
        if self.revoked_on.is_some_and(|day| day <= on) {
            InstrumentStanding::Revoked
        } else if self.ends_on.is_some_and(|day| day < on) {
            InstrumentStanding::Lapsed
        } else if self.starts_on.is_some_and(|day| day > on) {
            InstrumentStanding::NotYetInForce
        } else {
            InstrumentStanding::InForce
        }
    }
}

/// The instrument by which somebody decides, as far as they may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// There never was one.
    Nothing,
    /// Whether there is one isn't for them to know.
    Unseen,
    /// One, in the words of its minute, that stands so.
    Known(String, InstrumentStanding),
}

impl Instrument {
    /// The words of its minute.
    #[must_use]
    pub fn minute(&self) -> Option<&str> {
        match self {
            Self::Known(minute, _) => Some(minute),
            Self::Nothing | Self::Unseen => None,
        }
    }
}
