//! Whether a run of figures signals a change, or is only the usual noise.
//!
//! Two points make an arrow but no evidence. With a dozen or more, the limits of an individuals and
//! moving-range chart tell what the process does by itself, and four rules say when it did more.

use rust_decimal::Decimal;

use crate::rules::direction::Movement;

/// Fewer points give limits that mean nothing.
pub const FEWEST_POINTS: usize = 12;

/// Points that make a run on one side, or a trend.
const RUN: usize = 7;

/// Limits lie 2.66 mean moving ranges from the mean.
const LIMIT_FACTOR: Decimal = Decimal::from_parts(266, 0, 0, false, 2);

/// What departs from the usual noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalKind {
    /// A point outside the limits.
    OutsideLimits,
    /// Seven or more points in a row on one side of the mean.
    Run,
    /// Seven or more points in a row, each beyond the one before.
    Trend,
    /// Two of three points in a row in the outer third, on the same side.
    OuterThird,
}

codes!(SignalKind, "signal", {
    OutsideLimits => "OUTSIDE_LIMITS",
    Run => "RUN",
    Trend => "TREND",
    OuterThird => "OUTER_THIRD",
});

/// A signal, where it shows and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Which rule.
    pub kind: SignalKind,
    /// The point, from 0, with which it is complete.
    pub at: usize,
    /// Up or down: above the mean or rising, below it or falling.
    pub movement: Movement,
}

/// A chart's centre, limits and signals, unrounded, in the indicator's unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The mean.
    pub mean: Decimal,
    /// The mean difference between neighbouring points.
    pub mean_range: Decimal,
    /// Lower limit.
    pub lower: Decimal,
    /// Upper limit.
    pub upper: Decimal,
    /// What departs from noise, in the order of points; empty means no signal.
    pub signals: Vec<Signal>,
}

/// Charts consecutive figures, oldest first; `None` with fewer than [`FEWEST_POINTS`], or when they
/// are too large to sum.
#[must_use]
pub fn chart(values: &[Decimal]) -> Option<Chart> {
    if values.len() < FEWEST_POINTS {
        return None;
    }
    let mean = mean(values.iter().map(|v| Some(*v)))?;
    let mean_range = mean_of_ranges(values)?;
    let reach = mean_range.checked_mul(LIMIT_FACTOR)?;
    let mut chart =
        Chart { mean, mean_range, lower: mean.checked_sub(reach)?, upper: mean.checked_add(reach)?, signals: Vec::new() };
    let third = reach.checked_mul(Decimal::TWO)?.checked_div(Decimal::from(3_u8))?;
    let inner = (mean.checked_sub(third)?, mean.checked_add(third)?);
    chart.signals = signals(values, &chart, inner);
    Some(chart)
}

fn mean(values: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    let (mut total, mut count) = (Decimal::ZERO, 0_u32);
    for value in values {
        total = total.checked_add(value?)?;
        count += 1;
    }
    total.checked_div(Decimal::from(count))
}

fn mean_of_ranges(values: &[Decimal]) -> Option<Decimal> {
    mean(values.iter().zip(values.iter().skip(1)).map(|(a, b)| Some(b.checked_sub(*a)?.abs())))
}

/// Which side of a band a value lies on; level inside it, its edges included.
fn side(value: Decimal, (low, high): (Decimal, Decimal)) -> Movement {
    if value > high {
        Movement::Up
    } else if value < low {
        Movement::Down
    } else {
        Movement::Level
    }
}

/// How many points in a row have gone the same way.
#[derive(Default)]
struct Streak {
    way: Option<Movement>,
    length: usize,
}

impl Streak {
    /// Counts one more point and answers whether the streak has reached `enough` just now.
    fn reaches(&mut self, way: Movement, first: usize, enough: usize) -> bool {
        if way == Movement::Level {
            *self = Self::default();
            return false;
        }
        self.length = if self.way == Some(way) { self.length + 1 } else { first };
        self.way = Some(way);
        self.length == enough
    }
}

