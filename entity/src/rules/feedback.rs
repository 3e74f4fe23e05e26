//! Neighbourhood feedback: what makes a theme recur (S4, Appendix 2, action 3; domain, Research officer).
//!
//! Policing areas aren't council areas. Members write about neighbourhood policing units, and lead members answer for council areas,
//! so what is collated counts by unit and by quarter, and never by author.

use std::collections::{BTreeMap, BTreeSet};

use super::period::Period;

/// Quarters before the collated one in which the same subject counts as recurring.
pub const QUARTERS_BACK: i32 = 4;

/// How often a subject came up in a unit in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mentions<U> {
    /// The unit.
    pub unit: U,
    /// The quarter.
    pub quarter: Period,
    /// How many forms named it.
    pub count: i32,
}

/// Draws mentions together, one for each quarter and unit, latest quarter first.
#[must_use]
pub fn drawn_together<U: Copy + Ord>(mentions: &[Mentions<U>]) -> Vec<Mentions<U>> {
    let mut counts: BTreeMap<(Period, U), i32> = BTreeMap::new();
    for mention in mentions {
        let count = counts.entry((mention.quarter, mention.unit)).or_default();
        *count = count.saturating_add(mention.count);
    }
    let mut together: Vec<_> = counts.into_iter().map(|((quarter, unit), count)| Mentions { unit, quarter, count }).collect();
    together.sort_by_key(|mention| (std::cmp::Reverse(mention.quarter), mention.unit));
    together
}

/// Whether a quarter lies within what counts as recurring before another.
#[must_use]
pub fn counts_towards(earlier: Period, quarter: Period) -> bool {
    (1..=QUARTERS_BACK).contains(&(quarter.index() - earlier.index()))
}

/// Whether the theme came up in at least two units, in whichever of the quarters that count.
#[must_use]
pub fn recurs_in_units<U: Copy + Ord>(mentions: &[Mentions<U>]) -> bool {
    mentions.iter().map(|mention| mention.unit).collect::<BTreeSet<_>>().len() >= 2
}

/// Whether the theme came up in at least two quarters.
#[must_use]
pub fn recurs_in_quarters<U>(mentions: &[Mentions<U>]) -> bool {
    mentions.iter().map(|mention| mention.quarter).collect::<BTreeSet<_>>().len() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(unit: u8, quarter: &str, count: i32) -> Mentions<u8> {
        Mentions { unit, quarter: quarter.parse().expect("a quarter"), count }
    }

    #[test]
    fn two_units_or_two_quarters_make_a_theme_recur() {
        let (here, there, before) = (mention(1, "FY2009-Q3", 1), mention(2, "FY2009-Q3", 1), mention(2, "FY2009-Q2", 1));
        let recurs = |mentions: &[Mentions<u8>]| (recurs_in_units(mentions), recurs_in_quarters(mentions));
        assert_eq!(recurs(&[here]), (false, false));
        assert_eq!(recurs(&[here, here]), (false, false), "two forms about one unit");
        assert_eq!(recurs(&[here, there]), (true, false));
        assert_eq!(recurs(&[here, before]), (true, true), "one unit in each quarter are two units");
        assert_eq!(recurs(&[there, before]), (false, true));
        assert_eq!(recurs(&[here, there, before]), (true, true));
    }

    #[test]
    fn mentions_are_counted_by_quarter_and_unit() {
        let all = [mention(2, "FY2009-Q2", 1), mention(1, "FY2009-Q3", 1), mention(1, "FY2009-Q3", 2)];
        assert_eq!(drawn_together(&all), [mention(1, "FY2009-Q3", 3), mention(2, "FY2009-Q2", 1)]);
    }

    #[test]
    fn a_year_s_quarters_count_and_no_more() {
        let counts = |earlier: &str| counts_towards(earlier.parse().expect("a quarter"), "FY2009-Q3".parse().expect("a quarter"));
        assert_eq!(["FY2009-Q3", "FY2009-Q2", "FY2008-Q3", "FY2008-Q2"].map(counts), [false, true, true, false]);
    }
}
