//! Stored rows as the rules take them: polarity, expressions, targets, figures and when they are due.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use crate::{
    rules::{
        colour,
        direction::{Compared, Vintage},
        margin::{self, Sample},
        measure::{MeasureKind, Polarity, Unit},
        period::Period,
        target::{Expression, Target},
        trajectory::Point,
    },
    tables::performance::{
        indicator::{self, Polarity as StoredPolarity},
        observation::{self, Qualifier},
        target::{self, ExpressionKind},
    },
};

/// Which way is better.
#[must_use]
pub fn polarity(indicator: &indicator::Model) -> Polarity {
    match indicator.polarity {
        StoredPolarity::Higher => Polarity::Higher,
        StoredPolarity::Lower => Polarity::Lower,
        StoredPolarity::None => Polarity::None,
    }
}

/// A target's expression, for the rules; `figure` is its comparator's for the target's own period, where it has one and that is held.
#[must_use]
pub fn expression(kind: ExpressionKind, amount: Decimal, figure: Option<Decimal>) -> Expression {
    match kind {
        ExpressionKind::Absolute => Expression::Absolute(amount),
        ExpressionKind::PointsFromBaseline => Expression::PointsFromBaseline(amount),
        ExpressionKind::PercentFromBaseline => Expression::PercentFromBaseline(amount),
        ExpressionKind::AmbiguousIncrease => Expression::AmbiguousIncrease(amount),
        ExpressionKind::RelativeToComparator => Expression::RelativeToComparator { gap: amount, figure },
    }
}

/// A target as it is read; `figure` as for [`expression`].
#[must_use]
pub fn read(target: &target::Brief, unit: Unit, figure: Option<Decimal>) -> Option<Target> {
    let period = target.target_period.known?;
    let expression = expression(target.expression, target.amount.decimal(), figure);
    Some(Target::new(period, &expression, target.baseline.map(Decimal::from), target.reading, unit))
}

pub(super) fn baseline(target: &target::Brief) -> Option<Point> {
    let period = target.baseline_period.as_ref()?.known?;
    Some(Point { period, value: target.baseline?.decimal() })
}

#[derive(serde::Deserialize)]
struct Milestone {
    period: String,
    value: Decimal,
}

/// The milestones of a target.
#[must_use]
pub fn milestones(target: &target::Brief) -> Vec<Point> {
    let Some(stored) = target.milestones.clone() else { return Vec::new() };
    let stored: Vec<Milestone> = serde_json::from_value(stored).unwrap_or_default();
    stored.into_iter().filter_map(|stored| Some(Point { period: stored.period.parse().ok()?, value: stored.value })).collect()
}

pub(super) fn lag(indicator: &indicator::Model) -> Days {
    Days::new(u64::try_from(indicator.data_lag_days).unwrap_or(0))
}

/// The last day on which a period's figure is in time; `None` when no figure is due for it.
///
/// Figures are due for periods of the indicator's own frequency; a survey's only where one `is_expected`, because a target names
/// the period or a figure is there.
pub(super) fn due_on(indicator: &indicator::Model, period: Period, is_expected: bool) -> Option<NaiveDate> {
    let is_own = period.kind() == indicator.frequency.period_kind();
    let is_held = indicator.measure_kind != MeasureKind::Survey || is_expected;
    (is_own && is_held).then(|| period.end().checked_add_days(lag(indicator))).flatten()
}

/// The period of an observation, where it is one that the calendar knows.
#[must_use]
pub fn period_of(row: &observation::Brief) -> Option<Period> {
    row.found.period.known
}

pub(super) fn figure(row: &observation::Brief, indicator: &indicator::Model) -> colour::Observation {
    let value = row.found.value.map(Decimal::from);
    colour::Observation { value, status: row.found.status, half_width: half_width(row, indicator) }
}

/// Half the width of a survey's confidence interval, where the number of people asked is known.
fn half_width(row: &observation::Brief, indicator: &indicator::Model) -> Option<Decimal> {
    let is_share = indicator.measure_kind == MeasureKind::Survey && Unit::named(&indicator.unit) == Unit::Percent;
    let respondents = row.found.denominator.filter(|_| is_share)?.decimal();
    margin::half_width(row.found.value?.decimal(), &Sample::simple(u32::try_from(respondents).ok()?))
}

/// The figure if it is an outturn and exact: "above 3.5" is nothing to measure a gap from.
pub(super) fn exact(row: &observation::Brief) -> Option<Decimal> {
    shown(row).filter(|_| row.found.qualifier == Qualifier::Exact && row.found.value_high.is_none())
}

pub(super) fn shown(row: &observation::Brief) -> Option<Decimal> {
    row.found.value.filter(|_| row.found.status.is_shown_outturn()).map(Decimal::from)
}

pub(super) fn compared(row: &observation::Brief, period: Period) -> Compared {
    let vintage = Vintage { definition: 1, boundary: 1 };
    Compared { period, value: row.found.value.map(Decimal::from), status: row.found.status, vintage }
}
