//! How much of the way to a target has been covered, and what reward that would earn.

use rust_decimal::Decimal;

use crate::rules::measure::Polarity;

/// The share of the stretch below which a reward grant pays nothing: 60%.
pub const REWARD_THRESHOLD: Decimal = Decimal::from_parts(60, 0, 0, false, 2);

/// The share of the way from `baseline` to `target` that `actual` has covered: 1 at the target,
/// more beyond it, negative when things got worse.
///
/// `None` unless the target is strictly better than the baseline: there is no way to measure along.
#[must_use]
pub fn progress(polarity: Polarity, baseline: Decimal, target: Decimal, actual: Decimal) -> Option<Decimal> {
    if !polarity.is_better(target, baseline) {
        return None;
    }
    if let Polarity::Range { .. } = polarity {
        // Inside a range there is no further to go, so the way is measured by distance from it.
        let (from, to) = (polarity.outside(baseline)?, polarity.outside(target)?);
        return from.checked_sub(polarity.outside(actual)?)?.checked_div(from.checked_sub(to)?);
    }
    actual.checked_sub(baseline)?.checked_div(target.checked_sub(baseline)?)
}

/// The share of a reward earned by a share of the stretch: nothing below 60%, then pro rata, at most all.
#[must_use]
pub fn reward_share(progress: Decimal) -> Decimal {
    if progress < REWARD_THRESHOLD { Decimal::ZERO } else { progress.min(Decimal::ONE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::d;

    fn falling(actual: &str) -> (Option<Decimal>, Option<Decimal>) {
        let share = progress(Polarity::Lower, d("240"), d("180"), d(actual));
        (share.map(|s| s.round_dp(4)), share.map(|s| reward_share(s).round_dp(4)))
    }

    #[test]
    fn from_240_to_180_the_reward_begins_at_204() {
        let both = |p, r| (Some(d(p)), Some(d(r)));
        assert_eq!(falling("204"), both("0.60", "0.60"));
        assert_eq!(falling("205"), both("0.5833", "0"));
        assert_eq!(falling("190"), both("0.8333", "0.8333"));
        assert_eq!(falling("170"), both("1.1667", "1"));
        assert_eq!(falling("250"), both("-0.1667", "0"));
    }

    #[test]
    fn slowing_a_rise_or_keeping_level_has_no_percentage() {
        assert_eq!(progress(Polarity::Lower, d("180"), d("190"), d("185")), None);
        assert_eq!(progress(Polarity::Higher, d("32"), d("32"), d("33")), None);
        assert_eq!(progress(Polarity::None, d("1"), d("2"), d("3")), None);
    }

    #[test]
    fn a_range_is_approached_from_either_side() {
        let range = Polarity::Range { lo: d("40"), hi: d("60") };
        assert_eq!(progress(range, d("70"), d("60"), d("65")), Some(d("0.5")));
        assert_eq!(progress(range, d("30"), d("40"), d("50")), Some(d("1")));
    }
}
