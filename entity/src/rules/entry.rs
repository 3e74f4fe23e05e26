//! Whether a figure can be entered as it stands: its range, its parts, its status, its words and its period.
//!
//! A use case hands over one entry and the definition of its indicator, and gets every fault there is, each with the field
//! it is about, so that an analyst mends a file once and not line by line. Nothing here looks at other figures; whether one
//! stands already, or its period is locked, the use case asks the register.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use crate::{
    error::{Problem, ProblemCode},
    rules::{
        blank::{is_blank, mixed_word, turns_direction},
        measure::{Frequency, ObservationStatus, Unit},
        period::Period,
        wording::{LongDate, Printed},
    },
    tables::Figure,
};

/// Characters of a source or a reason at most.
pub const LONGEST_LINE: usize = 500;
/// Characters of a note at most.
pub const LONGEST_NOTE: usize = 4000;

/// Years before an agreement's first day from which figures may be entered: baselines and trends lie there.
const YEARS_BEFORE: u32 = 5;

/// What an indicator's definition says of its figures.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'d> {
    /// The code that people use, such as NI 16.
    pub code: &'d str,
    /// What it measures.
    pub title: &'d str,
    /// The unit's name, such as "per 1,000 population".
    pub unit: &'d str,
    /// Decimal places in publication.
    pub decimals: u32,
    /// How often a figure comes.
    pub frequency: Frequency,
}

/// A figure as somebody enters it, in the indicator's unit.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'e> {
    /// The figure.
    pub value: Option<Decimal>,
    /// How many, where the figure is a rate.
    pub numerator: Option<Decimal>,
    /// Out of how many.
    pub denominator: Option<Decimal>,
    /// What is noted beside it.
    pub status: ObservationStatus,
    /// Why there is no figure.
    pub no_value_reason: Option<&'e str>,
    /// What else is known.
    pub note: Option<&'e str>,
    /// Where it comes from.
    pub source: &'e str,
}

impl Entry<'_> {
    /// Every fault of the entry by itself; the fields are named `value`, `numerator`, `denominator`, `noValueReason`, `note`
    /// and `source`.
    #[must_use]
    pub fn faults(&self, definition: &Definition<'_>) -> Vec<Problem> {
        let mut faults = Vec::new();
        let signed = definition.may_be_negative();
        for (field, figure) in [("value", self.value), ("numerator", self.numerator), ("denominator", self.denominator)] {
            faults.extend(figure.and_then(|figure| unstorable(field, figure)));
        }
        faults.extend(self.value.and_then(|value| out_of_range(value, definition)));
        faults.extend(
            self.numerator
                .filter(|numerator| numerator.is_sign_negative() && !numerator.is_zero() && !signed)
                .map(|_| Problem::new("numerator", ProblemCode::OutOfRange, "How many there were can't be below zero.")),
        );
        faults.extend(self.parts_at_odds(definition));
        faults.extend(self.against_status());
        faults.extend(text_fault("source", self.source, LONGEST_LINE));
        if is_blank(self.source) {
            faults.push(Problem::new(
                "source",
                ProblemCode::Missing,
                "Say which document, return or system the figure comes from.",
            ));
        }
        faults.extend(self.note.and_then(|note| text_fault("note", note, LONGEST_NOTE)));
        faults.extend(self.no_value_reason.and_then(|reason| text_fault("noValueReason", reason, LONGEST_LINE)));
        faults
    }

    fn parts_at_odds(&self, definition: &Definition<'_>) -> Option<Problem> {
        let denominator = self.denominator?;
        if denominator <= Decimal::ZERO {
            return Some(Problem::new("denominator", ProblemCode::OutOfRange, "Out of how many has to be above zero."));
        }
        let numerator = self.numerator?;
        if Unit::named(definition.unit) == Unit::Percent && numerator > denominator && !definition.may_be_negative() {
            let message = format!("{numerator} out of {denominator} is more than all of them.");
            return Some(Problem::new("numerator", ProblemCode::OutOfRange, message));
        }
        let value = self.value?;
        let worked_out = numerator.checked_mul(definition.per()?)?.checked_div(denominator)?;
        let apart = worked_out.checked_sub(value)?.abs();
        (apart > half_unit(definition.decimals)).then(|| {
            let decimals = definition.decimals.saturating_add(2);
            let worked_out = Printed { value: worked_out, decimals };
            let message = format!("{numerator} out of {denominator} is {worked_out} {}, not {value}.", definition.unit);
            Problem::new("value", ProblemCode::OutOfRange, message)
        })
    }

    fn against_status(&self) -> Option<Problem> {
        use ObservationStatus::{Confidential, NotApplicable, NotAvailable};
        let has_reason = self.no_value_reason.is_some_and(|reason| !is_blank(reason));
        match self.status {
            NotAvailable | NotApplicable if self.value.is_some() || self.numerator.is_some() => {
                let field = if self.value.is_some() { "value" } else { "numerator" };
                Some(Problem::new(field, ProblemCode::Malformed, format!("A figure that is {} has no value.", self.status)))
            }
            NotAvailable | NotApplicable if !has_reason => {
                Some(Problem::new("noValueReason", ProblemCode::Missing, "Say why there is no figure."))
            }
            NotAvailable | NotApplicable => None,
            Confidential if self.value.is_none() => None,
            _ if self.value.is_none() => {
                let message =
                    format!("A figure that is {} needs a value; without one it is NOT_AVAILABLE or NOT_APPLICABLE.", self.status);
                Some(Problem::new("value", ProblemCode::Missing, message))
            }
            _ if has_reason => {
                let message = "There is a figure, so there is no reason for having none.";
                Some(Problem::new("noValueReason", ProblemCode::Malformed, message))
            }
            _ => None,
        }
    }
}

