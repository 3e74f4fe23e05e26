//! Closing the gap between priority areas and everybody else.

use async_graphql::{ID, OneofObject, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{
        closing::Picture,
        gap::{NoGap, Pooled},
        period::Period as Known,
    },
    tables::performance::indicator,
    usecases::performance::{
        areas::{self, AreaSetBy as By},
        closing_the_gap::{self, ClosingTheGap as Told, Comparison, Question},
    },
};

use super::{AgreementIndicator, Area, AreaSet, GapQuality, GapVerdict, NoGapReason, ObservationStatus, period::Period};
use crate::graphql::{
    relay::{Member, NodeId, NodeKind, View},
    scalars::Decimal,
};

/// How to look a set of areas up.
#[derive(OneofObject)]
pub enum AreaSetBy {
    /// By its global identifier.
    Id(ID),
    /// By its short name, such as `halton-priority-wards`.
    Reference(String),
}

/// How a set of priority areas stands to the borough, to the rest of the borough and to the nation, and whether the gaps close.
/// Counts are pooled, never rates averaged; counts below five are withheld with whatever would give them away.
#[derive(SimpleObject)]
pub struct ClosingTheGap {
    /// The set of priority areas, with the members of the day that is shown.
    area_set: AreaSet,
    /// The figures at the period looked at.
    now: GapPicture,
    /// The figures at the earlier period; null where there is none to compare with.
    earlier: Option<GapPicture>,
    /// The set against the whole borough.
    to_borough: GapComparison,
    /// The set against the borough without it, so that the comparison isn't diluted.
    to_rest_of_borough: GapComparison,
    /// The borough against England, or against the region where England has no figure.
    borough_to_nation: GapComparison,
    /// The set against England, or against the region.
    to_nation: GapComparison,
    /// One sentence that can be minuted: the set against the borough.
    sentence: String,
    /// Whether any of the figures was made up to show how things work.
    is_illustrative: bool,
}

/// The figures of one period that are held against each other.
#[derive(SimpleObject)]
pub struct GapPicture {
    /// The period.
    period: Period,
    /// The set as a whole: its counts pooled, or its rates weighted and marked as estimated.
    set: GapFigure,
    /// Each area of the set, by name.
    members: Vec<GapFigure>,
    /// The borough, the set included.
    borough: GapFigure,
    /// The borough without the set.
    rest_of_borough: GapFigure,
    /// England, or the region where England has no figure.
    nation: GapFigure,
}

/// A figure that is held against others; where there is none to show, it says why.
#[derive(SimpleObject)]
pub struct GapFigure {
    /// The area; null for the set as a whole and for the rest of the borough.
    area: Option<Area>,
    /// The figure, in the indicator's unit. Compared unrounded, shown to six places.
    value: Option<Decimal>,
    /// How many; null where only a rate is held.
    numerator: Option<Decimal>,
    /// Out of how many; null where only a rate is held.
    denominator: Option<Decimal>,
    /// ESTIMATED where rates had to be weighted, otherwise NORMAL; null where there is no figure.
    status: Option<ObservationStatus>,
    /// Whether it is held back so that no small count can be worked out.
    is_withheld: bool,
    /// Why there is no figure; null when there is one.
    missing: Option<NoGapReason>,
    /// The same in a sentence.
    missing_sentence: Option<String>,
}

/// One gap and what became of it. Positive gaps mean that the first side is worse off, whichever way is better.
#[derive(SimpleObject)]
pub struct GapComparison {
    /// The difference, in the indicator's unit.
    absolute: Option<Decimal>,
    /// How many times worse off; null where it can't be said, as beside zero.
    relative: Option<Decimal>,
    /// The difference at the earlier period.
    earlier_absolute: Option<Decimal>,
    /// How many times worse off at the earlier period.
    earlier_relative: Option<Decimal>,
    /// Why there is no gap; null when there is one.
    missing: Option<NoGapReason>,
    /// Now minus then: negative when it closed.
    change: Option<Decimal>,
    /// How much of the earlier gap has closed, in per cent; null unless there was one to close.
    closed_percent: Option<Decimal>,
    /// What became of it.
    verdict: Option<GapVerdict>,
    /// How that came about, where that can be said.
    quality: Option<GapQuality>,
    /// Why nothing can be said of what became of it; null when something can.
    change_missing: Option<NoGapReason>,
    /// All of it in one sentence that can be minuted.
    sentence: String,
}

