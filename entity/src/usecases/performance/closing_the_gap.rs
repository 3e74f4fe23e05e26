//! Closing the gap between a set of priority areas and everybody else (S1, Priority Areas).
//!
//! Members, borough and nation are read in one statement as they stood on the day that is shown; `rules::closing` pools them,
//! holds small counts back and judges what became of the gaps. Here they are found, named, and put into sentences.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition};

use super::{
    areas::{self, AreaBy},
    reading,
};
use crate::{
    error::{Error, ProblemCode, Result},
    rules::{
        closing::{self, Breaks, Figures, Held, Picture},
        direction::{Comparator, Rule},
        gap::{Gap, GapChange, NoGap},
        period::Period,
        suppression::Threshold,
        wording::Width,
    },
    tables::{
        Id,
        performance::{
            agreement_indicator,
            area::{self, AreaKind},
            area_link::Hierarchy,
            area_set, indicator,
            observation::{self, Qualifier},
        },
    },
    tenancy::TenantTx,
};

/// One gap, what became of it, and the same in a sentence.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The gap, or why there is none.
    pub gap: Result<Gap, NoGap>,
    /// The gap at the earlier period, or why there is none.
    pub earlier: Result<Gap, NoGap>,
    /// What became of it, or why that can't be said.
    pub change: Result<GapChange, NoGap>,
    /// For the minutes.
    pub sentence: String,
}

/// How a set of priority areas stands to the rest, and what became of that.
#[derive(Clone, Debug)]
pub struct ClosingTheGap {
    /// The areas of the set, in the order of the pictures' members.
    pub members: Vec<area::Model>,
    /// The area that the line is for.
    pub borough: area::Model,
    /// England; the region where England has no figure.
    pub nation: area::Model,
    /// The period looked at.
    pub now: Picture,
    /// The period that it is compared with, if there is one.
    pub earlier: Option<Picture>,
    /// The set against the borough.
    pub to_borough: Comparison,
    /// The set against the rest of the borough.
    pub to_rest_of_borough: Comparison,
    /// The borough against the nation.
    pub borough_to_nation: Comparison,
    /// The set against the nation.
    pub to_nation: Comparison,
    /// Whether any of the figures was made up to show how things work.
    pub is_illustrative: bool,
}

/// What is asked: for which line and set, at which period, compared with which earlier one, as at which day.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The line.
    pub line: &'q agreement_indicator::Model,
    /// Its indicator.
    pub indicator: &'q indicator::Model,
    /// The set of priority areas.
    pub set: &'q area_set::Model,
    /// The period; the latest one with a figure for the borough when left out.
    pub period: Option<Period>,
    /// The earlier period; the one that is usual for the indicator when left out.
    pub since: Option<Period>,
    /// The day that is shown.
    pub as_at: NaiveDate,
}

/// Looks at a set of priority areas beside the borough, the rest of it, and the nation.
///
/// # Errors
/// [`Error::Invalid`] when the earlier period isn't earlier; [`Error::NotFound`] when no period has ended yet; otherwise as
/// [`TenantTx::rows`].
pub async fn closing_the_gap(tx: &TenantTx, question: &Question<'_>) -> Result<ClosingTheGap> {
    let Question { line, indicator, set, as_at, .. } = *question;
    let places = Places::find(tx, line, set, as_at).await?;
    let rows = observations(tx, line, &places, as_at).await?;
    let known = Known { rows: &rows, indicator };
    let (period, since) = periods(question, &known)?;
    let nation = known.nation(&places, period);

    let ids: Vec<_> = places.members.iter().map(|member| member.id).collect();
    let draw = |period: Period| {
        let figures = Figures {
            period,
            members: ids.iter().map(|id| known.held(*id, period)).collect(),
            borough: known.held(line.area_id, period),
            nation: known.held(nation.id, period),
        };
        closing::picture(reading::polarity(indicator), closing::per(&indicator.unit), &figures, Threshold::USUAL)
    };
    let (now, earlier) = (draw(period), since.map(draw));
    let breaks = since.map_or_else(Breaks::default, |since| Breaks {
        here: ids.iter().chain([&line.area_id]).any(|id| known.broke(*id, since, period)),
        nation: known.broke(nation.id, since, period),
    });
    let band = band(indicator);
    let changes = closing::changes(reading::polarity(indicator), earlier.as_ref(), &now, breaks, band);

    let decimals = u32::try_from(indicator.decimals).unwrap_or(0);
    let tell = |between: (&str, &str), pick: fn(&Picture) -> Result<Gap, NoGap>, change| {
        let (gap, before) = (pick(&now), earlier.as_ref().map_or(Err(NoGap::NoEarlierPeriod), pick));
        Comparison { gap, earlier: before, change, sentence: sentence(between, (since, period), gap, change, decimals) }
    };
    let rest = format!("the rest of {}", places.borough.name);
    let (set_name, borough_name) = (set.name.as_str(), places.borough.name.as_str());
    Ok(ClosingTheGap {
        to_borough: tell((set_name, borough_name), |p| p.gaps.to_borough, changes.to_borough),
        to_rest_of_borough: tell((set_name, &rest), |p| p.gaps.to_rest_of_borough, changes.to_rest_of_borough),
        borough_to_nation: tell((borough_name, &nation.name), |p| p.gaps.borough_to_nation, changes.borough_to_nation),
        to_nation: tell((set_name, &nation.name), |p| p.gaps.to_nation, changes.to_nation),
        is_illustrative: known.is_illustrative(&places, nation.id, &[Some(period), since]),
        nation: nation.clone(),
        borough: places.borough.clone(),
        members: places.members.clone(),
        now,
        earlier,
    })
}