impl Definition<'_> {
    /// Whether a figure may lie below zero: changes and balances may, counts and rates may not.
    ///
    /// Some units are plain percentages of a change that only the title names, such as a reduction on a base year.
    #[must_use]
    pub fn may_be_negative(&self) -> bool {
        const WORDS: [&str; 5] = ["change", "reduction", "difference", "net", "gap"];
        let words = |text: &str| {
            text.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
        };
        words(self.unit) || words(self.title)
    }

    /// Per how many the rate is counted: 100 for a percentage, 1,000 for "per 1,000 population"; `None` for what is no rate.
    #[must_use]
    pub fn per(&self) -> Option<Decimal> {
        if Unit::named(self.unit) == Unit::Percent {
            return Some(Decimal::ONE_HUNDRED);
        }
        let (_, after) = self.unit.split_once("per ")?;
        let digits: String = after.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    }
}

/// Half a unit of the last published digit.
#[must_use]
pub fn half_unit(decimals: u32) -> Decimal {
    Decimal::new(5, decimals.saturating_add(1).min(Decimal::MAX_SCALE))
}

fn unstorable(field: &str, figure: Decimal) -> Option<Problem> {
    if Figure::new(figure).is_some() {
        return None;
    }
    let message = if figure.normalize().scale() > Figure::PLACES {
        format!("{figure} has more than six decimal places.")
    } else {
        format!("{figure} is too large to be kept.")
    };
    Some(Problem::new(field, ProblemCode::OutOfRange, message))
}

fn out_of_range(value: Decimal, definition: &Definition<'_>) -> Option<Problem> {
    if definition.may_be_negative() {
        return None;
    }
    let too_low = value < Decimal::ZERO;
    let message = match Unit::named(definition.unit) {
        Unit::Percent if too_low || value > Decimal::ONE_HUNDRED => {
            format!("{value} is no share of a hundred; {} lies from 0 to 100.", definition.code)
        }
        Unit::Other if too_low => format!("{value} is below zero, and {} is counted in {}.", definition.code, definition.unit),
        _ => return None,
    };
    Some(Problem::new("value", ProblemCode::OutOfRange, message))
}

