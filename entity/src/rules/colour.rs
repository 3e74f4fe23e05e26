//! The colour of an indicator at a period, and the one sentence that explains it.
//!
//! The caller lays out a [`Case`]: the figure, what was agreed, and the business date. [`judge`]
//! first looks for a reason not to colour, in a fixed order, then works out the expected value and
//! the tolerance, compares unrounded, and answers with the numbers and a sentence for the minutes.
//! Missing data is never green, and red only where the partnership has agreed to that.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::rules::comparator::{Beside, Comparator, NotBeside};
use crate::rules::measure::{MeasureKind, ObservationStatus, Polarity};
use crate::rules::period::Period;
use crate::rules::reason;
use crate::rules::target::{Reading, Target};
use crate::rules::tolerance::{TolerancePolicy, ToleranceRule};
use crate::rules::trajectory::{self, NoExpectation, Path, Point, Profile, Trajectory};

/// How an indicator stands; never shown without its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Better than expected by at least the tolerance, where a policy has this colour.
    Blue,
    /// On or better than expected.
    Green,
    /// Short, but within the agreed tolerance.
    Amber,
    /// Short by more than the tolerance.
    Red,
    /// No colour could be given, for a stated reason.
    NotRated,
}

codes!(Colour, "colour", {
    Blue => "BLUE",
    Green => "GREEN",
    Amber => "AMBER",
    Red => "RED",
    NotRated => "NOT_RATED",
});

impl Colour {
    /// The word that goes beside the colour.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blue => "Blue",
            Self::Green => "Green",
            Self::Amber => "Amber",
            Self::Red => "Red",
            Self::NotRated => "Not rated",
        }
    }
}

/// Why there is no colour, in the order in which reasons are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotRated {
    /// Neither way is better for this indicator.
    ContextOnly,
    /// No target is agreed.
    NoTarget,
    /// The target, its trajectory or its tolerance rests on a baseline, and none is held.
    NoBaseline,
    /// The period lies outside the agreed points.
    OutOfRange,
    /// Nothing is due yet, or at all, for the period.
    NotDue,
    /// The figure is due and missing.
    NoData,
    /// The figure is held back as confidential.
    Suppressed,
    /// The figure is not comparable with baseline and target.
    SeriesBreak,
    /// The figure is older than the policy allows.
    Stale,
    /// The target is a gap to a comparator, whose figure is not held or is no exact number.
    NoComparator,
    /// A percentage tolerance has no width around zero.
    ZeroTargetNeedsAbsoluteTolerance,
    /// The figures, or the seasonal profile, do not allow an exact computation.
    NotComputable,
}

codes!(NotRated, "reason for not rating", {
    ContextOnly => "CONTEXT_ONLY",
    NoTarget => "NO_TARGET",
    NoBaseline => "NO_BASELINE",
    OutOfRange => "OUT_OF_RANGE",
    NotDue => "NOT_DUE",
    NoData => "NO_DATA",
    Suppressed => "SUPPRESSED",
    SeriesBreak => "SERIES_BREAK",
    Stale => "STALE",
    NoComparator => "NO_COMPARATOR",
    ZeroTargetNeedsAbsoluteTolerance => "ZERO_TARGET_NEEDS_ABSOLUTE_TOLERANCE",
    NotComputable => "NOT_COMPUTABLE",
});

impl From<NoExpectation> for NotRated {
    fn from(why: NoExpectation) -> Self {
        match why {
            NoExpectation::OutOfRange => Self::OutOfRange,
            NoExpectation::NoBaseline => Self::NoBaseline,
            NoExpectation::ProfileDoesNotFit | NoExpectation::TooLarge => Self::NotComputable,
        }
    }
}

impl From<NotBeside> for NotRated {
    fn from(why: NotBeside) -> Self {
        match why {
            NotBeside::NoFigure(_) => Self::NoComparator,
            NotBeside::NoGap(why) => why.into(),
        }
    }
}

/// A figure as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// In the indicator's unit; `None` where only a note was recorded.
    pub value: Option<Decimal>,
    /// The note beside it.
    pub status: ObservationStatus,
    /// Half the width of a survey's 95% confidence interval, in the indicator's unit.
    pub half_width: Option<Decimal>,
}

