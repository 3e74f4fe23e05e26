//! One line of an agreement: an indicator for an area, under an outcome. Targets, outlooks and colours belong to a line.

use sea_orm::entity::prelude::*;

use super::{agreement, area, indicator, outcome, theme};
use crate::tables::{
    Id,
    organisation::{organisation, tenant},
    values::closed_set,
};

closed_set! {
    /// How a line stood at the annual review of the agreement.
    pub enum ReviewGroup {
        /// No data had been supplied.
        MissingData = "MISSING_DATA",
        /// The definition or the baseline might still change.
        DefinitionMayChange = "DEFINITION_MAY_CHANGE",
        /// Target and baseline were agreed.
        Agreed = "AGREED",
        /// The review did not sort it.
        NotReviewed = "NOT_REVIEWED",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_indicator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_id: Id<agreement::Model>,
    pub indicator_id: Id<indicator::Model>,
    pub area_id: Id<area::Model>,
    pub theme_id: Id<theme::Model>,
    pub outcome_id: Option<Id<outcome::Model>>,
    pub position: i32,
    pub review_group: ReviewGroup,
    /// The lead partner, answerable for the target.
    pub lead_organisation_id: Option<Id<organisation::Model>>,
    /// The named lead officer, by office.
    pub lead_office: Option<String>,
    pub is_illustrative: bool,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
