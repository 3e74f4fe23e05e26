//! How lines stand: everything that bears on their colours, gathered for many lines at once and judged by the rules.
//!
//! [`Evidence::gather`] takes four statements, those for comparators' figures and names included, however many lines there are. What follows is arithmetic without any I/O:
//! [`Evidence::status`], [`Evidence::direction`] and [`Evidence::progress`] lay out a case and ask the rules.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::ColumnTrait;

use super::{
    reading::{baseline, compared, due_on, figure, lag, period_of, polarity, shown},
    series::{self, Series, SeriesKey},
};
use crate::{
    error::{Error, Result},
    rules::{
        colour::{self, Case, Colour, NotRated, Verdict},
        direction::{self, Comparator, Direction, NotComparable, Rule},
        measure::{Frequency, MeasureKind},
        period::Period,
        process_chart, progress,
        trajectory::{Point, Profile},
    },
    tables::{
        Id, QuickMap, TenantId,
        performance::{agreement_indicator, area, indicator, observation, target, tolerance_policy},
    },
    tenancy::TenantTx,
};

mod comparators;
mod policies;

pub use comparators::comparator_figures;
use policies::{DEFAULT_POLICY, fallback};
pub use policies::{Policy, policies};

/// How a line stands at a period, with what the judgement rests on.
#[derive(Clone, Debug)]
pub struct Status {
    /// The period that was judged.
    pub period: Option<Period>,
    /// Colour, reason and figures.
    pub verdict: Verdict,
    /// The policy by which it was judged.
    pub policy: Arc<Policy>,
    /// The target that governed it, if one is agreed.
    pub target: Option<Arc<target::Brief>>,
    /// Whether the figure, or what it was measured against, is illustrative.
    pub is_illustrative: bool,
}

/// Where a line is heading.
#[derive(Clone, Debug)]
pub struct Travel {
    /// The period looked at.
    pub period: Option<Period>,
    /// The period that it was compared with.
    pub compared_with: Option<Period>,
    /// What was compared with what, by convention.
    pub comparator: Comparator,
    /// The direction, or why there is none.
    pub outcome: Result<Direction, NotComparable>,
}

/// How far a line has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The share of the way from baseline to target, 1 at the target.
    pub share: Decimal,
    /// The share of a reward that it would earn.
    pub reward_share: Decimal,
}

/// What is known of some lines as at a day.
#[derive(Debug)]
pub struct Evidence {
    as_at: NaiveDate,
    indicators: Indicators,
    series: Series,
    depth: usize,
    targets: Targets,
    /// The period at which each line is judged when none is named.
    current: QuickMap<Id<agreement_indicator::Model>, Period>,
    /// The names of the areas to which targets are gaps.
    comparators: QuickMap<Id<area::Model>, Arc<str>>,
    policies: Vec<Arc<Policy>>,
    fallback: Arc<Policy>,
}

