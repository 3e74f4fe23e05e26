//! The spans of time that figures are reported for.
//!
//! Partnerships count in financial years (1 April to 31 March) and their halves, quarters and
//! months, but some figures come by calendar year, by academic year or by survey wave. A period
//! arrives as a code such as `FY2009-Q3`, carries its dates, and knows its neighbours, so that
//! trajectories can count whole periods and comparisons can find the same period a year before.

use std::cmp::Ordering;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use crate::rules::wording::month_name;

/// Years for which periods exist; a code outside them is a slip of the pen.
pub const YEARS: RangeInclusive<i32> = 1900..=2200;

/// What kind of span a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeriodKind {
    /// One calendar month, counted within the financial year: month 1 is April.
    Month,
    /// Three months: Q1 is April to June, Q4 January to March.
    Quarter,
    /// Six months: H1 is April to September, H2 October to March.
    HalfYear,
    /// 1 April to 31 March.
    FinancialYear,
    /// 1 January to 31 December (road casualties, for one).
    CalendarYear,
    /// 1 September to 31 August.
    AcademicYear,
    /// The survey of a year, wherever in that calendar year its fieldwork fell.
    SurveyWave,
}

codes!(PeriodKind, "kind of period", {
    Month => "MONTH",
    Quarter => "QUARTER",
    HalfYear => "HALF_YEAR",
    FinancialYear => "FINANCIAL_YEAR",
    CalendarYear => "CALENDAR_YEAR",
    AcademicYear => "ACADEMIC_YEAR",
    SurveyWave => "SURVEY_WAVE",
});

impl PeriodKind {
    /// How many such periods make a year.
    #[must_use]
    pub const fn per_year(self) -> u8 {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::HalfYear => 2,
            _ => 1,
        }
    }

    /// The length in months.
    #[must_use]
    pub const fn months(self) -> u8 {
        12 / self.per_year()
    }

    /// The month in which the year of this kind begins, 1 being January.
    const fn first_month(self) -> u8 {
        match self {
            Self::CalendarYear | Self::SurveyWave => 1,
            Self::AcademicYear => 9,
            _ => 4,
        }
    }
}

/// Why there is no such period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The code has none of the known forms.
    #[error("{0:?} is not a period; examples are FY2009, FY2009-H1, FY2009-Q3, FY2009-M07, CY2009, AY2009, WAVE2008")]
    Unreadable(String),
    /// The year lies outside [`YEARS`].
    #[error("the year {0} lies outside 1900 to 2200")]
    YearOutOfRange(i32),
    /// The year has no such half, quarter or month.
    #[error("a year has no {kind} {part}")]
    NoSuchPart {
        /// The kind asked for.
        kind: PeriodKind,
        /// The number asked for.
        part: u8,
    },
}

/// A span of time with a code, dates and neighbours.
///
/// Ordered by last day, then the shorter first, so that a fourth quarter precedes its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    kind: PeriodKind,
    year: i32,
    part: u8,
    start: NaiveDate,
    end: NaiveDate,
}

impl Period {
    /// The `part`-th period (from 1) of its kind in the year that begins in `year`.
    ///
    /// # Errors
    /// [`PeriodError::YearOutOfRange`] or [`PeriodError::NoSuchPart`].
    pub fn new(kind: PeriodKind, year: i32, part: u8) -> Result<Self, PeriodError> {
        if !YEARS.contains(&year) {
            return Err(PeriodError::YearOutOfRange(year));
        }
        if part == 0 || part > kind.per_year() {
            return Err(PeriodError::NoSuchPart { kind, part });
        }
        let months = u32::from(part - 1) * u32::from(kind.months());
        let dates = NaiveDate::from_ymd_opt(year, u32::from(kind.first_month()), 1)
            .and_then(|first| first.checked_add_months(Months::new(months)))
            .and_then(|start| {
                let after = start.checked_add_months(Months::new(u32::from(kind.months())))?;
                Some((start, after.pred_opt()?))
            });
        match dates {
            Some((start, end)) => Ok(Self { kind, year, part, start, end }),
            None => Err(PeriodError::YearOutOfRange(year)),
        }
    }

