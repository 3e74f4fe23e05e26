//! Days and moments as dashboards put them into addresses: by ISO 8601, or as milliseconds since the beginning of 1970.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// A day: as 2010-02-09, or the day in London at a moment that [`moment`] reads.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = if is_plain && text.contains('-') {
        text.parse().ok()
    } else {
        moment(text).map(|moment| moment.with_timezone(&London).date_naive())
    };
    day.filter(is_ordinary)
}

/// A moment: by RFC 3339, or in milliseconds since the beginning of 1970 in universal time.
#[must_use]
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().and_then(DateTime::from_timestamp_millis);
    }
    // A plus sign that wasn't escaped in an address arrives as a blank.
    DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|moment| moment.with_timezone(&Utc))
}

/// Years of four figures, which sort as text and which every database keeps.
fn is_ordinary(day: &NaiveDate) -> bool {
    (1000..=9999).contains(&chrono::Datelike::year(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_as_dates_and_as_what_grafana_sends() {
        for (text, expected) in [
            ("2010-02-09", Some("2010-02-09")),
            ("2010-02-09T23:30:00Z", Some("2010-02-09")),
            // In summer London is an hour ahead.
            ("2010-07-31T23:30:00Z", Some("2010-08-01")),
            ("2010-07-31T23:30:00 01:00", Some("2010-07-31")),
            ("1265673600000", Some("2010-02-09")),
            ("0", Some("1970-01-01")),
            ("-86400000", Some("1969-12-31")),
            ("2010-02-30", None),
            ("09/02/2010", None),
            ("now-7d", None),
            ("", None),
            ("99999999999999999999", None),
            ("-99999999999999", None),
            ("2010-2-9", None),
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }
}
