//! The closing of periods: figures are entered by some, verified by another person and approved by a third, then locked.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Order};

use super::{areas, reading};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        period::{Period, PeriodKind},
        version,
    },
    tables::{
        Id, TenantId,
        performance::{agreement, agreement_indicator, area, indicator, observation, period_close},
    },
    tenancy::{Hold, TenantTx, deeds},
};

/// The closes of a tenant, latest period first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn closes(tx: &TenantTx, tenant: TenantId) -> Result<Vec<period_close::Model>> {
    let rows = tx.rows::<period_close::Entity>(tenant)?;
    rows.order_by(period_close::Column::Period, Order::Desc).order_by(period_close::Column::Id, Order::Asc).all().await
}

/// Verifies the figures of a period: somebody who entered none of them has checked them, and none that is due is missing.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when the period isn't over, has been verified, has no figures, lacks a figure that is
/// due without a recorded reason (one problem for each, by the indicator's code), or holds a figure that the actor recorded.
pub async fn verify(tx: TenantTx, code: &str) -> Result<Id<period_close::Model>> {
    let leave = tx.authorise_tenant::<deeds::VerifyPeriod>()?;
    let period = ended(&tx, code)?;
    hold_figures(&tx).await?;
    if close_of(&tx, period).await?.is_some() {
        return Err(refused(ProblemCode::Duplicate, format!("The figures of {} have been verified already.", period.label())));
    }
    let recorded = recorded(&tx, tx.acting_tenant()?, period).await?;
    let figures: Vec<_> = recorded.iter().filter(|row| row.superseded_on.is_none()).collect();
    if !figures.iter().any(|row| row.value.is_some()) {
        return Err(refused(ProblemCode::Missing, format!("No figure has been recorded for {}.", period.label())));
    }
    let missing = missing(&tx, tx.acting_tenant()?, period, &figures).await?;
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    refuse_own_figures(&tx, period, &recorded).await?;

    let act = tx.act("VERIFY_PERIOD", &leave).await?;
    let row = period_close::Model {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        period: period.code(),
        verified_by_id: tx.actor().signed_in()?.person,
        verified_act_id: act,
        verified_at: tx.now(),
        approved_by_id: None,
        approved_act_id: None,
        approved_at: None,
    };
    let id = row.id;
    match tx.insert::<period_close::Entity>(vec![row]).await {
        Err(error) if error.is_taken() => {
            return Err(Error::invalid(
                "period",
                ProblemCode::Duplicate,
                "Somebody has verified this period at the same moment.",
            ));
        }
        inserted => inserted?,
    }
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Approves the verified figures of a period, which locks it: from then on they change by revision only.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when the period hasn't been verified, has been approved, was verified by the actor, or
/// holds a figure that the actor recorded; with `STALE_VERSION` when the close has come to another version than was expected.
pub async fn approve(tx: TenantTx, code: &str, expected_version: Option<i32>) -> Result<Id<period_close::Model>> {
    let leave = tx.authorise_tenant::<deeds::ApprovePeriod>()?;
    let period = ended(&tx, code)?;
    hold_figures(&tx).await?;
    let close = close_of(&tx, period).await?;
    version::expect(expected_version, close.as_ref().map(version_of))?;
    let Some(close) = close else {
        let message = format!("The figures of {} have to be verified before they can be approved.", period.label());
        return Err(refused(ProblemCode::Missing, message));
    };
    if close.approved_at.is_some() {
        return Err(refused(ProblemCode::Duplicate, format!("The figures of {} have been approved already.", period.label())));
    }
    if close.verified_by_id == tx.actor().signed_in()?.person {
        let message = format!("You have verified the figures of {}, so somebody else has to approve them.", period.label());
        return Err(refused(ProblemCode::SeparationOfDuties, message));
    }
    refuse_own_figures(&tx, period, &recorded(&tx, tx.acting_tenant()?, period).await?).await?;

    let act = tx.act("APPROVE_PERIOD", &leave).await?;
    let values = vec![
        (period_close::Column::ApprovedById, tx.actor().signed_in()?.person.into()),
        (period_close::Column::ApprovedActId, act.into()),
        (period_close::Column::ApprovedAt, tx.now().into()),
    ];
    tx.set::<period_close::Entity>([close.id], values).await?;
    tx.commit_with(&close.id).await?;
    Ok(close.id)
}

/// How far a close has come: 1 once the figures have been verified, 2 once they have been approved.
#[must_use]
pub fn version_of(close: &period_close::Model) -> i32 {
    if close.approved_at.is_none() { 1 } else { 2 }
}

/// The latest period of each kind that is over, whose figures are complete and could be verified by the actor: nobody has verified
/// them, and the actor recorded none.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn awaiting_verification(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Period>> {
    let yesterday = tx.business_date().pred_opt().unwrap_or(tx.business_date());
    let mut awaiting = Vec::new();
    for period in PeriodKind::ALL.iter().filter_map(|kind| Period::latest_ended(*kind, yesterday)) {
        let recorded = recorded(tx, tenant, period).await?;
        let figures: Vec<_> = recorded.iter().filter(|row| row.superseded_on.is_none()).collect();
        // The cheap questions first: most kinds of period have no figures at all.
        if !figures.iter().any(|row| row.value.is_some())
            || closes(tx, tenant).await?.iter().any(|close| close.period == period.code())
            || tx.did_any(tenant, recorded.iter().map(|row| row.act_id)).await?
            || !missing(tx, tenant, period, &figures).await?.is_empty()
        {
            continue;
        }
        awaiting.push(period);
    }
    Ok(awaiting)
}

