//! Putting a risk on a body's register, and changing what the register says of it.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::{LONGEST_TEXT, allowed, kept, needed, needed_line, registers, unless};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        risk_score::{Category, Nature, Responding, Response, Scores},
        timescale::day_fault,
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        organisation::{
            act, body, organisation,
            tenant::{self, TenantKind},
        },
        performance::{agreement, area, indicator},
        risk::{
            risk,
            risk_action::{self, RiskActionStatus},
            risk_assessment, risk_control, risk_link,
        },
    },
    tenancy::{Authorised, Hold, TenantTx, Whose, deeds},
};

/// How a risk is responded to.
#[derive(Clone, Debug)]
pub struct Responds {
    /// How.
    pub response: Response,
    /// To whom it is passed, or with whom it is shared.
    pub transferee: Option<String>,
    /// The day on which what brings it about ends.
    pub ends_on: Option<NaiveDate>,
    /// Who approved bearing it, and where that is minuted.
    pub approval: Option<String>,
    /// The last day on which that approval holds.
    pub approval_expires_on: Option<NaiveDate>,
}

/// A control or an action, as somebody puts it down.
#[derive(Clone, Debug)]
pub struct Measure {
    /// What it is.
    pub description: String,
    /// The office that sees to it.
    pub owner_office: Office,
    /// The day by which it is to be done, for an action.
    pub due_on: Option<NaiveDate>,
}

/// A risk as somebody registers it.
#[derive(Clone, Debug)]
pub struct NewRisk {
    /// The body on whose register it is put.
    pub body: Id<body::Model>,
    /// The area that it is about; the tenant's own when left out.
    pub area: Option<Id<area::Model>>,
    /// What it is called.
    pub title: String,
    /// Whether it would do harm or good.
    pub nature: Nature,
    /// At what level it lies.
    pub category: Category,
    /// Because of what.
    pub cause: String,
    /// What may happen.
    pub event: String,
    /// What would follow.
    pub effect: String,
    /// The office that answers for it.
    pub owner_office: Office,
    /// That office's organisation.
    pub owner_organisation: Option<Id<organisation::Model>>,
    /// The residual score that the body is ready to bear.
    pub appetite: i32,
    /// How it is responded to.
    pub responds: Responds,
    /// The day by which it is to be settled.
    pub resolve_by: Option<NaiveDate>,
    /// The first assessment.
    pub scores: Scores,
    /// Why the residual score is above the inherent one, where it is.
    pub reason: Option<String>,
    /// What keeps it down already.
    pub controls: Vec<Measure>,
    /// What is to be done.
    pub actions: Vec<Measure>,
    /// The indicators that it is about.
    pub indicators: Vec<Id<indicator::Model>>,
    /// The agreements that it is about.
    pub agreements: Vec<Id<agreement::Model>>,
    /// Where it was found.
    pub source: String,
}

/// What is to change on a register; what is left out stays.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The risk.
    pub risk: Id<risk::Model>,
    /// What it is called.
    pub title: Option<String>,
    /// Because of what.
    pub cause: Option<String>,
    /// What may happen.
    pub event: Option<String>,
    /// What would follow.
    pub effect: Option<String>,
    /// The office that answers for it.
    pub owner_office: Option<Office>,
    /// The residual score that the body is ready to bear.
    pub appetite: Option<i32>,
    /// How it is responded to, with all that this response rests on.
    pub responds: Option<Responds>,
    /// The day by which it is to be settled.
    pub resolve_by: Option<NaiveDate>,
    /// Further indicators that it is about.
    pub indicators: Vec<Id<indicator::Model>>,
    /// Further agreements that it is about.
    pub agreements: Vec<Id<agreement::Model>>,
    /// The version that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Puts a risk on a register, with its first assessment.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] with everything that is missing or out of range.
