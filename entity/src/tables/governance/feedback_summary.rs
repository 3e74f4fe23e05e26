//! Neighbourhood feedback as collated for a council area and a quarter; from then on none is taken for it.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, tenant},
    performance::area,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_summary")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// The council area.
    pub area_id: Id<area::Model>,
    /// The quarter's code.
    pub quarter: String,
    /// Counted from 1 along what was collated for the area and quarter; its themes stand under this number.
    pub version: i32,
    pub text: String,
    /// How many forms there were when it was collated.
    pub forms: i32,
    /// Of how many units.
    pub units_heard: i32,
    /// Of how many units of the area nothing was heard.
    pub units_awaited: i32,
    pub is_illustrative: bool,
    pub act_id: Id<act::Model>,
    pub collated_on: NaiveDate,
    pub collated_at: DateTime<Utc>,
    /// When it was sent to the lead member, who may read it from then on.
    pub sent_on: Option<NaiveDate>,
    pub sent_act_id: Option<Id<act::Model>>,
    /// How many members still owed a form about a unit of theirs; none for what was collated before this was counted.
    pub members_awaited: Option<i32>,
    /// Why it was collated although no form had come; none where some had.
    pub no_forms_reason: Option<String>,
    /// The business date on which it was collated first, from when on no form was taken; none when that isn't known.
    pub first_collated_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
