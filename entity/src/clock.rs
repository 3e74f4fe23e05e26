//! The two clocks. Both are injected, so that a demonstration and a test can say what day it is.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

/// Tells the time of the system and the date of business.
pub trait Clock: Send + Sync + 'static {
    /// The system's time: tokens, sessions and the moment of an act.
    fn now(&self) -> DateTime<Utc>;

    /// The business date: appointments, deadlines, colours and "as at".
    fn business_date(&self) -> NaiveDate;
}

/// The real clocks: system time, and the date in London.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
    fn now(&self) -> DateTime<Utc> {
        // PostgreSQL keeps microseconds; a moment must read back as it was given.
        Utc::now().trunc_subsecs(6)
    }

    fn business_date(&self) -> NaiveDate {
        self.now().with_timezone(&chrono_tz::Europe::London).date_naive()
    }
}

/// The system's time with a business date that stands still, for the demonstration.
#[derive(Clone, Copy, Debug)]
pub struct PinnedClock {
    /// The date that it always is.
    pub business_date: NaiveDate,
}

impl Clock for PinnedClock {
    fn now(&self) -> DateTime<Utc> {
        RealClock.now()
    }

    fn business_date(&self) -> NaiveDate {
        self.business_date
    }
}
