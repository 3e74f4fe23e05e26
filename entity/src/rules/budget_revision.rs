//! What a budget says on a day, once it has been revised within its year.
//!
//! A revision changes figures from a day on and leaves the earlier ones readable. Money that an agreed revision is going to take away
//! can't be committed any more from the day of its agreement: so no revision that comes into force finds more committed than it leaves.

use chrono::NaiveDate;

use super::{
    delegation::{Account, Allowance},
    money::Pence,
};
use crate::tables::{finance::budget_revision_line::LineStanding, values::closed_set};

closed_set! {
    /// How a revision of a budget stands.
    pub enum RevisionStatus {
        /// It is drawn up and not agreed.
        Draft = "DRAFT",
        /// Another draft took its place before it was agreed.
        Replaced = "REPLACED",
        /// It is agreed, and its day hasn't come.
        Agreed = "AGREED",
        /// The budget goes by it.
        InForce = "IN_FORCE",
        /// The budget went by it until a later revision took its place.
        Former = "FORMER",
    }
}

/// What became of a revision.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// The day from which it was meant to hold.
    pub effective_on: NaiveDate,
    /// The day on which it was agreed.
    pub agreed_on: Option<NaiveDate>,
    /// The day on which another draft took its place.
    pub replaced_on: Option<NaiveDate>,
    /// The day from which a later one holds.
    pub followed_on: Option<NaiveDate>,
}

impl Course {
    /// The day from which it holds: the day that it names, or the day of its agreement where that came later; none for a draft.
    #[must_use]
    pub fn in_force_from(self) -> Option<NaiveDate> {
        self.agreed_on.map(|day| day.max(self.effective_on))
    }

    /// How it stands at the end of a day.
    #[must_use]
    pub fn status(self, on: NaiveDate) -> RevisionStatus {
        let by_then = |day: Option<NaiveDate>| day.is_some_and(|day| day <= on);
        if by_then(self.followed_on) {
            RevisionStatus::Former
        } else if by_then(self.in_force_from()) {
            RevisionStatus::InForce
        } else if by_then(self.agreed_on) {
            RevisionStatus::Agreed
        } else if by_then(self.replaced_on) {
            RevisionStatus::Replaced
        } else {
            RevisionStatus::Draft
        }
    }
}

/// A figure of a budget on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// What may be spent.
    pub agreed: Pence,
    /// What of it an agreed revision takes away on a later day.
    pub withheld: Pence,
}

impl Figure {
    /// What of it may be committed, where so much is.
    #[must_use]
    pub const fn allowance(self, committed: Pence) -> Allowance {
        Allowance { agreed: self.agreed, withheld: self.withheld, committed }
    }
}

/// What a figure is on a day, from what it was at first and what agreed revisions made of it, in their order, each from its day on.
#[must_use]
pub fn figure(first: Pence, revised: &[(NaiveDate, Pence)], on: NaiveDate) -> Figure {
    let in_force = revised.iter().rfind(|(from, _)| *from <= on).map_or(first, |(_, pence)| *pence);
    // Of several for one day only the last one agreed will ever hold.
    let will_hold = |(place, (from, _)): &(usize, &(NaiveDate, Pence))| {
        *from > on && !revised.iter().skip(place + 1).any(|(later, _)| later == from)
    };
    let least = revised.iter().enumerate().filter(will_hold).map(|(_, (_, pence))| *pence).min();
    let withheld = least.map_or(Pence::NONE, |least| (in_force - least).max(Pence::NONE));
    Figure { agreed: in_force, withheld }
}

/// Whether a line is open or closed on a day, from its closings and openings in the order in which they were made, each from its day on;
/// which of them made it so, none where it has been open all along.
#[must_use]
pub fn last_turn<T>(turns: impl IntoIterator<Item = (NaiveDate, T)>, on: NaiveDate) -> Option<(NaiveDate, T)> {
    // Of several on one day the last one made counts.
    turns.into_iter().filter(|(from, _)| *from <= on).max_by_key(|(from, _)| *from)
}

/// Whether a line can be spent from on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It can.
    Open,
    /// Not yet: an agreed revision adds or opens it from this day on.
    OpensOn(NaiveDate),
    /// It can't, and nothing that is agreed opens it.
    Closed,
}

/// Whether a line can be spent from on a day: from the day on which it becomes part of its budget, and as long as it isn't closed. Turns are
/// its closings and openings in the order in which they were made, each from its day on.
#[must_use]
pub fn opening(begins_on: Option<NaiveDate>, turns: &[(NaiveDate, LineStanding)], on: NaiveDate) -> Opening {
    let is_open = |day| {
        let turn = last_turn(turns.iter().copied(), day);
        begins_on.is_none_or(|from| from <= day) && turn.is_none_or(|(_, standing)| standing == LineStanding::Open)
    };
    if is_open(on) {
        return Opening::Open;
    }
    let days = begins_on.into_iter().chain(turns.iter().map(|(from, _)| *from));
    days.filter(|day| *day > on && is_open(*day)).min().map_or(Opening::Closed, Opening::OpensOn)
}

