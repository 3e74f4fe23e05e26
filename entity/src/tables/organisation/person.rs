//! People: they exist once and hold appointments in one or several tenants.

use sea_orm::entity::prelude::*;

use super::organisation;
use crate::tables::Id;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub name: String,
    /// The organisation that the person works for or sits on.
    pub organisation_id: Option<Id<organisation::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
