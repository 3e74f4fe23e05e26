//! How lines stand: colour with its reason, direction, progress.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Object, Result, SimpleObject};
use entity::{
    rules::{colour::AsReadings, direction, process_chart::Chart},
    tables::performance::{agreement_indicator, tolerance_policy},
    usecases::performance::standing::{self, Evidence, Status, Travel},
};

use super::{
    AgreementIndicator, Area, Colour, Comparator, Movement, NotComparableReason, NotRatedReason, SignalKind, Target,
    TargetReading, TolerancePolicy, TravelJudgement, period::Period,
};
use crate::graphql::{
    relay::{Member, straight},
    scalars::Decimal,
};

/// How a line stands.
pub struct IndicatorStatus {
    line: AgreementIndicator,
    evidence: Arc<Evidence>,
    status: Status,
}

impl IndicatorStatus {
    /// How a line stands, by what evidence.
    #[must_use]
    pub fn new(line: AgreementIndicator, evidence: Arc<Evidence>, status: Status) -> Self {
        Self { line, evidence, status }
    }
}

/// How an indicator stands against what was expected of it at a period, and why. Never colour alone: read it with the reason.
#[Object]
impl IndicatorStatus {
    /// The period that was judged; null when none has ended yet.
    async fn period(&self) -> Option<Period> {
        self.status.period.map(Period::from)
    }

    /// The colour; NOT_RATED where none could be given.
    fn colour(&self) -> Colour {
        self.status.verdict.colour.into()
    }

    /// One sentence that a committee can minute, naming the policy and who agreed it.
    fn reason(&self) -> &str {
        &self.status.verdict.reason
    }

    /// Why no colour could be given; null when one was.
    fn not_rated(&self) -> Option<NotRatedReason> {
        self.status.verdict.not_rated.map(NotRatedReason::from)
    }

    /// The figure, in the indicator's unit; null where there is none to show.
    fn actual(&self) -> Option<Decimal> {
        self.status.verdict.actual.map(Decimal)
    }

    /// What was expected by then. Compared unrounded, shown to six places.
    fn expected(&self) -> Option<Decimal> {
        self.status.verdict.expected.map(Decimal)
    }

    /// How far short, whichever way is better; zero or less is on or ahead.
    fn shortfall(&self) -> Option<Decimal> {
        self.status.verdict.shortfall.map(Decimal)
    }

    /// How far short is still amber.
    fn amber_width(&self) -> Option<Decimal> {
        self.status.verdict.amber_width.map(Decimal)
    }

    /// Days since the missing figure was due.
    fn overdue_days(&self) -> Option<i32> {
        self.status.verdict.overdue_days.and_then(|days| i32::try_from(days).ok())
    }

    /// Whether the difference is smaller than the survey's own margin; null where that isn't known.
    fn within_margin_of_error(&self) -> Option<bool> {
        self.status.verdict.within_margin_of_error
    }

    /// The survey wave whose verdict this is, when none was held in the period.
    async fn carried_from(&self) -> Option<Period> {
        self.status.verdict.carried_from.map(Period::from)
    }

    /// The colours under both readings, while nobody has settled how the target's words are read.
    async fn readings(&self) -> Option<ColourByReading> {
        self.status.verdict.as_readings.map(ColourByReading::from)
    }

    /// The target against which it was judged.
    async fn target(&self) -> Option<Target> {
        self.status.target.as_ref().map(|target| Target::of_line(&self.line, &self.evidence, target))
    }

    /// Where the target is a gap: the comparator's figure and the gap that was expected; null where the target is none, or the
    /// comparator's figure isn't held.
    async fn comparator(&self) -> Result<Option<ComparatorStanding>> {
        let verdict = &self.status.verdict;
        let (Some(beside), Some(target)) = (verdict.beside, &self.status.target) else { return Ok(None) };
        let area = Target::of_line(&self.line, &self.evidence, target).comparator_area().await?;
        Ok(Some(ComparatorStanding {
            area,
            figure: Decimal(beside.figure),
            expected_gap: Decimal(beside.gap),
            gap: verdict.actual.and_then(|actual| actual.checked_sub(beside.figure)).map(Decimal),
        }))
    }

    /// The tolerance policy by which it was judged; null where the tenant has agreed none, and the reason then says what applied.
    async fn policy(&self) -> Option<TolerancePolicy> {
        let row = self.status.policy.row.as_ref()?;
        let line = &self.line.0;
        // Gathered for all lines, so that what lies beyond the policies is loaded for all together.
        let gathered = line.loaded().ready("policies", || {
            let rows = self.evidence.policies().iter().filter_map(|policy| policy.row.clone()).collect();
            let members = Member::gather(line.view(), line.tenant(), rows).into_iter();
            members.map(|member| (member.row().id, member)).collect::<HashMap<_, Member<tolerance_policy::Model>>>()
        });
        let together = gathered.and_then(|policies| policies.get(&row.id).cloned());
        Some(TolerancePolicy(together.unwrap_or_else(|| Member::alone(line.view(), row.clone()))))
    }

    /// Whether the figure, or the target that it was measured against, was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.status.is_illustrative
    }
}

straight!(IndicatorStatus as this, ctx, asked {
    "period" => this.period(ctx).await?,
    "colour" => this.colour(ctx),
    "reason" => this.reason(ctx),
    "notRated" => this.not_rated(ctx),
    "actual" => this.actual(ctx),
    "expected" => this.expected(ctx),
    "shortfall" => this.shortfall(ctx),
    "amberWidth" => this.amber_width(ctx),
    "overdueDays" => this.overdue_days(ctx),
    "withinMarginOfError" => this.within_margin_of_error(ctx),
    "carriedFrom" => this.carried_from(ctx).await?,
    "readings" => this.readings(ctx).await?,
    "target" => this.target(ctx).await?,
    "comparator" => this.comparator(ctx).await?,
    "policy" => this.policy(ctx).await?,
    "isIllustrative" => this.is_illustrative(ctx),
});