/// The areas that are looked at.
struct Places {
    members: Vec<area::Model>,
    borough: area::Model,
    england: area::Model,
    region: Option<area::Model>,
}

impl Places {
    async fn find(tx: &TenantTx, line: &agreement_indicator::Model, set: &area_set::Model, as_at: NaiveDate) -> Result<Self> {
        let members = areas::set_members(tx, line.tenant_id, vec![set.id], as_at).await?;
        let mut members = areas::many(tx, members.iter().map(|member| member.area_id).collect()).await?;
        members.sort_by(|a, b| (&a.name, &a.reference).cmp(&(&b.name, &b.reference)));
        let england = areas::area(tx, &AreaBy::Reference("england".to_owned())).await?;
        let links = areas::links(tx, Hierarchy::Electoral).await?;
        let parents = links.iter().filter(|link| link.child_id == line.area_id && areas::holds(link.from_on, link.to_on, as_at));
        let mut around: Vec<_> = parents.map(|link| link.parent_id).collect();
        around.push(line.area_id);
        let around = areas::many(tx, around).await?;
        let region = around.iter().find(|area| area.kind == AreaKind::Region && area.id != line.area_id).cloned();
        let borough = around.into_iter().find(|area| area.id == line.area_id).ok_or(Error::NotFound("area"))?;
        Ok(Self { members, borough, england, region })
    }
}

type Series = HashMap<Id<area::Model>, Vec<observation::Model>>;

async fn observations(tx: &TenantTx, line: &agreement_indicator::Model, places: &Places, as_at: NaiveDate) -> Result<Series> {
    use observation::Column;
    let mut ids: Vec<_> = places.members.iter().map(|area| area.id).collect();
    ids.extend([places.borough.id, places.england.id]);
    ids.extend(places.region.as_ref().map(|area| area.id));
    let rows = tx.rows::<observation::Entity>(line.tenant_id)?.filter(Column::IndicatorId.eq(line.indicator_id));
    let rows = rows
        .filter(tx.any_of(Column::AreaId, ids))
        .filter(Column::RecordedOn.lte(as_at))
        .filter(Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)));
    let mut series = Series::new();
    for row in rows.all().await? {
        series.entry(row.area_id).or_default().push(row);
    }
    Ok(series)
}

/// The figures that are known, by area.
struct Known<'k> {
    rows: &'k Series,
    indicator: &'k indicator::Model,
}

impl<'k> Known<'k> {
    fn series(&self, area: Id<area::Model>) -> impl Iterator<Item = (Period, &'k observation::Model)> + use<'k> {
        let rows = self.rows.get(&area).map_or(&[] as &[_], Vec::as_slice);
        rows.iter().filter_map(|row| Some((row.period.parse().ok()?, row)))
    }

    fn at(&self, area: Id<area::Model>, period: Period) -> Option<&'k observation::Model> {
        self.series(area).find(|(other, _)| *other == period).map(|(_, row)| row)
    }

