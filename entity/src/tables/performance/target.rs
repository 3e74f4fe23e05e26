//! Targets: what was agreed, in whose words, and how it is read. A new target supersedes an old one; nothing is overwritten.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{agreement_indicator, area, tolerance_policy};
pub use crate::rules::target::Reading as TargetReading;
pub use crate::rules::trajectory::Trajectory as TrajectoryKind;
use crate::tables::{
    Figure, Id, RecordedPeriod,
    organisation::{act, tenant},
    values::closed_set,
};

closed_set! {
    /// How a target is put.
    pub enum ExpressionKind {
        /// A figure to reach.
        Absolute = "ABSOLUTE",
        /// A number of points (in the indicator's unit) from the baseline.
        PointsFromBaseline = "POINTS_FROM_BASELINE",
        /// A percentage of the baseline.
        PercentFromBaseline = "PERCENT_FROM_BASELINE",
        /// "An increase of n %" that can be read as points or as a percentage.
        AmbiguousIncrease = "AMBIGUOUS_INCREASE",
        /// A signed gap, in the indicator's unit, to the figure of a comparator area for the same period.
        RelativeToComparator = "RELATIVE_TO_COMPARATOR",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "target")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_indicator_id: Id<agreement_indicator::Model>,
    /// Counted from 1 along the targets of the same line and period, each of which took the place of the one before.
    pub version: i32,
    /// The period by which it is to be reached, as a code such as `FY2010`.
    pub target_period: String,
    /// The last day of that period.
    pub target_ends_on: NaiveDate,
    pub expression: ExpressionKind,
    #[sea_orm(column_name = "amount_millionths")]
    pub amount: Figure,
    /// The area that the amount is a gap to; filled exactly where the expression is such a gap.
    pub comparator_area_id: Option<Id<area::Model>>,
    /// The words of the source, kept as printed.
    pub source_text: Option<String>,
    /// How the words are read, once somebody has settled it.
    pub reading: Option<TargetReading>,
    pub reading_act_id: Option<Id<act::Model>>,
    pub reading_confirmed_on: Option<NaiveDate>,
    pub baseline_period: Option<String>,
    #[sea_orm(column_name = "baseline_millionths")]
    pub baseline: Option<Figure>,
    pub trajectory: TrajectoryKind,
    /// Milestones as a JSON list of `{"period": code, "value": decimal text}`.
    pub milestones: Json,
    /// The level of performance that triggers action.
    #[sea_orm(column_name = "monitoring_level_millionths")]
    pub monitoring_level: Option<Figure>,
    pub tolerance_policy_id: Option<Id<tolerance_policy::Model>>,
    /// Lints that the setter saw and accepted, as a JSON list of codes.
    pub acknowledged_lints: Json,
    pub is_illustrative: bool,
    pub note: Option<String>,
    pub source: String,
    pub act_id: Id<act::Model>,
    /// The business date from which it stood.
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    /// The business date on which another one took its place.
    pub superseded_on: Option<NaiveDate>,
    pub supersedes_id: Option<Id<Model>>,
}

/// As much of a target as a colour rests on: what was agreed, in which words and how it is read. The rest stands in the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    pub tenant_id: Id<tenant::Model>,
    pub id: Id<Model>,
    pub agreement_indicator_id: Id<agreement_indicator::Model>,
    pub version: i32,
    pub target_period: RecordedPeriod,
    pub target_ends_on: NaiveDate,
    pub expression: ExpressionKind,
    pub amount: Figure,
    pub comparator_area_id: Option<Id<area::Model>>,
    pub source_text: Option<String>,
    pub reading: Option<TargetReading>,
    pub baseline_period: Option<RecordedPeriod>,
    pub baseline: Option<Figure>,
    pub trajectory: TrajectoryKind,
    /// Nothing where the list is empty.
    pub milestones: Option<Json>,
    pub tolerance_policy_id: Option<Id<tolerance_policy::Model>>,
    pub is_illustrative: bool,
}

impl From<&Model> for Brief {
    fn from(row: &Model) -> Self {
        Self {
            tenant_id: row.tenant_id,
            id: row.id,
            agreement_indicator_id: row.agreement_indicator_id,
            version: row.version,
            target_period: row.target_period.as_str().into(),
            target_ends_on: row.target_ends_on,
            expression: row.expression,
            amount: row.amount,
            comparator_area_id: row.comparator_area_id,
            source_text: row.source_text.clone(),
            reading: row.reading,
            baseline_period: row.baseline_period.as_deref().map(RecordedPeriod::from),
            baseline: row.baseline,
            trajectory: row.trajectory,
            milestones: Some(row.milestones.clone()).filter(|list| list.as_array().is_none_or(|list| !list.is_empty())),
            tolerance_policy_id: row.tolerance_policy_id,
            is_illustrative: row.is_illustrative,
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
