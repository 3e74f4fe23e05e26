//! The bank and public holidays on which no deadline runs.
//!
//! Most fall by rule, for ever; a few were moved or added by proclamation. The rules stand here, the proclamations are data
//! (`entity/data/reference/bank_holiday_changes.csv`). A published list such as gov.uk's is a window that drops old years, so what it
//! says is merged into what is known and never takes its place.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

/// Whose holidays count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Calendar {
    /// Those of England and Wales: committees and their papers.
    England,
    /// Those of any part of the United Kingdom: requests under the Freedom of Information Act 2000, section 10(6).
    AnyPartOfUk,
}

codes!(Calendar, "calendar of working days", {
    England => "ENG",
    AnyPartOfUk => "UK_ANY",
});

/// What a proclamation does to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The day becomes a holiday.
    Added,
    /// The rule's holiday isn't kept on that day.
    Removed,
}

codes!(Effect, "effect on a holiday", {
    Added => "ADDED",
    Removed => "REMOVED",
});

/// Why a file of changes can't be read; its text names the line.
#[derive(Debug, thiserror::Error)]
#[error("the changes of bank holidays can't be read: {0}")]
pub struct UnreadableChanges(String);

/// The changes that the product comes with.
static STANDING: LazyLock<Holidays> = LazyLock::new(|| {
    let text = include_str!("../../data/reference/bank_holiday_changes.csv");
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    Holidays::read(text).expect("the changes that the product comes with can be read")
});

/// The holidays of both calendars: by rule, and as proclamations changed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    changes: BTreeMap<(Calendar, NaiveDate), (Effect, String)>,
}

#[derive(Deserialize)]
struct Row {
    date: NaiveDate,
    name: String,
    calendar: String,
    effect: String,
}

impl Holidays {
    /// The holidays that the product knows.
    #[must_use]
    pub fn standing() -> &'static Self {
        &STANDING
    }

    /// The rules with the changes of a file: CSV with the columns `date`, `name`, `calendar` and `effect`.
    ///
    /// # Errors
    /// When a line can't be read.
    pub fn read(text: &str) -> Result<Self, UnreadableChanges> {
        let mut holidays = Self::default();
        for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let Row { date, name, calendar, effect } = row.map_err(|error| UnreadableChanges(error.to_string()))?;
            let unknown = |error: super::UnknownCode| UnreadableChanges(error.to_string());
            let calendar = calendar.parse().map_err(unknown)?;
            holidays.changes.insert((calendar, date), (effect.parse().map_err(unknown)?, name));
        }
        Ok(holidays)
    }

    /// Merges a published list of one calendar's holidays: a day that no rule makes is added, and a rule's day between the list's first
    /// and last that it leaves out is removed. What is known of other years stays.
    pub fn merge(&mut self, calendar: Calendar, published: &BTreeMap<NaiveDate, String>) {
        let (Some((first, _)), Some((last, _))) = (published.first_key_value(), published.last_key_value()) else { return };
        for (day, name) in published {
            self.changes.remove(&(calendar, *day));
            if !by_rule(calendar, day.year()).contains_key(day) {
                self.changes.insert((calendar, *day), (Effect::Added, name.clone()));
            }
        }
        for day in (first.year()..=last.year()).flat_map(|year| by_rule(calendar, year).into_keys()) {
            if (*first..=*last).contains(&day) && !published.contains_key(&day) {
                self.changes.insert((calendar, day), (Effect::Removed, String::new()));
            }
        }
    }

    /// Whether that day is a holiday in the calendar.
    #[must_use]
    pub fn is_holiday(&self, calendar: Calendar, day: NaiveDate) -> bool {
        // What is proclaimed for England and Wales holds in "any part of the United Kingdom" as well.
        let own = self.changes.get(&(calendar, day));
        match own.or_else(|| self.changes.get(&(Calendar::England, day))) {
            Some((effect, _)) => *effect == Effect::Added,
            None => by_rule(calendar, day.year()).contains_key(&day),
        }
    }

    /// A calendar's holidays of one year that fall from Monday to Friday, with their names.
    #[must_use]
    pub fn of_year(&self, calendar: Calendar, year: i32) -> BTreeMap<NaiveDate, String> {
        let mut days: BTreeMap<NaiveDate, String> =
            by_rule(calendar, year).into_iter().map(|(day, name)| (day, name.to_owned())).collect();
        for ((of, day), (effect, name)) in &self.changes {
            if day.year() == year && (*of == calendar || *of == Calendar::England) {
                match effect {
                    Effect::Added => days.insert(*day, name.clone()),
                    Effect::Removed => days.remove(day),
                };
            }
        }
        days
    }
}