/// The closes whose verified figures the actor could approve: nobody has, and the actor neither verified them nor recorded any.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn awaiting_approval(tx: &TenantTx, tenant: TenantId) -> Result<Vec<period_close::Model>> {
    let mut awaiting = Vec::new();
    for close in closes(tx, tenant).await? {
        let Ok(period) = close.period.parse::<Period>() else { continue };
        let has_verified = tx.actor().person().is_some_and(|person| person.person == close.verified_by_id);
        if close.approved_at.is_some() || has_verified {
            continue;
        }
        let recorded = recorded(tx, tenant, period).await?;
        if !tx.did_any(tenant, recorded.iter().map(|row| row.act_id)).await? {
            awaiting.push(close);
        }
    }
    Ok(awaiting)
}

/// Waits until figures that are being entered have been, or have not; who comes with more waits until this transaction has ended.
/// Nobody can enter a figure without its indicator, so the indicators are what is held.
async fn hold_figures(tx: &TenantTx) -> Result<()> {
    tx.hold::<indicator::Entity>(None, Hold::Alone).await
}

fn refused(code: ProblemCode, message: String) -> Error {
    Error::invalid("period", code, message)
}

fn ended(tx: &TenantTx, code: &str) -> Result<Period> {
    let period: Period = code.trim().parse().map_err(|error| refused(ProblemCode::Malformed, format!("{error}.")))?;
    if period.end() >= tx.business_date() {
        return Err(refused(ProblemCode::OutOfRange, format!("{} isn't over before {}.", period.label(), period.end())));
    }
    Ok(period)
}

async fn close_of(tx: &TenantTx, period: Period) -> Result<Option<period_close::Model>> {
    let rows = tx.rows::<period_close::Entity>(tx.acting_tenant()?)?;
    rows.filter(period_close::Column::Period.eq(period.code())).one().await
}

/// Everything that was recorded for a period, with what has been revised since.
async fn recorded(tx: &TenantTx, tenant: TenantId, period: Period) -> Result<Vec<observation::Model>> {
    let rows = tx.rows::<observation::Entity>(tenant)?;
    rows.filter(observation::Column::Period.eq(period.code())).all().await
}

/// Entering, verifying and approving are the work of three people.
async fn refuse_own_figures(tx: &TenantTx, period: Period, recorded: &[observation::Model]) -> Result<()> {
    if tx.did_any(tx.acting_tenant()?, recorded.iter().map(|row| row.act_id)).await? {
        let message = format!("You have recorded figures of {}, so somebody else has to check them.", period.label());
        return Err(refused(ProblemCode::SeparationOfDuties, message));
    }
    Ok(())
}

/// A problem for each line that should have a figure by now and has neither one nor a reason why not.
async fn missing(tx: &TenantTx, tenant: TenantId, period: Period, figures: &[&observation::Model]) -> Result<Vec<Problem>> {
    let due = due(tx, tenant, period).await?;
    let open: Vec<_> = due.into_iter().filter(|(line, _)| !figures.iter().any(|row| answers(row, line))).collect();
    let places = areas::many(tx, open.iter().map(|(line, _)| line.area_id).collect()).await?;
    let place = |id: Id<area::Model>| places.iter().find(|area| area.id == id).map_or("its area", |area| &area.name);
    let problem = |(line, indicator): &(agreement_indicator::Model, indicator::Model)| {
        let (code, area, period) = (&indicator.code, place(line.area_id), period.label());
        let message = format!("{code} for {area} has neither a figure for {period} nor a recorded reason why there is none.");
        Problem::new("period", ProblemCode::Missing, message)
    };
    Ok(open.iter().map(problem).collect())
}

/// Whether an observation is the line's figure, or says why there is none.
fn answers(row: &observation::Model, line: &agreement_indicator::Model) -> bool {
    let is_its = row.indicator_id == line.indicator_id && row.area_id == line.area_id;
    let is_explained = row.no_value_reason.is_some() || !row.status.is_shown_outturn();
    is_its && (row.value.is_some() || is_explained)
}

/// The lines of the agreements that ran at the period's end, each series once, whose figure for it should be in by today.
async fn due(tx: &TenantTx, tenant: TenantId, period: Period) -> Result<Vec<(agreement_indicator::Model, indicator::Model)>> {
    use agreement::Column;
    let running =
        tx.rows::<agreement::Entity>(tenant)?.filter(Column::StartsOn.lte(period.end())).filter(Column::EndsOn.gte(period.end()));
    let running: Vec<_> = running.all().await?.iter().map(|agreement| agreement.id).collect();
    let lines = tx.rows::<agreement_indicator::Entity>(tenant)?;
    let lines = lines.filter(tx.any_of(agreement_indicator::Column::AgreementId, running)).all().await?;
    let indicators = tx.get_many::<indicator::Entity>(tenant, lines.iter().map(|line| line.indicator_id)).await?;
    let indicators: HashMap<_, _> = indicators.into_iter().map(|indicator| (indicator.id, indicator)).collect();
    let mut due: Vec<_> = lines
        .into_iter()
        .filter_map(|line| Some((indicators.get(&line.indicator_id)?.clone(), line)))
        .filter(|(indicator, _)| indicator.frequency.period_kind() == period.kind())
        .filter(|(indicator, _)| reading::due_on(indicator, period, false).is_some_and(|day| day < tx.business_date()))
        .map(|(indicator, line)| (line, indicator))
        .collect();
    due.sort_by_key(|(line, indicator)| (indicator.code.clone(), line.indicator_id, line.area_id));
    due.dedup_by_key(|(line, _)| (line.indicator_id, line.area_id));
    Ok(due)
}
