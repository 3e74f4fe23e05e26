//! The words of our letters: plain text, no more than the reader needs, and a line by itself where the link goes.

use chrono::NaiveDate;

use super::wording::{LongDate, office_name};
use crate::policy::Office;

/// The line in a letter's text that stands for the link.
pub const LINK: &str = "{link}";

/// A letter to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// Plain text, with a line [`LINK`] where a link goes.
    pub text: String,
}

/// What an invitation, or the notice of an appointment, is about.
#[derive(Clone, Debug)]
pub struct Appointed<'a> {
    /// How the person is known.
    pub name: &'a str,
    /// The tenant's name.
    pub tenant: &'a str,
    /// The office.
    pub office: Office,
    /// First day in force.
    pub from_on: NaiveDate,
    /// Last day in force, if there is one.
    pub to_on: Option<NaiveDate>,
    /// The minute by which the appointment was made.
    pub minute_reference: &'a str,
}

/// Invites somebody who has no password yet.
#[must_use]
pub fn invitation(appointed: &Appointed<'_>) -> Letter {
    let text = format!(
        "Dear {},\n\n{}\n\nTo open your account, choose a password here within seven days:\n\n{LINK}\n\n\
         The address serves once. If it has run out, ask whoever looks after the members of {} for a new one.\n\
         If you did not expect this, you need do nothing: without a password the account can't be used.\n",
        one_line(appointed.name),
        told(appointed),
        appointed.tenant,
    );
    Letter { subject: format!("Your account with {}", appointed.tenant), text }
}

/// Tells somebody who has a password already of an appointment.
#[must_use]
pub fn appointment(appointed: &Appointed<'_>) -> Letter {
    let text = format!(
        "Dear {},\n\n{}\n\nSign in with the password that you have.\n\
         If you did not expect this, please tell whoever looks after the members of {}.\n",
        one_line(appointed.name),
        told(appointed),
        appointed.tenant,
    );
    Letter { subject: format!("Your appointment in {}", appointed.tenant), text }
}

/// Tells a lead member that the feedback from their area's neighbourhoods has been collated. It says nothing of what is in it, since
/// mail isn't ours to keep.
#[must_use]
pub fn feedback_summary(area: &str, quarter: &str) -> Letter {
    let text = format!(
        "The summary of neighbourhood feedback for {area}, {quarter}, is ready for you.\n\n\
         Sign in to read it; it stands in your return for the quarter, too.\n"
    );
    Letter { subject: format!("Neighbourhood feedback for {area}, {quarter}"), text }
}

/// Tells a lead member that a publication for members tells something of their area; what it is stays where it is read.
#[must_use]
pub fn publication(called: &str, number: i32) -> Letter {
    let text = format!(
        "Number {number} of {called} has been published. It tells something of partnerships in your area.\n\n\
         Sign in to read it, and what you are asked to take forward.\n"
    );
    Letter { subject: format!("Partnerships in your area: {called}, number {number}"), text }
}

/// Tells whoever gets a meeting's summary that it is there; the summary itself stays where it is published.
#[must_use]
pub fn meeting_summary(body: &str, held_on: NaiveDate, address: Option<&str>) -> Letter {
    let (body, day, place) = (one_line(body), LongDate(held_on), place(address));
    let text = format!(
        "The summary of the meeting of {body} on {day} has been published.\n\n{place}\n\n\
         You get this as a member of the body or as one of those who scrutinise it.\n"
    );
    Letter { subject: format!("Summary of the meeting of {body} on {day}"), text }
}

/// Tells that a summary was corrected, whoever had the one before among them; what was wrong it doesn't tell.
#[must_use]
pub fn corrected_summary(body: &str, held_on: NaiveDate, address: Option<&str>) -> Letter {
    let (body, day, place) = (one_line(body), LongDate(held_on), place(address));
    let text = format!(
        "A corrected summary of the meeting of {body} on {day} has been published. It takes the place of the one that you may have.\n\n\
         {place}\n\nYou get this as a member of the body, as one of those who scrutinise it, or because you were sent the former one.\n"
    );
    Letter { subject: format!("Corrected summary of the meeting of {body} on {day}"), text }
}

