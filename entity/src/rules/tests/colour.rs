//! The vectors of colour and tolerance, by name.

use rust_decimal::Decimal;

use crate::rules::colour::{AsReadings, Case, Colour, NotRated, Observation, Verdict, judge};
use crate::rules::measure::{MeasureKind, ObservationStatus, Polarity, Unit};
use crate::rules::period::Period;
use crate::rules::target::{Expression, Reading, Target};
use crate::rules::tests::{d, on, p};
use crate::rules::tolerance::{TolerancePolicy, ToleranceRule};
use crate::rules::trajectory::{Point, Profile, Trajectory};

pub(super) fn policy(rule: ToleranceRule) -> TolerancePolicy {
    TolerancePolicy {
        name: "Halton performance convention".into(),
        version: 2,
        agreed_by: Some("Performance and Standards Group".into()),
        agreed_on: Some(on("2009-01-14")),
        rule,
        exceeding_is_blue: false,
        missing_is_red: false,
        max_age_days: None,
    }
}

pub(super) fn five_percent() -> TolerancePolicy {
    policy(ToleranceRule::PercentOfExpected(d("5")))
}

pub(super) fn normal(value: &str) -> Observation {
    Observation { value: Some(d(value)), status: ObservationStatus::Normal, half_width: None }
}

fn noted(status: ObservationStatus) -> Observation {
    Observation { status, ..normal("205") }
}

pub(super) fn absolute(period: Period, value: &str) -> Target {
    Target::new(period, &Expression::Absolute(d(value)), None, None, Unit::Other)
}

/// Lower is better: 240 at quarter 0 (Q4 2006/07), 180 at quarter 12 (Q4 2009/10); judged for quarter 6.
pub(super) fn falling(policy: &TolerancePolicy) -> Case<'_> {
    Case {
        polarity: Polarity::Lower,
        measure: MeasureKind::Snapshot,
        decimals: 0,
        period: p("FY2008-Q2"),
        on: on("2008-12-01"),
        due_on: Some(on("2008-11-14")),
        observation: Some(normal("215")),
        last_year: None,
        earlier_wave: None,
        broken_at: None,
        baseline: Some(Point { period: p("FY2006-Q4"), value: d("240") }),
        known: &[],
        comparator: None,
        target: Some(absolute(p("FY2009-Q4"), "180")),
        trajectory: Trajectory::Linear,
        profile: Profile::Even,
        policy,
    }
}

/// A satisfaction rate of which 33 is expected at the target itself, from a baseline of 32.
fn satisfaction(policy: &TolerancePolicy) -> Case<'_> {
    Case {
        polarity: Polarity::Higher,
        measure: MeasureKind::Survey,
        decimals: 1,
        period: p("FY2008"),
        baseline: Some(Point { period: p("FY2006"), value: d("32") }),
        target: Some(absolute(p("FY2008"), "33")),
        ..falling(policy)
    }
}

fn with<'a>(case: Case<'a>, value: &str) -> Case<'a> {
    Case { observation: Some(normal(value)), ..case }
}

fn at<'a>(case: Case<'a>, period: &str, value: &str) -> Verdict {
    judge(&Case { period: p(period), ..with(case, value) })
}

fn figures(v: &Verdict) -> (Option<Decimal>, Option<Decimal>, Option<Decimal>) {
    (v.expected, v.shortfall, v.amber_width)
}

fn refusal(case: &Case<'_>) -> Option<NotRated> {
    let verdict = judge(case);
    assert_eq!(verdict.colour == Colour::NotRated, verdict.not_rated.is_some());
    verdict.not_rated
}

#[test]
fn lower_quarter_4_expects_220_and_222_is_amber() {
    let policy = five_percent();
    let verdict = at(falling(&policy), "FY2007-Q4", "222");
    assert_eq!(verdict.colour, Colour::Amber);
    assert_eq!(figures(&verdict), (Some(d("220")), Some(d("2")), Some(d("11"))));
}

