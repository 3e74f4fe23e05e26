//! The summary of a meeting as it was published: due in five working days (S3).

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::meeting;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_summary")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    /// Counted from 1: a corrected summary supersedes the one before.
    pub version: i32,
    pub words: String,
    /// Where it is published.
    pub address: Option<String>,
    pub due_on: NaiveDate,
    pub published_on: NaiveDate,
    pub late_reason: Option<String>,
    /// Why it took the place of the one before; none for the first.
    pub correction_reason: Option<String>,
    pub superseded_on: Option<NaiveDate>,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
