//! The agenda of a meeting, in order.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::meeting;
use crate::{
    policy::Office,
    tables::{
        Id,
        organisation::{act, tenant},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub meeting_id: Id<meeting::Model>,
    pub number: i32,
    pub title: String,
    /// Why it is exempt from publication, such as a paragraph of Schedule 12A to the Local Government Act 1972; none when it is public.
    pub exemption: Option<String>,
    /// The reporting duty that hearing this item fulfils.
    pub duty: Option<i32>,
    pub source: Option<String>,
    /// By reason of which special circumstances the chairman was of the opinion that it is urgent, where it wasn't on the published agenda.
    pub urgency: Option<String>,
    /// When it was withdrawn from the agenda; none while it stands.
    pub withdrawn_on: Option<NaiveDate>,
    pub withdrawal_reason: Option<String>,
    /// The office in which it was withdrawn.
    pub withdrawal_office: Option<Office>,
    pub withdrawal_act_id: Option<Id<act::Model>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