#[test]
fn lower_quarter_6_expects_210_and_amber_is_10_5_wide() {
    let policy = five_percent();
    let colour = |value| at(falling(&policy), "FY2008-Q2", value);
    assert_eq!(colour("205").colour, Colour::Green);
    assert_eq!(figures(&colour("215")), (Some(d("210")), Some(d("5")), Some(d("10.5"))));
    assert_eq!(colour("215").colour, Colour::Amber);
    assert_eq!(colour("220.5").colour, Colour::Amber);
    assert_eq!(colour("225").colour, Colour::Red);
}

#[test]
fn lower_quarter_12_boundaries_belong_to_the_better_colour() {
    let policy = five_percent();
    let colour = |value| at(falling(&policy), "FY2009-Q4", value).colour;
    assert_eq!([colour("180"), colour("189"), colour("189.1")], [Colour::Green, Colour::Amber, Colour::Red]);
}

#[test]
fn higher_33_with_five_per_cent() {
    let policy = five_percent();
    let colours = ["33.0", "32.9", "31.4", "31.35", "31.3"].map(|v| judge(&with(satisfaction(&policy), v)).colour);
    assert_eq!(colours, [Colour::Green, Colour::Amber, Colour::Amber, Colour::Amber, Colour::Red]);
}

#[test]
fn higher_33_with_a_quarter_of_the_improvement_makes_standing_still_red() {
    let policy = policy(ToleranceRule::PercentOfImprovement(d("25")));
    let verdict = judge(&with(satisfaction(&policy), "32.0"));
    assert_eq!((verdict.colour, verdict.amber_width), (Colour::Red, Some(d("0.25"))));
    let unknown = Case { baseline: None, ..with(satisfaction(&policy), "32.0") };
    assert_eq!(refusal(&unknown), Some(NotRated::NoBaseline));
}

#[test]
fn cumulative_400_a_year_expects_200_by_the_half() {
    let policy = five_percent();
    let case = Case {
        polarity: Polarity::Higher,
        measure: MeasureKind::Cumulative,
        baseline: None,
        target: Some(absolute(p("FY2008"), "400")),
        ..falling(&policy)
    };
    assert_eq!(judge(&with(case, "200")).expected, Some(d("200")));
    assert_eq!(judge(&with(case, "190")).colour, Colour::Amber);
    assert_eq!(judge(&with(case, "189.99")).colour, Colour::Red);
}

#[test]
fn a_zero_target_needs_an_absolute_tolerance() {
    let percent = five_percent();
    let zero = |policy| Case { period: p("FY2009-Q4"), target: Some(absolute(p("FY2009-Q4"), "0")), ..falling(policy) };
    let refused = judge(&with(zero(&percent), "2"));
    assert_eq!(refused.not_rated, Some(NotRated::ZeroTargetNeedsAbsoluteTolerance));
    assert_eq!((refused.expected, refused.shortfall), (Some(d("0")), Some(d("2"))));
    let fixed = policy(ToleranceRule::Absolute(d("1")));
    assert_eq!(judge(&with(zero(&fixed), "1")).colour, Colour::Amber);
    assert_eq!(judge(&with(zero(&fixed), "2")).colour, Colour::Red);
}

#[test]
fn blue_is_only_for_policies_that_have_it_and_begins_at_the_tolerance() {
    let plain = five_percent();
    let blue = TolerancePolicy { exceeding_is_blue: true, ..five_percent() };
    assert_eq!(judge(&with(falling(&plain), "150")).colour, Colour::Green);
    assert_eq!(judge(&with(falling(&blue), "199.5")).colour, Colour::Blue);
    assert_eq!(judge(&with(falling(&blue), "199.6")).colour, Colour::Green);
    let strict = TolerancePolicy { exceeding_is_blue: true, ..policy(ToleranceRule::Absolute(d("0"))) };
    assert_eq!(judge(&with(falling(&strict), "210")).colour, Colour::Green);
}

