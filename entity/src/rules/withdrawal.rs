//! When an item is withdrawn from an agenda: until the meeting's minutes are approved, and only while nothing was minuted under it. It keeps
//! its place and number, and says from then on that it was withdrawn.

use chrono::NaiveDate;

use super::{
    minutes::MinutesStanding,
    wording::{LongDate, listed},
};

/// Why an item isn't withdrawn, or carries no minute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpen {
    /// It was withdrawn already.
    #[error("This item was withdrawn from the agenda on {}.", LongDate(*.0))]
    Withdrawn(NaiveDate),
    /// The minutes are closed.
    #[error("The minutes of this meeting are approved as a correct record, and its agenda stands as it is.")]
    MinutesApproved,
    /// Something was decided under it, or received.
    #[error(
        "This item was dealt with: {0} stands under it. What was taken can't be withdrawn; a minute that is wrong is corrected."
    )]
    Minuted(String),
}

/// Whether an item may be withdrawn, with the numbers of the minutes under it.
///
/// # Errors
/// Says why it may not.
pub fn may_withdraw(withdrawn_on: Option<NaiveDate>, minutes: MinutesStanding, under_it: &[&str]) -> Result<(), NotOpen> {
    takes_minutes(withdrawn_on)?;
    match (minutes, under_it) {
        (MinutesStanding::Approved, _) => Err(NotOpen::MinutesApproved),
        (MinutesStanding::Draft, []) => Ok(()),
        (MinutesStanding::Draft, [one]) => Err(NotOpen::Minuted(format!("minute {one}"))),
        (MinutesStanding::Draft, several) => Err(NotOpen::Minuted(format!("minutes {}", listed(several)))),
    }
}

/// Whether something can be minuted under an item.
///
/// # Errors
/// When it was withdrawn.
pub fn takes_minutes(withdrawn_on: Option<NaiveDate>) -> Result<(), NotOpen> {
    withdrawn_on.map_or(Ok(()), |day| Err(NotOpen::Withdrawn(day)))
}

/// What everybody may know of an item that was withdrawn: when, and by which office.
#[must_use]
pub fn withdrawn_words(on: NaiveDate, office: Option<&str>) -> String {
    let by = office.map(|office| format!(" by the {office}")).unwrap_or_default();
    format!("This item was withdrawn from the agenda on {}{by}.", LongDate(on))
}

#[cfg(test)]
mod tests {
    use super::{NotOpen, may_withdraw, withdrawn_words};
    use crate::rules::{minutes::MinutesStanding, tests::on};

    #[test]
    fn what_was_dealt_with_or_withdrawn_or_approved_stays() {
        let (draft, approved) = (MinutesStanding::Draft, MinutesStanding::Approved);
        assert_eq!(may_withdraw(None, draft, &[]), Ok(()));
        assert_eq!(may_withdraw(None, approved, &[]), Err(NotOpen::MinutesApproved));
        assert_eq!(may_withdraw(None, draft, &["7"]), Err(NotOpen::Minuted("minute 7".to_owned())));
        assert_eq!(may_withdraw(None, draft, &["7", "9"]), Err(NotOpen::Minuted("minutes 7 and 9".to_owned())));
        let day = on("2010-02-03");
        for minutes in [draft, approved] {
            assert_eq!(may_withdraw(Some(day), minutes, &[]), Err(NotOpen::Withdrawn(day)));
        }
    }

    #[test]
    fn it_is_said_when_and_by_which_office() {
        let day = on("2010-02-03");
        assert_eq!(
            withdrawn_words(day, Some("clerk")),
            "This item was withdrawn from the agenda on 3 February 2010 by the clerk."
        );
        assert_eq!(withdrawn_words(day, None), "This item was withdrawn from the agenda on 3 February 2010.");
    }
}