/// What is wrong with a text by itself: too long, or with signs that are no writing. A text of which nobody would see anything isn't
/// malformed: where one is required, it is missing.
#[must_use]
pub fn text_fault(field: &str, text: &str, longest: usize) -> Option<Problem> {
    let fault = |message: &str| Some(Problem::new(field, ProblemCode::Malformed, message));
    if !is_blank(text) {
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return fault("This text has control characters in it.");
        }
        // Overrides have no use in prose; embeddings and isolates set a name of another script within it.
        if text.chars().any(|c| matches!(c, '\u{202d}' | '\u{202e}')) {
            return fault("This text has signs in it that make it read backwards.");
        }
    }
    let length = text.chars().count();
    (length > longest)
        .then(|| Problem::new(field, ProblemCode::OutOfRange, format!("This text has {length} characters; {longest} fit.")))
}

/// What is wrong with a text that is printed within one line, such as a title, a name or a reference: what is wrong with any text, line
/// breaks, whatever turns the direction of what stands behind it, and words whose letters aren't of one script.
#[must_use]
pub fn line_fault(field: &str, text: &str, longest: usize) -> Option<Problem> {
    let line = text.trim();
    let fault = |message: &str| Some(Problem::new(field, ProblemCode::Malformed, message));
    if !is_blank(line) {
        if line.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return fault("This is one line: it has no line breaks, tabs or other control characters in it.");
        }
        if line.chars().any(turns_direction) {
            return fault("This line has signs in it that turn the direction in which it reads.");
        }
        if let Some(word) = mixed_word(line) {
            return fault(&format!(
                "The word {word} mixes Latin letters with Cyrillic or Greek ones that look like them: write it in letters of one script."
            ));
        }
    }
    text_fault(field, line, longest)
}

/// What is wrong with such a line that has to be there.
#[must_use]
pub fn needed_line_fault(field: &str, text: &str, longest: usize) -> Option<Problem> {
    if is_blank(text) { Some(Problem::required(field)) } else { line_fault(field, text, longest) }
}

/// The first and the last day of the agreements that hold an indicator for an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgreedSpan {
    /// The first day of the first one.
    pub starts_on: NaiveDate,
    /// The last day of the last one.
    pub ends_on: NaiveDate,
}

impl AgreedSpan {
    /// The span that covers both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { starts_on: self.starts_on.min(other.starts_on), ends_on: self.ends_on.max(other.ends_on) }
    }
}

/// What is wrong with entering a figure of an indicator for a period, on a business date.
#[must_use]
pub fn period_fault(period: Period, frequency: Frequency, agreed: Option<AgreedSpan>, on: NaiveDate) -> Option<Problem> {
    let wanted = frequency.period_kind();
    if period.kind() != wanted {
        let message = format!("{period} is a {}, and figures come by {wanted}.", period.kind());
        return Some(Problem::new("period", ProblemCode::Malformed, message));
    }
    let out_of_range = |message: String| Some(Problem::new("period", ProblemCode::OutOfRange, message));
    if period.end() > on {
        return out_of_range(format!("{period} ends on {}, after today, {}.", LongDate(period.end()), LongDate(on)));
    }
    let agreed = agreed?;
    let earliest = agreed.starts_on.checked_sub_months(Months::new(12 * YEARS_BEFORE)).unwrap_or(NaiveDate::MIN);
    if period.start() < earliest {
        return out_of_range(format!(
            "{period} begins more than {YEARS_BEFORE} years before the agreement, on {}.",
            LongDate(agreed.starts_on)
        ));
    }
    if period.end() > agreed.ends_on {
        return out_of_range(format!("{period} ends after the agreement, which ended on {}.", LongDate(agreed.ends_on)));
    }
    None
}
