//! Reading timescales as plans print them: "On going", "Annually", "April 06", "31.03.10", "Sept 2006 (April 2007 for formal LAAs)".
//!
//! The words stay as they are; beside them stands what can be read from them. What names no day gets none: a date that nobody wrote
//! is never made up.

use chrono::{Datelike, Months, NaiveDate};

use crate::error::{Problem, ProblemCode};

/// How exactly the words say when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// A day.
    Day,
    /// A month: the last day of it counts.
    Month,
    /// It goes on, without a date.
    Ongoing,
    /// It comes again and again.
    Recurring,
}

codes!(Precision, "precision of a timescale", {
    Day => "DAY",
    Month => "MONTH",
    Ongoing => "ONGOING",
    Recurring => "RECURRING",
});

/// What the words of a timescale say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timescale {
    /// How exactly.
    pub precision: Precision,
    /// The last day, where a day or a month is named.
    pub due_on: Option<NaiveDate>,
}

/// Two figures stand for a year of this century up to here, beyond for one of the last.
const LATEST_SHORT_YEAR: i32 = 69;

const RECURRING: &[&str] = &[
    "annual",
    "yearly",
    "quarterly",
    "monthly",
    "weekly",
    "six-monthly",
    "six monthly",
    "half-yearly",
    "each meeting",
    "every ",
];

/// Reads a timescale; `None` when the words say nothing that can be read.
///
/// What stands in brackets explains and isn't read.
#[must_use]
pub fn read(words: &str) -> Option<Timescale> {
    let plain = words.split('(').next().unwrap_or_default().trim().to_lowercase();
    let squeezed: String = plain.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    if squeezed.starts_with("ongoing") || squeezed.starts_with("continu") {
        return Some(Timescale { precision: Precision::Ongoing, due_on: None });
    }
    if RECURRING.iter().any(|word| plain.starts_with(word)) {
        return Some(Timescale { precision: Precision::Recurring, due_on: None });
    }
    if let Some(day) = day(&plain) {
        return Some(Timescale { precision: Precision::Day, due_on: Some(day) });
    }
    month(&plain).map(|last| Timescale { precision: Precision::Month, due_on: Some(last) })
}

/// "31.03.10", "18/05/2010", "2010-02-09", "9 February 2010".
fn day(text: &str) -> Option<NaiveDate> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['.', '/', ' ']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let day = day.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let month = month.parse::<u32>().ok().or_else(|| month_of(month))?;
    NaiveDate::from_ymd_opt(year_of(year)?, month, day.parse().ok()?)
}

/// "April 06", "Sept 2010".
fn month(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [month, year] = parts.as_slice() else { return None };
    let first = NaiveDate::from_ymd_opt(year_of(year)?, month_of(month)?, 1)?;
    first.checked_add_months(Months::new(1))?.pred_opt()
}

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.');
    let place = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(word))?;
    u32::try_from(place + 1).ok()
}

fn year_of(word: &str) -> Option<i32> {
    let number: i32 = word.parse().ok()?;
    match word.len() {
        2 if number <= LATEST_SHORT_YEAR => Some(2000 + number),
        2 => Some(1900 + number),
        4 => Some(number).filter(|year| super::period::YEARS.contains(year)),
        _ => None,
    }
}

/// What is wrong with a day that somebody enters: no record lies that far off, and what is counted on from it has to be a date, too.
#[must_use]
pub fn day_fault(field: &str, day: NaiveDate) -> Option<Problem> {
    let years = super::period::YEARS;
    let message = || format!("This day lies outside the years {} to {}.", years.start(), years.end());
    (!years.contains(&day.year())).then(|| Problem::new(field, ProblemCode::OutOfRange, message()))
}

#[cfg(test)]
mod tests {
    use super::{Precision, Timescale, read};
    use crate::rules::tests::on;

    #[test]
    fn words_of_the_plans_are_read_as_far_as_they_go() {
        let dated = |precision, day| Some(Timescale { precision, due_on: Some(on(day)) });
        let undated = |precision| Some(Timescale { precision, due_on: None });
        for (words, expected) in [
            ("On going", undated(Precision::Ongoing)),
            ("On-going", undated(Precision::Ongoing)),
            ("Ongoing", undated(Precision::Ongoing)),
            ("Annually", undated(Precision::Recurring)),
            ("Six-monthly", undated(Precision::Recurring)),
            ("April 06", dated(Precision::Month, "2006-04-30")),
            ("Sept 2006 (April 2007 for formal LAAs)", dated(Precision::Month, "2006-09-30")),
            ("31.03.10", dated(Precision::Day, "2010-03-31")),
            ("09.02.10", dated(Precision::Day, "2010-02-09")),
            ("9 February 2010", dated(Precision::Day, "2010-02-09")),
            ("9th February 2010", dated(Precision::Day, "2010-02-09")),
            ("March 2011", dated(Precision::Month, "2011-03-31")),
            ("February 2013", dated(Precision::Month, "2013-02-28")),
            ("Feb. 2012", dated(Precision::Month, "2012-02-29")),
            ("2010-11-30", dated(Precision::Day, "2010-11-30")),
            ("30/06/1999", dated(Precision::Day, "1999-06-30")),
            ("31.02.10", None),
            ("when the time comes", None),
            ("", None),
            ("Ma 2010", None),
            ("May 999", None),
        ] {
            assert_eq!(read(words), expected, "{words}");
        }
    }
}
