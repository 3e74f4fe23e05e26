use rust_decimal::Decimal;

use super::{d, on, p};
use crate::{
    error::ProblemCode::{self, Malformed, Missing, OutOfRange},
    rules::{
        entry::{AgreedSpan, Definition, Entry, period_fault},
        measure::{Frequency, ObservationStatus},
    },
};

const SHARE: Definition<'static> =
    Definition { code: "NI 32", title: "Repeat incidents", unit: "percent", decimals: 1, frequency: Frequency::Quarterly };
const RATE: Definition<'static> =
    Definition { code: "NI 16", title: "Crime rate", unit: "per 1,000 population", decimals: 2, frequency: Frequency::Quarterly };

fn entry(value: &str) -> Entry<'static> {
    let value = (!value.is_empty()).then(|| d(value));
    let status = ObservationStatus::Normal;
    Entry { value, numerator: None, denominator: None, status, no_value_reason: None, note: None, source: "Quarterly return" }
}

fn parts(value: &str, numerator: &str, denominator: &str) -> Entry<'static> {
    Entry { numerator: Some(d(numerator)), denominator: Some(d(denominator)), ..entry(value) }
}

fn faults(entry: Entry<'_>, definition: &Definition<'_>) -> Vec<(String, ProblemCode)> {
    entry.faults(definition).into_iter().map(|fault| (fault.field.join("."), fault.code)).collect()
}

fn fault(field: &str, code: ProblemCode) -> Vec<(String, ProblemCode)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn a_share_lies_from_nought_to_a_hundred_and_a_rate_is_not_negative() {
    for value in ["0", "29.4", "100"] {
        assert!(faults(entry(value), &SHARE).is_empty(), "{value}");
    }
    assert_eq!(faults(entry("100.1"), &SHARE), fault("value", OutOfRange));
    assert_eq!(faults(entry("-0.1"), &SHARE), fault("value", OutOfRange));
    assert_eq!(faults(entry("-1"), &RATE), fault("value", OutOfRange));
    assert!(faults(entry("1234.5"), &RATE).is_empty());
    let change = Definition { unit: "percentage change", ..RATE };
    assert!(faults(entry("-12.5"), &change).is_empty());
    let reduction = Definition { title: "Per capita reduction in emissions", ..SHARE };
    assert!(faults(entry("-3"), &reduction).is_empty());
    // A network is no net figure.
    assert_eq!(faults(entry("-3"), &Definition { title: "Network size", ..RATE }), fault("value", OutOfRange));
}

#[test]
fn six_decimals_and_the_magnitude_are_kept_to() {
    assert!(faults(entry("1.234567"), &RATE).is_empty());
    assert_eq!(faults(entry("1.2345678"), &RATE), fault("value", OutOfRange));
    assert_eq!(faults(entry("10000000000000"), &RATE), fault("value", OutOfRange));
    assert_eq!(faults(Entry { value: Some(Decimal::MAX), ..parts("1", "79228162514264337593543950335", "1") }, &SHARE).len(), 4);
}

#[test]
fn a_value_agrees_with_its_parts_to_half_a_published_unit() {
    // 291 of 1,000 is 29.1 %; half a unit of the last published digit is 0.05.
    assert!(faults(parts("29.15", "291", "1000"), &SHARE).is_empty());
    assert_eq!(faults(parts("29.16", "291", "1000"), &SHARE), fault("value", OutOfRange));
    // 1,180 crimes among 119,700 people are 9.858 per 1,000.
    assert!(faults(parts("9.86", "1180", "119700"), &RATE).is_empty());
    assert_eq!(faults(parts("98.6", "1180", "119700"), &RATE), fault("value", OutOfRange));
    assert_eq!(faults(parts("29", "1", "0"), &SHARE), fault("denominator", OutOfRange));
    assert_eq!(faults(parts("100", "11", "10"), &SHARE), fault("numerator", OutOfRange));
    // A plain number is no rate, so nothing can be worked out.
    assert!(faults(parts("640", "640", "900"), &Definition { unit: "number", ..RATE }).is_empty());
}

#[test]
fn a_status_demands_a_value_or_forbids_it() {
    let none =
        Entry { status: ObservationStatus::NotAvailable, no_value_reason: Some("The system was being replaced."), ..entry("") };
    assert!(faults(none, &SHARE).is_empty());
    assert_eq!(faults(Entry { no_value_reason: Some(" "), ..none }, &SHARE), fault("noValueReason", Missing));
    assert_eq!(faults(Entry { value: Some(d("3")), ..none }, &SHARE), fault("value", Malformed));
    assert_eq!(faults(entry(""), &SHARE), fault("value", Missing));
    assert_eq!(faults(Entry { no_value_reason: Some("why"), ..entry("3") }, &SHARE), fault("noValueReason", Malformed));
    for value in ["", "3"] {
        assert!(faults(Entry { status: ObservationStatus::Confidential, ..entry(value) }, &SHARE).is_empty());
    }
}

#[test]
fn a_source_is_named_and_texts_are_writing() {
    assert_eq!(faults(Entry { source: " ", ..entry("3") }, &SHARE), fault("source", Missing));
    assert_eq!(faults(Entry { source: "a\0b", ..entry("3") }, &SHARE), fault("source", Malformed));
    let long = "x".repeat(4001);
    assert_eq!(faults(Entry { note: Some(&long), ..entry("3") }, &SHARE), fault("note", OutOfRange));
    // Every fault is named, not only the first.
    assert_eq!(faults(Entry { source: "", note: Some("\u{7}"), ..entry("101") }, &SHARE).len(), 3);
}

#[test]
fn a_period_fits_the_frequency_and_lies_in_the_past_and_near_the_agreement() {
    let today = on("2010-02-09");
    let agreed = Some(AgreedSpan { starts_on: on("2008-04-01"), ends_on: on("2011-03-31") });
    let fault = |code: &str, agreed| period_fault(p(code), Frequency::Quarterly, agreed, today).map(|fault| fault.code);
    assert_eq!(fault("FY2009-Q3", agreed), None);
    assert_eq!(fault("FY2009", agreed), Some(Malformed));
    assert_eq!(fault("FY2009-Q4", agreed), Some(OutOfRange));
    // Five years before 1 April 2008 is 1 April 2003.
    assert_eq!(fault("FY2003-Q1", agreed), None);
    assert_eq!(fault("FY2002-Q4", agreed), Some(OutOfRange));
    assert_eq!(fault("FY2002-Q4", None), None);
    let ended = Some(AgreedSpan { starts_on: on("2006-04-01"), ends_on: on("2009-03-31") });
    assert_eq!(fault("FY2008-Q4", ended), None);
    assert_eq!(fault("FY2009-Q1", ended), Some(OutOfRange));
    // On its own last day a period may be entered; the day before it may not.
    let year_end = |day| period_fault(p("FY2009"), Frequency::Annual, None, on(day)).is_none();
    assert!(year_end("2010-03-31") && !year_end("2010-03-30"));
}
