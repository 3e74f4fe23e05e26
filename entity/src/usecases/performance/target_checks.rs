//! What has to hold before a target can be agreed at all: dates, periods, figures and words.
//!
//! Pure: a [`Setting`] goes in with its agreement and indicator, and either comes out read and in order, or with every problem
//! that was found, each at its own field. What is merely questionable is for `rules::lint`, not for here.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::targets::Setting;
use crate::{
    error::{Problem, ProblemCode},
    rules::{
        blank::is_blank,
        period::{Period, PeriodKind},
        trajectory::Point,
    },
    tables::{
        Figure,
        performance::{agreement, indicator, target::ExpressionKind},
    },
};

/// Characters in a note or in the words of a source, at most.
const LONGEST_TEXT: usize = 4_000;
/// Characters in the name of a source, at most.
const LONGEST_SOURCE: usize = 500;
/// Milestones of one target, at most: a month each for five years.
const MOST_MILESTONES: usize = 60;

/// A target whose parts are in order.
#[derive(Debug)]
pub(super) struct Sound {
    pub(super) period: Period,
    pub(super) amount: Figure,
    pub(super) baseline: Option<(Period, Figure)>,
    pub(super) milestones: Vec<Point>,
    pub(super) monitoring_level: Option<Figure>,
}

/// Reads a target that somebody wants to set.
///
/// # Errors
/// Every problem that was found.
pub(super) fn check(
    setting: &Setting,
    agreement: &agreement::Model,
    indicator: &indicator::Model,
) -> Result<Sound, Vec<Problem>> {
    let mut found = Vec::new();
    let own = indicator.frequency.period_kind();
    let period = period("period", &setting.period, own, &mut found);
    if let Some(period) = period
        && !(agreement.starts_on..=agreement.ends_on).contains(&period.end())
    {
        let (from, to) = (agreement.starts_on, agreement.ends_on);
        let message = format!("{} ends on {}, and the agreement runs from {from} to {to}.", period.label(), period.end());
        found.push(Problem::new("period", ProblemCode::OutOfRange, message));
    }
    let amount = figure("amount", setting.amount, &mut found);
    let baseline = baseline(setting, own, period, &mut found);
    let milestones = milestones(setting, own, period, baseline.map(|(period, _)| period), &mut found);
    comparator(setting, &mut found);
    let monitoring_level = setting.monitoring_level.and_then(|level| figure("monitoringLevel", level, &mut found));
    texts(setting, &mut found);
    match (period, amount) {
        (Some(period), Some(amount)) if found.is_empty() => Ok(Sound { period, amount, baseline, milestones, monitoring_level }),
        _ => Err(found),
    }
}

/// Reads a period and sees whether figures of this frequency can be held against it.
fn period(field: &str, code: &str, own: PeriodKind, found: &mut Vec<Problem>) -> Option<Period> {
    match code.trim().parse::<Period>() {
        Ok(period) if fits(own, period.kind()) => Some(period),
        Ok(period) => {
            let (given, own) = (words(period.kind()), words(own));
            let message = format!("{} is a {given}, and figures of this indicator are for a {own} each.", period.label());
            found.push(Problem::new(field, ProblemCode::OutOfRange, message));
            None
        }
        Err(error) => {
            found.push(Problem::new(field, ProblemCode::Malformed, format!("{error}.")));
            None
        }
    }
}

/// A target is for the indicator's own kind of period, or for a longer span of the financial year that ends with one.
fn fits(own: PeriodKind, given: PeriodKind) -> bool {
    use PeriodKind::{FinancialYear, HalfYear, Month, Quarter};
    let of_financial_years = |kind| matches!(kind, Month | Quarter | HalfYear | FinancialYear);
    own == given || (of_financial_years(own) && of_financial_years(given) && given.per_year() < own.per_year())
}

const fn words(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Month => "month",
        PeriodKind::Quarter => "quarter",
        PeriodKind::HalfYear => "half-year",
        PeriodKind::FinancialYear => "financial year",
        PeriodKind::CalendarYear => "calendar year",
        PeriodKind::AcademicYear => "academic year",
        PeriodKind::SurveyWave => "survey wave",
    }
}

