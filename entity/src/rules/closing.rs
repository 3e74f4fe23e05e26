//! One period's picture of a set of priority areas: pooled figure, members, borough, the rest of it, the nation, and the gaps.
//!
//! What is held goes in as it is; what may be shown comes out. Small counts are held back before any gap is worked out, and a
//! gap that would give a withheld figure away is withheld with it, so nothing downstream has to remember to.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::rules::{
    direction::Vintage,
    gap::{self, Count, Gap, GapChange, Gaps, Moment, NoGap, Pooled, Side, pool, pool_rates},
    measure::{Polarity, Unit},
    period::Period,
    suppression::{Publication, Rest, Table, Threshold, release},
};

/// What is held of one area for one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The figure as published, in the indicator's unit.
    pub value: Option<Decimal>,
    /// How many.
    pub numerator: Option<Decimal>,
    /// Out of how many.
    pub denominator: Option<Decimal>,
}

impl Held {
    fn count(&self) -> Option<Count> {
        Some(Count { numerator: self.numerator?, denominator: self.denominator? })
    }

    /// The rate, from the counts where they are held.
    fn rate(&self, per: Option<Decimal>) -> Result<Pooled, NoGap> {
        let counted = self.count().zip(per).and_then(|(count, per)| Pooled::counted(count, per));
        counted.or(self.value.map(Pooled::published)).ok_or(NoGap::NoFigure)
    }
}

/// What is held of everybody for one period; an area without a figure says why.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The period.
    pub period: Period,
    /// Each area of the set.
    pub members: Vec<Result<Held, NoGap>>,
    /// The whole borough.
    pub borough: Result<Held, NoGap>,
    /// England, or the region where England has no figure.
    pub nation: Result<Held, NoGap>,
}

/// What may be shown of one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The period.
    pub period: Period,
    /// The set as a whole, pooled.
    pub set: Result<Pooled, NoGap>,
    /// Each area of the set, in the order given.
    pub members: Vec<Result<Pooled, NoGap>>,
    /// The whole borough.
    pub borough: Result<Pooled, NoGap>,
    /// The borough without the set.
    pub rest: Result<Pooled, NoGap>,
    /// England, or the region.
    pub nation: Result<Pooled, NoGap>,
    /// The gaps between them.
    pub gaps: Gaps,
}

/// How many a rate is out of, by the unit's name: 100 for percentages, 1,000 for "per 1,000 population"; `None` for no rate.
#[must_use]
pub fn per(unit: &str) -> Option<Decimal> {
    if Unit::named(unit) == Unit::Percent {
        return Some(Decimal::ONE_HUNDRED);
    }
    let (_, after) = unit.split_once("per ")?;
    let digits: String = after.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|per: &Decimal| *per > Decimal::ZERO)
}

/// Draws the picture of one period; `per` as [`per`] gives it.
#[must_use]
pub fn picture(polarity: Polarity, per: Option<Decimal>, figures: &Figures, threshold: Threshold) -> Picture {
    let publication = Publications::of(figures, threshold);
    let rates = figures.members.iter().map(|held| held.and_then(|held| held.rate(per)));
    let members = rates.zip(&publication.members).map(|(rate, publication)| shown(rate, *publication)).collect();
    let set = shown(pooled(&figures.members, per), publication.subtotals);
    let borough = shown(figures.borough.and_then(|held| held.rate(per)), publication.borough);
    let nation = figures.nation.and_then(|held| held.rate(per));
    let mut gaps = all_gaps(polarity, per, figures.period, (set, borough, nation));
    let mut rest = gaps.rest_of_borough.ok_or(gaps.to_rest_of_borough.err().unwrap_or(NoGap::NoCounts));
    if publication.subtotals == Publication::Withheld && figures.members.iter().any(Result::is_ok) {
        rest = Err(NoGap::Withheld);
        gaps.rest_of_borough = None;
    }
    Picture { period: figures.period, set, members, borough, rest, nation, gaps }
}

fn shown(figure: Result<Pooled, NoGap>, publication: Publication) -> Result<Pooled, NoGap> {
    match publication {
        Publication::Shown => figure,
        Publication::Withheld => figure.and(Err(NoGap::Withheld)),
    }
}

/// Which figures may be shown.
struct Publications {
    members: Vec<Publication>,
    subtotals: Publication,
    borough: Publication,
}