impl GapFigure {
    fn new(area: Option<Area>, figure: Result<Pooled, NoGap>) -> Self {
        let (shown, why) = (figure.ok(), figure.err());
        let count = shown.and_then(|figure| figure.count);
        Self {
            area,
            value: shown.map(|figure| Decimal(figure.value)),
            numerator: count.map(|count| Decimal(count.numerator)),
            denominator: count.map(|count| Decimal(count.denominator)),
            status: shown.map(|figure| figure.status.into()),
            is_withheld: why == Some(NoGap::Withheld),
            missing: why.map(NoGapReason::from),
            missing_sentence: why.map(|why| format!("No figure can be given, because {}.", why.words())),
        }
    }
}

impl GapPicture {
    fn new(view: &View, told: &Told, picture: &Picture) -> Self {
        let area = |row: &entity::tables::performance::area::Model| Some(Area::new(view, row.clone()));
        Self {
            period: picture.period.into(),
            set: GapFigure::new(None, picture.set),
            members: told.members.iter().zip(&picture.members).map(|(row, figure)| GapFigure::new(area(row), *figure)).collect(),
            borough: GapFigure::new(area(&told.borough), picture.borough),
            rest_of_borough: GapFigure::new(None, picture.rest),
            nation: GapFigure::new(area(&told.nation), picture.nation),
        }
    }
}

impl From<&Comparison> for GapComparison {
    fn from(comparison: &Comparison) -> Self {
        let (gap, earlier, change) = (comparison.gap.ok(), comparison.earlier.ok(), comparison.change.ok());
        Self {
            absolute: gap.map(|gap| Decimal(gap.absolute)),
            relative: gap.and_then(|gap| gap.relative).map(Decimal),
            earlier_absolute: earlier.map(|gap| Decimal(gap.absolute)),
            earlier_relative: earlier.and_then(|gap| gap.relative).map(Decimal),
            missing: comparison.gap.err().map(NoGapReason::from),
            change: change.map(|change| Decimal(change.change)),
            closed_percent: change.and_then(|change| change.closed_percent).map(Decimal),
            verdict: change.map(|change| change.verdict.into()),
            quality: change.and_then(|change| change.quality).map(GapQuality::from),
            change_missing: comparison.change.err().map(NoGapReason::from),
            sentence: comparison.sentence.clone(),
        }
    }
}

impl ClosingTheGap {
    /// How a set stands beside the area of a line.
    ///
    /// # Errors
    /// When there is no such set in the line's tenant, or the periods don't follow each other.
    pub async fn of(
        line: &AgreementIndicator,
        indicator: &indicator::Model,
        by: AreaSetBy,
        (period, since): (Option<Known>, Option<Known>),
    ) -> Result<Self, Error> {
        let line = &line.0;
        let by = match by {
            AreaSetBy::Reference(reference) => By::Reference(reference),
            AreaSetBy::Id(id) => match NodeId::expect("areaSet", &id, NodeKind::AreaSet) {
                Ok((tenant, id)) if tenant == line.tenant() => By::Id(id),
                _ => return Err(Error::NotFound("area set")),
            },
        };
        let set = areas::set(line.tx(), line.tenant(), &by).await?;
        let question = Question { line: line.row(), indicator, set: &set, period, since, as_at: line.view().as_at() };
        let told = closing_the_gap::closing_the_gap(line.tx(), &question).await?;
        Ok(Self {
            now: GapPicture::new(line.view(), &told, &told.now),
            earlier: told.earlier.as_ref().map(|picture| GapPicture::new(line.view(), &told, picture)),
            to_borough: (&told.to_borough).into(),
            to_rest_of_borough: (&told.to_rest_of_borough).into(),
            borough_to_nation: (&told.borough_to_nation).into(),
            to_nation: (&told.to_nation).into(),
            sentence: told.to_borough.sentence.clone(),
            is_illustrative: told.is_illustrative,
            area_set: AreaSet(Member::alone(line.view(), set)),
        })
    }
}
