//! Versions of stored queries. What a version asks never changes; from when to when it is served does.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::stored_query;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stored_query_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub stored_query_id: Id<stored_query::Model>,
    /// Counted from 1.
    pub number: i32,
    /// What it asks and what its answers look like: `rules::stored_query::Definition` as JSON.
    pub definition: Json,
    /// The first day on which it is served.
    pub published_on: Option<NaiveDate>,
    /// The day from which users are told that it will be given up.
    pub deprecated_on: Option<NaiveDate>,
    /// The first day on which it is served no longer.
    pub sunset_on: Option<NaiveDate>,
    pub retirement_reason: Option<String>,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
