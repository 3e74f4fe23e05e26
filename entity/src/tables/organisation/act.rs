//! Acts: who did what, in which office and when. Every written row names the act that wrote it.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{appointment, person, service_account, tenant};
use crate::{policy::Office, tables::Id};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// What was done, such as `RECORD_OBSERVATIONS`.
    pub kind: String,
    /// None when data was loaded from the command line.
    pub person_id: Option<Id<person::Model>>,
    pub appointment_id: Option<Id<appointment::Model>>,
    pub office: Option<Office>,
    /// The machine that did it, in place of a person.
    pub service_account_id: Option<Id<service_account::Model>>,
    /// The business date of the act.
    pub done_on: NaiveDate,
    /// The system's time of the act.
    pub done_at: DateTime<Utc>,
    pub request_id: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
