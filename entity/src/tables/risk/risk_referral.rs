//! Risks that an area's lead member has reported to the Authority. The rows are the Authority's; the tenant that a risk comes
//! from reads those of its own risks.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::risk;
use crate::{
    rules::escalation::{Custody, Scope, State},
    tables::{
        Id,
        organisation::{act, tenant},
        performance::area,
    },
};

impl Model {
    /// Where the risk is.
    #[must_use]
    pub const fn custody(&self) -> Custody {
        Custody { common: self.common_state, authority: self.authority_state, partnership: self.partnership_state }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_referral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    /// Counted from 1 in the Authority's tenant.
    pub number: i32,
    /// The tenant that the risk comes from.
    pub origin_tenant_id: Id<tenant::Model>,
    /// The risk there.
    pub origin_risk_id: Id<risk::Model>,
    /// Counted from 1 along the risk: one that was closed and reported later begins another.
    pub round: i32,
    /// What the risk is called, as reported last.
    pub title: String,
    pub area_id: Id<area::Model>,
    /// The residual score as reported last.
    pub residual_score: i32,
    pub common_state: State,
    pub authority_state: Option<State>,
    pub partnership_state: Option<State>,
    /// Whom it concerns, once the Treasurer has said so.
    pub scope: Option<Scope>,
    /// Its row on the Authority's own register, once it was captured.
    pub captured_as_id: Option<Id<risk::Model>>,
    /// The quarter for which it was reported last.
    pub last_quarter: String,
    /// The last day on which the Treasurer's determination is in time.
    pub due_on: Option<NaiveDate>,
    /// Counted from 1 with every step.
    pub version: i32,
    pub act_id: Id<act::Model>,
    pub recorded_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
