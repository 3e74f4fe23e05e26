//! Agreements: a local area agreement, or the Authority's policing plan.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::area;
use crate::tables::{Id, organisation::tenant, values::closed_set};

closed_set! {
    /// What sort of agreement it is.
    pub enum AgreementKind {
        /// Between an area's partners and central government, for three years.
        LocalAreaAgreement = "LOCAL_AREA_AGREEMENT",
        /// The Authority's plan for the police of its area.
        PolicingPlan = "POLICING_PLAN",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub reference: String,
    pub name: String,
    pub kind: AgreementKind,
    pub area_id: Id<area::Model>,
    pub parties: String,
    pub counterparty: Option<String>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub designated_on: Option<NaiveDate>,
    /// From this day targets may be changed locally; their history stays.
    pub designation_revoked_on: Option<NaiveDate>,
    pub predecessor_id: Option<Id<Model>>,
    pub basis: Option<String>,
    pub note: Option<String>,
    pub is_illustrative: bool,
    pub source: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