/// What the rules make of a year, substitutes included.
fn by_rule(calendar: Calendar, year: i32) -> BTreeMap<NaiveDate, &'static str> {
    let mut days = BTreeMap::new();
    let second_of_january = (calendar == Calendar::AnyPartOfUk).then_some((1, 2, "2 January (Scotland)"));
    let new_year: Vec<_> = [(1, 1, "New Year's Day")].into_iter().chain(second_of_january).collect();
    substituted(year, &new_year, &mut days);
    if let Some(easter) = easter(year) {
        days.extend(easter.checked_sub_days(Days::new(2)).map(|day| (day, "Good Friday")));
        days.extend(easter.succ_opt().map(|day| (day, "Easter Monday")));
    }
    days.extend(first_monday(year, 5).map(|day| (day, "Early May bank holiday")));
    days.extend(last_monday(year, 5).map(|day| (day, "Spring bank holiday")));
    days.extend(last_monday(year, 8).map(|day| (day, "Summer bank holiday")));
    substituted(year, &[(12, 25, "Christmas Day"), (12, 26, "Boxing Day")], &mut days);
    if calendar == Calendar::AnyPartOfUk {
        substituted(year, &[(3, 17, "St Patrick's Day (Northern Ireland)")], &mut days);
        substituted(year, &[(7, 12, "Battle of the Boyne (Northern Ireland)")], &mut days);
        days.extend(first_monday(year, 8).map(|day| (day, "Summer bank holiday (Scotland)")));
        // St Andrew's Day Bank Holiday (Scotland) Act 2007.
        if year >= 2007 {
            substituted(year, &[(11, 30, "St Andrew's Day (Scotland)")], &mut days);
        }
    }
    days
}

/// Puts days of fixed date in: one that falls on a weekend moves to the next weekday that none of its neighbours takes.
fn substituted(year: i32, fixed: &[(u32, u32, &'static str)], days: &mut BTreeMap<NaiveDate, &'static str>) {
    let dated = fixed.iter().filter_map(|(month, day, name)| Some((NaiveDate::from_ymd_opt(year, *month, *day)?, *name)));
    let (weekdays, weekends): (Vec<_>, Vec<_>) = dated.partition(|(day, _)| !is_weekend(*day));
    let mut taken: BTreeSet<NaiveDate> = weekdays.iter().map(|(day, _)| *day).collect();
    days.extend(weekdays);
    for (day, name) in weekends {
        let free = day.iter_days().find(|day| !is_weekend(*day) && !taken.contains(day));
        taken.extend(free);
        days.extend(free.map(|day| (day, name)));
    }
}

/// Whether that day is a Saturday or a Sunday.
pub(super) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn first_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 1)
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 5)
        .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 4))
}

/// Easter Sunday by the Gregorian computus (the anonymous algorithm of 1876).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (leap_centuries, rest) = (century.div_euclid(4), century.rem_euclid(4));
    let moon = (century + 8).div_euclid(25);
    let sun = (century - moon + 1).div_euclid(3);
    let epact = (19 * golden + century - leap_centuries - sun + 15).rem_euclid(30);
    let weekday = (32 + 2 * rest + 2 * of_century.div_euclid(4) - epact - of_century.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let sum = epact + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(sum.div_euclid(31)).ok()?, u32::try_from(sum.rem_euclid(31) + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Calendar, Holidays};
    use crate::rules::tests::on;

    /// What the `holidays` library (0.109) makes of every weekday holiday of England from 2003 to 2030.
    const PUBLISHED: &str = include_str!("tests/bank_holidays_2003_2030.csv");

    #[test]
    fn rules_and_proclamations_make_every_holiday_of_28_years_and_no_other() {
        let published: Vec<_> = PUBLISHED.lines().map(on).collect();
        assert_eq!(published.len(), 229);
        let ours: Vec<_> =
            (2003..=2030).flat_map(|year| Holidays::standing().of_year(Calendar::England, year).into_keys()).collect();
        assert_eq!(ours, published);
    }

    #[test]
    fn a_holiday_of_scotland_or_northern_ireland_stops_only_the_clock_of_the_united_kingdom() {
        let holidays = Holidays::standing();
        for day in ["2010-01-04", "2010-03-17", "2010-07-12", "2010-08-02", "2010-11-30"] {
            assert!(holidays.is_holiday(Calendar::AnyPartOfUk, on(day)), "{day}");
            assert!(!holidays.is_holiday(Calendar::England, on(day)), "{day}");
        }
        assert!(holidays.is_holiday(Calendar::AnyPartOfUk, on("2012-06-05")));
        assert!(!holidays.is_holiday(Calendar::AnyPartOfUk, on("2006-11-30")));
    }

    #[test]
    fn a_published_window_adds_and_removes_within_its_own_days_and_forgets_nothing() {
        let mut holidays = Holidays::standing().clone();
        let window: BTreeMap<_, _> = ["2031-01-01", "2031-04-11", "2031-06-09", "2031-05-26"]
            .into_iter()
            .map(|day| (on(day), "As published".to_owned()))
            .collect();
        holidays.merge(Calendar::England, &window);
        assert!(holidays.is_holiday(Calendar::England, on("2031-06-09")));
        assert!(!holidays.is_holiday(Calendar::England, on("2031-04-14")), "the window leaves Easter Monday out");
        assert!(holidays.is_holiday(Calendar::England, on("2031-08-25")), "after the window's last day the rule stands");
        assert!(holidays.is_holiday(Calendar::England, on("2012-06-05")), "what was known of 2012 stays");
    }

    #[test]
    fn a_faulty_change_is_refused_by_name() {
        let faulty = "date,name,calendar,effect\n2031-01-02,Rest,ENG,ABOLISHED\n";
        assert!(Holidays::read(faulty).is_err_and(|error| error.to_string().contains("ABOLISHED")));
    }
}
