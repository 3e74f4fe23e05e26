//! Instruments of delegation: who lets whom use which power, by which minute, from when until when.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, Order};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        blank::{is_blank, unless_blank},
        delegation::{InstrumentStanding, Term},
        entry::{line_fault, text_fault},
        timescale::day_fault,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::delegation::{self, Power},
        organisation::{body, tenant_relation::TenantRelationKind},
        performance::area,
    },
    tenancy::{Hold, TenantTx, deeds},
    usecases::{
        organisation::tenants,
        performance::areas::{self, holds},
    },
};

/// Characters in what an instrument says, at most.
const LONGEST_WORDS: usize = 2_000;

/// The instruments of a tenant, by number.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<delegation::Model>> {
    tx.rows::<delegation::Entity>(tenant)?.order_by(delegation::Column::Number, Order::Asc).all().await
}

/// How an instrument stands on a day.
#[must_use]
pub fn standing(row: &delegation::Model, on: NaiveDate) -> InstrumentStanding {
    Term { starts_on: row.starts_on, ends_on: row.ends_on, revoked_on: row.revoked_on }.standing(on)
}

/// Who approved an instrument, when and by which minute, as a letter would cite it.
#[must_use]
pub fn cited(row: &delegation::Model) -> String {
    let day = row.approved_on.map(|day| LongDate(day).to_string());
    let approved: Vec<String> = row.approved_by.iter().cloned().chain(day).collect();
    let minute = row.minute.as_ref().map(|minute| format!("minute {minute}"));
    let approved = Some(approved.join(" ")).filter(|approved| !approved.is_empty());
    let parts: Vec<String> = approved.into_iter().chain(minute).collect();
    if parts.is_empty() { format!("instrument {}", row.number) } else { parts.join(", ") }
}

/// The authority that polices a tenant's area today, if one does.
///
/// # Errors
/// When the database fails.
pub async fn authority_of(tx: &TenantTx, tenant: TenantId) -> Result<Option<TenantId>> {
    let on = tx.business_date();
    let policing = |row: &&crate::tables::organisation::tenant_relation::Model| {
        row.kind == TenantRelationKind::Polices && row.to_tenant_id == Some(tenant) && holds(row.from_on, row.to_on, on)
    };
    Ok(tenants::relations(tx, tenant).await?.iter().find(policing).map(|row| row.from_tenant_id))
}

/// What there is to find of an instrument that covers something.
#[derive(Clone, Debug)]
pub enum Covering {
    /// There is none.
    Nothing,
    /// Whether there is one isn't for the actor to know.
    Unseen,
    /// This one, which stands so today.
    Found(Box<delegation::Model>, InstrumentStanding),
}

/// The instrument of the Authority's that delegates a power to lead members for an area: one in force if there is one, otherwise the
/// one that was or will be.
///
/// It is read as it stands and not held: it is the Authority's, and a transaction that writes in the partnership holds no rows of
/// another tenant. An agreement that is under way while the instrument is revoked comes before the revocation, under which what was
/// decided stands.
///
/// # Errors
/// When the database fails.
pub async fn covering(tx: &TenantTx, tenant: TenantId, power: Power, area: Id<area::Model>) -> Result<Covering> {
    use delegation::Column;
    let Some(authority) = authority_of(tx, tenant).await? else { return Ok(Covering::Nothing) };
    let rows = match tx.rows::<delegation::Entity>(authority) {
        Ok(rows) => rows,
        Err(Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. }) => return Ok(Covering::Unseen),
        Err(error) => return Err(error),
    };
    let rows = rows.filter(Column::Power.eq(power)).filter(Column::ToOffice.eq(Office::PartnershipLeadMember));
    let rows = rows.filter(Condition::any().add(Column::AreaId.is_null()).add(Column::AreaId.eq(area)));
    let rows = rows.order_by(Column::Number, Order::Asc).all().await?;
    let mut standings = rows.into_iter().map(|row| (standing(&row, tx.business_date()), row)).collect::<Vec<_>>();
    // The latest of those that aren't in force, and before it whichever is.
    standings.sort_by_key(|(standing, row)| (*standing == InstrumentStanding::InForce, row.starts_on));
    Ok(standings.pop().map_or(Covering::Nothing, |(standing, row)| Covering::Found(Box::new(row), standing)))
}

/// To whom a power is delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegate {
    /// To whoever holds an office.
    Office(Office),
    /// To a body of the tenant.
    Body(Id<body::Model>),
}

/// An instrument as it was resolved.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// The body that delegates.
    pub delegated_by: Id<body::Model>,
    /// To whom.
    pub delegate: Delegate,
    /// What.
    pub power: Power,
    /// In the words of the resolution.
    pub words: String,
    /// Within which limits, in words.
    pub limit: Option<String>,
    /// For which area alone; for every one where none is named.
    pub area: Option<Id<area::Model>>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_on: NaiveDate,
    /// Under which minute.
    pub minute: String,
    /// The first day in force.
    pub starts_on: NaiveDate,
    /// The last day in force.
    pub ends_on: Option<NaiveDate>,
    /// Where it comes from.
    pub source: String,
}