    /// The financial year that begins on 1 April of `year`.
    ///
    /// # Errors
    /// [`PeriodError::YearOutOfRange`].
    pub fn financial(year: i32) -> Result<Self, PeriodError> {
        Self::new(PeriodKind::FinancialYear, year, 1)
    }

    /// The period of a kind in which a date falls; `None` outside [`YEARS`].
    #[must_use]
    pub fn containing(kind: PeriodKind, date: NaiveDate) -> Option<Self> {
        let months = date.year().checked_mul(12)?.checked_add(i32::try_from(date.month0()).ok()?)?;
        let since = months - (i32::from(kind.first_month()) - 1);
        let part = u8::try_from(since.rem_euclid(12)).ok()? / kind.months() + 1;
        Self::new(kind, since.div_euclid(12), part).ok()
    }

    /// The last period of a kind that was over before `on`; a period is not over on its last day.
    #[must_use]
    pub fn latest_ended(kind: PeriodKind, on: NaiveDate) -> Option<Self> {
        Self::containing(kind, on)?.previous()
    }

    /// The period with that ordinal (see [`Period::index`]).
    #[must_use]
    pub fn at_index(kind: PeriodKind, index: i32) -> Option<Self> {
        let per_year = i32::from(kind.per_year());
        let part = u8::try_from(index.rem_euclid(per_year)).ok()? + 1;
        Self::new(kind, index.div_euclid(per_year), part).ok()
    }

    /// First day.
    #[must_use]
    pub const fn start(self) -> NaiveDate {
        self.start
    }

    /// Last day, included.
    #[must_use]
    pub const fn end(self) -> NaiveDate {
        self.end
    }

    /// What kind of span this is.
    #[must_use]
    pub const fn kind(self) -> PeriodKind {
        self.kind
    }

    /// The calendar year in which the year of this period begins: 2009 for January 2010.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Which half, quarter or month of its year this is, from 1; 1 for whole years.
    #[must_use]
    pub const fn part(self) -> u8 {
        self.part
    }

    /// Ordinal in whole periods of this kind: consecutive periods differ by one.
    ///
    /// Survey waves are counted in years, since which years have one is the survey's affair.
    #[must_use]
    pub const fn index(self) -> i32 {
        self.year * self.kind.per_year() as i32 + self.part as i32 - 1
    }

    /// The following period of the same kind; `None` at the end of [`YEARS`].
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::at_index(self.kind, self.index() + 1)
    }

    /// The preceding period of the same kind; `None` at the beginning of [`YEARS`].
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        Self::at_index(self.kind, self.index() - 1)
    }

    /// The same month, quarter, half or year twelve months before.
    #[must_use]
    pub fn same_last_year(self) -> Option<Self> {
        Self::new(self.kind, self.year - 1, self.part).ok()
    }

    /// The financial year in which this period ends, so that academic year 2008/09 counts in 2009/10.
    #[must_use]
    pub fn financial_year(self) -> Option<Self> {
        Self::containing(PeriodKind::FinancialYear, self.end)
    }

    /// The period of another kind in which this one ends: the fourth quarter for a financial year.
    #[must_use]
    pub fn last_of_kind(self, kind: PeriodKind) -> Option<Self> {
        if kind == self.kind { Some(self) } else { Self::containing(kind, self.end) }
    }

    /// The machine code: `FY2009`, `FY2009-H1`, `FY2009-Q3`, `FY2009-M07`, `CY2009`, `AY2009`, `WAVE2008`.
    #[must_use]
    pub fn code(self) -> String {
        self.to_string()
    }

    /// The name people use: `2009/10`, `Q3 2009/10`, `October 2009`, `2008 survey`.
    #[must_use]
    pub fn label(self) -> String {
        Label(self).to_string()
    }

    /// First and last day as an ISO 8601 interval, both included: `2009-10-01/2009-12-31`.
    #[must_use]
    pub fn iso_interval(self) -> String {
        format!("{}/{}", self.start, self.end)
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |p: &Self| (p.end, p.kind.months(), p.kind, p.year, p.part);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, part) = (self.year, self.part);
        match self.kind {
            PeriodKind::FinancialYear => write!(f, "FY{year}"),
            PeriodKind::HalfYear => write!(f, "FY{year}-H{part}"),
            PeriodKind::Quarter => write!(f, "FY{year}-Q{part}"),
            PeriodKind::Month => write!(f, "FY{year}-M{part:02}"),
            PeriodKind::CalendarYear => write!(f, "CY{year}"),
            PeriodKind::AcademicYear => write!(f, "AY{year}"),
            PeriodKind::SurveyWave => write!(f, "WAVE{year}"),
        }
    }
}

