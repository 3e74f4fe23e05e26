//! What an item of an agenda is about: records of the same tenant.

use sea_orm::entity::prelude::*;

use super::agenda_item;
use crate::tables::{Id, organisation::tenant, values::closed_set};

closed_set! {
    /// What sort of record it is.
    pub enum LinkKind {
        /// An action of a plan or of a meeting.
        Action = "ACTION",
        /// A decision of an earlier meeting.
        Decision = "DECISION",
        /// A line of an agreement.
        AgreementLine = "AGREEMENT_LINE",
        /// A lead member's quarterly return, begun or not.
        QuarterlyReturn = "QUARTERLY_RETURN",
        /// A risk on a register of the tenant's.
        Risk = "RISK",
        /// A risk that was reported to the tenant.
        RiskReferral = "RISK_REFERRAL",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<tenant::Model>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub agenda_item_id: Id<agenda_item::Model>,
    pub kind: LinkKind,
    pub subject_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
