//! What was to be expected at a period on the way from a baseline to a target.
//!
//! The caller gives the baseline, the agreed points between (milestones, other years' targets) and
//! the target; the answer is the value expected at one period, or why there is none. Time is counted
//! in whole periods of the indicator's own frequency: a point for a longer span stands at the last
//! such period of its span, so a year's target falls in its fourth quarter.

use rust_decimal::Decimal;

use crate::rules::measure::MeasureKind;
use crate::rules::period::{Period, PeriodKind};

/// The way from one agreed point to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trajectory {
    /// A straight line between neighbouring points, beginning at the baseline.
    Linear,
    /// The last agreed value is held until the period in which the next point falls.
    Step,
    /// Straight lines between agreed points only: nothing is drawn from the baseline.
    Custom,
}

codes!(Trajectory, "trajectory", {
    Linear => "LINEAR",
    Step => "STEP",
    Custom => "CUSTOM",
});

/// A value agreed, or measured, for a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The period it stands for.
    pub period: Period,
    /// In the indicator's unit.
    pub value: Decimal,
}

/// How a year's total of a cumulative measure is spread over the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile<'a> {
    /// The same share in every period.
    #[default]
    Even,
    /// One weight for each period of the year, in order; only their proportions matter, so the
    /// counts of earlier years can be given as they are.
    Weighted(&'a [Decimal]),
}

impl Profile<'_> {
    /// The share of the year's total that is due by the end of `at`.
    fn of_total(self, total: Decimal, at: Period) -> Result<Decimal, NoExpectation> {
        let (due, whole) = match self {
            Self::Even => (Decimal::from(at.part()), Decimal::from(at.kind().per_year())),
            Self::Weighted(weights) => {
                if weights.len() != usize::from(at.kind().per_year()) || weights.iter().any(Decimal::is_sign_negative) {
                    return Err(NoExpectation::ProfileDoesNotFit);
                }
                let due = sum(weights.iter().take(usize::from(at.part())));
                (due.ok_or(NoExpectation::TooLarge)?, sum(weights.iter()).ok_or(NoExpectation::TooLarge)?)
            }
        };
        if whole.is_zero() {
            return Err(NoExpectation::ProfileDoesNotFit);
        }
        total.checked_mul(due).and_then(|v| v.checked_div(whole)).ok_or(NoExpectation::TooLarge)
    }
}

fn sum<'a>(mut values: impl Iterator<Item = &'a Decimal>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, |total, v| total.checked_add(*v))
}

/// Everything agreed about the way to a target.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    /// How the measure accumulates.
    pub measure: MeasureKind,
    /// The way between points.
    pub trajectory: Trajectory,
    /// Where it starts; `None` when no baseline is held.
    pub baseline: Option<Point>,
    /// Milestones and the targets of other years, in any order.
    pub known: &'a [Point],
    /// The target itself.
    pub target: Point,
    /// For cumulative measures only.
    pub profile: Profile<'a>,
}

/// Why nothing can be said to have been expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoExpectation {
    /// The period lies before the first or after the last agreed point.
    #[error("the period lies outside the agreed points")]
    OutOfRange,
    /// The line would have to start from a baseline, and none is held.
    #[error("no baseline is held")]
    NoBaseline,
    /// The seasonal profile has another number of weights than the year has periods, a negative
    /// weight, or nothing but zeros.
    #[error("the seasonal profile does not fit the frequency")]
    ProfileDoesNotFit,
    /// The figures exceed what can be computed exactly.
    #[error("the figures are too large")]
    TooLarge,
}

/// The value expected by the end of `at`, unrounded, in the indicator's unit.
///
/// A cumulative measure is expected to have reached its share of the total of the year of `at`; the
/// total itself follows the trajectory from year to year.
///
/// # Errors
/// [`NoExpectation`], when the agreed points do not reach `at`.
pub fn expected(path: &Path<'_>, at: Period) -> Result<Decimal, NoExpectation> {
    if let Some(exact) = path.agreed_for(at) {
        return Ok(exact);
    }
    if path.measure != MeasureKind::Cumulative || at.kind().per_year() == 1 {
        return along(path, at, |_| true);
    }
    let year = at.financial_year().ok_or(NoExpectation::OutOfRange)?;
    let total = along(path, year, |point| ends_a_year(point.period))?;
    path.profile.of_total(total, at)
}