fn place(address: Option<&str>) -> String {
    address.map_or_else(|| "Sign in to read it.".to_owned(), |address| format!("It stands here:\n\n{}", one_line(address)))
}

/// Lets somebody choose a new password.
#[must_use]
pub fn password_reset() -> Letter {
    let text = format!(
        "Somebody, probably you, asked for a new password for this address.\n\n\
         Choose one here within half an hour:\n\n{LINK}\n\n\
         The address serves once, and all sessions end with it. An authenticator stays as it is.\n\
         If you did not ask, you need do nothing: your password stays as it is.\n"
    );
    Letter { subject: "A new password".to_owned(), text }
}

/// Reminds somebody of what is due, each with its day.
#[must_use]
pub fn reminder(due: &[(NaiveDate, &str)], today: NaiveDate) -> Letter {
    let line = |(day, title): &(NaiveDate, &str)| {
        let word = if *day < today { "was due on" } else { "is due on" };
        format!("- {} ({word} {}).", one_line(title), day.format("%-d %B %Y"))
    };
    let lines: Vec<String> = due.iter().map(line).collect();
    let text = format!(
        "A reminder of what your office has to do:\n\n{}\n\nIt is closed by being done: there is nothing to tick off, and no answer to this \
         letter is needed.\n",
        lines.join("\n"),
    );
    let subject = if due.iter().any(|(day, _)| *day < today) { "Something is late" } else { "Something is due" };
    Letter { subject: subject.to_owned(), text }
}

/// The text of a letter with its link.
#[must_use]
pub fn with_link(text: &str, link: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(|line| if line == LINK { link } else { line }).collect();
    lines.join("\n")
}

fn told(appointed: &Appointed<'_>) -> String {
    let until = appointed.to_on.map(|day| format!(" to {}", day.format("%-d %B %Y"))).unwrap_or_default();
    format!(
        "{} has appointed you as {} from {}{until} ({}).",
        appointed.tenant,
        office_name(appointed.office),
        appointed.from_on.format("%-d %B %Y"),
        one_line(appointed.minute_reference),
    )
}

/// What others entered can't begin a line of its own.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appointed<'a>(name: &'a str) -> Appointed<'a> {
        Appointed {
            name,
            tenant: "Halton Strategic Partnership",
            office: Office::PpbMember,
            from_on: NaiveDate::from_ymd_opt(2010, 2, 9).unwrap(),
            to_on: NaiveDate::from_ymd_opt(2011, 5, 5),
            minute_reference: "HSPB 3 February 2010, minute 7",
        }
    }

    #[test]
    fn an_invitation_says_who_appointed_whom_to_what_and_has_the_link_once() {
        let letter = invitation(&appointed("A. Member"));
        assert!(letter.text.starts_with("Dear A. Member,\n\nHalton Strategic Partnership has appointed you as PPB member from 9 February 2010 to 5 May 2011 (HSPB 3 February 2010, minute 7)."), "{}", letter.text);
        let sent = with_link(&letter.text, "https://concordat.example/#x");
        assert_eq!(sent.matches("https://concordat.example/#x").count(), 1);
        assert!(!sent.contains(LINK));
        assert!(!appointment(&appointed("A. Member")).text.contains(LINK), "who has a password gets no link");
        assert!(password_reset().text.contains("\n{link}\n"));
    }

    #[test]
    fn the_letter_of_a_summary_says_of_which_meeting_it_is_and_where_it_stands() {
        let held_on = NaiveDate::from_ymd_opt(2010, 2, 9).unwrap();
        let letter = meeting_summary("Engagement\nCommittee", held_on, Some("https://police.example/summary"));
        assert_eq!(letter.subject, "Summary of the meeting of Engagement Committee on 9 February 2010");
        assert!(letter.text.contains("\nhttps://police.example/summary\n"), "{}", letter.text);
        assert!(meeting_summary("PPB", held_on, None).text.contains("Sign in to read it."));
    }

    #[test]
    fn a_name_can_neither_begin_a_line_nor_fetch_the_link() {
        let letter = invitation(&appointed("A\r\n{link}\r\nBcc: x"));
        assert!(letter.text.starts_with("Dear A {link} Bcc: x,"));
        assert_eq!(with_link(&letter.text, "secret").matches("secret").count(), 1);
    }
}