impl Evidence {
    /// Gathers what bears on the lines, with the latest `depth` observations of each series.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    pub async fn gather(
        tx: &TenantTx,
        tenant: TenantId,
        lines: &[&agreement_indicator::Model],
        indicators: Indicators,
        depth: Depth,
        as_at: NaiveDate,
    ) -> Result<Self> {
        let (targets, comparators) = standing_targets(tx, tenant, lines.iter().map(|line| line.id).collect(), as_at).await?;
        let (beside, named) = comparators::wanted(lines, &indicators, &targets);
        let own = lines.iter().map(|line| (line.indicator_id, line.area_id));
        let keys: Vec<SeriesKey> = own.chain(beside).collect();
        let depth = depth.rows(indicators.values().map(|indicator| indicator.frequency));
        let series = series::latest(tx, tenant, &keys, &named, depth, as_at).await?;
        let policies = policies(tx, tenant).await?;
        let depth = usize::try_from(depth).unwrap_or(usize::MAX);
        let (current, fallback) = (QuickMap::default(), Arc::new(fallback()));
        let mut gathered = Self { as_at, indicators, series, depth, targets, current, comparators, policies, fallback };
        gathered.current = lines.iter().filter_map(|line| Some((line.id, gathered.latest_to_judge(line)?))).collect();
        Ok(gathered)
    }

    /// The indicator of a line.
    ///
    /// # Errors
    /// When it wasn't gathered.
    pub fn indicator(&self, line: &agreement_indicator::Model) -> Result<&Arc<indicator::Model>> {
        self.indicators.get(&line.indicator_id).ok_or_else(|| Error::internal("a line's indicator wasn't gathered"))
    }

    /// The observations of a line that were gathered, latest first.
    #[must_use]
    pub fn series(&self, line: &agreement_indicator::Model) -> &[Arc<observation::Brief>] {
        self.series_in(line, line.area_id)
    }

    /// The observations of a line's indicator that were gathered for an area, latest first.
    fn series_in(&self, line: &agreement_indicator::Model, area: Id<area::Model>) -> &[Arc<observation::Brief>] {
        self.series.get(&(line.indicator_id, area)).map_or(&[], Vec::as_slice)
    }

    /// How many of the latest observations are sure to have been gathered.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.depth
    }

    /// The targets of a line that stand, in the order of their periods.
    #[must_use]
    pub fn targets(&self, line: &agreement_indicator::Model) -> &[Arc<target::Brief>] {
        self.targets.get(&line.id).map_or(&[], Vec::as_slice)
    }

    /// The policy that a target names, in the version that was in force; or the tenant's default.
    #[must_use]
    pub fn policy(&self, target: Option<&target::Brief>) -> Arc<Policy> {
        self.policy_named(target.and_then(|target| target.tolerance_policy_id))
    }

    /// Every tolerance policy of the tenant.
    pub fn policies(&self) -> &[Arc<Policy>] {
        &self.policies
    }

    /// The policy with that identifier, in the version that was in force; or the tenant's default.
    #[must_use]
    pub fn policy_named(&self, named: Option<Id<tolerance_policy::Model>>) -> Arc<Policy> {
        let name = named
            .and_then(|id| self.policies.iter().find(|policy| policy.row.as_ref().is_some_and(|row| row.id == id)))
            .map_or(DEFAULT_POLICY, |policy| policy.rule.name.as_str());
        let in_force = self
            .policies
            .iter()
            .filter(|policy| policy.rule.name == name && policy.row.as_ref().is_some_and(|row| row.effective_from <= self.as_at));
        Arc::clone(in_force.max_by_key(|policy| policy.rule.version).unwrap_or(&self.fallback))
    }

    /// The period at which a line is judged when none is named: the latest that is due or has a figure, within its targets.
    #[must_use]
    pub fn current_period(&self, line: &agreement_indicator::Model) -> Option<Period> {
        self.current.get(&line.id).copied()
    }

    fn latest_to_judge(&self, line: &agreement_indicator::Model) -> Option<Period> {
        let indicator = self.indicators.get(&line.indicator_id)?;
        let kind = indicator.frequency.period_kind();
        let outturns = self.series(line).iter().filter(|row| row.found.status != observation::ObservationStatus::Forecast);
        let observed = outturns.filter_map(|row| period_of(row)).filter(|period| period.kind() == kind).max();
        let by = self.as_at.checked_sub_days(lag(indicator));
        let due = match indicator.measure_kind {
            // Nobody knows when the next survey is, but a target may name the period for which one is wanted.
            MeasureKind::Survey => self.targeted(line).filter(|period| by.is_some_and(|by| period.end() <= by)).max(),
            _ => by.and_then(|by| Period::latest_ended(kind, by)),
        };
        let current = observed.max(due).or_else(|| Period::latest_ended(kind, self.as_at))?;
        // An agreement that has ended is judged as it ended.
        let last = self.targets(line).last().map(|target| target.target_ends_on);
        match last {
            Some(last) if last < current.end() => Period::latest_ended(kind, last),
            _ => Some(current),
        }
    }

    /// The periods that a line's targets name.
    fn targeted(&self, line: &agreement_indicator::Model) -> impl Iterator<Item = Period> {
        self.targets(line).iter().filter_map(|target| target.target_period.known)
    }

    /// The target that governs a period, or the current one.
    #[must_use]
    pub fn target(&self, line: &agreement_indicator::Model, period: Option<Period>) -> Option<&Arc<target::Brief>> {
        self.governing(line, period.or_else(|| self.current_period(line))?)
    }

    /// How a line stands at a period, or at the current one.
    ///
    /// # Errors
    /// When the line wasn't gathered.
    pub fn status(&self, line: &agreement_indicator::Model, period: Option<Period>) -> Result<Status> {
        let indicator = self.indicator(line)?;
        // A longer period is judged by its last part: a year of quarterly figures at its fourth quarter.
        let kind = indicator.frequency.period_kind();
        let period = period.map(|named| named.last_of_kind(kind).unwrap_or(named)).or_else(|| self.current_period(line));
        let target = period.and_then(|period| self.governing(line, period));
        let policy = self.policy(target.map(|target| &**target));
        let Some(period) = period else {
            return Ok(Status { period, verdict: never_due(), policy, target: target.cloned(), is_illustrative: false });
        };
        let observed = self.observed(line, period);
        let last_year = period.same_last_year().and_then(|before| self.observed(line, before));
        let baseline = target.and_then(|target| baseline(target));
        let held = target.and_then(|target| self.comparator_figures(line, target)).unwrap_or_default();
        let comparator = target.and_then(|target| self.comparator(line, target, &held, period));
        let points = self.points(line, indicator, target);
        let read = target.and_then(|target| self.read(line, target));
        let case = Case {
            polarity: polarity(indicator),
            measure: indicator.measure_kind,
            decimals: u32::try_from(indicator.decimals).unwrap_or(0),
            period,
            on: self.as_at,
            due_on: due_on(indicator, period, observed.is_some() || self.targeted(line).any(|targeted| targeted == period)),
            observation: observed.map(|row| figure(row, indicator)),
            last_year: last_year.and_then(shown),
            earlier_wave: self.before(line, period).and_then(|row| Some((period_of(row)?, figure(row, indicator)))),
            broken_at: broken_at(self.series(line), baseline, period),
            baseline,
            known: &points,
            comparator,
            target: read,
            trajectory: target.map_or(crate::rules::trajectory::Trajectory::Linear, |target| target.trajectory),
            profile: Profile::Even,
            policy: &policy.rule,
        };
        let mut verdict = colour::judge(&case);
        let figures = [observed, last_year, self.before(line, period).filter(|_| verdict.carried_from.is_some())];
        let beside = target.filter(|_| verdict.beside.is_some());
        let is_illustrative = figures.into_iter().flatten().any(|row| row.found.is_illustrative)
            || beside.is_some_and(|target| self.is_beside_illustrative(line, target, verdict.carried_from.unwrap_or(period)))
            || target.is_some_and(|target| target.is_illustrative)
            || policy.row.as_ref().is_some_and(|row| row.is_illustrative && verdict.not_rated.is_none());
        if is_illustrative {
            // Nobody may take it for a real figure, wherever the sentence is copied to.
            verdict.reason.truncate(verdict.reason.trim_end_matches('.').len());
            verdict.reason.push_str(" (illustrative).");
        }
        Ok(Status { period: Some(period), verdict, policy: Arc::clone(&policy), target: target.cloned(), is_illustrative })
    }

    /// Where a line is heading at a period, or at the current one.
    ///
    /// # Errors
    /// When the line wasn't gathered.
    pub fn direction(&self, line: &agreement_indicator::Model, period: Option<Period>) -> Result<Travel> {
        let indicator = self.indicator(line)?;
        let comparator = Comparator::default_for(indicator.measure_kind, indicator.frequency);
        let Some(period) = period.or_else(|| self.latest_observed(line).or_else(|| self.current_period(line))) else {
            return Ok(Travel { period: None, compared_with: None, comparator, outcome: Err(NotComparable::NoPrior) });
        };
        let before = match comparator {
            Comparator::PreviousWave => self.before(line, period),
            _ => comparator.period_for(period).and_then(|before| self.observed(line, before)),
        };
        let rule = Rule {
            polarity: polarity(indicator),
            decimals: u32::try_from(indicator.decimals).unwrap_or(0),
            dead_band: None,
            broken_at: broken_at(self.series(line), None, period),
        };
        let outcome = match self.observed(line, period) {
            Some(now) => direction::direction(
                &rule,
                &compared(now, period),
                before.and_then(|row| Some(compared(row, period_of(row)?))).as_ref(),
            ),
            None => Err(NotComparable::NoPrior),
        };
        Ok(Travel { period: Some(period), compared_with: before.and_then(period_of), comparator, outcome })
    }

    /// How far a line has come from its baseline to its last target; `None` where that can't be said.
    ///
    /// # Errors
    /// When the line wasn't gathered.
    pub fn progress(&self, line: &agreement_indicator::Model) -> Result<Option<Progress>> {
        let indicator = self.indicator(line)?;
        let worked_out = || {
            let target = self.targets(line).last()?;
            let period = self.latest_whole(line, indicator)?;
            let actual = Point { period, value: self.observed(line, period).and_then(shown)? };
            let (from, goal, actual) = self.way(line, target, baseline(target)?, actual)?;
            let share = progress::progress(polarity(indicator), from, goal, actual)?;
            Some(Progress { share, reward_share: progress::reward_share(share) })
        };
        Ok(worked_out())
    }

    /// Whether a line's figures show more than the usual noise, with the periods that the chart's points stand for; `None` with too
    /// few figures since the series last broke, and for totals that grow through the year, which are never level.
    #[must_use]
    pub fn process_chart(&self, line: &agreement_indicator::Model) -> Option<(process_chart::Chart, Vec<Period>)> {
        let indicator = self.indicators.get(&line.indicator_id)?;
        if indicator.measure_kind == MeasureKind::Cumulative {
            return None;
        }
        let kind = indicator.frequency.period_kind();
        let mut points = Vec::new();
        for row in self.series(line) {
            let period = period_of(row).filter(|period| period.kind() == kind);
            if let Some((period, value)) = period.zip(shown(row)) {
                points.push((period, value));
            }
            if row.found.status == observation::ObservationStatus::BreakInSeries {
                break;
            }
        }
        points.reverse();
        let (periods, values): (Vec<_>, Vec<_>) = points.into_iter().unzip();
        Some((process_chart::chart(&values)?, periods))
    }

    /// The latest period of the indicator's own frequency with a figure.
    fn latest_observed(&self, line: &agreement_indicator::Model) -> Option<Period> {
        let kind = self.indicators.get(&line.indicator_id)?.frequency.period_kind();
        self.series(line)
            .iter()
            .filter(|row| row.found.value.is_some())
            .filter_map(|row| period_of(row))
            .find(|period| period.kind() == kind)
    }

    /// The latest period with a figure that can be set against a baseline: of a measure that adds up through the year, only the
    /// year's end.
    fn latest_whole(&self, line: &agreement_indicator::Model, indicator: &indicator::Model) -> Option<Period> {
        if indicator.measure_kind != MeasureKind::Cumulative {
            return self.latest_observed(line);
        }
        let rows = self.series(line).iter().filter(|row| row.found.value.is_some());
        rows.filter_map(|row| period_of(row))
            .find(|period| period.financial_year().is_some_and(|year| year.end() == period.end()))
    }

    /// The target that governs a period: the first that falls in it or later.
    fn governing(&self, line: &agreement_indicator::Model, period: Period) -> Option<&Arc<target::Brief>> {
        let targets = self.targets(line);
        targets.iter().find(|target| target.target_ends_on >= period.end()).or(targets.last())
    }

    fn observed(&self, line: &agreement_indicator::Model, period: Period) -> Option<&observation::Brief> {
        self.series(line).iter().find(|row| row.found.period.known == Some(period)).map(|row| &**row)
    }

    /// The latest observation of the same kind of period before `period`.
    fn before(&self, line: &agreement_indicator::Model, period: Period) -> Option<&observation::Brief> {
        self.series(line)
            .iter()
            .find(|row| period_of(row).is_some_and(|other| other.kind() == period.kind() && other < period))
            .map(|row| &**row)
    }
}

