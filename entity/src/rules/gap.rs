//! Closing the gap between priority areas and everybody else.
//!
//! Counts are pooled, never rates averaged; gaps are turned so that a positive one means that the
//! priority areas are worse off; and three are reported together, because a borough that contains
//! its own priority wards dilutes the comparison. A verdict on the change carries a quality, since
//! a gap can also close because the others got worse.

use rust_decimal::Decimal;

use crate::rules::direction::Vintage;
use crate::rules::measure::{ObservationStatus, Polarity};
use crate::rules::period::Period;
use crate::rules::wording::{Printed, Width};

/// A count and what it is out of, such as claimants and people of working age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub numerator: Decimal,
    /// Out of how many.
    pub denominator: Decimal,
}

impl Count {
    /// What remains when a part is taken out, such as the rest of the borough; `None` when the part
    /// is larger than the whole.
    #[must_use]
    pub fn without(self, part: Self) -> Option<Self> {
        let numerator = self.numerator.checked_sub(part.numerator)?;
        let denominator = self.denominator.checked_sub(part.denominator)?;
        let possible = numerator >= Decimal::ZERO && denominator >= Decimal::ZERO;
        possible.then_some(Self { numerator, denominator })
    }
}

/// A figure for a group of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooled {
    /// In the indicator's unit.
    pub value: Decimal,
    /// The counts behind it; `None` where only rates exist.
    pub count: Option<Count>,
    /// `Estimated` where rates had to be weighted, otherwise `Normal`.
    pub status: ObservationStatus,
}

impl Pooled {
    /// A rate as published, without its counts.
    #[must_use]
    pub const fn published(value: Decimal) -> Self {
        Self { value, count: None, status: ObservationStatus::Normal }
    }

    /// The rate of one count; `per` is 100 for percentages, 1,000 for rates per thousand.
    #[must_use]
    pub fn counted(count: Count, per: Decimal) -> Option<Self> {
        let value = count.numerator.checked_mul(per)?.checked_div(count.denominator)?;
        Some(Self { value, count: Some(count), status: ObservationStatus::Normal })
    }
}

/// The rate of several areas together: the sum of counts over the sum of what they are out of.
///
/// `None` when the denominators sum to zero, or the counts are too large.
#[must_use]
pub fn pool(counts: impl IntoIterator<Item = Count>, per: Decimal) -> Option<Pooled> {
    let zero = Count { numerator: Decimal::ZERO, denominator: Decimal::ZERO };
    let total = counts.into_iter().try_fold(zero, |total, count| {
        Some(Count {
            numerator: total.numerator.checked_add(count.numerator)?,
            denominator: total.denominator.checked_add(count.denominator)?,
        })
    })?;
    Pooled::counted(total, per)
}

/// Where only rates exist: their mean weighted by population, marked as estimated.
#[must_use]
pub fn pool_rates(rates_and_populations: impl IntoIterator<Item = (Decimal, Decimal)>) -> Option<Pooled> {
    let (mut sum, mut people) = (Decimal::ZERO, Decimal::ZERO);
    for (rate, population) in rates_and_populations {
        sum = sum.checked_add(rate.checked_mul(population)?)?;
        people = people.checked_add(population)?;
    }
    let value = sum.checked_div(people)?;
    Some(Pooled { value, count: None, status: ObservationStatus::Estimated })
}

/// A group's figure with what makes it comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The group's figure.
    pub figure: Pooled,
    /// The period it stands for.
    pub period: Period,
    /// The definition and boundaries it was counted under.
    pub vintage: Vintage,
}

/// Why there is no gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoGap {
    /// Neither way is better, so that nobody is worse off.
    NoPolarity,
    /// There is no comparator's figure.
    NoFigure,
    /// The indicator's definition differs.
    DefinitionDiffers,
    /// The periods differ.
    PeriodDiffers,
    /// The boundaries differ.
    BoundaryDiffers,
    /// The rest of the borough cannot be worked out from rates alone, or the set exceeds the borough.
    NoCounts,
    /// The figures exceed exact arithmetic.
    TooLarge,
    /// It is held back, because a small count could be worked out from it.
    Withheld,
    /// A member of the set has no figure, and the others are not the set.
    MemberMissing,
    /// Rates alone, and nothing to weight them by.
    NoWeights,
    /// The indicator is no rate, so that areas of different size cannot be held against each other.
    NotARate,
    /// No earlier period was found to compare with.
    NoEarlierPeriod,
    /// The series broke between the two periods.
    SeriesBreak,
}

