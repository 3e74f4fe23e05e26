//! What a quarterly return says: the pre-filled parts, the lead member's own words, and plainly what is missing and why.
//!
//! The same shape is shown while the return is written and frozen when it is handed in, so nothing is typed twice and what was handed
//! in is what was seen. Figures are the area's: they are read as the authority reads them, under the information-sharing agreement in
//! force that day, whatever the lead member may read there by an appointment of their own.

use std::sync::Arc;

use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, Order};

use super::{
    collation,
    feedback::Filter,
    quarterly_return_parts::{
        Contents, DecisionPart, Draft, FeedbackPart, IndicatorPart, MissingPart, Part, PromisePart, RiskPart, SourcePart,
        ThemePart,
    },
    quarterly_returns::{self, Return},
};
use crate::{
    error::{Error, Result},
    policy::{RecordCategory, Resource},
    rules::{
        colour::Colour,
        direction,
        feedback::{Mentions, recurs_in_quarters, recurs_in_units},
        money::Pence,
        period::Period,
        wording::LongDate,
    },
    tables::{
        TenantId,
        governance::{quarterly_return_follow_up, quarterly_return_submission},
        organisation::tenant,
        performance::{
            agreement_indicator, area,
            indicator::{self, PoliceOwner},
        },
    },
    tenancy::TenantTx,
    usecases::{
        finance,
        performance::{
            agreements::{self, LinesOf},
            areas,
            standing::{Depth, Evidence, Indicators},
        },
        risk,
        sharing::access,
    },
};

/// What a lead member has written of a return so far.
///
/// # Errors
/// When what is stored isn't a draft.
pub fn draft(found: &Return) -> Result<Draft> {
    let Some(row) = &found.row else { return Ok(Draft::default()) };
    serde_json::from_value(row.draft.clone()).map_err(Error::internal)
}

/// What a submission says.
///
/// # Errors
/// When what is stored isn't the content of a return.
pub fn frozen(submission: &quarterly_return_submission::Model) -> Result<Contents> {
    serde_json::from_str(&submission.content).map_err(Error::internal)
}

/// For whom a return is gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The area's lead member, who writes it.
    LeadMember,
    /// The authority, to which it is handed in.
    Authority,
}

/// What a return would say if it were handed in now. Its writer sees all open risks of the area, and which of them it hands over.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn gather(tx: &TenantTx, found: &Return, audience: Audience) -> Result<Contents> {
    let draft = draft(found)?;
    let last = last_submission(tx, found).await?.map(|submission| frozen(&submission)).transpose()?;
    let partnership = partnership(tx, found).await?;
    let mut missing = Vec::new();
    let indicators = match indicators(tx, found, &partnership, (&draft, last.as_ref())).await? {
        Ok(indicators) => indicators,
        Err(why) => {
            missing.push(MissingPart { part: Part::Indicators, why });
            Vec::new()
        }
    };
    let feedback = feedback(tx, found).await?;
    if feedback.is_none() {
        let why = format!(
            "The Research Officer hasn't sent the summary of neighbourhood feedback for {}, {}, yet.",
            found.area.name,
            found.quarter.label()
        );
        missing.push(MissingPart { part: Part::Feedback, why });
    }
    let risks = drawn(Part::Risks, risks(tx, found, &partnership, audience).await, &mut missing)?;
    let decisions = drawn(Part::Decisions, decisions(tx, found, &partnership).await, &mut missing)?;
    Ok(Contents {
        partnership: partnership.id.uuid(),
        area: found.area.reference.clone(),
        quarter: found.quarter.code(),
        as_at: tx.business_date(),
        indicators,
        feedback,
        risks,
        decisions,
        promises: promises(tx, found).await?,
        last_answers: last.map(|last| last.answers),
        missing,
        answers: draft.answers,
        follow_ups: draft.follow_ups,
    })
}

