//! Whether a new figure lies far from its series: a slip of the keyboard shows there first.
//!
//! The yardstick is the median and the median distance from it, scaled to match a standard deviation, because a mean and a
//! deviation would give way to the very slip they are to show. The answer is a warning, never a refusal.

use rust_decimal::Decimal;

/// Fewer figures say nothing about a series.
pub const FEWEST_POINTS: usize = 5;

/// Makes the median distance comparable with a standard deviation: 1.4826.
const SCALE: Decimal = Decimal::from_parts(14_826, 0, 0, false, 4);

/// How many scaled median distances are still usual.
const USUAL: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

/// How far a figure lies from its series, unrounded, in the indicator's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlier {
    /// The middle of the series.
    pub median: Decimal,
    /// The median distance from the middle, times 1.4826.
    pub scaled_mad: Decimal,
    /// The distance of the figure from the middle.
    pub distance: Decimal,
}

/// Judges a figure by its series; `None` when it is usual or the series is too short to tell.
///
/// A series that never moved has no spread; there, and everywhere, a distance within `least` (half a published unit) is usual.
#[must_use]
pub fn outlier(series: &[Decimal], figure: Decimal, least: Decimal) -> Option<Outlier> {
    if series.len() < FEWEST_POINTS {
        return None;
    }
    let median = median(series.to_vec())?;
    let distances: Option<Vec<Decimal>> = series.iter().map(|value| Some(value.checked_sub(median)?.abs())).collect();
    let scaled_mad = self::median(distances?)?.checked_mul(SCALE)?;
    let distance = figure.checked_sub(median)?.abs();
    (distance > scaled_mad.checked_mul(USUAL)?.max(least)).then_some(Outlier { median, scaled_mad, distance })
}

fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    values.get(middle.checked_sub(1)?)?.checked_add(upper)?.checked_div(Decimal::TWO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::d;

    fn judged(series: &[&str], figure: &str) -> Option<Outlier> {
        outlier(&series.iter().map(|text| d(text)).collect::<Vec<_>>(), d(figure), d("0.5"))
    }

    #[test]
    fn a_slipped_decimal_point_stands_out_and_the_usual_noise_does_not() {
        let series = ["42", "45", "39", "44", "41", "47"];
        // Median 43, distances 1 2 4 1 2 4: median 2, scaled 2.9652, three of them 8.8956.
        let slipped = judged(&series, "430").expect("an outlier");
        assert_eq!((slipped.median, slipped.scaled_mad, slipped.distance), (d("43"), d("2.9652"), d("387")));
        assert_eq!(judged(&series, "51.8956"), None);
        assert!(judged(&series, "51.8957").is_some());
    }

    #[test]
    fn a_short_series_tells_nothing_and_a_still_one_tolerates_half_a_unit() {
        assert_eq!(judged(&["1", "1", "1", "1"], "99"), None);
        assert_eq!(judged(&["3", "3", "3", "3", "3"], "3.5"), None);
        assert!(judged(&["3", "3", "3", "3", "3"], "3.6").is_some());
    }
}