/// Writes a period's name straight into a sentence; see [`Period::label`].
#[derive(Clone, Copy, Debug)]
pub struct Label(pub Period);

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Period { kind, year, part, start, .. } = self.0;
        let following = (year + 1).rem_euclid(100);
        match kind {
            PeriodKind::FinancialYear => write!(f, "{year}/{following:02}"),
            PeriodKind::HalfYear => write!(f, "H{part} {year}/{following:02}"),
            PeriodKind::Quarter => write!(f, "Q{part} {year}/{following:02}"),
            PeriodKind::Month => write!(f, "{} {}", month_name(start.month()), start.year()),
            PeriodKind::CalendarYear => write!(f, "{year}"),
            PeriodKind::AcademicYear => write!(f, "academic year {year}/{following:02}"),
            PeriodKind::SurveyWave => write!(f, "{year} survey"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let unreadable = || PeriodError::Unreadable(code.chars().take(40).collect());
        let whole = [("CY", PeriodKind::CalendarYear), ("AY", PeriodKind::AcademicYear), ("WAVE", PeriodKind::SurveyWave)];
        for (prefix, kind) in whole {
            if let Some(year) = code.strip_prefix(prefix) {
                return Self::new(kind, digits(year, 4).ok_or_else(unreadable)?, 1);
            }
        }
        if let Some(month) = code.strip_prefix("MON") {
            return calendar_month(month).ok_or_else(unreadable)?;
        }
        let financial = code.strip_prefix("FY").ok_or_else(unreadable)?;
        let Some((year, part)) = financial.split_once('-') else {
            return Self::new(PeriodKind::FinancialYear, digits(financial, 4).ok_or_else(unreadable)?, 1);
        };
        let (kind, part) = [("H", PeriodKind::HalfYear, 1), ("Q", PeriodKind::Quarter, 1), ("M", PeriodKind::Month, 2)]
            .into_iter()
            .find_map(|(letter, kind, length)| Some((kind, digits(part.strip_prefix(letter)?, length)?)))
            .ok_or_else(unreadable)?;
        let part = u8::try_from(part).map_err(|_| unreadable())?;
        Self::new(kind, digits(year, 4).ok_or_else(unreadable)?, part)
    }
}

/// Reads `2006-05`, the alias for a month by its calendar number; `None` when it has another shape.
fn calendar_month(text: &str) -> Option<Result<Period, PeriodError>> {
    let (year, month) = text.split_once('-')?;
    let (year, month) = (digits(year, 4)?, digits(month, 2)?);
    let number = u8::try_from(month).ok()?;
    let Some(first) = NaiveDate::from_ymd_opt(year, u32::from(number), 1) else {
        return Some(Err(PeriodError::NoSuchPart { kind: PeriodKind::Month, part: number }));
    };
    Some(Period::containing(PeriodKind::Month, first).ok_or(PeriodError::YearOutOfRange(year)))
}

/// Exactly `length` ASCII digits as a number; `parse` alone would let a sign through.
fn digits(text: &str, length: usize) -> Option<i32> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}
