//! The vectors of closing the gap: unemployment, where lower is better.

use rust_decimal::Decimal;

use crate::rules::direction::Vintage;
use crate::rules::gap::{
    Count, Gap, GapChange, GapQuality, GapVerdict, Gaps, Moment, NoGap, Pooled, Side, change, gaps, pool, pool_rates,
};
use crate::rules::measure::{ObservationStatus, Polarity};
use crate::rules::tests::{d, p};

fn count(numerator: i64, denominator: i64) -> Count {
    Count { numerator: numerator.into(), denominator: denominator.into() }
}

fn side(figure: Option<Pooled>, period: &str) -> Side {
    Side { figure: figure.unwrap(), period: p(period), vintage: Vintage::default() }
}

fn counted(numerator: i64, denominator: i64, period: &str) -> Side {
    side(Pooled::counted(count(numerator, denominator), Decimal::ONE_HUNDRED), period)
}

fn unemployment(set: i64, borough: i64, england: &str, period: &str) -> Gaps {
    let england = side(Some(Pooled::published(d(england))), period);
    let (set, borough) = (counted(set, 24_000, period), counted(borough, 70_000, period));
    gaps(Polarity::Lower, Decimal::ONE_HUNDRED, &set, &borough, Some(&england))
}

fn four_places(gap: Result<Gap, NoGap>) -> Option<(Decimal, Option<Decimal>)> {
    gap.ok().map(|g| (g.absolute.round_dp(4), g.relative.map(|r| r.round_dp(4))))
}

fn moved(before: (&str, &str), after: (&str, &str)) -> Result<GapChange, NoGap> {
    let moment = |(priority, comparator)| Moment { priority: d(priority), comparator: d(comparator) };
    change(Polarity::Lower, moment(before), moment(after), d("0.05"))
}

fn judged(before: (&str, &str), after: (&str, &str)) -> Option<(GapVerdict, Option<GapQuality>)> {
    moved(before, after).ok().map(|c| (c.verdict, c.quality))
}

#[test]
fn six_wards_are_pooled_and_their_rates_never_averaged() {
    let wards = [(319, 4_150), (284, 3_900), (285, 4_050), (283, 4_200), (246, 3_850), (313, 3_850)].map(|(n, of)| count(n, of));
    let pooled = pool(wards, Decimal::ONE_HUNDRED);
    assert_eq!(pooled.map(|p| p.value.round_dp(4)), Some(d("7.2083")));
    assert_eq!(pooled.and_then(|p| p.count), Some(count(1_730, 24_000)));
    let sum: Decimal = wards.iter().map(|c| c.numerator / c.denominator * Decimal::ONE_HUNDRED).sum();
    assert_eq!((sum / d("6")).round_dp(4), d("7.2106"));
}

#[test]
fn rates_alone_are_weighted_and_marked_estimated() {
    let pooled = pool_rates([(d("10"), d("1000")), (d("20"), d("3000"))]);
    assert_eq!(pooled.map(|p| (p.value, p.status)), Some((d("17.5"), ObservationStatus::Estimated)));
    assert_eq!(pool_rates([]), None);
    assert_eq!(pool([count(0, 0)], Decimal::ONE_HUNDRED), None);
}

#[test]
fn three_gaps_are_reported_together() {
    let first = unemployment(1_730, 3_325, "5.2", "FY2007");
    assert_eq!(four_places(first.to_borough), Some((d("2.4583"), Some(d("1.5175")))));
    assert_eq!(first.rest_of_borough.map(|r| r.value.round_dp(4)), Some(d("3.4674")));
    assert_eq!(four_places(first.to_rest_of_borough).map(|g| g.0), Some(d("3.7409")));
    assert_eq!(four_places(first.borough_to_nation).map(|g| g.0), Some(d("-0.45")));
    assert_eq!(four_places(first.to_nation).map(|g| g.0), Some(d("2.0083")));
    let second = unemployment(1_540, 3_150, "5.0", "FY2008");
    assert_eq!(four_places(second.to_borough), Some((d("1.9167"), Some(d("1.4259")))));
    assert_eq!(second.rest_of_borough.map(|r| r.value), Some(d("3.5")));
    assert_eq!(four_places(second.to_rest_of_borough).map(|g| g.0), Some(d("2.9167")));
}

