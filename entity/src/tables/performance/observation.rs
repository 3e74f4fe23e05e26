//! Observations: what was measured, for which area and period, and where it comes from. Revisions supersede; nothing is overwritten.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{area, indicator};
pub use crate::rules::measure::ObservationStatus;
use crate::tables::{
    Figure, Id, RecordedPeriod,
    organisation::{act, tenant},
    values::closed_set,
};

closed_set! {
    /// How exactly a document puts a figure.
    pub enum Qualifier {
        /// The figure itself.
        Exact = "EXACT",
        /// About this figure.
        About = "ABOUT",
        /// This figure or less.
        UpTo = "UP_TO",
        /// This figure or more.
        AtLeast = "AT_LEAST",
        /// More than this figure, or than a figure not printed.
        Above = "ABOVE",
        /// Between this figure and the higher one.
        Between = "BETWEEN",
        /// Among the worst so many.
        WorstOf = "WORST_OF",
        /// A small increase, without a figure.
        SmallIncrease = "SMALL_INCREASE",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "observation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub indicator_id: Id<indicator::Model>,
    pub area_id: Id<area::Model>,
    /// A period code such as `FY2009-Q3`, or a code of its own where a document dates the figure in another way.
    pub period: String,
    /// The period as people say or print it.
    pub period_label: String,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    #[sea_orm(column_name = "value_millionths")]
    pub value: Option<Figure>,
    #[sea_orm(column_name = "value_high_millionths")]
    pub value_high: Option<Figure>,
    #[sea_orm(column_name = "numerator_millionths")]
    pub numerator: Option<Figure>,
    #[sea_orm(column_name = "denominator_millionths")]
    pub denominator: Option<Figure>,
    pub status: ObservationStatus,
    pub qualifier: Qualifier,
    /// Why there is no figure, when there is none.
    pub no_value_reason: Option<String>,
    /// 1 for the first figure, then counting up with each revision.
    pub revision: i32,
    pub supersedes_id: Option<Id<Model>>,
    /// Why it was revised.
    pub revision_reason: Option<String>,
    pub is_illustrative: bool,
    pub note: Option<String>,
    pub source: String,
    pub act_id: Id<act::Model>,
    /// The business date from which it stood.
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    /// The business date on which a revision took its place.
    pub superseded_on: Option<NaiveDate>,
}

/// As much of an observation as a colour rests on and a chart shows; where it comes from stands in the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    pub tenant_id: Id<tenant::Model>,
    pub indicator_id: Id<indicator::Model>,
    pub area_id: Id<area::Model>,
    pub found: Found,
}

/// What such figures of one series don't have in common, which alone is sent with each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which of the series that were asked for, counted from 1; of the figures that were asked for one by one, counted downwards from -1.
    pub series: i64,
    pub id: Id<Model>,
    pub period: RecordedPeriod,
    pub period_label: Arc<str>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub value: Option<Figure>,
    pub value_high: Option<Figure>,
    pub denominator: Option<Figure>,
    pub status: ObservationStatus,
    pub qualifier: Qualifier,
    pub is_illustrative: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
