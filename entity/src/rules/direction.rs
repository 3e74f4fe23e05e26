//! Direction of travel: which way a figure moved, and whether that is good.
//!
//! Movement and judgement are kept apart, because an arrow up is bad news for crime. A figure is
//! compared with one agreed comparator, small wobbles within a dead band count as level, and
//! figures that only look comparable are refused with a reason.

use rust_decimal::Decimal;

use crate::rules::measure::{Frequency, MeasureKind, ObservationStatus, Polarity};
use crate::rules::period::Period;

/// What a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// The same month, quarter or half of the year before.
    SamePeriodLastYear,
    /// The period before.
    PreviousPeriod,
    /// The wave before, however long ago.
    PreviousWave,
    /// The baseline.
    Baseline,
}

codes!(Comparator, "comparator", {
    SamePeriodLastYear => "SAME_PERIOD_LAST_YEAR",
    PreviousPeriod => "PREVIOUS_PERIOD",
    PreviousWave => "PREVIOUS_WAVE",
    Baseline => "BASELINE",
});

impl Comparator {
    /// The comparator used where none was agreed: like with like, so that season is no movement.
    #[must_use]
    pub const fn default_for(measure: MeasureKind, frequency: Frequency) -> Self {
        match (measure, frequency) {
            (MeasureKind::Survey, _) | (_, Frequency::SurveyWave) => Self::PreviousWave,
            (MeasureKind::Cumulative, _) => Self::SamePeriodLastYear,
            (_, Frequency::Monthly | Frequency::Quarterly | Frequency::HalfYearly) => Self::SamePeriodLastYear,
            _ => Self::PreviousPeriod,
        }
    }

    /// The period to compare with, where the calendar alone decides it; waves and baselines are the
    /// caller's to find.
    #[must_use]
    pub fn period_for(self, period: Period) -> Option<Period> {
        match self {
            Self::SamePeriodLastYear => period.same_last_year(),
            Self::PreviousPeriod => period.previous(),
            Self::PreviousWave | Self::Baseline => None,
        }
    }
}

/// Which definition and which boundaries a figure was counted under; equal numbers mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Vintage {
    /// The version of the indicator's definition.
    pub definition: u32,
    /// The version of the area's boundaries.
    pub boundary: u32,
}

/// One figure to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The period it stands for.
    pub period: Period,
    /// In the indicator's unit; `None` where only a note was recorded.
    pub value: Option<Decimal>,
    /// The note beside it.
    pub status: ObservationStatus,
    /// What it was counted under.
    pub vintage: Vintage,
}

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which way is better.
    pub polarity: Polarity,
    /// Published decimals: half a unit in the last is the least dead band.
    pub decimals: u32,
    /// A wider dead band where one was agreed, or the survey's margin, in the indicator's unit.
    pub dead_band: Option<Decimal>,
    /// The period with which the series last broke, if it did.
    pub broken_at: Option<Period>,
}

impl Rule {
    /// The dead band in force: the wider of the agreed one and half a unit in the last published digit.
    #[must_use]
    pub fn band(&self) -> Decimal {
        let half_unit = Decimal::new(5, self.decimals.saturating_add(1).min(Decimal::MAX_SCALE));
        self.dead_band.map_or(half_unit, |agreed| agreed.max(half_unit))
    }
}

/// Which way the figure moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    /// It rose beyond the dead band.
    Up,
    /// It fell beyond the dead band.
    Down,
    /// It stayed within the dead band.
    Level,
}

codes!(Movement, "movement", { Up => "UP", Down => "DOWN", Level => "LEVEL" });

/// Whether the movement is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// It moved the better way.
    Better,
    /// It moved the worse way.
    Worse,
    /// It did not move, or not towards or away from the good range.
    Same,
    /// It rose, and neither way is better.
    Increasing,
    /// It fell, and neither way is better.
    Decreasing,
    /// It did not move, and neither way is better.
    NoChange,
}

codes!(Judgement, "judgement of direction", {
    Better => "BETTER",
    Worse => "WORSE",
    Same => "SAME",
    Increasing => "INCREASING",
    Decreasing => "DECREASING",
    NoChange => "NO_CHANGE",
});

/// Why two figures were not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotComparable {
    /// There is no earlier figure, or no present one.
    NoPrior,
    /// The series broke between them.
    SeriesBreak,
    /// The area's boundaries changed.
    BoundaryChange,
    /// The indicator's definition changed.
    DefinitionChange,
    /// One of them is held back.
    Suppressed,
    /// They stand for spans of different length.
    DifferentPeriodLength,
}

codes!(NotComparable, "reason for not comparing", {
    NoPrior => "NO_PRIOR",
    SeriesBreak => "SERIES_BREAK",
    BoundaryChange => "BOUNDARY_CHANGE",
    DefinitionChange => "DEFINITION_CHANGE",
    Suppressed => "SUPPRESSED",
    DifferentPeriodLength => "DIFFERENT_PERIOD_LENGTH",
});