fn figure(field: &str, value: Decimal, found: &mut Vec<Problem>) -> Option<Figure> {
    let figure = Figure::new(value);
    if figure.is_none() {
        found.push(Problem::new(
            field,
            ProblemCode::OutOfRange,
            format!("{value} has more than six decimal places, or is too large to be kept."),
        ));
    }
    figure
}

fn baseline(setting: &Setting, own: PeriodKind, target: Option<Period>, found: &mut Vec<Problem>) -> Option<(Period, Figure)> {
    let (code, value) = match (&setting.baseline_period, setting.baseline) {
        (None, None) => return None,
        (Some(code), Some(value)) => (code, value),
        (None, Some(_)) => {
            found.push(Problem::new("baselinePeriod", ProblemCode::Missing, "A baseline needs the period that it is for."));
            return None;
        }
        (Some(_), None) => {
            found.push(Problem::new("baseline", ProblemCode::Missing, "A baseline's period needs the baseline itself."));
            return None;
        }
    };
    let period = period("baselinePeriod", code, own, found);
    if let (Some(baseline), Some(target)) = (period, target)
        && baseline.end() >= target.end()
    {
        let message = format!("The baseline of {} isn't before the target of {}.", baseline.label(), target.label());
        found.push(Problem::new("baselinePeriod", ProblemCode::OutOfRange, message));
    }
    Some((period?, figure("baseline", value, found)?))
}

/// A comparator belongs to a gap, and to nothing else.
fn comparator(setting: &Setting, found: &mut Vec<Problem>) {
    let is_gap = setting.expression == ExpressionKind::RelativeToComparator;
    if is_gap && setting.comparator.is_none() {
        found.push(Problem::new("comparator", ProblemCode::Missing, "Say to which area's figures the gap is."));
    }
    if !is_gap && setting.comparator.is_some() {
        let message = "Only a target that is a gap, RELATIVE_TO_COMPARATOR, has a comparator.";
        found.push(Problem::new("comparator", ProblemCode::OutOfRange, message));
    }
}

fn milestones(
    setting: &Setting,
    own: PeriodKind,
    target: Option<Period>,
    baseline: Option<Period>,
    found: &mut Vec<Problem>,
) -> Vec<Point> {
    if setting.milestones.len() > MOST_MILESTONES {
        let message = format!("A target has {MOST_MILESTONES} milestones at most.");
        found.push(Problem::new("milestones", ProblemCode::OutOfRange, message));
        return Vec::new();
    }
    let mut points: Vec<Point> = Vec::with_capacity(setting.milestones.len());
    let mut ends = BTreeSet::new();
    for (at, (code, value)) in setting.milestones.iter().enumerate() {
        let field = format!("milestones.{at}.period");
        let Some(period) = period(&field, code, own, found) else { continue };
        let late = target.is_some_and(|target| period.end() >= target.end());
        let early = baseline.is_some_and(|baseline| period.end() <= baseline.end());
        if late || early {
            let message = format!("{} doesn't lie between the baseline and the target.", period.label());
            found.push(Problem::new(&field, ProblemCode::OutOfRange, message));
        }
        if !ends.insert(period.end()) {
            let message = format!("There is another milestone at the end of {}.", period.label());
            found.push(Problem::new(&field, ProblemCode::Duplicate, message));
        }
        if figure(&format!("milestones.{at}.value"), *value, found).is_some() {
            points.push(Point { period, value: *value });
        }
    }
    points.sort_by_key(|point| point.period.end());
    points
}

fn texts(setting: &Setting, found: &mut Vec<Problem>) {
    if is_blank(&setting.source) {
        found.push(Problem::new(
            "source",
            ProblemCode::Missing,
            "Say where the target comes from, such as the minute that agreed it.",
        ));
    }
    let given = [
        ("source", Some(&setting.source), LONGEST_SOURCE),
        ("sourceText", setting.source_text.as_ref(), LONGEST_TEXT),
        ("note", setting.note.as_ref(), LONGEST_TEXT),
    ];
    for (field, text, longest) in given {
        if text.is_some_and(|text| text.chars().count() > longest) {
            found.push(Problem::new(field, ProblemCode::OutOfRange, format!("At most {longest} characters, please.")));
        }
    }
}
