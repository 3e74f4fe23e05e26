//! What a target's words amount to.
//!
//! Agreements say "33%", "+1 point" or, too often, "4% increase", which on a percentage is two
//! different targets: four points, or four hundredths of the baseline. The words are kept, both
//! readings are worked out, and one is used only as a marked assumption until somebody confirms it.

use rust_decimal::Decimal;

use crate::rules::measure::Unit;
use crate::rules::period::Period;

/// How a target is expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// The value itself, in the indicator's unit.
    Absolute(Decimal),
    /// The baseline and so much more (or less, when negative), in the indicator's unit.
    PointsFromBaseline(Decimal),
    /// The baseline and so many per cent of it more (or less, when negative).
    PercentFromBaseline(Decimal),
    /// "An increase of so many per cent", where points and per cent are both possible (S4, NI 4).
    AmbiguousIncrease(Decimal),
    /// A signed gap to the figure of a comparator, such as two points below England's, in the indicator's unit.
    RelativeToComparator {
        /// The gap: above zero above the comparator's figure, below zero below it, whichever way is better.
        gap: Decimal,
        /// The comparator's figure for the target's own period; `None` when none is held yet.
        figure: Option<Decimal>,
    },
}

impl Expression {
    /// Whether the target's value depends on the baseline.
    #[must_use]
    pub const fn needs_baseline(&self) -> bool {
        !matches!(self, Self::Absolute(_) | Self::RelativeToComparator { .. })
    }
}

/// Which of two meanings an ambiguous increase has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Percentage points added to the baseline.
    Points,
    /// Per cent of the baseline.
    Percent,
}

codes!(Reading, "reading of a target", {
    Points => "POINTS",
    Percent => "PERCENT",
});

impl Reading {
    /// The other meaning.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Points => Self::Percent,
            Self::Percent => Self::Points,
        }
    }

    /// The meaning assumed until one is confirmed: points on percentages, per cent on anything else.
    #[must_use]
    pub const fn assumed_for(unit: Unit) -> Self {
        match unit {
            Unit::Percent => Self::Points,
            Unit::Other => Self::Percent,
        }
    }

    /// The meaning in words, to follow "read as".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Points => "points added to the baseline",
            Self::Percent => "a percentage of the baseline",
        }
    }
}

/// The values that an expression can mean, in the indicator's unit.
///
/// All are `None` when the value rests on a baseline or a comparator's figure that is not held, or is too large to compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// The value when the amount is points; only for amounts relative to the baseline.
    pub points: Option<Decimal>,
    /// The value when the amount is per cent; only for amounts relative to the baseline.
    pub percent: Option<Decimal>,
    /// The one value that the expression itself leaves no doubt about.
    pub settled: Option<Decimal>,
}

impl Readings {
    /// The value under one reading.
    #[must_use]
    pub const fn under(&self, reading: Reading) -> Option<Decimal> {
        match reading {
            Reading::Points => self.points,
            Reading::Percent => self.percent,
        }
    }
}

/// Works out what an expression can mean, given the baseline.
#[must_use]
pub fn values(expression: &Expression, baseline: Option<Decimal>) -> Readings {
    let points = |amount: Decimal| baseline?.checked_add(amount);
    let percent = |amount: Decimal| {
        let base = baseline?;
        base.checked_mul(amount)?.checked_div(Decimal::ONE_HUNDRED)?.checked_add(base)
    };
    match *expression {
        Expression::Absolute(value) => Readings { settled: Some(value), ..Readings::default() },
        Expression::PointsFromBaseline(amount) => {
            let value = points(amount);
            Readings { points: value, settled: value, percent: None }
        }
        Expression::PercentFromBaseline(amount) => {
            let value = percent(amount);
            Readings { percent: value, settled: value, points: None }
        }
        Expression::AmbiguousIncrease(amount) => Readings { points: points(amount), percent: percent(amount), settled: None },
        Expression::RelativeToComparator { gap, figure } => {
            Readings { settled: figure.and_then(|figure| figure.checked_add(gap)), ..Readings::default() }
        }
    }
}

