//! Who came to a meeting.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{attendance_correction, meeting};
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, appointment, tenant},
        values::closed_set,
    },
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
    /// The business date on which it was said; none for what was said before this was kept.
    pub recorded_on: Option<NaiveDate>,
    /// The office in which it was said.
    pub office: Option<Office>,
    pub act_id: Option<Id<act::Model>>,
    /// The correction that took it off the list; none while it stands on it.
    pub removed_by_id: Option<Id<attendance_correction::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
