//! The judgement of whether a target will be met, beside the colour that arithmetic gives.
//!
//! The annual review sorts targets into likely, difficult and unlikely (S2). That is a forecast by
//! a person in office, who must say why; where it is rosier than the figures, the statement must
//! name the action and the day that will close the difference. Later, hit rates show whose
//! forecasts hold.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::rules::{blank::is_blank, colour::Colour};

/// Whether a target is thought likely to be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outlook {
    /// Achievement is likely: green.
    Likely,
    /// Achievement is difficult: amber.
    Difficult,
    /// Achievement is unlikely: red.
    Unlikely,
}

codes!(Outlook, "outlook", {
    Likely => "LIKELY",
    Difficult => "DIFFICULT",
    Unlikely => "UNLIKELY",
});

impl Outlook {
    /// The colour that the review gives to this outlook.
    #[must_use]
    pub const fn colour(self) -> Colour {
        match self {
            Self::Likely => Colour::Green,
            Self::Difficult => Colour::Amber,
            Self::Unlikely => Colour::Red,
        }
    }
}

/// Red 0, amber 1, green and blue 2; no rank without a colour.
const fn rank(colour: Colour) -> Option<i8> {
    match colour {
        Colour::Red => Some(0),
        Colour::Amber => Some(1),
        Colour::Green | Colour::Blue => Some(2),
        Colour::NotRated => None,
    }
}

/// How an outlook compares with the computed colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leaning {
    /// The outlook is better than the figures.
    Optimistic,
    /// Both say the same.
    Agreeing,
    /// The outlook is worse than the figures.
    Cautious,
}

codes!(Leaning, "leaning of an outlook", {
    Optimistic => "OPTIMISTIC",
    Agreeing => "AGREEING",
    Cautious => "CAUTIOUS",
});

/// The distance between outlook and computed colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptimismGap {
    /// Steps by which the outlook is better, from −2 to 2.
    pub steps: i8,
    /// Which way it leans.
    pub leaning: Leaning,
}

/// Compares an outlook with the computed colour; `None` when there is no colour to compare with.
#[must_use]
pub fn optimism_gap(outlook: Outlook, computed: Colour) -> Option<OptimismGap> {
    let steps = rank(outlook.colour())? - rank(computed)?;
    let leaning = match steps {
        1.. => Leaning::Optimistic,
        0 => Leaning::Agreeing,
        _ => Leaning::Cautious,
    };
    Some(OptimismGap { steps, leaning })
}

/// An outlook as somebody wants to state it.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The judgement.
    pub outlook: Outlook,
    /// Why; required.
    pub rationale: &'a str,
    /// The action that will close the difference, when the outlook is better than the figures.
    pub closing_action: Option<&'a str>,
    /// The day by which it will.
    pub closing_on: Option<NaiveDate>,
    /// The day it is stated.
    pub stated_on: NaiveDate,
    /// The next review, with which it expires.
    pub expires_on: NaiveDate,
}

/// Why a statement cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum StatementRefused {
    /// No rationale was given.
    #[error("an outlook needs a rationale")]
    RationaleMissing,
    /// Better than the figures without an action.
    #[error("an outlook better than the figures must name the action that will close the difference")]
    ActionMissing,
    /// Better than the figures without a later day.
    #[error("an outlook better than the figures must name the later day by which the difference will close")]
    DayMissing,
    /// It would expire before it is stated.
    #[error("an outlook must expire after the day it is stated")]
    ExpiresTooEarly,
}

impl Statement<'_> {
    /// Checks a statement against the computed colour.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn check(&self, computed: Colour) -> Result<(), StatementRefused> {
        if is_blank(self.rationale) {
            return Err(StatementRefused::RationaleMissing);
        }
        if self.expires_on <= self.stated_on {
            return Err(StatementRefused::ExpiresTooEarly);
        }
        let gap = optimism_gap(self.outlook, computed);
        if gap.is_none_or(|gap| gap.leaning != Leaning::Optimistic) {
            return Ok(());
        }
        if self.closing_action.is_none_or(is_blank) {
            return Err(StatementRefused::ActionMissing);
        }
        match self.closing_on {
            Some(day) if day > self.stated_on => Ok(()),
            _ => Err(StatementRefused::DayMissing),
        }
    }
}