/// Where a series broke after the baseline and by `period`, if it did.
fn broken_at(series: &[Arc<observation::Brief>], baseline: Option<Point>, period: Period) -> Option<Period> {
    series
        .iter()
        .filter(|row| row.found.status == observation::ObservationStatus::BreakInSeries)
        .filter_map(|row| period_of(row))
        .filter(|broken| *broken <= period && baseline.is_none_or(|baseline| *broken > baseline.period))
        .max()
}

/// How far back a series is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Depth {
    /// As far as colours and directions look.
    Recent,
    /// All of it.
    Whole,
}

impl Depth {
    fn rows(self, frequencies: impl Iterator<Item = Frequency>) -> u32 {
        match self {
            // The same period last year, and one more.
            Self::Recent => frequencies.map(|frequency| u32::from(frequency.periods_per_year()) + 1).max().unwrap_or(1).max(5),
            Self::Whole => 10_000,
        }
    }
}

/// A line of an indicator for which no period has ever ended can't be judged.
fn never_due() -> Verdict {
    Verdict {
        colour: Colour::NotRated,
        not_rated: Some(NotRated::NotDue),
        reason: "Not rated: no period has ended yet.".to_owned(),
        actual: None,
        expected: None,
        shortfall: None,
        amber_width: None,
        overdue_days: None,
        within_margin_of_error: None,
        beside: None,
        carried_from: None,
        as_readings: None,
    }
}

