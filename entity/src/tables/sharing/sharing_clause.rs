//! Clauses of an information-sharing agreement: who lets the other parties read which category of its records.

use sea_orm::entity::prelude::*;

use super::sharing_agreement;
use crate::{
    policy::RecordCategory,
    tables::{Id, organisation::tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sharing_clause")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agreement_id: Id<sharing_agreement::Model>,
    pub number: i32,
    pub category: RecordCategory,
    pub discloser_id: Id<tenant::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
