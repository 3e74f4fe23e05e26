//! Who holds a risk, since when, what was decided and what came back, as everybody sees it who sees the risk.

use chrono::NaiveDate;

use crate::{
    rules::{
        escalation::{Branch, Custody, State, Step},
        period::Period,
    },
    tables::risk::{risk_referral, risk_referral_step},
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
    /// What came back last from above.
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

/// Where a risk is that was put on its register on a day; `referral` is its latest, with its steps in order.
#[must_use]
pub fn account(recorded_on: NaiveDate, referral: Option<(&risk_referral::Model, &[risk_referral_step::Model])>) -> Account {
    let Some((referral, steps)) = referral else {
        let place = Place { branch: Branch::Common, state: State::AtSource, since: recorded_on, due_on: None };
        let (state, places) = (Custody::AT_SOURCE.state(), vec![place]);
        return Account { state, places, decision: None, came_back: None, reports: Vec::new() };
    };
    let custody = referral.custody();
    let last = |wanted: &dyn Fn(&risk_referral_step::Model) -> bool| steps.iter().rev().find(|step| wanted(step)).cloned();
    let place = |(branch, state): (Branch, State)| {
        // A report that left it where it was doesn't begin it anew there.
        let arrived = last(&|step| step.to_state == state && step.from_state != state);
        let since = arrived.map_or(referral.recorded_on, |step| step.recorded_on);
        Place { branch, state, since, due_on: referral.due_on.filter(|_| state == State::WithTreasurer) }
    };
    Account {
        state: custody.state(),
        places: custody.places().into_iter().map(place).collect(),
        decision: last(&|step| !matches!(step.step, Step::Report | Step::Note)),
        came_back: last(&|step| step.to_state.is_outcome()),
        reports: reports(steps),
    }
}
