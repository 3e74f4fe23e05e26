//! What is questionable about a target while it is being set.
//!
//! None of these forbids a target: each is a sentence that whoever agrees it must acknowledge, so
//! that a tolerance wider than the goal, or a change too small to measure, is chosen knowingly.

use rust_decimal::Decimal;

use crate::rules::margin::{Sample, minimum_detectable_change};
use crate::rules::measure::{Polarity, Unit};
use crate::rules::target::{Expression, Target, values};
use crate::rules::tolerance::ToleranceRule;
use crate::rules::wording::{Printed, Width};

/// What is questionable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
});

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The tolerance that will colour it.
    pub tolerance: &'a ToleranceRule,
    /// The samples behind baseline and target, for surveys of percentages.
    pub samples: Option<(Sample, Sample)>,
    /// The latest outturn, if any.
    pub last_outturn: Option<Decimal>,
}

impl Setup<'_> {
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
    let checks: [(LintCode, Check); 9] = [
        (LintCode::ToleranceSwallowsGoal, tolerance_swallows_goal),
        (LintCode::Undetectable, undetectable),
        (LintCode::ZeroTarget, zero_target),
        (LintCode::WorseThanBaseline, worse_than_baseline),
        (LintCode::AmbiguousReading, ambiguous_reading),
        (LintCode::NoBaseline, no_baseline),
        (LintCode::EqualsBaseline, equals_baseline),
        (LintCode::BeyondPossibleRange, beyond_possible_range),
        (LintCode::AlreadyBeaten, already_beaten),
    ];
    checks.into_iter().filter_map(|(code, check)| check(setup).map(|sentence| Lint { code, sentence })).collect()
}

fn tolerance_swallows_goal(s: &Setup<'_>) -> Option<String> {
    let (target, baseline) = (s.target.value?, s.baseline?);
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
    let (target, baseline, (before, after)) = (s.target.value?, s.baseline?, s.samples?);
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
    let (target, baseline) = (s.target.value?, s.baseline?);
    s.polarity.is_better(baseline, target).then(|| {
        format!(
            "The target of {} is worse than the baseline of {}; progress towards it cannot be given as a percentage.",
            s.print(target),
            s.print(baseline),
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
    let target = s.target.value?;
    (target == s.baseline?)
        .then(|| format!("The target equals the baseline of {}: it asks to keep what there is.", s.print(target)))
}

fn beyond_possible_range(s: &Setup<'_>) -> Option<String> {
    let target = s.target.value?;
    let possible = s.unit == Unit::Other || (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&target);
    (!possible).then(|| format!("The target of {} per cent lies outside 0 to 100.", s.print(target)))
}

fn already_beaten(s: &Setup<'_>) -> Option<String> {
    let (target, outturn) = (s.target.value?, s.last_outturn?);
    s.polarity
        .is_better(outturn, target)
        .then(|| format!("The last outturn of {} is already better than the target of {}.", s.print(outturn), s.print(target)))
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