/// A direction of travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direction {
    /// The difference, unrounded: present minus earlier.
    pub change: Decimal,
    /// Which way it moved.
    pub movement: Movement,
    /// Whether that is good.
    pub judgement: Judgement,
    /// The dead band applied.
    pub band: Decimal,
}

impl Direction {
    /// The words that go beside an arrow: "Up, worse".
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match (self.movement, self.judgement) {
            (Movement::Up, Judgement::Better) => "Up, better",
            (Movement::Up, Judgement::Worse) => "Up, worse",
            (Movement::Up, Judgement::Same) => "Up, neither better nor worse",
            (Movement::Up, _) => "Increasing",
            (Movement::Down, Judgement::Better) => "Down, better",
            (Movement::Down, Judgement::Worse) => "Down, worse",
            (Movement::Down, Judgement::Same) => "Down, neither better nor worse",
            (Movement::Down, _) => "Decreasing",
            (Movement::Level, _) => "No change",
        }
    }
}

/// Compares a figure with its comparator.
///
/// # Errors
/// The first reason, in the order of [`NotComparable`], why the two cannot be compared.
pub fn direction(rule: &Rule, now: &Compared, before: Option<&Compared>) -> Result<Direction, NotComparable> {
    let before = before.ok_or(NotComparable::NoPrior)?;
    if let Some(why) = obstacle(rule, now, before) {
        return Err(why);
    }
    let (Some(present), Some(earlier)) = (now.value, before.value) else { return Err(NotComparable::NoPrior) };
    // Figures too large to subtract cannot be told apart exactly either.
    let change = present.checked_sub(earlier).ok_or(NotComparable::NoPrior)?;
    let band = rule.band();
    let movement = movement(change, band);
    Ok(Direction { change, movement, judgement: judgement(rule.polarity, movement, (present, earlier), band), band })
}

fn obstacle(rule: &Rule, now: &Compared, before: &Compared) -> Option<NotComparable> {
    let either = |status| now.status == status || before.status == status;
    let held_back = either(ObservationStatus::Confidential);
    let both_count = counts(now) && counts(before);
    if !held_back && !both_count {
        return Some(NotComparable::NoPrior);
    }
    // A break at the earlier figure lies before it and does not part the two.
    let between = rule.broken_at.is_some_and(|at| before.period < at && at <= now.period);
    if between || now.status == ObservationStatus::BreakInSeries {
        return Some(NotComparable::SeriesBreak);
    }
    if now.vintage.boundary != before.vintage.boundary {
        return Some(NotComparable::BoundaryChange);
    }
    if now.vintage.definition != before.vintage.definition {
        return Some(NotComparable::DefinitionChange);
    }
    if held_back {
        return Some(NotComparable::Suppressed);
    }
    let lengths = (now.period.kind().months(), before.period.kind().months());
    (lengths.0 != lengths.1).then_some(NotComparable::DifferentPeriodLength)
}

fn counts(figure: &Compared) -> bool {
    figure.status.is_shown_outturn() && figure.value.is_some()
}

fn movement(change: Decimal, band: Decimal) -> Movement {
    if change.abs() <= band {
        Movement::Level
    } else if change > Decimal::ZERO {
        Movement::Up
    } else {
        Movement::Down
    }
}

fn judgement(polarity: Polarity, movement: Movement, (now, before): (Decimal, Decimal), band: Decimal) -> Judgement {
    match (polarity, movement) {
        (Polarity::None, Movement::Up) => Judgement::Increasing,
        (Polarity::None, Movement::Down) => Judgement::Decreasing,
        (Polarity::None, Movement::Level) => Judgement::NoChange,
        (_, Movement::Level) => Judgement::Same,
        (Polarity::Higher, Movement::Up) | (Polarity::Lower, Movement::Down) => Judgement::Better,
        (Polarity::Higher, Movement::Down) | (Polarity::Lower, Movement::Up) => Judgement::Worse,
        (Polarity::Range { .. }, _) => {
            let distances = polarity.outside(now).zip(polarity.outside(before));
            let nearer = distances.and_then(|(now, before)| before.checked_sub(now)).unwrap_or_default();
            match self::movement(nearer, band) {
                Movement::Up => Judgement::Better,
                Movement::Down => Judgement::Worse,
                Movement::Level => Judgement::Same,
            }
        }
    }
}

