//! Money, in whole pence: exact, and never a part of a penny.
//!
//! Clients write pounds as decimals (`8400`, `12.50`); what has no whole number of pence is refused and never rounded. A commitment
//! that was rounded would let somebody spend a penny that nobody agreed.

use std::{fmt, iter::Sum, ops::Sub};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::error::{Problem, ProblemCode};

/// A sum of money in whole pence, which may lie below nothing where more was taken than there was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pence(i64);

/// Why something is no amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyFault {
    /// It is nothing, or less.
    #[error("An amount of money is above zero.")]
    NotPositive,
    /// It has a part of a penny.
    #[error("An amount of money is in pounds with at most two decimal places; parts of a penny aren't rounded for you.")]
    PartOfAPenny,
    /// It is more than any budget.
    #[error("An amount of money is a thousand million pounds at most.")]
    TooLarge,
}

impl MoneyFault {
    /// The problem, with the field that holds the amount.
    #[must_use]
    pub fn with(self, field: &str) -> Problem {
        let code = if self == Self::PartOfAPenny { ProblemCode::Malformed } else { ProblemCode::OutOfRange };
        Problem::new(field, code, self.to_string())
    }
}

impl Pence {
    /// No money.
    pub const NONE: Self = Self(0);
    /// The most that one amount may be: a thousand million pounds. Millions of such amounts can still be summed.
    pub const MOST: Self = Self(100_000_000_000);

    /// So many pence.
    #[must_use]
    pub const fn new(pence: i64) -> Self {
        Self(pence)
    }

    /// An amount that somebody writes in pounds.
    ///
    /// # Errors
    /// When it isn't above nothing, has a part of a penny, or is too large.
    pub fn of_pounds(pounds: Decimal) -> Result<Self, MoneyFault> {
        if pounds <= Decimal::ZERO {
            return Err(MoneyFault::NotPositive);
        }
        let pence = pounds.checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyFault::TooLarge)?.normalize();
        if pence.scale() > 0 {
            return Err(MoneyFault::PartOfAPenny);
        }
        let pence = pence.to_i64().map(Self).filter(|pence| *pence <= Self::MOST);
        pence.ok_or(MoneyFault::TooLarge)
    }

    /// How many pence.
    #[must_use]
    pub const fn pence(self) -> i64 {
        self.0
    }

    /// In pounds.
    #[must_use]
    pub fn pounds(self) -> Decimal {
        Decimal::new(self.0, 2).normalize()
    }
}

impl Sum for Pence {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, Self(pence)| sum.saturating_add(pence)))
    }
}

impl Sub for Pence {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// As papers print it: £8,400, or £8,400.05 where there are pence.
impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pounds, pence) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let digits = pounds.to_string();
        f.write_str(if self.0 < 0 { "-£" } else { "£" })?;
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if pence > 0 { write!(f, ".{pence:02}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{MoneyFault, Pence};
    use rust_decimal::Decimal;

    fn read(pounds: &str) -> Result<i64, MoneyFault> {
        Pence::of_pounds(pounds.parse::<Decimal>().expect("a decimal")).map(Pence::pence)
    }

    #[test]
    fn only_whole_pence_above_nothing_are_money() {
        assert_eq!(
            ["0.01", "8400", "8400.5", "12.50", "1000000000.00"].map(read),
            [1, 840_000, 840_050, 1_250, 100_000_000_000].map(Ok)
        );
        assert_eq!(["0", "-0", "-0.01", "-8400"].map(read), [Err(MoneyFault::NotPositive); 4]);
        assert_eq!(["0.001", "0.005", "8400.999", "0.0000001"].map(read), [Err(MoneyFault::PartOfAPenny); 4]);
        assert_eq!(["1000000000.01", "79228162514264337593543950335"].map(read), [Err(MoneyFault::TooLarge); 2]);
    }

    #[test]
    fn it_prints_as_papers_do() {
        let printed = [0, 5, 99, 100, 840_000, 840_005, 100_000_000_000, -123_456].map(|pence| Pence::new(pence).to_string());
        assert_eq!(printed, ["£0", "£0.05", "£0.99", "£1", "£8,400", "£8,400.05", "£1,000,000,000", "-£1,234.56"]);
    }
}
