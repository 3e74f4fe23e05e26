//! Actions of every plan, and those that meetings decide.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{action_plan, meeting_decision};
pub use crate::rules::{action::ActionState, timescale::Precision};
use crate::tables::{
    Id,
    organisation::{act, tenant},
    performance::area,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub plan_id: Option<Id<action_plan::Model>>,
    /// The decision with which it came into being.
    pub decision_id: Option<Id<meeting_decision::Model>>,
    /// The number with which the reference begins, so that 2 comes before 10.
    pub place: i32,
    /// As printed: a plan's numbers have gaps, and stay as they are.
    pub reference: String,
    /// Where one row of the plan holds several: a, b.
    pub part: Option<String>,
    pub heading: Option<String>,
    pub words: String,
    pub success_measure: Option<String>,
    /// As printed: On-going, 31.03.10, March 2011.
    pub timescale_words: Option<String>,
    pub timescale_precision: Option<Precision>,
    /// The last day, where the words name one.
    pub due_on: Option<NaiveDate>,
    pub starts_on: Option<NaiveDate>,
    pub review_on: Option<NaiveDate>,
    /// As printed: Staff Time, £20,000.
    pub resources: Option<String>,
    /// Progress as the plan prints it.
    pub printed_progress: Option<String>,
    pub printed_status: Option<String>,
    /// The area that it is about, where it is about one.
    pub area_id: Option<Id<area::Model>>,
    pub state: ActionState,
    /// 1 when it was recorded, and one more with each note of progress.
    pub version: i32,
    pub closed_on: Option<NaiveDate>,
    pub recorded_on: NaiveDate,
    pub is_illustrative: bool,
    pub source: String,
    pub act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
