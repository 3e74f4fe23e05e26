//! Meetings of bodies, as they were called.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, body, organisation, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub body_id: Id<body::Model>,
    pub title: String,
    /// The day for which it is called, and then on which it was held.
    pub held_on: NaiveDate,
    /// The time of day as printed on the notice, such as 10:30.
    pub starts_at: Option<String>,
    pub place: Option<String>,
    /// The one key strategic issue of a board's meeting (S3).
    pub key_issue: Option<String>,
    /// The business date on which it was called; none when the documents only tell that it was held.
    pub called_on: Option<NaiveDate>,
    pub cancelled_on: Option<NaiveDate>,
    pub cancellation_reason: Option<String>,
    pub is_illustrative: bool,
    pub source: String,
    pub act_id: Option<Id<act::Model>>,
    /// The organisation from outside with which the body meets, such as the government office.
    pub external_party_id: Option<Id<organisation::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
