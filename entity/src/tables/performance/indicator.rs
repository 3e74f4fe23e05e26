//! Indicators as a tenant measures them: adopted from the national set, or local.

use sea_orm::entity::prelude::*;

use super::national_indicator;
pub use crate::rules::measure::{Frequency, MeasureKind};
use crate::tables::{
    Id,
    organisation::{organisation, tenant},
    values::closed_set,
};

closed_set! {
    /// Which way a figure has to move to be better.
    pub enum Polarity {
        /// Higher is better.
        Higher = "HIGHER",
        /// Lower is better.
        Lower = "LOWER",
        /// Context only: neither is better.
        None = "NONE",
    }
}

closed_set! {
    /// Whether the police side answers for an indicator; lead members report on those that it does.
    pub enum PoliceOwner {
        /// Owned by a partner outside the police.
        Neither = "NEITHER",
        /// Owned by the Constabulary.
        Constabulary = "CONSTABULARY",
        /// Owned by the Authority.
        Authority = "AUTHORITY",
    }
}

closed_set! {
    /// How far the partners can move an indicator themselves.
    pub enum Control {
        /// In the hands of one partner.
        Direct = "DIRECT",
        /// In the hands of several partners.
        Shared = "SHARED",
        /// Open to influence only.
        InfluenceOnly = "INFLUENCE_ONLY",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    /// The code that people use, such as `NI 15`.
    pub code: String,
    pub title: String,
    pub national_indicator_id: Option<Id<national_indicator::Model>>,
    pub polarity: Polarity,
    pub unit: String,
    /// Decimal places in publication.
    pub decimals: i32,
    pub measure_kind: MeasureKind,
    pub frequency: Frequency,
    /// Days after the end of a period until its figure is due.
    pub data_lag_days: i32,
    pub police_owner: PoliceOwner,
    pub control: Control,
    /// The organisation that supplies the figures.
    pub data_owner_id: Option<Id<organisation::Model>>,
    pub note: Option<String>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
