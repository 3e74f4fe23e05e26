//! When an information-sharing agreement lets a party read (domain, Information sharing agreements): on a day within its term, once
//! reader and discloser have both approved it, and until it is withdrawn. What it says and who approved it is data; this decides.

use chrono::NaiveDate;

/// An agreement between two of its parties.
#[derive(Clone, Copy, Debug)]
pub struct Between {
    /// The first day of the term.
    pub effective_from: NaiveDate,
    /// The last day of the term.
    pub effective_to: NaiveDate,
    /// The day from which it is withdrawn.
    pub withdrawn_on: Option<NaiveDate>,
    /// The day on which the reader approved it.
    pub reader_approved_on: Option<NaiveDate>,
    /// The day on which the discloser approved it.
    pub discloser_approved_on: Option<NaiveDate>,
}

/// How an agreement stands between two parties on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It lets the reader read.
    InForce,
    /// The reader hasn't approved it.
    AwaitingReader,
    /// The discloser hasn't approved it.
    AwaitingDiscloser,
    /// Its term hasn't begun.
    NotYetEffective,
    /// Its term is over.
    Lapsed,
    /// A party has withdrawn it.
    Withdrawn,
}

codes!(Standing, "standing of an agreement", {
    InForce => "IN_FORCE",
    AwaitingReader => "AWAITING_READER",
    AwaitingDiscloser => "AWAITING_DISCLOSER",
    NotYetEffective => "NOT_YET_EFFECTIVE",
    Lapsed => "LAPSED",
    Withdrawn => "WITHDRAWN",
});

/// How an agreement stands between two parties on a day.
#[must_use]
pub fn standing(agreement: &Between, on: NaiveDate) -> Standing {
    let approved = |day: Option<NaiveDate>| day.is_some_and(|day| day <= on);
    if agreement.withdrawn_on.is_some_and(|day| day <= on) {
        Standing::Withdrawn
    } else if on > agreement.effective_to {
        Standing::Lapsed
    } else if !approved(agreement.discloser_approved_on) {
        Standing::AwaitingDiscloser
    } else if !approved(agreement.reader_approved_on) {
        Standing::AwaitingReader
    } else if on < agreement.effective_from {
        Standing::NotYetEffective
    } else {
        Standing::InForce
    }
}

/// Why an agreement lets nobody read on a day, as the end of a sentence that names it; or that it does.
#[must_use]
pub fn said(agreement: &Between, on: NaiveDate, reader: &str, discloser: &str) -> String {
    let day = |day: NaiveDate| day.format("%-d %B %Y").to_string();
    match standing(agreement, on) {
        Standing::InForce => format!("is in force until {}", day(agreement.effective_to)),
        Standing::AwaitingReader => format!("has not been approved by {reader}"),
        Standing::AwaitingDiscloser => format!("has not been approved by {discloser}"),
        Standing::NotYetEffective => format!("only takes effect on {}", day(agreement.effective_from)),
        Standing::Lapsed => format!("lapsed on {}", day(agreement.effective_to)),
        Standing::Withdrawn => {
            agreement.withdrawn_on.map_or_else(|| "is withdrawn".to_owned(), |on| format!("was withdrawn on {}", day(on)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// As one in the region was: in force for two years, approved by its bodies on days of their own, some after it began.
    fn approved() -> Between {
        Between {
            effective_from: day("2016-04-01"),
            effective_to: day("2018-03-31"),
            withdrawn_on: None,
            reader_approved_on: Some(day("2016-08-05")),
            discloser_approved_on: Some(day("2016-04-14")),
        }
    }

    #[test]
    fn it_is_in_force_from_the_later_approval_to_the_last_day() {
        for (on, expected) in [
            ("2016-03-31", Standing::AwaitingDiscloser),
            ("2016-04-14", Standing::AwaitingReader),
            ("2016-08-04", Standing::AwaitingReader),
            ("2016-08-05", Standing::InForce),
            ("2018-03-31", Standing::InForce),
            ("2018-04-01", Standing::Lapsed),
        ] {
            assert_eq!(standing(&approved(), day(on)), expected, "{on}");
        }
    }

    #[test]
    fn approvals_beforehand_do_not_let_it_begin_early() {
        let early =
            Between { reader_approved_on: Some(day("2016-01-05")), discloser_approved_on: Some(day("2016-01-04")), ..approved() };
        assert_eq!(standing(&early, day("2016-03-31")), Standing::NotYetEffective);
        assert_eq!(standing(&early, day("2016-04-01")), Standing::InForce);
    }

    #[test]
    fn a_withdrawal_ends_it_that_day() {
        let withdrawn = Between { withdrawn_on: Some(day("2017-01-10")), ..approved() };
        assert_eq!(standing(&withdrawn, day("2017-01-09")), Standing::InForce);
        assert_eq!(standing(&withdrawn, day("2017-01-10")), Standing::Withdrawn);
        assert_eq!(said(&withdrawn, day("2017-02-01"), "Halton", "Warrington"), "was withdrawn on 10 January 2017");
    }
}
