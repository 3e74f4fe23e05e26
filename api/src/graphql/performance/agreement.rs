//! Agreements and their transformational issues.

use async_graphql::{ID, Object, Result};
use entity::{
    tables::performance::{agreement, agreement_indicator, theme, transformational_issue},
    usecases::{
        organisation::bodies,
        performance::agreements::{self, LinesOf},
    },
};

use super::{
    AgreementKind, Area, Theme,
    agreement_indicator::{
        AgreementIndicator, AgreementIndicatorConnection, AgreementIndicatorFilter, AgreementIndicatorOrder, selected,
    },
    roll_up::RollUp,
    theme::ThemeConnection,
};
use crate::graphql::{
    organisation::{Body, Tenant},
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::Date,
};

/// An agreement.
#[derive(Clone)]
pub struct Agreement(pub Member<agreement::Model>);

impl Agreement {
    async fn lines(&self) -> Result<Vec<AgreementIndicator>> {
        let load = || agreements::lines(self.0.tx(), self.0.tenant(), LinesOf::Agreements(self.0.ids()));
        let rows = self.0.below("lines", load, |row: &agreement_indicator::Model| Some(row.agreement_id)).await?;
        Ok(rows.into_iter().map(AgreementIndicator).collect())
    }

    fn list(&self, field: &str, question: &impl std::fmt::Debug) -> String {
        format!("Agreement.{field}/{}/{}/{question:?}", self.0.row().id, self.0.view().as_at())
    }
}

/// An agreement: a local area agreement between partners and government, or the Authority's policing plan.
#[Object]
impl Agreement {
    /// The agreement's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Agreement, self.0.row()).to_id()
    }

    /// The tenant whose agreement it is.
    async fn tenant(&self) -> Result<Option<Tenant>> {
        Tenant::one(self.0.view(), self.0.tenant()).await
    }

    /// Short stable name, as in look-ups.
    fn reference(&self) -> &str {
        &self.0.row().reference
    }

    /// The agreement's name.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// What sort of agreement it is.
    fn kind(&self) -> AgreementKind {
        self.0.row().kind.into()
    }

    /// The area that it is for.
    async fn area(&self) -> Result<Option<Area>> {
        Area::beside(self.0.view(), self.0.loaded(), Some(self.0.row().area_id), || {
            self.0.rows().iter().map(|row| row.area_id).collect()
        })
        .await
    }

    /// Between whom it was made.
    fn parties(&self) -> &str {
        &self.0.row().parties
    }

    /// The office that speaks for government.
    fn counterparty(&self) -> Option<&str> {
        self.0.row().counterparty.as_deref()
    }

    /// The first day that it covers.
    fn starts_on(&self) -> Date {
        Date(self.0.row().starts_on)
    }

    /// The last day that it covers.
    fn ends_on(&self) -> Date {
        Date(self.0.row().ends_on)
    }

    /// When government designated its targets.
    fn designated_on(&self) -> Option<Date> {
        self.0.row().designated_on.map(Date)
    }

    /// When that designation was revoked. From then on targets may be changed locally; their history stays.
    fn designation_revoked_on(&self) -> Option<Date> {
        // As at an earlier day nobody knew of a later revocation.
        self.0.row().designation_revoked_on.filter(|day| *day <= self.0.view().as_at()).map(Date)
    }

    /// The agreement that it followed.
    async fn predecessor(&self) -> Result<Option<Self>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.predecessor_id).collect();
        let load = || async move { self.0.tx().get_many::<agreement::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("Agreement.predecessor", self.0.row().predecessor_id, load).await?.map(Agreement))
    }

    /// What it builds on.
    fn basis(&self) -> Option<&str> {
        self.0.row().basis.as_deref()
    }

    /// What to mind when reading it.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section, or the public page, that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// Its themes (blocks), in order.
    async fn themes(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ThemeConnection>> {
        let paging = Paging::new(&self.list("themes", &()), (first, after, last, before))?;
        let load = || agreements::themes(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("themes", load, |row: &theme::Model| Some(row.agreement_id)).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Theme(row))).collect())?.into()))
    }

    /// The stubborn, cross-cutting issues on which it concentrates effort.
    async fn transformational_issues(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<TransformationalIssueConnection>> {
        let paging = Paging::new(&self.list("transformationalIssues", &()), (first, after, last, before))?;
        let load = || agreements::issues(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows =
            self.0.below("transformational_issues", load, |row: &transformational_issue::Model| Some(row.agreement_id)).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), TransformationalIssue(row))).collect())?.into()))
    }

    /// Its lines: each an indicator for an area, with target, colour, reason and direction.
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
        let paging = Paging::new(&self.list("indicators", &(&filter, &order_by)), (first, after, last, before))?;
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
}

connection!(AgreementConnection, AgreementEdge, Agreement, "agreements");

/// A transformational issue.
#[derive(Clone)]
pub struct TransformationalIssue(pub Member<transformational_issue::Model>);

/// A stubborn, cross-cutting issue on which an agreement concentrates effort.
#[Object]
impl TransformationalIssue {
    /// The issue's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::TransformationalIssue, self.0.row()).to_id()
    }

    /// Its number in the agreement.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The issue's name.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// The theme that leads on it; null where all themes share it.
    async fn lead_theme(&self) -> Result<Option<Theme>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.lead_theme_id).collect();
        let load = || async move { self.0.tx().get_many::<theme::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("TransformationalIssue.leadTheme", self.0.row().lead_theme_id, load).await?.map(Theme))
    }

    /// The body that leads on it.
    async fn led_by(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().filter_map(|row| row.led_by_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("TransformationalIssue.ledBy", self.0.row().led_by_id, load).await?.map(Body))
    }

    /// The strategy that it follows.
    fn strategy(&self) -> Option<&str> {
        self.0.row().strategy.as_deref()
    }

    /// Who monitors it.
    fn monitoring(&self) -> Option<&str> {
        self.0.row().monitoring.as_deref()
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(TransformationalIssueConnection, TransformationalIssueEdge, TransformationalIssue, "transformational issues");
