//! Targets.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{ID, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{
        measure::Unit,
        target::{Reading, values},
    },
    tables::{
        Id, QuickMap, TenantId,
        organisation::act,
        performance::{agreement_indicator, target, tolerance_policy},
    },
    usecases::performance::{
        agreements, reading,
        standing::{self, Evidence},
    },
};

use super::{AgreementIndicator, Area, TargetExpression, TargetReading, TolerancePolicy, Trajectory, period::Period};
use rust_decimal::Decimal as Exact;

use crate::graphql::{
    organisation::Act,
    relay::{Member, NodeId, NodeKind, View, connection, straight},
    scalars::{Date, DateTime, Decimal},
};

/// A target: as much of it as a colour rests on. The rest is loaded, for all that came with it, when it is asked for.
#[derive(Clone)]
pub struct Target(Member<target::Brief>);

/// The rows of targets.
type Rows = HashMap<Id<target::Model>, Member<target::Model>>;

/// What [`Rows`] are loaded under.
const ROWS: &str = "Target.whole";

/// The units of lines, in which their targets are.
type Units = QuickMap<Id<agreement_indicator::Model>, Unit>;

/// The figures of targets' comparators for the targets' own periods.
type Figures = HashMap<Id<target::Model>, Exact>;

/// What [`Figures`] are loaded under.
const FIGURES: &str = "Target.comparatorFigure";

/// What [`Units`] are loaded under.
const UNITS: &str = "Target.unit";

impl Target {
    /// Targets of a tenant that were loaded together.
    #[must_use]
    pub fn gather(view: &View, tenant: TenantId, rows: Vec<target::Model>) -> Vec<Self> {
        let briefs = Member::gather(view, tenant, rows.iter().map(target::Brief::from).collect());
        if let Some(any) = briefs.first() {
            any.loaded().ready(ROWS, || by_id(Member::gather(view, tenant, rows)));
        }
        briefs.into_iter().map(Self).collect()
    }

    async fn whole(&self) -> Result<Member<target::Model>, Error> {
        let brief = &self.0;
        let load = || async move {
            let rows = brief.tx().get_many::<target::Entity>(brief.tenant(), brief.rows().iter().map(|row| row.id)).await?;
            Ok(by_id(Member::gather(brief.view(), brief.tenant(), rows)))
        };
        let rows = brief.loaded().once(ROWS, load).await?;
        rows.get(&brief.row().id).cloned().ok_or(Error::NotFound("target"))
    }

    /// A target of a line, among the targets of the lines that came with it.
    #[must_use]
    pub fn of_line(line: &AgreementIndicator, evidence: &Evidence, target: &Arc<target::Brief>) -> Self {
        let id = target.id;
        let alone = || Member::alone(line.0.view(), target::Brief::clone(target));
        let members = line.0.loaded().ready("targets", || {
            let rows = line.0.rows().iter().flat_map(|line| evidence.targets(line).iter().cloned()).collect();
            let members = Member::gather_shared(line.0.view(), line.0.tenant(), rows);
            if let Some(any) = members.first() {
                // The lines and their indicators are at hand here, so nobody needs to ask for them again.
                let unit =
                    |line: &Arc<agreement_indicator::Model>| Some((line.id, Unit::named(&evidence.indicator(line).ok()?.unit)));
                any.loaded().ready(UNITS, || line.0.rows().iter().filter_map(unit).collect::<Units>());
                any.loaded().ready(FIGURES, || figures(line, evidence));
            }
            members
                .into_iter()
                .map(|member| (member.row().id, member))
                .collect::<QuickMap<Id<target::Model>, Member<target::Brief>>>()
        });
        Self(members.and_then(|members| members.get(&id).cloned()).unwrap_or_else(alone))
    }