/// Everything that bears on one colour.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Which way is better.
    pub polarity: Polarity,
    /// How the measure accumulates.
    pub measure: MeasureKind,
    /// Published decimals, for the sentence only.
    pub decimals: u32,
    /// The period judged.
    pub period: Period,
    /// The business date on which it is judged.
    pub on: NaiveDate,
    /// The last day on which the figure is in time; `None` when nothing is due for the period, as
    /// when no survey wave falls in it.
    pub due_on: Option<NaiveDate>,
    /// The figure held for the period.
    pub observation: Option<Observation>,
    /// The value of the same period last year, for policies that look at it.
    pub last_year: Option<Decimal>,
    /// The latest earlier survey wave, whose verdict is carried when none is due.
    pub earlier_wave: Option<(Period, Observation)>,
    /// Where the series broke after baseline and target were set, if it did.
    pub broken_at: Option<Period>,
    /// The baseline; `None` when none is held.
    pub baseline: Option<Point>,
    /// Milestones and other years' targets; gaps, where the target is one.
    pub known: &'a [Point],
    /// Where the target is a gap: to whose figures.
    pub comparator: Option<Comparator<'a>>,
    /// The target; `None` when none is agreed.
    pub target: Option<Target>,
    /// The way between points.
    pub trajectory: Trajectory,
    /// For cumulative measures only.
    pub profile: Profile<'a>,
    /// The convention to colour by.
    pub policy: &'a TolerancePolicy,
}

/// The colours under both readings of an ambiguous target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsReadings {
    /// The reading behind the verdict's own colour.
    pub used: Reading,
    /// When the amount means points.
    pub points: Colour,
    /// When the amount means per cent.
    pub percent: Colour,
}

/// The numbers behind a colour, unrounded, as far as they could be worked out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Workings {
    pub(crate) actual: Option<Decimal>,
    pub(crate) expected: Option<Decimal>,
    pub(crate) shortfall: Option<Decimal>,
    pub(crate) width: Option<Decimal>,
    pub(crate) within_margin: Option<bool>,
    pub(crate) beside: Option<Beside>,
}

/// A colour with its numbers and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How the indicator stands.
    pub colour: Colour,
    /// Why there is no colour; present exactly when the colour is [`Colour::NotRated`].
    pub not_rated: Option<NotRated>,
    /// One sentence that a committee can minute.
    pub reason: String,
    /// The figure, unrounded; withheld figures never appear.
    pub actual: Option<Decimal>,
    /// What was expected, unrounded; for a range, the bound nearest to the figure.
    pub expected: Option<Decimal>,
    /// How far short, in the indicator's unit; zero or less is on or ahead.
    pub shortfall: Option<Decimal>,
    /// The width of amber in the indicator's unit.
    pub amber_width: Option<Decimal>,
    /// Whole days since the missing figure was due.
    pub overdue_days: Option<u32>,
    /// Whether the difference is smaller than the survey's own margin; `None` without one.
    pub within_margin_of_error: Option<bool>,
    /// What was expected in its two parts, where the target is a gap to a comparator.
    pub beside: Option<Beside>,
    /// The survey wave whose verdict this is, when none was due in the period.
    pub carried_from: Option<Period>,
    /// The colours under both readings, while the target's reading is unconfirmed.
    pub as_readings: Option<AsReadings>,
}

/// Judges one case.
#[must_use]
pub fn judge(case: &Case<'_>) -> Verdict {
    let mut workings = Workings::default();
    match assess(case, case.target.and_then(|t| t.value), &mut workings) {
        Err(NotRated::NotDue) => carried(case).unwrap_or_else(|| refused(case, NotRated::NotDue, workings)),
        Err(NotRated::NoData) if case.policy.missing_is_red => {
            Verdict { overdue_days: overdue_days(case), ..verdict(Colour::Red, workings, reason::missing_is_red(case)) }
        }
        Err(why) => refused(case, why, workings),
        Ok(colour) => Verdict {
            as_readings: as_readings(case, colour),
            ..verdict(colour, workings, reason::coloured(case, colour, &workings))
        },
    }
}