/// The words that go beside an arrow, such as "Up, worse"; why not, where there is no arrow.
#[must_use]
pub fn words(outcome: &Result<Direction, NotComparable>) -> String {
    let why = match outcome {
        Ok(direction) => return direction.words().to_owned(),
        Err(NotComparable::NoPrior) => "there is no earlier figure to compare with",
        Err(NotComparable::SeriesBreak) => "the series broke in between",
        Err(NotComparable::BoundaryChange) => "the area's boundary changed in between",
        Err(NotComparable::DefinitionChange) => "the indicator's definition changed in between",
        Err(NotComparable::Suppressed) => "one of the figures is held back",
        Err(NotComparable::DifferentPeriodLength) => "the periods differ in length",
    };
    format!("Not comparable: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{d, p};

    fn figure(period: &str, value: &str) -> Compared {
        Compared { period: p(period), value: Some(d(value)), status: ObservationStatus::Normal, vintage: Vintage::default() }
    }

    fn travel(polarity: Polarity, decimals: u32, before: &str, now: &str) -> Option<(Movement, Judgement)> {
        let rule = Rule { polarity, decimals, dead_band: None, broken_at: None };
        direction(&rule, &figure("FY2009", now), Some(&figure("FY2008", before))).ok().map(|d| (d.movement, d.judgement))
    }

    #[test]
    fn movement_is_told_from_judgement() {
        assert_eq!(travel(Polarity::Lower, 1, "13.1", "12.4"), Some((Movement::Down, Judgement::Better)));
        assert_eq!(travel(Polarity::Lower, 0, "32", "33"), Some((Movement::Up, Judgement::Worse)));
        assert_eq!(travel(Polarity::Higher, 1, "33.0", "33.04"), Some((Movement::Level, Judgement::Same)));
        assert_eq!(travel(Polarity::Higher, 1, "33.0", "33.05"), Some((Movement::Level, Judgement::Same)));
        assert_eq!(travel(Polarity::Higher, 1, "33.0", "33.06"), Some((Movement::Up, Judgement::Better)));
        assert_eq!(travel(Polarity::None, 0, "10", "20"), Some((Movement::Up, Judgement::Increasing)));
        assert_eq!(travel(Polarity::None, 0, "10", "10"), Some((Movement::Level, Judgement::NoChange)));
    }

    #[test]
    fn a_range_is_judged_by_distance() {
        let range = Polarity::Range { lo: d("40"), hi: d("60") };
        assert_eq!(travel(range, 0, "70", "62"), Some((Movement::Down, Judgement::Better)));
        assert_eq!(travel(range, 0, "42", "58"), Some((Movement::Up, Judgement::Same)));
        assert_eq!(travel(range, 0, "62", "35"), Some((Movement::Down, Judgement::Worse)));
    }

    #[test]
    fn an_agreed_dead_band_only_widens() {
        let rule = |dead_band| Rule { polarity: Polarity::Higher, decimals: 0, dead_band, broken_at: None };
        assert_eq!(rule(Some(d("2.8"))).band(), d("2.8"));
        assert_eq!(rule(Some(d("0.1"))).band(), d("0.5"));
        assert_eq!(rule(None).band(), d("0.5"));
    }

    #[test]
    fn what_only_looks_comparable_is_refused() {
        let rule = Rule { polarity: Polarity::Lower, decimals: 0, dead_band: None, broken_at: None };
        let (now, before) = (figure("FY2009-Q3", "10"), figure("FY2008-Q3", "12"));
        let refused = |now: Compared, before: Compared| direction(&rule, &now, Some(&before)).err();
        assert_eq!(direction(&rule, &now, None), Err(NotComparable::NoPrior));
        assert_eq!(refused(now, Compared { value: None, ..before }), Some(NotComparable::NoPrior));
        let note = |status| Compared { status, ..now };
        assert_eq!(refused(note(ObservationStatus::BreakInSeries), before), Some(NotComparable::SeriesBreak));
        assert_eq!(refused(note(ObservationStatus::Confidential), before), Some(NotComparable::Suppressed));
        assert_eq!(refused(note(ObservationStatus::Forecast), before), Some(NotComparable::NoPrior));
        let counted = |definition, boundary| Compared { vintage: Vintage { definition, boundary }, ..now };
        assert_eq!(refused(counted(0, 1), before), Some(NotComparable::BoundaryChange));
        assert_eq!(refused(counted(1, 0), before), Some(NotComparable::DefinitionChange));
        assert_eq!(refused(now, figure("FY2008", "12")), Some(NotComparable::DifferentPeriodLength));
        let broken_before = Compared { status: ObservationStatus::BreakInSeries, ..before };
        assert_eq!(refused(now, broken_before), None);
        let between = Rule { broken_at: Some(p("FY2009-Q1")), ..rule };
        assert_eq!(direction(&between, &now, Some(&before)), Err(NotComparable::SeriesBreak));
    }

    #[test]
    fn the_default_comparator_compares_like_with_like() {
        use {Comparator::*, Frequency::*, MeasureKind::*};
        assert_eq!(Comparator::default_for(Snapshot, Quarterly), SamePeriodLastYear);
        assert_eq!(Comparator::default_for(Cumulative, Annual), SamePeriodLastYear);
        assert_eq!(Comparator::default_for(Snapshot, Annual), PreviousPeriod);
        assert_eq!(Comparator::default_for(Survey, Annual), PreviousWave);
        assert_eq!(SamePeriodLastYear.period_for(p("FY2009-Q3")), Some(p("FY2008-Q3")));
    }
}
