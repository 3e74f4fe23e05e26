//! The closed sets of the performance area, as the schema names them.

use async_graphql::Enum;

/// What sort of area it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::area::AreaKind")]
pub enum AreaKind {
    /// The area of a single-tier council.
    UnitaryAuthority,
    /// A district within a county with two tiers of council.
    NonMetropolitanDistrict,
    /// A district of a metropolitan county.
    MetropolitanDistrict,
    /// The area of a county council.
    County,
    /// The area of a police force.
    PoliceForce,
    /// An area command of a force; not a council area.
    PolicingArea,
    /// A neighbourhood policing unit.
    NeighbourhoodPolicingUnit,
    /// An English region.
    Region,
    /// A country, or the United Kingdom.
    Country,
    /// A group of areas used for comparison only.
    ComparatorGroup,
    /// A town or other settlement.
    Settlement,
    /// An electoral ward.
    Ward,
    /// A lower-layer super output area.
    SuperOutputArea,
    /// A neighbourhood that residents recognise.
    Neighbourhood,
    /// An area that a document names without saying its extent.
    Unresolved,
}

/// One of the parallel hierarchies of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::area_link::Hierarchy")]
pub enum Hierarchy {
    /// Output areas up to countries.
    Statistical,
    /// Wards, councils, regions.
    Electoral,
    /// Neighbourhood policing units, policing areas, forces.
    Policing,
    /// Neighbourhoods and pilots that partnerships work in.
    Partnership,
}

/// Which way a figure has to move to be better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::indicator::Polarity")]
pub enum Polarity {
    /// Higher is better.
    Higher,
    /// Lower is better.
    Lower,
    /// Context only: neither is better.
    None,
}

/// How figures of successive periods relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::measure::MeasureKind")]
pub enum MeasureKind {
    /// A state at, or over, each period by itself.
    Snapshot,
    /// A total that grows from the start of the financial year: never read it against the year's target.
    Cumulative,
    /// The twelve months up to the end of the period.
    Rolling,
    /// An estimate from a sample, with a margin of error, and not in every year.
    Survey,
}

/// How often a figure comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::measure::Frequency")]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Every quarter of the financial year.
    Quarterly,
    /// Every half of the financial year.
    HalfYearly,
    /// Every financial year.
    Annual,
    /// Every calendar year.
    CalendarYear,
    /// Every academic year.
    AcademicYear,
    /// With each wave of a survey.
    SurveyWave,
}

/// Whether the police side answers for an indicator; lead members report on those that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::indicator::PoliceOwner")]
pub enum PoliceOwner {
    /// Owned by a partner outside the police.
    Neither,
    /// Owned by the Constabulary.
    Constabulary,
    /// Owned by the Authority.
    Authority,
}

/// How far the partners can move an indicator themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::indicator::Control")]
pub enum Control {
    /// In the hands of one partner.
    Direct,
    /// In the hands of several partners.
    Shared,
    /// Open to influence only.
    InfluenceOnly,
}

/// What sort of agreement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::agreement::AgreementKind")]
pub enum AgreementKind {
    /// Between an area's partners and central government, for three years.
    LocalAreaAgreement,
    /// The Authority's plan for the police of its area.
    PolicingPlan,
}

/// How a line stood at the annual review of the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::agreement_indicator::ReviewGroup")]
pub enum ReviewGroup {
    /// No data had been supplied.
    MissingData,
    /// The definition or the baseline might still change.
    DefinitionMayChange,
    /// Target and baseline were agreed.
    Agreed,
    /// The review did not sort it.
    NotReviewed,
}

/// How the width of amber is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::tolerance_policy::ToleranceKind")]
pub enum ToleranceKind {
    /// A percentage of the expected value.
    PercentOfExpected,
    /// A fixed amount in the indicator's unit.
    Absolute,
    /// A percentage of the improvement from baseline to target.
    PercentOfImprovement,
    /// Green within the percentage; amber beyond it only when no worse than the same period last year.
    Havering,
}

/// How a target is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::target::ExpressionKind")]
pub enum TargetExpression {
    /// A figure to reach.
    Absolute,
    /// A number of points (in the indicator's unit) from the baseline.
    PointsFromBaseline,
    /// A percentage of the baseline.
    PercentFromBaseline,
    /// "An increase of n %" that can be read as points or as a percentage.
    AmbiguousIncrease,
    /// A signed gap, in the indicator's unit, to the figure of a comparator area for the same period: -2 is two below it.
    RelativeToComparator,
}

