//! Lines of agreements: where target, figures, colour and reason come together.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use entity::{
    error::Error,
    rules::colour::Colour as Judged,
    tables::{
        Id, QuickMap,
        performance::{agreement, agreement_indicator, indicator, observation, outcome, outlook, theme},
    },
    tenancy::Ends,
    usecases::performance::{
        agreements, outlooks,
        series::SeriesKey,
        standing::{Depth, Evidence},
        targets,
    },
};
use uuid::Uuid;

use super::{
    Area, Colour, Indicator, Observation, Outcome, Outlook, PoliceOwner, ReviewGroup, Target, Theme,
    agreement::Agreement,
    closing_the_gap::{AreaSetBy, ClosingTheGap},
    observation::ObservationConnection,
    period,
    setting::TargetLint,
    standing::{DirectionOfTravel, IndicatorStatus, ProcessChart, Progress},
    target::TargetConnection,
};
use crate::graphql::{
    organisation::{Organisation, body::OrderDirection},
    relay::{Member, NodeId, NodeKind, PageArguments, Paging, connection, is_counted, straight},
};

/// A line of an agreement.
#[derive(Clone)]
pub struct AgreementIndicator(pub Member<agreement_indicator::Model>);

type Indicators = QuickMap<Id<indicator::Model>, Member<indicator::Model>>;

/// The figures of lines, in their order, by series.
type Figures = QuickMap<SeriesKey, Vec<Member<observation::Brief>>>;

impl AgreementIndicator {
    async fn indicators(&self) -> Result<Arc<Indicators>, Error> {
        let line = &self.0;
        let loaded = line.loaded().once("indicators", || async move {
            let ids = line.rows().iter().map(|row| row.indicator_id).collect();
            let rows = agreements::indicators(line.tx(), line.tenant(), ids).await?;
            Ok(Member::gather(line.view(), line.tenant(), rows)
                .into_iter()
                .map(|row| (row.row().id, row))
                .collect::<Indicators>())
        });
        loaded.await
    }

    async fn own_indicator(&self) -> Result<Member<indicator::Model>, Error> {
        let found = self.indicators().await?.get(&self.0.row().indicator_id).cloned();
        found.ok_or(Error::NotFound("indicator"))
    }

    /// What bears on the colours of the lines that this one came with.
    ///
    /// # Errors
    /// When the database fails, or you may not read figures or targets.
    pub async fn evidence(&self) -> Result<Arc<Evidence>, Error> {
        self.evidence_of(Depth::Recent).await
    }

    async fn evidence_of(&self, depth: Depth) -> Result<Arc<Evidence>, Error> {
        let indicators = self.indicators().await?;
        let line = &self.0;
        let gathered = line.loaded().once(("evidence", depth), || async move {
            let lines: Vec<_> = line.rows().iter().map(|row| &**row).collect();
            let indicators = indicators.iter().map(|(id, row)| (*id, row.shared())).collect();
            Evidence::gather(line.tx(), line.tenant(), &lines, indicators, depth, line.view().as_at()).await
        });
        gathered.await
    }

    /// A page of its dated figures; `counted` when it is asked how many there are.
    async fn page_of_observations(&self, page: PageArguments, counted: bool) -> Result<ObservationConnection> {
        let paging =
            Paging::new(&format!("AgreementIndicator.observations/{}/{}", self.0.row().id, self.0.view().as_at()), page)?;
        let recent = self.evidence().await?;
        let enough = recent.reach();
        // The latest few are at hand from judging the colours; only a longer look back takes another statement.
        let is_recent = matches!(paging.ends(), Ends::Last(count) if count < enough as u64) && paging.is_unanchored() && !counted;
        let evidence = if is_recent { recent } else { self.evidence_of(Depth::Whole).await? };
        let members = self
            .0
            .loaded()
            .once(("observations", is_recent), || async move {
                // Lines of two agreements can share a series.
                let series: QuickMap<SeriesKey, _> =
                    self.0.rows().iter().map(|line| ((line.indicator_id, line.area_id), evidence.series(line))).collect();
                let rows = series.values().flat_map(|rows| rows.iter().rev().cloned()).collect();
                let mut members = Member::gather_shared(self.0.view(), self.0.tenant(), rows).into_iter();
                Ok(series.iter().map(|(key, rows)| (*key, members.by_ref().take(rows.len()).collect())).collect::<Figures>())
            })
            .await?;
        let own = members.get(&(self.0.row().indicator_id, self.0.row().area_id)).into_iter().flatten();
        Ok(paging.slice(own.map(|row| (row.row().found.id.uuid(), Observation::Brief(row.clone()))).collect())?.into())
    }

