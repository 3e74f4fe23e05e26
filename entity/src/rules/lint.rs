//! What is questionable about a target while it is being set.
//!
//! None of these forbids a target: each is a sentence that whoever agrees it must acknowledge, so
//! that a tolerance wider than the goal, or a change too small to measure, is chosen knowingly.

use std::fmt;

use rust_decimal::Decimal;

use crate::rules::margin::{Sample, minimum_detectable_change};
use crate::rules::measure::{Polarity, Unit};
use crate::rules::target::{Expression, Target, values};
use crate::rules::tolerance::ToleranceRule;
use crate::rules::wording::{Printed, Width};

/// What is questionable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum LintCode {
    /// Amber is at least as wide as the improvement sought.
    ToleranceSwallowsGoal,
    /// The survey cannot tell the change from chance.
    Undetectable,
    /// The target is zero, where percentages lose their meaning.
    ZeroTarget,
    /// The target is worse than the baseline: legitimate when slowing a rise, but without progress in per cent.
    WorseThanBaseline,
    /// The words can mean points or per cent, and nobody has confirmed which.
    AmbiguousReading,
    /// No baseline is held.
    NoBaseline,
    /// The target only keeps what there is.
    EqualsBaseline,
    /// A percentage below 0 or above 100.
    BeyondPossibleRange,
    /// The last outturn is already better.
    AlreadyBeaten,
    /// The target is a gap, and the comparator's figure beside the baseline is not held.
    NoComparator,
}

codes!(LintCode, "remark on a target", {
    ToleranceSwallowsGoal => "TOLERANCE_SWALLOWS_GOAL",
    Undetectable => "UNDETECTABLE",
    ZeroTarget => "ZERO_TARGET",
    WorseThanBaseline => "WORSE_THAN_BASELINE",
    AmbiguousReading => "AMBIGUOUS_READING",
    NoBaseline => "NO_BASELINE",
    EqualsBaseline => "EQUALS_BASELINE",
    BeyondPossibleRange => "BEYOND_POSSIBLE_RANGE",
    AlreadyBeaten => "ALREADY_BEATEN",
    NoComparator => "NO_COMPARATOR",
});

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lint {
    /// What is questionable.
    pub code: LintCode,
    /// The same in a sentence, with the figures.
    pub sentence: String,
}

/// A target about to be agreed, with what is known around it; values in the indicator's unit.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Which way is better.
    pub polarity: Polarity,
    /// Whether values are percentages.
    pub unit: Unit,
    /// Published decimals.
    pub decimals: u32,
    /// The baseline, if held.
    pub baseline: Option<Decimal>,
    /// How the target is expressed.
    pub expression: &'a Expression,
    /// The target as read.
    pub target: &'a Target,
    /// Where the target is a gap: to whose figures.
    pub comparator: Option<Comparator<'a>>,
    /// The tolerance that will colour it.
    pub tolerance: &'a ToleranceRule,
    /// The samples behind baseline and target, for surveys of percentages.
    pub samples: Option<(Sample, Sample)>,
    /// The latest outturn, if any.
    pub last_outturn: Option<Decimal>,
}

/// The comparator of a target that is a gap, with its figures, in the indicator's unit, beside which the gap can be looked at.
#[derive(Clone, Copy, Debug)]
pub struct Comparator<'a> {
    /// The area's name.
    pub area: &'a str,
    /// The signed gap that is sought.
    pub gap: Decimal,
    /// Its figure for the period of the baseline.
    pub at_baseline: Option<Decimal>,
    /// Its figure for the period of the last outturn.
    pub at_outturn: Option<Decimal>,
}

/// A signed gap in words: "2 below England".
struct Beside<'a> {
    gap: Decimal,
    area: &'a str,
    decimals: u32,
}

impl fmt::Display for Beside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.gap {
            none if none.is_zero() => return write!(f, "no gap to {}", self.area),
            below if below.is_sign_negative() => "below",
            _ => "above",
        };
        write!(f, "{} {side} {}", Width { value: self.gap.abs(), decimals: self.decimals }, self.area)
    }
}

