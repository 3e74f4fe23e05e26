//! Who holds a risk, since when, what was decided and what came back, as everybody sees it who sees the risk.

use chrono::NaiveDate;

use super::registers;
use crate::{
    rules::{
        escalation::{Branch, State, Step},
        period::Period,
    },
    tables::risk::{risk, risk_referral, risk_referral_step},
};

/// One of the places where a risk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// On which of its ways.
    pub branch: Branch,
    /// Where.
    pub state: State,
    /// The day since which it has been there.
    pub since: NaiveDate,
    /// The last day on which whoever holds it acts in time, where there is one.
    pub due_on: Option<NaiveDate>,
    /// What was said when it came there.
    pub reason: Option<String>,
}

/// Everything about where a risk is.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where it is as a whole.
    pub state: State,
    /// Everywhere it is.
    pub places: Vec<Place>,
    /// What the Treasurer, the chief executive or a committee decided last.
    pub decision: Option<risk_referral_step::Model>,
    /// What came back last from above: of two ways, that whose outcome counts for the whole.
    pub came_back: Option<risk_referral_step::Model>,
    /// The quarters for which it was reported, with the residual score of each.
    pub reports: Vec<(Period, i32)>,
}

/// The latest of a risk's referrals.
#[must_use]
pub fn latest(referrals: &[risk_referral::Model]) -> Option<&risk_referral::Model> {
    referrals.iter().max_by_key(|row| row.round)
}

/// The quarters for which a risk was reported, with the residual score of each.
#[must_use]
pub fn reports(steps: &[risk_referral_step::Model]) -> Vec<(Period, i32)> {
    let reports = steps.iter().filter(|step| step.step == Step::Report);
    reports.filter_map(|step| Some((step.quarter.as_deref()?.parse().ok()?, step.residual_score?))).collect()
}

/// Where a risk is, as its own register shows it at the end of a day; `referral` is its latest, with its steps in order. What was closed
/// at source is closed, whatever became of it above; what was closed above is closed once the lead member closes it at source, too.
#[must_use]
pub fn at_home(
    row: &risk::Model,
    as_at: NaiveDate,
    referral: Option<(&risk_referral::Model, &[risk_referral_step::Model])>,
) -> Account {
    let above = referral.map(|(referral, steps)| account(referral, steps));
    let here = |state, since, reason: Option<&String>| {
        let place = Place { branch: Branch::Common, state, since, due_on: None, reason: reason.cloned() };
        (state, vec![place])
    };
    let closed_on = row.closed_on.filter(|_| !registers::is_open(row, as_at));
    let (state, places) = match (closed_on, &above) {
        (Some(closed_on), _) => here(State::Closed, closed_on, row.closing_reason.as_ref()),
        (None, None) => here(State::AtSource, row.recorded_on, None),
        (None, Some(above)) if above.state == State::Closed => {
            let since = above.places.iter().map(|place| place.since).max().unwrap_or(row.recorded_on);
            here(State::ClosedAbove, since, above.came_back.as_ref().and_then(|step| step.reason.as_ref()))
        }
        (None, Some(above)) => (above.state, above.places.clone()),
    };
    let nothing = Account { state, places: Vec::new(), decision: None, came_back: None, reports: Vec::new() };
    Account { state, places, ..above.unwrap_or(nothing) }
}

/// Where a risk that was passed on is, as whoever received it sees it, who doesn't see its register; with its steps in order.
#[must_use]
pub fn account(referral: &risk_referral::Model, steps: &[risk_referral_step::Model]) -> Account {
    let custody = referral.custody();
    let whole = custody.state();
    let last = |wanted: &dyn Fn(&risk_referral_step::Model) -> bool| steps.iter().rev().find(|step| wanted(step)).cloned();
    let place = |(branch, state): (Branch, State)| {
        // A report that left it where it was doesn't begin it anew there; of two ways that ended alike, each has its own step.
        let is_on_its_way = |step: &risk_referral_step::Model| step.branch == branch;
        let arrived = last(&|step| step.to_state == state && step.from_state != state && is_on_its_way(step));
        let since = arrived.as_ref().map_or(referral.recorded_on, |step| step.recorded_on);
        let due_on = referral.due_on.filter(|_| state == State::WithTreasurer);
        Place { branch, state, since, due_on, reason: arrived.and_then(|step| step.reason) }
    };
    Account {
        state: whole,
        places: custody.places().into_iter().map(place).collect(),
        decision: last(&|step| !matches!(step.step, Step::Report | Step::Note)),
        came_back: last(&|step| step.to_state.is_outcome() && (!whole.is_outcome() || step.to_state == whole)),
        reports: reports(steps),
    }
}
