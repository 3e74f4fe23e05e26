//! Targets being set, and settled in how they are read.
//!
//! Setting a target goes through four gates, in this order: the office, the person (nobody sets targets for figures of their
//! own), the designation (what government designated stands until it is revoked), and the lints, which must be acknowledged by
//! code. Only then does the new target take the place of the one that stood; nothing is overwritten, so that any earlier day
//! still shows what was agreed then.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sea_orm::ColumnTrait;

use super::{
    areas::{self, AreaBy},
    reading,
    standing::{Depth, Evidence, Indicators},
    target_checks::{self, Sound},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        designation,
        lint::{self, Lint, LintCode, Setup},
        margin::Sample,
        measure::{MeasureKind, Unit},
        period::Period,
        target::{Reading, Target},
        trajectory::Point,
        version,
    },
    tables::{
        Id,
        organisation::act,
        performance::{
            agreement, agreement_indicator, area, indicator, observation,
            target::{self, ExpressionKind, TrajectoryKind},
            tolerance_policy,
        },
    },
    tenancy::{Authorised, Hold, TenantTx, deeds},
};

/// A target as somebody wants to set it; values in the indicator's unit.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The line it is for.
    pub line: Id<agreement_indicator::Model>,
    /// The period by whose end it is to be reached, by its code.
    pub period: String,
    /// How it is put.
    pub expression: ExpressionKind,
    /// The amount in that expression.
    pub amount: Decimal,
    /// The area that the amount is a gap to; for such an expression only.
    pub comparator: Option<AreaBy>,
    /// The words of the source.
    pub source_text: Option<String>,
    /// The period of the baseline, by its code.
    pub baseline_period: Option<String>,
    /// The baseline.
    pub baseline: Option<Decimal>,
    /// The way from the baseline.
    pub trajectory: TrajectoryKind,
    /// Points on the way: a period's code and a value each.
    pub milestones: Vec<(String, Decimal)>,
    /// The level of performance that triggers action.
    pub monitoring_level: Option<Decimal>,
    /// The tolerance policy by which it is coloured; the tenant's default when none is named.
    pub tolerance_policy: Option<Id<tolerance_policy::Model>>,
    /// What to mind.
    pub note: Option<String>,
    /// Where it comes from.
    pub source: String,
    /// The lints that whoever sets it has seen and accepts.
    pub acknowledged: Vec<LintCode>,
    /// The version that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// What became of setting a target.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// Everything questionable about it, acknowledged or not.
    pub lints: Vec<Lint>,
    /// The target that stands now; or what has to be acknowledged first, and then nothing was written.
    pub target: Result<Id<target::Model>, Vec<Problem>>,
}

/// Sets a target of a line (S1, Performance management arrangements: the Performance and Standards Group agrees targets).
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for the line; [`Error::Invalid`] with everything that isn't in order, with
/// `SEPARATION_OF_DUTIES` for whoever recorded a figure of the series, with `LOCKED` for a designated target, and with
/// `STALE_VERSION` when another version stands than was expected.
pub async fn set(tx: TenantTx, setting: &Setting) -> Result<Outcome> {
    let leave: Authorised<agreement_indicator::Model, deeds::SetTarget> =
        tx.authorise::<agreement_indicator::Entity, _>(setting.line).await?;
    // Of two targets set at the same moment one comes first, and the other takes its place.
    tx.hold::<agreement_indicator::Entity>(Some(vec![setting.line]), Hold::Alone).await?;
    let (line, tenant) = (leave.row(), tx.acting_tenant()?);
    let agreement = tx.get::<agreement::Entity>(tenant, line.agreement_id).await?;
    let indicator = Arc::new(tx.get::<indicator::Entity>(tenant, line.indicator_id).await?);
    let sound = target_checks::check(setting, &agreement, &indicator).map_err(Error::Invalid)?;
    policy_is_ours(&tx, setting).await?;
    let comparator = comparator(&tx, setting, line).await?;
    refuse_own_series(&tx, line).await?;

    let indicators = Indicators::from_iter([(indicator.id, Arc::clone(&indicator))]);
    let mut evidence = Evidence::gather(&tx, tenant, &[line], indicators, Depth::Whole, tx.business_date()).await?;
    if let Some(area) = &comparator {
        evidence.compare_with(&tx, line, area).await?;
    }
    let comparator = comparator.map(|area| area.id);
    let standing = evidence.targets(line).iter().find(|target| target.target_period.known == Some(sound.period));
    version::expect(setting.expected_version, standing.map(|target| target.version))?;
    if standing.is_some() {
        refuse_designated(&agreement, tx.business_date())?;
    }
    let lints = remarks(&evidence, line, &Sought::new(setting, &sound, comparator))?;
    let unacknowledged = unacknowledged(&lints, &setting.acknowledged);
    if !unacknowledged.is_empty() {
        return Ok(Outcome { lints, target: Err(unacknowledged) });
    }

    let act = tx.act("SET_TARGET", &leave).await?;
    let supersedes_id = standing.map(|target| target.id);
    let row = target::Model { comparator_area_id: comparator, supersedes_id, ..row(&tx, setting, &sound, &lints, act)? };
    let id = replace(&tx, standing.map(|target| (target.id, target.version)), row).await?;
    let outcome = Outcome { lints, target: Ok(id) };
    tx.commit_with(&outcome).await?;
    Ok(outcome)
}