impl Setup<'_> {
    /// The value to hold against the baseline: of a gap, what it would come to if the comparator stood still.
    fn sought(&self) -> Option<Decimal> {
        match &self.comparator {
            Some(comparator) => comparator.at_baseline?.checked_add(comparator.gap),
            None => self.target.value,
        }
    }

    /// The value to hold against the last outturn.
    fn sought_by_now(&self) -> Option<Decimal> {
        match &self.comparator {
            Some(comparator) => comparator.at_outturn?.checked_add(comparator.gap),
            None => self.target.value,
        }
    }

    /// A value in words: by itself, or as a gap to the comparator.
    fn told(&self, value: Decimal, figure: fn(&Comparator<'_>) -> Option<Decimal>) -> String {
        let beside = self.comparator.as_ref().and_then(|comparator| {
            let gap = value.checked_sub(figure(comparator)?)?;
            Some(Beside { gap, area: comparator.area, decimals: self.decimals })
        });
        beside.map_or_else(|| self.print(value).to_string(), |beside| beside.to_string())
    }

    fn print(&self, value: Decimal) -> Printed {
        Printed { value, decimals: self.decimals }
    }

    fn width(&self, value: Decimal) -> Width {
        Width { value, decimals: self.decimals }
    }
}

/// Finds one questionable thing and puts it into a sentence.
type Check = fn(&Setup<'_>) -> Option<String>;

/// Everything questionable about a target, in a fixed order; empty when there is nothing to say.
#[must_use]
pub fn lint(setup: &Setup<'_>) -> Vec<Lint> {
    let checks: [(LintCode, Check); 10] = [
        (LintCode::ToleranceSwallowsGoal, tolerance_swallows_goal),
        (LintCode::Undetectable, undetectable),
        (LintCode::ZeroTarget, zero_target),
        (LintCode::WorseThanBaseline, worse_than_baseline),
        (LintCode::AmbiguousReading, ambiguous_reading),
        (LintCode::NoBaseline, no_baseline),
        (LintCode::EqualsBaseline, equals_baseline),
        (LintCode::BeyondPossibleRange, beyond_possible_range),
        (LintCode::AlreadyBeaten, already_beaten),
        (LintCode::NoComparator, no_comparator),
    ];
    checks.into_iter().filter_map(|(code, check)| check(setup).map(|sentence| Lint { code, sentence })).collect()
}

fn tolerance_swallows_goal(s: &Setup<'_>) -> Option<String> {
    let (target, baseline) = (s.sought()?, s.baseline?);
    let goal = target.checked_sub(baseline)?.abs();
    let width = s.tolerance.width(target, Some(goal)).ok()?;
    (!goal.is_zero() && width >= goal).then(|| {
        format!(
            "Amber is {} wide and the improvement sought only {}, so that standing still at {} would not be red.",
            s.width(width),
            s.width(goal),
            s.print(baseline),
        )
    })
}

fn undetectable(s: &Setup<'_>) -> Option<String> {
    if s.unit != Unit::Percent {
        return None;
    }
    let (target, baseline, (before, after)) = (s.sought()?, s.baseline?, s.samples?);
    let change = target.checked_sub(baseline)?.abs();
    let least = minimum_detectable_change((baseline, &before), (target, &after))?;
    (change < least).then(|| {
        format!(
            "The survey can tell a change from chance only from {} points, and the target asks for {}.",
            Printed { value: least, decimals: s.decimals.max(1) },
            s.width(change),
        )
    })
}

fn zero_target(s: &Setup<'_>) -> Option<String> {
    s.target.value?.is_zero().then(|| "The target is zero, around which a percentage tolerance has no width.".to_owned())
}

fn worse_than_baseline(s: &Setup<'_>) -> Option<String> {
    let (target, baseline) = (s.sought()?, s.baseline?);
    s.polarity.is_better(baseline, target).then(|| {
        format!(
            "The target of {} is worse than the baseline of {}; progress towards it cannot be given as a percentage.",
            s.told(target, |comparator| comparator.at_baseline),
            s.told(baseline, |comparator| comparator.at_baseline),
        )
    })
}

fn ambiguous_reading(s: &Setup<'_>) -> Option<String> {
    s.target.unconfirmed?;
    let readings = values(s.expression, s.baseline);
    Some(match (readings.points, readings.percent) {
        (Some(points), Some(percent)) => format!(
            "The words can mean {} (points) or {} (per cent of the baseline), and nobody has confirmed which.",
            s.width(points),
            s.width(percent),
        ),
        _ => "The words can mean points or per cent of the baseline, and nobody has confirmed which.".to_owned(),
    })
}

fn no_baseline(s: &Setup<'_>) -> Option<String> {
    s.baseline.is_none().then(|| "No baseline is held, so that nothing can be expected before the target itself.".to_owned())
}

fn equals_baseline(s: &Setup<'_>) -> Option<String> {
    let target = s.sought()?;
    (target == s.baseline?).then(|| {
        let told = s.told(target, |comparator| comparator.at_baseline);
        format!("The target equals the baseline of {told}: it asks to keep what there is.")
    })
}

fn beyond_possible_range(s: &Setup<'_>) -> Option<String> {
    let target = s.sought_by_now().or_else(|| s.sought())?;
    let possible = s.unit == Unit::Other || (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&target);
    (!possible).then(|| format!("The target of {} per cent lies outside 0 to 100.", s.print(target)))
}

fn already_beaten(s: &Setup<'_>) -> Option<String> {
    let (target, outturn) = (s.sought_by_now()?, s.last_outturn?);
    s.polarity.is_better(outturn, target).then(|| {
        let told = |value| s.told(value, |comparator| comparator.at_outturn);
        format!("The last outturn of {} is already better than the target of {}.", told(outturn), told(target))
    })
}

fn no_comparator(s: &Setup<'_>) -> Option<String> {
    let comparator = s.comparator.as_ref().filter(|comparator| comparator.at_baseline.is_none())?;
    s.baseline.map(|_| {
        let area = comparator.area;
        format!(
            "No exact figure of {area} is held beside the baseline, so that nothing can be expected before the target itself."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{d, p};

    /// Remarks on a percentage where more is better, coloured with 5% of the expected value.
    fn remarks(expression: Expression, baseline: Option<&str>, edit: impl FnOnce(&mut Setup<'_>)) -> Vec<Lint> {
        let baseline = baseline.map(d);
        let target = Target::new(p("FY2010"), &expression, baseline, None, Unit::Percent);
        let mut setup = Setup {
            polarity: Polarity::Higher,
            unit: Unit::Percent,
            decimals: 0,
            baseline,
            expression: &expression,
            target: &target,
            comparator: None,
            tolerance: &ToleranceRule::PercentOfExpected(Decimal::from_parts(5, 0, 0, false, 0)),
            samples: None,
            last_outturn: None,
        };
        edit(&mut setup);
        lint(&setup)
    }

    fn codes(lints: &[Lint]) -> Vec<LintCode> {
        lints.iter().map(|l| l.code).collect()
    }

    #[test]
    fn ni_4_at_33_drowns_in_a_five_per_cent_tolerance_and_in_the_survey() {
        let sample = Sample::simple(1_100);
        let lints = remarks(Expression::AmbiguousIncrease(d("1")), Some("32"), |s| s.samples = Some((sample, sample)));
        let sentences: Vec<_> = lints.iter().map(|l| l.sentence.as_str()).collect();
        assert_eq!(
            sentences,
            [
                "Amber is 1.65 wide and the improvement sought only 1, so that standing still at 32 would not be red.",
                "The survey can tell a change from chance only from 3.9 points, and the target asks for 1.",
                "The words can mean 33 (points) or 32.32 (per cent of the baseline), and nobody has confirmed which.",
            ]
        );
    }

    #[test]
    fn four_points_are_just_detectable() {
        let sample = Sample::simple(1_100);
        let lints = remarks(Expression::Absolute(d("36")), Some("32"), |s| s.samples = Some((sample, sample)));
        assert_eq!(codes(&lints), []);
    }

    /// Remarks on "so far from England" at 32 where England stood at 30 then, by polarity; the last outturn is 32 beside 31.
    fn remarks_beside_england(polarity: Polarity, gap: &str) -> Vec<Lint> {
        let expression = Expression::RelativeToComparator { gap: d(gap), figure: None };
        let comparator = Comparator { area: "England", gap: d(gap), at_baseline: Some(d("30")), at_outturn: Some(d("31")) };
        remarks(expression, Some("32"), |s| {
            s.polarity = polarity;
            s.comparator = Some(comparator);
            s.tolerance = &ToleranceRule::Absolute(Decimal::ZERO);
            s.last_outturn = Some(d("32"));
        })
    }

    #[test]
    fn a_gap_s_remarks_mind_which_way_is_better() {
        let said = |polarity, gap| remarks_beside_england(polarity, gap).into_iter().map(|l| l.sentence).collect::<Vec<_>>();
        // Where less is better, a gap above the comparator that grows is the wrong direction.
        let worse = "The target of 3 above England is worse than the baseline of 2 above England; progress towards it cannot be \
                     given as a percentage.";
        let beaten = "The last outturn of 1 above England is already better than the target of 3 above England.";
        assert_eq!(said(Polarity::Lower, "3"), [worse, beaten]);
        assert_eq!(said(Polarity::Higher, "3"), [] as [&str; 0]);
        assert_eq!(said(Polarity::Lower, "-1"), [] as [&str; 0]);
        let below = "The target of 1 below England is worse than the baseline of 2 above England; progress towards it cannot be \
                     given as a percentage.";
        let passed = "The last outturn of 1 above England is already better than the target of 1 below England.";
        assert_eq!(said(Polarity::Higher, "-1"), [below, passed]);
        let level = "The target of no gap to England is worse than the baseline of 2 above England; progress towards it cannot \
                     be given as a percentage.";
        assert!(said(Polarity::Higher, "0").contains(&level.to_owned()));
        let kept = "The target equals the baseline of 2 above England: it asks to keep what there is.";
        assert!(said(Polarity::Lower, "2").contains(&kept.to_owned()));
    }

    #[test]
    fn a_gap_that_began_nobody_knows_where_is_remarked_on() {
        let expression = Expression::RelativeToComparator { gap: d("1"), figure: None };
        let comparator = Comparator { area: "England", gap: d("1"), at_baseline: None, at_outturn: None };
        let beside = |baseline| codes(&remarks(expression, baseline, |s| s.comparator = Some(comparator)));
        assert_eq!(beside(Some("32")), [LintCode::NoComparator]);
        assert_eq!(beside(None), [LintCode::NoBaseline]);
    }

    #[test]
    fn each_remaining_remark_has_its_cause() {
        use LintCode::*;
        let of = |target: &str, baseline: Option<&str>| codes(&remarks(Expression::Absolute(d(target)), baseline, |_| ()));
        assert_eq!(of("0", Some("32")), [ZeroTarget, WorseThanBaseline]);
        assert_eq!(of("20", Some("32")), [WorseThanBaseline]);
        assert_eq!(of("40", None), [NoBaseline]);
        assert_eq!(of("32", Some("32")), [EqualsBaseline]);
        assert_eq!(of("104", Some("32")), [BeyondPossibleRange]);
        let beaten = remarks(Expression::Absolute(d("36")), Some("32"), |s| s.last_outturn = Some(d("37")));
        assert_eq!(codes(&beaten), [AlreadyBeaten]);
        assert_eq!(codes(&remarks(Expression::Absolute(d("36")), Some("32"), |s| s.last_outturn = Some(d("36")))), []);
    }
}
