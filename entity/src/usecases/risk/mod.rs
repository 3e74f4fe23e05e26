//! Risks: the registers of bodies, and the way of those that can't be settled where they arose.
//!
//! A register is its tenant's. What the lead member reports becomes a referral in the Authority's tenant, with the risk and its history
//! frozen as they were; from there on each step is one office's (`rules::escalation`). The area's own people read what became of their
//! risks, and nothing else of the Authority's; the Authority reads what was passed on, and nothing else of the area's.

pub mod awaiting;
pub mod custody;
pub mod deciding;
pub mod determining;
pub mod recording;
pub mod referrals;
pub mod referring;
pub mod registering;
pub mod registers;
pub mod returns;
pub mod reviewing;
pub mod statement;

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::{is_blank, unless_blank},
        entry::{needed_line_fault, text_fault},
        escalation::Refused,
    },
};

/// Characters in a title, at most.
const LONGEST_TITLE: usize = 200;
/// Characters in any other text, at most.
const LONGEST_TEXT: usize = 4_000;

/// What is wrong with a text that has to be given.
fn needed(field: &str, text: &str, longest: usize) -> Option<Problem> {
    if is_blank(text) {
        return Some(Problem::required(field));
    }
    text_fault(field, text, longest)
}

/// What is wrong with a title or a name that has to be given: it is one line.
fn needed_line(field: &str, text: &str) -> Option<Problem> {
    needed_line_fault(field, text, LONGEST_TITLE)
}

/// What is wrong with a text that may be given.
fn allowed(field: &str, text: Option<&str>) -> Option<Problem> {
    text.and_then(|text| text_fault(field, text, LONGEST_TEXT))
}

/// A text as it is kept: without blanks around it; nothing when it says nothing.
fn kept(text: Option<&str>) -> Option<String> {
    text.and_then(unless_blank).map(str::to_owned)
}

/// Why nothing of risks is published.
pub(crate) const READ_BY_FEW: &str =
    "registers of risks, and what was passed on from them, are read only by those who work with them";

fn unless(faults: Vec<Problem>) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// A step that isn't to be taken now, as whoever tried is told.
fn refused(field: &str, refused: Refused) -> Error {
    Error::invalid(field, ProblemCode::OutOfTurn, refused.to_string())
}
