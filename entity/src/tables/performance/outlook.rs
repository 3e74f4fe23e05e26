//! An officer's judgement of where a line is heading, kept beside the computed colour.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::agreement_indicator;
pub use crate::rules::outlook::Outlook as OutlookJudgement;
use crate::tables::{
    Id,
    organisation::{act, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outlook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_indicator_id: Id<agreement_indicator::Model>,
    /// Counted from 1 along the outlooks of the same line, each of which took the place of the one before.
    pub version: i32,
    /// The period that was looked at when it was stated.
    pub period: String,
    pub judgement: OutlookJudgement,
    pub rationale: String,
    /// The action that will close the difference, where the judgement is better than the figures.
    pub closing_action: Option<String>,
    /// The day by which it will.
    pub closing_on: Option<NaiveDate>,
    /// The day of the next review, after which it no longer stands.
    pub expires_on: NaiveDate,
    pub is_illustrative: bool,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub superseded_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
