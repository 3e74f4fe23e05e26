//! Writing a calendar as RFC 5545 has it: events of whole days, and nothing else.
//!
//! That takes three of the RFC's rules: texts are escaped (3.3.11), lines end with CR LF and are folded at 75 octets (3.1). A library would
//! bring a parser and time zones that nothing here needs. The same events always give the same text, so that it can be compared by its
//! tag.

use std::fmt::Write as _;

use chrono::NaiveDate;

/// Octets of a line without its end, at most.
const LONGEST_LINE: usize = 75;

/// Something that falls on a day.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// What tells it from others, for ever.
    pub uid: String,
    /// Its day.
    pub on: NaiveDate,
    /// The day on which it became what it is now, which is never in the future (3.8.7.2); not the moment of writing, so that nothing
    /// changes that didn't.
    pub changed_on: NaiveDate,
    /// What it is.
    pub summary: String,
    /// What else there is to say.
    pub description: &'a str,
    /// Whether it was called off.
    pub is_cancelled: bool,
    /// Whether it comes before everything else (3.8.1.9).
    pub is_urgent: bool,
}

/// A calendar of events.
#[must_use]
pub fn calendar(name: &str, events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for (property, value) in
        [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//Concordat//Obligations//EN"), ("CALSCALE", "GREGORIAN")]
    {
        line(&mut text, property, value);
    }
    line(&mut text, "X-WR-CALNAME", &escaped(name));
    for event in events {
        let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
        line(&mut text, "BEGIN", "VEVENT");
        line(&mut text, "UID", &event.uid);
        line(&mut text, "DTSTAMP", &format!("{}T000000Z", day(event.changed_on)));
        line(&mut text, "DTSTART;VALUE=DATE", &day(event.on));
        line(&mut text, "SUMMARY", &escaped(&event.summary));
        line(&mut text, "DESCRIPTION", &escaped(event.description));
        line(&mut text, "STATUS", if event.is_cancelled { "CANCELLED" } else { "CONFIRMED" });
        if event.is_urgent {
            line(&mut text, "PRIORITY", "1");
        }
        // A due day keeps nobody from being free that day.
        line(&mut text, "TRANSP", "TRANSPARENT");
        line(&mut text, "END", "VEVENT");
    }
    line(&mut text, "END", "VCALENDAR");
    text
}

/// A text as a value.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars().filter(|sign| *sign != '\r') {
        match sign {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            '\n' => escaped.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// A line, folded between characters.
fn line(text: &mut String, property: &str, value: &str) {
    let mut whole = String::new();
    let _ = write!(whole, "{property}:{value}");
    let mut octets = 0;
    for sign in whole.chars() {
        if octets + sign.len_utf8() > LONGEST_LINE {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(sign);
        octets += sign.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::{Event, calendar};
    use crate::rules::tests::on;

    fn event(summary: &str) -> Event<'static> {
        let summary = summary.to_owned();
        Event {
            uid: "1@concordat".to_owned(),
            on: on("2010-02-16"),
            changed_on: on("2010-02-09"),
            summary,
            description: "",
            is_cancelled: false,
            is_urgent: false,
        }
    }

    #[test]
    fn an_event_is_a_whole_day_and_its_words_are_escaped() {
        let text = calendar("Yours", &[event("Report; to the board, in \\ short\nsoon\u{7}")]);
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20100216\r\n"), "{text}");
        assert!(text.contains("DTSTAMP:20100209T000000Z\r\n"), "{text}");
        assert!(text.contains("SUMMARY:Report\\; to the board\\, in \\\\ short\\nsoon\r\n"), "{text}");
        assert!(text.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "every line ends in the same way");
    }

    #[test]
    fn what_is_urgent_comes_first() {
        let urgent = Event { is_urgent: true, ..event("Report") };
        let text = calendar("Yours", &[event("Report"), urgent]);
        assert_eq!(text.matches("PRIORITY:1\r\n").count(), 1, "{text}");
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_unfolding_gives_the_words_back() {
        let summary = "£é漢🦀 — summary of the meeting ".repeat(12);
        let text = calendar("Yours", &[event(&summary)]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{summary}\r\n")));
    }
}
