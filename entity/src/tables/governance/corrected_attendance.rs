//! Lines of the list of who came to a meeting, as they stood before a correction and after it.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::{attendance::Presence, attendance_correction};
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, appointment, tenant},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "corrected_attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub correction_id: Id<attendance_correction::Model>,
    pub number: i32,
    /// The appointment in which they came.
    pub appointment_id: Option<Id<appointment::Model>>,
    /// Whoever came without one, by office or organisation.
    pub guest: Option<String>,
    /// What the list said before; none where they weren't on it.
    pub former_presence: Option<Presence>,
    /// What it says since; none where they were taken off it.
    pub presence: Option<Presence>,
    /// Who had recorded what it said before, in which office, and when; none for what was recorded before this was kept.
    pub former_act_id: Option<Id<act::Model>>,
    pub former_office: Option<Office>,
    pub former_recorded_on: Option<NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