#[test]
fn a_range_is_its_own_target() {
    let fixed = policy(ToleranceRule::Absolute(d("3")));
    let range = Polarity::Range { lo: d("40"), hi: d("60") };
    let case = Case { polarity: range, target: None, baseline: None, ..falling(&fixed) };
    let colours = ["40", "60", "63", "37", "64"].map(|v| judge(&with(case, v)).colour);
    assert_eq!(colours, [Colour::Green, Colour::Green, Colour::Amber, Colour::Amber, Colour::Red]);
}

#[test]
fn havering_looks_at_last_year_beyond_the_tolerance() {
    let havering = policy(ToleranceRule::Havering(d("5")));
    let case = |value, last_year| Case { last_year, ..with(falling(&havering), value) };
    assert_eq!(judge(&case("220.5", None)).colour, Colour::Green);
    assert_eq!(judge(&case("225", Some(d("225")))).colour, Colour::Amber);
    assert_eq!(judge(&case("225", Some(d("224")))).colour, Colour::Red);
    assert_eq!(judge(&case("225", None)).colour, Colour::Red);
}

#[test]
fn reasons_not_to_rate_are_looked_for_in_their_order() {
    let policy = TolerancePolicy { max_age_days: Some(30), ..five_percent() };
    // Everything is wrong at once; each line mends the reason before it.
    let case = Case {
        polarity: Polarity::None,
        target: None,
        baseline: None,
        observation: None,
        on: on("2008-11-01"),
        broken_at: Some(p("FY2008-Q1")),
        ..falling(&policy)
    };
    assert_eq!(refusal(&case), Some(NotRated::ContextOnly));
    let case = Case { polarity: Polarity::Lower, ..case };
    assert_eq!(refusal(&case), Some(NotRated::NoTarget));
    let case = Case { target: Some(absolute(p("FY2009-Q4"), "180")), ..case };
    assert_eq!(refusal(&case), Some(NotRated::NoBaseline));
    let case = Case { baseline: falling(&policy).baseline, ..case };
    assert_eq!(refusal(&case), Some(NotRated::NotDue));
    let case = Case { on: on("2008-12-01"), ..case };
    assert_eq!(refusal(&case), Some(NotRated::NoData));
    let case = Case { observation: Some(noted(ObservationStatus::Confidential)), ..case };
    assert_eq!(refusal(&case), Some(NotRated::Suppressed));
    let case = Case { observation: Some(normal("205")), ..case };
    assert_eq!(refusal(&case), Some(NotRated::SeriesBreak));
    let case = Case { broken_at: None, ..case };
    assert_eq!(refusal(&case), Some(NotRated::Stale));
    let case = Case { on: on("2008-10-30"), ..case };
    assert_eq!(judge(&case).colour, Colour::Green);
}

#[test]
fn a_missing_baseline_matters_only_on_the_way() {
    let policy = five_percent();
    let case = Case { baseline: None, ..falling(&policy) };
    assert_eq!(at(case, "FY2009-Q4", "180").colour, Colour::Green);
    let relative = Target::new(p("FY2009-Q4"), &Expression::PercentFromBaseline(d("-25")), None, None, Unit::Other);
    let case = Case { target: Some(relative), period: p("FY2009-Q4"), ..case };
    assert_eq!(refusal(&case), Some(NotRated::NoBaseline));
}

#[test]
fn a_period_outside_the_agreed_points_has_no_colour() {
    let policy = five_percent();
    assert_eq!(at(falling(&policy), "FY2010-Q1", "170").not_rated, Some(NotRated::OutOfRange));
    assert_eq!(at(falling(&policy), "FY2006-Q3", "245").not_rated, Some(NotRated::OutOfRange));
}

#[test]
fn missing_is_overdue_from_the_day_after_and_red_only_by_agreement() {
    let policy = five_percent();
    let missing = Case { observation: None, ..falling(&policy) };
    assert_eq!(refusal(&Case { on: on("2008-11-14"), ..missing }), Some(NotRated::NotDue));
    let late = judge(&Case { on: on("2008-11-15"), ..missing });
    assert_eq!((late.not_rated, late.overdue_days), (Some(NotRated::NoData), Some(1)));
    let harsh = TolerancePolicy { missing_is_red: true, ..five_percent() };
    let red = judge(&Case { policy: &harsh, ..missing });
    assert_eq!((red.colour, red.not_rated, red.overdue_days), (Colour::Red, None, Some(17)));
    let early = judge(&Case { policy: &harsh, on: on("2008-11-14"), ..missing });
    assert_eq!(early.not_rated, Some(NotRated::NotDue));
}

