//! What became of an action, note by note; nothing is overwritten.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::action::{self, ActionState};
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, tenant},
        performance::area,
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub action_id: Id<action::Model>,
    pub number: i32,
    /// The state in which the note leaves it.
    pub state: ActionState,
    pub words: String,
    pub evidence: Option<String>,
    pub evidence_address: Option<String>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub act_id: Id<act::Model>,
    /// The office in which it was told, and the area for which that is held; none for what was told before this was kept.
    pub office: Option<Office>,
    pub area_id: Option<Id<area::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
