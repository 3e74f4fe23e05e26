//! How sure a survey's percentage is.
//!
//! A target that asks for less than the survey can detect is met or missed by luck; these are the
//! usual 95% formulae, worked in decimals, with a design effect for samples that are not simple.

use rust_decimal::Decimal;

/// Standard errors in half a 95% interval: 1.96.
const NINETY_FIVE: Decimal = Decimal::from_parts(196, 0, 0, false, 2);

/// How a survey was, or will be, drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// People who answered.
    pub respondents: u32,
    /// How many times larger the variance is than in a simple random sample; 1 when it is one.
    pub design_effect: Decimal,
}

impl Sample {
    /// A simple random sample.
    #[must_use]
    pub const fn simple(respondents: u32) -> Self {
        Self { respondents, design_effect: Decimal::ONE }
    }

    /// The variance of a percentage, in squared percentage points; `None` outside 0 to 100, or when
    /// nobody answered.
    fn variance(&self, percent: Decimal) -> Option<Decimal> {
        if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED || self.design_effect < Decimal::ZERO {
            return None;
        }
        let product = percent.checked_mul(Decimal::ONE_HUNDRED - percent)?.checked_mul(self.design_effect)?;
        product.checked_div(Decimal::from(self.respondents))
    }
}

/// Half the width of the 95% interval around a percentage, in percentage points.
#[must_use]
pub fn half_width(percent: Decimal, sample: &Sample) -> Option<Decimal> {
    square_root(sample.variance(percent)?)?.checked_mul(NINETY_FIVE)
}

/// The smallest change between two percentages that two samples can tell from chance, in percentage points.
#[must_use]
pub fn minimum_detectable_change(before: (Decimal, &Sample), after: (Decimal, &Sample)) -> Option<Decimal> {
    standard_error(before, after)?.checked_mul(NINETY_FIVE)
}

/// The change between two percentages in standard errors; beyond 1.96 either way it is detectable.
#[must_use]
pub fn z_score(before: (Decimal, &Sample), after: (Decimal, &Sample)) -> Option<Decimal> {
    after.0.checked_sub(before.0)?.checked_div(standard_error(before, after)?)
}

fn standard_error(before: (Decimal, &Sample), after: (Decimal, &Sample)) -> Option<Decimal> {
    square_root(before.1.variance(before.0)?.checked_add(after.1.variance(after.0)?)?)
}

/// The square root by Newton's steps, exact to some twenty digits; `None` below zero.
fn square_root(value: Decimal) -> Option<Decimal> {
    if value < Decimal::ZERO {
        return None;
    }
    if value.is_zero() {
        return Some(Decimal::ZERO);
    }
    // Beginning at or above the root, the steps fall towards it until they no longer move.
    let mut root = value.max(Decimal::ONE);
    for _ in 0..128 {
        // Halved before they are added, since the sum of the largest value and one would not fit.
        let (half, quotient) = (root.checked_div(Decimal::TWO)?, value.checked_div(root)?);
        let next = half.checked_add(quotient.checked_div(Decimal::TWO)?)?;
        if next >= root {
            break;
        }
        root = next;
    }
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::d;

    const PLACE_SURVEY: Sample = Sample::simple(1_100);

    fn z(target: &str) -> Option<Decimal> {
        z_score((d("32"), &PLACE_SURVEY), (d(target), &PLACE_SURVEY)).map(|z| z.round_dp(2))
    }

    #[test]
    fn eleven_hundred_answers_give_2_8_points_on_one_wave_and_3_9_between_two() {
        let about = d("32");
        let rounded = |v: Option<Decimal>| v.map(|v| v.round_dp(1));
        assert_eq!(rounded(half_width(about, &PLACE_SURVEY)), Some(d("2.8")));
        let change = |sample: &Sample| rounded(minimum_detectable_change((about, sample), (about, sample)));
        assert_eq!(change(&PLACE_SURVEY), Some(d("3.9")));
        assert_eq!(change(&Sample { design_effect: d("1.5"), ..PLACE_SURVEY }), Some(d("4.8")));
    }

    #[test]
    fn ni_4_by_one_point_is_undetectable_by_four_borderline_by_seven_detectable() {
        assert_eq!([z("33"), z("36"), z("39")], [Some(d("0.50")), Some(d("1.98")), Some(d("3.44"))]);
    }

    #[test]
    fn impossible_percentages_and_empty_samples_have_no_margin() {
        assert_eq!(half_width(d("101"), &PLACE_SURVEY), None);
        assert_eq!(half_width(d("50"), &Sample::simple(0)), None);
        assert_eq!(half_width(d("0"), &PLACE_SURVEY), Some(d("0")));
    }

    #[test]
    fn roots_are_exact_enough() {
        assert_eq!(square_root(d("2")).map(|r| r.round_dp(15)), Some(d("1.414213562373095")));
        assert_eq!(square_root(d("0.0004")).map(|r| r.round_dp(15)), Some(d("0.020000000000000").normalize()));
        assert_eq!(square_root(d("-1")), None);
        assert!(square_root(Decimal::MAX).is_some());
    }
}
