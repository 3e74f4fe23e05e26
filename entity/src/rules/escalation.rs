//! The way of a risk that can't be settled where it arose (S4, Escalation and resolution of difficulties; domain, Risk scoring and
//! escalation): from the lead member over the committee to the Treasurer, and from there to the Audit Committee, or over the chief
//! executive to the sub-regional team, and back.
//!
//! Each arrow is one office's. A risk that concerns both the Authority and the partnership takes both ways at once, and is settled
//! when both have come to an outcome. What was reported may be reported again in a later quarter: one that had come back begins anew,
//! one that somebody still holds stays with them.

use chrono::NaiveDate;

use super::{period::Period, working_days::WorkingDays};
use crate::{policy::Office, tables::values::closed_set};

closed_set! {
    /// Where a risk is on its way, and so who holds it.
    pub enum State {
        /// With the lead member, where it arose.
        AtSource = "AT_SOURCE",
        /// With the Engagement Committee, in the lead member's report.
        ReportedToEngagement = "REPORTED_TO_ENGAGEMENT",
        /// With the Treasurer, who has to determine it.
        WithTreasurer = "WITH_TREASURER",
        /// Found not to be significant, or not raised; back with the lead member, who keeps an eye on it.
        Monitored = "MONITORED",
        /// Captured in the Authority's register, with the Treasurer.
        OnAuthorityRegister = "ON_AUTHORITY_REGISTER",
        /// With the Audit Committee.
        AuditCommittee = "AUDIT_COMMITTEE",
        /// With the chief executive, who decides whether to raise it.
        ChiefExecutive = "CHIEF_EXECUTIVE",
        /// With the sub-regional team of chief executives.
        SubregionalTeam = "SUBREGIONAL_TEAM",
        /// Returned to the lead member.
        Returned = "RETURNED",
        /// Closed by whoever held it above, and still open on its own register, where the lead member closes it. It is how a register
        /// shows what is [`State::Closed`] above; no step leads there.
        ClosedAbove = "CLOSED_ABOVE",
        /// Closed.
        Closed = "CLOSED",
    }
}

closed_set! {
    /// What an office does about a risk on its way.
    pub enum Step {
        /// The lead member has settled it at source.
        Resolve = "RESOLVE",
        /// The lead member reports it.
        Report = "REPORT",
        /// The committee notes it, or proposes an action.
        Note = "NOTE",
        /// The Treasurer finds it not significant.
        NotSignificant = "NOT_SIGNIFICANT",
        /// The Treasurer captures it in the Authority's register.
        Capture = "CAPTURE",
        /// The Treasurer escalates it to the Audit Committee.
        Escalate = "ESCALATE",
        /// The Treasurer advises the chief executive.
        Advise = "ADVISE",
        /// The chief executive raises it with the sub-regional team.
        Raise = "RAISE",
        /// The chief executive doesn't raise it.
        Decline = "DECLINE",
        /// Its holder returns it to the lead member.
        Return = "RETURN",
        /// Its holder closes it.
        Close = "CLOSE",
    }
}

closed_set! {
    /// Which of its ways a step is on.
    pub enum Branch {
        /// The way that every risk takes, up to the Treasurer.
        Common = "COMMON",
        /// To the Audit Committee.
        Authority = "AUTHORITY",
        /// To the chief executive and the sub-regional team.
        Partnership = "PARTNERSHIP",
    }
}

closed_set! {
    /// Whom a risk concerns, as the Treasurer determines it.
    pub enum Scope {
        /// The Authority.
        Authority = "AUTHORITY",
        /// The partnership as a whole.
        Partnership = "PARTNERSHIP",
        /// Both.
        Both = "BOTH",
    }
}

closed_set! {
    /// Why it may be time to pass a risk on. It is never done by itself.
    pub enum Suggestion {
        /// The residual score is 15 or more.
        VeryHigh = "VERY_HIGH",
        /// It was reported in two quarters running, or more, and hasn't fallen.
        ReportedWithoutFalling = "REPORTED_WITHOUT_FALLING",
        /// The day by which it was to be settled has passed.
        PastResolveBy = "PAST_RESOLVE_BY",
    }
}

impl State {
    /// Whether nobody above the lead member has to do anything more.
    #[must_use]
    pub const fn is_outcome(self) -> bool {
        matches!(self, Self::Monitored | Self::Returned | Self::Closed)
    }

    /// The office that holds a risk in this state, or speaks for the body that does; none once it is closed.
    #[must_use]
    pub const fn holder(self) -> Option<Office> {
        Some(match self {
            Self::AtSource | Self::Monitored | Self::Returned | Self::ClosedAbove => Office::PartnershipLeadMember,
            Self::ReportedToEngagement | Self::AuditCommittee => Office::CommitteeClerk,
            Self::WithTreasurer | Self::OnAuthorityRegister => Office::Treasurer,
            Self::ChiefExecutive | Self::SubregionalTeam => Office::AuthorityChiefExecutive,
            Self::Closed => return None,
        })
    }

