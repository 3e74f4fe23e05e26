//! Bodies of a tenant: boards, partnerships, committees, panels and groups.

use sea_orm::entity::prelude::*;

use super::tenant;
use crate::tables::{Id, values::closed_set};

closed_set! {
    /// What sort of body it is.
    pub enum BodyKind {
        /// The non-statutory partnership of one council area.
        LocalStrategicPartnership = "LOCAL_STRATEGIC_PARTNERSHIP",
        /// The board at the head of a partnership.
        Board = "BOARD",
        /// Follows performance for a board.
        PerformanceGroup = "PERFORMANCE_GROUP",
        /// Delivers one theme of an agreement.
        SpecialistStrategicPartnership = "SPECIALIST_STRATEGIC_PARTNERSHIP",
        /// Set up for one task.
        TaskGroup = "TASK_GROUP",
        /// Leads a piece of work for all partners.
        SteeringGroup = "STEERING_GROUP",
        /// A lower-tier partnership.
        SubsidiaryPartnership = "SUBSIDIARY_PARTNERSHIP",
        /// Runs neighbourhood management in a pilot area.
        NeighbourhoodBoard = "NEIGHBOURHOOD_BOARD",
        /// A network of people or organisations.
        Network = "NETWORK",
        /// A forum that debates and nominates.
        Forum = "FORUM",
        /// A decision-making body of a council.
        CouncilBody = "COUNCIL_BODY",
        /// A body of council scrutiny.
        ScrutinyBody = "SCRUTINY_BODY",
        /// Looks after the safeguarding of children.
        SafeguardingBoard = "SAFEGUARDING_BOARD",
        /// The statutory partnership against crime and disorder.
        CrimeAndDisorderReductionPartnership = "CRIME_AND_DISORDER_REDUCTION_PARTNERSHIP",
        /// The statutory partnership for children.
        ChildrensTrust = "CHILDRENS_TRUST",
        /// Brings the criminal justice agencies together.
        CriminalJusticeBoard = "CRIMINAL_JUSTICE_BOARD",
        /// Prepares the work of another body.
        FeederGroup = "FEEDER_GROUP",
        /// A partnership of officers.
        OfficerPartnership = "OFFICER_PARTNERSHIP",
        /// A board of members that oversees an officers' partnership.
        GovernanceBoard = "GOVERNANCE_BOARD",
        /// The full police authority.
        PoliceAuthority = "POLICE_AUTHORITY",
        /// A committee or panel of the authority.
        AuthorityCommittee = "AUTHORITY_COMMITTEE",
        /// A team of chief officers or managers.
        ManagementTeam = "MANAGEMENT_TEAM",
        /// Any other body.
        Other = "OTHER",
    }
}

closed_set! {
    /// Whether the law requires the body, as far as the documents say.
    pub enum Statutory {
        /// Required by an Act.
        Yes = "YES",
        /// Set up by agreement.
        No = "NO",
        /// The documents don't say.
        NotStated = "NOT_STATED",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "body")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    pub name: String,
    /// Other names in use for the same body: a JSON list of texts.
    pub aliases: Json,
    pub kind: BodyKind,
    pub is_statutory: Statutory,
    pub parent_id: Option<Id<Model>>,
    pub legal_basis: Option<String>,
    /// As printed: a year, a month, "to follow".
    pub established: Option<String>,
    pub ended: Option<String>,
    pub purpose: String,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