fn signals(values: &[Decimal], chart: &Chart, inner: (Decimal, Decimal)) -> Vec<Signal> {
    let mut found = Vec::new();
    let (mut run, mut trend) = (Streak::default(), Streak::default());
    let (mut last, mut one_ago, mut two_ago) = (None::<Decimal>, Movement::Level, Movement::Level);
    for (at, value) in values.iter().copied().enumerate() {
        let mut note = |kind, movement| found.push(Signal { kind, at, movement });
        let outside = side(value, (chart.lower, chart.upper));
        if outside != Movement::Level {
            note(SignalKind::OutsideLimits, outside);
        }
        let half = side(value, (chart.mean, chart.mean));
        if run.reaches(half, 1, RUN) {
            note(SignalKind::Run, half);
        }
        // Two points make the first step of a trend.
        let step = last.map_or(Movement::Level, |last| side(value, (last, last)));
        if trend.reaches(step, 2, RUN) {
            note(SignalKind::Trend, step);
        }
        let outer = side(value, inner);
        if outer != Movement::Level && (one_ago == outer || two_ago == outer) {
            note(SignalKind::OuterThird, outer);
        }
        (two_ago, one_ago, last) = (one_ago, outer, Some(value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::d;

    fn of(values: &[i64]) -> Option<Chart> {
        chart(&values.iter().copied().map(Decimal::from).collect::<Vec<_>>())
    }

    fn kinds(values: &[i64]) -> Vec<(SignalKind, usize, Movement)> {
        of(values).map(|c| c.signals).unwrap_or_default().iter().map(|s| (s.kind, s.at, s.movement)).collect()
    }

    #[test]
    fn twelve_quiet_months_give_no_signal() {
        let chart = of(&[42, 45, 39, 44, 41, 47, 40, 43, 46, 38, 44, 42]);
        let rounded = chart.as_ref().map(|c| [c.mean, c.mean_range, c.lower, c.upper].map(|v| v.round_dp(3)));
        assert_eq!(rounded, Some([d("42.583"), d("4.727"), d("30.009"), d("55.158")]));
        assert_eq!(chart.map(|c| c.signals), Some(Vec::new()));
    }

    #[test]
    fn eleven_points_are_too_few() {
        assert_eq!(of(&[42; 11]), None);
    }

    #[test]
    fn a_point_outside_the_limits_signals() {
        let found = kinds(&[42, 43, 42, 43, 42, 43, 42, 43, 42, 43, 42, 43, 42, 43, 60]);
        assert!(found.contains(&(SignalKind::OutsideLimits, 14, Movement::Up)), "{found:?}");
    }

    #[test]
    fn seven_on_one_side_are_a_run_and_six_are_not() {
        let run = kinds(&[39, 41, 39, 41, 39, 41, 40, 44, 42, 44, 42, 44, 42, 43]);
        assert!(run.contains(&(SignalKind::Run, 13, Movement::Up)), "{run:?}");
        let short = kinds(&[39, 43, 39, 43, 39, 43, 39, 44, 42, 44, 42, 44, 42]);
        assert!(short.iter().all(|(kind, ..)| *kind != SignalKind::Run), "{short:?}");
    }

    #[test]
    fn seven_rising_points_are_a_trend_and_six_are_not() {
        let trend = |values: &[i64]| kinds(values).into_iter().find(|(kind, ..)| *kind == SignalKind::Trend);
        assert_eq!(trend(&[44, 42, 44, 42, 44, 40, 41, 42, 43, 44, 45, 46]), Some((SignalKind::Trend, 11, Movement::Up)));
        assert_eq!(trend(&[44, 42, 44, 42, 44, 42, 41, 42, 43, 44, 45, 46]), None);
    }

    #[test]
    fn two_of_three_in_the_outer_third_signal_on_the_same_side_only() {
        let outer = |values: &[i64]| kinds(values).into_iter().find(|(kind, ..)| *kind == SignalKind::OuterThird);
        let calm = [42, 45, 39, 44, 41, 47, 40, 43, 46, 38, 44, 42];
        let same = [&calm[..], &calm, &[54, 43, 54]].concat();
        assert_eq!(outer(&same), Some((SignalKind::OuterThird, 26, Movement::Up)));
        let opposite = [&calm[..], &calm, &[54, 43, 31]].concat();
        assert_eq!(outer(&opposite), None);
    }
}
