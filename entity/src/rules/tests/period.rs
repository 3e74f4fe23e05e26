//! Periods: dates, names, codes and neighbours.

use chrono::NaiveDate;

use crate::rules::period::{Period, PeriodError, PeriodKind};
use crate::rules::tests::{on, p};

fn span(code: &str) -> String {
    p(code).iso_interval()
}

#[test]
fn the_financial_year_runs_from_april_to_march() {
    assert_eq!(span("FY2009"), "2009-04-01/2010-03-31");
    assert_eq!(span("FY2009-H1"), "2009-04-01/2009-09-30");
    assert_eq!(span("FY2009-H2"), "2009-10-01/2010-03-31");
    assert_eq!(span("FY2009-Q1"), "2009-04-01/2009-06-30");
    assert_eq!(span("FY2009-Q3"), "2009-10-01/2009-12-31");
    assert_eq!(span("FY2009-Q4"), "2010-01-01/2010-03-31");
    assert_eq!(span("FY2007-M11"), "2008-02-01/2008-02-29");
    assert_eq!(span("CY2009"), "2009-01-01/2009-12-31");
    assert_eq!(span("AY2009"), "2009-09-01/2010-08-31");
    assert_eq!(span("WAVE2008"), "2008-01-01/2008-12-31");
}

#[test]
fn labels_are_the_names_people_use() {
    let label = |code| p(code).label();
    assert_eq!(label("FY2009"), "2009/10");
    assert_eq!(label("FY1999"), "1999/00");
    assert_eq!(label("FY2009-Q3"), "Q3 2009/10");
    assert_eq!(label("FY2009-H1"), "H1 2009/10");
    assert_eq!(label("FY2009-M07"), "October 2009");
    assert_eq!(label("FY2009-M10"), "January 2010");
    assert_eq!(label("CY2009"), "2009");
    assert_eq!(label("AY2009"), "academic year 2009/10");
    assert_eq!(label("WAVE2008"), "2008 survey");
}

#[test]
fn codes_survive_a_round_trip_and_may_2006_has_an_alias() {
    for code in ["FY2009", "FY2009-H2", "FY2009-Q3", "FY2009-M07", "CY1991", "AY2009", "WAVE2008"] {
        assert_eq!(p(code).code(), code);
    }
    assert_eq!(p("MON2006-05"), p("FY2006-M02"));
    assert_eq!(p("MON2010-01").code(), "FY2009-M10");
}

#[test]
fn nonsense_is_refused_with_its_cause() {
    for code in [
        "",
        "FY",
        "FY09",
        "FY+009",
        "FY2009-",
        "FY2009-Q",
        "FY2009-Q03",
        "FY2009-M7",
        "fy2009",
        "CY2009-Q1",
        "FYé009",
        "MON2006",
        "UNDATED",
        "FY20091",
    ] {
        assert!(matches!(code.parse::<Period>(), Err(PeriodError::Unreadable(_))), "{code}");
    }
    assert_eq!("FY1899".parse::<Period>(), Err(PeriodError::YearOutOfRange(1899)));
    assert_eq!("CY2201".parse::<Period>(), Err(PeriodError::YearOutOfRange(2201)));
    assert_eq!("FY2009-Q5".parse::<Period>(), Err(PeriodError::NoSuchPart { kind: PeriodKind::Quarter, part: 5 }));
    assert_eq!("FY2009-M00".parse::<Period>(), Err(PeriodError::NoSuchPart { kind: PeriodKind::Month, part: 0 }));
    assert_eq!("MON2006-13".parse::<Period>(), Err(PeriodError::NoSuchPart { kind: PeriodKind::Month, part: 13 }));
}

#[test]
fn neighbours_cross_the_year_and_stop_at_the_edge() {
    assert_eq!(p("FY2009-Q4").next(), Some(p("FY2010-Q1")));
    assert_eq!(p("FY2009-M01").previous(), Some(p("FY2008-M12")));
    assert_eq!(p("FY2009-Q3").same_last_year(), Some(p("FY2008-Q3")));
    assert_eq!(p("FY2012-Q4").index() - p("FY2009-Q4").index(), 12);
    assert_eq!(p("FY2200").next(), None);
    assert_eq!(p("FY1900-Q1").previous(), None);
    assert_eq!(p("CY1900").same_last_year(), None);
}

#[test]
fn dates_find_their_period() {
    use PeriodKind::*;
    assert_eq!(Period::containing(Quarter, on("2010-02-09")), Some(p("FY2009-Q4")));
    assert_eq!(Period::containing(FinancialYear, on("2010-03-31")), Some(p("FY2009")));
    assert_eq!(Period::containing(AcademicYear, on("2010-08-31")), Some(p("AY2009")));
    assert_eq!(Period::latest_ended(Quarter, on("2010-02-09")), Some(p("FY2009-Q3")));
    assert_eq!(Period::latest_ended(Quarter, on("2009-12-31")), Some(p("FY2009-Q2")));
    assert_eq!(Period::latest_ended(FinancialYear, on("2010-04-01")), Some(p("FY2009")));
    assert_eq!(Period::containing(Month, NaiveDate::MAX), None);
    assert_eq!(p("AY2008").financial_year(), Some(p("FY2009")));
    assert_eq!(p("FY2009").last_of_kind(Quarter), Some(p("FY2009-Q4")));
}

#[test]
fn order_is_by_last_day_then_the_shorter_first() {
    let mut periods = vec![p("FY2009"), p("FY2010-Q1"), p("FY2009-H2"), p("FY2009-M12"), p("FY2009-Q4"), p("FY2009-Q3")];
    periods.sort();
    let codes: Vec<_> = periods.into_iter().map(Period::code).collect();
    assert_eq!(codes, ["FY2009-Q3", "FY2009-M12", "FY2009-Q4", "FY2009-H2", "FY2009", "FY2010-Q1"]);
}