#[test]
fn halton_levelled_up_by_22_per_cent() {
    let rate = |n: i64, of: i64| Decimal::from(n) * Decimal::ONE_HUNDRED / Decimal::from(of);
    let before = Moment { priority: rate(1_730, 24_000), comparator: d("4.75") };
    let after = Moment { priority: rate(1_540, 24_000), comparator: d("4.50") };
    let to_borough = change(Polarity::Lower, before, after, d("0.05")).unwrap();
    assert_eq!(to_borough.change.round_dp(4), d("-0.5417"));
    assert_eq!(to_borough.closed_percent.map(|c| c.round_dp(2)), Some(d("22.03")));
    assert_eq!((to_borough.verdict, to_borough.quality), (GapVerdict::Narrowing, Some(GapQuality::LevellingUp)));
    assert_eq!(to_borough.sentence(0), "Narrowing: a gap of 2.46 became 1.92, 22.0% of it closed; the priority side improved.");
    let before = Moment { comparator: rate(1_595, 46_000), ..before };
    let after = Moment { comparator: d("3.5"), ..after };
    let to_rest = change(Polarity::Lower, before, after, d("0.05")).unwrap();
    assert_eq!((to_rest.verdict, to_rest.quality), (GapVerdict::Narrowing, Some(GapQuality::LevellingUp)));
}

#[test]
fn mixed_when_the_relative_gap_goes_the_other_way() {
    let mixed = moved(("20", "10"), ("12", "5")).unwrap();
    assert_eq!((mixed.before.absolute, mixed.after.absolute), (d("10"), d("7")));
    assert_eq!((mixed.before.relative, mixed.after.relative), (Some(d("2")), Some(d("2.4"))));
    assert_eq!((mixed.verdict, mixed.quality), (GapVerdict::Narrowing, Some(GapQuality::Mixed)));
}

#[test]
fn hollow_when_both_got_worse() {
    let hollow = moved(("20", "10"), ("21", "14")).unwrap();
    assert_eq!((hollow.before.absolute, hollow.after.absolute), (d("10"), d("7")));
    assert_eq!((hollow.verdict, hollow.quality), (GapVerdict::Narrowing, Some(GapQuality::Hollow)));
}

#[test]
fn the_remaining_verdicts() {
    assert_eq!(judged(("20", "10"), ("9", "10")), Some((GapVerdict::Reversed, Some(GapQuality::LevellingUp))));
    assert_eq!(judged(("20", "10"), ("20.05", "10")), Some((GapVerdict::Unchanged, None)));
    assert_eq!(judged(("20", "10"), ("22", "10")), Some((GapVerdict::Widening, None)));
    assert_eq!(judged(("20", "10"), ("32", "20")), Some((GapVerdict::Widening, Some(GapQuality::Mixed))));
    let level = moved(("10", "10"), ("12", "10")).unwrap();
    assert_eq!(level.closed_percent, None);
    assert_eq!(moved(("20", "0"), ("10", "0")).unwrap().before.relative, None);
}

#[test]
fn a_positive_gap_means_worse_off_whichever_way_is_better() {
    let gap = |polarity| Gap::between(polarity, d("30"), d("40")).map(|g| g.absolute);
    assert_eq!(gap(Polarity::Higher), Ok(d("10")));
    assert_eq!(gap(Polarity::Lower), Ok(d("-10")));
    assert_eq!(gap(Polarity::None), Err(NoGap::NoPolarity));
}

#[test]
fn only_like_is_compared_with_like() {
    let per = Decimal::ONE_HUNDRED;
    let (set, borough) = (counted(1_730, 24_000, "FY2007"), counted(3_325, 70_000, "FY2007"));
    let to_borough = |set: &Side| gaps(Polarity::Lower, per, set, &borough, None).to_borough.err();
    assert_eq!(to_borough(&Side { period: p("FY2008"), ..set }), Some(NoGap::PeriodDiffers));
    let counted_under = |definition, boundary| Side { vintage: Vintage { definition, boundary }, ..set };
    assert_eq!(to_borough(&counted_under(1, 0)), Some(NoGap::DefinitionDiffers));
    assert_eq!(to_borough(&counted_under(0, 1)), Some(NoGap::BoundaryDiffers));
    let found = gaps(Polarity::Lower, per, &side(Some(Pooled::published(d("7.2"))), "FY2007"), &borough, None);
    assert_eq!(found.to_rest_of_borough, Err(NoGap::NoCounts));
    assert_eq!(found.to_nation, Err(NoGap::NoFigure));
}
