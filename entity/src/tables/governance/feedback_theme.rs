//! A theme of collated feedback: issues of several forms that are one, in edited words.

use sea_orm::entity::prelude::*;

use super::{feedback_issue::FeedbackSubject, feedback_summary};
use crate::tables::{Id, organisation::tenant, performance::area};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_theme")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub summary_id: Id<feedback_summary::Model>,
    /// The council area.
    pub area_id: Id<area::Model>,
    /// Of the summary.
    pub version: i32,
    /// Counted from 1 within the summary.
    pub number: i32,
    pub subject: FeedbackSubject,
    pub title: String,
    pub text: String,
    /// How many issues were merged into it.
    pub merged: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