    /// The area to which it is a gap.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn comparator_area(&self) -> Result<Option<Area>> {
        let areas = || self.0.rows().iter().filter_map(|row| row.comparator_area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), self.0.row().comparator_area_id, areas).await
    }

    /// Its comparator's figure for its own period, where it has one and that is held.
    async fn figure(&self) -> Result<Option<Exact>> {
        if self.0.row().comparator_area_id.is_none() {
            return Ok(None);
        }
        let rows = &self.0;
        let load =
            || async move { standing::comparator_figures(rows.tx(), rows.tenant(), rows.rows(), rows.view().as_at()).await };
        Ok(rows.loaded().once(FIGURES, load).await?.get(&self.0.row().id).copied())
    }

    async fn unit(&self) -> Result<Unit> {
        let line = &self.0;
        let units = line
            .loaded()
            .once(UNITS, || async move {
                let lines = line.rows().iter().map(|row| row.agreement_indicator_id);
                let lines = line.tx().get_many::<agreement_indicator::Entity>(line.tenant(), lines).await?;
                let ids = lines.iter().map(|row| row.indicator_id).collect();
                let indicators = agreements::indicators(line.tx(), line.tenant(), ids).await?;
                let unit = |row: &agreement_indicator::Model| {
                    indicators
                        .iter()
                        .find(|indicator| indicator.id == row.indicator_id)
                        .map_or(Unit::Other, |indicator| Unit::named(&indicator.unit))
                };
                Ok(lines.iter().map(|row| (row.id, unit(row))).collect::<Units>())
            })
            .await?;
        Ok(units.get(&self.0.row().agreement_indicator_id).copied().unwrap_or(Unit::Other))
    }
}

fn by_id(members: Vec<Member<target::Model>>) -> Rows {
    members.into_iter().map(|member| (member.row().id, member)).collect()
}

/// Those of the standing targets of lines, which the evidence holds already.
fn figures(line: &AgreementIndicator, evidence: &Evidence) -> Figures {
    let targets = line.0.rows().iter().flat_map(|line| evidence.targets(line).iter().map(move |target| (line, target)));
    targets.filter_map(|(line, target)| Some((target.id, evidence.figure(line, target)?))).collect()
}

/// What an ambiguous increase can mean.
#[derive(SimpleObject)]
pub struct TargetReadings {
    /// The value when the increase means points.
    points: Option<Decimal>,
    /// The value when the increase means per cent of the baseline.
    percent: Option<Decimal>,
    /// The reading that is used.
    used: TargetReading,
    /// Whether somebody has settled it; if not, the reading is an assumption.
    is_confirmed: bool,
    /// When it was settled.
    confirmed_on: Option<Date>,
}

/// A point on the way to a target.
#[derive(SimpleObject)]
pub struct Milestone {
    /// The period by whose end it is to be reached.
    period: Period,
    /// In the indicator's unit; a gap to the comparator where the target is one.
    value: Decimal,
}

