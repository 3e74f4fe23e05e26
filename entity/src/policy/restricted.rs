//! Records that may not even be read unseen: who looked at them, in which office, is itself on record.

use super::{
    Action::{
        self, Admit, Agree, Approve, Collate, Define, Determine, Export, Import, Invite, Propose, Publish, Read, Record, Report,
        Resolve, Revise, Set, State, Submit, Verify, Withdraw,
    },
    Resource::{
        self, Account, Act, Agreement, Appointment, Audit, Body, Budget, Decision, Delegation, Feedback, FeedbackSummary,
        Indicator, Meeting, Obligation, Observation, Outlook, Period, PolicingPlan, QuarterlyReturn, Referral, Risk,
        ServiceAccount, Sharing, StoredQuery, Target,
    },
};

/// Why a read within one's own tenant is put on record; `None` when it isn't. What changes something is on record anyway.
///
/// Restricted are what tells about people rather than about the partnership's work, and what leaves the house in bulk.
#[must_use]
pub const fn restriction(action: Action, resource: Resource) -> Option<&'static str> {
    match (action, resource) {
        (Read, Audit) => Some("the record tells what everybody did, so it is known who looked into it"),
        (Read, Account) => Some("the listing tells who signs in, holds what and uses it, so it is known who asked for it"),
        (Read, Feedback) => Some("members write it in confidence, so it is known who read their own words"),
        (Export, Observation) => Some("a file of figures leaves these walls, so it is known who took it"),
        (
            Read,
            Body
            | Appointment
            | Act
            | Agreement
            | Indicator
            | Target
            | Observation
            | Outlook
            | Period
            | Sharing
            | ServiceAccount
            | Risk
            | Referral
            | Delegation
            | Budget
            | Decision
            | PolicingPlan
            | QuarterlyReturn
            | FeedbackSummary
            | Meeting
            | Resource::ExemptBusiness
            | Resource::Interview
            | Resource::Trigger
            | Resource::Publication
            | Resource::Action
            | Obligation
            | StoredQuery,
        )
        | (
            Export,
            Body
            | Appointment
            | Act
            | Audit
            | Agreement
            | Indicator
            | Target
            | Outlook
            | Period
            | Sharing
            | Account
            | ServiceAccount
            | Risk
            | Referral
            | Delegation
            | Budget
            | Decision
            | PolicingPlan
            | QuarterlyReturn
            | Feedback
            | FeedbackSummary
            | Meeting
            | Resource::ExemptBusiness
            | Resource::Interview
            | Resource::Trigger
            | Resource::Publication
            | Resource::Action
            | Obligation
            | StoredQuery,
        )
        | (
            Record | Revise | Set | Resolve | State | Verify | Approve | Import | Propose | Withdraw | Invite | Admit | Submit
            | Report | Collate | Determine | Agree | Define | Publish,
            _,
        ) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::TABLE;

    #[test]
    fn whatever_is_restricted_somebody_may_do_and_whatever_is_exported_is_restricted() {
        let stated = |action, resource| TABLE.iter().any(|row| row.action == action && row.resource == resource);
        let all = || Action::ALL.iter().flat_map(|action| Resource::ALL.iter().map(|resource| (*action, *resource)));
        let restricted: Vec<_> = all().filter(|(action, resource)| restriction(*action, *resource).is_some()).collect();
        assert_eq!(restricted, [(Read, Audit), (Read, Account), (Read, Feedback), (Export, Observation)]);
        assert!(restricted.iter().all(|(action, resource)| stated(*action, *resource)));
        for (action, resource) in all().filter(|(action, resource)| *action == Export && stated(*action, *resource)) {
            assert!(restriction(action, resource).is_some(), "{action} of {resource} leaves nothing on record");
        }
    }
}
