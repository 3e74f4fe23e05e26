//! The policy table itself.

use std::fmt::Write as _;

use super::{
    Action::{
        self, Admit, Agree, Approve, Collate, Define, Determine, Export, Import, Invite, Propose, Publish, Read, Record, Report,
        Resolve, Revise, Set, State, Submit, Verify, Withdraw,
    },
    Office::{self, *},
    Resource::{
        self, Account, Act, Agreement, Appointment, Audit, Body, Budget, Decision, Delegation, ExemptBusiness, Feedback,
        FeedbackSummary, Indicator, Meeting, Obligation, Observation, Outlook, Period, PolicingPlan, QuarterlyReturn, Referral,
        Risk, ServiceAccount, Sharing, StoredQuery, Target,
    },
    assurance::{decides_or_exports, needs_codes, needs_step_up},
};

/// How far a permission reaches within the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only to what the office-holder wrote, or what is about them as a member.
    OwnWork,
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

/// To whom risks are passed on, and who answers to the Authority for what becomes of them.
const RECEIVERS: &[Office] = &[
    AuthorityChairman,
    AuthorityViceChairman,
    AuthorityMember,
    PartnershipLeadMember,
    AuthorityChiefExecutive,
    Treasurer,
    EngagementManager,
    ResearchOfficer,
    CommitteeClerk,
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

const fn own_area(action: Action, resource: Resource, offices: &'static [Office]) -> Row {
    Row { action, resource, reach: Reach::OwnArea, offices }
}

const fn own_work(action: Action, resource: Resource, offices: &'static [Office]) -> Row {
    Row { action, resource, reach: Reach::OwnWork, offices }
}

/// Follows the lead members' returns of every area, and what goes into them (S4, Governance, accountability and support).
const COMMITTEE_READERS: &[Office] = &[
    AuthorityChairman,
    AuthorityViceChairman,
    AuthorityChiefExecutive,
    Treasurer,
    EngagementManager,
    ResearchOfficer,
    CommitteeClerk,
    Auditor,
];

/// The Authority's officers, who tell its lead members what happens in partnerships (S4, Support, training and development for members).
const OFFICERS: &[Office] = &[EngagementManager, ResearchOfficer, AreaOfficer, AuthorityOfficers];

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
    // The body in whose name an instrument is made resolves on it; who looks after its papers records that.
    row(Read, Delegation, INSIDERS),
    row(Set, Delegation, &[AuthorityChiefExecutive, CommitteeClerk, PartnershipTeam]),
    row(Withdraw, Delegation, &[AuthorityChiefExecutive, CommitteeClerk, PartnershipTeam]),
    // Whoever draws a budget up doesn't agree it, and whoever does either doesn't spend from it.
    row(Read, Budget, INSIDERS),
    row(Set, Budget, &[Treasurer, PartnershipTeam, PerformanceOfficer]),
    row(Approve, Budget, &[PsgMember, CouncilChiefExecutives]),
    // S4, Delegated Powers: lead members agree within their own area's partnerships. Who keeps the books records what was paid.
    row(Read, Decision, INSIDERS),
    own_area(Agree, Decision, &[PartnershipLeadMember]),
    own_area(Withdraw, Decision, &[PartnershipLeadMember]),
    own_area(State, Decision, &[PartnershipLeadMember]),
    row(Record, Decision, &[Treasurer, PartnershipTeam, PerformanceOfficer]),
    row(Read, PolicingPlan, INSIDERS),
    row(Read, PolicingPlan, ASSOCIATES),
    own_area(State, PolicingPlan, &[PartnershipLeadMember]),
    // S4, Appendix 2, action 3: members write to the Research Officer, who collates; their own words stay within the Authority.
    row(Read, Feedback, &[ResearchOfficer, EngagementManager, AuthorityChiefExecutive]),
    // What a query asks, everybody may see; what it answers, each may see as far as their own powers reach.
    row(Read, StoredQuery, INSIDERS),
    row(Read, StoredQuery, ASSOCIATES),
    row(Define, StoredQuery, &[PerformanceOfficer, PartnershipTeam, ResearchOfficer]),
    row(Publish, StoredQuery, &[PerformanceOfficer, PartnershipTeam, ResearchOfficer]),
    // S4, Escalation and resolution of difficulties: each step is one office's. Registers are read by those who work with them; what was
    // passed on to the Authority by its members and officers, and by the area's own people as what became of their risk.
    row(Read, Risk, INSIDERS),
    row(Read, Referral, RECEIVERS),
    row(Record, Risk, &[PerformanceOfficer, PartnershipTeam, SspChair, LeadOfficer, Treasurer]),
    own_area(Record, Risk, &[PartnershipLeadMember]),
    row(Revise, Risk, &[PerformanceOfficer, PartnershipTeam, SspChair, LeadOfficer, Treasurer]),
    own_area(Revise, Risk, &[PartnershipLeadMember]),
    own_area(Resolve, Risk, &[PartnershipLeadMember]),
    row(Resolve, Risk, &[Treasurer]),
    own_area(Report, Risk, &[PartnershipLeadMember]),
    own_area(Report, Referral, &[PartnershipLeadMember]),
    row(Record, Referral, &[CommitteeClerk]),
    row(Determine, Referral, &[Treasurer]),
    row(Resolve, Referral, &[AuthorityChiefExecutive]),
    own_work(Read, Feedback, &[NpuMember]),
    own_area(Submit, Feedback, &[NpuMember]),
    row(Collate, Feedback, &[ResearchOfficer]),
    row(Read, FeedbackSummary, COMMITTEE_READERS),
    own_area(Read, FeedbackSummary, &[PartnershipLeadMember]),
    row(Report, FeedbackSummary, &[ResearchOfficer]),
    // S4, Appendix 1: each lead member reports on one area; the committee's clerk minutes what was received.
    row(Read, QuarterlyReturn, COMMITTEE_READERS),
    own_area(Read, QuarterlyReturn, &[PartnershipLeadMember]),
    own_area(Record, QuarterlyReturn, &[PartnershipLeadMember]),
    own_area(Submit, QuarterlyReturn, &[PartnershipLeadMember]),
    own_area(Withdraw, QuarterlyReturn, &[PartnershipLeadMember]),
    row(Determine, QuarterlyReturn, &[CommitteeClerk]),
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
    // S1, Performance management arrangements: specialist partnerships submit their plans, and the group challenges them. Whoever submits
    // one is appointed to that partnership, which the use case sees to: its chair, or an officer who supports it.
    row(Submit, Resource::Action, &[SspChair, PerformanceOfficer, PartnershipTeam]),
    row(State, Resource::Action, &[PsgMember]),
    // Which scans and bulletins there are, everybody of the Authority sees; what they say of an area its lead member and officers do.
    row(Read, Resource::Publication, INSIDERS),
    row(Submit, Resource::Publication, OFFICERS),
    row(Read, Resource::Trigger, COMMITTEE_READERS),
    row(Read, Resource::Trigger, OFFICERS),
    own_area(Read, Resource::Trigger, &[PartnershipLeadMember]),
    // S4, Appendix 2, action 15: what is said at an interview is between the chairman and the member.
    row(Read, Resource::Interview, &[AuthorityChairman]),
    row(Record, Resource::Interview, &[AuthorityChairman]),
    own_work(Read, Resource::Interview, &[AuthorityMember]),
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

/// The offices that may `action` a `resource`, or some of them.
#[must_use]
pub fn offices_that(action: Action, resource: Resource) -> Vec<Office> {
    Office::ALL.iter().copied().filter(|office| reach(*office, action, resource).is_some()).collect()
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
                    Reach::OwnWork => Some(format!("{action}{} (own work)", marks(action))),
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
    fn nobody_both_makes_budgets_and_spends_from_them() {
        for &office in Office::ALL {
            let makes = reach(office, Set, Budget).is_some() || reach(office, Approve, Budget).is_some();
            assert!(!(makes && reach(office, Agree, Decision).is_some()), "{office} would spend from its own budget");
            let both = reach(office, Set, Budget).is_some() && reach(office, Approve, Budget).is_some();
            assert!(!both, "{office} would agree its own draft");
        }
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
