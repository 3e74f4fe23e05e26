//! How many of a theme's indicators stand where.
//!
//! A theme has counts, never an average colour: one red child-protection indicator must not vanish
//! behind eleven green ones, and what could not be rated is counted with its reasons.

use std::fmt::Write;

use crate::rules::colour::{Colour, NotRated, Verdict};

/// How often each colour, and each reason for none, occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Better than expected by the tolerance.
    pub blue: u32,
    /// On or better than expected.
    pub green: u32,
    /// Short within tolerance.
    pub amber: u32,
    /// Short beyond tolerance.
    pub red: u32,
    /// Without a colour.
    pub not_rated: u32,
    reasons: Vec<(NotRated, u32)>,
}

impl Counts {
    /// Counts verdicts.
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(verdict.colour, verdict.not_rated);
        }
        counts
    }

    /// Counts one more; `why` matters only without a colour.
    pub fn add(&mut self, colour: Colour, why: Option<NotRated>) {
        match colour {
            Colour::Blue => self.blue += 1,
            Colour::Green => self.green += 1,
            Colour::Amber => self.amber += 1,
            Colour::Red => self.red += 1,
            Colour::NotRated => {
                self.not_rated += 1;
                if let Some(why) = why {
                    self.add_reason(why);
                }
            }
        }
    }

    fn add_reason(&mut self, why: NotRated) {
        match self.reasons.iter_mut().find(|(reason, _)| *reason == why) {
            Some((_, count)) => *count += 1,
            None => self.reasons.push((why, 1)),
        }
    }

    /// All indicators counted.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.blue + self.green + self.amber + self.red + self.not_rated
    }

    /// Reasons for not rating with their counts, the most frequent first.
    #[must_use]
    pub fn reasons(&self) -> Vec<(NotRated, u32)> {
        let mut reasons = self.reasons.clone();
        reasons.sort_by_key(|(why, count)| (u32::MAX - count, *why));
        reasons
    }

    /// The worst colour that occurs. Not a theme's status: for sorting, where a partnership asks for it.
    #[must_use]
    pub const fn worst(&self) -> Option<Colour> {
        match self {
            Self { red: 1.., .. } => Some(Colour::Red),
            Self { amber: 1.., .. } => Some(Colour::Amber),
            Self { green: 1.., .. } => Some(Colour::Green),
            Self { blue: 1.., .. } => Some(Colour::Blue),
            _ => None,
        }
    }

    /// "11 green, 3 amber, 4 red, 6 not rated (4 no data, 2 not due)"; zero counts are left out.
    #[must_use]
    pub fn sentence(&self) -> String {
        let colours =
            [(self.blue, "blue"), (self.green, "green"), (self.amber, "amber"), (self.red, "red"), (self.not_rated, "not rated")];
        let mut text = listed(colours);
        if text.is_empty() {
            return "No indicators".to_owned();
        }
        let reasons = listed(self.reasons().into_iter().map(|(why, count)| (count, words(why))));
        if !reasons.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, " ({reasons})");
        }
        text
    }
}

fn listed<'a>(counts: impl IntoIterator<Item = (u32, &'a str)>) -> String {
    let mut text = String::new();
    for (count, word) in counts.into_iter().filter(|(count, _)| *count > 0) {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{count} {word}");
    }
    text
}

const fn words(why: NotRated) -> &'static str {
    match why {
        NotRated::ContextOnly => "context only",
        NotRated::NoTarget => "no target",
        NotRated::NoBaseline => "no baseline",
        NotRated::OutOfRange => "outside the agreed periods",
        NotRated::NotDue => "not due",
        NotRated::NoData => "no data",
        NotRated::Suppressed => "held back",
        NotRated::SeriesBreak => "series broken",
        NotRated::Stale => "out of date",
        NotRated::NoComparator => "no comparator",
        NotRated::ZeroTargetNeedsAbsoluteTolerance => "zero target without absolute tolerance",
        NotRated::NotComputable => "not computable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(parts: &[(Colour, Option<NotRated>, u32)]) -> Counts {
        let mut counts = Counts::default();
        for (colour, why, times) in parts {
            (0..*times).for_each(|_| counts.add(*colour, *why));
        }
        counts
    }

    #[test]
    fn a_theme_is_told_in_counts() {
        let theme = counts(&[
            (Colour::Green, None, 11),
            (Colour::Amber, None, 3),
            (Colour::Red, None, 4),
            (Colour::NotRated, Some(NotRated::NotDue), 2),
            (Colour::NotRated, Some(NotRated::NoData), 4),
        ]);
        assert_eq!(theme.sentence(), "11 green, 3 amber, 4 red, 6 not rated (4 no data, 2 not due)");
        assert_eq!((theme.total(), theme.worst()), (24, Some(Colour::Red)));
    }

    #[test]
    fn nothing_and_nothing_rated_are_told_apart() {
        assert_eq!(Counts::default().sentence(), "No indicators");
        let unrated = counts(&[(Colour::NotRated, Some(NotRated::NoTarget), 1)]);
        assert_eq!(unrated.sentence(), "1 not rated (1 no target)");
        assert_eq!(unrated.worst(), None);
    }
}
