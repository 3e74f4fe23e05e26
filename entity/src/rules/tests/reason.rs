//! The sentences, whole: what a clerk would paste into the minutes.

use crate::rules::colour::{Case, Observation, judge};
use crate::rules::comparator::Comparator;
use crate::rules::measure::{MeasureKind, ObservationStatus, Polarity, Unit};
use crate::rules::target::{Expression, Target};
use crate::rules::tests::colour::{absolute, falling, five_percent, normal, policy};
use crate::rules::tests::{d, on, p};
use crate::rules::tolerance::{TolerancePolicy, ToleranceRule};
use crate::rules::trajectory::Point;

const CONVENTION: &str =
    "under Halton performance convention version 2, agreed by the Performance and Standards Group on 14 January 2009";

fn said(case: &Case<'_>, start: &str, end: &str) {
    assert_eq!(judge(case).reason, format!("{start} {CONVENTION}{end}."));
}

fn with<'a>(case: Case<'a>, value: &str) -> Case<'a> {
    Case { observation: Some(normal(value)), ..case }
}

#[test]
fn each_colour_names_the_boundary_that_decided_it() {
    let policy = TolerancePolicy { exceeding_is_blue: true, ..five_percent() };
    let case = falling(&policy);
    said(&with(case, "190"), "Blue: 190 against an expected 210 by Q2 2008/09; at least 10.5 better than expected is blue", "");
    said(&with(case, "205"), "Green: 205 against an expected 210 by Q2 2008/09; on or better than expected is green", "");
    said(&with(case, "215"), "Amber: 215 against an expected 210 by Q2 2008/09; up to 10.5 over is amber", "");
    said(&with(case, "225"), "Red: 225 against an expected 210 by Q2 2008/09; more than 10.5 over is red", "");
}

#[test]
fn figures_that_round_alike_are_printed_apart() {
    let policy = five_percent();
    said(&with(falling(&policy), "210.3"), "Amber: 210.3 against an expected 210.0 by Q2 2008/09; up to 10.5 over is amber", "");
}

#[test]
fn ranges_and_havering_have_their_own_words() {
    let fixed = policy(ToleranceRule::Absolute(d("3")));
    let range = Case { polarity: Polarity::Range { lo: d("40"), hi: d("60") }, ..with(falling(&fixed), "62") };
    said(&range, "Amber: 62 against an expected range of 40 to 60 by Q2 2008/09; up to 3 outside is amber", "");
    let havering = policy(ToleranceRule::Havering(d("5")));
    let beyond = Case { last_year: Some(d("230")), ..with(falling(&havering), "225") };
    said(
        &beyond,
        "Amber: 225 against an expected 210 by Q2 2008/09; more than 10.5 over but no worse than the 230 of the same period last year is amber",
        "",
    );
    said(
        &Case { last_year: None, ..beyond },
        "Red: 225 against an expected 210 by Q2 2008/09; more than 10.5 over with nothing held for the same period last year is red",
        "",
    );
}

#[test]
fn an_open_reading_and_the_margin_of_error_are_said() {
    let policy = five_percent();
    let words = Expression::AmbiguousIncrease(d("1"));
    let case = Case {
        polarity: Polarity::Higher,
        measure: MeasureKind::Survey,
        period: p("FY2008"),
        baseline: Some(Point { period: p("FY2006"), value: d("32") }),
        target: Some(Target::new(p("FY2008"), &words, Some(d("32")), None, Unit::Percent)),
        observation: Some(Observation { half_width: Some(d("2.8")), ..normal("32") }),
        ..falling(&policy)
    };
    said(
        &case,
        "Amber: 32 against an expected 33 by 2008/09, a difference within the survey's margin of error; up to 1.65 short is amber",
        "; the target is read as points added to the baseline, which nobody has confirmed",
    );
}

#[test]
fn a_carried_verdict_says_where_it_comes_from() {
    let policy = five_percent();
    let later = [Point { period: p("CY2009"), value: d("33") }];
    let case = Case {
        polarity: Polarity::Higher,
        measure: MeasureKind::Survey,
        period: p("CY2009"),
        due_on: None,
        observation: None,
        earlier_wave: Some((p("WAVE2008"), normal("32"))),
        baseline: None,
        target: Some(absolute(p("WAVE2008"), "33")),
        known: &later,
        ..falling(&policy)
    };
    said(
        &case,
        "Amber as at the 2008 survey, since no survey is due in 2009: 32 against an expected 33 by the 2008 survey; up to 1.65 short is amber",
        "",
    );
}

