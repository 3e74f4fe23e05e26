//! Targets that are a gap to a comparator: its figures among the evidence, and what targets come to beside them.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Evidence, Indicators, Targets, broken_at};
use crate::{
    error::Result,
    rules::{comparator::Comparator, lint, measure::Unit, period::Period, target::Target, trajectory::Point},
    tables::{
        Id, TenantId,
        performance::{agreement_indicator, area, indicator, observation, target},
    },
    tenancy::TenantTx,
    usecases::performance::{
        reading,
        series::{self, FigureKey, SeriesKey},
    },
};

/// The series of comparators that lines' targets call for, and their figures for the periods that targets name, however far back.
pub(super) fn wanted(
    lines: &[&agreement_indicator::Model],
    indicators: &Indicators,
    targets: &Targets,
) -> (Vec<SeriesKey>, Vec<FigureKey>) {
    let (mut series, mut figures) = (Vec::new(), Vec::new());
    for line in lines {
        let own = targets.get(&line.id).map_or(&[] as &[_], Vec::as_slice);
        let mut comparators: Vec<_> = own.iter().filter_map(|target| target.comparator_area_id).collect();
        comparators.sort_unstable();
        comparators.dedup();
        let Some(indicator) = indicators.get(&line.indicator_id).filter(|_| !comparators.is_empty()) else { continue };
        let codes = named_periods(own, indicator);
        for area in comparators {
            series.push((line.indicator_id, area));
            figures.extend(codes.iter().map(|code| (line.indicator_id, area, code.clone())));
        }
    }
    series.sort_unstable();
    series.dedup();
    (series, figures)
}