/// A reading that is used although nobody has confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The reading behind the value in use.
    pub used: Reading,
    /// The value under the other reading.
    pub other: Option<Decimal>,
}

/// A target as a rule uses it: when, how much, and whether that is agreed beyond doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The period at whose end the target falls.
    pub period: Period,
    /// The value in the indicator's unit; `None` when it rests on a baseline, or a comparator's figure, that is not held.
    pub value: Option<Decimal>,
    /// Present while an ambiguous target is read in a way that nobody has confirmed.
    pub unconfirmed: Option<Unconfirmed>,
}

impl Target {
    /// Reads a target: the expression's own value, else the confirmed reading, else the assumed one, marked.
    #[must_use]
    pub fn new(
        period: Period,
        expression: &Expression,
        baseline: Option<Decimal>,
        confirmed: Option<Reading>,
        unit: Unit,
    ) -> Self {
        let readings = values(expression, baseline);
        if !matches!(expression, Expression::AmbiguousIncrease(_)) {
            return Self { period, value: readings.settled, unconfirmed: None };
        }
        let used = confirmed.unwrap_or_else(|| Reading::assumed_for(unit));
        let unconfirmed = match confirmed {
            Some(_) => None,
            None => Some(Unconfirmed { used, other: readings.under(used.other()) }),
        };
        Self { period, value: readings.under(used), unconfirmed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{d, p};

    fn readings(expression: Expression, baseline: &str) -> (Option<Decimal>, Option<Decimal>, Option<Decimal>) {
        let r = values(&expression, Some(d(baseline)));
        (r.points, r.percent, r.settled)
    }

    #[test]
    fn halton_ni_4_has_two_readings_and_none_is_settled() {
        // S4: increases of 1, 4 and 7 per cent on a baseline of 32 per cent.
        let ambiguous = |amount| readings(Expression::AmbiguousIncrease(d(amount)), "32");
        assert_eq!(ambiguous("1"), (Some(d("33")), Some(d("32.32")), None));
        assert_eq!(ambiguous("4"), (Some(d("36")), Some(d("33.28")), None));
        assert_eq!(ambiguous("7"), (Some(d("39")), Some(d("34.24")), None));
    }

    #[test]
    fn plain_expressions_are_settled() {
        assert_eq!(readings(Expression::Absolute(d("33")), "32").2, Some(d("33")));
        assert_eq!(readings(Expression::PointsFromBaseline(d("-2")), "32").2, Some(d("30")));
        assert_eq!(readings(Expression::PercentFromBaseline(d("-25")), "240").2, Some(d("180")));
    }

    #[test]
    fn a_gap_to_a_comparator_is_settled_once_its_figure_is_held() {
        let within = |figure| Expression::RelativeToComparator { gap: d("-2"), figure };
        assert_eq!(values(&within(Some(d("70"))), None).settled, Some(d("68")));
        assert_eq!(values(&within(None), Some(d("60"))), Readings::default());
        assert!(!within(None).needs_baseline());
    }

    #[test]
    fn a_percentage_is_read_in_points_until_somebody_confirms_otherwise() {
        let words = Expression::AmbiguousIncrease(d("4"));
        let assumed = Target::new(p("FY2009"), &words, Some(d("32")), None, Unit::Percent);
        assert_eq!(assumed.value, Some(d("36")));
        assert_eq!(assumed.unconfirmed, Some(Unconfirmed { used: Reading::Points, other: Some(d("33.28")) }));
        let confirmed = Target::new(p("FY2009"), &words, Some(d("32")), Some(Reading::Percent), Unit::Percent);
        assert_eq!((confirmed.value, confirmed.unconfirmed), (Some(d("33.28")), None));
        let count = Target::new(p("FY2009"), &words, Some(d("50")), None, Unit::Other);
        assert_eq!(count.value, Some(d("52")));
    }

    #[test]
    fn without_a_baseline_a_relative_target_has_no_value() {
        let target = Target::new(p("FY2009"), &Expression::AmbiguousIncrease(d("1")), None, None, Unit::Percent);
        assert_eq!(target.value, None);
        assert_eq!(values(&Expression::PercentFromBaseline(Decimal::MAX), Some(Decimal::MAX)), Readings::default());
    }
}
