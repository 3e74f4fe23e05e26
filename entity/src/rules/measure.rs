//! What kind of thing an indicator measures: which way is better, how it accumulates, how often
//! it comes, and what is noted beside a figure.
//!
//! The register of indicators is read into these closed sets once; every other rule works on them.

use rust_decimal::Decimal;

use crate::rules::UnknownCode;
use crate::rules::period::PeriodKind;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// More is better, as satisfaction.
    Higher,
    /// Less is better, as crime.
    Lower,
    /// Anything from `lo` to `hi`, both included, is equally good; in the indicator's unit.
    Range {
        /// Lowest good value.
        lo: Decimal,
        /// Highest good value.
        hi: Decimal,
    },
    /// Context only: neither way is better, so it is never coloured.
    None,
}

impl Polarity {
    /// Reads a stored polarity: `HIGHER`, `LOWER`, `NONE`, or `RANGE` with its two bounds in order.
    ///
    /// # Errors
    /// [`UnknownCode`] for another code, and for a range whose bounds are missing or reversed.
    pub fn from_parts(code: &str, bounds: Option<(Decimal, Decimal)>) -> Result<Self, UnknownCode> {
        match (code, bounds) {
            ("HIGHER", _) => Ok(Self::Higher),
            ("LOWER", _) => Ok(Self::Lower),
            ("NONE", _) => Ok(Self::None),
            ("RANGE", Some((lo, hi))) if lo <= hi => Ok(Self::Range { lo, hi }),
            _ => Err(UnknownCode::new("polarity", code)),
        }
    }

    /// The code under which this is stored; a range's bounds are stored beside it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Higher => "HIGHER",
            Self::Lower => "LOWER",
            Self::Range { .. } => "RANGE",
            Self::None => "NONE",
        }
    }

    /// How far `actual` falls short of `expected`, in the indicator's unit; zero or less is on or ahead.
    ///
    /// A range needs no `expected` and never goes below zero. `None` when neither way is better, or
    /// when the figures are too large to subtract.
    #[must_use]
    pub fn shortfall(self, expected: Decimal, actual: Decimal) -> Option<Decimal> {
        match self {
            Self::Higher => expected.checked_sub(actual),
            Self::Lower => actual.checked_sub(expected),
            Self::Range { .. } => self.outside(actual),
            Self::None => None,
        }
    }

    /// Whether `a` is strictly better than `b`; never, when neither way is better.
    #[must_use]
    pub fn is_better(self, a: Decimal, b: Decimal) -> bool {
        match self {
            Self::Higher => a > b,
            Self::Lower => a < b,
            Self::Range { .. } => match (self.outside(a), self.outside(b)) {
                (Some(a), Some(b)) => a < b,
                _ => false,
            },
            Self::None => false,
        }
    }

    /// The distance from `value` to the range, zero inside it; `None` for other polarities.
    #[must_use]
    pub fn outside(self, value: Decimal) -> Option<Decimal> {
        let Self::Range { lo, hi } = self else {
            return None;
        };
        Some(lo.checked_sub(value)?.max(value.checked_sub(hi)?).max(Decimal::ZERO))
    }
}

/// How figures of successive periods relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeasureKind {
    /// A state at, or over, each period by itself.
    Snapshot,
    /// A total that grows from the start of the financial year: never read it against the year's target.
    Cumulative,
    /// The twelve months up to the end of the period.
    Rolling,
    /// An estimate from a sample, with a margin of error, and not in every year.
    Survey,
}

codes!(MeasureKind, "kind of measure", {
    Snapshot => "SNAPSHOT",
    Cumulative => "CUMULATIVE",
    Rolling => "ROLLING",
    Survey => "SURVEY",
});

/// How often a figure comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Every quarter of the financial year.
    Quarterly,
    /// Every half of the financial year.
    HalfYearly,
    /// Every financial year.
    Annual,
    /// Every calendar year.
    CalendarYear,
    /// Every academic year.
    AcademicYear,
    /// With each wave of a survey.
    SurveyWave,
}

codes!(Frequency, "frequency", {
    Monthly => "MONTHLY",
    Quarterly => "QUARTERLY",
    HalfYearly => "HALF_YEARLY",
    Annual => "ANNUAL",
    CalendarYear => "CALENDAR_YEAR",
    AcademicYear => "ACADEMIC_YEAR",
    SurveyWave => "SURVEY_WAVE",
});

impl Frequency {
    /// The kind of period for which each figure stands.
    #[must_use]
    pub const fn period_kind(self) -> PeriodKind {
        match self {
            Self::Monthly => PeriodKind::Month,
            Self::Quarterly => PeriodKind::Quarter,
            Self::HalfYearly => PeriodKind::HalfYear,
            Self::Annual => PeriodKind::FinancialYear,
            Self::CalendarYear => PeriodKind::CalendarYear,
            Self::AcademicYear => PeriodKind::AcademicYear,
            Self::SurveyWave => PeriodKind::SurveyWave,
        }
    }