/// The indicators of lines.
pub type Indicators = QuickMap<Id<indicator::Model>, Arc<indicator::Model>>;

type Targets = QuickMap<Id<agreement_indicator::Model>, Vec<Arc<target::Brief>>>;

/// The targets of lines that stood at the end of `as_at`, in the order of their periods, with the names of their comparators.
async fn standing_targets(
    tx: &TenantTx,
    tenant: TenantId,
    lines: Vec<Id<agreement_indicator::Model>>,
    as_at: NaiveDate,
) -> Result<(Targets, QuickMap<Id<area::Model>, Arc<str>>)> {
    use target::Column;
    let rows = tx
        .rows::<target::Entity>(tenant)?
        .filter(tx.any_of(Column::AgreementIndicatorId, lines))
        .filter(Column::RecordedOn.lte(as_at))
        .filter(sea_orm::Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)))
        .briefly_with::<target::Brief, area::Entity>(Column::ComparatorAreaId, area::Column::Id, area::Column::Name)
        .await?;
    let (mut targets, mut comparators) = (Targets::default(), QuickMap::default());
    for (row, comparator) in rows {
        comparators.extend(row.comparator_area_id.zip(comparator.map(Arc::from)));
        targets.entry(row.agreement_indicator_id).or_default().push(row);
    }
    for standing in targets.values_mut() {
        standing.sort_by_key(|target| (target.target_ends_on, target.version));
    }
    Ok((targets, comparators))
}
