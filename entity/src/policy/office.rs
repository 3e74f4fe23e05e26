//! The offices that act in the system.

use crate::tables::values::closed_set;

closed_set! {
    /// An office that people are appointed to (S1 to S4; the last five from the working practice that they imply).
    pub enum Office {
        /// Heads the police authority.
        AuthorityChairman = "AUTHORITY_CHAIRMAN",
        /// Stands in for the chairman; sits on the safer roads governance board.
        AuthorityViceChairman = "AUTHORITY_VICE_CHAIRMAN",
        /// Any member of the police authority.
        AuthorityMember = "AUTHORITY_MEMBER",
        /// Represents the Authority on the partnerships of one council area.
        PartnershipLeadMember = "PARTNERSHIP_LEAD_MEMBER",
        /// A member in respect of the neighbourhood policing unit to which they are linked.
        NpuMember = "NPU_MEMBER",
        /// Chairs the Performance Panel.
        PerformancePanelChairman = "PERFORMANCE_PANEL_CHAIRMAN",
        /// Stands in for the Performance Panel's chairman.
        PerformancePanelViceChairman = "PERFORMANCE_PANEL_VICE_CHAIRMAN",
        /// The Authority's chief executive.
        AuthorityChiefExecutive = "AUTHORITY_CHIEF_EXECUTIVE",
        /// The Authority's treasurer.
        Treasurer = "TREASURER",
        /// Runs the forum and member training; first contact for worries about compliance.
        EngagementManager = "ENGAGEMENT_MANAGER",
        /// Collates feedback and loads the Authority's figures.
        ResearchOfficer = "RESEARCH_OFFICER",
        /// Briefs lead members before meetings.
        AreaOfficer = "AREA_OFFICER",
        /// Any other officer of the Authority.
        AuthorityOfficers = "AUTHORITY_OFFICERS",
        /// Answers to the Authority for the Policing Plan.
        ChiefConstable = "CHIEF_CONSTABLE",
        /// Commands a policing area; the lead member's counterpart.
        AreaCommander = "AREA_COMMANDER",
        /// Leads a neighbourhood policing unit.
        NpuInspector = "NPU_INSPECTOR",
        /// The force's superintendent for partnerships.
        SuperintendentPartnerships = "SUPERINTENDENT_PARTNERSHIPS",
        /// Chief executive of one of the four councils.
        CouncilChiefExecutives = "COUNCIL_CHIEF_EXECUTIVES",
        /// Chief officer of a criminal justice agency.
        ChiefOfficersLcjb = "CHIEF_OFFICERS_LCJB",
        /// Sits on the partnership's board.
        HspbMember = "HSPB_MEMBER",
        /// An elected member of the council.
        ElectedMemberHalton = "ELECTED_MEMBER_HALTON",
        /// Scrutinises the partnership for the council.
        PpbMember = "PPB_MEMBER",
        /// Sits on the group that follows performance and standards.
        PsgMember = "PSG_MEMBER",
        /// Sits on a specialist strategic partnership.
        SspMember = "SSP_MEMBER",
        /// The officer named against a target.
        LeadOfficer = "LEAD_OFFICER",
        /// Leads the development of the agreement for a partner.
        LogMember = "LOG_MEMBER",
        /// Sees the alcohol strategy put into effect.
        AlcoholInterventionOfficer = "ALCOHOL_INTERVENTION_OFFICER",
        /// Looks after the partnership's communications.
        CommunicationsOfficer = "COMMUNICATIONS_OFFICER",
        /// Supports the partnership's board and groups.
        PartnershipTeam = "PARTNERSHIP_TEAM",
        /// The council's policy and strategy staff.
        PolicyStrategyStaff = "POLICY_STRATEGY_STAFF",
        /// The council's communications and marketing staff.
        CommsMarketingStaff = "COMMS_MARKETING_STAFF",
        /// Any other officer of the council.
        CouncilOfficers = "COUNCIL_OFFICERS",
        /// Nominated by the voluntary and community sector.
        VcsNominee = "VCS_NOMINEE",
        /// Follows the agreement for central government.
        GonwOfficer = "GONW_OFFICER",
        /// Looks after targets, figures and the annual cycle for a partnership.
        PerformanceOfficer = "PERFORMANCE_OFFICER",
        /// Supplies the figures of a partner organisation.
        PartnerAnalyst = "PARTNER_ANALYST",
        /// Clerks a committee.
        CommitteeClerk = "COMMITTEE_CLERK",
        /// Chairs a specialist strategic partnership.
        SspChair = "SSP_CHAIR",
        /// Audits, reading everything and changing nothing.
        Auditor = "AUDITOR",
    }
}