    /// How many figures a year brings; waves count as one, though many surveys skip years.
    #[must_use]
    pub const fn periods_per_year(self) -> u8 {
        self.period_kind().per_year()
    }
}

/// Whether figures are percentages, on which "+4%" can be read in two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A share of 100: values lie from 0 to 100.
    Percent,
    /// Counts, rates, scores, money.
    Other,
}

impl Unit {
    /// Tells from the unit's name in the register: "percent", "per cent" and "%" are percentages.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let name = name.trim();
        let percent = ["percent", "per cent", "percentage", "%"].iter().any(|p| name.eq_ignore_ascii_case(p));
        if percent { Self::Percent } else { Self::Other }
    }
}

/// What is noted beside a figure; the letters are the usual official shorthand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObservationStatus {
    /// Nothing to note.
    Normal,
    /// May change.
    Provisional,
    /// Replaces an earlier figure.
    Revised,
    /// Worked out, not counted.
    Estimated,
    /// Not comparable with the figures before it.
    BreakInSeries,
    /// Not an outturn.
    Forecast,
    /// Too few cases or answers to rely on.
    LowReliability,
    /// Held but not to be shown.
    Confidential,
    /// Should exist but does not.
    NotAvailable,
    /// Cannot exist for this period or area.
    NotApplicable,
}

codes!(ObservationStatus, "observation status", {
    Normal => "NORMAL",
    Provisional => "PROVISIONAL",
    Revised => "REVISED",
    Estimated => "ESTIMATED",
    BreakInSeries => "BREAK_IN_SERIES",
    Forecast => "FORECAST",
    LowReliability => "LOW_RELIABILITY",
    Confidential => "CONFIDENTIAL",
    NotAvailable => "NOT_AVAILABLE",
    NotApplicable => "NOT_APPLICABLE",
});

impl ObservationStatus {
    /// The letter printed after a figure; `None` for a normal one.
    #[must_use]
    pub const fn shorthand(self) -> Option<char> {
        match self {
            Self::Normal => None,
            Self::Provisional => Some('p'),
            Self::Revised => Some('r'),
            Self::Estimated => Some('e'),
            Self::BreakInSeries => Some('b'),
            Self::Forecast => Some('f'),
            Self::LowReliability => Some('u'),
            Self::Confidential => Some('c'),
            Self::NotAvailable => Some('x'),
            Self::NotApplicable => Some('z'),
        }
    }

    /// Whether a figure with this note is an outturn that may be shown and compared.
    #[must_use]
    pub const fn is_shown_outturn(self) -> bool {
        !matches!(self, Self::Forecast | Self::Confidential | Self::NotAvailable | Self::NotApplicable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::d;

    #[test]
    fn shortfall_points_the_way_that_polarity_says() {
        assert_eq!(Polarity::Higher.shortfall(d("33"), d("32.9")), Some(d("0.1")));
        assert_eq!(Polarity::Lower.shortfall(d("220"), d("222")), Some(d("2")));
        assert_eq!(Polarity::None.shortfall(d("1"), d("2")), None);
        let range = Polarity::Range { lo: d("40"), hi: d("60") };
        assert_eq!(range.shortfall(d("0"), d("35")), Some(d("5")));
        assert_eq!(range.shortfall(d("0"), d("60")), Some(d("0")));
        assert_eq!(range.shortfall(d("0"), d("63")), Some(d("3")));
        assert!(range.is_better(d("61"), d("35")));
        assert_eq!(Polarity::Higher.shortfall(Decimal::MAX, Decimal::MIN), None);
    }

    #[test]
    fn stored_codes_are_read_back() {
        for status in ObservationStatus::ALL {
            assert_eq!(status.code().parse(), Ok(*status));
        }
        for frequency in Frequency::ALL {
            assert_eq!(frequency.code().parse(), Ok(*frequency));
        }
        assert_eq!(Frequency::Quarterly.periods_per_year(), 4);
        assert!("QUARTER".parse::<Frequency>().is_err());
        assert_eq!(Polarity::from_parts("LOWER", None), Ok(Polarity::Lower));
        assert!(Polarity::from_parts("RANGE", Some((d("6"), d("4")))).is_err());
        assert_eq!(Unit::named("Per cent"), Unit::Percent);
        assert_eq!(Unit::named("per 1,000 population"), Unit::Other);
    }

    #[test]
    fn shorthand_letters_are_the_official_ones() {
        let letters: String = ObservationStatus::ALL.iter().filter_map(|s| s.shorthand()).collect();
        assert_eq!(letters, "prebfucxz");
    }
}
