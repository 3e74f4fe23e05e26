//! How figures and dates are written inside a sentence that a committee may minute.
//!
//! Rules compare unrounded values; only here are they rounded, half to even, to the decimals that
//! the indicator publishes. Everything writes straight into the sentence, without a string of its own.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::policy::Office;

/// More decimals than any indicator publishes; keeps a mistaken setting from filling the page.
const MOST_DECIMALS: u32 = 12;

/// The English name of a month, 1 being January; any other number gives "month".
#[must_use]
pub const fn month_name(month: u32) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        12 => "December",
        _ => "month",
    }
}

/// A date as minutes print it: "14 January 2009".
#[derive(Clone, Copy, Debug)]
pub struct LongDate(pub NaiveDate);

impl fmt::Display for LongDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.0.day(), month_name(self.0.month()), self.0.year())
    }
}

/// An office's name inside a sentence: "partnership lead member", "PPB member".
#[must_use]
pub fn office_name(office: Office) -> String {
    const ABBREVIATED: &[&str] = &["GONW", "HSPB", "LCJB", "NPU", "PPB", "PSG", "SSP", "VCS"];
    let words: Vec<String> = office
        .as_str()
        .split('_')
        .map(|word| if ABBREVIATED.contains(&word) { word.to_owned() } else { word.to_lowercase() })
        .collect();
    words.join(" ")
}

/// Names inside a sentence: "Runcorn", "Runcorn and Widnes", "Crewe, Runcorn and Widnes".
#[must_use]
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Rounds for display: half to even, and never to "-0".
#[must_use]
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    let places = decimals.min(MOST_DECIMALS);
    let shown = value.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven);
    if shown.is_zero() { Decimal::ZERO } else { shown }
}

/// A value with exactly the decimals that the indicator publishes: 33 to one decimal is "33.0".
#[derive(Clone, Copy, Debug)]
pub struct Printed {
    /// The unrounded value, in the indicator's unit.
    pub value: Decimal,
    /// Published decimals, 0 for whole numbers.
    pub decimals: u32,
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.decimals.min(MOST_DECIMALS) as usize;
        write!(f, "{:.places$}", rounded(self.value, self.decimals))
    }
}

/// A width or threshold: two decimals finer than the figures, since a rounded 10.5 would print a
/// boundary that was not applied; without trailing zeros.
#[derive(Clone, Copy, Debug)]
pub struct Width {
    /// The unrounded width, in the indicator's unit.
    pub value: Decimal,
    /// Published decimals of the indicator.
    pub decimals: u32,
}

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", rounded(self.value, self.decimals.saturating_add(2)).normalize())
    }
}

/// The decimals needed to tell two different values apart in print, starting from the published ones.
///
/// "33 against an expected 33" would make a red unintelligible when 32.9 was compared with 33.2.
#[must_use]
pub fn decimals_to_tell_apart(a: Decimal, b: Decimal, published: u32) -> u32 {
    let published = published.min(MOST_DECIMALS);
    if a == b {
        return published;
    }
    (published..=MOST_DECIMALS).find(|d| rounded(a, *d) != rounded(b, *d)).unwrap_or(published)
}

/// The decimals at which a reader who subtracts the printed figures comes to the colour that was given.
///
/// 31.8 against 30.3 with a width of 1.514 looks amber although 31.8 against 30.283 was red.
#[must_use]
pub fn decimals_to_explain(a: Decimal, b: Decimal, width: Decimal, published: u32) -> u32 {
    let least = decimals_to_tell_apart(a, b, published);
    let beyond = |a: Decimal, b: Decimal, width: Decimal| a.checked_sub(b).is_some_and(|gap| gap.abs() > width);
    let shown_width = rounded(width, published.saturating_add(2));
    let explains = |d: &u32| beyond(rounded(a, *d), rounded(b, *d), shown_width) == beyond(a, b, width);
    (least..=MOST_DECIMALS).find(explains).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{d, on};

    #[test]
    fn figures_round_half_to_even_and_keep_their_decimals() {
        let shown = |value, decimals| Printed { value: d(value), decimals }.to_string();
        assert_eq!(shown("33", 1), "33.0");
        assert_eq!(shown("0.125", 2), "0.12");
        assert_eq!(shown("0.135", 2), "0.14");
        assert_eq!(shown("2.5", 0), "2");
        assert_eq!(shown("-0.04", 1), "0.0");
        assert_eq!(shown("1730", 0), "1730");
    }

    #[test]
    fn widths_are_finer_than_figures_and_carry_no_trailing_zeros() {
        let shown = |value, decimals| Width { value: d(value), decimals }.to_string();
        assert_eq!(shown("10.50", 0), "10.5");
        assert_eq!(shown("1.65", 0), "1.65");
        assert_eq!(shown("10", 0), "10");
    }

    #[test]
    fn different_values_never_print_alike() {
        assert_eq!(decimals_to_tell_apart(d("32.9"), d("33.2"), 0), 1);
        assert_eq!(decimals_to_tell_apart(d("33"), d("33.0"), 0), 0);
        assert_eq!(decimals_to_tell_apart(d("30"), d("33"), 0), 0);
    }

    #[test]
    fn printed_figures_bear_out_the_colour() {
        let expected = d("30.283333");
        assert_eq!(decimals_to_explain(d("31.8"), expected, d("1.51416665"), 1), 2);
        assert_eq!(decimals_to_explain(d("31.8"), d("30.0"), d("1.5"), 1), 1);
    }

    #[test]
    fn offices_and_names_print_as_people_write_them() {
        assert_eq!(office_name(Office::PartnershipLeadMember), "partnership lead member");
        assert_eq!(office_name(Office::PpbMember), "PPB member");
        assert_eq!([listed(&[]), listed(&["Runcorn"]), listed(&["Runcorn", "Widnes"])], ["", "Runcorn", "Runcorn and Widnes"]);
        assert_eq!(listed(&["Crewe", "Runcorn", "Widnes"]), "Crewe, Runcorn and Widnes");
    }

    #[test]
    fn dates_print_as_minutes_print_them() {
        assert_eq!(LongDate(on("2009-01-14")).to_string(), "14 January 2009");
    }
}
