//! Whom an office may let in: to no more than it may do itself.

use crate::policy::{Action, Office, Reach, Resource, reach};

/// The first thing that `office` would allow somebody and none of the `held` offices allows; `None` when there is none.
///
/// An office that is held for the own organisation only confers at most that. Reading what one wrote, or what is about oneself, is
/// everybody's own, and nobody's to confer.
#[must_use]
pub fn beyond_own_powers(held: &[Office], office: Office) -> Option<(Action, Resource)> {
    let furthest = |action, resource| -> Option<Reach> { held.iter().filter_map(|&held| reach(held, action, resource)).max() };
    let everything = Resource::ALL.iter().flat_map(|&resource| Action::ALL.iter().map(move |&action| (action, resource)));
    everything
        .into_iter()
        .filter_map(|(action, resource)| Some((action, resource, reach(office, action, resource)?)))
        .filter(|(action, _, wanted)| (*action, *wanted) != (Action::Read, Reach::OwnWork))
        .find(|(action, resource, wanted)| furthest(*action, *resource).is_none_or(|own| own < *wanted))
        .map(|(action, resource, _)| (action, resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_confers_what_it_holds_and_no_more() {
        let clerk = [Office::CommitteeClerk];
        assert_eq!(beyond_own_powers(&clerk, Office::AuthorityMember), None);
        assert_eq!(beyond_own_powers(&clerk, Office::PpbMember), None);
        assert_eq!(beyond_own_powers(&clerk, Office::CommitteeClerk), None);
        assert!(beyond_own_powers(&clerk, Office::PsgMember).is_some(), "a clerk doesn't make somebody who approves");
        assert_eq!(
            beyond_own_powers(&[Office::PerformanceOfficer], Office::PsgMember),
            Some((Action::Set, Resource::Target)),
            "whoever supplies figures doesn't make somebody who sets their targets"
        );
        assert_eq!(beyond_own_powers(&[Office::PerformanceOfficer], Office::PartnerAnalyst), None);
        assert!(
            beyond_own_powers(&[Office::PartnerAnalyst], Office::PerformanceOfficer).is_some(),
            "its own organisation's only"
        );
    }

    #[test]
    fn somebody_with_two_offices_confers_what_both_hold_together() {
        let both = [Office::PerformanceOfficer, Office::PsgMember];
        assert_eq!(beyond_own_powers(&both, Office::PsgMember), None);
    }

    #[test]
    fn nobody_confers_anything_without_an_office() {
        for &office in Office::ALL {
            assert!(beyond_own_powers(&[], office).is_some(), "{office}");
        }
    }
}