    /// The figure of an area for a period. "Above 3.5" is no figure to reckon with.
    fn held(&self, area: Id<area::Model>, period: Period) -> Result<Held, NoGap> {
        let row = self.at(area, period).ok_or(NoGap::NoFigure)?;
        if row.status == observation::ObservationStatus::Confidential {
            return Err(NoGap::Withheld);
        }
        if !row.status.is_shown_outturn() || !matches!(row.qualifier, Qualifier::Exact | Qualifier::About) {
            return Err(NoGap::NoFigure);
        }
        let (value, numerator, denominator) =
            (row.value.map(Into::into), row.numerator.map(Into::into), row.denominator.map(Into::into));
        Ok(Held { value, numerator, denominator })
    }

    /// Periods of the indicator's own kind for which an area has a figure.
    fn periods(&self, area: Id<area::Model>) -> impl Iterator<Item = Period> {
        let kind = self.indicator.frequency.period_kind();
        self.series(area).filter(move |(period, row)| period.kind() == kind && row.value.is_some()).map(|(period, _)| period)
    }

    /// England, or the region where only that has a figure.
    fn nation<'p>(&self, places: &'p Places, period: Period) -> &'p area::Model {
        let has_figure = |area: &&area::Model| self.held(area.id, period).is_ok();
        let england = Some(&places.england).filter(has_figure);
        england.or(places.region.as_ref().filter(has_figure)).unwrap_or(&places.england)
    }

    fn broke(&self, area: Id<area::Model>, since: Period, period: Period) -> bool {
        let is_break = |row: &observation::Model| row.status == observation::ObservationStatus::BreakInSeries;
        self.series(area).any(|(at, row)| is_break(row) && at > since && at <= period)
    }

    fn is_illustrative(&self, places: &Places, nation: Id<area::Model>, periods: &[Option<Period>]) -> bool {
        let mut ids = places.members.iter().map(|area| area.id).chain([places.borough.id, nation]);
        ids.any(|id| periods.iter().flatten().any(|period| self.at(id, *period).is_some_and(|row| row.is_illustrative)))
    }
}

/// The period looked at, and the earlier one.
fn periods(question: &Question<'_>, known: &Known<'_>) -> Result<(Period, Option<Period>)> {
    let Question { line, indicator, as_at, .. } = *question;
    let kind = indicator.frequency.period_kind();
    let latest = || known.periods(line.area_id).max().or_else(|| Period::latest_ended(kind, as_at));
    let period = question.period.or_else(latest).ok_or(Error::NotFound("period"))?;
    if let Some(since) = question.since
        && since.end() >= period.end()
    {
        let message = format!("{} isn't earlier than {}.", since.label(), period.label());
        return Err(Error::invalid("since", ProblemCode::OutOfRange, message));
    }
    let usual = || match Comparator::default_for(indicator.measure_kind, indicator.frequency) {
        Comparator::PreviousWave => known.periods(line.area_id).filter(|other| *other < period).max(),
        comparator => comparator.period_for(period),
    };
    Ok((period, question.since.or_else(usual)))
}

/// Half a unit in the last published digit: what rounds to the same figure counts as unchanged.
fn band(indicator: &indicator::Model) -> rust_decimal::Decimal {
    let decimals = u32::try_from(indicator.decimals).unwrap_or(0);
    Rule { polarity: reading::polarity(indicator), decimals, dead_band: None, broken_at: None }.band()
}

fn sentence(
    (priority, comparator): (&str, &str),
    (since, period): (Option<Period>, Period),
    gap: Result<Gap, NoGap>,
    change: Result<GapChange, NoGap>,
    decimals: u32,
) -> String {
    let about = format!("{priority} against {comparator}");
    match (gap, change, since) {
        (_, Ok(change), Some(since)) => {
            let told = change.sentence(decimals);
            let (verdict, rest) = told.split_once(": ").unwrap_or(("", &told));
            format!("{about}, {} to {} ({}): {rest}", since.label(), period.label(), verdict.to_lowercase())
        }
        (Ok(gap), change, _) => {
            let width = Width { value: gap.absolute, decimals };
            let why = change.err().map_or("there is nothing to compare it with", NoGap::words);
            format!("{about}, {}: a gap of {width}; what became of it can't be said, because {why}.", period.label())
        }
        (Err(why), _, _) => format!("{about}, {}: no gap can be given, because {}.", period.label(), why.words()),
    }
}
