//! How a committee's minutes are approved and put right: a draft until a later meeting of the same body approves them as a correct record,
//! and from then on corrected only by what a later meeting agreed.

use chrono::NaiveDate;

use super::{
    blank::as_named,
    wording::{LongDate, listed},
};
use crate::tables::values::closed_set;

closed_set! {
    /// How the minutes of a meeting stand.
    pub enum MinutesStanding {
        /// No later meeting has approved them yet.
        Draft = "DRAFT",
        /// A later meeting has approved them as a correct record.
        Approved = "APPROVED",
    }
}

/// Why a meeting can't approve another's minutes, or agree a correction of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotItsMinutes {
    /// It is a meeting of another body.
    #[error("These are the minutes of another body's meeting; a body approves and corrects its own.")]
    OtherBody,
    /// It isn't later.
    #[error("Minutes are approved and corrected by a later meeting than the one that they are of.")]
    NotLater,
}

/// Whether a meeting may approve another's minutes or agree a correction of them: one of the same body, held later.
///
/// # Errors
/// Says why it may not.
pub fn may_approve<B: PartialEq + Copy>(own: (B, NaiveDate), theirs: (B, NaiveDate)) -> Result<(), NotItsMinutes> {
    match (own.0 == theirs.0, own.1 > theirs.1) {
        (false, _) => Err(NotItsMinutes::OtherBody),
        (true, false) => Err(NotItsMinutes::NotLater),
        (true, true) => Ok(()),
    }
}

/// Whether two numbers of minutes are one to a reader, who cites "minute 69" for 069, and "no. 6 9" and "69." as well.
#[must_use]
pub fn is_same_number(one: &str, other: &str) -> bool {
    without_leading_zeros(&as_cited(one)) == without_leading_zeros(&as_cited(other))
}

/// What stands before a number in a citation, the longer before what it begins with.
const CITED_BY: [&str; 7] = ["minutes", "minute", "min", "number", "nos", "no", "nr"];

/// A number as a reader tells it from others, without what it is cited by.
fn as_cited(number: &str) -> String {
    let mut cited = as_named(number);
    // What begins like such a word and goes on in letters is something else.
    let bare = |cited: &str| {
        let rest = CITED_BY.iter().find_map(|word| cited.strip_prefix(word))?.trim_start_matches('.');
        let goes_on = CITED_BY.iter().any(|word| rest.starts_with(word));
        (goes_on || rest.starts_with(|sign: char| sign.is_numeric() || sign == '(')).then(|| rest.to_owned())
    };
    while let Some(rest) = bare(&cited) {
        cited = rest;
    }
    cited
}

/// A number without the zeros before any of its figures.
fn without_leading_zeros(read: &str) -> String {
    let (mut plain, mut signs) = (String::new(), read.chars().peekable());
    let mut is_within_figures = false;
    while let Some(sign) = signs.next() {
        let leads = sign == '0' && !is_within_figures && signs.peek().is_some_and(char::is_ascii_digit);
        if !leads {
            is_within_figures = sign.is_ascii_digit();
            plain.push(sign);
        }
    }
    plain
}

/// What the approving meeting's minute says. The numbers of corrected minutes are those that the public may know; of the others it says
/// that there are some.
#[must_use]
pub fn approved_words(held_on: NaiveDate, corrected: &[&str], has_exempt: bool) -> String {
    let minutes = format!("The minutes of the meeting of {} were approved as a correct record", LongDate(held_on));
    let named = match corrected {
        [] => None,
        [one] => Some(format!("minute {one}")),
        several => Some(format!("minutes {}", listed(several))),
    };
    let exempt = has_exempt.then(|| "what is exempt from publication".to_owned());
    match named.into_iter().chain(exempt).collect::<Vec<_>>().as_slice() {
        [] => format!("{minutes}."),
        parts => format!("{minutes}, with corrections to {}.", parts.join(" and to ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{NotItsMinutes, approved_words, is_same_number, may_approve};
    use crate::rules::tests::on;

    #[test]
    fn a_later_meeting_of_the_same_body_approves_and_no_other_does() {
        let (earlier, later) = (on("2009-11-03"), on("2010-02-09"));
        assert_eq!(may_approve((1, later), (1, earlier)), Ok(()));
        assert_eq!(may_approve((2, later), (1, earlier)), Err(NotItsMinutes::OtherBody));
        assert_eq!(may_approve((1, earlier), (1, earlier)), Err(NotItsMinutes::NotLater));
        assert_eq!(may_approve((1, earlier), (1, later)), Err(NotItsMinutes::NotLater));
    }

    #[test]
    fn zeros_before_a_figure_make_no_other_number() {
        for other in ["069", "0069", " 69 ", "6\u{200b}9", "６９"] {
            assert!(is_same_number("69", other), "{other:?}");
        }
        assert!(is_same_number("2009/07", "2009/7") && is_same_number("0", "00") && is_same_number("7a", "07a"));
        for other in ["690", "6", "96", "69a", "6.9", "6/9", "normal 69"] {
            assert!(!is_same_number("69", other), "{other:?}");
        }
        assert!(!is_same_number("100", "1"));
    }

    #[test]
    fn a_number_is_the_same_however_it_is_cited() {
        for other in ["6 9", "69.", "Minute 69", "minute no. 069", "No.69", "no 69.", "MIN. 69", "Minute number 69"] {
            assert!(is_same_number("69", other), "{other:?}");
        }
        assert!(is_same_number("7A", "7a") && is_same_number("No. 7 A", "7a") && is_same_number("minute 3/1", "3 / 1"));
        assert!(is_same_number("No", "no.") && !is_same_number("No", ""), "a word by itself is what it is");
    }

    #[test]
    fn what_is_minuted_names_what_was_corrected_and_nothing_that_is_exempt() {
        let said = |corrected: &[&str], has_exempt| approved_words(on("2009-11-03"), corrected, has_exempt);
        let plain = "The minutes of the meeting of 3 November 2009 were approved as a correct record";
        assert_eq!(said(&[], false), format!("{plain}."));
        assert_eq!(said(&["51"], false), format!("{plain}, with corrections to minute 51."));
        assert_eq!(said(&["51", "53"], false), format!("{plain}, with corrections to minutes 51 and 53."));
        assert_eq!(said(&[], true), format!("{plain}, with corrections to what is exempt from publication."));
        assert_eq!(
            said(&["51"], true),
            format!("{plain}, with corrections to minute 51 and to what is exempt from publication.")
        );
    }
}
