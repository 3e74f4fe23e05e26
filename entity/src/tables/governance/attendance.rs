//! Who came to a meeting.

use sea_orm::entity::prelude::*;

use super::meeting;
use crate::tables::{
    Id,
    organisation::{appointment, tenant},
    values::closed_set,
};

closed_set! {
    /// Whether somebody came.
    pub enum Presence {
        /// Was there.
        Present = "PRESENT",
        /// Sent apologies.
        Apologies = "APOLOGIES",
        /// Was expected and didn't come.
        Absent = "ABSENT",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    /// The appointment in which they came.
    pub appointment_id: Option<Id<appointment::Model>>,
    /// Whoever came without one, by office or organisation.
    pub guest: Option<String>,
    pub presence: Presence,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