    /// Who holds a risk in this state, for a person.
    #[must_use]
    pub const fn held_by(self) -> &'static str {
        match self {
            Self::AtSource => "the lead member, at source",
            Self::ReportedToEngagement => "the Engagement Committee",
            Self::WithTreasurer => "the Treasurer",
            Self::Monitored => "the lead member, who keeps an eye on it",
            Self::OnAuthorityRegister => "the Treasurer, on the Authority's register",
            Self::AuditCommittee => "the Audit Committee",
            Self::ChiefExecutive => "the chief executive",
            Self::SubregionalTeam => "the sub-regional team",
            Self::Returned => "the lead member, to whom it was returned",
            Self::ClosedAbove => "the lead member, to be closed at source, since it was closed above",
            Self::Closed => "nobody, since it is closed",
        }
    }
}

/// One arrow: from where, by which step, by whose office, to where.
#[derive(Clone, Copy, Debug)]
pub struct Arrow {
    /// From where.
    pub from: State,
    /// By which step.
    pub step: Step,
    /// The one office that may take it.
    pub office: Office,
    /// To where.
    pub to: State,
}

const fn arrow(from: State, step: Step, office: Office, to: State) -> Arrow {
    Arrow { from, step, office, to }
}

/// Every arrow there is. The clerk speaks for the committee that holds the risk, the chief executive for the sub-regional team.
pub const ARROWS: &[Arrow] = &[
    arrow(State::AtSource, Step::Resolve, Office::PartnershipLeadMember, State::Closed),
    arrow(State::Monitored, Step::Resolve, Office::PartnershipLeadMember, State::Closed),
    arrow(State::Returned, Step::Resolve, Office::PartnershipLeadMember, State::Closed),
    arrow(State::AtSource, Step::Report, Office::PartnershipLeadMember, State::ReportedToEngagement),
    arrow(State::Monitored, Step::Report, Office::PartnershipLeadMember, State::ReportedToEngagement),
    arrow(State::Returned, Step::Report, Office::PartnershipLeadMember, State::ReportedToEngagement),
    arrow(State::ReportedToEngagement, Step::Note, Office::CommitteeClerk, State::WithTreasurer),
    arrow(State::WithTreasurer, Step::NotSignificant, Office::Treasurer, State::Monitored),
    arrow(State::WithTreasurer, Step::Capture, Office::Treasurer, State::OnAuthorityRegister),
    arrow(State::WithTreasurer, Step::Advise, Office::Treasurer, State::ChiefExecutive),
    arrow(State::OnAuthorityRegister, Step::Escalate, Office::Treasurer, State::AuditCommittee),
    arrow(State::ChiefExecutive, Step::Raise, Office::AuthorityChiefExecutive, State::SubregionalTeam),
    arrow(State::ChiefExecutive, Step::Decline, Office::AuthorityChiefExecutive, State::Monitored),
    arrow(State::AuditCommittee, Step::Return, Office::CommitteeClerk, State::Returned),
    arrow(State::AuditCommittee, Step::Close, Office::CommitteeClerk, State::Closed),
    arrow(State::SubregionalTeam, Step::Return, Office::AuthorityChiefExecutive, State::Returned),
    arrow(State::SubregionalTeam, Step::Close, Office::AuthorityChiefExecutive, State::Closed),
];

/// Why a step can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not from where the risk is.
    #[error("This can't be done now: the risk is with {}.", .0.held_by())]
    OutOfTurn(State),
    /// Not by this office.
    #[error("Only the office that holds the risk may do this.")]
    WrongOffice,
}

/// Where a risk is: on its common way, and on each of the two ways that the Treasurer opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Custody {
    /// How far it has come on the way that every risk takes.
    pub common: State,
    /// How far it has come towards the Audit Committee, if it was captured.
    pub authority: Option<State>,
    /// How far it has come towards the sub-regional team, if the chief executive was advised.
    pub partnership: Option<State>,
}

impl Custody {
    /// Where every risk begins.
    pub const AT_SOURCE: Self = Self { common: State::AtSource, authority: None, partnership: None };

    /// Where it is as a whole. Of two ways the one without an outcome counts; when both have one, it is closed if both closed it,
    /// and with the lead member if either gave it back.
    #[must_use]
    pub fn state(self) -> State {
        match (self.authority, self.partnership) {
            (None, None) => self.common,
            (Some(one), None) | (None, Some(one)) => one,
            (Some(one), _) if !one.is_outcome() => one,
            (_, Some(other)) if !other.is_outcome() => other,
            (Some(State::Closed), Some(State::Closed)) => State::Closed,
            (one, other) if one == Some(State::Returned) || other == Some(State::Returned) => State::Returned,
            _ => State::Monitored,
        }
    }

    /// Everywhere it is, by way; one way only before the Treasurer determines it.
    #[must_use]
    pub fn places(self) -> Vec<(Branch, State)> {
        let branches = [(Branch::Authority, self.authority), (Branch::Partnership, self.partnership)];
        let open: Vec<_> = branches.into_iter().filter_map(|(branch, state)| Some((branch, state?))).collect();
        if open.is_empty() { vec![(Branch::Common, self.common)] } else { open }
    }

