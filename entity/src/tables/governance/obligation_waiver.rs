//! Obligations that were waived, with the reason. The others aren't stored: they follow from duties and deeds.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "obligation_waiver")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// What the obligation is called; the same whenever it is worked out.
    pub code: String,
    pub title: String,
    pub due_on: NaiveDate,
    pub reason: String,
    pub waived_on: NaiveDate,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
