//! The national indicator set.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::{tables::performance::national_indicator, usecases::performance::indicators};

use super::{Frequency, MeasureKind, Polarity};
use crate::graphql::{
    context::Asking,
    relay::{NodeId, NodeKind, Paging, connection},
    scalars::Date,
};

/// A national indicator.
#[derive(Clone)]
pub struct NationalIndicator(pub Arc<national_indicator::Model>);

/// An indicator of the national set, which every tenant may adopt.
#[Object]
impl NationalIndicator {
    /// The indicator's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::NationalIndicator, self.0.id).to_id()
    }

    /// The number in the national set: 15 for NI 15.
    fn number(&self) -> i32 {
        self.0.number
    }

    /// The code, as in NI 15.
    fn code(&self) -> &str {
        &self.0.code
    }

    /// What it measures.
    fn title(&self) -> &str {
        &self.0.title
    }

    /// Which way is better.
    fn polarity(&self) -> Polarity {
        self.0.polarity.into()
    }

    /// The unit of its figures.
    fn unit(&self) -> &str {
        &self.0.unit
    }

    /// Decimal places in publication.
    fn decimals(&self) -> i32 {
        self.0.decimals
    }

    /// How a figure relates to its period.
    fn measure_kind(&self) -> MeasureKind {
        self.0.measure_kind.into()
    }

    /// How often a figure is due.
    fn frequency(&self) -> Frequency {
        self.0.frequency.into()
    }

    /// The first day on which it belonged to the set.
    fn valid_from_on(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// The last day on which it belonged to the set.
    fn valid_to_on(&self) -> Date {
        Date(self.0.valid_to)
    }

    /// Whether its figures come from the Place Survey.
    fn is_place_survey(&self) -> bool {
        self.0.is_place_survey
    }

    /// What to mind when reading it.
    fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Where this comes from.
    fn source(&self) -> &str {
        &self.0.source
    }
}

connection!(NationalIndicatorConnection, NationalIndicatorEdge, NationalIndicator, "national indicators");

/// The national indicator set.
#[derive(Default)]
pub struct NationalIndicatorQuery;

#[Object]
impl NationalIndicatorQuery {
    /// The national indicator set, by number.
    async fn national_indicators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<NationalIndicatorConnection>> {
        let view = Asking::of(ctx)?.view().await?;
        let paging = Paging::new("nationalIndicators", (first, after, last, before))?;
        let rows = indicators::national(view.tx()).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.id.uuid(), NationalIndicator(Arc::new(row)))).collect())?.into()))
    }
}
