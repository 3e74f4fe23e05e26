//! Areas of every geography, each with its own code and its own life.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{Id, values::closed_set};

closed_set! {
    /// What sort of area it is.
    pub enum AreaKind {
        /// The area of a single-tier council.
        UnitaryAuthority = "UNITARY_AUTHORITY",
        /// A district within a county with two tiers of council.
        NonMetropolitanDistrict = "NON_METROPOLITAN_DISTRICT",
        /// A district of a metropolitan county.
        MetropolitanDistrict = "METROPOLITAN_DISTRICT",
        /// The area of a county council.
        County = "COUNTY",
        /// The area of a police force.
        PoliceForce = "POLICE_FORCE",
        /// An area command of a force; not a council area.
        PolicingArea = "POLICING_AREA",
        /// A neighbourhood policing unit.
        NeighbourhoodPolicingUnit = "NEIGHBOURHOOD_POLICING_UNIT",
        /// An English region.
        Region = "REGION",
        /// A country, or the United Kingdom.
        Country = "COUNTRY",
        /// A group of areas used for comparison only.
        ComparatorGroup = "COMPARATOR_GROUP",
        /// A town or other settlement.
        Settlement = "SETTLEMENT",
        /// An electoral ward.
        Ward = "WARD",
        /// A lower-layer super output area.
        SuperOutputArea = "SUPER_OUTPUT_AREA",
        /// A neighbourhood that residents recognise.
        Neighbourhood = "NEIGHBOURHOOD",
        /// An area that a document names without saying its extent.
        Unresolved = "UNRESOLVED",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "area")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Short stable name, such as `halton` or `ward-castlefields`.
    pub reference: String,
    pub name: String,
    pub kind: AreaKind,
    /// The nine-character code of the Government Statistical Service, where one is known.
    pub gss_code: Option<String>,
    pub gss_basis: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub note: Option<String>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