/// The submission that stands for the quarter before.
async fn last_submission(tx: &TenantTx, found: &Return) -> Result<Option<quarterly_return_submission::Model>> {
    use quarterly_return_submission::Column;
    let Some(before) = found.quarter.previous() else { return Ok(None) };
    let id = quarterly_returns::id_of(found.tenant, found.area.id, before);
    let rows = tx.rows::<quarterly_return_submission::Entity>(found.tenant)?.filter(Column::ReturnId.eq(id));
    rows.filter(Column::WithdrawnOn.is_null()).one().await
}

/// The partnership whose area the return is about.
async fn partnership(tx: &TenantTx, found: &Return) -> Result<tenant::Model> {
    let policed = quarterly_returns::policed(tx, found.tenant).await?;
    let own = policed.into_iter().find(|(_, area)| area.id == found.area.id);
    own.map(|(partnership, _)| partnership).ok_or(Error::NotFound("tenant"))
}

/// Every indicator of the area's agreement that the Constabulary or the authority owns, or why they aren't there.
async fn indicators(
    tx: &TenantTx,
    found: &Return,
    partnership: &tenant::Model,
    (draft, last): (&Draft, Option<&Contents>),
) -> Result<Result<Vec<IndicatorPart>, String>> {
    let category = RecordCategory::PrioritiesAndIndicators;
    if !tx.reads_for(found.tenant, partnership.id, category, Resource::QuarterlyReturn) {
        return Ok(Err(access::why_not_for(tx, found.tenant, partnership, category).await?));
    }
    let today = tx.business_date();
    let agreement = match agreements::running(tx, partnership.id, today).await {
        Ok(agreement) => agreement,
        Err(Error::NotFound(_)) => return Ok(Err(format!("No agreement of {} runs on {}.", partnership.name, LongDate(today)))),
        Err(error) => return Err(error),
    };
    let mut lines = agreements::lines(tx, partnership.id, LinesOf::Agreements(vec![agreement.id])).await?;
    let owned = agreements::indicators(tx, partnership.id, lines.iter().map(|line| line.indicator_id).collect()).await?;
    let owned = owned.into_iter().filter(|indicator| indicator.police_owner != PoliceOwner::Neither);
    let owned: Indicators = owned.map(|indicator| (indicator.id, Arc::new(indicator))).collect();
    lines.retain(|line| owned.contains_key(&line.indicator_id));
    let places = areas::many(tx, lines.iter().map(|line| line.area_id).collect()).await?;
    let evidence = Evidence::gather(tx, partnership.id, &lines.iter().collect::<Vec<_>>(), owned, Depth::Recent, today).await?;
    let words = |line: &agreement_indicator::Model| {
        let before = last?.indicators.iter().find(|part| part.line == line.id.uuid())?;
        before.note.clone()
    };
    let mut parts = Vec::with_capacity(lines.len());
    for line in &lines {
        let place = places.iter().find(|area| area.id == line.area_id).map_or("", |area| &area.name);
        let part = indicator_part(&evidence, (line, place), found.quarter)?;
        parts.push(IndicatorPart { last_words: words(line), note: draft.notes.get(&line.id.uuid()).cloned(), ..part });
    }
    Ok(Ok(parts))
}

fn indicator_part(
    evidence: &Evidence,
    (line, place): (&agreement_indicator::Model, &str),
    quarter: Period,
) -> Result<IndicatorPart> {
    let indicator: &indicator::Model = evidence.indicator(line)?;
    // What comes by the quarter or more often is judged at the quarter's end; what comes seldom, at its own latest period.
    let kind = indicator.frequency.period_kind();
    let period = (kind.months() <= quarter.kind().months()).then(|| quarter.last_of_kind(kind)).flatten();
    let status = evidence.status(line, period)?;
    let travel = evidence.direction(line, period)?;
    let text = |figure: Option<Decimal>| figure.map(|figure| figure.normalize().to_string());
    let target = status.target.as_ref().and_then(|target| evidence.read(line, target));
    Ok(IndicatorPart {
        line: line.id.uuid(),
        code: indicator.code.clone(),
        title: indicator.title.clone(),
        area: place.to_owned(),
        owner: indicator.police_owner,
        unit: indicator.unit.clone(),
        period: status.period.map(Period::label),
        value: text(status.verdict.actual),
        expected: text(status.verdict.expected),
        target: text(target.as_ref().and_then(|target| target.value)),
        target_period: target.map(|target| target.period.label()),
        colour: Colour::code(status.verdict.colour).to_owned(),
        reason: status.verdict.reason.clone(),
        direction: direction::words(&travel.outcome),
        is_illustrative: status.is_illustrative,
        last_words: None,
        note: None,
    })
}