/// Records an instrument that a body of the acting tenant has resolved; it gets the next number.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] with everything that isn't in order.
pub async fn create(tx: TenantTx, instrument: &Instrument) -> Result<Id<delegation::Model>> {
    let leave = tx.authorise_tenant::<deeds::SetDelegation>()?;
    let tenant = tx.acting_tenant()?;
    let mut faults = faults_of(instrument, tx.business_date());
    let bodies = [Some(("delegatedBy", instrument.delegated_by)), to_body(instrument).map(|body| ("toBody", body))];
    for (field, id) in bodies.into_iter().flatten() {
        if tx.get_many::<body::Entity>(tenant, [id]).await?.is_empty() {
            faults.push(Problem::new(field, ProblemCode::NotFound, "There is no such body, or you may not know of it."));
        }
    }
    if let Some(area) = instrument.area
        && areas::many(&tx, vec![area]).await?.is_empty()
    {
        faults.push(Problem::new("area", ProblemCode::NotFound, "There is no such area."));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // Two recorded at the same moment get numbers one after the other.
    tx.hold::<delegation::Entity>(None, Hold::Alone).await?;
    let number = of_tenant(&tx, tenant).await?.last().map_or(1, |last| last.number.saturating_add(1));
    let act = tx.act("CREATE_DELEGATION", &leave).await?;
    let trimmed = |text: &str| text.trim().to_owned();
    let row = delegation::Model {
        tenant_id: tenant,
        id: Id::new(),
        number,
        delegated_by_id: instrument.delegated_by,
        to_office: if let Delegate::Office(office) = instrument.delegate { Some(office) } else { None },
        to_body_id: to_body(instrument),
        power: instrument.power,
        words: trimmed(&instrument.words),
        limit_words: instrument.limit.as_deref().and_then(unless_blank).map(str::to_owned),
        area_id: instrument.area,
        approved_by: Some(trimmed(&instrument.approved_by)),
        approved_on: Some(instrument.approved_on),
        minute: Some(trimmed(&instrument.minute)),
        starts_on: Some(instrument.starts_on),
        ends_on: instrument.ends_on,
        revoked_on: None,
        revocation_reason: None,
        is_illustrative: false,
        source: trimmed(&instrument.source),
        act_id: Some(act),
        revocation_act_id: None,
    };
    let id = row.id;
    tx.insert::<delegation::Entity>(vec![row]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

fn to_body(instrument: &Instrument) -> Option<Id<body::Model>> {
    if let Delegate::Body(body) = instrument.delegate { Some(body) } else { None }
}

fn faults_of(instrument: &Instrument, today: NaiveDate) -> Vec<Problem> {
    let texts = [
        ("words", instrument.words.as_str(), LONGEST_WORDS),
        ("approvedBy", &instrument.approved_by, 200),
        ("minute", &instrument.minute, 40),
        ("source", &instrument.source, 500),
    ];
    let fault = |(field, text, most): &(&str, &str, usize)| match *field {
        "words" => text_fault(field, text, *most),
        _ => line_fault(field, text, *most),
    };
    let mut faults: Vec<Problem> = texts.iter().filter_map(fault).collect();
    faults.extend(instrument.limit.as_deref().and_then(|limit| text_fault("limit", limit, LONGEST_WORDS)));
    let missing = texts.iter().filter(|(_, text, _)| is_blank(text));
    faults.extend(missing.map(|(field, ..)| Problem::required(field)));
    let days =
        [("approvedOn", Some(instrument.approved_on)), ("startsOn", Some(instrument.starts_on)), ("endsOn", instrument.ends_on)];
    faults.extend(days.into_iter().filter_map(|(field, day)| day_fault(field, day?)));
    let mut out_of_range = |field, message: &str| faults.push(Problem::new(field, ProblemCode::OutOfRange, message));
    if instrument.approved_on > today {
        out_of_range("approvedOn", "Only what has been resolved is recorded.");
    }
    if instrument.starts_on < instrument.approved_on {
        out_of_range("startsOn", "An instrument holds from the day of its resolution at the earliest.");
    }
    if instrument.ends_on.is_some_and(|day| day < instrument.starts_on) {
        out_of_range("endsOn", "The term ends before it begins.");
    }
    faults
}

/// Revokes an instrument from today on.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when there is no such instrument, it holds no longer, or no reason is given.
pub async fn revoke(tx: TenantTx, id: Id<delegation::Model>, reason: &str) -> Result<Id<delegation::Model>> {
    let leave = tx.authorise_tenant::<deeds::WithdrawDelegation>()?;
    tx.hold::<delegation::Entity>(Some(vec![id]), Hold::Alone).await?;
    let row = tx.get::<delegation::Entity>(tx.acting_tenant()?, id).await?;
    if matches!(standing(&row, tx.business_date()), InstrumentStanding::Revoked | InstrumentStanding::Lapsed) {
        return Err(Error::invalid("delegation", ProblemCode::Locked, "This instrument holds no longer."));
    }
    let reason = stated_reason("reason", reason)?;
    let act = tx.act("REVOKE_DELEGATION", &leave).await?;
    let values = vec![
        (delegation::Column::RevokedOn, tx.business_date().into()),
        (delegation::Column::RevocationReason, reason.into()),
        (delegation::Column::RevocationActId, act.into()),
    ];
    tx.set::<delegation::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// A reason that says something, trimmed.
pub(crate) fn stated_reason(field: &str, reason: &str) -> Result<String> {
    let reason = unless_blank(reason).ok_or_else(|| Error::invalid(field, ProblemCode::Missing, "Say why."))?;
    match text_fault(field, reason, LONGEST_WORDS) {
        Some(fault) => Err(Error::Invalid(vec![fault])),
        None => Ok(reason.to_owned()),
    }
}
