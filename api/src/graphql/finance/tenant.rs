//! What a tenant has of budgets, decisions and delegated powers: fields of `Tenant`, kept here.

use std::fmt::Debug;

use async_graphql::{InputObject, Object, Result};
use entity::{
    error::Error,
    tables::TenantId,
    usecases::{
        finance::{budgets, interests},
        governance::{delegation, policing_plan},
    },
};

use super::{
    Budget, BudgetStatus, Decision, Interest,
    budget::BudgetConnection,
    decision::{DecisionConnection, DecisionFilter},
    expenditure::{self, ExpenditureAnswer, ExpenditureInput},
    interest::InterestConnection,
};
use crate::graphql::{
    governance::{Delegation, DelegationConnection, PolicingPlanObjective, PolicingPlanObjectiveConnection},
    relay::{Member, Paging, View},
};

/// A tenant, as far as its money and its delegated powers go.
pub struct TenantFinance {
    view: View,
    tenant: TenantId,
}

impl TenantFinance {
    /// Of a tenant as seen in a view.
    #[must_use]
    pub fn new(view: &View, tenant: TenantId) -> Self {
        Self { view: view.clone(), tenant }
    }

    fn list(&self, field: &str, question: &impl Debug) -> String {
        format!("Tenant.{field}/{}/{}/{question:?}", self.tenant, self.view.as_at())
    }
}

/// Which budgets are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct BudgetFilter {
    /// Only those for this financial year, by its code, such as FY2009.
    year: Option<String>,
    /// Only those that stand so.
    status: Option<BudgetStatus>,
}

/// A tenant, as far as its money and its delegated powers go.
#[Object]
impl TenantFinance {
    /// The instruments by which its bodies have delegated powers, by number.
    async fn delegations(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<DelegationConnection>> {
        let paging = Paging::new(&self.list("delegations", &()), (first, after, last, before))?;
        let rows = delegation::of_tenant(self.view.tx(), self.tenant).await?;
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), Delegation(row))).collect())?.into()))
    }

    /// The objectives of its Policing Plan, by number.
    async fn policing_plan_objectives(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PolicingPlanObjectiveConnection>> {
        let paging = Paging::new(&self.list("policingPlanObjectives", &()), (first, after, last, before))?;
        let rows = policing_plan::objectives(self.view.tx(), self.tenant).await?;
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), PolicingPlanObjective(row))).collect())?.into()))
    }

    /// The budgets of its bodies, latest year first.
    async fn budgets(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<BudgetFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<BudgetConnection>> {
        let paging = Paging::new(&self.list("budgets", &filter), (first, after, last, before))?;
        let (filter, as_at) = (filter.unwrap_or_default(), self.view.as_at());
        let mut rows = budgets::of_tenant(self.view.tx(), self.tenant, as_at).await?;
        rows.retain(|row| {
            filter.year.as_ref().is_none_or(|year| *year == row.financial_year)
                && filter.status.is_none_or(|status| status == budgets::status(row, as_at).into())
        });
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), Budget(row))).collect())?.into()))
    }

    /// The decisions that lead members have taken here within delegated powers, latest first.
    async fn decisions(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<DecisionFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<DecisionConnection>> {
        let paging = Paging::new(&self.list("decisions", &filter), (first, after, last, before))?;
        let rows = filter.unwrap_or_default().selected(&self.view, self.tenant).await?;
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), Decision(row))).collect())?.into()))
    }

    /// The register of interests of those who take decisions here, latest first.
    async fn interests(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<InterestConnection>> {
        let paging = Paging::new(&self.list("interests", &()), (first, after, last, before))?;
        let rows = interests::of_tenant(self.view.tx(), self.tenant).await?;
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), Interest(row))).collect())?.into()))
    }

    /// Whether you may agree this expenditure today, and if not, why not: by the same rule as `agreeExpenditure`, and without writing
    /// anything.
    async fn may_i_agree(
        &self,
        #[graphql(desc = "What you would agree.")] expenditure: ExpenditureInput,
    ) -> Result<Option<ExpenditureAnswer>> {
        match expenditure::asked(&self.view, self.tenant, &expenditure).await {
            Ok(answer) => Ok(Some(answer)),
            // The argument's name goes before the fields of what it holds.
            Err(Error::Invalid(problems)) => {
                let named = problems.into_iter().map(|problem| problem.within(&["expenditure"])).collect();
                Err(Error::Invalid(named).into())
            }
            Err(error) => Err(error.into()),
        }
    }
}