/// Which of two meanings an ambiguous increase has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::target::Reading")]
pub enum TargetReading {
    /// Percentage points added to the baseline.
    Points,
    /// Per cent of the baseline.
    Percent,
}

/// The way from one agreed point to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::trajectory::Trajectory")]
pub enum Trajectory {
    /// A straight line between neighbouring points, beginning at the baseline.
    Linear,
    /// The last agreed value is held until the period in which the next point falls.
    Step,
    /// Straight lines between agreed points only: nothing is drawn from the baseline.
    Custom,
}

/// What is noted beside a figure; the letters are the usual official shorthand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::measure::ObservationStatus")]
pub enum ObservationStatus {
    /// Nothing to note.
    Normal,
    /// May change.
    Provisional,
    /// Replaces an earlier figure.
    Revised,
    /// Worked out, not counted.
    Estimated,
    /// Not comparable with the figures before it.
    BreakInSeries,
    /// Not an outturn.
    Forecast,
    /// Too few cases or answers to rely on.
    LowReliability,
    /// Held but not to be shown.
    Confidential,
    /// Should exist but does not.
    NotAvailable,
    /// Cannot exist for this period or area.
    NotApplicable,
}

/// How exactly a document puts a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::performance::observation::Qualifier")]
pub enum Qualifier {
    /// The figure itself.
    Exact,
    /// About this figure.
    About,
    /// This figure or less.
    UpTo,
    /// This figure or more.
    AtLeast,
    /// More than this figure, or than a figure not printed.
    Above,
    /// Between this figure and the higher one.
    Between,
    /// Among the worst so many.
    WorstOf,
    /// A small increase, without a figure.
    SmallIncrease,
}

/// Whether a target is thought likely to be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::outlook::Outlook")]
pub enum OutlookJudgement {
    /// Achievement is likely: green.
    Likely,
    /// Achievement is difficult: amber.
    Difficult,
    /// Achievement is unlikely: red.
    Unlikely,
}

/// How an outlook compares with the computed colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::outlook::Leaning")]
pub enum Leaning {
    /// The outlook is better than the figures.
    Optimistic,
    /// Both say the same.
    Agreeing,
    /// The outlook is worse than the figures.
    Cautious,
}

/// How an indicator stands; never shown without its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::colour::Colour")]
pub enum Colour {
    /// Better than expected by at least the tolerance, where a policy has this colour.
    Blue,
    /// On or better than expected.
    Green,
    /// Short, but within the agreed tolerance.
    Amber,
    /// Short by more than the tolerance.
    Red,
    /// No colour could be given, for a stated reason.
    NotRated,
}

/// Why there is no colour, in the order in which reasons are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::colour::NotRated")]
pub enum NotRatedReason {
    /// Neither way is better for this indicator.
    ContextOnly,
    /// No target is agreed.
    NoTarget,
    /// The target, its trajectory or its tolerance rests on a baseline, and none is held.
    NoBaseline,
    /// The period lies outside the agreed points.
    OutOfRange,
    /// Nothing is due yet, or at all, for the period.
    NotDue,
    /// The figure is due and missing.
    NoData,
    /// The figure is held back as confidential.
    Suppressed,
    /// The figure is not comparable with baseline and target.
    SeriesBreak,
    /// The figure is older than the policy allows.
    Stale,
    /// The target is a gap to a comparator, whose figure is not held or is no exact number; the reason says which one.
    NoComparator,
    /// A percentage tolerance has no width around zero.
    ZeroTargetNeedsAbsoluteTolerance,
    /// The figures, or the seasonal profile, do not allow an exact computation.
    NotComputable,
}

/// Which way the figure moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::direction::Movement")]
pub enum Movement {
    /// It rose beyond the dead band.
    Up,
    /// It fell beyond the dead band.
    Down,
    /// It stayed within the dead band.
    Level,
}

/// Whether the movement is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::direction::Judgement")]
pub enum TravelJudgement {
    /// It moved the better way.
    Better,
    /// It moved the worse way.
    Worse,
    /// It did not move, or not towards or away from the good range.
    Same,
    /// It rose, and neither way is better.
    Increasing,
    /// It fell, and neither way is better.
    Decreasing,
    /// It did not move, and neither way is better.
    NoChange,
}

