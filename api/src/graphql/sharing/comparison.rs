//! Tenants side by side.

use async_graphql::{Context, Object, Result};
use entity::usecases::sharing::comparing;

use crate::graphql::{
    context::Asking,
    performance::{AgreementIndicator, AgreementIndicatorConnection},
    relay::{Member, Paging, View},
};

/// One tenant's part of a comparison.
pub struct TenantComparison {
    view: View,
    national_indicator: i32,
    part: comparing::Part,
}

/// One tenant's part of a comparison: its lines, or why they aren't shown.
#[Object]
impl TenantComparison {
    /// The tenant's short name, such as halton.
    fn slug(&self) -> &str {
        &self.part.tenant.slug
    }

    /// The tenant's name.
    fn name(&self) -> &str {
        &self.part.tenant.name
    }

    /// Why nothing is shown: which agreement is missing or lapsed; null when you may read.
    fn withheld(&self) -> Option<&str> {
        self.part.withheld.as_deref()
    }

    /// The lines of its current agreements that measure the indicator; empty when it has none, or when they are withheld.
    async fn lines(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AgreementIndicatorConnection>> {
        let (tenant, lines) = (self.part.tenant.id, self.part.lines.clone());
        let paging =
            Paging::new(&format!("TenantComparison.lines/{tenant}/{}", self.national_indicator), (first, after, last, before))?;
        let lines = Member::gather(&self.view, tenant, lines).into_iter();
        let lines = lines.map(|line| (line.row().id.uuid(), AgreementIndicator(line))).collect();
        Ok(Some(paging.slice(lines)?.into()))
    }
}

/// Tenants compared.
#[derive(Default)]
pub struct ComparisonQuery;

#[Object]
impl ComparisonQuery {
    /// Compares tenants on one national indicator: what each has agreed and measured as far as it is shared with you, and plainly
    /// why something isn't shown.
    async fn indicator_comparison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the national indicator, such as 16.")] national_indicator: i32,
        #[graphql(desc = "The tenants, by their short names; all of them when left out.", validator(max_items = 20))]
        tenants: Option<Vec<String>>,
    ) -> Result<Option<Vec<TenantComparison>>> {
        let view = Asking::of(ctx)?.view().await?;
        let parts = comparing::compare(view.tx(), national_indicator, tenants.as_deref()).await?;
        Ok(Some(parts.into_iter().map(|part| TenantComparison { view: view.clone(), national_indicator, part }).collect()))
    }
}
