//! Holding back small counts, so that nobody can be recognised in a figure or worked out from others.
//!
//! Cells are counts of areas inside a priority set and in the rest of a borough. A count from 1 to
//! below the threshold is held back; then further cells are, until nothing held back follows from
//! the totals that remain, nor from the borough less the set. Whoever reads the result must not be
//! told which cells were held back for being small and which to protect them: that would tell again.

/// The smallest count that may be shown, from 5 to 10 as a tenant chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold(u64);

impl Threshold {
    /// The threshold used where none was agreed: 5.
    pub const USUAL: Self = Self(5);

    /// A threshold; `None` unless from 5 to 10.
    #[must_use]
    pub fn new(smallest: u64) -> Option<Self> {
        (5..=10).contains(&smallest).then_some(Self(smallest))
    }

    /// The smallest count that may be shown.
    #[must_use]
    pub const fn smallest(self) -> u64 {
        self.0
    }

    /// Whether a count is too small to show; none at all may be shown.
    #[must_use]
    pub const fn is_small(self, count: u64) -> bool {
        0 < count && count < self.0
    }
}

/// Whether a figure may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Publication {
    /// It may.
    Shown,
    /// It is held back.
    Withheld,
}

/// The counts to be shown together; the borough is set and rest.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// One count for each area of the set.
    pub set: &'a [u64],
    /// What is shown of the rest of the borough.
    pub rest: Rest<'a>,
}

/// What is shown of the rest of the borough.
#[derive(Clone, Copy, Debug)]
pub enum Rest<'a> {
    /// One count for each of its areas.
    Listed(&'a [u64]),
    /// Its total alone, which also follows from borough and set.
    Total(u64),
}

impl Rest<'_> {
    fn total(&self) -> u64 {
        match self {
            Self::Listed(counts) => total(counts),
            Self::Total(count) => *count,
        }
    }
}

/// What of a table may be shown, in the table's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Each area of the set.
    pub set: Vec<Publication>,
    /// Each listed area of the rest.
    pub rest: Vec<Publication>,
    /// The totals of set and rest: both or neither, since each follows from the borough and the other.
    pub subtotals: Publication,
    /// The borough.
    pub borough: Publication,
}

/// Decides what of a table may be shown.
#[must_use]
pub fn release(table: &Table<'_>, threshold: Threshold) -> Release {
    let listed: &[u64] = match table.rest {
        Rest::Listed(counts) => counts,
        Rest::Total(_) => &[],
    };
    let mut cells: Vec<Cell> = table.set.iter().map(|count| Cell::new(*count, threshold)).collect();
    cells.extend(listed.iter().map(|count| Cell::new(*count, threshold)));
    let (set, rest) = cells.split_at_mut_checked(table.set.len()).unwrap_or_default();
    protect(set.iter_mut(), threshold);
    protect(rest.iter_mut(), threshold);

    let (set_total, rest_total) = (total(table.set), table.rest.total());
    let totals_large = !threshold.is_small(set_total) && !threshold.is_small(rest_total);
    let members_stand = stands(set) && stands(rest);
    let subtotals = if totals_large && members_stand { Publication::Shown } else { Publication::Withheld };
    if subtotals == Publication::Withheld {
        // Now the borough's own total is what the cells, and an unlisted rest, could be worked out from.
        let mut unlisted = match table.rest {
            Rest::Total(count) => Some(Cell::new(count, threshold)),
            Rest::Listed(_) => None,
        };
        protect(set.iter_mut().chain(rest.iter_mut()).chain(unlisted.iter_mut()), threshold);
    }
    let borough =
        if threshold.is_small(set_total.saturating_add(rest_total)) { Publication::Withheld } else { Publication::Shown };
    Release { set: publications(set), rest: publications(rest), subtotals, borough }
}

/// A count and whether it is held back.
struct Cell {
    count: u64,
    publication: Publication,
}

impl Cell {
    fn new(count: u64, threshold: Threshold) -> Self {
        let publication = if threshold.is_small(count) { Publication::Withheld } else { Publication::Shown };
        Self { count, publication }
    }
}

fn total(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
}

fn publications(cells: &[Cell]) -> Vec<Publication> {
    cells.iter().map(|cell| cell.publication).collect()
}

/// Whether a group's total may stand beside its members: some total of two or more stays visible.
/// A group whose members are not listed has nothing to be worked out.
fn stands(cells: &[Cell]) -> bool {
    cells.is_empty() || cells.iter().filter(|cell| cell.publication == Publication::Shown).count() >= 2
}

/// Holds back further cells of a group whose total is known, the smallest first, until at least two
/// are, and until together they are no longer a small count themselves.
fn protect<'a>(cells: impl Iterator<Item = &'a mut Cell>, threshold: Threshold) {
    let mut cells: Vec<&mut Cell> = cells.collect();
    cells.sort_by_key(|cell| (cell.publication == Publication::Shown, cell.count == 0, cell.count));
    let (mut held, mut sum) = (0_u32, 0_u64);
    for cell in cells {
        let enough = held == 0 || (held >= 2 && !threshold.is_small(sum));
        if cell.publication == Publication::Shown && enough {
            break;
        }
        cell.publication = Publication::Withheld;
        held += 1;
        sum = sum.saturating_add(cell.count);
    }
}

