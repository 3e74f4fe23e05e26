//! The closed sets of the organisation area, as the schema names them.

use async_graphql::Enum;

/// What sort of tenant it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::organisation::tenant::TenantKind")]
pub enum TenantKind {
    /// The local strategic partnership of one council area.
    Area,
    /// A police authority, policing several council areas.
    Authority,
}

/// What one tenant is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::organisation::tenant_relation::TenantRelationKind")]
pub enum TenantRelationKind {
    /// The authority holds the police of that area to account.
    Polices,
    /// Its duties passed to the other one.
    SucceededBy,
}

/// The part of society that an organisation belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::organisation::organisation::Sector")]
pub enum Sector {
    /// Councils, police, health, courts and other public bodies.
    Public,
    /// Businesses and their associations.
    Private,
    /// Voluntary and community organisations.
    VoluntaryAndCommunity,
    /// Held by public and private partners together.
    Mixed,
}

/// What sort of body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::organisation::body::BodyKind")]
pub enum BodyKind {
    /// The non-statutory partnership of one council area.
    LocalStrategicPartnership,
    /// The board at the head of a partnership.
    Board,
    /// Follows performance for a board.
    PerformanceGroup,
    /// Delivers one theme of an agreement.
    SpecialistStrategicPartnership,
    /// Set up for one task.
    TaskGroup,
    /// Leads a piece of work for all partners.
    SteeringGroup,
    /// A lower-tier partnership.
    SubsidiaryPartnership,
    /// Runs neighbourhood management in a pilot area.
    NeighbourhoodBoard,
    /// A network of people or organisations.
    Network,
    /// A forum that debates and nominates.
    Forum,
    /// A decision-making body of a council.
    CouncilBody,
    /// A body of council scrutiny.
    ScrutinyBody,
    /// Looks after the safeguarding of children.
    SafeguardingBoard,
    /// The statutory partnership against crime and disorder.
    CrimeAndDisorderReductionPartnership,
    /// The statutory partnership for children.
    ChildrensTrust,
    /// Brings the criminal justice agencies together.
    CriminalJusticeBoard,
    /// Prepares the work of another body.
    FeederGroup,
    /// A partnership of officers.
    OfficerPartnership,
    /// A board of members that oversees an officers' partnership.
    GovernanceBoard,
    /// The full police authority.
    PoliceAuthority,
    /// A committee or panel of the authority.
    AuthorityCommittee,
    /// A team of chief officers or managers.
    ManagementTeam,
    /// Any other body.
    Other,
}

/// Whether the law requires the body, as far as the documents say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::organisation::body::Statutory")]
pub enum Statutory {
    /// Required by an Act.
    Yes,
    /// Set up by agreement.
    No,
    /// The documents don't say.
    NotStated,
}

/// An office that people are appointed to (S1 to S4; the last five from the working practice that they imply).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::policy::Office")]
pub enum Office {
    /// Heads the police authority.
    AuthorityChairman,
    /// Stands in for the chairman; sits on the safer roads governance board.
    AuthorityViceChairman,
    /// Any member of the police authority.
    AuthorityMember,
    /// Represents the Authority on the partnerships of one council area.
    PartnershipLeadMember,
    /// A member in respect of the neighbourhood policing unit to which they are linked.
    NpuMember,
    /// Chairs the Performance Panel.
    PerformancePanelChairman,
    /// Stands in for the Performance Panel's chairman.
    PerformancePanelViceChairman,
    /// The Authority's chief executive.
    AuthorityChiefExecutive,
    /// The Authority's treasurer.
    Treasurer,
    /// Runs the forum and member training; first contact for worries about compliance.
    EngagementManager,
    /// Collates feedback and loads the Authority's figures.
    ResearchOfficer,
    /// Briefs lead members before meetings.
    AreaOfficer,
    /// Any other officer of the Authority.
    AuthorityOfficers,
    /// Answers to the Authority for the Policing Plan.
    ChiefConstable,
    /// Commands a policing area; the lead member's counterpart.
    AreaCommander,
    /// Leads a neighbourhood policing unit.
    NpuInspector,
    /// The force's superintendent for partnerships.
    SuperintendentPartnerships,
    /// Chief executive of one of the four councils.
    CouncilChiefExecutives,
    /// Chief officer of a criminal justice agency.
    ChiefOfficersLcjb,
    /// Sits on the partnership's board.
    HspbMember,
    /// An elected member of the council.
    ElectedMemberHalton,
    /// Scrutinises the partnership for the council.
    PpbMember,
    /// Sits on the group that follows performance and standards.
    PsgMember,
    /// Sits on a specialist strategic partnership.
    SspMember,
    /// The officer named against a target.
    LeadOfficer,
    /// Leads the development of the agreement for a partner.
    LogMember,
    /// Sees the alcohol strategy put into effect.
    AlcoholInterventionOfficer,
    /// Looks after the partnership's communications.
    CommunicationsOfficer,
    /// Supports the partnership's board and groups.
    PartnershipTeam,
    /// The council's policy and strategy staff.
    PolicyStrategyStaff,
    /// The council's communications and marketing staff.
    CommsMarketingStaff,
    /// Any other officer of the council.
    CouncilOfficers,
    /// Nominated by the voluntary and community sector.
    VcsNominee,
    /// Follows the agreement for central government.
    GonwOfficer,
    /// Looks after targets, figures and the annual cycle for a partnership.
    PerformanceOfficer,
    /// Supplies the figures of a partner organisation.
    PartnerAnalyst,
    /// Clerks a committee.
    CommitteeClerk,
    /// Chairs a specialist strategic partnership.
    SspChair,
    /// Audits, reading everything and changing nothing.
    Auditor,
}