/// Whether a point of a cumulative measure is a whole year's total.
fn ends_a_year(period: Period) -> bool {
    period.kind().per_year() == 1 || period.financial_year().is_some_and(|year| year.end() == period.end())
}

impl<'a> Path<'a> {
    /// The value agreed for exactly this period; the target goes before a milestone.
    fn agreed_for(&self, at: Period) -> Option<Decimal> {
        if self.target.period == at {
            return Some(self.target.value);
        }
        self.known.iter().find(|point| point.period == at).map(|point| point.value)
    }

    /// All points, later ones taking precedence where two fall together.
    fn points(&self) -> impl Iterator<Item = Point> + use<'a> {
        let start = self.baseline.filter(|_| self.trajectory != Trajectory::Custom);
        start.into_iter().chain(self.known.iter().copied()).chain([self.target])
    }
}

/// A point's place on the scale of whole periods of one kind.
fn place(point: &Point, kind: PeriodKind) -> Option<i32> {
    point.period.last_of_kind(kind).map(Period::index)
}

/// Follows the trajectory to `at` over the points that `counts` admits.
fn along(path: &Path<'_>, at: Period, counts: impl Fn(&Point) -> bool) -> Result<Decimal, NoExpectation> {
    let here = at.index();
    let (mut before, mut after) = (None::<(i32, Decimal)>, None::<(i32, Decimal)>);
    for point in path.points().filter(counts) {
        let Some(index) = place(&point, at.kind()) else {
            continue;
        };
        if index <= here && before.is_none_or(|(nearest, _)| index >= nearest) {
            before = Some((index, point.value));
        }
        if index >= here && after.is_none_or(|(nearest, _)| index <= nearest) {
            after = Some((index, point.value));
        }
    }
    let Some((i1, v1)) = after else {
        return Err(NoExpectation::OutOfRange);
    };
    if i1 == here {
        return Ok(v1);
    }
    let Some((i0, v0)) = before else {
        let lacking = path.baseline.is_none() && path.trajectory != Trajectory::Custom;
        return Err(if lacking { NoExpectation::NoBaseline } else { NoExpectation::OutOfRange });
    };
    match path.trajectory {
        Trajectory::Step => Ok(v0),
        _ => between((i0, v0), (i1, v1), here).ok_or(NoExpectation::TooLarge),
    }
}