fn verdict(colour: Colour, workings: Workings, reason: String) -> Verdict {
    Verdict {
        colour,
        not_rated: None,
        reason,
        actual: workings.actual,
        expected: workings.expected,
        shortfall: workings.shortfall,
        amber_width: workings.width,
        overdue_days: None,
        within_margin_of_error: workings.within_margin,
        beside: workings.beside,
        carried_from: None,
        as_readings: None,
    }
}

fn refused(case: &Case<'_>, why: NotRated, workings: Workings) -> Verdict {
    Verdict {
        not_rated: Some(why),
        overdue_days: if why == NotRated::NoData { overdue_days(case) } else { None },
        ..verdict(Colour::NotRated, workings, reason::not_rated(case, why))
    }
}

/// Days since a figure was due; `None` when it is not late.
pub(crate) fn overdue_days(case: &Case<'_>) -> Option<u32> {
    let days = case.on.signed_duration_since(case.due_on?).num_days();
    u32::try_from(days).ok().filter(|late| *late > 0)
}

/// The verdict of the latest wave of a survey, when none was due in the period itself.
fn carried(case: &Case<'_>) -> Option<Verdict> {
    if case.measure != MeasureKind::Survey || case.due_on.is_some() {
        return None;
    }
    let (wave, observation) = case.earlier_wave?;
    let earlier = Case { period: wave, observation: Some(observation), last_year: None, earlier_wave: None, ..*case };
    let verdict = judge(&earlier);
    (verdict.colour != Colour::NotRated).then(|| Verdict {
        reason: reason::carried(case, wave, &verdict.reason),
        carried_from: Some(wave),
        ..verdict
    })
}

/// The colours under both readings, when the target's is only assumed.
fn as_readings(case: &Case<'_>, colour: Colour) -> Option<AsReadings> {
    let unconfirmed = case.target?.unconfirmed?;
    let other = assess(case, unconfirmed.other, &mut Workings::default()).unwrap_or(Colour::NotRated);
    Some(match unconfirmed.used {
        Reading::Points => AsReadings { used: Reading::Points, points: colour, percent: other },
        Reading::Percent => AsReadings { used: Reading::Percent, points: other, percent: colour },
    })
}

/// Colours a case for one target value, filling in the workings as far as it gets.
fn assess(case: &Case<'_>, target: Option<Decimal>, workings: &mut Workings) -> Result<Colour, NotRated> {
    let figure = shown_figure(case);
    workings.actual = figure;
    if case.polarity == Polarity::None {
        return Err(NotRated::ContextOnly);
    }
    let against = against(case, target, workings);
    // Whoever owes the line's own figure isn't helped by hearing of the comparator's first.
    if let Err(why) = against
        && why != NotRated::NoComparator
    {
        return Err(why);
    }
    let actual = comparable(case, figure)?;
    let improvement = against?;
    let expected = match workings.expected {
        Some(expected) => expected,
        None => nearest_bound(case.polarity, actual).ok_or(NotRated::NoTarget)?,
    };
    workings.expected = Some(expected);
    let shortfall = case.polarity.shortfall(expected, actual).ok_or(NotRated::NotComputable)?;
    workings.shortfall = Some(shortfall);
    workings.within_margin = within_margin(case, expected, actual);
    let width = case.policy.rule.width(expected, improvement)?;
    workings.width = Some(width);
    Ok(colour(case, actual, shortfall, width))
}

/// The figure if it may be shown and compared.
fn shown_figure(case: &Case<'_>) -> Option<Decimal> {
    case.observation.filter(|o| o.status.is_shown_outturn())?.value
}

/// Works out what was expected, and tells the improvement sought, where there is one.
fn against(case: &Case<'_>, target: Option<Decimal>, workings: &mut Workings) -> Result<Option<Decimal>, NotRated> {
    workings.expected = expectation(case, target, workings)?;
    match improvement(case, target) {
        None if matches!(case.policy.rule, ToleranceRule::PercentOfImprovement(_)) => {
            let lacks_comparator = case.comparator.is_some() && case.baseline.is_some();
            Err(if lacks_comparator { NotRated::NoComparator } else { NotRated::NoBaseline })
        }
        improvement => Ok(improvement),
    }
}