impl Publications {
    fn of(figures: &Figures, threshold: Threshold) -> Self {
        let counts: Vec<Option<u64>> = figures.members.iter().map(|held| whole(held.ok()?.numerator?)).collect();
        let known: Vec<u64> = counts.iter().copied().flatten().collect();
        let borough = figures.borough.ok().and_then(|held| whole(held.numerator?));
        let set = known.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let rest = borough.and_then(|borough| borough.checked_sub(set));
        let rest = rest.map_or(Rest::Listed(&[]), Rest::Total);
        let release = release(&Table { set: &known, rest }, threshold);
        let mut of_known = release.set.into_iter();
        let members = counts.iter().map(|count| count.and_then(|_| of_known.next()).unwrap_or(Publication::Shown)).collect();
        Self {
            members,
            // Rates alone give no count away.
            subtotals: if known.is_empty() { Publication::Shown } else { release.subtotals },
            borough: if borough.is_some() { release.borough } else { Publication::Shown },
        }
    }
}

/// A count as a whole number; a part of a case counts as one.
fn whole(count: Decimal) -> Option<u64> {
    count.max(Decimal::ZERO).ceil().to_u64()
}

/// The set's own figure: counts pooled, or rates weighted where only rates are held.
fn pooled(members: &[Result<Held, NoGap>], per: Option<Decimal>) -> Result<Pooled, NoGap> {
    let per = per.ok_or(NoGap::NotARate)?;
    if members.is_empty() {
        return Err(NoGap::NoFigure);
    }
    let held: Vec<Held> = members
        .iter()
        .map(|held| held.ok().filter(|held| held.rate(Some(per)).is_ok()))
        .collect::<Option<_>>()
        .ok_or(NoGap::MemberMissing)?;
    if let Some(counts) = held.iter().map(Held::count).collect::<Option<Vec<Count>>>() {
        return pool(counts, per).ok_or(NoGap::NoFigure);
    }
    let weighted = held.iter().map(|held| Some((held.rate(Some(per)).ok()?.value, held.denominator?)));
    let weighted: Vec<(Decimal, Decimal)> = weighted.collect::<Option<_>>().ok_or(NoGap::NoWeights)?;
    pool_rates(weighted).ok_or(NoGap::NoWeights)
}

type Three = (Result<Pooled, NoGap>, Result<Pooled, NoGap>, Result<Pooled, NoGap>);

fn all_gaps(polarity: Polarity, per: Option<Decimal>, period: Period, (set, borough, nation): Three) -> Gaps {
    let side = |figure| Side { figure, period, vintage: Vintage::default() };
    if let (Ok(set), Ok(borough), Some(per)) = (set, borough, per) {
        let gaps = gap::gaps(polarity, per, &side(set), &side(borough), nation.ok().map(side).as_ref());
        let reason = |gap: Result<Gap, NoGap>| gap.map_err(|why| nation.err().unwrap_or(why));
        return Gaps { borough_to_nation: reason(gaps.borough_to_nation), to_nation: reason(gaps.to_nation), ..gaps };
    }
    let between = |a: Result<Pooled, NoGap>, b: Result<Pooled, NoGap>| Gap::between(polarity, a?.value, b?.value);
    Gaps {
        to_borough: between(set, borough),
        to_rest_of_borough: Err(set.err().or(borough.err()).unwrap_or(NoGap::NoCounts)),
        borough_to_nation: between(borough, nation),
        to_nation: between(set, nation),
        rest_of_borough: None,
    }
}

/// Which series broke between two periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaks {
    /// One of the set's or the borough's.
    pub here: bool,
    /// The nation's.
    pub nation: bool,
}

/// What became of the gaps between two periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Priority set against the whole borough.
    pub to_borough: Result<GapChange, NoGap>,
    /// Priority set against the borough without it.
    pub to_rest_of_borough: Result<GapChange, NoGap>,
    /// Borough against the nation.
    pub borough_to_nation: Result<GapChange, NoGap>,
    /// Priority set against the nation.
    pub to_nation: Result<GapChange, NoGap>,
}

