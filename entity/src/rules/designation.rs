//! Whether government holds an agreement's targets fast.
//!
//! Targets that the Secretary of State designated may not be changed locally; once the designation is revoked, as all were in
//! October 2010, they may.

use chrono::NaiveDate;

/// Whether targets designated on one day, and freed on another, are held fast on the day in question.
///
/// The day of designation counts, and the day of revocation doesn't.
#[must_use]
pub fn is_designated(designated_on: Option<NaiveDate>, revoked_on: Option<NaiveDate>, on: NaiveDate) -> bool {
    designated_on.is_some_and(|day| day <= on) && revoked_on.is_none_or(|day| on < day)
}

#[cfg(test)]
mod tests {
    use super::is_designated;
    use crate::rules::tests::on;

    #[test]
    fn designation_holds_from_its_day_until_the_day_of_revocation() {
        let (from, to) = (Some(on("2008-06-30")), Some(on("2010-10-13")));
        assert!(!is_designated(from, to, on("2008-06-29")));
        assert!(is_designated(from, to, on("2008-06-30")));
        assert!(is_designated(from, to, on("2010-10-12")));
        assert!(!is_designated(from, to, on("2010-10-13")));
        assert!(is_designated(from, None, on("2026-01-01")));
        assert!(!is_designated(None, to, on("2010-02-09")));
    }
}
