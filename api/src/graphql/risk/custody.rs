//! Who holds a risk.

use async_graphql::SimpleObject;
use entity::usecases::risk::custody::{Account, Place};

use super::{RiskBranch, RiskState, RiskStep};
use crate::graphql::{organisation::Office, performance::Period, scalars::Date};

/// One of the places where a risk is: there are two when it concerns both the Authority and the partnership.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskPlace {
    /// On which of its ways.
    branch: RiskBranch,
    /// Where.
    state: RiskState,
    /// Who holds it there, in words.
    held_by: String,
    /// The office that holds it, or speaks for the body that does; null once it is closed.
    office: Option<Office>,
    /// The day since which it has been there.
    since_on: Date,
    /// The last day on which that office acts in time: the Treasurer has ten working days after the committee.
    due_on: Option<Date>,
    /// What was said when it came there: why it was reported, noted, determined, given back or closed on this way.
    reason: Option<String>,
}

impl From<Place> for RiskPlace {
    fn from(place: Place) -> Self {
        Self {
            branch: place.branch.into(),
            state: place.state.into(),
            held_by: place.state.held_by().to_owned(),
            office: place.state.holder().map(Office::from),
            since_on: Date(place.since),
            due_on: place.due_on.map(Date),
            reason: place.reason,
        }
    }
}

/// Who holds a risk, since when, what was decided and what came back.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskCustody {
    /// Where it is as a whole: of two ways, the one that hasn't come to an outcome; once both have, RETURNED or MONITORED if either
    /// gave it back. CLOSED once it is closed on its own register.
    state: RiskState,
    /// Everywhere it is, with what was said when it came there.
    places: Vec<RiskPlace>,
    /// The quarters for which it was reported.
    reported_for: Vec<Period>,
    /// What the Treasurer, the chief executive or a committee decided last.
    decision: Option<RiskStep>,
    /// Why.
    decision_reason: Option<String>,
    /// When.
    decided_on: Option<Date>,
    /// What those to whom it came back were told last: of two ways, by the one whose outcome counts for the whole. What was said on each
    /// way stands with its place.
    came_back_reason: Option<String>,
    /// When it came back last.
    came_back_on: Option<Date>,
}

impl From<Account> for RiskCustody {
    fn from(account: Account) -> Self {
        let (decision, back) = (account.decision, account.came_back);
        Self {
            state: account.state.into(),
            places: account.places.into_iter().map(Into::into).collect(),
            reported_for: account.reports.into_iter().map(|(quarter, _)| quarter.into()).collect(),
            decision: decision.as_ref().map(|step| step.step.into()),
            decided_on: decision.as_ref().map(|step| Date(step.recorded_on)),
            decision_reason: decision.and_then(|step| step.reason),
            came_back_on: back.as_ref().map(|step| Date(step.recorded_on)),
            came_back_reason: back.and_then(|step| step.reason),
        }
    }
}