/// A target: what was agreed, in whose words, and how it is read. A new target supersedes an old one; nothing is overwritten.
#[Object]
impl Target {
    /// The target's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Target, self.0.row()).to_id()
    }

    /// Counted from 1 along the targets of the same line and period, each of which took the place of the one before.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The line of the agreement that it belongs to.
    async fn line(&self) -> Result<Option<AgreementIndicator>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.agreement_indicator_id).collect();
        let load = || async move { self.0.tx().get_many::<agreement_indicator::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("Target.line", Some(self.0.row().agreement_indicator_id), load).await?.map(AgreementIndicator))
    }

    /// The period by whose end it is to be reached.
    async fn period(&self) -> Option<Period> {
        self.0.row().target_period.known.map(Period::from)
    }

    /// How it is put.
    fn expression(&self) -> TargetExpression {
        self.0.row().expression.into()
    }

    /// The amount in that expression.
    fn amount(&self) -> Decimal {
        self.0.row().amount.into()
    }

    /// The area to whose figures the amount is a gap; null where it is none.
    async fn comparator(&self) -> Result<Option<Area>> {
        self.comparator_area().await
    }

    /// The value to reach, in the indicator's unit, as it is read; null when it rests on a baseline, or on a comparator's figure,
    /// that isn't held.
    async fn value(&self) -> Result<Option<Decimal>> {
        let unit = self.unit().await?;
        Ok(reading::read(self.0.row(), unit, self.figure().await?).and_then(|read| read.value).map(Decimal))
    }

    /// The words of the source, as printed.
    fn source_text(&self) -> Option<&str> {
        self.0.row().source_text.as_deref()
    }

    /// What the words can mean; null when they leave no doubt.
    async fn readings(&self) -> Result<Option<TargetReadings>> {
        let row = self.0.row();
        if row.expression != target::ExpressionKind::AmbiguousIncrease {
            return Ok(None);
        }
        let unit = self.unit().await?;
        let expression = reading::expression(row.expression, row.amount.decimal(), None);
        let meant = values(&expression, row.baseline.map(Into::into));
        Ok(Some(TargetReadings {
            points: meant.points.map(Decimal),
            percent: meant.percent.map(Decimal),
            used: row.reading.unwrap_or(Reading::assumed_for(unit)).into(),
            is_confirmed: row.reading.is_some(),
            confirmed_on: self.whole().await?.row().reading_confirmed_on.map(Date),
        }))
    }

    /// Who settled how the words are read, and in which office; null while nobody has.
    async fn reading_act(&self) -> Result<Option<Act>> {
        let whole = &self.whole().await?;
        let ids: Vec<_> = whole.rows().iter().filter_map(|row| row.reading_act_id).collect();
        let load = || async move { whole.tx().get_many::<act::Entity>(whole.tenant(), ids).await };
        Ok(whole.beside("Target.readingAct", whole.row().reading_act_id, load).await?.map(Act))
    }

    /// The period of the baseline.
    async fn baseline_period(&self) -> Option<Period> {
        self.0.row().baseline_period.as_ref()?.known.map(Period::from)
    }

    /// The baseline, in the indicator's unit; null where none is held.
    fn baseline(&self) -> Option<Decimal> {
        self.0.row().baseline.map(Decimal::from)
    }

    /// The path expected between baseline and target.
    fn trajectory(&self) -> Trajectory {
        self.0.row().trajectory.into()
    }

    /// Points on the way.
    async fn milestones(&self) -> Vec<Milestone> {
        let points = reading::milestones(self.0.row());
        points.into_iter().map(|point| Milestone { period: point.period.into(), value: Decimal(point.value) }).collect()
    }

    /// The level of performance that triggers action.
    async fn monitoring_level(&self) -> Result<Option<Decimal>> {
        Ok(self.whole().await?.row().monitoring_level.map(Decimal::from))
    }

    /// The tolerance policy that it names; the tenant's default applies where it names none.
    async fn tolerance_policy(&self) -> Result<Option<TolerancePolicy>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.tolerance_policy_id).collect();
        let load = || async move { self.0.tx().get_many::<tolerance_policy::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("Target.tolerancePolicy", self.0.row().tolerance_policy_id, load).await?.map(TolerancePolicy))
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// What to mind when reading it.
    async fn note(&self) -> Result<Option<String>> {
        Ok(self.whole().await?.row().note.clone())
    }

    /// The document and section that this comes from.
    async fn source(&self) -> Result<String> {
        Ok(self.whole().await?.row().source.clone())
    }

    /// Who set it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let whole = &self.whole().await?;
        let ids: Vec<_> = whole.rows().iter().map(|row| row.act_id).collect();
        let load = || async move { whole.tx().get_many::<act::Entity>(whole.tenant(), ids).await };
        Ok(whole.beside("Target.act", Some(whole.row().act_id), load).await?.map(Act))
    }

    /// The business date from which it stood.
    async fn recorded_on(&self) -> Result<Date> {
        Ok(Date(self.whole().await?.row().recorded_on))
    }

    /// The moment at which it was written.
    async fn recorded_at(&self) -> Result<DateTime> {
        Ok(DateTime(self.whole().await?.row().recorded_at))
    }

    /// The business date on which another one took its place; null while it stands.
    async fn superseded_on(&self) -> Result<Option<Date>> {
        let superseded_on = self.whole().await?.row().superseded_on;
        Ok(superseded_on.filter(|day| *day <= self.0.view().as_at()).map(Date))
    }
}

straight!(Target as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "version" => this.version(ctx),
    "period" => this.period(ctx).await?,
    "expression" => this.expression(ctx),
    "amount" => this.amount(ctx),
    "comparator" => this.comparator(ctx).await?,
    "value" => this.value(ctx).await?,
    "sourceText" => this.source_text(ctx),
    "baselinePeriod" => this.baseline_period(ctx).await?,
    "baseline" => this.baseline(ctx),
    "trajectory" => this.trajectory(ctx),
    "monitoringLevel" => this.monitoring_level(ctx).await?,
    "isIllustrative" => this.is_illustrative(ctx),
    "note" => this.note(ctx).await?,
    "source" => this.source(ctx).await?,
    "recordedOn" => this.recorded_on(ctx).await?,
    "recordedAt" => this.recorded_at(ctx).await?,
    "supersededOn" => this.superseded_on(ctx).await?,
});

connection!(TargetConnection, TargetEdge, Target, "targets", straight);
