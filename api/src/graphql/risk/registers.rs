//! A tenant's registers of risks, what it received from others, and the Treasurer's review.

use async_graphql::{ID, InputObject, Object, Result};
use entity::{
    error::Error,
    policy::{Action, Resource},
    rules::period::Period as Known,
    tables::{Id, TenantId, organisation::body},
    usecases::risk::{referrals, registers, reviewing},
};

use super::{
    Risk, RiskCategory, RiskNature, RiskReferral, parts::act_of_row, referral::RiskReferralConnection, risk::RiskConnection,
};
use crate::graphql::{
    organisation::Act,
    performance::{Period, period_argument},
    relay::{Member, NodeId, NodeKind, Paging, View},
    scalars::Date,
};

/// Which risks are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct RiskFilter {
    /// Only those on the registers of these bodies.
    #[graphql(validator(max_items = 100))]
    bodies: Option<Vec<ID>>,
    /// Only those about an area for which you hold an office here: a lead member's own.
    is_of_my_area: Option<bool>,
    /// Only those that are open, or only those that are closed.
    is_open: Option<bool>,
    /// Only threats, or only opportunities.
    nature: Option<RiskNature>,
    /// Only strategic ones, or only operational ones.
    category: Option<RiskCategory>,
    /// Only those whose title contains this text, whatever the case.
    #[graphql(validator(max_length = 200))]
    named: Option<String>,
}

impl RiskFilter {
    fn known(self) -> registers::Filter {
        let body = |id: &ID| NodeId::parse(id).filter(|node| node.kind == NodeKind::Body);
        let bodies = self
            .bodies
            .map(|ids| -> Vec<Id<body::Model>> { ids.iter().filter_map(body).map(|node| Id::from_uuid(node.id)).collect() });
        registers::Filter {
            bodies,
            is_of_my_area: self.is_of_my_area.unwrap_or(false),
            is_open: self.is_open,
            nature: self.nature.map(Into::into),
            category: self.category.map(Into::into),
            named: self.named,
        }
    }
}

/// Which referrals are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct RiskReferralFilter {
    /// Only those about an area for which you hold an office here: a lead member's own.
    is_of_my_area: Option<bool>,
    /// Only those that the Treasurer hasn't determined.
    is_undetermined: Option<bool>,
    /// Only those that somebody above the lead member holds, or only those that nobody does.
    is_held_above: Option<bool>,
    /// Only those that were reported for this quarter, by its code.
    quarter: Option<String>,
}

impl RiskReferralFilter {
    fn known(self) -> Result<referrals::Filter, Error> {
        Ok(referrals::Filter {
            is_of_my_area: self.is_of_my_area.unwrap_or(false),
            is_undetermined: self.is_undetermined.unwrap_or(false),
            is_held_above: self.is_held_above,
            quarter: period_argument("filter.quarter", self.quarter.as_deref())?,
        })
    }
}

/// What a tenant shows of risks.
pub struct RiskRegisters {
    view: View,
    tenant: TenantId,
}

impl RiskRegisters {
    /// The registers of a tenant as seen in a view.
    #[must_use]
    pub fn new(view: &View, tenant: TenantId) -> Self {
        Self { view: view.clone(), tenant }
    }

    fn list(&self, field: &str, question: &impl std::fmt::Debug) -> String {
        format!("Tenant.{field}/{}/{}/{question:?}", self.tenant, self.view.as_at())
    }
}

/// What a tenant shows of risks.
#[Object]
impl RiskRegisters {
    /// The risks on the registers of its bodies, the weightiest first.
    async fn risks(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<RiskFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<RiskConnection>> {
        let paging = Paging::new(&self.list("risks", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default().known();
        let rows = registers::of_tenant(self.view.tx(), self.tenant, &filter, self.view.as_at()).await?;
        let rows = Member::gather(&self.view, self.tenant, rows);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Risk(row))).collect())?.into()))
    }

    /// The risks that were passed on to it, in the order in which the Treasurer takes them up: first those not determined, of these
    /// first those reported in two quarters running or more without falling, then the weightiest.
    async fn risk_referrals(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<RiskReferralFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<RiskReferralConnection>> {
        let paging = Paging::new(&self.list("riskReferrals", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default().known()?;
        let rows = referrals::received(self.view.tx(), self.tenant, &filter).await?;
        let order: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut rows = RiskReferral::gather(&self.view, rows);
        rows.sort_by_key(|row| order.iter().position(|id| *id == row.0.row().id));
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.uuid(), row)).collect())?.into()))
    }

    /// The Treasurer's review of the risks that were reported for a quarter.
    async fn risk_review(
        &self,
        #[graphql(desc = "The quarter, by its code; the last that has ended when left out.")] quarter: Option<String>,
    ) -> Result<Option<RiskReview>> {
        let quarter = period_argument("quarter", quarter.as_deref())?;
        Ok(Some(RiskReview::of(&self.view, self.tenant, quarter).await?))
    }
}

/// A review.
#[derive(Clone)]
pub struct RiskReview {
    view: View,
    tenant: TenantId,
    review: std::sync::Arc<reviewing::Review>,
}

impl RiskReview {
    /// How a review stands.
    ///
    /// # Errors
    /// When the quarter hasn't ended, or the viewer may not read what was passed on.
    pub(super) async fn of(view: &View, tenant: TenantId, quarter: Option<Known>) -> Result<Self, Error> {
        let quarter = reviewing::quarter(view.tx(), quarter)?;
        let review = reviewing::review(view.tx(), tenant, quarter).await?;
        Ok(Self { view: view.clone(), tenant, review: std::sync::Arc::new(review) })
    }
}

/// The Treasurer's review of the risks that were reported for a quarter. It is complete once all of them are determined and the
/// Treasurer has said so; a late report opens it again.
#[Object]
impl RiskReview {
    /// The quarter.
    async fn quarter(&self) -> Period {
        self.review.quarter.into()
    }

    /// How many risks were reported for it.
    fn reported_count(&self) -> i32 {
        i32::try_from(self.review.reported).unwrap_or(i32::MAX)
    }

    /// Those reported for it or before that aren't determined, in the order in which they are taken up.
    async fn undetermined(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RiskReferralConnection> {
        let list = format!("RiskReview.undetermined/{}/{}", self.tenant, self.review.quarter);
        let paging = Paging::new(&list, (first, after, last, before))?;
        let rows = RiskReferral::gather(&self.view, self.review.undetermined.clone());
        Ok(paging.slice(rows.into_iter().map(|row| (row.uuid(), row)).collect())?.into())
    }

    /// Whether everything is determined, and the Treasurer has said so since the last report.
    fn is_complete(&self) -> bool {
        self.review.is_complete()
    }

    /// The business date on which the Treasurer said so last; null while it isn't complete, also when a late report opened it again.
    fn completed_on(&self) -> Option<Date> {
        self.review.completed().map(|row| Date(row.recorded_on))
    }

    /// The act by which it was said, on the Authority's record, for those who read acts there; null for everybody else, and while it isn't
    /// complete.
    async fn act(&self) -> Result<Option<Act>> {
        let may_read = self.view.tx().actor().may(self.tenant, Action::Read, Resource::Act);
        let Some(row) = self.review.completed().filter(|_| may_read) else { return Ok(None) };
        act_of_row(&self.view, self.tenant, row.act_id).await
    }
}