    /// The evidence for a period that was named: as far back as it takes.
    async fn evidence_for(&self, period: Option<entity::rules::period::Period>) -> Result<Arc<Evidence>, Error> {
        self.evidence_of(if period.is_some() { Depth::Whole } else { Depth::Recent }).await
    }
}

/// A line of an agreement: an indicator for an area, with its targets, figures, colour, reason and direction.
#[Object]
impl AgreementIndicator {
    /// The line's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::AgreementIndicator, self.0.row()).to_id()
    }

    /// The agreement.
    async fn agreement(&self) -> Result<Option<Agreement>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.agreement_id).collect();
        let load = || async move { self.0.tx().get_many::<agreement::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("AgreementIndicator.agreement", Some(self.0.row().agreement_id), load).await?.map(Agreement))
    }

    /// The indicator.
    async fn indicator(&self) -> Result<Option<Indicator>> {
        Ok(Some(Indicator(self.own_indicator().await?)))
    }

    /// The indicator's code, such as NI 15.
    async fn code(&self) -> Result<String> {
        Ok(self.own_indicator().await?.row().code.clone())
    }

    /// What the indicator measures.
    async fn title(&self) -> Result<String> {
        Ok(self.own_indicator().await?.row().title.clone())
    }

    /// The area.
    async fn area(&self) -> Result<Option<Area>> {
        Area::beside(self.0.view(), self.0.loaded(), Some(self.0.row().area_id), || {
            self.0.rows().iter().map(|row| row.area_id).collect()
        })
        .await
    }

    /// The theme that it stands under.
    async fn theme(&self) -> Result<Option<Theme>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.theme_id).collect();
        let load = || async move { self.0.tx().get_many::<theme::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("AgreementIndicator.theme", Some(self.0.row().theme_id), load).await?.map(Theme))
    }

    /// The outcome that it stands under.
    async fn outcome(&self) -> Result<Option<Outcome>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.outcome_id).collect();
        let load = || async move { self.0.tx().get_many::<outcome::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("AgreementIndicator.outcome", self.0.row().outcome_id, load).await?.map(Outcome))
    }

    /// Its place among the lines.
    fn position(&self) -> i32 {
        self.0.row().position
    }

    /// How it stood at the annual review of the agreement.
    fn review_group(&self) -> ReviewGroup {
        self.0.row().review_group.into()
    }

    /// The lead partner, answerable for the target.
    async fn lead_organisation(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.lead_organisation_id).collect();
        let own = self.0.row().lead_organisation_id;
        Organisation::beside(self.0.view(), self.0.loaded(), "AgreementIndicator.leadOrganisation", own, ids).await
    }

    /// The lead officer, by office.
    fn lead_office(&self) -> Option<&str> {
        self.0.row().lead_office.as_deref()
    }

    /// Whether the line was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section, or the public page, that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// The target that governs a period, or the current one.
    async fn target(
        &self,
        #[graphql(desc = "The period, by its code; the current one when left out.")] period: Option<String>,
    ) -> Result<Option<Target>> {
        let period = period::argument("period", period.as_deref())?;
        let evidence = self.evidence_for(period).await?;
        Ok(evidence.target(self.0.row(), period).map(|target| Target::of_line(self, &evidence, target)))
    }

    /// The targets that stand, in the order of their periods.
    async fn targets(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<TargetConnection>> {
        let paging = Paging::new(
            &format!("AgreementIndicator.targets/{}/{}", self.0.row().id, self.0.view().as_at()),
            (first, after, last, before),
        )?;
        let evidence = self.evidence().await?;
        let targets = evidence.targets(self.0.row());
        let items = targets.iter().map(|target| (target.id.uuid(), Target::of_line(self, &evidence, target))).collect();
        Ok(Some(paging.slice(items)?.into()))
    }

    /// What is questionable about the target that governs the current period; empty when nothing is, or none is agreed.
    async fn target_lints(&self) -> Result<Vec<TargetLint>> {
        let evidence = self.evidence_of(Depth::Whole).await?;
        let Some(target) = evidence.status(self.0.row(), None)?.target else { return Ok(Vec::new()) };
        Ok(targets::lints(&evidence, self.0.row(), &target)?.into_iter().map(TargetLint::from).collect())
    }

    /// Its dated figures that stand, oldest first; ask for the last four to see the latest.
    async fn observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ObservationConnection>> {
        let counted = is_counted(ctx);
        Ok(Some(self.page_of_observations((first, after, last, before), counted).await?))
    }

    /// How it stands at a period, or at the latest one that is due or has a figure; and why.
    async fn status(
        &self,
        #[graphql(desc = "The period, by its code; the latest one that is due or has a figure when left out.")] period: Option<
            String,
        >,
    ) -> Result<Option<IndicatorStatus>> {
        let period = period::argument("period", period.as_deref())?;
        let evidence = self.evidence_for(period).await?;
        let status = evidence.status(self.0.row(), period)?;
        Ok(Some(IndicatorStatus::new(self.clone(), evidence, status)))
    }

    /// Where it is heading: movement and judgement apart.
    async fn direction(
        &self,
        #[graphql(desc = "The period, by its code; the latest one with a figure when left out.")] period: Option<String>,
    ) -> Result<Option<DirectionOfTravel>> {
        let period = period::argument("period", period.as_deref())?;
        let travel = self.evidence_for(period).await?.direction(self.0.row(), period)?;
        Ok(Some(travel.into()))
    }

    /// How far it has come from the baseline to the last target; null where that can't be said.
    async fn progress(&self) -> Result<Option<Progress>> {
        Ok(self.evidence().await?.progress(self.0.row())?.map(Progress::from))
    }

    /// Whether its figures show more than the usual noise; null with fewer than twelve since the series last broke, and for totals
    /// that grow through the year.
    async fn process_chart(&self) -> Result<Option<ProcessChart>> {
        let evidence = self.evidence_of(Depth::Whole).await?;
        Ok(ProcessChart::of(&evidence, self.0.row()))
    }

    /// Whether the gap between a set of priority areas and everybody else closes.
    async fn closing_the_gap(
        &self,
        #[graphql(desc = "The set of priority areas.")] area_set: AreaSetBy,
        #[graphql(desc = "The period, by its code; the latest one with a figure for the line's area when left out.")]
        period: Option<String>,
        #[graphql(
            desc = "The earlier period to compare with, by its code; the one that is usual for the indicator when left out."
        )]
        since: Option<String>,
    ) -> Result<Option<ClosingTheGap>> {
        let periods = (period::argument("period", period.as_deref())?, period::argument("since", since.as_deref())?);
        let indicator = self.own_indicator().await?;
        Ok(Some(ClosingTheGap::of(self, indicator.row(), area_set, periods).await?))
    }

    /// The officers' judgement that stands, kept beside the computed colour; null with an error when you may not read it.
    async fn outlook(&self) -> Result<Option<Outlook>> {
        let load = || outlooks::standing(self.0.tx(), self.0.tenant(), self.0.ids(), self.0.view().as_at());
        let rows = self.0.below("outlook", load, |row: &outlook::Model| Some(row.agreement_indicator_id)).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let status = self.evidence().await?.status(self.0.row(), None)?;
        Ok(Some(Outlook { row, computed: status.verdict.colour }))
    }
}

