//! An event of a tenant's record: something that was written, or read across tenants. Never changed, never removed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{act, person, service_account, tenant};
use crate::{policy::Office, tables::Id};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Its place in the tenant's record, from 1.
    pub place: i64,
    /// What was done, such as `RECORD_OBSERVATIONS`.
    pub kind: String,
    /// The act, for what was written.
    pub act_id: Option<Id<act::Model>>,
    pub person_id: Option<Id<person::Model>>,
    pub office: Option<Office>,
    /// The machine that did it, in place of a person.
    pub service_account_id: Option<Id<service_account::Model>>,
    pub request_id: Option<String>,
    /// Why it was allowed or needed, for what was read.
    pub justification: Option<String>,
    /// What was changed, before and after, or what was read: JSON, kept as text since its very bytes are sealed.
    pub body: String,
    pub done_on: NaiveDate,
    pub done_at: DateTime<Utc>,
    /// The seal of the event before.
    pub before: String,
    pub seal: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
