//! Actions: what is yet to be done about a risk.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::risk;
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, tenant},
        values::closed_set,
    },
};

closed_set! {
    /// How far an action about a risk has come.
    pub enum RiskActionStatus {
        /// Nothing was done yet.
        NotStarted = "NOT_STARTED",
        /// It is being done.
        InProgress = "IN_PROGRESS",
        /// It is done.
        Completed = "COMPLETED",
        /// It won't be done.
        Cancelled = "CANCELLED",
    }
}

impl RiskActionStatus {
    /// Whether it is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::NotStarted | Self::InProgress)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_action")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub risk_id: Id<risk::Model>,
    pub description: String,
    /// The office that does it.
    pub owner_office: Office,
    pub due_on: Option<NaiveDate>,
    pub status: RiskActionStatus,
    /// What was done last, or why it won't be.
    pub progress: Option<String>,
    /// The business date on which it was completed or cancelled.
    pub ended_on: Option<NaiveDate>,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