/// A part that comes from the partnership's own registers, which the lead member reads by their appointment there; without one it is
/// missing, and the return goes all the same.
fn drawn<P>(part: Part, drawn: Result<Vec<P>>, missing: &mut Vec<MissingPart>) -> Result<Vec<P>> {
    match drawn {
        Err(why @ (Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. })) => {
            missing.push(MissingPart { part, why: why.to_string() });
            Ok(Vec::new())
        }
        drawn => drawn,
    }
}

/// The open risks of the area, the weightiest first, each with where it stands. A register is its partnership's own: the authority is
/// told of what was passed on to it, as it was reported; of the whole register only while an agreement shares it.
async fn risks(tx: &TenantTx, found: &Return, partnership: &tenant::Model, audience: Audience) -> Result<Vec<RiskPart>> {
    let open = risk::returns::for_return(tx, partnership.id, found.area.id, found.quarter).await?;
    let is_shared = match audience {
        Audience::LeadMember => tx.is_shared_for(found.tenant, partnership.id, RecordCategory::Risks),
        Audience::Authority => tx.reads_for(found.tenant, partnership.id, RecordCategory::Risks, Resource::QuarterlyReturn),
    };
    let parts = open.into_iter().map(|open| risk_part(open, found.tenant, is_shared));
    Ok(match audience {
        Audience::LeadMember => parts.collect(),
        Audience::Authority => {
            let handed_over = parts.filter(|part| part.is_handed_over);
            handed_over.map(|part| RiskPart { risk: part.risk.filter(|_| is_shared), ..part }).collect()
        }
    })
}

fn risk_part(open: risk::returns::OpenRisk, authority: TenantId, is_shared: bool) -> RiskPart {
    let passed_on = open.referral.filter(|referral| referral.tenant_id == authority);
    let report = open.report.filter(|_| passed_on.is_some());
    let residual = open.assessment.as_ref().map_or(0, |assessment| risk::registers::scores(assessment).residual.value());
    let (title, score) = match &passed_on {
        Some(referral) if !is_shared => (referral.title.clone(), referral.residual_score),
        _ => (open.risk.title, residual),
    };
    RiskPart {
        reference: open.risk.number.to_string(),
        title,
        score,
        standing: format!("with {}", open.account.state.held_by()),
        is_handed_over: is_shared || passed_on.is_some(),
        risk: Some(open.risk.id.uuid()),
        referral: passed_on.map(|referral| referral.id.uuid()),
        proposed_action: report.as_ref().and_then(|report| report.proposed_action.clone()),
        reason: report.and_then(|report| report.reason),
    }
}

/// What was decided in the quarter within delegated powers.
async fn decisions(tx: &TenantTx, found: &Return, partnership: &tenant::Model) -> Result<Vec<DecisionPart>> {
    let taken = finance::decisions_taken(tx, partnership.id, found.quarter.start(), found.quarter.end()).await?;
    let part = |decision: crate::tables::finance::decision::Model| DecisionPart {
        reference: finance::decisions::cited(&decision),
        amount: decision.amount_pence.map(|pence| Pence::new(pence).pounds().to_string()),
        decided_on: decision.decided_on,
        title: decision.subject,
    };
    Ok(taken.into_iter().map(part).collect())
}

