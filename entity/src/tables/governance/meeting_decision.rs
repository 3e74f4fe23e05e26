//! What a meeting decided, by minute number.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{agenda_item, meeting};
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    pub agenda_item_id: Option<Id<agenda_item::Model>>,
    /// As printed: 34, 59.
    pub minute_number: String,
    pub words: String,
    /// Why it is exempt from publication; none when it is public.
    pub exemption: Option<String>,
    pub recorded_on: NaiveDate,
    pub is_illustrative: bool,
    pub source: String,
    pub act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