/// The straight line; multiplied before it is divided, so that whole steps stay exact.
fn between((i0, v0): (i32, Decimal), (i1, v1): (i32, Decimal), here: i32) -> Option<Decimal> {
    let rise = v1.checked_sub(v0)?.checked_mul(Decimal::from(here - i0))?;
    rise.checked_div(Decimal::from(i1 - i0))?.checked_add(v0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{d, p};

    fn point(code: &str, value: &str) -> Point {
        Point { period: p(code), value: d(value) }
    }

    /// 240 at quarter 0 (Q4 2006/07) falling to 180 at quarter 12 (Q4 2009/10).
    fn falling() -> Path<'static> {
        Path {
            measure: MeasureKind::Snapshot,
            trajectory: Trajectory::Linear,
            baseline: Some(point("FY2006-Q4", "240")),
            known: &[],
            target: point("FY2009-Q4", "180"),
            profile: Profile::Even,
        }
    }

    #[test]
    fn a_line_counts_whole_periods() {
        assert_eq!(expected(&falling(), p("FY2007-Q4")), Ok(d("220")));
        assert_eq!(expected(&falling(), p("FY2008-Q2")), Ok(d("210")));
        assert_eq!(expected(&falling(), p("FY2009-Q4")), Ok(d("180")));
        assert_eq!(expected(&falling(), p("FY2006-Q4")), Ok(d("240")));
    }

    #[test]
    fn yearly_points_stand_in_their_last_quarter() {
        let path = Path { baseline: Some(point("FY2006", "240")), target: point("FY2009", "180"), ..falling() };
        assert_eq!(expected(&path, p("FY2008-Q2")), Ok(d("210")));
        assert_eq!(expected(&path, p("FY2009-Q4")), Ok(d("180")));
    }

    #[test]
    fn a_milestone_bends_the_line() {
        let known = [point("FY2007-Q4", "200")];
        let path = Path { known: &known, ..falling() };
        assert_eq!(expected(&path, p("FY2007-Q4")), Ok(d("200")));
        assert_eq!(expected(&path, p("FY2007-Q2")), Ok(d("220")));
        assert_eq!(expected(&path, p("FY2008-Q4")), Ok(d("190")));
    }

    #[test]
    fn nothing_is_expected_outside_the_span() {
        assert_eq!(expected(&falling(), p("FY2006-Q3")), Err(NoExpectation::OutOfRange));
        assert_eq!(expected(&falling(), p("FY2010-Q1")), Err(NoExpectation::OutOfRange));
    }

    #[test]
    fn a_baseline_is_needed_on_the_way_but_not_at_the_target() {
        let path = Path { baseline: None, ..falling() };
        assert_eq!(expected(&path, p("FY2008-Q2")), Err(NoExpectation::NoBaseline));
        assert_eq!(expected(&path, p("FY2009-Q4")), Ok(d("180")));
    }

    #[test]
    fn a_step_holds_until_the_next_point_falls() {
        let known = [point("FY2008", "210")];
        let path = Path { trajectory: Trajectory::Step, known: &known, ..falling() };
        assert_eq!(expected(&path, p("FY2008-Q3")), Ok(d("240")));
        assert_eq!(expected(&path, p("FY2008-Q4")), Ok(d("210")));
        assert_eq!(expected(&path, p("FY2009-Q3")), Ok(d("210")));
        assert_eq!(expected(&path, p("FY2009-Q4")), Ok(d("180")));
    }

    #[test]
    fn a_custom_way_never_starts_from_the_baseline() {
        let known = [point("FY2008-Q4", "220")];
        let path = Path { trajectory: Trajectory::Custom, known: &known, ..falling() };
        assert_eq!(expected(&path, p("FY2008-Q2")), Err(NoExpectation::OutOfRange));
        assert_eq!(expected(&path, p("FY2009-Q2")), Ok(d("200")));
    }

    #[test]
    fn a_cumulative_measure_owes_its_share_of_the_year() {
        let path = Path {
            measure: MeasureKind::Cumulative,
            baseline: Some(point("FY2008", "500")),
            target: point("FY2009", "400"),
            ..falling()
        };
        assert_eq!(expected(&path, p("FY2009-Q2")), Ok(d("200")));
        assert_eq!(expected(&path, p("FY2009-Q4")), Ok(d("400")));
        assert_eq!(expected(&path, p("FY2009-M07")), Ok(d("2800") / d("12")));
        assert_eq!(expected(&Path { baseline: None, ..path }, p("FY2009-Q1")), Ok(d("100")));
        assert_eq!(expected(&path, p("FY2010-Q1")), Err(NoExpectation::OutOfRange));
    }

    #[test]
    fn a_seasonal_profile_moves_the_share() {
        let weights = [d("10"), d("20"), d("30"), d("40")];
        let path = Path {
            measure: MeasureKind::Cumulative,
            target: point("FY2009", "400"),
            profile: Profile::Weighted(&weights),
            ..falling()
        };
        assert_eq!(expected(&path, p("FY2009-Q2")), Ok(d("120")));
        assert_eq!(expected(&path, p("FY2009-M02")), Err(NoExpectation::ProfileDoesNotFit));
    }

    #[test]
    fn figures_beyond_exact_arithmetic_are_refused() {
        let path = Path { baseline: Some(Point { period: p("FY2006-Q4"), value: Decimal::MIN }), ..falling() };
        assert_eq!(
            expected(&Path { target: Point { value: Decimal::MAX, ..path.target }, ..path }, p("FY2008-Q2")),
            Err(NoExpectation::TooLarge)
        );
    }
}
