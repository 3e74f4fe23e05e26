//! What a member sends about a neighbourhood policing unit for a quarter. Its words are read by those who collate it, and by its author.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, person, tenant},
    performance::area,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// The neighbourhood policing unit.
    pub unit_id: Id<area::Model>,
    /// The council area in which the unit lay when it was sent.
    pub council_area_id: Id<area::Model>,
    /// The quarter's code, such as `FY2009-Q3`.
    pub quarter: String,
    pub author_id: Id<person::Model>,
    /// Counted from 1 along its corrections.
    pub version: i32,
    /// What there is to say of the unit beyond partnership issues.
    pub words: String,
    pub is_illustrative: bool,
    pub act_id: Id<act::Model>,
    pub sent_on: NaiveDate,
    pub sent_at: DateTime<Utc>,
    /// The business date on which its first version was sent, which a correction leaves as it is; none when that isn't known.
    pub first_sent_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