codes!(NoGap, "reason for no gap", {
    NoPolarity => "NO_POLARITY",
    NoFigure => "NO_FIGURE",
    DefinitionDiffers => "DEFINITION_DIFFERS",
    PeriodDiffers => "PERIOD_DIFFERS",
    BoundaryDiffers => "BOUNDARY_DIFFERS",
    NoCounts => "NO_COUNTS",
    TooLarge => "TOO_LARGE",
    Withheld => "WITHHELD",
    MemberMissing => "MEMBER_MISSING",
    NoWeights => "NO_WEIGHTS",
    NotARate => "NOT_A_RATE",
    NoEarlierPeriod => "NO_EARLIER_PERIOD",
    SeriesBreak => "SERIES_BREAK",
});

impl NoGap {
    /// The reason in words, to follow "because".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoPolarity => "neither way is better for this indicator",
            Self::NoFigure => "a figure is missing",
            Self::DefinitionDiffers => "the definition differs",
            Self::PeriodDiffers => "the periods differ",
            Self::BoundaryDiffers => "the boundaries differ",
            Self::NoCounts => "it takes the counts behind the rates, and they are not held",
            Self::TooLarge => "the figures are too large to be computed exactly",
            Self::Withheld => "it is held back, so that no small count can be worked out",
            Self::MemberMissing => "an area of the set has no figure",
            Self::NoWeights => "only rates are held, and nothing to weight them by",
            Self::NotARate => "the indicator is no rate",
            Self::NoEarlierPeriod => "there is no earlier period to compare with",
            Self::SeriesBreak => "the series broke in between",
        }
    }
}

/// A gap at one time, unrounded; positive when the priority side is worse off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The difference, in the indicator's unit.
    pub absolute: Decimal,
    /// How many times worse off; `None` where it would be divided by zero, and for ranges.
    pub relative: Option<Decimal>,
}

impl Gap {
    /// The gap between two values.
    ///
    /// # Errors
    /// [`NoGap::NoPolarity`] or [`NoGap::TooLarge`].
    pub fn between(polarity: Polarity, priority: Decimal, comparator: Decimal) -> Result<Self, NoGap> {
        let (absolute, relative) = match polarity {
            Polarity::None => return Err(NoGap::NoPolarity),
            Polarity::Higher => (comparator.checked_sub(priority), comparator.checked_div(priority)),
            Polarity::Lower => (priority.checked_sub(comparator), priority.checked_div(comparator)),
            Polarity::Range { .. } => {
                let distances = polarity.outside(priority).zip(polarity.outside(comparator));
                (distances.and_then(|(p, c)| p.checked_sub(c)), None)
            }
        };
        Ok(Self { absolute: absolute.ok_or(NoGap::TooLarge)?, relative })
    }
}

/// The gaps that are reported together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gaps {
    /// Priority set against the whole borough, as the partnership's document words it.
    pub to_borough: Result<Gap, NoGap>,
    /// Priority set against the borough without it, which undoes the dilution.
    pub to_rest_of_borough: Result<Gap, NoGap>,
    /// Borough against the nation (or region): here the borough is the worse-off side when positive.
    pub borough_to_nation: Result<Gap, NoGap>,
    /// Priority set against the nation (or region).
    pub to_nation: Result<Gap, NoGap>,
    /// The figure for the rest of the borough, where it can be worked out.
    pub rest_of_borough: Option<Pooled>,
}

/// Works out the gaps of one period; `per` as in [`pool`].
#[must_use]
pub fn gaps(polarity: Polarity, per: Decimal, priority: &Side, borough: &Side, nation: Option<&Side>) -> Gaps {
    let rest_of_borough = rest_of_borough(per, priority, borough);
    let to = |from: &Side, to: Option<&Side>| {
        let to = to.ok_or(NoGap::NoFigure)?;
        comparable(from, to)?;
        Gap::between(polarity, from.figure.value, to.figure.value)
    };
    let rest = rest_of_borough.map(|figure| Side { figure, ..*borough });
    let to_rest_of_borough = match comparable(priority, borough) {
        Err(why) => Err(why),
        Ok(()) if rest.is_none() => Err(NoGap::NoCounts),
        Ok(()) => to(priority, rest.as_ref()),
    };
    Gaps {
        to_borough: to(priority, Some(borough)),
        to_rest_of_borough,
        borough_to_nation: to(borough, nation),
        to_nation: to(priority, nation),
        rest_of_borough,
    }
}

fn rest_of_borough(per: Decimal, priority: &Side, borough: &Side) -> Option<Pooled> {
    comparable(priority, borough).ok()?;
    Pooled::counted(borough.figure.count?.without(priority.figure.count?)?, per)
}

fn comparable(a: &Side, b: &Side) -> Result<(), NoGap> {
    if a.vintage.definition != b.vintage.definition {
        Err(NoGap::DefinitionDiffers)
    } else if a.period != b.period {
        Err(NoGap::PeriodDiffers)
    } else if a.vintage.boundary != b.vintage.boundary {
        Err(NoGap::BoundaryDiffers)
    } else {
        Ok(())
    }
}

