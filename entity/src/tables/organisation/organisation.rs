//! Organisations: they exist once and may sit on the bodies of several tenants.

use sea_orm::entity::prelude::*;

use crate::tables::{Id, performance::area, values::closed_set};

closed_set! {
    /// The part of society that an organisation belongs to.
    pub enum Sector {
        /// Councils, police, health, courts and other public bodies.
        Public = "PUBLIC",
        /// Businesses and their associations.
        Private = "PRIVATE",
        /// Voluntary and community organisations.
        VoluntaryAndCommunity = "VOLUNTARY_AND_COMMUNITY",
        /// Held by public and private partners together.
        Mixed = "MIXED",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    pub name: String,
    pub aliases: Json,
    pub kind: String,
    pub sector: Sector,
    pub area_id: Option<Id<area::Model>>,
    pub part_played: String,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
