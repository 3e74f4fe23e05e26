//! The closing of periods.

use async_graphql::{ID, Object, Result};
use entity::tables::performance::period_close;

use super::period::Period;
use crate::graphql::{
    organisation::Act,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::DateTime,
};

/// The closing of a period.
#[derive(Clone)]
pub struct PeriodClose(pub Member<period_close::Model>);

/// The closing of a period: its figures were entered by some, verified by another person and approved by a third, then locked.
#[Object]
impl PeriodClose {
    /// The close's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::PeriodClose, self.0.row()).to_id()
    }

    /// The period.
    async fn period(&self) -> Option<Period> {
        self.0.row().period.parse::<entity::rules::period::Period>().ok().map(Period::from)
    }

    /// When its figures were verified.
    async fn verified_at(&self) -> DateTime {
        DateTime(self.0.row().verified_at)
    }

    /// When its figures were approved; null until they are.
    async fn approved_at(&self) -> Option<DateTime> {
        self.0.row().approved_at.map(DateTime)
    }

    /// Whether its figures change by revision only.
    async fn is_locked(&self) -> bool {
        self.0.row().approved_at.is_some()
    }

    /// Who verified it, and in which office.
    async fn verification(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.verified_act_id).collect();
        let load = async { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("PeriodClose.verification", Some(self.0.row().verified_act_id), load).await?.map(Act))
    }

    /// Who approved it, and in which office; null until it is.
    async fn approval(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.approved_act_id).collect();
        let load = async { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("PeriodClose.approval", self.0.row().approved_act_id, load).await?.map(Act))
    }
}

connection!(PeriodCloseConnection, PeriodCloseEdge, PeriodClose, "closes of periods");
