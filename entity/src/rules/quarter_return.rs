//! The lead member's quarterly return: when it is due, how it stands, what it still lacks, and how it is frozen (S4, Appendix 1).
//!
//! A lead member reports each quarter to the Engagement Committee, so the return for a quarter is due for the committee's first
//! meeting after the quarter's end: five clear working days before it, the last day on which its papers may go out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{
    blank::is_blank,
    chain::hexadecimal,
    entry::text_fault,
    period::{Period, PeriodKind},
    working_days::WorkingDays,
};
use crate::error::{Problem, ProblemCode};

/// Words in an answer or a note at most.
pub const MOST_WORDS: usize = 150;
/// Characters in an answer or a note at most, whatever its words.
const LONGEST_ANSWER: usize = 2_000;
/// Things to follow up in one return at most.
pub const MOST_FOLLOW_UPS: usize = 20;
/// Clear working days between the last day for papers and the meeting.
pub const CLEAR_DAYS: u16 = 5;

/// The first quarter for which lead members report: that in which the Authority approved their role (28 September 2009, minute 59).
const FIRST: (i32, u8) = (2009, 2);

/// The quarters for which a return exists on a day, earliest first: from the first one to the one that runs.
#[must_use]
pub fn quarters(on: NaiveDate) -> Vec<Period> {
    let first = Period::new(PeriodKind::Quarter, FIRST.0, FIRST.1).ok();
    std::iter::successors(first, |quarter| quarter.next()).take_while(|quarter| quarter.start() <= on).collect()
}

/// Reads a quarter's code, such as `FY2009-Q3`.
#[must_use]
pub fn quarter(code: &str) -> Option<Period> {
    code.parse().ok().filter(|period: &Period| period.kind() == PeriodKind::Quarter)
}

/// The meeting to which the return for a quarter goes: the first after the quarter's end.
#[must_use]
pub fn meeting_for(quarter: Period, meetings: &[NaiveDate]) -> Option<NaiveDate> {
    meetings.iter().copied().filter(|meeting| *meeting > quarter.end()).min()
}

/// The last day on which a return is in time for a meeting.
#[must_use]
pub fn due_on(meeting: NaiveDate) -> NaiveDate {
    WorkingDays::england().publish_by(meeting, CLEAR_DAYS)
}

/// How a return stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReturnStatus {
    /// Nothing of it was saved, and it isn't overdue.
    NotStarted,
    /// Something of it was saved, and it isn't overdue.
    Draft,
    /// Its due date is over and it isn't in.
    Late,
    /// It was handed in.
    Submitted,
    /// It was handed in, taken back, and not handed in again.
    Withdrawn,
    /// The committee has received it.
    Received,
}

codes!(ReturnStatus, "status of a return", {
    NotStarted => "NOT_STARTED",
    Draft => "DRAFT",
    Late => "LATE",
    Submitted => "SUBMITTED",
    Withdrawn => "WITHDRAWN",
    Received => "RECEIVED",
});

/// What has become of a return.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Whether something of it was saved.
    pub is_begun: bool,
    /// Whether it was ever handed in.
    pub was_submitted: bool,
    /// Whether a submission stands.
    pub is_submitted: bool,
    /// Whether the committee has received that.
    pub is_received: bool,
}

/// How a return stands on a day.
#[must_use]
pub fn status(progress: Progress, due_on: Option<NaiveDate>, on: NaiveDate) -> ReturnStatus {
    match progress {
        Progress { is_received: true, .. } => ReturnStatus::Received,
        Progress { is_submitted: true, .. } => ReturnStatus::Submitted,
        Progress { was_submitted: true, .. } => ReturnStatus::Withdrawn,
        _ if is_late(due_on, on) => ReturnStatus::Late,
        Progress { is_begun: true, .. } => ReturnStatus::Draft,
        _ => ReturnStatus::NotStarted,
    }
}

/// Whether the due date is over; never while no meeting is fixed.
#[must_use]
pub fn is_late(due_on: Option<NaiveDate>, on: NaiveDate) -> bool {
    due_on.is_some_and(|due| on > due)
}

/// The four answers (S4, Appendix 1); what is empty wasn't answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// How well outcomes and improvements are being delivered.
    pub outcomes: String,
    /// Prospects for future improvement.
    pub prospects: String,
    /// Risks to the Authority or to the partnership.
    pub risks: String,
    /// Follow-up action for the lead member.
    pub follow_up: String,
}

impl Answers {
    /// The answers with the fields that they are given in and the topics of their questions.
    #[must_use]
    pub fn by_question(&self) -> [(&'static str, &'static str, &str); 4] {
        [
            ("answers.outcomes", "how well outcomes and improvements are being delivered", &self.outcomes),
            ("answers.prospects", "prospects for future improvement", &self.prospects),
            ("answers.risks", "risks to the Authority or to the partnership", &self.risks),
            ("answers.followUp", "follow-up action for you", &self.follow_up),
        ]
    }

    /// A problem for each question that isn't answered.
    #[must_use]
    pub fn missing(&self) -> Vec<Problem> {
        let empty = self.by_question().into_iter().filter(|(.., answer)| is_blank(answer));
        empty.map(|(field, topic, _)| Problem::new(field, ProblemCode::Missing, format!("Say something on {topic}."))).collect()
    }
}