#[test]
fn notes_beside_a_figure_decide_whether_it_counts() {
    let policy = five_percent();
    let note = |status| judge(&Case { observation: Some(noted(status)), ..falling(&policy) });
    assert_eq!(note(ObservationStatus::Provisional).colour, Colour::Green);
    assert_eq!(note(ObservationStatus::Forecast).not_rated, Some(NotRated::NoData));
    assert_eq!(note(ObservationStatus::NotAvailable).not_rated, Some(NotRated::NoData));
    assert_eq!(note(ObservationStatus::NotApplicable).not_rated, Some(NotRated::NotDue));
    assert_eq!(note(ObservationStatus::BreakInSeries).not_rated, Some(NotRated::SeriesBreak));
    let withheld = note(ObservationStatus::Confidential);
    assert_eq!((withheld.not_rated, withheld.actual), (Some(NotRated::Suppressed), None));
    assert!(!withheld.reason.contains("205"));
}

#[test]
fn a_survey_without_a_wave_carries_its_last_verdict() {
    let policy = five_percent();
    let case = Case {
        period: p("FY2009"),
        due_on: None,
        observation: None,
        earlier_wave: Some((p("FY2008"), normal("32"))),
        known: &[],
        target: Some(absolute(p("FY2010"), "34")),
        ..satisfaction(&policy)
    };
    let verdict = judge(&case);
    assert_eq!((verdict.colour, verdict.carried_from), (Colour::Amber, Some(p("FY2008"))));
    assert_eq!(verdict.expected, Some(d("33")));
    assert_eq!(refusal(&Case { earlier_wave: None, ..case }), Some(NotRated::NotDue));
}

#[test]
fn an_unconfirmed_reading_shows_the_colour_under_both() {
    let policy = policy(ToleranceRule::Absolute(d("0.5")));
    let words = Expression::AmbiguousIncrease(d("4"));
    let case = |confirmed| Case {
        period: p("FY2010"),
        target: Some(Target::new(p("FY2010"), &words, Some(d("32")), confirmed, Unit::Percent)),
        ..with(satisfaction(&policy), "33.3")
    };
    let assumed = judge(&case(None));
    assert_eq!((assumed.colour, assumed.expected), (Colour::Red, Some(d("36"))));
    let both = AsReadings { used: Reading::Points, points: Colour::Red, percent: Colour::Green };
    assert_eq!(assumed.as_readings, Some(both));
    let confirmed = judge(&case(Some(Reading::Percent)));
    assert_eq!((confirmed.colour, confirmed.as_readings), (Colour::Green, None));
}

#[test]
fn a_difference_inside_the_margin_of_error_is_said() {
    let policy = five_percent();
    let survey =
        |value, half_width| Case { observation: Some(Observation { half_width, ..normal(value) }), ..satisfaction(&policy) };
    assert_eq!(judge(&survey("32", Some(d("2.8")))).within_margin_of_error, Some(true));
    assert_eq!(judge(&survey("30.2", Some(d("2.8")))).within_margin_of_error, Some(false));
    assert_eq!(judge(&survey("32", None)).within_margin_of_error, None);
}

#[test]
fn figures_beyond_exact_arithmetic_are_not_rated() {
    let policy = five_percent();
    let huge = Observation { value: Some(Decimal::MAX), ..normal("0") };
    let case = Case {
        polarity: Polarity::Higher,
        target: Some(Target { value: Some(Decimal::MIN), ..absolute(p("FY2008-Q2"), "0") }),
        observation: Some(huge),
        ..falling(&policy)
    };
    assert_eq!(refusal(&case), Some(NotRated::NotComputable));
}
