//! The national indicator set: reference data that every tenant may adopt from.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::indicator::{Frequency, MeasureKind, Polarity};
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "national_indicator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// The number in the national set, as in NI 15.
    pub number: i32,
    pub code: String,
    pub title: String,
    pub polarity: Polarity,
    pub unit: String,
    pub decimals: i32,
    pub measure_kind: MeasureKind,
    pub frequency: Frequency,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub is_place_survey: bool,
    pub note: Option<String>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