/// What is wrong with an answer or a note: too many words, or signs that don't belong in a text.
#[must_use]
pub fn words_fault(field: &str, text: &str) -> Option<Problem> {
    let words = text.split_whitespace().count();
    if words > MOST_WORDS {
        let message = format!("This has {words} words; {MOST_WORDS} fit.");
        return Some(Problem::new(field, ProblemCode::OutOfRange, message));
    }
    text_fault(field, text, LONGEST_ANSWER)
}

/// A JSON value as the one text that stands for it: keys in order of their names, without blanks (after RFC 8785; figures travel as
/// texts, so nothing depends on how numbers are written).
#[must_use]
pub fn canonical(value: &Json) -> String {
    match value {
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields: Vec<_> =
                fields.into_iter().map(|(name, value)| format!("{}:{}", Json::from(name.as_str()), canonical(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// The SHA-256 of a content (FIPS 180-4), over its bytes in UTF-8, in hexadecimal.
#[must_use]
pub fn content_hash(content: &str) -> String {
    hexadecimal(Sha256::new().chain_update(content))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn meetings() -> Vec<NaiveDate> {
        ["2009-08-25", "2009-11-03", "2010-02-09", "2010-05-18"].map(day).to_vec()
    }

    #[test]
    fn a_return_is_due_five_clear_days_before_the_meeting_that_follows_its_quarter() {
        for (code, meeting, due) in [
            ("FY2009-Q2", Some("2009-11-03"), Some("2009-10-26")),
            ("FY2009-Q3", Some("2010-02-09"), Some("2010-02-01")),
            ("FY2009-Q4", Some("2010-05-18"), Some("2010-05-10")),
            ("FY2010-Q1", None, None),
        ] {
            let found = meeting_for(quarter(code).expect("a quarter"), &meetings());
            assert_eq!((found, found.map(due_on)), (meeting.map(day), due.map(day)), "{code}");
        }
        // A meeting on the quarter's last day can't hear of the whole quarter.
        assert_eq!(meeting_for(quarter("FY2009-Q3").expect("a quarter"), &[day("2009-12-31")]), None);
    }

    #[test]
    fn returns_exist_from_the_quarter_of_the_role_to_the_one_that_runs() {
        let codes = |on: &str| quarters(day(on)).into_iter().map(Period::code).collect::<Vec<_>>();
        assert_eq!(codes("2009-06-30"), [""; 0]);
        assert_eq!(codes("2010-02-09"), ["FY2009-Q2", "FY2009-Q3", "FY2009-Q4"]);
        assert_eq!(codes("2010-04-01").len(), 4);
        assert_eq!((quarter("FY2009"), quarter("FY2009-H1"), quarter("Q3")), (None, None, None));
    }

    #[test]
    fn a_return_that_isn_t_in_is_late_from_the_day_after() {
        let (due, begun) = (Some(day("2010-02-01")), Progress { is_begun: true, ..Progress::default() });
        let on = |progress, text: &str| status(progress, due, day(text));
        assert_eq!(on(Progress::default(), "2010-02-01"), ReturnStatus::NotStarted);
        assert_eq!(on(begun, "2010-02-01"), ReturnStatus::Draft);
        assert_eq!([on(Progress::default(), "2010-02-02"), on(begun, "2010-02-02")], [ReturnStatus::Late; 2]);
        let withdrawn = Progress { was_submitted: true, ..begun };
        let submitted = Progress { is_submitted: true, ..withdrawn };
        let received = Progress { is_received: true, ..submitted };
        assert_eq!(
            [on(withdrawn, "2010-02-09"), on(submitted, "2010-02-09"), on(received, "2010-02-09")],
            [ReturnStatus::Withdrawn, ReturnStatus::Submitted, ReturnStatus::Received]
        );
        assert_eq!(status(begun, None, day("2012-01-01")), ReturnStatus::Draft, "no meeting is fixed");
    }

    #[test]
    fn an_answer_has_a_hundred_and_fifty_words_at_most() {
        let words = |count: usize| vec!["word"; count].join(" ");
        assert_eq!(words_fault("answers.risks", &words(150)), None);
        let fault = words_fault("answers.risks", &words(151)).expect("a fault");
        assert_eq!((fault.field.join("."), fault.code), ("answers.risks".to_owned(), ProblemCode::OutOfRange));
        assert_eq!(words_fault("a", &"x".repeat(2_001)).map(|fault| fault.code), Some(ProblemCode::OutOfRange));
        assert_eq!(words_fault("a", "bell\u{7}").map(|fault| fault.code), Some(ProblemCode::Malformed));
        let answers = Answers { outcomes: "Well.".to_owned(), risks: " ".to_owned(), ..Answers::default() };
        let missing: Vec<_> = answers.missing().into_iter().map(|problem| problem.field.join(".")).collect();
        assert_eq!(missing, ["answers.prospects", "answers.risks", "answers.followUp"]);
    }

    #[test]
    fn what_means_the_same_is_one_text_and_has_one_hash() {
        let one = json!({ "b": [1, null, { "z": "é\n", "a": true }], "a": "x" });
        let other: Json =
            serde_json::from_str("{ \"a\": \"x\", \"b\": [1, null, {\"a\": true, \"z\": \"\\u00e9\\n\"}] }").expect("JSON");
        assert_eq!(canonical(&one), "{\"a\":\"x\",\"b\":[1,null,{\"a\":true,\"z\":\"é\\n\"}]}");
        assert_eq!(canonical(&one), canonical(&other));
        // FIPS 180-4's own example.
        assert_eq!(content_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
