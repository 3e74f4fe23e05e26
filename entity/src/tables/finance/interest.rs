//! Standing interests that those who take decisions have declared.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, organisation, person, tenant},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interest")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub person_id: Id<person::Model>,
    pub words: String,
    /// In which organisation; in everything the partnership does, where none is named.
    pub organisation_id: Option<Id<organisation::Model>>,
    /// Whether it keeps its holder from deciding.
    pub is_prejudicial: bool,
    pub act_id: Id<act::Model>,
    pub declared_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    /// The last day on which it is held; none while it is.
    pub ends_on: Option<NaiveDate>,
    pub ending_act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
