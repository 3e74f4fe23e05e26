//! The sentence beside a colour, in words that a committee can minute as they stand.
//!
//! A sentence names the figure, what was expected and by when, the boundary that decided, and the
//! convention with the body that agreed it; assumptions still open are said in the same breath.
//! Each is written into one string, since a dashboard asks for more than a hundred at a time.

use std::fmt::{self, Write};

use rust_decimal::Decimal;

use crate::rules::colour::{Case, Colour, NotRated, Workings, age_days, overdue_days, path};
use crate::rules::comparator::{Comparator, NotBeside};
use crate::rules::measure::{MeasureKind, ObservationStatus, Polarity};
use crate::rules::period::{Label, Period, PeriodKind};
use crate::rules::tolerance::{TolerancePolicy, ToleranceRule};
use crate::rules::wording::{LongDate, Printed, Width, decimals_to_explain, decimals_to_tell_apart};

/// Room for the usual sentence.
const USUAL_LENGTH: usize = 256;

fn sentence(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut text = String::with_capacity(USUAL_LENGTH);
    // A string takes whatever is written to it; an error could only come from a figure's own
    // formatting, and then the part already written still stands.
    let _ = write(&mut text);
    text
}

/// A period with the article that some names need: "by the 2008 survey", "by Q2 2009/10".
struct Named(Period);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self.0.kind(), PeriodKind::SurveyWave | PeriodKind::AcademicYear) {
            f.write_str("the ")?;
        }
        Label(self.0).fmt(f)
    }
}

/// A convention by name and version.
struct Version<'a>(&'a TolerancePolicy);

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} version {}", self.0.name, self.0.version)
    }
}

/// A convention with the body that agreed it and the day.
struct Agreed<'a>(&'a TolerancePolicy);

impl fmt::Display for Agreed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Version(self.0).fmt(f)?;
        let Some(body) = &self.0.agreed_by else {
            return f.write_str(", which no body has agreed yet");
        };
        let article = if body.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("the ")) { "" } else { "the " };
        write!(f, ", agreed by {article}{body}")?;
        match self.0.agreed_on {
            Some(day) => write!(f, " on {}", LongDate(day)),
            None => Ok(()),
        }
    }
}

/// Why an indicator has the colour it has.
pub(crate) fn coloured(case: &Case<'_>, colour: Colour, workings: &Workings) -> String {
    let (Some(actual), Some(expected), Some(width)) = (workings.actual, workings.expected, workings.width) else {
        return String::new();
    };
    sentence(|text| {
        write!(text, "{}: ", colour.word())?;
        comparison(text, case, actual, expected, width)?;
        beside(text, case, workings)?;
        if workings.within_margin == Some(true) && actual != expected {
            text.write_str(", a difference within the survey's margin of error")?;
        }
        text.write_str("; ")?;
        boundary(text, case, colour, width)?;
        write!(text, " is {} under {}", colour.word().to_ascii_lowercase(), Agreed(case.policy))?;
        open_reading(text, case)?;
        text.write_char('.')
    })
}

/// "215 against an expected 210 by Q2 2009/10".
fn comparison(text: &mut String, case: &Case<'_>, actual: Decimal, expected: Decimal, width: Decimal) -> fmt::Result {
    if let Polarity::Range { lo, hi } = case.polarity {
        let decimals = decimals_to_tell_apart(actual, expected, case.decimals);
        let print = |value| Printed { value, decimals };
        let (actual, lo, hi) = (print(actual), print(lo), print(hi));
        return write!(text, "{actual} against an expected range of {lo} to {hi} by {}", Named(case.period));
    }
    let decimals = decimals_to_explain(actual, expected, width, case.decimals);
    let (actual, expected) = (Printed { value: actual, decimals }, Printed { value: expected, decimals });
    write!(text, "{actual} against an expected {expected} by {}", Named(case.period))
}

