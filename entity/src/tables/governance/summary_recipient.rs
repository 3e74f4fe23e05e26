//! To whom a meeting's summary was sent.

use sea_orm::entity::prelude::*;

use super::meeting_summary;
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{appointment, person, tenant},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "summary_recipient")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_summary_id: Id<meeting_summary::Model>,
    pub person_id: Id<person::Model>,
    /// The appointment for which they get it.
    pub appointment_id: Id<appointment::Model>,
    pub office: Office,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
