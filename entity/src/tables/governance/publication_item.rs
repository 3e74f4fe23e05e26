//! What a publication tells lead members about partnerships: a trigger, once for each council area that it is about, so that each lead
//! member reads what is about their own.

use sea_orm::entity::prelude::*;

use super::{agenda_link::LinkKind, publication};
use crate::tables::{Id, organisation::tenant, performance::area};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "publication_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub publication_id: Id<publication::Model>,
    /// Its place in the publication, counted from 1; the same for each of its areas.
    pub number: i32,
    /// The council area.
    pub area_id: Id<area::Model>,
    pub headline: String,
    pub words: String,
    /// What the lead member is asked to do.
    pub action_asked: Option<String>,
    /// What sort of record of the Authority's own it concerns.
    pub about_kind: Option<LinkKind>,
    /// Which one.
    pub about_id: Option<Uuid>,
    /// Where more is found.
    pub address: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