pub async fn register(tx: TenantTx, new: &NewRisk) -> Result<Id<risk::Model>> {
    let own = tx.acting_tenant()?;
    let tenant = own_tenant(&tx).await?;
    let area = new.area.unwrap_or(tenant.area_id);
    let leave: Authorised<(), deeds::RecordRisk> = tx.authorise_new(Whose::about(area))?;
    keeps_this_register(&tenant, leave.office()?)?;
    let mut faults = faults_of(new, tx.business_date());
    faults.extend(unknown(&tx, own, new).await?);
    unless(faults)?;
    let act = tx.act("REGISTER_RISK", &leave).await?;
    let written = Written { act, on: tx.business_date() };
    let id = write(&tx, own, area, new, &written).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The acting tenant.
async fn own_tenant(tx: &TenantTx) -> Result<tenant::Model> {
    let own = tx.reference::<tenant::Entity>().filter(tenant::Column::Id.eq(tx.acting_tenant()?)).one().await?;
    own.ok_or(Error::NotFound("tenant"))
}

/// The Authority's own register is kept by its Treasurer; lead members report to it.
fn keeps_this_register(tenant: &tenant::Model, office: Office) -> Result<()> {
    if tenant.kind == TenantKind::Authority && office != Office::Treasurer {
        let message = "The Authority's own register is kept by the Treasurer; report the risk to the Authority instead.";
        return Err(Error::invalid("", ProblemCode::Forbidden, message));
    }
    Ok(())
}

/// Under which act rows are written, and on which day.
pub(super) struct Written {
    pub(super) act: Id<act::Model>,
    pub(super) on: NaiveDate,
}

/// Writes a risk with its first assessment and everything that belongs to it.
pub(super) async fn write(
    tx: &TenantTx,
    own: TenantId,
    area: Id<area::Model>,
    new: &NewRisk,
    written: &Written,
) -> Result<Id<risk::Model>> {
    tx.hold_numbers().await?;
    let last = tx.rows::<risk::Entity>(own)?.order_by(risk::Column::Number, Order::Desc).one().await?;
    let row = risk::Model {
        tenant_id: own,
        id: Id::new(),
        number: last.map_or(1, |last| last.number.saturating_add(1)),
        title: new.title.trim().to_owned(),
        body_id: new.body,
        area_id: area,
        nature: new.nature,
        category: new.category,
        cause: new.cause.trim().to_owned(),
        event: new.event.trim().to_owned(),
        effect: new.effect.trim().to_owned(),
        owner_office: new.owner_office,
        owner_organisation_id: new.owner_organisation,
        appetite: new.appetite,
        response: new.responds.response,
        transferee: kept(new.responds.transferee.as_deref()),
        ends_on: new.responds.ends_on,
        approval: kept(new.responds.approval.as_deref()),
        approval_expires_on: new.responds.approval_expires_on,
        resolve_by: new.resolve_by,
        closed_on: None,
        closing_reason: None,
        version: 1,
        is_illustrative: false,
        source: new.source.trim().to_owned(),
        act_id: written.act,
        recorded_on: written.on,
        recorded_at: tx.now(),
    };
    let id = row.id;
    tx.insert::<risk::Entity>(vec![row]).await?;
    tx.insert::<risk_assessment::Entity>(vec![assessment(tx, own, (id, 1), new.scores, new.reason.as_deref(), written)]).await?;
    tx.insert::<risk_control::Entity>(new.controls.iter().map(|control| control_row(tx, own, id, control, written)).collect())
        .await?;
    tx.insert::<risk_action::Entity>(new.actions.iter().map(|action| action_row(tx, own, id, action, written)).collect()).await?;
    tx.insert::<risk_link::Entity>(link_rows(own, id, &new.indicators, &new.agreements)).await?;
    Ok(id)
}

pub(super) fn assessment(
    tx: &TenantTx,
    own: TenantId,
    (risk, number): (Id<risk::Model>, i32),
    scores: Scores,
    reason: Option<&str>,
    written: &Written,
) -> risk_assessment::Model {
    risk_assessment::Model {
        tenant_id: own,
        id: Id::new(),
        risk_id: risk,
        number,
        inherent_likelihood: scores.inherent.likelihood,
        inherent_impact: scores.inherent.impact,
        residual_likelihood: scores.residual.likelihood,
        residual_impact: scores.residual.impact,
        target_likelihood: scores.target.likelihood,
        target_impact: scores.target.impact,
        reason: kept(reason),
        act_id: written.act,
        recorded_on: written.on,
        recorded_at: tx.now(),
    }
}

pub(super) fn control_row(
    tx: &TenantTx,
    own: TenantId,
    risk: Id<risk::Model>,
    control: &Measure,
    written: &Written,
) -> risk_control::Model {
    risk_control::Model {
        tenant_id: own,
        id: Id::new(),
        risk_id: risk,
        description: control.description.trim().to_owned(),
        owner_office: control.owner_office,
        act_id: written.act,
        recorded_on: written.on,
        recorded_at: tx.now(),
    }
}

pub(super) fn action_row(
    tx: &TenantTx,
    own: TenantId,
    risk: Id<risk::Model>,
    action: &Measure,
    written: &Written,
) -> risk_action::Model {
    risk_action::Model {
        tenant_id: own,
        id: Id::new(),
        risk_id: risk,
        description: action.description.trim().to_owned(),
        owner_office: action.owner_office,
        due_on: action.due_on,
        status: RiskActionStatus::NotStarted,
        progress: None,
        ended_on: None,
        act_id: written.act,
        recorded_on: written.on,
        recorded_at: tx.now(),
    }
}

fn link_rows(
    own: TenantId,
    risk: Id<risk::Model>,
    indicators: &[Id<indicator::Model>],
    agreements: &[Id<agreement::Model>],
) -> Vec<risk_link::Model> {
    let link = |indicator_id, agreement_id| risk_link::Model {
        tenant_id: own,
        id: Id::new(),
        risk_id: risk,
        indicator_id,
        agreement_id,
    };
    let indicators = indicators.iter().map(|id| link(Some(*id), None));
    indicators.chain(agreements.iter().map(|id| link(None, Some(*id)))).collect()
}

fn faults_of(new: &NewRisk, today: NaiveDate) -> Vec<Problem> {
    let mut faults: Vec<Problem> = needed_line("title", &new.title).into_iter().collect();
    let texts = [("cause", &new.cause), ("event", &new.event), ("effect", &new.effect), ("source", &new.source)];
    faults.extend(texts.into_iter().filter_map(|(field, text)| needed(field, text, LONGEST_TEXT)));
    faults.extend(allowed("reason", new.reason.as_deref()));
    faults.extend(measures("controls", &new.controls));
    faults.extend(measures("actions", &new.actions));
    faults.extend(new.scores.faults(new.nature, new.reason.as_deref()).into_iter().map(|fault| fault.within(&["assessment"])));
    faults.extend(to_come("resolveBy", new.resolve_by, today));
    let responding = Responding {
        nature: new.nature,
        response: new.responds.response,
        residual: new.scores.residual,
        appetite: new.appetite,
        open_actions: new.actions.len(),
        transferee: new.responds.transferee.as_deref(),
        ends_on: new.responds.ends_on,
        approval: new.responds.approval.as_deref(),
        approval_expires_on: new.responds.approval_expires_on,
    };
    faults.extend(responding.faults(today));
    faults.extend(response_texts(&new.responds));
    faults
}

fn response_texts(responds: &Responds) -> Vec<Problem> {
    let texts = [("transferee", &responds.transferee), ("approval", &responds.approval)];
    let days = [("endsOn", responds.ends_on), ("approvalExpiresOn", responds.approval_expires_on)];
    let texts = texts.into_iter().filter_map(|(field, text)| allowed(field, text.as_deref()));
    texts.chain(days.into_iter().filter_map(|(field, day)| day_fault(field, day?))).collect()
}

fn measures(list: &str, measures: &[Measure]) -> Vec<Problem> {
    let fault = |(at, measure): (usize, &Measure)| {
        let needed = needed(&format!("{list}.{at}.description"), &measure.description, LONGEST_TEXT);
        needed.into_iter().chain(measure.due_on.and_then(|day| day_fault(&format!("{list}.{at}.dueOn"), day)))
    };
    measures.iter().enumerate().flat_map(fault).collect()
}

/// What is wrong with a day by which something is to happen.
pub(super) fn to_come(field: &str, day: Option<NaiveDate>, today: NaiveDate) -> Option<Problem> {
    let day = day?;
    let past = || Problem::new(field, ProblemCode::OutOfRange, format!("{} has passed already.", LongDate(day)));
    day_fault(field, day).or_else(|| (day < today).then(past))
}

/// What of the things that a risk names the tenant doesn't have.
async fn unknown(tx: &TenantTx, own: TenantId, new: &NewRisk) -> Result<Vec<Problem>> {
    let mut faults = Vec::new();
    if tx.get_many::<body::Entity>(own, [new.body]).await?.is_empty() {
        faults.push(Problem::new("body", ProblemCode::NotFound, "There is no such body here."));
    }
    let areas = [new.area].into_iter().flatten();
    if new.area.is_some() && tx.reference::<area::Entity>().filter(tx.any_of(area::Column::Id, areas)).one().await?.is_none() {
        faults.push(Problem::new("area", ProblemCode::NotFound, "There is no such area."));
    }
    let organisations = [new.owner_organisation].into_iter().flatten();
    if new.owner_organisation.is_some() {
        let known =
            tx.reference::<organisation::Entity>().filter(tx.any_of(organisation::Column::Id, organisations)).one().await?;
        if known.is_none() {
            faults.push(Problem::new("ownerOrganisation", ProblemCode::NotFound, "There is no such organisation."));
        }
    }
    faults.extend(unknown_links(tx, own, &new.indicators, &new.agreements).await?);
    Ok(faults)
}

async fn unknown_links(
    tx: &TenantTx,
    own: TenantId,
    indicators: &[Id<indicator::Model>],
    agreements: &[Id<agreement::Model>],
) -> Result<Vec<Problem>> {
    let mut faults = Vec::new();
    let known: Vec<_> = if indicators.is_empty() {
        Vec::new()
    } else {
        tx.get_many::<indicator::Entity>(own, indicators.iter().copied()).await?.into_iter().map(|row| row.id).collect()
    };
    for (at, _) in indicators.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        faults.push(Problem::new(&format!("indicators.{at}"), ProblemCode::NotFound, "There is no such indicator here."));
    }
    let known: Vec<_> = if agreements.is_empty() {
        Vec::new()
    } else {
        tx.get_many::<agreement::Entity>(own, agreements.iter().copied()).await?.into_iter().map(|row| row.id).collect()
    };
    for (at, _) in agreements.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        faults.push(Problem::new(&format!("agreements.{at}"), ProblemCode::NotFound, "There is no such agreement here."));
    }
    Ok(faults)
}