/// The codes of the periods that targets name, and of the last of the indicator's own periods in each.
fn named_periods(targets: &[Arc<target::Brief>], indicator: &indicator::Model) -> Vec<String> {
    let kind = indicator.frequency.period_kind();
    let ends = targets.iter().flat_map(|target| {
        let named = [Some(&target.target_period), target.baseline_period.as_ref()];
        named
            .into_iter()
            .flatten()
            .filter_map(|period| period.known)
            .chain(reading::milestones(target).into_iter().map(|point| point.period))
    });
    let mut codes: Vec<_> =
        ends.flat_map(|period| [Some(period), period.last_of_kind(kind)]).flatten().map(Period::code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The figures of targets' comparators for the targets' own periods, as they stood at the end of `as_at`; for targets that came by
/// themselves, without the evidence about their lines.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn comparator_figures(
    tx: &TenantTx,
    tenant: TenantId,
    targets: &[Arc<target::Brief>],
    as_at: NaiveDate,
) -> Result<HashMap<Id<target::Model>, Decimal>> {
    let gaps: Vec<_> = targets.iter().filter(|target| target.comparator_area_id.is_some()).collect();
    let lines =
        tx.get_many::<agreement_indicator::Entity>(tenant, gaps.iter().map(|target| target.agreement_indicator_id)).await?;
    let indicators = tx.get_many::<indicator::Entity>(tenant, lines.iter().map(|line| line.indicator_id)).await?;
    let indicators = indicators.into_iter().map(|indicator| (indicator.id, Arc::new(indicator))).collect();
    let line_of = |target: &target::Brief| lines.iter().find(|line| line.id == target.agreement_indicator_id);
    let mut by_line = Targets::default();
    for target in &gaps {
        by_line.entry(target.agreement_indicator_id).or_default().push(Arc::clone(target));
    }
    let (_, named) = wanted(&lines.iter().collect::<Vec<_>>(), &indicators, &by_line);
    let series = series::latest(tx, tenant, &[], &named, 0, as_at).await?;
    let figure = |target: &target::Brief| {
        let rows = series.get(&(line_of(target)?.indicator_id, target.comparator_area_id?))?;
        held(&exact_points(rows), target.target_period.known?)
    };
    Ok(gaps.iter().filter_map(|target| Some((target.id, figure(target)?))).collect())
}

fn exact_points(rows: &[Arc<observation::Brief>]) -> Vec<Point> {
    rows.iter().filter_map(|row| Some(Point { period: reading::period_of(row)?, value: reading::exact(row)? })).collect()
}

fn held(figures: &[Point], period: Period) -> Option<Decimal> {
    Comparator { area: "", gap: Decimal::ZERO, figures, broken_at: None }.at(period)
}

impl Evidence {
    /// Adds a comparator that no standing target names yet, with the whole of its series.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    pub async fn compare_with(&mut self, tx: &TenantTx, line: &agreement_indicator::Model, area: &area::Model) -> Result<()> {
        let key = (line.indicator_id, area.id);
        let depth = u32::try_from(self.depth).unwrap_or(u32::MAX);
        self.series.extend(series::latest(tx, line.tenant_id, &[key], &[], depth, self.as_at).await?);
        self.comparators.insert(area.id, Arc::from(area.name.as_str()));
        Ok(())
    }

    /// A target of a line as it is read, beside its comparator's figure where it has one.
    #[must_use]
    pub fn read(&self, line: &agreement_indicator::Model, target: &target::Brief) -> Option<Target> {
        let unit = Unit::named(&self.indicators.get(&line.indicator_id)?.unit);
        reading::read(target, unit, self.figure(line, target))
    }

    /// The figure of a target's comparator for the target's own period, where it has one and that is held.
    #[must_use]
    pub fn figure(&self, line: &agreement_indicator::Model, target: &target::Brief) -> Option<Decimal> {
        self.figure_in(line, target.comparator_area_id?, target.target_period.known?)
    }

    /// A comparator's figures as a lint wants them: beside the baseline, and beside the line's last outturn.
    #[must_use]
    pub fn beside(
        &self,
        line: &agreement_indicator::Model,
        (area, gap): (Id<area::Model>, Decimal),
        baseline: Option<Period>,
        outturn: Option<Period>,
    ) -> Option<lint::Comparator<'_>> {
        let at = |period: Option<Period>| self.figure_in(line, area, period?);
        Some(lint::Comparator { area: self.comparators.get(&area)?, gap, at_baseline: at(baseline), at_outturn: at(outturn) })
    }

    /// The exact outturns that are held of the comparator of a target.
    pub(super) fn comparator_figures(&self, line: &agreement_indicator::Model, target: &target::Brief) -> Option<Vec<Point>> {
        Some(self.figures_in(line, target.comparator_area_id?))
    }

    fn figures_in(&self, line: &agreement_indicator::Model, area: Id<area::Model>) -> Vec<Point> {
        exact_points(self.series_in(line, area))
    }

    fn figure_in(&self, line: &agreement_indicator::Model, area: Id<area::Model>, period: Period) -> Option<Decimal> {
        held(&self.figures_in(line, area), period)
    }

    /// The comparator of a target, for the rules.
    pub(super) fn comparator<'e>(
        &'e self,
        line: &agreement_indicator::Model,
        target: &target::Brief,
        figures: &'e [Point],
        period: Period,
    ) -> Option<Comparator<'e>> {
        let area = target.comparator_area_id?;
        let broken_at = broken_at(self.series_in(line, area), reading::baseline(target), period);
        Some(Comparator { area: self.comparators.get(&area)?, gap: target.amount.decimal(), figures, broken_at })
    }

    /// The points agreed for a line, every target's value and every milestone, as the target that governs puts them: values, or
    /// gaps to its comparator. A point that takes a comparator's figure is left out while that isn't held.
    pub(super) fn points(
        &self,
        line: &agreement_indicator::Model,
        indicator: &indicator::Model,
        governing: Option<&Arc<target::Brief>>,
    ) -> Vec<Point> {
        let unit = Unit::named(&indicator.unit);
        let wanted = governing.and_then(|target| target.comparator_area_id);
        let put = |point: Point, given: Option<Id<area::Model>>| {
            if given == wanted {
                return Some(point);
            }
            let held = |area| self.figure_in(line, area, point.period);
            let value = given.map_or(Some(point.value), |area| point.value.checked_add(held(area)?))?;
            let value = wanted.map_or(Some(value), |area| value.checked_sub(held(area)?))?;
            Some(Point { value, ..point })
        };
        let points = self.targets(line).iter().flat_map(|target| {
            let given = target.comparator_area_id;
            // A gap is what was agreed, whatever it comes to.
            let own = match given {
                Some(_) => target.target_period.known.map(|period| Point { period, value: target.amount.decimal() }),
                None => {
                    reading::read(target, unit, None).and_then(|read| Some(Point { period: read.period, value: read.value? }))
                }
            };
            own.into_iter().chain(reading::milestones(target)).map(move |point| (point, given))
        });
        points.filter_map(|(point, given)| put(point, given)).collect()
    }

    /// The way to a target: from where, to where, and where the line is; as gaps where the target is one.
    pub(super) fn way(
        &self,
        line: &agreement_indicator::Model,
        target: &target::Brief,
        baseline: Point,
        actual: Point,
    ) -> Option<(Decimal, Decimal, Decimal)> {
        let Some(figures) = self.comparator_figures(line, target) else {
            return Some((baseline.value, self.read(line, target)?.value?, actual.value));
        };
        let comparator = self.comparator(line, target, &figures, actual.period)?;
        if comparator.broken_at.is_some() {
            return None;
        }
        Some((comparator.gap_of(baseline)?, comparator.gap, comparator.gap_of(actual)?))
    }

    /// Whether a figure of a target's comparator, on which a colour at `period` rests, was made up to show how things work.
    pub(super) fn is_beside_illustrative(
        &self,
        line: &agreement_indicator::Model,
        target: &target::Brief,
        period: Period,
    ) -> bool {
        let Some(area) = target.comparator_area_id else { return false };
        let ends = [Some(period.end()), reading::baseline(target).map(|point| point.period.end())];
        self.series_in(line, area).iter().any(|row| row.found.is_illustrative && ends.contains(&row.found.ends_on))
    }
}