    /// Whether the Treasurer still has to determine it, or the committee before.
    #[must_use]
    pub fn is_undetermined(self) -> bool {
        matches!(self.state(), State::ReportedToEngagement | State::WithTreasurer)
    }

    /// Whether somebody above the lead member holds it.
    #[must_use]
    pub fn is_held_above(self) -> bool {
        !(self.state().is_outcome() || self.state() == State::AtSource)
    }

    /// Takes a step on one of its ways.
    ///
    /// # Errors
    /// [`Refused::OutOfTurn`] when no arrow leads from where it is; [`Refused::WrongOffice`] when the one that does is another
    /// office's.
    pub fn take(self, branch: Branch, step: Step, office: Office) -> Result<Self, Refused> {
        let here = match branch {
            // Both ways have to come to an outcome before it begins anew, or is settled.
            Branch::Common => self.state(),
            Branch::Authority => self.authority.ok_or(Refused::OutOfTurn(self.state()))?,
            Branch::Partnership => self.partnership.ok_or(Refused::OutOfTurn(self.state()))?,
        };
        // Where one way has ended and the other hasn't, it is with whoever holds it there.
        let to = along(here, step, office).map_err(|refused| match refused {
            Refused::OutOfTurn(_) if here.is_outcome() => Refused::OutOfTurn(self.state()),
            refused => refused,
        })?;
        Ok(match (branch, step) {
            (Branch::Authority, _) => Self { authority: Some(to), ..self },
            (Branch::Partnership, _) => Self { partnership: Some(to), ..self },
            (Branch::Common, Step::Capture) => Self { authority: Some(to), ..self },
            (Branch::Common, Step::Advise) => Self { partnership: Some(to), ..self },
            (Branch::Common, _) => Self { common: to, authority: None, partnership: None },
        })
    }

    /// The Treasurer determines that it is significant, and whom it concerns: one way is opened, or both.
    ///
    /// # Errors
    /// As [`Custody::take`].
    pub fn determine(self, scope: Scope, office: Office) -> Result<Self, Refused> {
        let captured = || self.take(Branch::Common, Step::Capture, office);
        let advised = || self.take(Branch::Common, Step::Advise, office);
        Ok(match scope {
            Scope::Authority => captured()?,
            Scope::Partnership => advised()?,
            Scope::Both => Self { partnership: advised()?.partnership, ..captured()? },
        })
    }

    /// The lead member reports it. Whoever holds it above keeps it.
    ///
    /// # Errors
    /// As [`Custody::take`].
    pub fn report(self, office: Office) -> Result<Self, Refused> {
        if self.is_held_above() && office == Office::PartnershipLeadMember {
            return Ok(self);
        }
        self.take(Branch::Common, Step::Report, office)
    }
}

fn along(from: State, step: Step, office: Office) -> Result<State, Refused> {
    let mut arrows = ARROWS.iter().filter(|arrow| arrow.from == from && arrow.step == step).peekable();
    if arrows.peek().is_none() {
        return Err(Refused::OutOfTurn(from));
    }
    arrows.find(|arrow| arrow.office == office).map(|arrow| arrow.to).ok_or(Refused::WrongOffice)
}

/// How many quarters running, up to the last one, a risk was reported without having fallen since the first of them; 0 when it
/// never was. `reports` are quarters with the residual score that was reported, in any order.
#[must_use]
pub fn quarters_without_falling(reports: &[(Period, i32)]) -> usize {
    let mut reports = reports.to_vec();
    reports.sort_by_key(|(quarter, _)| std::cmp::Reverse(*quarter));
    let Some(&(mut quarter, mut score)) = reports.first() else { return 0 };
    let mut running = 1;
    for &(earlier, before) in reports.iter().skip(1) {
        if earlier.next() != Some(quarter) || score < before {
            break;
        }
        (quarter, score, running) = (earlier, before, running + 1);
    }
    running
}

/// Why it may be time to pass a risk on.
#[must_use]
pub fn suggestions(residual: i32, reports: &[(Period, i32)], resolve_by: Option<NaiveDate>, on: NaiveDate) -> Vec<Suggestion> {
    let reasons = [
        (residual >= 15, Suggestion::VeryHigh),
        (quarters_without_falling(reports) >= 2, Suggestion::ReportedWithoutFalling),
        (resolve_by.is_some_and(|day| day < on), Suggestion::PastResolveBy),
    ];
    reasons.into_iter().filter_map(|(holds, suggestion)| holds.then_some(suggestion)).collect()
}

/// The last day on which the Treasurer's determination is in time: ten working days after the committee met.
#[must_use]
pub fn determination_due(committee_met_on: NaiveDate) -> NaiveDate {
    office_s_step_due(committee_met_on)
}

/// The last day on which an office's step is in time that nothing but the risk's arrival waits for: ten working days after it, as for the
/// Treasurer. The documents name no clock for the chief executive.
#[must_use]
pub fn office_s_step_due(arrived_on: NaiveDate) -> NaiveDate {
    WorkingDays::england().after(arrived_on, 10)
}

#[cfg(test)]
mod tests;
