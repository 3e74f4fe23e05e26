//! How far short of what was expected a figure may fall before it is red.
//!
//! No national rule fixes this: every partnership agrees its own convention, so a policy bears a
//! name, a version and the body that agreed it, and each colour names its policy.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::rules::UnknownCode;
use crate::rules::colour::NotRated;

/// How wide amber is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToleranceRule {
    /// So many per cent of the expected value.
    PercentOfExpected(Decimal),
    /// A fixed width in the indicator's unit.
    Absolute(Decimal),
    /// So many per cent of the improvement sought between baseline and target.
    PercentOfImprovement(Decimal),
    /// Within so many per cent of the expected value is already green; beyond, amber if no worse
    /// than the same period last year.
    Havering(Decimal),
}

impl ToleranceRule {
    /// Reads a stored rule; the amount is per cent, or the indicator's unit for `ABSOLUTE`.
    ///
    /// # Errors
    /// [`UnknownCode`] for another code or a negative amount.
    pub fn from_parts(code: &str, amount: Decimal) -> Result<Self, UnknownCode> {
        if amount < Decimal::ZERO {
            return Err(UnknownCode::new("amount of tolerance", &amount.to_string()));
        }
        match code {
            "PERCENT_OF_EXPECTED" => Ok(Self::PercentOfExpected(amount)),
            "ABSOLUTE" => Ok(Self::Absolute(amount)),
            "PERCENT_OF_IMPROVEMENT" => Ok(Self::PercentOfImprovement(amount)),
            "HAVERING" => Ok(Self::Havering(amount)),
            _ => Err(UnknownCode::new("kind of tolerance", code)),
        }
    }

    /// The code under which the kind is stored.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PercentOfExpected(_) => "PERCENT_OF_EXPECTED",
            Self::Absolute(_) => "ABSOLUTE",
            Self::PercentOfImprovement(_) => "PERCENT_OF_IMPROVEMENT",
            Self::Havering(_) => "HAVERING",
        }
    }

    /// The stored amount.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        match *self {
            Self::PercentOfExpected(a) | Self::Absolute(a) | Self::PercentOfImprovement(a) | Self::Havering(a) => a,
        }
    }

    /// The width in the indicator's unit around `expected`, where `improvement` is the distance from
    /// baseline to target, if both are held.
    ///
    /// # Errors
    /// Why there is no width: a percentage of zero, a baseline that is not held, or figures too large.
    pub fn width(&self, expected: Decimal, improvement: Option<Decimal>) -> Result<Decimal, NotRated> {
        let share = |of: Decimal, percent: Decimal| {
            let width = of.abs().checked_mul(percent).and_then(|w| w.checked_div(Decimal::ONE_HUNDRED));
            width.ok_or(NotRated::NotComputable)
        };
        match *self {
            Self::PercentOfExpected(_) | Self::Havering(_) if expected.is_zero() => {
                Err(NotRated::ZeroTargetNeedsAbsoluteTolerance)
            }
            Self::PercentOfExpected(percent) | Self::Havering(percent) => share(expected, percent),
            Self::Absolute(width) => Ok(width),
            Self::PercentOfImprovement(percent) => share(improvement.ok_or(NotRated::NoBaseline)?, percent),
        }
    }
}

/// An agreed convention for colouring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TolerancePolicy {
    /// Its name, as minutes print it.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// The body that agreed it, with or without "the"; `None` while nobody has.
    pub agreed_by: Option<String>,
    /// The day it was agreed.
    pub agreed_on: Option<NaiveDate>,
    /// How wide amber is.
    pub rule: ToleranceRule,
    /// Better than expected by more than the tolerance is blue.
    pub exceeding_is_blue: bool,
    /// A figure that is due and missing is red, instead of not rated.
    pub missing_is_red: bool,
    /// Figures whose period ended more days ago than this are too old to colour.
    pub max_age_days: Option<u32>,
}
