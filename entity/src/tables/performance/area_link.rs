//! Which area lies in which, by hierarchy and date. Hierarchies run in parallel: policing areas are not council areas.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::area;
use crate::tables::{Id, values::closed_set};

closed_set! {
    /// One of the parallel hierarchies of areas.
    pub enum Hierarchy {
        /// Output areas up to countries.
        Statistical = "STATISTICAL",
        /// Wards, councils, regions.
        Electoral = "ELECTORAL",
        /// Neighbourhood policing units, policing areas, forces.
        Policing = "POLICING",
        /// Neighbourhoods and pilots that partnerships work in.
        Partnership = "PARTNERSHIP",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "area_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub hierarchy: Hierarchy,
    pub parent_id: Id<area::Model>,
    pub child_id: Id<area::Model>,
    pub from_on: Option<NaiveDate>,
    pub to_on: Option<NaiveDate>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