/// ", 2 below the 70 of England".
fn beside(text: &mut String, case: &Case<'_>, workings: &Workings) -> fmt::Result {
    let (Some(comparator), Some(beside)) = (&case.comparator, workings.beside) else { return Ok(()) };
    let gap = Width { value: beside.gap.abs(), decimals: case.decimals };
    match beside.gap {
        none if none.is_zero() => text.write_str(", level with")?,
        below if below.is_sign_negative() => write!(text, ", {gap} below")?,
        _ => write!(text, ", {gap} above")?,
    }
    write!(text, " the {} of {}", Printed { value: beside.figure, decimals: case.decimals }, comparator.area)
}

/// Names the comparator's figure that is missing.
fn no_comparator(text: &mut String, case: &Case<'_>) -> fmt::Result {
    let (Some(comparator), Some(target)) = (&case.comparator, case.target) else { return Ok(()) };
    let missing = match (comparator.expected(&path(case, target.period, comparator.gap), case.period), case.baseline) {
        (Err(NotBeside::NoFigure(period)), _) => period,
        // The way is known, so it is the improvement sought that begins at the baseline.
        (_, baseline) => baseline.map_or(case.period, |baseline| baseline.period),
    };
    let (area, missing) = (comparator.area, Named(missing));
    write!(text, "the target is a gap to {area}, and no exact figure of {area} is held for {missing}")
}

/// The boundary that decided the colour: "up to 10.5 over".
fn boundary(text: &mut String, case: &Case<'_>, colour: Colour, width: Decimal) -> fmt::Result {
    let side = match case.polarity {
        Polarity::Higher => "short",
        Polarity::Range { .. } => "outside",
        _ => "over",
    };
    let havering = matches!(case.policy.rule, ToleranceRule::Havering(_));
    let shown = Width { value: width, decimals: case.decimals };
    match colour {
        Colour::Blue if width.is_zero() => text.write_str("anything better than expected"),
        Colour::Blue => write!(text, "at least {shown} better than expected"),
        Colour::Green if havering => write!(text, "up to {shown} {side}"),
        Colour::Green if matches!(case.polarity, Polarity::Range { .. }) => text.write_str("anything inside the range"),
        Colour::Green => text.write_str("on or better than expected"),
        Colour::Amber if !havering => write!(text, "up to {shown} {side}"),
        _ => {
            match width.is_zero() {
                true => write!(text, "anything {side}")?,
                false => write!(text, "more than {shown} {side}")?,
            }
            if havering { against_last_year(text, case, colour) } else { Ok(()) }
        }
    }
}

fn against_last_year(text: &mut String, case: &Case<'_>, colour: Colour) -> fmt::Result {
    let Some(value) = case.last_year else {
        return text.write_str(" with nothing held for the same period last year");
    };
    let relation = if colour == Colour::Amber { "but no worse than" } else { "and worse than" };
    let before = Printed { value, decimals: case.decimals };
    write!(text, " {relation} the {before} of the same period last year")
}

/// Says that the target rests on an assumed reading.
fn open_reading(text: &mut String, case: &Case<'_>) -> fmt::Result {
    match case.target.and_then(|t| t.unconfirmed) {
        Some(open) => write!(text, "; the target is read as {}, which nobody has confirmed", open.used.words()),
        None => Ok(()),
    }
}

/// Why a missing figure is red.
pub(crate) fn missing_is_red(case: &Case<'_>) -> String {
    sentence(|text| {
        text.write_str("Red: ")?;
        missing(text, case)?;
        write!(text, "; a missing figure is red under {}.", Agreed(case.policy))
    })
}

/// Why a survey's earlier verdict still stands.
pub(crate) fn carried(case: &Case<'_>, wave: Period, earlier: &str) -> String {
    let (word, rest) = earlier.split_once(": ").unwrap_or(("Carried", earlier));
    sentence(|text| write!(text, "{word} as at {}, since no survey is due in {}: {rest}", Named(wave), Named(case.period)))
}

