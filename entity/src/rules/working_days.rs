//! The clock that counts working days, on which summaries, papers, determinations and reminders run.
//!
//! A deadline of n working days counts from the day **after** the event and ends at 23:59:59 in London. Papers lie open for clear days:
//! those strictly between publication and meeting.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

use super::holidays::{Calendar, Holidays, is_weekend};

/// The working days in which a meeting's summary is due (S3, "Meeting Summary Reports").
pub const SUMMARY_DAYS: u16 = 5;

/// Counts the working days of one calendar.
#[derive(Clone, Copy, Debug)]
pub struct WorkingDays<'a> {
    calendar: Calendar,
    holidays: &'a Holidays,
}

impl WorkingDays<'static> {
    /// Those of England, with the holidays that the product knows.
    #[must_use]
    pub fn england() -> Self {
        Self::of(Calendar::England)
    }

    /// Those of a calendar, with the holidays that the product knows.
    #[must_use]
    pub fn of(calendar: Calendar) -> Self {
        Self { calendar, holidays: Holidays::standing() }
    }
}

impl<'a> WorkingDays<'a> {
    /// Those of a calendar with other holidays.
    #[must_use]
    pub const fn with(calendar: Calendar, holidays: &'a Holidays) -> Self {
        Self { calendar, holidays }
    }

    /// Whether work is done that day.
    #[must_use]
    pub fn is_working(self, day: NaiveDate) -> bool {
        !is_weekend(day) && !self.holidays.is_holiday(self.calendar, day)
    }

    /// The `count`-th working day after that day, which itself never counts; 0 gives the day itself.
    #[must_use]
    pub fn after(self, day: NaiveDate, count: u16) -> NaiveDate {
        self.step(day, count, NaiveDate::succ_opt)
    }

    /// The `count`-th working day before that day, which itself never counts; 0 gives the day itself.
    #[must_use]
    pub fn before(self, day: NaiveDate, count: u16) -> NaiveDate {
        self.step(day, count, NaiveDate::pred_opt)
    }

    /// That day, or the working day before it: where a reminder falls whose deadline doesn't move.
    #[must_use]
    pub fn on_or_before(self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.before(day, 1) }
    }

    /// The last day on which papers may be published to lie open for so many clear days before a meeting.
    #[must_use]
    pub fn publish_by(self, meeting: NaiveDate, clear_days: u16) -> NaiveDate {
        self.before(meeting, clear_days.saturating_add(1))
    }

    /// How many working days lie after the first day up to and including the last; 0 when the last isn't later.
    #[must_use]
    pub fn between(self, first: NaiveDate, last: NaiveDate) -> usize {
        first.iter_days().skip(1).take_while(|day| *day <= last).filter(|day| self.is_working(*day)).count()
    }

    fn step(self, from: NaiveDate, count: u16, next: fn(&NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
        let mut day = from;
        let mut left = count;
        while left > 0 {
            let Some(neighbour) = next(&day) else { break };
            day = neighbour;
            left -= u16::from(self.is_working(day));
        }
        day
    }
}

/// The moment at which a deadline passes: 23:59:59 in London on its day.
#[must_use]
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let last_second = NaiveTime::from_num_seconds_from_midnight_opt(86_399, 0).unwrap_or(NaiveTime::MIN);
    let local = day.and_time(last_second);
    // No clock change in London falls on the last second of a day.
    chrono_tz::Europe::London
        .from_local_datetime(&local)
        .latest()
        .map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::{WorkingDays, end_of};
    use crate::rules::tests::on;

    #[test]
    fn five_working_days_pass_over_weekends_and_holidays() {
        let vectors = [
            ("2009-11-03", "2009-11-10"),
            ("2009-12-18", "2009-12-29"),
            ("2010-12-23", "2011-01-04"),
            ("2011-04-20", "2011-05-03"),
            ("2012-05-30", "2012-06-08"),
            ("2012-06-01", "2012-06-12"),
            ("2006-04-11", "2006-04-20"),
            ("2026-12-23", "2027-01-04"),
            ("2009-11-07", "2009-11-13"),
        ];
        for (from, due) in vectors {
            assert_eq!(WorkingDays::england().after(on(from), 5), on(due), "five working days after {from}");
        }
    }

    #[test]
    fn papers_lie_open_for_five_clear_days() {
        assert_eq!(WorkingDays::england().publish_by(on("2010-02-09"), 5), on("2010-02-01"));
        assert_eq!(WorkingDays::england().publish_by(on("2010-01-06"), 5), on("2009-12-24"));
    }

    #[test]
    fn counting_back_undoes_counting_on_and_between_agrees_with_both() {
        let days = WorkingDays::england();
        for from in on("2009-01-02").iter_days().take(700).filter(|day| days.is_working(*day)) {
            let due = days.after(from, 10);
            assert_eq!(days.before(due, 10), from);
            assert_eq!(days.between(from, due), 10);
        }
        assert_eq!(days.between(on("2010-02-09"), on("2010-02-01")), 0);
    }

    #[test]
    fn a_reminder_falls_on_the_working_day_before_a_holiday() {
        let days = WorkingDays::england();
        assert_eq!(days.on_or_before(on("2010-04-05")), on("2010-04-01"));
        assert_eq!(days.on_or_before(on("2010-04-06")), on("2010-04-06"));
    }

    #[test]
    fn a_deadline_ends_with_its_day_in_london() {
        assert_eq!(end_of(on("2010-02-09")).to_rfc3339(), "2010-02-09T23:59:59+00:00");
        assert_eq!(end_of(on("2010-06-09")).to_rfc3339(), "2010-06-09T22:59:59+00:00");
    }

    #[test]
    fn the_last_days_of_the_calendar_end_the_count() {
        assert_eq!(WorkingDays::england().after(chrono::NaiveDate::MAX, 5), chrono::NaiveDate::MAX);
    }
}