/// The least that a figure can be lowered to, where a new one is below: what is committed, or what was paid where that is more.
#[must_use]
pub fn floor_above(new: Pence, account: Account) -> Option<Pence> {
    let floor = account.committed.max(account.spent);
    (new < floor).then_some(floor)
}

#[cfg(test)]
mod tests {
    use super::{Account, Course, Figure, LineStanding, Opening, Pence, RevisionStatus, figure, floor_above, last_turn, opening};
    use crate::rules::tests::on;

    fn pounds(pounds: i64) -> Pence {
        Pence::new(pounds * 100)
    }

    #[test]
    fn a_figure_goes_by_the_revision_in_force_and_holds_back_what_a_later_one_takes() {
        let revised = [(on("2010-01-01"), pounds(40)), (on("2010-03-01"), pounds(25)), (on("2010-03-01"), pounds(28))];
        let at = |day| figure(pounds(30), &revised, on(day));
        assert_eq!(at("2009-12-31"), Figure { agreed: pounds(30), withheld: pounds(2) });
        assert_eq!(
            at("2010-01-01"),
            Figure { agreed: pounds(40), withheld: pounds(12) },
            "the one that another replaces takes nothing"
        );
        assert_eq!(at("2010-03-01"), Figure { agreed: pounds(28), withheld: Pence::NONE }, "the later of two on one day");
        let raised = [(on("2010-03-01"), pounds(50))];
        let before = figure(pounds(30), &raised, on("2010-02-28"));
        assert_eq!(before, Figure { agreed: pounds(30), withheld: Pence::NONE }, "more money isn't there before its day");
    }

    #[test]
    fn a_revision_holds_from_its_day_or_from_its_agreement_where_that_comes_later() {
        let draft = Course { effective_on: on("2010-02-05"), agreed_on: None, replaced_on: None, followed_on: None };
        assert_eq!((draft.in_force_from(), draft.status(on("2010-03-01"))), (None, RevisionStatus::Draft));
        let replaced = Course { replaced_on: Some(on("2010-02-04")), ..draft };
        assert_eq!(replaced.status(on("2010-02-03")), RevisionStatus::Draft);
        assert_eq!(replaced.status(on("2010-02-04")), RevisionStatus::Replaced);
        let late = Course { agreed_on: Some(on("2010-02-09")), ..draft };
        assert_eq!(late.in_force_from(), Some(on("2010-02-09")));
        let early = Course { agreed_on: Some(on("2010-02-01")), followed_on: Some(on("2010-03-01")), ..draft };
        let at = |day| early.status(on(day));
        assert_eq!(at("2010-01-31"), RevisionStatus::Draft);
        assert_eq!(at("2010-02-04"), RevisionStatus::Agreed);
        assert_eq!(at("2010-02-28"), RevisionStatus::InForce);
        assert_eq!(at("2010-03-01"), RevisionStatus::Former);
    }

    #[test]
    fn of_closing_and_opening_on_one_day_the_last_one_made_counts() {
        let turns = [(on("2010-01-01"), "closed"), (on("2010-01-01"), "opened"), (on("2010-02-01"), "closed again")];
        assert_eq!(last_turn(turns, on("2009-12-31")), None);
        assert_eq!(last_turn(turns, on("2010-01-31")), Some((on("2010-01-01"), "opened")));
        assert_eq!(last_turn(turns, on("2010-02-01")), Some((on("2010-02-01"), "closed again")));
    }

    #[test]
    fn a_line_that_is_added_or_opened_from_a_later_day_on_isn_t_open_before_it() {
        use LineStanding::{Closed, Open};
        let added = |day| opening(Some(on("2010-03-01")), &[], on(day));
        assert_eq!(added("2010-02-28"), Opening::OpensOn(on("2010-03-01")));
        assert_eq!(added("2010-03-01"), Opening::Open);
        let turns = [(on("2010-01-01"), Closed), (on("2010-03-01"), Open), (on("2010-03-20"), Closed)];
        let turned = |day| opening(None, &turns, on(day));
        assert_eq!(turned("2009-12-31"), Opening::Open);
        assert_eq!(turned("2010-02-01"), Opening::OpensOn(on("2010-03-01")));
        assert_eq!(turned("2010-03-19"), Opening::Open);
        assert_eq!(turned("2010-03-20"), Opening::Closed);
        let never = [(on("2010-03-01"), Closed)];
        assert_eq!(opening(Some(on("2010-03-01")), &never, on("2010-02-01")), Opening::Closed);
    }

    #[test]
    fn nothing_is_lowered_below_what_is_committed_or_was_paid() {
        let account = |committed, spent| Account { committed: pounds(committed), spent: pounds(spent) };
        assert_eq!(floor_above(pounds(10), account(10, 4)), None);
        assert_eq!(floor_above(pounds(9), account(10, 4)), Some(pounds(10)));
        assert_eq!(floor_above(pounds(11), account(10, 12)), Some(pounds(12)));
    }
}