/// What became of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapVerdict {
    /// It shrank by more than the dead band.
    Narrowing,
    /// It grew by more than the dead band.
    Widening,
    /// It stayed within the dead band.
    Unchanged,
    /// The priority side overtook the comparator.
    Reversed,
}

codes!(GapVerdict, "verdict on a gap", {
    Narrowing => "NARROWING",
    Widening => "WIDENING",
    Unchanged => "UNCHANGED",
    Reversed => "REVERSED",
});

/// How the change of a gap came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapQuality {
    /// It closed because the priority side improved.
    LevellingUp,
    /// It closed only because the comparator got worse.
    Hollow,
    /// The absolute and the relative gap went opposite ways.
    Mixed,
}

codes!(GapQuality, "quality of a gap's change", {
    LevellingUp => "LEVELLING_UP",
    Hollow => "HOLLOW",
    Mixed => "MIXED",
});

/// The two values of a gap at one time, in the indicator's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The priority side.
    pub priority: Decimal,
    /// The comparator.
    pub comparator: Decimal,
}

/// A gap's change between two times, unrounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GapChange {
    /// The gap then.
    pub before: Gap,
    /// The gap now.
    pub after: Gap,
    /// Now minus then: negative when it closed.
    pub change: Decimal,
    /// How much of the first gap has closed, in per cent; `None` unless there was one to close.
    pub closed_percent: Option<Decimal>,
    /// What became of it.
    pub verdict: GapVerdict,
    /// How that came about, where that can be said.
    pub quality: Option<GapQuality>,
}

/// Judges a gap's change; within `band` (in the indicator's unit) either way it is unchanged.
///
/// # Errors
/// [`NoGap::NoPolarity`] or [`NoGap::TooLarge`].
pub fn change(polarity: Polarity, before: Moment, after: Moment, band: Decimal) -> Result<GapChange, NoGap> {
    let first = Gap::between(polarity, before.priority, before.comparator)?;
    let second = Gap::between(polarity, after.priority, after.comparator)?;
    let change = second.absolute.checked_sub(first.absolute).ok_or(NoGap::TooLarge)?;
    let verdict = if second.absolute < Decimal::ZERO && first.absolute >= Decimal::ZERO {
        GapVerdict::Reversed
    } else if change < -band {
        GapVerdict::Narrowing
    } else if change > band {
        GapVerdict::Widening
    } else {
        GapVerdict::Unchanged
    };
    let improved = polarity.is_better(after.priority, before.priority);
    Ok(GapChange {
        before: first,
        after: second,
        change,
        closed_percent: closed_percent(first.absolute, change),
        verdict,
        quality: quality(verdict, improved, first.relative.zip(second.relative)),
    })
}

fn closed_percent(first: Decimal, change: Decimal) -> Option<Decimal> {
    if first <= Decimal::ZERO {
        return None;
    }
    change.checked_mul(-Decimal::ONE_HUNDRED)?.checked_div(first)
}

/// A gap that closed while the priority side did not improve can only have closed through the comparator.
fn quality(verdict: GapVerdict, improved: bool, relative: Option<(Decimal, Decimal)>) -> Option<GapQuality> {
    let closed = matches!(verdict, GapVerdict::Narrowing | GapVerdict::Reversed);
    let disagree = relative.is_some_and(|(first, second)| match verdict {
        GapVerdict::Unchanged => false,
        GapVerdict::Widening => second < first,
        GapVerdict::Narrowing | GapVerdict::Reversed => second > first,
    });
    match (closed, improved) {
        (true, false) => Some(GapQuality::Hollow),
        _ if disagree => Some(GapQuality::Mixed),
        (true, true) => Some(GapQuality::LevellingUp),
        (false, _) => None,
    }
}

impl GapChange {
    /// The change in one sentence, with figures to the indicator's decimals and two more.
    #[must_use]
    pub fn sentence(&self, decimals: u32) -> String {
        let width = |value| Width { value, decimals };
        let (from, to) = (width(self.before.absolute), width(self.after.absolute));
        let verdict = match self.verdict {
            GapVerdict::Narrowing => "Narrowing",
            GapVerdict::Widening => "Widening",
            GapVerdict::Unchanged => "Unchanged",
            GapVerdict::Reversed => "Reversed",
        };
        let closed = match self.closed_percent {
            Some(value) if value > Decimal::ZERO => format!(", {}% of it closed", Printed { value, decimals: 1 }),
            _ => String::new(),
        };
        let quality = match self.quality {
            Some(GapQuality::LevellingUp) => "; the priority side improved",
            Some(GapQuality::Hollow) => "; only because the comparator got worse",
            Some(GapQuality::Mixed) => "; relative to the comparator it went the other way",
            None => "",
        };
        format!("{verdict}: a gap of {from} became {to}{closed}{quality}.")
    }
}
