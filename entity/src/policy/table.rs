//! The policy table itself.

use std::fmt::Write as _;

use super::{
    Action::{
        self, Admit, Approve, Export, Import, Invite, Propose, Read, Record, Report, Resolve, Revise, Set, State, Submit, Verify,
        Withdraw,
    },
    Office::{self, *},
    Resource::{
        self, Account, Act, Agreement, Appointment, Audit, Body, ExemptBusiness, Feedback, Indicator, Meeting, Obligation,
        Observation, Outlook, Period, ServiceAccount, Sharing, Target,
    },
    assurance::{decides_or_exports, needs_codes, needs_step_up},
};

/// How far a permission reaches within the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only to indicators that the office-holder's own organisation supplies.
    OwnOrganisation,
    /// Only to what is about the area for which the office is held.
    OwnArea,
    /// To everything of the kind in the tenant.
    Tenant,
}

/// One permission and the offices that have it.
#[derive(Debug)]
pub struct Row {
    /// What may be done.
    pub action: Action,
    /// To what.
    pub resource: Resource,
    /// How far it reaches.
    pub reach: Reach,
    /// By whom.
    pub offices: &'static [Office],
}

/// Sees what the partnership publishes to its members, but not officers' judgements or who did what.
const ASSOCIATES: &[Office] =
    &[ElectedMemberHalton, PpbMember, VcsNominee, GonwOfficer, CommunicationsOfficer, CommsMarketingStaff, ChiefOfficersLcjb];

/// Works inside the partnership or the Authority and sees its working papers.
const INSIDERS: &[Office] = &[
    AuthorityChairman,
    AuthorityViceChairman,
    AuthorityMember,
    PartnershipLeadMember,
    NpuMember,
    PerformancePanelChairman,
    PerformancePanelViceChairman,
    AuthorityChiefExecutive,
    Treasurer,
    EngagementManager,
    ResearchOfficer,
    AreaOfficer,
    AuthorityOfficers,
    ChiefConstable,
    AreaCommander,
    NpuInspector,
    SuperintendentPartnerships,
    CouncilChiefExecutives,
    HspbMember,
    PsgMember,
    SspMember,
    LeadOfficer,
    LogMember,
    AlcoholInterventionOfficer,
    PartnershipTeam,
    PolicyStrategyStaff,
    CouncilOfficers,
    PerformanceOfficer,
    PartnerAnalyst,
    CommitteeClerk,
    SspChair,
    Auditor,
];

/// Looks after the meetings of bodies: calls them, minutes them, publishes their summaries and packs.
const KEEPERS_OF_MEETINGS: &[Office] =
    &[CommitteeClerk, PartnershipTeam, PolicyStrategyStaff, PerformanceOfficer, EngagementManager];

/// Owns actions of plans and of meetings, and tells what became of them; of which ones the use case looks at.
const OWNERS_OF_ACTIONS: &[Office] = &[
    AuthorityChairman,
    AuthorityViceChairman,
    PartnershipLeadMember,
    PerformancePanelChairman,
    PerformancePanelViceChairman,
    AuthorityChiefExecutive,
    Treasurer,
    ResearchOfficer,
    AuthorityOfficers,
    ChiefConstable,
    CouncilChiefExecutives,
    HspbMember,
    PsgMember,
    LeadOfficer,
    SspChair,
];

const fn row(action: Action, resource: Resource, offices: &'static [Office]) -> Row {
    Row { action, resource, reach: Reach::Tenant, offices }
}

const fn own(action: Action, resource: Resource, offices: &'static [Office]) -> Row {
    Row { action, resource, reach: Reach::OwnOrganisation, offices }
}