/// What a person does to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::policy::Action")]
pub enum Action {
    /// Reads it.
    Read,
    /// Records figures.
    Record,
    /// Revises figures that stand.
    Revise,
    /// Sets it, in place of what stood before.
    Set,
    /// Settles how its words are read.
    Resolve,
    /// Gives a judgement of it.
    State,
    /// Checks figures that others entered.
    Verify,
    /// Approves figures that others verified.
    Approve,
    /// Takes a file of it in.
    Import,
    /// Takes a file of it out.
    Export,
    /// Proposes it to others.
    Propose,
    /// Takes back what was agreed.
    Withdraw,
    /// Invites somebody to it.
    Invite,
    /// Lets a machine in, changes what it may do, or shuts it out.
    Admit,
    /// Hands it in, after which it stands as it is.
    Submit,
    /// Passes it on to the body above.
    Report,
    /// Draws together what several people sent.
    Collate,
    /// Decides what becomes of what was passed on.
    Determine,
    /// Agrees to it within powers that were delegated.
    Agree,
    /// Writes down what it asks.
    Define,
    /// Lets others build on it, or gives it up.
    Publish,
}

/// What a permission is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::policy::Resource")]
pub enum Resource {
    /// Bodies and their members.
    Body,
    /// Appointments, and the people who hold them.
    Appointment,
    /// Who did what, and when.
    Act,
    /// The record of writes, and of what was read across tenants.
    Audit,
    /// Agreements with their themes, outcomes, issues and lines.
    Agreement,
    /// Indicators and sets of areas.
    Indicator,
    /// Targets and tolerance policies.
    Target,
    /// Observations.
    Observation,
    /// Officers' judgements.
    Outlook,
    /// The closing of periods.
    Period,
    /// Information-sharing agreements with other tenants.
    Sharing,
    /// The accounts of those who hold appointments.
    Account,
    /// Service accounts and their keys.
    ServiceAccount,
    /// Risks, their assessments, controls and attempts at settling them.
    Risk,
    /// Risks that were passed from one organisation to another, and every step of their way.
    Referral,
    /// Instruments by which powers are delegated.
    Delegation,
    /// Budgets of partnerships, with their lines.
    Budget,
    /// Decisions taken within delegated powers, and what they commit.
    Decision,
    /// Objectives and measures of the Policing Plan, and how priorities answer to them.
    PolicingPlan,
    /// Lead members' quarterly returns.
    QuarterlyReturn,
    /// What members send about their neighbourhood policing units, in their own words.
    Feedback,
    /// Neighbourhood feedback as collated for a council area.
    FeedbackSummary,
    /// Meetings of bodies: agenda, attendance, decisions and summaries.
    Meeting,
    /// What of a meeting is exempt from publication.
    ExemptBusiness,
    /// The Authority's Environmental Scans and Members' Bulletins: which there are, and since when.
    Publication,
    /// What Environmental Scans and Members' Bulletins tell lead members about partnerships of their areas.
    Trigger,
    /// The chairman's interviews of members.
    Interview,
    /// Actions of every plan, with their owners and progress.
    Action,
    /// Duties with their due dates, and how they were met.
    Obligation,
    /// Stored queries for dashboards.
    StoredQuery,
}

/// How far a permission reaches within the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum Reach {
    /// Only to what you wrote yourself, or what is about you as a member.
    OwnWork,
    /// Only to indicators that one's own organisation supplies.
    OwnOrganisation,
    /// Only to what is about the area for which the office is held.
    OwnArea,
    /// Only to results of engagement: NI 4 and NI 21.
    EngagementResults,
    /// To everything of the kind in the tenant.
    Tenant,
}

impl From<entity::policy::Reach> for Reach {
    fn from(reach: entity::policy::Reach) -> Self {
        match reach {
            entity::policy::Reach::OwnWork => Self::OwnWork,
            entity::policy::Reach::OwnOrganisation => Self::OwnOrganisation,
            entity::policy::Reach::OwnArea => Self::OwnArea,
            entity::policy::Reach::Tenant => Self::Tenant,
        }
    }
}

impl From<entity::policy::Extent> for Reach {
    fn from(extent: entity::policy::Extent) -> Self {
        match extent {
            entity::policy::Extent::OwnOrganisation => Self::OwnOrganisation,
            entity::policy::Extent::EngagementResults => Self::EngagementResults,
            entity::policy::Extent::Tenant => Self::Tenant,
        }
    }
}