/// An open risk of the acting tenant, held until this transaction ends, with leave to do something to it.
pub(super) async fn open<D: crate::tenancy::Deed>(
    tx: &TenantTx,
    id: Id<risk::Model>,
    expected_version: Option<i32>,
) -> Result<Authorised<risk::Model, D>> {
    // Whoever may not do it holds nobody up.
    tx.authorise::<risk::Entity, D>(id).await?;
    tx.hold::<risk::Entity>(Some(vec![id]), Hold::Alone).await?;
    let leave = tx.authorise::<risk::Entity, D>(id).await?;
    keeps_this_register(&own_tenant(tx).await?, leave.office()?)?;
    version::expect(expected_version, Some(leave.row().version))?;
    if leave.row().closed_on.is_some() {
        return Err(Error::invalid("risk", ProblemCode::OutOfTurn, "This risk is closed."));
    }
    Ok(leave)
}

/// Changes what a register says of a risk.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`]; [`Error::Invalid`] with everything that is missing or out of range, and when the risk is
/// closed; with `STALE_VERSION` when another version stands than was expected.
pub async fn change(tx: TenantTx, changed: &Changed) -> Result<Id<risk::Model>> {
    let leave = open::<deeds::ReviseRisk>(&tx, changed.risk, changed.expected_version).await?;
    let (own, today) = (tx.acting_tenant()?, tx.business_date());
    let row = after(leave.row(), changed);
    let mut faults: Vec<Problem> = needed_line("title", &row.title).into_iter().collect();
    let texts = [("cause", &row.cause), ("event", &row.event), ("effect", &row.effect)];
    faults.extend(texts.into_iter().filter_map(|(field, text)| needed(field, text, LONGEST_TEXT)));
    faults.extend(changed.responds.as_ref().map(response_texts).unwrap_or_default());
    faults.extend(to_come("resolveBy", changed.resolve_by, today));
    if changed.responds.is_some() || changed.appetite.is_some() {
        let last = registers::assessments(&tx, own, vec![row.id]).await?.pop().ok_or(Error::NotFound("assessment"))?;
        let actions = registers::actions(&tx, own, vec![row.id]).await?;
        let open = actions.iter().filter(|action| action.status.is_open()).count();
        faults.extend(registers::response_faults(&row, registers::scores(&last).residual, open, today));
    }
    faults.extend(unknown_links(&tx, own, &changed.indicators, &changed.agreements).await?);
    unless(faults)?;
    let linked = registers::links(&tx, own, vec![row.id]).await?;
    let mut links = link_rows(own, row.id, &changed.indicators, &changed.agreements);
    links.retain(|new| !linked.iter().any(|old| (old.indicator_id, old.agreement_id) == (new.indicator_id, new.agreement_id)));
    tx.act("UPDATE_RISK", &leave).await?;
    tx.set::<risk::Entity>([row.id], columns(&row)).await?;
    tx.insert::<risk_link::Entity>(links).await?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

fn after(before: &risk::Model, changed: &Changed) -> risk::Model {
    let text = |new: &Option<String>, old: &str| new.as_deref().map_or_else(|| old.to_owned(), |new| new.trim().to_owned());
    let mut row = risk::Model {
        title: text(&changed.title, &before.title),
        cause: text(&changed.cause, &before.cause),
        event: text(&changed.event, &before.event),
        effect: text(&changed.effect, &before.effect),
        owner_office: changed.owner_office.unwrap_or(before.owner_office),
        appetite: changed.appetite.unwrap_or(before.appetite),
        resolve_by: changed.resolve_by.or(before.resolve_by),
        version: before.version.saturating_add(1),
        ..before.clone()
    };
    if let Some(responds) = &changed.responds {
        row.response = responds.response;
        row.transferee = kept(responds.transferee.as_deref());
        row.ends_on = responds.ends_on;
        row.approval = kept(responds.approval.as_deref());
        row.approval_expires_on = responds.approval_expires_on;
    }
    row
}

fn columns(row: &risk::Model) -> Vec<(risk::Column, sea_orm::Value)> {
    use risk::Column;
    vec![
        (Column::Title, row.title.clone().into()),
        (Column::Cause, row.cause.clone().into()),
        (Column::Event, row.event.clone().into()),
        (Column::Effect, row.effect.clone().into()),
        (Column::OwnerOffice, row.owner_office.into()),
        (Column::Appetite, row.appetite.into()),
        (Column::Response, row.response.into()),
        (Column::Transferee, row.transferee.clone().into()),
        (Column::EndsOn, row.ends_on.into()),
        (Column::Approval, row.approval.clone().into()),
        (Column::ApprovalExpiresOn, row.approval_expires_on.into()),
        (Column::ResolveBy, row.resolve_by.into()),
        (Column::Version, row.version.into()),
    ]
}
