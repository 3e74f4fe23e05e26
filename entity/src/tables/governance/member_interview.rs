//! That the Authority's chairman interviewed a member in a year, and whether partnership effectiveness was talked about (S4, Appendix 2,
//! action 15). What is noted of it is between the two.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, person, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_interview")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Whom the chairman interviewed; who that is reads it.
    pub member_id: Id<person::Model>,
    /// The code of the financial year, such as `FY2009`.
    pub year: String,
    pub held_on: NaiveDate,
    /// Whether partnership effectiveness was talked about.
    pub is_effectiveness_discussed: bool,
    pub note: Option<String>,
    pub recorded_on: NaiveDate,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