straight!(AgreementIndicator as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "indicator" => this.indicator(ctx).await?,
    "code" => this.code(ctx).await?,
    "title" => this.title(ctx).await?,
    "area" => this.area(ctx).await?,
    "position" => this.position(ctx),
    "reviewGroup" => this.review_group(ctx),
    "leadOffice" => this.lead_office(ctx),
    "isIllustrative" => this.is_illustrative(ctx),
    "source" => this.source(ctx),
    "target" => this.target(ctx, asked.argument("period")?).await?,
    "targets" => {
        let (first, after, last, before) = asked.page()?;
        this.targets(ctx, first, after, last, before).await?
    },
    "observations" => this.page_of_observations(asked.page()?, asked.asks_for("totalCount")).await?,
    "status" => this.status(ctx, asked.argument("period")?).await?,
    "direction" => this.direction(ctx, asked.argument("period")?).await?,
    "progress" => this.progress(ctx).await?,
});

connection!(AgreementIndicatorConnection, AgreementIndicatorEdge, AgreementIndicator, "indicators of an agreement", straight);

/// Which lines are wanted; every condition that is given has to hold.
#[derive(InputObject, Debug)]
pub struct AgreementIndicatorFilter {
    /// Only lines with these codes, such as NI 15.
    #[graphql(validator(max_items = 100))]
    codes: Option<Vec<String>>,
    /// Only lines that have one of these colours at their latest period.
    #[graphql(validator(max_items = 100))]
    colours: Option<Vec<Colour>>,
    /// Only lines whose indicator the police side owns in this way.
    police_owner: Option<PoliceOwner>,
    /// Only lines that stood so at the annual review.
    review_group: Option<ReviewGroup>,
}