/// Why two figures were not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::direction::NotComparable")]
pub enum NotComparableReason {
    /// There is no earlier figure, or no present one.
    NoPrior,
    /// The series broke between them.
    SeriesBreak,
    /// The area's boundaries changed.
    BoundaryChange,
    /// The indicator's definition changed.
    DefinitionChange,
    /// One of them is held back.
    Suppressed,
    /// They stand for spans of different length.
    DifferentPeriodLength,
}

/// What a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::direction::Comparator")]
pub enum Comparator {
    /// The same month, quarter or half of the year before.
    SamePeriodLastYear,
    /// The period before.
    PreviousPeriod,
    /// The wave before, however long ago.
    PreviousWave,
    /// The baseline.
    Baseline,
}

/// What kind of span a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::period::PeriodKind")]
pub enum PeriodKind {
    /// One calendar month, counted within the financial year: month 1 is April.
    Month,
    /// Three months: Q1 is April to June, Q4 January to March.
    Quarter,
    /// Six months: H1 is April to September, H2 October to March.
    HalfYear,
    /// 1 April to 31 March.
    FinancialYear,
    /// 1 January to 31 December (road casualties, for one).
    CalendarYear,
    /// 1 September to 31 August.
    AcademicYear,
    /// The survey of a year, wherever in that calendar year its fieldwork fell.
    SurveyWave,
}

/// What is questionable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::lint::LintCode")]
pub enum TargetLintCode {
    /// Amber is at least as wide as the improvement sought.
    ToleranceSwallowsGoal,
    /// The survey cannot tell the change from chance.
    Undetectable,
    /// The target is zero, where percentages lose their meaning.
    ZeroTarget,
    /// The target is worse than the baseline: legitimate when slowing a rise, but without progress in per cent.
    WorseThanBaseline,
    /// The words can mean points or per cent, and nobody has confirmed which.
    AmbiguousReading,
    /// No baseline is held.
    NoBaseline,
    /// The target only keeps what there is.
    EqualsBaseline,
    /// A percentage below 0 or above 100.
    BeyondPossibleRange,
    /// The last outturn is already better.
    AlreadyBeaten,
    /// The target is a gap, and the comparator's figure beside the baseline is not held.
    NoComparator,
}

/// What became of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::gap::GapVerdict")]
pub enum GapVerdict {
    /// It shrank by more than the dead band.
    Narrowing,
    /// It grew by more than the dead band.
    Widening,
    /// It stayed within the dead band.
    Unchanged,
    /// The priority side overtook the comparator.
    Reversed,
}

/// How the change of a gap came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::gap::GapQuality")]
pub enum GapQuality {
    /// It closed because the priority side improved.
    LevellingUp,
    /// It closed only because the comparator got worse.
    Hollow,
    /// The absolute and the relative gap went opposite ways.
    Mixed,
}

/// Why there is no gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::gap::NoGap")]
pub enum NoGapReason {
    /// Neither way is better, so that nobody is worse off.
    NoPolarity,
    /// There is no comparator's figure.
    NoFigure,
    /// The indicator's definition differs.
    DefinitionDiffers,
    /// The periods differ.
    PeriodDiffers,
    /// The boundaries differ.
    BoundaryDiffers,
    /// The rest of the borough cannot be worked out from rates alone, or the set exceeds the borough.
    NoCounts,
    /// The figures exceed exact arithmetic.
    TooLarge,
    /// It is held back, because a small count could be worked out from it.
    Withheld,
    /// A member of the set has no figure, and the others are not the set.
    MemberMissing,
    /// Rates alone, and nothing to weight them by.
    NoWeights,
    /// The indicator is no rate, so that areas of different size cannot be held against each other.
    NotARate,
    /// No earlier period was found to compare with.
    NoEarlierPeriod,
    /// The series broke between the two periods.
    SeriesBreak,
}

/// What departs from the usual noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::process_chart::SignalKind")]
pub enum SignalKind {
    /// A point outside the limits.
    OutsideLimits,
    /// Seven or more points in a row on one side of the mean.
    Run,
    /// Seven or more points in a row, each beyond the one before.
    Trend,
    /// Two of three points in a row in the outer third, on the same side.
    OuterThird,
}