/// Whether an outlook stated on one day and expiring on another is in force; it still is on its last day.
#[must_use]
pub fn in_force(stated_on: NaiveDate, expires_on: NaiveDate, on: NaiveDate) -> bool {
    stated_on <= on && on <= expires_on
}

/// Whether a target was met in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was met.
    Met,
    /// It was missed.
    Missed,
}

/// How often "likely" came true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitRate {
    /// Targets called likely whose fate is known.
    pub called_likely: u32,
    /// Of these, met.
    pub met: u32,
    /// The share met, from 0 to 1.
    pub share: Decimal,
}

/// The hit rate over outlooks whose targets have fallen due; `None` when none was called likely.
pub fn hit_rate(fates: impl IntoIterator<Item = (Outlook, Fate)>) -> Option<HitRate> {
    let (mut called_likely, mut met) = (0_u32, 0_u32);
    for (_, fate) in fates.into_iter().filter(|(outlook, _)| *outlook == Outlook::Likely) {
        called_likely += 1;
        met += u32::from(fate == Fate::Met);
    }
    let share = Decimal::from(met).checked_div(Decimal::from(called_likely))?;
    Some(HitRate { called_likely, met, share })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{d, on};

    fn gap(outlook: Outlook, computed: Colour) -> Option<(i8, Leaning)> {
        optimism_gap(outlook, computed).map(|g| (g.steps, g.leaning))
    }

    #[test]
    fn outlooks_lean_against_the_computed_colour() {
        assert_eq!(gap(Outlook::Likely, Colour::Red), Some((2, Leaning::Optimistic)));
        assert_eq!(gap(Outlook::Likely, Colour::Amber), Some((1, Leaning::Optimistic)));
        assert_eq!(gap(Outlook::Likely, Colour::Blue), Some((0, Leaning::Agreeing)));
        assert_eq!(gap(Outlook::Unlikely, Colour::Amber), Some((-1, Leaning::Cautious)));
        assert_eq!(gap(Outlook::Likely, Colour::NotRated), None);
    }

    #[test]
    fn optimism_must_name_its_action_and_day() {
        let bare = Statement {
            outlook: Outlook::Likely,
            rationale: "New outreach workers start in March.",
            closing_action: None,
            closing_on: None,
            stated_on: on("2010-02-09"),
            expires_on: on("2010-07-01"),
        };
        assert_eq!(bare.check(Colour::Green), Ok(()));
        assert_eq!(bare.check(Colour::Red), Err(StatementRefused::ActionMissing));
        let action = Statement { closing_action: Some("Outreach in six wards"), ..bare };
        assert_eq!(action.check(Colour::Red), Err(StatementRefused::DayMissing));
        let past = Statement { closing_on: Some(on("2010-02-09")), ..action };
        assert_eq!(past.check(Colour::Red), Err(StatementRefused::DayMissing));
        assert_eq!(Statement { closing_on: Some(on("2010-03-31")), ..action }.check(Colour::Red), Ok(()));
        assert_eq!(Statement { rationale: "  ", ..action }.check(Colour::Green), Err(StatementRefused::RationaleMissing));
    }

    #[test]
    fn hit_rates_count_only_what_was_called_likely() {
        use {Fate::*, Outlook::*};
        let rate = hit_rate([(Likely, Met), (Likely, Missed), (Likely, Met), (Likely, Met), (Unlikely, Met)]);
        assert_eq!(rate, Some(HitRate { called_likely: 4, met: 3, share: d("0.75") }));
        assert_eq!(hit_rate([(Difficult, Met)]), None);
    }

    #[test]
    fn an_outlook_is_in_force_until_its_review() {
        let at = |day| in_force(on("2010-02-09"), on("2010-07-01"), on(day));
        assert_eq!([at("2010-02-08"), at("2010-02-09"), at("2010-07-01"), at("2010-07-02")], [false, true, true, false]);
    }
}
