//! Parties of an information-sharing agreement, each with its own approval.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::sharing_agreement;
use crate::{
    policy::Office,
    tables::{Id, organisation::tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sharing_party")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_id: Id<sharing_agreement::Model>,
    pub party_id: Id<tenant::Model>,
    pub approved_on: Option<NaiveDate>,
    pub approved_office: Option<Office>,
    pub minute_reference: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
