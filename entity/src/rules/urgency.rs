//! When an item may still be put on an agenda (Local Government Act 1972, section 100B(4)): what lies open for five clear days before the
//! meeting is simply added; what wasn't on the published agenda is taken only if the chairman is of the opinion that it is urgent, by reason
//! of special circumstances that the minutes specify.

use chrono::NaiveDate;

use super::minutes::MinutesStanding;

/// Today, and the days of a meeting by which it is judged.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// Today.
    pub today: NaiveDate,
    /// The last day on which papers can be published to lie open for long enough.
    pub papers_due_on: NaiveDate,
    /// The meeting's own day.
    pub held_on: NaiveDate,
}

/// Why an item isn't added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// The minutes are closed.
    #[error("The minutes of this meeting are approved as a correct record, and its agenda stands as it is.")]
    MinutesApproved,
    /// The day of the meeting has come, and nothing says why it is urgent.
    #[error(
        "This meeting's day has come, and its agenda stands as it is. An item that wasn't on it is taken only if the chairman is of the opinion \
         that it is urgent: say by reason of which special circumstances (urgentBecause). What else comes up is minuted under what it is about."
    )]
    NotUrgent,
    /// It is added in time, so that nothing has to be urgent.
    #[error(
        "An item that is added by now lies open for five clear working days before the meeting: it is ordinary business, not urgent."
    )]
    InTime,
}

/// Whether an item may be added to an agenda, with a reason why it is urgent or without.
///
/// # Errors
/// Says why it may not.
pub fn may_add(when: When, minutes: MinutesStanding, urgency: Option<&str>) -> Result<(), NotAdded> {
    if minutes == MinutesStanding::Approved {
        return Err(NotAdded::MinutesApproved);
    }
    match urgency {
        None if when.today >= when.held_on => Err(NotAdded::NotUrgent),
        Some(_) if when.today <= when.papers_due_on => Err(NotAdded::InTime),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{NotAdded, When, may_add};
    use crate::rules::{minutes::MinutesStanding, tests::on};

    #[test]
    fn from_the_meeting_s_day_on_only_what_is_urgent_is_added_and_nothing_once_its_minutes_are_approved() {
        let add = |today: &str, minutes, urgency| {
            may_add(When { today: on(today), papers_due_on: on("2010-02-01"), held_on: on("2010-02-09") }, minutes, urgency)
        };
        let (draft, approved) = (MinutesStanding::Draft, MinutesStanding::Approved);
        assert_eq!(add("2010-02-01", draft, None), Ok(()));
        assert_eq!(add("2010-02-01", draft, Some("snow")), Err(NotAdded::InTime));
        assert_eq!(add("2010-02-02", draft, Some("snow")), Ok(()), "it comes too late to lie open");
        assert_eq!(add("2010-02-08", draft, None), Ok(()));
        assert_eq!(add("2010-02-09", draft, None), Err(NotAdded::NotUrgent));
        assert_eq!(add("2010-02-09", draft, Some("snow")), Ok(()));
        assert_eq!(add("2010-03-09", draft, Some("snow")), Ok(()));
        assert_eq!(add("2010-03-09", approved, Some("snow")), Err(NotAdded::MinutesApproved));
    }
}