/// The summary of neighbourhood feedback that was sent for a return's area and quarter.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(super) async fn feedback(tx: &TenantTx, found: &Return) -> Result<Option<FeedbackPart>> {
    let filter = Filter { area: Some(found.area.id), quarter: Some(found.quarter) };
    let summary = collation::summaries(tx, found.tenant, &filter).await?.pop();
    let Some((summary, sent_on)) = summary.and_then(|summary| Some((summary.clone(), summary.sent_on?))) else {
        return Ok(None);
    };
    let themes = collation::themes(tx, found.tenant, &[(summary.id, summary.version)]).await?;
    let sources = collation::sources(tx, found.tenant, themes.iter().map(|theme| theme.id).collect()).await?;
    let units = areas::many(tx, sources.iter().map(|source| source.unit_id).collect()).await?;
    let name = |id| units.iter().find(|unit: &&area::Model| unit.id == id).map_or_else(String::new, |unit| unit.name.clone());
    let part = |theme: crate::tables::governance::feedback_theme::Model| {
        let own: Vec<_> = sources.iter().filter(|source| source.theme_id == theme.id).collect();
        let mentions = own.iter().filter_map(|source| {
            Some(Mentions { unit: source.unit_id, quarter: source.quarter.parse().ok()?, count: source.mentions })
        });
        let mentions: Vec<_> = mentions.collect();
        let source = |source: &&crate::tables::governance::feedback_source::Model| SourcePart {
            unit: name(source.unit_id),
            quarter: source.quarter.clone(),
            mentions: source.mentions,
        };
        ThemePart {
            subject: theme.subject,
            title: theme.title,
            text: theme.text,
            recurs_in_units: recurs_in_units(&mentions),
            recurs_in_quarters: recurs_in_quarters(&mentions),
            sources: own.iter().map(source).collect(),
        }
    };
    Ok(Some(FeedbackPart {
        text: summary.text,
        forms: summary.forms,
        units_awaited: summary.units_awaited,
        sent_on,
        themes: themes.into_iter().map(part).collect(),
    }))
}

/// What was promised in earlier returns that stand, and is still open; the earliest first.
async fn promises(tx: &TenantTx, found: &Return) -> Result<Vec<PromisePart>> {
    let today = tx.business_date();
    let open = open_follow_ups(tx, found.tenant, found.area.id).await?;
    let earlier = open.into_iter().filter(|(quarter, _)| *quarter < found.quarter);
    Ok(earlier
        .map(|(quarter, row)| PromisePart {
            quarter: quarter.code(),
            text: row.text,
            due_on: row.due_on,
            is_overdue: row.due_on < today,
            submission: Some(row.submission_id.uuid()),
            number: Some(row.number),
        })
        .collect())
}

/// What is still to be followed up of an area's returns that stand, each with the return's quarter; the earliest due first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn open_follow_ups(
    tx: &TenantTx,
    tenant: TenantId,
    area: crate::tables::Id<area::Model>,
) -> Result<Vec<(Period, quarterly_return_follow_up::Model)>> {
    use quarterly_return_follow_up::Column;
    use quarterly_return_submission::Column as Submission;
    let standing = tx.rows::<quarterly_return_submission::Entity>(tenant)?.filter(Submission::AreaId.eq(area));
    let standing = standing.filter(Submission::WithdrawnOn.is_null()).all().await?;
    let rows = tx.rows::<quarterly_return_follow_up::Entity>(tenant)?.filter(Column::AreaId.eq(area));
    let rows = rows.filter(Column::ClosedOn.is_null()).order_by(Column::DueOn, Order::Asc).order_by(Column::Id, Order::Asc);
    let quarter = |row: &quarterly_return_follow_up::Model| {
        let of = standing.iter().find(|submission| submission.id == row.submission_id)?;
        of.quarter.parse().ok()
    };
    Ok(rows.all().await?.into_iter().filter_map(|row| Some((quarter(&row)?, row))).collect())
}
