//! How an action stands. What is recorded is what its owners say; that it is overdue nobody says, the date does.

use chrono::NaiveDate;

use super::timescale::Precision;

/// The state that is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionState {
    /// Nothing has been done.
    NotStarted,
    /// Work goes on.
    InProgress,
    /// Work rests.
    OnHold,
    /// It was done; there is evidence.
    Completed,
    /// It will not be done.
    Cancelled,
    /// Another action took its place.
    Superseded,
}

codes!(ActionState, "state of an action", {
    NotStarted => "NOT_STARTED",
    InProgress => "IN_PROGRESS",
    OnHold => "ON_HOLD",
    Completed => "COMPLETED",
    Cancelled => "CANCELLED",
    Superseded => "SUPERSEDED",
});

impl ActionState {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Superseded)
    }
}

/// How it stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionStatus {
    /// As recorded.
    Recorded(ActionState),
    /// It has no date and goes on, or comes again.
    Ongoing,
    /// Its day has passed, and it isn't closed.
    Overdue,
}

impl ActionStatus {
    /// The code under which it is shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recorded(state) => state.code(),
            Self::Ongoing => "ONGOING",
            Self::Overdue => "OVERDUE",
        }
    }
}

/// How an action stands on a day; what has no due date is never overdue.
#[must_use]
pub fn status(state: ActionState, precision: Option<Precision>, due_on: Option<NaiveDate>, on: NaiveDate) -> ActionStatus {
    if state.is_closed() {
        return ActionStatus::Recorded(state);
    }
    match (due_on, precision) {
        (Some(due), _) if due < on => ActionStatus::Overdue,
        (None, Some(Precision::Ongoing | Precision::Recurring)) if state != ActionState::OnHold => ActionStatus::Ongoing,
        _ => ActionStatus::Recorded(state),
    }
}

/// What keeps an action from being specific, measurable, achievable, relevant and timed (S2 asks for all five).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SmartGap {
    /// Nothing says by what its success will be known.
    NoMeasure,
    /// Nobody is accountable.
    NobodyAccountable,
    /// Nothing says what it takes.
    NoResources,
    /// It has neither a due date nor a date of review.
    NoDate,
}

codes!(SmartGap, "gap of an action", {
    NoMeasure => "NO_MEASURE",
    NobodyAccountable => "NOBODY_ACCOUNTABLE",
    NoResources => "NO_RESOURCES",
    NoDate => "NO_DATE",
});

/// What an action says about itself, as far as being SMART goes.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Whether it says by what its success will be known.
    pub measure: bool,
    /// Whether exactly one owner is accountable.
    pub accountable: bool,
    /// Whether it says what it takes.
    pub resources: bool,
    /// Whether it has a due date or a date of review.
    pub date: bool,
}

/// What is missing.
#[must_use]
pub fn gaps(said: Said) -> Vec<SmartGap> {
    let found = [
        (said.measure, SmartGap::NoMeasure),
        (said.accountable, SmartGap::NobodyAccountable),
        (said.resources, SmartGap::NoResources),
        (said.date, SmartGap::NoDate),
    ];
    found.into_iter().filter(|(is_said, _)| !is_said).map(|(_, gap)| gap).collect()
}

#[cfg(test)]
mod tests {
    use super::{ActionState, ActionStatus, Said, SmartGap, gaps, status};
    use crate::rules::{tests::on, timescale::Precision};

    #[test]
    fn an_action_is_overdue_the_day_after_its_due_date_unless_it_is_closed() {
        let due = Some(on("2010-03-31"));
        let at = |state, day| status(state, Some(Precision::Day), due, on(day));
        assert_eq!(at(ActionState::InProgress, "2010-03-31"), ActionStatus::Recorded(ActionState::InProgress));
        assert_eq!(at(ActionState::InProgress, "2010-04-01"), ActionStatus::Overdue);
        assert_eq!(at(ActionState::OnHold, "2010-04-01"), ActionStatus::Overdue, "resting doesn't move the date");
        assert_eq!(at(ActionState::Completed, "2010-04-01"), ActionStatus::Recorded(ActionState::Completed));
        assert_eq!(at(ActionState::Superseded, "2012-04-01"), ActionStatus::Recorded(ActionState::Superseded));
    }

    #[test]
    fn what_goes_on_is_never_overdue() {
        let at = |state, precision| status(state, precision, None, on("2030-01-01"));
        assert_eq!(at(ActionState::InProgress, Some(Precision::Ongoing)), ActionStatus::Ongoing);
        assert_eq!(at(ActionState::NotStarted, Some(Precision::Recurring)), ActionStatus::Ongoing);
        assert_eq!(at(ActionState::OnHold, Some(Precision::Ongoing)), ActionStatus::Recorded(ActionState::OnHold));
        assert_eq!(at(ActionState::NotStarted, None), ActionStatus::Recorded(ActionState::NotStarted));
    }

    #[test]
    fn gaps_name_what_is_missing() {
        assert_eq!(
            gaps(Said { measure: false, accountable: true, resources: false, date: true }),
            [SmartGap::NoMeasure, SmartGap::NoResources]
        );
        assert_eq!(gaps(Said { measure: true, accountable: true, resources: true, date: true }), []);
    }
}