/// Why there is no colour.
pub(crate) fn not_rated(case: &Case<'_>, why: NotRated) -> String {
    sentence(|text| {
        text.write_str("Not rated: ")?;
        let period = Named(case.period);
        match why {
            NotRated::ContextOnly => text.write_str("this indicator gives context only, with neither way better"),
            NotRated::NoTarget => text.write_str("no target has been agreed"),
            NotRated::NoBaseline => {
                write!(text, "what was expected by {period} depends on a baseline, and none is held")
            }
            NotRated::OutOfRange => out_of_range(text, case),
            NotRated::NotDue => not_due(text, case),
            NotRated::NoData => missing(text, case),
            NotRated::Suppressed => write!(text, "the figure for {period} is confidential and held back"),
            NotRated::NoComparator => no_comparator(text, case),
            NotRated::SeriesBreak if let Some((area, broken_at)) = broken_comparator(case) => write!(
                text,
                "the series of {area} breaks at {}, so that the gap to it cannot be read against that of the baseline",
                Named(broken_at),
            ),
            NotRated::SeriesBreak => write!(
                text,
                "the series breaks at {}, so that the figure for {period} cannot be read against baseline and target",
                Named(case.broken_at.unwrap_or(case.period)),
            ),
            NotRated::Stale => stale(text, case),
            NotRated::ZeroTargetNeedsAbsoluteTolerance => write!(
                text,
                "0 is expected by {period}, and the percentage in {} has no width there, so that an absolute tolerance must be agreed",
                Version(case.policy),
            ),
            NotRated::NotComputable => {
                write!(text, "what was expected by {period} cannot be computed exactly from the figures held")
            }
        }?;
        text.write_char('.')
    })
}

/// The comparator and where its series breaks, when only that one does.
fn broken_comparator<'a>(case: &Case<'a>) -> Option<(&'a str, Period)> {
    let own = case.broken_at.is_some() || case.observation.is_some_and(|o| o.status == ObservationStatus::BreakInSeries);
    let Comparator { area, broken_at, .. } = case.comparator.filter(|_| !own)?;
    Some((area, broken_at?))
}

fn out_of_range(text: &mut String, case: &Case<'_>) -> fmt::Result {
    if case.baseline.is_some_and(|baseline| baseline.period.end() == case.period.end()) {
        return write!(text, "{} is the baseline, and a baseline cannot be set against itself", Named(case.period));
    }
    write!(text, "{} lies outside the periods for which values were agreed", Named(case.period))?;
    match case.target {
        Some(target) => write!(text, ", the target being for {}", Named(target.period)),
        None => Ok(()),
    }
}

fn not_due(text: &mut String, case: &Case<'_>) -> fmt::Result {
    let period = Named(case.period);
    if case.observation.is_some_and(|o| o.status == ObservationStatus::NotApplicable) {
        return write!(text, "a figure for {period} is recorded as not applicable");
    }
    match case.due_on {
        Some(day) => write!(text, "the figure for {period} is not due until {}", LongDate(day)),
        None if case.measure == MeasureKind::Survey => write!(text, "no survey is due in {period}"),
        None => write!(text, "no figure is due for {period}"),
    }
}

/// "the figure for Q2 2009/10 was due on 14 November 2009 and is 87 days overdue".
fn missing(text: &mut String, case: &Case<'_>) -> fmt::Result {
    let period = Named(case.period);
    match case.observation.map(|o| o.status) {
        Some(ObservationStatus::Forecast) => write!(text, "only a forecast is held for {period}, where the figure")?,
        Some(ObservationStatus::NotAvailable) => {
            write!(text, "the figure for {period} is recorded as not available; it")?;
        }
        _ => write!(text, "the figure for {period}")?,
    }
    let (Some(due), Some(days)) = (case.due_on, overdue_days(case)) else {
        return text.write_str(" is missing");
    };
    let unit = if days == 1 { "day" } else { "days" };
    write!(text, " was due on {} and is {days} {unit} overdue", LongDate(due))
}

fn stale(text: &mut String, case: &Case<'_>) -> fmt::Result {
    let (period, policy) = (Named(case.period), Version(case.policy));
    write!(text, "{period} ended {} days ago", age_days(case))?;
    match case.policy.max_age_days {
        Some(most) => write!(text, ", and {policy} allows at most {most}"),
        None => Ok(()),
    }
}