/// The figure to which a target is a gap, for the period that was judged; all in the indicator's unit.
#[derive(SimpleObject)]
pub struct ComparatorStanding {
    /// The comparator.
    area: Option<Area>,
    /// Its figure.
    figure: Decimal,
    /// The gap expected by then: above zero above the comparator, below zero below it, whichever way is better.
    expected_gap: Decimal,
    /// The gap that there was; null where the line has no figure to show.
    gap: Option<Decimal>,
}

/// The colours under both readings of an ambiguous target.
#[derive(SimpleObject)]
pub struct ColourByReading {
    /// The reading that the colour rests on, until somebody settles it.
    assumed: TargetReading,
    /// The colour when the increase means points.
    points: Colour,
    /// The colour when the increase means per cent of the baseline.
    percent: Colour,
}

straight!(ComparatorStanding as this, ctx, asked {
    "area" => this.area,
    "figure" => this.figure,
    "expectedGap" => this.expected_gap,
    "gap" => this.gap,
});

straight!(ColourByReading as this, ctx, asked { "assumed" => this.assumed, "points" => this.points, "percent" => this.percent });

impl From<AsReadings> for ColourByReading {
    fn from(readings: AsReadings) -> Self {
        Self { assumed: readings.used.into(), points: readings.points.into(), percent: readings.percent.into() }
    }
}

/// Where a figure is heading. Movement and judgement are apart: up can be worse.
#[derive(SimpleObject)]
pub struct DirectionOfTravel {
    /// The period looked at.
    period: Option<Period>,
    /// The period that it was compared with; null when there was nothing to compare with.
    compared_with: Option<Period>,
    /// What is compared with what, by convention.
    comparator: Comparator,
    /// The change, in the indicator's unit.
    change: Option<Decimal>,
    /// Which way the figure moved.
    movement: Option<Movement>,
    /// Whether that is good.
    judgement: Option<TravelJudgement>,
    /// A change no larger than this counts as none.
    dead_band: Option<Decimal>,
    /// Why nothing was compared; null when it was.
    not_comparable: Option<NotComparableReason>,
    /// The words that go beside an arrow, such as "Up, worse"; why not, where there is no arrow.
    words: String,
}

straight!(DirectionOfTravel as this, ctx, asked {
    "period" => this.period,
    "comparedWith" => this.compared_with,
    "comparator" => this.comparator,
    "change" => this.change,
    "movement" => this.movement,
    "judgement" => this.judgement,
    "deadBand" => this.dead_band,
    "notComparable" => this.not_comparable,
    "words" => this.words,
});

impl From<Travel> for DirectionOfTravel {
    fn from(travel: Travel) -> Self {
        let compared = travel.outcome.as_ref().ok();
        let not_comparable = travel.outcome.as_ref().err().copied();
        Self {
            period: travel.period.map(Period::from),
            compared_with: travel.compared_with.map(Period::from),
            comparator: travel.comparator.into(),
            change: compared.map(|compared| Decimal(compared.change)),
            movement: compared.map(|compared| compared.movement.into()),
            judgement: compared.map(|compared| compared.judgement.into()),
            dead_band: compared.map(|compared| Decimal(compared.band)),
            not_comparable: not_comparable.map(NotComparableReason::from),
            words: direction::words(&travel.outcome),
        }
    }
}

/// How far a line has come from the baseline to the last target.
#[derive(SimpleObject)]
pub struct Progress {
    /// The share of the way, 1 at the target.
    share: Decimal,
    /// The share of a reward that it would earn: nothing below 60 % of the way, then pro rata.
    reward_share: Decimal,
}

straight!(Progress as this, ctx, asked { "share" => this.share, "rewardShare" => this.reward_share });

impl From<standing::Progress> for Progress {
    fn from(progress: standing::Progress) -> Self {
        Self { share: Decimal(progress.share), reward_share: Decimal(progress.reward_share) }
    }
}

/// A process control chart (XmR) of a line's figures.
#[derive(SimpleObject)]
pub struct ProcessChart {
    /// The mean of the figures.
    mean: Decimal,
    /// The mean difference between neighbouring figures.
    mean_range: Decimal,
    /// The lower limit of the usual noise.
    lower_limit: Decimal,
    /// The upper limit of the usual noise.
    upper_limit: Decimal,
    /// What departs from the usual noise; empty means no signal.
    signals: Vec<Signal>,
}

/// Something in a series that departs from the usual noise.
#[derive(SimpleObject)]
pub struct Signal {
    /// By which rule.
    kind: SignalKind,
    /// The period with which it is complete.
    period: Period,
    /// Which way it departs.
    movement: Movement,
}

impl ProcessChart {
    /// The chart of a line's figures; `None` where there is none to draw.
    #[must_use]
    pub fn of(evidence: &Evidence, line: &agreement_indicator::Model) -> Option<Self> {
        let (Chart { mean, mean_range, lower, upper, signals }, periods) = evidence.process_chart(line)?;
        let signals = signals.into_iter().filter_map(|signal| {
            let period = *periods.get(signal.at)?;
            Some(Signal { kind: signal.kind.into(), period: period.into(), movement: signal.movement.into() })
        });
        Some(Self {
            mean: Decimal(mean),
            mean_range: Decimal(mean_range),
            lower_limit: Decimal(lower),
            upper_limit: Decimal(upper),
            signals: signals.collect(),
        })
    }
}
