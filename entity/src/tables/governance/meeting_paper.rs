//! Papers before a meeting: where they are, not what is in them. Committee papers live where committees publish them.

use sea_orm::entity::prelude::*;

use super::{agenda_item, meeting};
use crate::tables::{Id, organisation::tenant};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_paper")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    pub agenda_item_id: Option<Id<agenda_item::Model>>,
    pub title: String,
    /// Where it is found: an https address.
    pub address: String,
    /// Why it is exempt from publication; none when it is public.
    pub exemption: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
