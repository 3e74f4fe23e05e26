//! Instruments by which a body delegates a power to an office or to another body.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, body, tenant},
        performance::area,
        values::closed_set,
    },
};

closed_set! {
    /// What is delegated.
    pub enum Power {
        /// Agreeing a partnership's priorities and strategic plans.
        PrioritiesAndPlans = "PRIORITIES_AND_PLANS",
        /// Agreeing expenditure.
        Expenditure = "EXPENDITURE",
        /// Deciding for the delegating body in a partnership.
        DecisionsInPartnership = "DECISIONS_IN_PARTNERSHIP",
        /// Developing an agreement's action plan and following its delivery.
        ActionPlan = "ACTION_PLAN",
        /// Agreeing targets and their monitoring levels.
        Targets = "TARGETS",
        /// Starting performance management action outside the usual trigger.
        Intervention = "INTERVENTION",
        /// Nominating somebody.
        Nomination = "NOMINATION",
        /// Challenging plans that others draw up.
        Challenge = "CHALLENGE",
        /// Delivering a plan or a programme, or following its delivery.
        Delivery = "DELIVERY",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub number: i32,
    pub delegated_by_id: Id<body::Model>,
    /// The office that may use the power; otherwise a body may.
    pub to_office: Option<Office>,
    pub to_body_id: Option<Id<body::Model>>,
    pub power: Power,
    /// The power in the words of the document.
    pub words: String,
    pub limit_words: Option<String>,
    /// The one area for which it holds; every area of the tenant, where none is named.
    pub area_id: Option<Id<area::Model>>,
    /// Who approved it, as printed.
    pub approved_by: Option<String>,
    pub approved_on: Option<NaiveDate>,
    pub minute: Option<String>,
    /// First day in force; none where the document gives no date.
    pub starts_on: Option<NaiveDate>,
    /// Last day in force; none while it is open-ended.
    pub ends_on: Option<NaiveDate>,
    /// From this day it allows nothing any more.
    pub revoked_on: Option<NaiveDate>,
    pub revocation_reason: Option<String>,
    pub is_illustrative: bool,
    pub source: String,
    /// The act that recorded it; none for what was loaded.
    pub act_id: Option<Id<act::Model>>,
    pub revocation_act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