#[cfg(test)]
mod tests {
    use super::Publication::{Shown, Withheld};
    use super::*;

    fn of(set: &[u64], rest: Rest<'_>) -> Release {
        release(&Table { set, rest }, Threshold::USUAL)
    }

    #[test]
    fn thresholds_run_from_five_to_ten() {
        assert_eq!([4, 5, 10, 11].map(|n| Threshold::new(n).is_some()), [false, true, true, false]);
        assert!(!Threshold::USUAL.is_small(0));
        assert!(Threshold::USUAL.is_small(4));
        assert!(!Threshold::USUAL.is_small(5));
    }

    #[test]
    fn large_counts_are_all_shown() {
        let release = of(&[360, 250, 390, 260, 270, 200], Rest::Total(1_595));
        assert_eq!(release.set, [Shown; 6]);
        assert_eq!((release.subtotals, release.borough), (Shown, Shown));
    }

    #[test]
    fn one_small_count_takes_the_next_smallest_with_it() {
        // Otherwise 3 would follow from the set's total.
        let release = of(&[3, 40, 12, 30], Rest::Total(100));
        assert_eq!(release.set, [Withheld, Shown, Withheld, Shown]);
        assert_eq!(release.subtotals, Shown);
    }

    #[test]
    fn held_back_counts_are_no_small_count_together() {
        // 1 + 1 = 2 would tell both.
        let release = of(&[1, 1, 20, 30, 40], Rest::Total(100));
        assert_eq!(release.set, [Withheld, Withheld, Withheld, Shown, Shown]);
    }

    #[test]
    fn subtotals_need_two_members_left_on_either_side() {
        let release = of(&[3, 40, 12], Rest::Listed(&[50, 60, 70]));
        assert_eq!(release.set, [Withheld, Shown, Withheld]);
        assert_eq!((release.subtotals, release.borough), (Withheld, Shown));
    }

    #[test]
    fn a_small_rest_would_follow_from_borough_less_set() {
        let release = of(&[30, 40, 50], Rest::Total(4));
        assert_eq!((release.subtotals, release.borough), (Withheld, Shown));
        // Were all of the set shown, 4 would follow from the borough less its members.
        assert_eq!(release.set, [Withheld, Shown, Shown]);
    }

    #[test]
    fn a_lone_small_member_is_protected_across_the_border_of_the_set() {
        // The set is its own single ward: 3 would follow from the borough less all other wards.
        let release = of(&[3], Rest::Listed(&[50, 20, 70]));
        assert_eq!(release.set, [Withheld]);
        assert_eq!(release.rest, [Shown, Withheld, Shown]);
        assert_eq!(release.subtotals, Withheld);
    }

    #[test]
    fn a_small_borough_is_held_back_itself() {
        let release = of(&[1, 0], Rest::Total(2));
        assert_eq!((release.borough, release.subtotals), (Withheld, Withheld));
    }

    #[test]
    fn no_cases_are_shown_as_none() {
        assert_eq!(of(&[0, 0, 20, 30], Rest::Total(0)).set, [Shown; 4]);
    }

    /// Whether withheld counts with a known sum stay unknown: none, or several that are not small together.
    fn hidden(counts: &[u64]) -> bool {
        counts.is_empty() || (counts.len() >= 2 && !Threshold::USUAL.is_small(total(counts)))
    }

    fn withheld(counts: &[u64], publications: &[Publication]) -> Vec<u64> {
        counts.iter().zip(publications).filter(|(_, p)| **p == Withheld).map(|(count, _)| *count).collect()
    }

    fn assert_nothing_follows(set: &[u64], rest: Rest<'_>) {
        let release = of(set, rest);
        let listed: &[u64] = if let Rest::Listed(counts) = rest { counts } else { &[] };
        let (in_set, in_rest) = (withheld(set, &release.set), withheld(listed, &release.rest));
        let small = |counts: &[u64]| counts.iter().filter(|c| Threshold::USUAL.is_small(**c)).count();
        assert!(small(set) == small(&in_set) && small(listed) == small(&in_rest), "{set:?} {rest:?} {release:?}");
        if release.subtotals == Shown {
            assert!(hidden(&in_set) && hidden(&in_rest), "{set:?} {rest:?} {release:?}");
        } else if release.borough == Shown {
            let mut unknown = [in_set, in_rest].concat();
            if let Rest::Total(count) = rest {
                // With every member of the set in sight, a large rest does follow, and may.
                if !unknown.is_empty() || Threshold::USUAL.is_small(count) {
                    unknown.push(count);
                }
            }
            assert!(hidden(&unknown), "{set:?} {rest:?} {release:?}");
        }
    }

    #[test]
    fn nothing_held_back_follows_from_what_is_shown() {
        const COUNTS: [u64; 5] = [0, 1, 4, 5, 30];
        let groups: Vec<Vec<u64>> = COUNTS
            .iter()
            .flat_map(|a| COUNTS.map(|b| vec![*a, b]))
            .flat_map(|pair| COUNTS.map(|c| [&pair[..], &[c]].concat()))
            .chain(COUNTS.map(|a| vec![a]))
            .collect();
        for set in &groups {
            COUNTS.iter().for_each(|count| assert_nothing_follows(set, Rest::Total(*count)));
            groups.iter().for_each(|rest| assert_nothing_follows(set, Rest::Listed(rest)));
        }
    }
}
