//! Targets that are put as a gap to a comparator: "within two points of England".
//!
//! The gap is signed and in the indicator's own unit: above zero the line may stand above the comparator, below zero below it,
//! whichever way is better. What is expected moves with the comparator. At a period it is the comparator's own figure and the
//! gap expected by then, which goes from the gap at the baseline to the agreed one by the same trajectory as any target.
//! Since only the difference is moved, the indicator's polarity says what falls short, as with any other value; turned so that
//! a positive gap means worse off, the same comes out with less being better.

use rust_decimal::Decimal;

use crate::rules::period::Period;
use crate::rules::trajectory::{self, NoExpectation, Path, Point};

/// The comparator of a target, as far as its figures are held.
#[derive(Clone, Copy, Debug)]
pub struct Comparator<'a> {
    /// The area's name, for the sentence.
    pub area: &'a str,
    /// The gap agreed for the target's period, in the indicator's unit.
    pub gap: Decimal,
    /// The comparator's exact outturns, in any order.
    pub figures: &'a [Point],
    /// Where its series broke after the baseline and by the period judged, if it did.
    pub broken_at: Option<Period>,
}

/// A value with the two parts that it is the sum of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The comparator's figure for the period, in the indicator's unit.
    pub figure: Decimal,
    /// The gap expected by then.
    pub gap: Decimal,
}

/// Why nothing can be expected beside a comparator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBeside {
    /// The comparator's figure for this period is not held, or is no exact number.
    NoFigure(Period),
    /// The agreed gaps do not reach the period.
    NoGap(NoExpectation),
}

impl Comparator<'_> {
    /// The comparator's figure for a period; a longer period's is that of its last part, as with the line's own figures.
    #[must_use]
    pub fn at(&self, period: Period) -> Option<Decimal> {
        let exact = self.figures.iter().find(|point| point.period == period);
        exact.or_else(|| self.figures.iter().find(|point| point.period.end() == period.end())).map(|point| point.value)
    }

    /// The gap between a value and the comparator's figure for the same period.
    #[must_use]
    pub fn gap_of(&self, point: Point) -> Option<Decimal> {
        point.value.checked_sub(self.at(point.period)?)
    }

    /// What is expected by `at` as a gap to the comparator, with its figure: their sum is the value expected.
    ///
    /// In `gaps` all points but the baseline are gaps already; the baseline is the line's own figure.
    ///
    /// # Errors
    /// [`NotBeside::NoFigure`] with the period whose figure is missing: the one judged, or the baseline's where the way begins there.
    pub fn expected(&self, gaps: &Path<'_>, at: Period) -> Result<Beside, NotBeside> {
        let baseline = gaps.baseline.and_then(|point| Some(Point { value: self.gap_of(point)?, ..point }));
        let gap = trajectory::expected(&Path { baseline, ..*gaps }, at).map_err(|why| match (why, gaps.baseline) {
            (NoExpectation::NoBaseline, Some(own)) => NotBeside::NoFigure(own.period),
            (why, _) => NotBeside::NoGap(why),
        });
        // Of two that are missing, the one that comes every time is named.
        let figure = self.at(at).ok_or(NotBeside::NoFigure(at));
        match (gap, figure) {
            (Err(NotBeside::NoGap(why)), _) => Err(NotBeside::NoGap(why)),
            (gap, figure) => Ok(Beside { figure: figure?, gap: gap? }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::measure::{MeasureKind, Polarity};
    use crate::rules::tests::{d, p};
    use crate::rules::trajectory::{Profile, Trajectory};

    fn point(code: &str, value: &str) -> Point {
        Point { period: p(code), value: d(value) }
    }

    /// The line began at 60 in 2006/07, and is to come within a point of the comparator in three years.
    fn closing() -> Path<'static> {
        Path {
            measure: MeasureKind::Snapshot,
            trajectory: Trajectory::Linear,
            baseline: Some(Point { period: p("FY2006"), value: Decimal::from(60) }),
            known: &[],
            target: Point { period: p("FY2009"), value: -Decimal::ONE },
            profile: Profile::Even,
        }
    }

    fn england(figures: &[Point]) -> Comparator<'_> {
        Comparator { area: "England", gap: d("-1"), figures, broken_at: None }
    }

    #[test]
    fn the_gap_goes_from_the_baseline_s_to_the_agreed_one_whatever_the_comparator_does() {
        let figures = [point("FY2006", "64"), point("FY2007", "65"), point("FY2008", "63"), point("FY2009", "70")];
        let expected = |year| england(&figures).expected(&closing(), p(year));
        assert_eq!(expected("FY2007"), Ok(Beside { figure: d("65"), gap: d("-3") }));
        assert_eq!(expected("FY2008"), Ok(Beside { figure: d("63"), gap: d("-2") }));
        assert_eq!(expected("FY2009"), Ok(Beside { figure: d("70"), gap: d("-1") }));
        assert_eq!(expected("FY2010"), Err(NotBeside::NoGap(NoExpectation::OutOfRange)));
    }

    #[test]
    fn the_figure_that_is_missing_is_named() {
        let late = [point("FY2008", "63")];
        assert_eq!(england(&late).expected(&closing(), p("FY2008")), Err(NotBeside::NoFigure(p("FY2006"))));
        assert_eq!(england(&late).expected(&closing(), p("FY2007")), Err(NotBeside::NoFigure(p("FY2007"))));
        // At the target itself the way there does not matter.
        let last = [point("FY2009", "70")];
        assert_eq!(england(&last).expected(&closing(), p("FY2009")), Ok(Beside { figure: d("70"), gap: d("-1") }));
        let none = Path { baseline: None, ..closing() };
        assert_eq!(england(&late).expected(&none, p("FY2008")), Err(NotBeside::NoGap(NoExpectation::NoBaseline)));
    }

    #[test]
    fn a_year_is_its_last_quarter_and_a_total_owes_its_share_of_the_gap() {
        let figures = [point("FY2006-Q4", "64"), point("FY2009-Q2", "30")];
        assert_eq!(england(&figures).at(p("FY2006")), Some(d("64")));
        let total = Path { measure: MeasureKind::Cumulative, ..closing() };
        assert_eq!(england(&figures).expected(&total, p("FY2009-Q2")), Ok(Beside { figure: d("30"), gap: d("-0.5") }));
    }

    #[test]
    fn the_shortfall_is_that_of_the_gap_turned_so_that_less_is_better() {
        // Domain rules 4.5: a gap target is judged with less being better, and positive is worse off.
        for (polarity, actual) in [(Polarity::Higher, "62"), (Polarity::Lower, "68")] {
            let (actual, figures) = (d(actual), [point("FY2009", "65")]);
            let gap = if polarity == Polarity::Higher { d("-1") } else { d("1") };
            let way = Path { target: Point { value: gap, ..closing().target }, ..closing() };
            let beside = england(&figures).expected(&way, p("FY2009")).ok();
            let expected = beside.and_then(|beside| beside.figure.checked_add(beside.gap));
            let turned = |gap: Decimal| if polarity == Polarity::Higher { -gap } else { gap };
            let of_gap = Polarity::Lower.shortfall(turned(gap), turned(actual - d("65")));
            assert_eq!(expected.and_then(|expected| polarity.shortfall(expected, actual)), of_gap);
            assert_eq!(of_gap, Some(d("2")));
        }
    }
}
