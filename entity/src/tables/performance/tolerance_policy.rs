//! How far short of expectation is still amber: named, versioned, and agreed by somebody.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::tables::{
    Figure, Id,
    organisation::{body, tenant},
    values::closed_set,
};

closed_set! {
    /// How the width of amber is worked out.
    pub enum ToleranceKind {
        /// A percentage of the expected value.
        PercentOfExpected = "PERCENT_OF_EXPECTED",
        /// A fixed amount in the indicator's unit.
        Absolute = "ABSOLUTE",
        /// A percentage of the improvement from baseline to target.
        PercentOfImprovement = "PERCENT_OF_IMPROVEMENT",
        /// Green within the percentage; amber beyond it only when no worse than the same period last year.
        Havering = "HAVERING",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolerance_policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    pub name: String,
    pub version: i32,
    pub kind: ToleranceKind,
    #[sea_orm(column_name = "amount_millionths")]
    pub amount: Figure,
    pub exceeding_is_blue: bool,
    pub missing_is_red: bool,
    pub max_age_days: Option<i32>,
    pub agreed_by_id: Option<Id<body::Model>>,
    pub agreed_on: Option<NaiveDate>,
    pub effective_from: NaiveDate,
    pub note: Option<String>,
    pub is_illustrative: bool,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