/// Settles how the words of an ambiguous target are read (S4, NI 4: points or per cent).
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for the target; [`Error::Invalid`] when it isn't ambiguous, stands no longer, or
/// has been settled in the same way; with `STALE_VERSION` when another version stands than was expected.
pub async fn resolve_reading(
    tx: TenantTx,
    target: Id<target::Model>,
    reading: Reading,
    expected_version: Option<i32>,
) -> Result<Id<target::Model>> {
    // First the line is held, as by whoever sets a target, and then it is read: so nobody settles or replaces it meanwhile.
    let line = tx.get::<target::Entity>(tx.acting_tenant()?, target).await?.agreement_indicator_id;
    tx.hold::<agreement_indicator::Entity>(Some(vec![line]), Hold::Alone).await?;
    let leave: Authorised<target::Model, deeds::ResolveTarget> = tx.authorise::<target::Entity, _>(target).await?;
    let old = leave.row();
    version::expect(expected_version, standing_version(&tx, old).await?)?;
    if old.expression != ExpressionKind::AmbiguousIncrease {
        return Err(Error::invalid(
            "target",
            ProblemCode::OutOfRange,
            "The words of this target leave no doubt, so there is nothing to settle.",
        ));
    }
    if let Some(day) = old.superseded_on {
        let message = format!("Another target took the place of this one on {day}.");
        return Err(Error::invalid("target", ProblemCode::Locked, message));
    }
    if old.reading == Some(reading) {
        let message = format!("It has been settled already that this target is read as {}.", reading.words());
        return Err(Error::invalid("reading", ProblemCode::Duplicate, message));
    }
    let act = tx.act("RESOLVE_TARGET_READING", &leave).await?;
    let row = target::Model {
        id: Id::new(),
        reading: Some(reading),
        reading_act_id: Some(act),
        reading_confirmed_on: Some(tx.business_date()),
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
        supersedes_id: Some(old.id),
        ..old.clone()
    };
    let id = replace(&tx, Some((old.id, old.version)), row).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The version that stands for the line and period of a target: its own, or that of the one that took its place.
async fn standing_version(tx: &TenantTx, target: &target::Model) -> Result<Option<i32>> {
    use target::Column;
    if target.superseded_on.is_none() {
        return Ok(Some(target.version));
    }
    let rows = tx.rows::<target::Entity>(target.tenant_id)?.filter(Column::SupersededOn.is_null());
    let of_line = rows.filter(Column::AgreementIndicatorId.eq(target.agreement_indicator_id));
    let standing = of_line.filter(Column::TargetPeriod.eq(target.target_period.as_str())).one().await?;
    Ok(standing.map(|standing| standing.version))
}

/// What is questionable about a target that stands; nothing when its period can't be read.
///
/// # Errors
/// When the line wasn't gathered.
pub fn lints(evidence: &Evidence, line: &agreement_indicator::Model, target: &target::Brief) -> Result<Vec<Lint>> {
    let Some(period) = target.target_period.known else { return Ok(Vec::new()) };
    let sought = Sought {
        period,
        kind: target.expression,
        amount: target.amount.decimal(),
        comparator: target.comparator_area_id,
        baseline: target.baseline.map(Decimal::from),
        baseline_period: target.baseline_period.as_ref().map(|period| period.code.to_string()),
        reading: target.reading,
        policy: target.tolerance_policy_id,
    };
    remarks(evidence, line, &sought)
}

/// What the lints look at, whether the target stands already or not.
struct Sought {
    period: Period,
    kind: ExpressionKind,
    amount: Decimal,
    comparator: Option<Id<area::Model>>,
    baseline: Option<Decimal>,
    baseline_period: Option<String>,
    reading: Option<Reading>,
    policy: Option<Id<tolerance_policy::Model>>,
}

impl Sought {
    fn new(setting: &Setting, sound: &Sound, comparator: Option<Id<area::Model>>) -> Self {
        Self {
            period: sound.period,
            kind: setting.expression,
            amount: setting.amount,
            comparator,
            baseline: sound.baseline.map(|(_, value)| value.decimal()),
            baseline_period: sound.baseline.map(|(period, _)| period.code()),
            reading: None,
            policy: setting.tolerance_policy,
        }
    }
}

fn remarks(evidence: &Evidence, line: &agreement_indicator::Model, sought: &Sought) -> Result<Vec<Lint>> {
    let indicator = evidence.indicator(line)?;
    let unit = Unit::named(&indicator.unit);
    // What the comparator's figure will be by then, nobody knows; the lints look at those that are there.
    let expression = reading::expression(sought.kind, sought.amount, None);
    let outturn = last_outturn(evidence.series(line), indicator);
    let baseline = sought.baseline_period.as_deref().and_then(|code| code.parse().ok());
    let beside = |area| evidence.beside(line, (area, sought.amount), baseline, outturn.map(|point| point.period));
    let policy = evidence.policy_named(sought.policy);
    Ok(lint::lint(&Setup {
        polarity: reading::polarity(indicator),
        unit,
        decimals: u32::try_from(indicator.decimals).unwrap_or(0),
        baseline: sought.baseline,
        expression: &expression,
        target: &Target::new(sought.period, &expression, sought.baseline, sought.reading, unit),
        comparator: sought.comparator.and_then(beside),
        tolerance: &policy.rule.rule,
        samples: samples(evidence.series(line), indicator, sought.baseline_period.as_deref()),
        last_outturn: outturn.map(|point| point.value),
    }))
}

/// The samples behind baseline and target, where a survey's are known; the next wave is taken to ask as many as the last.
fn samples(
    series: &[Arc<observation::Brief>],
    indicator: &indicator::Model,
    baseline_period: Option<&str>,
) -> Option<(Sample, Sample)> {
    if indicator.measure_kind != MeasureKind::Survey || Unit::named(&indicator.unit) != Unit::Percent {
        return None;
    }
    let sample = |row: &Arc<observation::Brief>| Some(Sample::simple(u32::try_from(row.found.denominator?.decimal()).ok()?));
    let latest = series.iter().find_map(sample)?;
    let before = series.iter().find(|row| baseline_period == Some(&*row.found.period.code)).and_then(sample);
    Some((before.unwrap_or(latest), latest))
}

/// The latest figure that a target can be held against: of a cumulative measure only the whole year's.
fn last_outturn(series: &[Arc<observation::Brief>], indicator: &indicator::Model) -> Option<Point> {
    let kind = indicator.frequency.period_kind();
    let is_whole = |period: Period| indicator.measure_kind != MeasureKind::Cumulative || period.part() == kind.per_year();
    series.iter().find_map(|row| {
        let period = reading::period_of(row).filter(|period| period.kind() == kind && is_whole(*period))?;
        Some(Point { period, value: reading::shown(row)? })
    })
}

fn unacknowledged(lints: &[Lint], acknowledged: &[LintCode]) -> Vec<Problem> {
    let open = lints.iter().filter(|lint| !acknowledged.contains(&lint.code));
    open.map(|lint| {
        let message = format!("{} To set the target nevertheless, acknowledge {}.", lint.sentence, lint.code);
        Problem::new("acknowledgedLints", ProblemCode::AcknowledgementNeeded, message)
    })
    .collect()
}

async fn policy_is_ours(tx: &TenantTx, setting: &Setting) -> Result<()> {
    let Some(policy) = setting.tolerance_policy else { return Ok(()) };
    match tx.get::<tolerance_policy::Entity>(tx.acting_tenant()?, policy).await {
        Err(Error::NotFound(_)) => Err(Error::invalid(
            "tolerancePolicy",
            ProblemCode::NotFound,
            "There is no such tolerance policy, or you may not know of it.",
        )),
        other => other.map(|_| ()),
    }
}

/// The area that a gap is to, if it is one: another than the line's own.
async fn comparator(tx: &TenantTx, setting: &Setting, line: &agreement_indicator::Model) -> Result<Option<area::Model>> {
    let Some(by) = &setting.comparator else { return Ok(None) };
    let refused = |code, message: &str| Err(Error::invalid("comparator", code, message));
    match areas::area(tx, by).await {
        Ok(area) if area.id == line.area_id => {
            refused(ProblemCode::OutOfRange, "A comparator is another area than the one that the line is for.")
        }
        Ok(area) => Ok(Some(area)),
        Err(Error::NotFound(_)) => refused(ProblemCode::NotFound, "There is no such area."),
        Err(error) => Err(error),
    }
}

/// Whoever supplies figures doesn't say what they are to be measured against, whatever other office they hold.
async fn refuse_own_series(tx: &TenantTx, line: &agreement_indicator::Model) -> Result<()> {
    use observation::Column;
    let rows = tx.rows::<observation::Entity>(line.tenant_id)?;
    let series = rows.filter(Column::IndicatorId.eq(line.indicator_id)).filter(Column::AreaId.eq(line.area_id)).all().await?;
    if tx.did_any(tx.acting_tenant()?, series.iter().map(|row| row.act_id)).await? {
        let message = "You have recorded figures of this series, so somebody else has to set its target.";
        return Err(Error::invalid("line", ProblemCode::SeparationOfDuties, message));
    }
    Ok(())
}

fn refuse_designated(agreement: &agreement::Model, on: NaiveDate) -> Result<()> {
    if !designation::is_designated(agreement.designated_on, agreement.designation_revoked_on, on) {
        return Ok(());
    }
    let message = format!(
        "The targets of {} are designated by government: this one stands until the designation is revoked.",
        agreement.name
    );
    Err(Error::invalid("period", ProblemCode::Locked, message))
}

fn row(tx: &TenantTx, setting: &Setting, sound: &Sound, lints: &[Lint], act: Id<act::Model>) -> Result<target::Model> {
    let milestones = sound.milestones.iter();
    let milestones: Vec<_> =
        milestones.map(|point| serde_json::json!({ "period": point.period.code(), "value": point.value.to_string() })).collect();
    let acknowledged: Vec<_> = lints.iter().map(|lint| lint.code.code()).collect();
    Ok(target::Model {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        agreement_indicator_id: setting.line,
        version: 1,
        target_period: sound.period.code(),
        target_ends_on: sound.period.end(),
        expression: setting.expression,
        amount: sound.amount,
        comparator_area_id: None,
        source_text: setting.source_text.clone(),
        reading: None,
        reading_act_id: None,
        reading_confirmed_on: None,
        baseline_period: sound.baseline.map(|(period, _)| period.code()),
        baseline: sound.baseline.map(|(_, value)| value),
        trajectory: setting.trajectory,
        milestones: milestones.into(),
        monitoring_level: sound.monitoring_level,
        tolerance_policy_id: setting.tolerance_policy,
        acknowledged_lints: acknowledged.into(),
        is_illustrative: false,
        note: setting.note.clone(),
        source: setting.source.trim().to_owned(),
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
        superseded_on: None,
        supersedes_id: None,
    })
}

/// Ends the target that stood, of which identifier and version are given, and lets the new one stand as the next version.
async fn replace(tx: &TenantTx, old: Option<(Id<target::Model>, i32)>, new: target::Model) -> Result<Id<target::Model>> {
    if let Some((old, _)) = old {
        tx.set::<target::Entity>([old], vec![(target::Column::SupersededOn, tx.business_date().into())]).await?;
    }
    let version = old.map_or(1, |(_, version)| version.saturating_add(1));
    let (id, new) = (new.id, target::Model { version, ..new });
    match tx.insert::<target::Entity>(vec![new]).await {
        Ok(()) => Ok(id),
        Err(error) if error.is_taken() => Err(Error::invalid(
            "period",
            ProblemCode::Duplicate,
            "Somebody has set this target at the same moment; look at it first.",
        )),
        Err(error) => Err(error),
    }
}