/// Every permission there is. What isn't here is denied.
pub const TABLE: &[Row] = &[
    row(Read, Body, INSIDERS),
    row(Read, Body, ASSOCIATES),
    row(Read, Agreement, INSIDERS),
    row(Read, Agreement, ASSOCIATES),
    row(Read, Indicator, INSIDERS),
    row(Read, Indicator, ASSOCIATES),
    row(Read, Target, INSIDERS),
    row(Read, Target, ASSOCIATES),
    row(Read, Observation, INSIDERS),
    row(Read, Observation, ASSOCIATES),
    row(Read, Period, INSIDERS),
    row(Read, Period, ASSOCIATES),
    row(Read, Appointment, INSIDERS),
    row(Read, Outlook, INSIDERS),
    row(Read, Act, &[AuthorityChiefExecutive, PerformanceOfficer, PartnershipTeam, ResearchOfficer, PsgMember, Auditor]),
    row(Read, Audit, &[Auditor]),
    row(Read, Sharing, INSIDERS),
    // S4, Appendix 2, action 4: the Engagement Manager keeps the timetable of protocols. Whoever proposes doesn't approve.
    row(Propose, Sharing, &[PerformanceOfficer, PartnershipTeam, EngagementManager]),
    row(Approve, Sharing, &[PsgMember, CouncilChiefExecutives, AuthorityChiefExecutive]),
    row(Withdraw, Sharing, &[PsgMember, CouncilChiefExecutives, AuthorityChiefExecutive]),
    row(Read, Account, &[AuthorityChiefExecutive, PerformanceOfficer, PartnershipTeam, ResearchOfficer, PsgMember, Auditor]),
    // Whoever looks after the members of a body; to no more than they hold themselves, which the use case sees to.
    row(Invite, Account, &[AuthorityChiefExecutive, PerformanceOfficer, PartnershipTeam, CommitteeClerk]),
    row(
        Read,
        ServiceAccount,
        &[AuthorityChiefExecutive, PerformanceOfficer, PartnershipTeam, ResearchOfficer, PsgMember, Auditor],
    ),
    // Whoever looks after figures and those who supply them; with no more scopes than they hold themselves.
    row(Admit, ServiceAccount, &[AuthorityChiefExecutive, PerformanceOfficer, PartnershipTeam, ResearchOfficer]),
    // Entering, checking and approving are different people's work; the use cases see to it that they are.
    row(Record, Observation, &[PerformanceOfficer, PartnershipTeam, ResearchOfficer]),
    own(Record, Observation, &[PartnerAnalyst]),
    row(Revise, Observation, &[PerformanceOfficer, PartnershipTeam, ResearchOfficer]),
    own(Revise, Observation, &[PartnerAnalyst]),
    row(Import, Observation, &[PerformanceOfficer, ResearchOfficer]),
    own(Import, Observation, &[PartnerAnalyst]),
    row(Export, Observation, &[PerformanceOfficer, PartnershipTeam, ResearchOfficer, Auditor]),
    row(Verify, Period, &[PerformanceOfficer, PartnershipTeam, SspChair, EngagementManager]),
    row(Approve, Period, &[PsgMember, AuthorityChiefExecutive]),
    // S1, Performance management arrangements: the Performance and Standards Group agrees targets and monitoring levels.
    row(Set, Target, &[PsgMember, AuthorityChiefExecutive]),
    row(Resolve, Target, &[PsgMember, AuthorityChiefExecutive]),
    // S4, Appendix 2, action 3: members write to the Research Officer, who collates; their own words stay within the Authority.
    row(Read, Feedback, &[ResearchOfficer, EngagementManager, AuthorityChiefExecutive]),
    row(Read, Meeting, INSIDERS),
    row(Read, Meeting, ASSOCIATES),
    row(Read, ExemptBusiness, INSIDERS),
    row(Record, Meeting, KEEPERS_OF_MEETINGS),
    row(Submit, Meeting, KEEPERS_OF_MEETINGS),
    row(Read, Resource::Action, INSIDERS),
    row(Record, Resource::Action, KEEPERS_OF_MEETINGS),
    row(Record, Resource::Action, &[AuthorityChiefExecutive]),
    row(Report, Resource::Action, KEEPERS_OF_MEETINGS),
    row(Report, Resource::Action, OWNERS_OF_ACTIONS),
    row(Read, Obligation, INSIDERS),
    // Whoever waives a duty isn't who has it; the use case looks at that, too.
    row(Set, Obligation, &[AuthorityChiefExecutive, PsgMember, CouncilChiefExecutives]),
    row(State, Outlook, &[PerformanceOfficer, PartnershipTeam, LeadOfficer, SspChair, ResearchOfficer]),
];

/// How far `office` may `action` a `resource`; `None` when it may not at all.
#[must_use]
pub fn reach(office: Office, action: Action, resource: Resource) -> Option<Reach> {
    TABLE
        .iter()
        .filter(|row| row.action == action && row.resource == resource && row.offices.contains(&office))
        .map(|row| row.reach)
        .max()
}

/// The table as text for review: a line for each office with everything that it may do.
#[must_use]
pub fn matrix() -> String {
    let mut text = String::new();
    for &office in Office::ALL {
        let _ = writeln!(text, "{office}{}", if needs_codes(office) { " (with a one-time code)" } else { "" });
        for &resource in Resource::ALL {
            let may: Vec<String> = Action::ALL
                .iter()
                .filter_map(|&action| match reach(office, action, resource)? {
                    Reach::Tenant => Some(format!("{action}{}", marks(action))),
                    Reach::OwnArea => Some(format!("{action}{} (own area's)", marks(action))),
                    Reach::OwnOrganisation => Some(format!("{action}{} (own organisation's)", marks(action))),
                })
                .collect();
            if !may.is_empty() {
                let _ = writeln!(text, "  {resource}: {}", may.join(", "));
            }
        }
    }
    text
}

/// What an action takes beyond signing in: `*` a one-time code, `**` a fresh one.
fn marks(action: Action) -> &'static str {
    match (decides_or_exports(action), needs_step_up(action)) {
        (_, true) => "**",
        (true, false) => "*",
        (false, false) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_office_may_read_agreements_and_only_some_may_write() {
        for &office in Office::ALL {
            assert_eq!(reach(office, Read, Agreement), Some(Reach::Tenant), "{office}");
        }
        assert_eq!(reach(Auditor, Record, Observation), None);
        assert_eq!(reach(PartnerAnalyst, Record, Observation), Some(Reach::OwnOrganisation));
    }

    #[test]
    fn nobody_both_sets_targets_and_supplies_figures() {
        for &office in Office::ALL {
            let sets = reach(office, Set, Target).is_some();
            let supplies = reach(office, Record, Observation).is_some();
            assert!(!(sets && supplies), "{office} would set the targets for its own figures");
        }
    }
}
