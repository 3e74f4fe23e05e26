//! Outlooks: officers' judgements of whether targets will be achieved.

use std::sync::Arc;

use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, Condition, Order};

use super::standing::{Depth, Evidence, Indicators};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::unless_blank,
        outlook::{Statement, StatementRefused},
        period::Period,
        version,
    },
    tables::{
        Id, TenantId,
        performance::{
            agreement_indicator, indicator,
            outlook::{self, OutlookJudgement},
        },
    },
    tenancy::{Authorised, Hold, TenantTx, deeds},
};

/// Months until the next review, at most: reviews are yearly at the least (S2).
const LONGEST_LIFE: Months = Months::new(12);
/// Characters in a rationale or an action, at most.
const LONGEST_TEXT: usize = 4_000;

/// The outlooks that stood for lines on a day, latest first; one that has expired stands no longer.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn standing(
    tx: &TenantTx,
    tenant: TenantId,
    lines: Vec<Id<agreement_indicator::Model>>,
    as_at: NaiveDate,
) -> Result<Vec<outlook::Model>> {
    use outlook::Column;
    let rows = tx.rows::<outlook::Entity>(tenant)?.filter(tx.any_of(Column::AgreementIndicatorId, lines));
    rows.filter(Column::RecordedOn.lte(as_at))
        .filter(Column::ExpiresOn.gte(as_at))
        .filter(Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at)))
        .order_by(Column::RecordedOn, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .all()
        .await
}

/// A judgement as an officer wants to state it.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The line it is about.
    pub line: Id<agreement_indicator::Model>,
    /// How likely achievement is.
    pub judgement: OutlookJudgement,
    /// Why.
    pub rationale: String,
    /// The action that will close the difference to the computed colour.
    pub closing_action: Option<String>,
    /// The day by which it will.
    pub closing_on: Option<NaiveDate>,
    /// The day of the next review.
    pub expires_on: NaiveDate,
    /// The period that was looked at; the current one when none is named.
    pub period: Option<Period>,
    /// The version that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// States an outlook for a line (S2, annual review); it takes the place of the one that stood, and lasts until the next review.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for the line; [`Error::Invalid`] when the rationale is missing, the next review is
/// not within twelve months, or the judgement is better than the computed colour and names no action and day that will close
/// the difference; with `STALE_VERSION` when another version stands than was expected.
pub async fn record(tx: TenantTx, stated: &Stated) -> Result<Id<outlook::Model>> {
    let leave: Authorised<agreement_indicator::Model, deeds::StateOutlook> =
        tx.authorise::<agreement_indicator::Entity, _>(stated.line).await?;
    // Of two judgements stated at the same moment one comes first, and the other takes its place.
    tx.hold::<agreement_indicator::Entity>(Some(vec![stated.line]), Hold::Alone).await?;
    let (line, tenant, today) = (leave.row(), tx.acting_tenant()?, tx.business_date());
    // One that has expired still holds the place of the one that stands.
    let rows = tx.rows::<outlook::Entity>(tenant)?.filter(outlook::Column::AgreementIndicatorId.eq(line.id));
    let old = rows.filter(outlook::Column::SupersededOn.is_null()).one().await?;
    let standing = old.as_ref().filter(|old| old.expires_on >= today);
    version::expect(stated.expected_version, standing.map(|old| old.version))?;
    let indicator = Arc::new(tx.get::<indicator::Entity>(tenant, line.indicator_id).await?);
    let depth = if stated.period.is_some() { Depth::Whole } else { Depth::Recent };
    let indicators = Indicators::from_iter([(indicator.id, Arc::clone(&indicator))]);
    let evidence = Evidence::gather(&tx, tenant, &[line], indicators, depth, today).await?;
    let status = evidence.status(line, stated.period)?;
    let period = looked_at(status.period, &indicator, today)?;
    within_reach(stated, today)?;
    let statement = Statement {
        outlook: stated.judgement,
        rationale: &stated.rationale,
        closing_action: stated.closing_action.as_deref(),
        closing_on: stated.closing_on,
        stated_on: today,
        expires_on: stated.expires_on,
    };
    statement.check(status.verdict.colour).map_err(|refused| Error::Invalid(vec![refusal(refused)]))?;

    let act = tx.act("RECORD_OUTLOOK", &leave).await?;
    if let Some(old) = &old {
        tx.set::<outlook::Entity>([old.id], vec![(outlook::Column::SupersededOn, today.into())]).await?;
    }
    let row = outlook::Model {
        tenant_id: tenant,
        id: Id::new(),
        agreement_indicator_id: line.id,
        version: old.map_or(1, |old| old.version.saturating_add(1)),
        period: period.code(),
        judgement: stated.judgement,
        rationale: stated.rationale.trim().to_owned(),
        closing_action: stated.closing_action.as_deref().and_then(unless_blank).map(str::to_owned),
        closing_on: stated.closing_on,
        expires_on: stated.expires_on,
        is_illustrative: false,
        act_id: act,
        recorded_on: today,
        recorded_at: tx.now(),
        superseded_on: None,
    };
    let id = row.id;
    tx.insert::<outlook::Entity>(vec![row]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The period that was looked at: one of the indicator's own kind that has begun.
fn looked_at(period: Option<Period>, indicator: &indicator::Model, today: NaiveDate) -> Result<Period> {
    let period = period
        .ok_or_else(|| Error::invalid("period", ProblemCode::Missing, "No period has ended yet; say which one you look at."))?;
    if period.kind() != indicator.frequency.period_kind() || period.start() > today {
        let message = format!("{} isn't a period for which {} has, or could have, a figure.", period.label(), indicator.code);
        return Err(Error::invalid("period", ProblemCode::OutOfRange, message));
    }
    Ok(period)
}

fn within_reach(stated: &Stated, today: NaiveDate) -> Result<()> {
    let mut found = Vec::new();
    if today.checked_add_months(LONGEST_LIFE).is_none_or(|latest| stated.expires_on > latest) {
        let message = "The next review is twelve months from today at the latest.";
        found.push(Problem::new("expiresOn", ProblemCode::OutOfRange, message));
    }
    for (field, text) in [("rationale", Some(&stated.rationale)), ("closingAction", stated.closing_action.as_ref())] {
        if text.is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            found.push(Problem::new(field, ProblemCode::OutOfRange, format!("At most {LONGEST_TEXT} characters, please.")));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}

fn refusal(refused: StatementRefused) -> Problem {
    let (field, code) = match refused {
        StatementRefused::RationaleMissing => ("rationale", ProblemCode::Missing),
        StatementRefused::ActionMissing => ("closingAction", ProblemCode::Missing),
        StatementRefused::DayMissing => ("closingOn", ProblemCode::Missing),
        StatementRefused::ExpiresTooEarly => ("expiresOn", ProblemCode::OutOfRange),
    };
    let words = refused.to_string();
    let sentence = words.strip_prefix("an ").map_or_else(|| words.clone(), |rest| format!("An {rest}"));
    Problem::new(field, code, format!("{sentence}."))
}