/// What lines are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AgreementIndicatorOrderField {
    /// As agreed.
    Position,
    /// By code, as text.
    Code,
    /// By how well they stand: not rated, red, amber, green, blue.
    Colour,
}

/// How lines are ordered.
#[derive(InputObject, Debug)]
pub struct AgreementIndicatorOrder {
    /// By what.
    field: AgreementIndicatorOrderField,
    /// Which way.
    direction: OrderDirection,
}

/// The lines that are wanted, in the order that is wanted.
pub(super) async fn selected(
    lines: Vec<AgreementIndicator>,
    filter: Option<&AgreementIndicatorFilter>,
    order: Option<&AgreementIndicatorOrder>,
) -> Result<Vec<(Uuid, AgreementIndicator)>> {
    let mut kept = Vec::with_capacity(lines.len());
    for line in lines {
        if match filter {
            Some(filter) => is_wanted(&line, filter).await?,
            None => true,
        } {
            kept.push((rank(&line, order).await?, line));
        }
    }
    kept.sort_by(|(a, _), (b, _)| a.cmp(b));
    if order.is_some_and(|order| order.direction == OrderDirection::Desc) {
        kept.reverse();
    }
    Ok(kept.into_iter().map(|(_, line)| (line.0.row().id.uuid(), line)).collect())
}

async fn is_wanted(line: &AgreementIndicator, filter: &AgreementIndicatorFilter) -> Result<bool> {
    let row = line.0.row();
    if filter.review_group.is_some_and(|group| row.review_group != group.into()) {
        return Ok(false);
    }
    if filter.codes.is_some() || filter.police_owner.is_some() {
        let indicator = line.own_indicator().await?;
        let code = filter.codes.as_ref().is_none_or(|codes| codes.contains(&indicator.row().code));
        let owner = filter.police_owner.is_none_or(|owner| indicator.row().police_owner == owner.into());
        if !(code && owner) {
            return Ok(false);
        }
    }
    let Some(colours) = &filter.colours else { return Ok(true) };
    Ok(colours.contains(&colour(line).await?.into()))
}

async fn colour(line: &AgreementIndicator) -> Result<Judged> {
    Ok(line.evidence().await?.status(line.0.row(), None)?.verdict.colour)
}

/// What a line is sorted by; its identifier settles ties, so that pages are stable.
async fn rank(line: &AgreementIndicator, order: Option<&AgreementIndicatorOrder>) -> Result<(i32, String, Uuid)> {
    let row = line.0.row();
    let id = row.id.uuid();
    Ok(match order.map(|order| order.field) {
        None | Some(AgreementIndicatorOrderField::Position) => (row.position, String::new(), id),
        Some(AgreementIndicatorOrderField::Code) => (0, line.own_indicator().await?.row().code.clone(), id),
        Some(AgreementIndicatorOrderField::Colour) => {
            let rank = match colour(line).await? {
                Judged::NotRated => 0,
                Judged::Red => 1,
                Judged::Amber => 2,
                Judged::Green => 3,
                Judged::Blue => 4,
            };
            (rank, String::new(), id)
        }
    })
}
