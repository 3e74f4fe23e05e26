//! What becomes of a letter that couldn't be sent, and how long links are good.

use chrono::{DateTime, TimeDelta, Utc};

use crate::tables::identity::{mail_outbox::LetterKind, single_use_link::LinkPurpose};

/// The wait after the first attempt that failed; each further one doubles it.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// No wait between two attempts is longer than this.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// How long somebody who sends a letter has it to themselves; well above the time that a mail server may take.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);

/// How long a link is good from the moment at which it is made.
#[must_use]
pub const fn lifetime(purpose: LinkPurpose) -> TimeDelta {
    match purpose {
        LinkPurpose::Invitation => TimeDelta::days(7),
        LinkPurpose::PasswordReset => TimeDelta::minutes(30),
    }
}

/// For how long a letter is worth sending: somebody who asked for a link an hour ago has asked again, or remembered.
const fn worth_sending_for(kind: LetterKind) -> TimeDelta {
    match kind {
        LetterKind::Invitation | LetterKind::Appointment | LetterKind::Notice => TimeDelta::days(3),
        LetterKind::PasswordReset => TimeDelta::hours(1),
        // The next reminder comes after a few days, and says the same.
        LetterKind::Reminder => TimeDelta::days(2),
    }
}

/// When a letter that was written at `written` is tried again after its `attempts`th attempt failed at `now`; `None` when it is
/// given up.
#[must_use]
pub fn next_attempt(kind: LetterKind, written: DateTime<Utc>, attempts: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let factor = 2_i32.checked_pow(doublings).unwrap_or(i32::MAX);
    let wait = FIRST_WAIT.checked_mul(factor).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
    is_worth_sending(kind, written, now + wait).then(|| now + wait)
}

/// Whether a letter that was written at `written` is still worth sending.
#[must_use]
pub fn is_worth_sending(kind: LetterKind, written: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < written + worth_sending_for(kind)
}

/// Whether it looks like an address to which a mail server would deliver: one `@`, a dot behind it, nothing unprintable.
#[must_use]
pub fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else { return false };
    let is_plain = |text: &str| text.chars().all(|sign| sign.is_ascii_graphic() && !"@<>()[]\\,;:\"".contains(sign));
    email.len() <= 254
        && !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && is_plain(local)
        && is_plain(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_265_706_000 + minutes * 60, 0).unwrap()
    }

    #[test]
    fn only_what_a_mail_server_would_take_is_an_address() {
        for good in ["a@b.example", "o'neill+psg@halton.gov.uk"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@b.example", "a".repeat(250));
        for bad in [
            "",
            "a",
            "a@",
            "@b.example",
            "a@b",
            "a@.example",
            "a@b@c.example",
            "a b@c.example",
            "a@b.example\r\nBcc: x",
            "<a@b.example>",
            &long,
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let waits = (1..=9).map(|attempt| next_attempt(LetterKind::Invitation, at(0), attempt, at(0)).map(|next| next - at(0)));
        let minutes: Vec<i64> = waits.map(|wait| wait.unwrap().num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(next_attempt(LetterKind::Invitation, at(0), i32::MAX, at(0)), Some(at(60)));
    }

    #[test]
    fn a_reset_is_given_up_within_the_hour_and_an_invitation_after_three_days() {
        assert_eq!(next_attempt(LetterKind::PasswordReset, at(0), 6, at(27)), Some(at(59)));
        assert_eq!(next_attempt(LetterKind::PasswordReset, at(0), 6, at(28)), None);
        assert_eq!(next_attempt(LetterKind::Invitation, at(0), 1, at(3 * 24 * 60 - 2)), Some(at(3 * 24 * 60 - 1)));
        assert_eq!(next_attempt(LetterKind::Invitation, at(0), 1, at(3 * 24 * 60 - 1)), None);
    }
}
