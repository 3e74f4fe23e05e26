//! What the Authority's officers publish for its members: the monthly Environmental Scan, and the Members' Bulletin (S4, Support, training
//! and development for members; Action plan for improvement).

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::tables::{
    Id,
    organisation::{act, tenant},
    values::closed_set,
};

closed_set! {
    /// What sort of publication it is.
    pub enum PublicationKind {
        /// The Environmental Scan of a month.
        EnvironmentalScan = "ENVIRONMENTAL_SCAN",
        /// An issue of the Members' Bulletin.
        MembersBulletin = "MEMBERS_BULLETIN",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "publication")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub kind: PublicationKind,
    /// Counted from 1 along the publications of the same kind.
    pub number: i32,
    /// The code of the month that a scan covers, such as `FY2010-M01`; none of a bulletin.
    pub month: Option<String>,
    /// Why a scan was published after its month; none where it was in time, and of a bulletin.
    pub late_reason: Option<String>,
    pub published_on: NaiveDate,
    pub published_at: DateTime<Utc>,
    pub act_id: Id<act::Model>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