#[test]
fn a_missing_figure_is_named_with_its_lateness() {
    let policy = five_percent();
    let missing = Case { observation: None, ..falling(&policy) };
    let reason = |case: &Case<'_>| judge(case).reason;
    assert_eq!(reason(&missing), "Not rated: the figure for Q2 2008/09 was due on 14 November 2008 and is 17 days overdue.");
    assert_eq!(
        reason(&Case { on: on("2008-11-01"), ..missing }),
        "Not rated: the figure for Q2 2008/09 is not due until 14 November 2008."
    );
    let forecast = Observation { status: ObservationStatus::Forecast, ..normal("205") };
    assert_eq!(
        reason(&Case { observation: Some(forecast), ..missing }),
        "Not rated: only a forecast is held for Q2 2008/09, where the figure was due on 14 November 2008 and is 17 days overdue."
    );
    let harsh = TolerancePolicy { missing_is_red: true, ..five_percent() };
    said(
        &Case { policy: &harsh, ..missing },
        "Red: the figure for Q2 2008/09 was due on 14 November 2008 and is 17 days overdue; a missing figure is red",
        "",
    );
}

#[test]
fn a_gap_names_the_comparator_and_its_figure() {
    let policy = policy(ToleranceRule::Absolute(d("10")));
    let figures = [Point { period: p("FY2006-Q4"), value: d("200") }, Point { period: p("FY2008-Q2"), value: d("180") }];
    let england = Comparator { area: "England", gap: d("-20"), figures: &figures, broken_at: None };
    // From 40 above England at quarter 0 to 20 below at quarter 12: 10 above at quarter 6.
    let case = Case { comparator: Some(england), ..falling(&policy) };
    said(
        &with(case, "195"),
        "Amber: 195 against an expected 190 by Q2 2008/09, 10 above the 180 of England; up to 10 over is amber",
        "",
    );
    let level = Case { comparator: Some(Comparator { gap: d("-40"), ..england }), ..with(case, "180") };
    said(
        &level,
        "Green: 180 against an expected 180 by Q2 2008/09, level with the 180 of England; on or better than expected is green",
        "",
    );
    let verdict = judge(&with(case, "195"));
    assert_eq!((verdict.expected, verdict.shortfall), (Some(d("190")), Some(d("5"))));

    let reason = |case: Case<'_>| judge(&case).reason;
    let beside = |figures| Case { comparator: Some(Comparator { figures, ..england }), ..case };
    assert_eq!(
        reason(beside(&figures[..1])),
        "Not rated: the target is a gap to England, and no exact figure of England is held for Q2 2008/09."
    );
    assert_eq!(
        reason(beside(&figures[1..])),
        "Not rated: the target is a gap to England, and no exact figure of England is held for Q4 2006/07."
    );
    assert_eq!(
        reason(Case { comparator: Some(Comparator { broken_at: Some(p("FY2008-Q1")), ..england }), ..case }),
        "Not rated: the series of England breaks at Q1 2008/09, so that the gap to it cannot be read against that of the baseline."
    );
    // Whoever owes the line's own figure hears of that first.
    assert!(reason(Case { observation: None, ..beside(&[]) }).contains("is 17 days overdue"));
    let improvement = self::policy(ToleranceRule::PercentOfImprovement(d("10")));
    let share = judge(&Case { policy: &improvement, ..with(case, "195") });
    assert_eq!(share.amber_width, Some(d("6")), "of the 60 by which the gap is to change");
}

#[test]
fn every_other_refusal_is_a_sentence() {
    let policy = TolerancePolicy { max_age_days: Some(30), ..five_percent() };
    let case = falling(&policy);
    let reason = |case: Case<'_>| judge(&case).reason;
    assert_eq!(
        reason(Case { polarity: Polarity::None, ..case }),
        "Not rated: this indicator gives context only, with neither way better."
    );
    assert_eq!(reason(Case { target: None, ..case }), "Not rated: no target has been agreed.");
    assert_eq!(
        reason(Case { baseline: None, ..case }),
        "Not rated: what was expected by Q2 2008/09 depends on a baseline, and none is held."
    );
    assert_eq!(
        reason(Case { period: p("FY2010-Q1"), ..case }),
        "Not rated: Q1 2010/11 lies outside the periods for which values were agreed, the target being for Q4 2009/10."
    );
    assert_eq!(
        reason(Case { broken_at: Some(p("FY2008-Q1")), ..case }),
        "Not rated: the series breaks at Q1 2008/09, so that the figure for Q2 2008/09 cannot be read against baseline and target."
    );
    assert_eq!(
        reason(case),
        "Not rated: Q2 2008/09 ended 62 days ago, and Halton performance convention version 2 allows at most 30."
    );
}

#[test]
fn a_convention_that_nobody_agreed_says_so() {
    let policy = TolerancePolicy { agreed_by: None, agreed_on: None, ..five_percent() };
    assert_eq!(
        judge(&falling(&policy)).reason,
        "Amber: 215 against an expected 210 by Q2 2008/09; up to 10.5 over is amber under Halton performance convention version 2, which no body has agreed yet."
    );
}
