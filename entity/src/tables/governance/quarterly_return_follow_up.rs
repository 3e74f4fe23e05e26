//! What a lead member promised to follow up in a return that was handed in.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::quarterly_return_submission;
use crate::tables::{
    Id,
    organisation::{act, tenant},
    performance::area,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quarterly_return_follow_up")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub submission_id: Id<quarterly_return_submission::Model>,
    /// The council area.
    pub area_id: Id<area::Model>,
    /// Counted from 1 within the submission.
    pub number: i32,
    pub text: String,
    pub due_on: NaiveDate,
    pub closed_on: Option<NaiveDate>,
    /// What came of it.
    pub outcome: Option<String>,
    pub closed_act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