/// What was expected; `None` for a range, which is its own target.
fn expectation(case: &Case<'_>, target: Option<Decimal>, workings: &mut Workings) -> Result<Option<Decimal>, NotRated> {
    if matches!(case.polarity, Polarity::Range { .. }) {
        return Ok(None);
    }
    let agreed = case.target.ok_or(NotRated::NoTarget)?;
    // Nothing was expected of the baseline itself; set against itself it would always be green.
    if case.baseline.is_some_and(|baseline| baseline.period.end() >= case.period.end()) {
        return Err(NotRated::OutOfRange);
    }
    if let Some(comparator) = &case.comparator {
        let beside = comparator.expected(&path(case, agreed.period, comparator.gap), case.period)?;
        workings.beside = Some(beside);
        return beside.figure.checked_add(beside.gap).ok_or(NotRated::NotComputable).map(Some);
    }
    let path = path(case, agreed.period, target.ok_or(NotRated::NoBaseline)?);
    Ok(Some(trajectory::expected(&path, case.period)?))
}

/// The way to a value, or a gap, that is agreed for a period.
pub(crate) fn path<'a>(case: &Case<'a>, period: Period, value: Decimal) -> Path<'a> {
    Path {
        measure: case.measure,
        trajectory: case.trajectory,
        baseline: case.baseline,
        known: case.known,
        target: Point { period, value },
        profile: case.profile,
    }
}

/// The distance from baseline to target, or to the range.
fn improvement(case: &Case<'_>, target: Option<Decimal>) -> Option<Decimal> {
    let baseline = case.baseline?.value;
    match case.polarity {
        Polarity::Range { .. } => case.polarity.outside(baseline),
        _ if let Some(comparator) = &case.comparator => {
            comparator.gap.checked_sub(comparator.gap_of(case.baseline?)?).map(|gap| gap.abs())
        }
        _ => target?.checked_sub(baseline).map(|gap| gap.abs()),
    }
}

/// The figure, or the first reason why it cannot be compared.
fn comparable(case: &Case<'_>, figure: Option<Decimal>) -> Result<Decimal, NotRated> {
    let status = case.observation.map(|o| o.status);
    match status {
        Some(ObservationStatus::NotApplicable) => return Err(NotRated::NotDue),
        Some(ObservationStatus::Confidential) => return Err(NotRated::Suppressed),
        _ => {}
    }
    let Some(figure) = figure else {
        return Err(if overdue_days(case).is_some() { NotRated::NoData } else { NotRated::NotDue });
    };
    let comparator_broke = case.comparator.is_some_and(|comparator| comparator.broken_at.is_some());
    if status == Some(ObservationStatus::BreakInSeries) || case.broken_at.is_some() || comparator_broke {
        return Err(NotRated::SeriesBreak);
    }
    match case.policy.max_age_days {
        Some(most) if age_days(case) > i64::from(most) => Err(NotRated::Stale),
        _ => Ok(figure),
    }
}

/// Days since the period judged ended.
pub(crate) fn age_days(case: &Case<'_>) -> i64 {
    case.on.signed_duration_since(case.period.end()).num_days()
}

fn nearest_bound(polarity: Polarity, actual: Decimal) -> Option<Decimal> {
    let Polarity::Range { lo, hi } = polarity else {
        return None;
    };
    let nearer_low = actual.checked_sub(lo)?.abs() <= actual.checked_sub(hi)?.abs();
    Some(if nearer_low { lo } else { hi })
}

fn within_margin(case: &Case<'_>, expected: Decimal, actual: Decimal) -> Option<bool> {
    let half_width = case.observation?.half_width?;
    Some(actual.checked_sub(expected)?.abs() < half_width)
}

/// Compares unrounded; a boundary belongs to the better colour.
fn colour(case: &Case<'_>, actual: Decimal, shortfall: Decimal, width: Decimal) -> Colour {
    let ahead = shortfall < Decimal::ZERO && shortfall <= -width;
    if ahead && case.policy.exceeding_is_blue {
        return Colour::Blue;
    }
    if let ToleranceRule::Havering(_) = case.policy.rule {
        return match case.last_year {
            _ if shortfall <= width => Colour::Green,
            Some(before) if !case.polarity.is_better(before, actual) => Colour::Amber,
            _ => Colour::Red,
        };
    }
    if shortfall <= Decimal::ZERO {
        Colour::Green
    } else if shortfall <= width {
        Colour::Amber
    } else {
        Colour::Red
    }
}
