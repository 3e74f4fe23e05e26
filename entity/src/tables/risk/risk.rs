//! Risks, each on the register of a body.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    policy::Office,
    rules::risk_score::{Category, Nature, Response},
    tables::{
        Id,
        organisation::{act, body, organisation, tenant},
        performance::area,
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Counted from 1 in the tenant, whatever the register.
    pub number: i32,
    pub title: String,
    /// The body on whose register it stands.
    pub body_id: Id<body::Model>,
    /// The area that it is about.
    pub area_id: Id<area::Model>,
    pub nature: Nature,
    pub category: Category,
    /// Because of what.
    pub cause: String,
    /// What may happen.
    pub event: String,
    /// What would follow.
    pub effect: String,
    /// The office that answers for it.
    pub owner_office: Office,
    pub owner_organisation_id: Option<Id<organisation::Model>>,
    /// The residual score that the body is ready to bear.
    pub appetite: i32,
    pub response: Response,
    pub transferee: Option<String>,
    pub ends_on: Option<NaiveDate>,
    pub approval: Option<String>,
    pub approval_expires_on: Option<NaiveDate>,
    /// The day by which it is to be settled.
    pub resolve_by: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub closing_reason: Option<String>,
    /// Counted from 1 with every change.
    pub version: i32,
    pub is_illustrative: bool,
    pub source: String,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