/// Judges what became of the gaps; within `band` (in the indicator's unit) either way they are unchanged.
#[must_use]
pub fn changes(polarity: Polarity, before: Option<&Picture>, after: &Picture, breaks: Breaks, band: Decimal) -> Changes {
    type Pick = fn(&Picture) -> Result<Pooled, NoGap>;
    let judge = |priority: Pick, comparator: Pick, broken: bool| {
        let before = before.ok_or(NoGap::NoEarlierPeriod)?;
        let moment = |picture: &Picture| {
            Ok::<_, NoGap>(Moment { priority: priority(picture)?.value, comparator: comparator(picture)?.value })
        };
        let (then, now) = (moment(before)?, moment(after)?);
        if broken { Err(NoGap::SeriesBreak) } else { gap::change(polarity, then, now, band) }
    };
    let abroad = breaks.here || breaks.nation;
    Changes {
        to_borough: judge(|p| p.set, |p| p.borough, breaks.here),
        to_rest_of_borough: judge(|p| p.set, |p| p.rest, breaks.here),
        borough_to_nation: judge(|p| p.borough, |p| p.nation, abroad),
        to_nation: judge(|p| p.set, |p| p.nation, abroad),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::measure::ObservationStatus;
    use crate::rules::tests::{d, p};

    fn counted(numerator: i64, denominator: i64) -> Result<Held, NoGap> {
        Ok(Held { value: None, numerator: Some(numerator.into()), denominator: Some(denominator.into()) })
    }

    fn rate(value: &str, population: Option<&str>) -> Result<Held, NoGap> {
        Ok(Held { value: Some(d(value)), numerator: None, denominator: population.map(d) })
    }

    fn drawn(members: Vec<Result<Held, NoGap>>, borough: Result<Held, NoGap>) -> Picture {
        let figures = Figures { period: p("FY2008"), members, borough, nation: rate("5.0", None) };
        picture(Polarity::Lower, per("percent"), &figures, Threshold::USUAL)
    }

    #[test]
    fn units_tell_how_many_a_rate_is_out_of() {
        assert_eq!(per("percent"), Some(d("100")));
        assert_eq!(per("per 1,000 population"), Some(d("1000")));
        assert_eq!(per("rate per 100,000 population aged 10 to 17"), Some(d("100000")));
        assert_eq!(per("GBP per year"), None);
        assert_eq!(per("casualties"), None);
    }

    #[test]
    fn a_small_member_takes_another_with_it_and_the_set_still_shows() {
        let drawn = drawn(vec![counted(3, 500), counted(40, 900), counted(12, 700), counted(30, 800)], counted(200, 9_000));
        let withheld: Vec<bool> = drawn.members.iter().map(|member| *member == Err(NoGap::Withheld)).collect();
        assert_eq!(withheld, [true, false, true, false]);
        assert_eq!(drawn.set.map(|set| set.value.round_dp(4)), Ok(d("2.9310")));
        assert!(drawn.gaps.to_borough.is_ok() && drawn.rest.is_ok());
    }

    #[test]
    fn no_gap_gives_away_a_withheld_set() {
        let drawn = drawn(vec![counted(3, 500), counted(1, 900)], counted(200, 9_000));
        assert_eq!((drawn.set, drawn.rest), (Err(NoGap::Withheld), Err(NoGap::Withheld)));
        let gaps = drawn.gaps;
        assert_eq!([gaps.to_borough, gaps.to_rest_of_borough, gaps.to_nation], [Err(NoGap::Withheld); 3]);
        assert_eq!(gaps.rest_of_borough, None);
        assert_eq!(gaps.borough_to_nation.map(|gap| gap.absolute.round_dp(4)), Ok(d("-2.7778")));
        assert_eq!(changes(Polarity::Lower, Some(&drawn), &drawn, Breaks::default(), d("0.05")).to_borough, Err(NoGap::Withheld));
    }

    #[test]
    fn rates_alone_are_estimated_and_an_incomplete_set_is_no_set() {
        let estimated = drawn(vec![rate("10", Some("1000")), rate("20", Some("3000"))], rate("12", None));
        assert_eq!(estimated.set.map(|set| (set.value, set.status)), Ok((d("17.5"), ObservationStatus::Estimated)));
        assert_eq!((estimated.gaps.to_borough.map(|gap| gap.absolute), estimated.rest), (Ok(d("5.5")), Err(NoGap::NoCounts)));
        assert_eq!(drawn(vec![rate("10", None)], rate("12", None)).set, Err(NoGap::NoWeights));
        assert_eq!(drawn(vec![counted(40, 900), Err(NoGap::NoFigure)], rate("12", None)).set, Err(NoGap::MemberMissing));
    }

    #[test]
    fn nothing_is_compared_across_a_break_or_without_an_earlier_period() {
        let now = drawn(vec![counted(40, 900), counted(50, 900)], counted(200, 9_000));
        let broken = Breaks { here: true, nation: false };
        assert_eq!(changes(Polarity::Lower, Some(&now), &now, broken, d("0.05")).to_borough, Err(NoGap::SeriesBreak));
        assert_eq!(changes(Polarity::Lower, None, &now, Breaks::default(), d("0.05")).to_borough, Err(NoGap::NoEarlierPeriod));
    }
}
