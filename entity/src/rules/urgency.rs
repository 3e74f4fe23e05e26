//! When an item may still be put on an agenda (Local Government Act 1972, section 100B(4)): what lies open for five clear days before the
//! meeting is simply added; what wasn't on the published agenda is taken only if the chairman is of the opinion that it is urgent, by reason
//! of special circumstances that the minutes specify. Since that opinion is formed for the meeting, it is entered by its day or while the
//! meeting is written up: until its summary is published, and no later than that is due.

use chrono::NaiveDate;

use super::{minutes::MinutesStanding, wording::LongDate};

/// Today, and the days of a meeting by which it is judged.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// Today.
    pub today: NaiveDate,
    /// The last day on which papers can be published to lie open for long enough.
    pub papers_due_on: NaiveDate,
    /// The meeting's own day.
    pub held_on: NaiveDate,
    /// The last day on which its summary is in time.
    pub summary_due_on: NaiveDate,
    /// Whether its summary is published.
    pub is_summed_up: bool,
}

/// Why an item isn't added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// The minutes are closed.
    #[error("The minutes of this meeting are approved as a correct record, and its agenda stands as it is.")]
    MinutesApproved,
    /// The meeting has been written up, or should have been.
    #[error(
        "This meeting has been written up, or should have been: what it took as urgent business is entered on its day or afterwards until its \
         summary is published, and by {} at the latest. What else comes up goes to the next meeting.",
        LongDate(*.0)
    )]
    WrittenUp(NaiveDate),
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
    let is_written_up = when.is_summed_up || when.today > when.summary_due_on;
    match urgency {
        _ if when.today > when.held_on && is_written_up => Err(NotAdded::WrittenUp(when.summary_due_on)),
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
        let when = |today: &str| When {
            today: on(today),
            papers_due_on: on("2010-02-01"),
            held_on: on("2010-02-09"),
            summary_due_on: on("2010-02-16"),
            is_summed_up: false,
        };
        let add = |today: &str, minutes, urgency| may_add(when(today), minutes, urgency);
        let (draft, approved) = (MinutesStanding::Draft, MinutesStanding::Approved);
        assert_eq!(add("2010-02-01", draft, None), Ok(()));
        assert_eq!(add("2010-02-01", draft, Some("snow")), Err(NotAdded::InTime));
        assert_eq!(add("2010-02-02", draft, Some("snow")), Ok(()), "it comes too late to lie open");
        assert_eq!(add("2010-02-08", draft, None), Ok(()));
        assert_eq!(add("2010-02-09", draft, None), Err(NotAdded::NotUrgent));
        assert_eq!(add("2010-02-09", draft, Some("snow")), Ok(()));
        assert_eq!(add("2010-02-16", draft, Some("snow")), Ok(()), "while the meeting is written up");
        assert_eq!(add("2010-02-10", draft, None), Err(NotAdded::NotUrgent));
        for urgency in [Some("snow"), None] {
            assert_eq!(add("2010-02-17", draft, urgency), Err(NotAdded::WrittenUp(on("2010-02-16"))));
            let summed_up = When { is_summed_up: true, ..when("2010-02-10") };
            assert_eq!(may_add(summed_up, draft, urgency), Err(NotAdded::WrittenUp(on("2010-02-16"))));
        }
        let own_day = When { is_summed_up: true, ..when("2010-02-09") };
        assert_eq!(may_add(own_day, draft, Some("snow")), Ok(()), "on its own day the meeting may still sit");
        assert_eq!(add("2010-02-10", approved, Some("snow")), Err(NotAdded::MinutesApproved));
        assert_eq!(add("2010-03-09", approved, Some("snow")), Err(NotAdded::MinutesApproved));
    }
}
