//! Appointments: a person in an office, in a tenant, from one day to another. Every permission follows from them.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{body, organisation, person, tenant};
use crate::{
    policy::Office,
    tables::{Id, performance::area},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub person_id: Id<person::Model>,
    pub office: Office,
    pub body_id: Option<Id<body::Model>>,
    pub area_id: Option<Id<area::Model>>,
    /// The organisation for which the office is held; a partner analyst's own indicators are its own.
    pub organisation_id: Option<Id<organisation::Model>>,
    /// First day in force.
    pub from_on: NaiveDate,
    /// Last day in force; none while it is open-ended.
    pub to_on: Option<NaiveDate>,
    pub minute_reference: Option<String>,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
