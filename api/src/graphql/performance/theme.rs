//! Themes and outcomes.

use async_graphql::{ID, Object, Result};
use entity::{
    tables::performance::{agreement_indicator, outcome, theme},
    usecases::{
        organisation::bodies,
        performance::agreements::{self, LinesOf},
    },
};

use super::{
    agreement_indicator::{
        AgreementIndicator, AgreementIndicatorConnection, AgreementIndicatorFilter, AgreementIndicatorOrder, selected,
    },
    roll_up::RollUp,
};
use crate::graphql::{
    organisation::Body,
    relay::{Member, NodeId, NodeKind, Paging, connection, straight},
};

/// A theme.
#[derive(Clone)]
pub struct Theme(pub Member<theme::Model>);

impl Theme {
    async fn lines(&self) -> Result<Vec<AgreementIndicator>> {
        let load = || agreements::lines(self.0.tx(), self.0.tenant(), LinesOf::Themes(self.0.ids()));
        let rows = self.0.below("lines", load, |row: &agreement_indicator::Model| Some(row.theme_id)).await?;
        Ok(rows.into_iter().map(AgreementIndicator).collect())
    }
}

/// A theme (block) of an agreement.
#[Object]
impl Theme {
    /// The theme's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Theme, self.0.row()).to_id()
    }

    /// Its number in the agreement.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The theme's name.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// What it is meant to bring about.
    fn aim(&self) -> Option<&str> {
        self.0.row().aim.as_deref()
    }

    /// The national block that it answers to.
    fn block(&self) -> Option<&str> {
        self.0.row().block.as_deref()
    }

    /// The body that delivers it.
    async fn delivered_by(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().filter_map(|row| row.delivered_by_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Theme.deliveredBy", self.0.row().delivered_by_id, load).await?.map(Body))
    }

    /// The outcomes under it, in order.
    async fn outcomes(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<OutcomeConnection>> {
        let paging = Paging::new(&format!("Theme.outcomes/{}", self.0.row().id), (first, after, last, before))?;
        let load = || agreements::outcomes(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("outcomes", load, |row: &outcome::Model| Some(row.theme_id)).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Outcome(row))).collect())?.into()))
    }

    /// The lines of the agreement under it.
    #[expect(clippy::too_many_arguments, reason = "a connection has four arguments of its own")]
    async fn indicators(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<AgreementIndicatorFilter>,
        #[graphql(desc = "In what order; as agreed when left out.")] order_by: Option<AgreementIndicatorOrder>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AgreementIndicatorConnection>> {
        let list = format!("Theme.indicators/{}/{}/{filter:?}/{order_by:?}", self.0.row().id, self.0.view().as_at());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let lines = selected(self.lines().await?, filter.as_ref(), order_by.as_ref()).await?;
        Ok(Some(paging.slice(lines)?.into()))
    }

    /// How many of its lines have which colour. A count, never an average colour.
    async fn roll_up(
        &self,
        #[graphql(desc = "At this period, by its code; at the latest period of each line when left out.")] period: Option<String>,
    ) -> Result<Option<RollUp>> {
        Ok(Some(RollUp::of(&self.lines().await?, period.as_deref()).await?))
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

straight!(Theme as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "number" => this.number(ctx),
    "name" => this.name(ctx),
    "aim" => this.aim(ctx),
    "block" => this.block(ctx),
    "outcomes" => {
        let (first, after, last, before) = asked.page()?;
        this.outcomes(ctx, first, after, last, before).await?
    },
    "indicators" => {
        let (filter, order) = (asked.argument("filter")?, asked.argument("orderBy")?);
        let (first, after, last, before) = asked.page()?;
        this.indicators(ctx, filter, order, first, after, last, before).await?
    },
    "source" => this.source(ctx),
});

connection!(ThemeConnection, ThemeEdge, Theme, "themes", straight);

/// An outcome.
#[derive(Clone)]
pub struct Outcome(pub Member<outcome::Model>);

/// What a theme is meant to bring about.
#[Object]
impl Outcome {
    /// The outcome's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Outcome, self.0.row()).to_id()
    }

    /// Its number under the theme.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What is to come about.
    fn statement(&self) -> &str {
        &self.0.row().statement
    }

    /// Whether the grouping was made up, because no document prints it.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The lines of the agreement under it.
    #[expect(clippy::too_many_arguments, reason = "a connection has four arguments of its own")]
    async fn indicators(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<AgreementIndicatorFilter>,
        #[graphql(desc = "In what order; as agreed when left out.")] order_by: Option<AgreementIndicatorOrder>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AgreementIndicatorConnection>> {
        let list = format!("Outcome.indicators/{}/{}/{filter:?}/{order_by:?}", self.0.row().id, self.0.view().as_at());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let load = || agreements::lines(self.0.tx(), self.0.tenant(), LinesOf::Outcomes(self.0.ids()));
        let rows = self.0.below("indicators", load, |row: &agreement_indicator::Model| row.outcome_id).await?;
        let lines = selected(rows.into_iter().map(AgreementIndicator).collect(), filter.as_ref(), order_by.as_ref()).await?;
        Ok(Some(paging.slice(lines)?.into()))
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

straight!(Outcome as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "number" => this.number(ctx),
    "statement" => this.statement(ctx),
    "isIllustrative" => this.is_illustrative(ctx),
    "indicators" => {
        let (filter, order) = (asked.argument("filter")?, asked.argument("orderBy")?);
        let (first, after, last, before) = asked.page()?;
        this.indicators(ctx, filter, order, first, after, last, before).await?
    },
    "source" => this.source(ctx),
});

connection!(OutcomeConnection, OutcomeEdge, Outcome, "outcomes", straight);
