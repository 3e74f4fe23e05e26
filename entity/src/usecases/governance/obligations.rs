//! The calendar of obligations: worked out from meetings, actions and duties each time it is asked for, closed by what was done.
//!
//! Nothing of it is stored but a waiver. Whose an obligation is follows from the appointments in force on the day of asking.

use std::collections::HashMap;

use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, Condition, Order};
use uuid::Uuid;

use super::{
    actions,
    meetings::{LONGEST_TEXT, Standing, said, standing as meeting_standing, summary_due_on},
    obligation_sources,
};
use crate::{
    error::{Error, ProblemCode, Result},
    policy::{Office, Resource},
    rules::{
        holidays::Calendar,
        obligations::{Duty, ObligationKind, ObligationStanding, changed_on, duties, standing},
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{
            action, action_owner, agenda_item, meeting, meeting_decision, meeting_summary, obligation_waiver, quarterly_return,
        },
        organisation::{appointment, body, person},
        performance::area,
        risk::{risk, risk_referral},
        sharing::sharing_agreement,
    },
    tenancy::{Held, TenantTx, deeds},
    usecases::organisation::tenants,
};

/// How far the calendar reaches back and ahead where nothing else is asked for. What is late stands in it however old it is.
const REACH: Months = Months::new(12);

/// How far back duties that come round are looked at, and where one is asked for by its code.
const LOOKED_BACK: Months = Months::new(120);

/// Whose an obligation is: who holds the office, for the area and on the body where they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The office.
    pub office: Option<Office>,
    /// The area for which it is held.
    pub area: Option<Id<area::Model>>,
    /// The body on which it is held; of a body's own obligation the body.
    pub body: Option<Id<body::Model>>,
    /// Who holds it, where it is one person's among several who hold the same.
    pub person: Option<Id<person::Model>>,
}

impl Holder {
    /// Whether an appointment makes its holder one of those whose it is.
    #[must_use]
    pub fn is(&self, row: &appointment::Model) -> bool {
        self.fits((row.office, row.area_id, row.body_id), row.person_id)
    }

    /// Whether something that a person holds does.
    pub(in crate::usecases) fn is_held(&self, held: &Held, by: Id<person::Model>) -> bool {
        self.fits((held.office, held.area, held.body), by)
    }

    fn fits(
        &self,
        (office, area, body): (Office, Option<Id<area::Model>>, Option<Id<body::Model>>),
        person: Id<person::Model>,
    ) -> bool {
        let names_one = self.office.is_some() || self.body.is_some();
        names_one
            && self.office.is_none_or(|own| own == office)
            && self.area.is_none_or(|own| Some(own) == area)
            && self.body.is_none_or(|own| Some(own) == body)
            && self.person.is_none_or(|own| own == person)
    }
}

/// What an obligation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A meeting.
    Meeting(Id<meeting::Model>),
    /// An action.
    Action(Id<action::Model>),
    /// A body that is to hear a report.
    Body(Id<body::Model>),
    /// A quarterly return.
    Return(Id<quarterly_return::Model>),
    /// A risk that was reported.
    Referral(Id<risk_referral::Model>),
    /// A risk on a register.
    Risk(Id<risk::Model>),
    /// An area: a neighbourhood policing unit, or a council's.
    Area(Id<area::Model>),
    /// An information-sharing agreement.
    Sharing(Id<sharing_agreement::Model>),
    /// All that the tenant has of the kind.
    Tenant,
}

/// A waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Since when.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
}

/// That something can't be met any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Since when.
    pub on: NaiveDate,
    /// Why, in a sentence.
    pub reason: String,
}

/// An obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// Whose records it is worked out from.
    pub tenant: TenantId,
    /// What sort it is.
    pub kind: ObligationKind,
    /// What it is called: the same whenever it is worked out.
    pub code: String,
    /// What is to be done.
    pub title: String,
    /// Whose it is.
    pub holder: Holder,
    /// What it is about.
    pub subject: Subject,
    /// The number of the duty from which it follows, where it follows from one.
    pub duty: Option<i32>,
    /// Since when it is known that it will be owed.
    pub known_on: NaiveDate,
    /// From when on it can be met.
    pub opens_on: NaiveDate,
    /// Until when it is to be met.
    pub due_on: NaiveDate,
    /// By whose working days it is counted.
    pub calendar: Calendar,
    /// When it was met.
    pub met_on: Option<NaiveDate>,
    /// What shows it.
    pub evidence: Option<String>,
    /// The waiver, when it was waived.
    pub waived: Option<Waived>,
    /// Why it can't be met any more, when it can't.
    pub closed: Option<Closed>,
}

impl Obligation {
    /// How it stands on a day.
    #[must_use]
    pub fn standing(&self, on: NaiveDate) -> ObligationStanding {
        standing((self.opens_on, self.due_on), self.met_on, (self.waived.is_some(), self.closed.is_some()), on)
    }

    /// An identifier of its own, which is always the same.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        Id::<Self>::named("obligation", &format!("{}/{}", self.tenant, self.code)).uuid()
    }

    /// The last day, up to a day, on which anything about it changed.
    #[must_use]
    pub fn changed_on(&self, on: NaiveDate) -> NaiveDate {
        let waived_on = self.waived.as_ref().map(|waived| waived.on);
        let missed_on = self.missed().map(|closed| closed.on);
        changed_on((self.known_on, self.opens_on, self.due_on), [self.met_on, waived_on, missed_on], on)
    }

    /// Why it can't be met any more, when it was neither met nor waived.
    #[must_use]
    pub fn missed(&self) -> Option<&Closed> {
        self.closed.as_ref().filter(|_| self.is_outstanding())
    }

    /// Whether it was neither met nor waived.
    #[must_use]
    pub fn is_outstanding(&self) -> bool {
        self.met_on.is_none() && self.waived.is_none()
    }
}

/// Which obligations are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only the one that is called so, whenever it is due.
    pub code: Option<String>,
    /// Only those of these sorts.
    pub kinds: Option<Vec<ObligationKind>>,
    /// Only those of this office.
    pub office: Option<Office>,
    /// Only those that stand so.
    pub standings: Option<Vec<ObligationStanding>>,
    /// Only those due from this day on; a year back when left out, and whatever is late.
    pub from: Option<NaiveDate>,
    /// Only those due up to this day; a year ahead when left out.
    pub to: Option<NaiveDate>,
}

/// The obligations of a tenant, by due day.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<Vec<Obligation>> {
    if let Some(code) = &filter.code {
        return Ok(of_code(tx, tenant, code).await?.into_iter().filter(|one| filter.lets(one, tx.business_date())).collect());
    }
    let today = tx.business_date();
    let from = filter.from.or_else(|| today.checked_sub_months(REACH)).unwrap_or(today);
    let to = filter.to.or_else(|| today.checked_add_months(REACH)).unwrap_or(today);
    let mut found = all_until(tx, tenant, from, to).await?;
    let is_late = |one: &Obligation| filter.from.is_none() && one.standing(today) == ObligationStanding::Late;
    found.retain(|one| one.due_on <= to && (one.due_on >= from || is_late(one)));
    found.retain(|one| filter.lets(one, today));
    Ok(found)
}

impl Filter {
    /// Whether an obligation is one of those that are wanted, whatever its code and its day.
    fn lets(&self, one: &Obligation, today: NaiveDate) -> bool {
        self.office.is_none_or(|office| one.holder.office == Some(office))
            && self.kinds.as_ref().is_none_or(|wanted| wanted.contains(&one.kind))
            && self.standings.as_ref().is_none_or(|wanted| wanted.contains(&one.standing(today)))
    }
}

/// The obligation that is called so, whenever it is due.
async fn of_code(tx: &TenantTx, tenant: TenantId, code: &str) -> Result<Option<Obligation>> {
    let today = tx.business_date();
    // Everything that isn't met is among it, however old; of what was met or waived what came due in the years that reports look back on.
    let (from, to) = (today.checked_sub_months(LOOKED_BACK), today.checked_add_months(LOOKED_BACK));
    let found = all_until(tx, tenant, from.unwrap_or(today), to.unwrap_or(today)).await?;
    Ok(found.into_iter().find(|one| one.code == code))
}

/// The obligation that was waived under a code, whenever it is due; `None` when it is owed no more, because what it followed from has been
/// taken back since.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn waived(tx: &TenantTx, tenant: TenantId, code: &str) -> Result<Option<Obligation>> {
    let rows = tx.rows::<obligation_waiver::Entity>(tenant)?.filter(obligation_waiver::Column::Code.eq(code));
    let Some(waiver) = rows.one().await? else { return Ok(None) };
    let found = all_until(tx, tenant, waiver.due_on, waiver.due_on).await?;
    Ok(found.into_iter().find(|one| one.code == code))
}

/// What was waived in a tenant.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn waivers(tx: &TenantTx, tenant: TenantId) -> Result<Vec<obligation_waiver::Model>> {
    tx.rows::<obligation_waiver::Entity>(tenant)?.all().await
}

/// The obligations in a tenant of whoever asks, by due day.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn own(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<Vec<Obligation>> {
    let Some(own) = tx.actor().person().cloned() else { return Ok(Vec::new()) };
    let mut found = of_tenant(tx, tenant, filter).await?;
    found.retain(|one| own.appointments.iter().any(|held| held.tenant == tenant && one.holder.is_held(held, own.person)));
    Ok(found)
}

/// The appointments in force today, of which each obligation's [`Holder`] tells whose it is, by office.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn appointments(tx: &TenantTx, tenant: TenantId) -> Result<Vec<appointment::Model>> {
    use appointment::Column;
    let today = tx.business_date();
    let rows = tx.rows::<appointment::Entity>(tenant)?.filter(Column::FromOn.lte(today));
    let rows = rows.filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(today)));
    rows.order_by(Column::Office, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// Waives an obligation, with a reason.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when there is no such obligation, it was met or waived, no reason is given, or whoever waives it
/// is one of those whose it is.
pub async fn waive(tx: TenantTx, code: &str, reason: &str) -> Result<String> {
    let leave = tx.authorise_tenant::<deeds::WaiveObligation>()?;
    let (tenant_id, today) = (tx.acting_tenant()?, tx.business_date());
    let wanted = Filter { code: Some(code.to_owned()), ..Filter::default() };
    let found = of_tenant(&tx, tenant_id, &wanted).await?.pop();
    let Some(found) = found else {
        return Err(Error::invalid("code", ProblemCode::NotFound, "There is no such obligation."));
    };
    if !found.is_outstanding() {
        return Err(Error::invalid("code", ProblemCode::Locked, "This obligation was met or waived already."));
    }
    let faults = said("reason", reason, LONGEST_TEXT);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let own = tx.actor().signed_in()?;
    let is_own = own.appointments.iter().any(|held| held.tenant == tenant_id && found.holder.is_held(held, own.person));
    if is_own {
        return Err(Error::invalid(
            "code",
            ProblemCode::SeparationOfDuties,
            "Whose a duty is doesn't waive it; ask another office.",
        ));
    }
    let act = tx.act("WAIVE_OBLIGATION", &leave).await?;
    let row = obligation_waiver::Model {
        tenant_id,
        id: Id::new(),
        code: found.code.clone(),
        title: found.title,
        due_on: found.due_on,
        reason: reason.trim().to_owned(),
        waived_on: today,
        act_id: act,
    };
    tx.insert::<obligation_waiver::Entity>(vec![row]).await?;
    tx.commit_with(&found.code).await?;
    Ok(found.code)
}

/// Everything that is due by a day, and everything before that isn't met.
async fn all_until(tx: &TenantTx, tenant: TenantId, from: NaiveDate, to: NaiveDate) -> Result<Vec<Obligation>> {
    tx.leave_to_read(tenant, Resource::Obligation)?;
    let mut found = summaries(tx, tenant, to).await?;
    found.extend(dated_actions(tx, tenant, to).await?);
    found.extend(reports(tx, tenant, (from, to)).await?);
    found.extend(obligation_sources::all(tx, tenant).await?);
    let waivers = waivers(tx, tenant).await?;
    let waivers: HashMap<&str, &obligation_waiver::Model> = waivers.iter().map(|row| (row.code.as_str(), row)).collect();
    for one in &mut found {
        one.waived = waivers.get(one.code.as_str()).map(|row| Waived { on: row.waived_on, reason: row.reason.clone() });
    }
    found.sort_by(|a, b| (a.due_on, &a.code).cmp(&(b.due_on, &b.code)));
    Ok(found)
}

/// Summaries of meetings that were called here; of those that the documents only tell of nobody waits for one.
async fn summaries(tx: &TenantTx, tenant: TenantId, to: NaiveDate) -> Result<Vec<Obligation>> {
    use meeting::Column;
    let rows = tx.rows::<meeting::Entity>(tenant)?.filter(Column::CalledOn.is_not_null()).filter(Column::HeldOn.lte(to));
    let mut meetings = rows.all().await?;
    meetings.retain(|row| meeting_standing(row, tx.business_date()) != Standing::Cancelled);
    let ids: Vec<_> = meetings.iter().map(|row| row.id).collect();
    // A corrected summary makes the first one neither late nor early.
    let published = tx.rows::<meeting_summary::Entity>(tenant)?.filter(tx.any_of(meeting_summary::Column::MeetingId, ids));
    let published = published.filter(meeting_summary::Column::Version.eq(1)).all().await?;
    let published: HashMap<_, _> = published.iter().map(|row| (row.meeting_id, row)).collect();
    let bodies = tx.get_many::<body::Entity>(tenant, meetings.iter().map(|row| row.body_id)).await?;
    let is_authority = tenants::is_authority(tx, tenant).await?;
    let obligation = |row: &meeting::Model| {
        let summary = published.get(&row.id);
        let body = bodies.iter().find(|body| body.id == row.body_id).map_or("the body", |body| &body.name);
        // S3 names the council's policy and strategy staff; the Authority's committees have clerks.
        let holder = if is_authority {
            Holder { office: Some(Office::CommitteeClerk), body: Some(row.body_id), ..Holder::default() }
        } else {
            Holder { office: Some(Office::PolicyStrategyStaff), ..Holder::default() }
        };
        Obligation {
            tenant,
            kind: ObligationKind::MeetingSummary,
            code: format!("MEETING_SUMMARY/{}", row.id),
            title: format!("Publish the summary of the meeting of {body} on {}", LongDate(row.held_on)),
            holder,
            subject: Subject::Meeting(row.id),
            duty: Some(41),
            known_on: row.called_on.unwrap_or(row.held_on),
            opens_on: row.held_on,
            due_on: summary_due_on(row),
            calendar: Calendar::England,
            met_on: summary.map(|summary| summary.published_on),
            evidence: summary
                .map(|summary| summary.address.clone().unwrap_or_else(|| "The summary as published here".to_owned())),
            waived: None,
            closed: None,
        }
    };
    Ok(meetings.iter().map(obligation).collect())
}

/// Whose an action is, by its accountable owner.
pub(in crate::usecases) fn holder_of(owner: &action_owner::Model) -> Holder {
    Holder { office: owner.office, area: owner.area_id, body: owner.body_id, person: None }
}

/// Actions with a date. What was cancelled or superseded is owed no more.
async fn dated_actions(tx: &TenantTx, tenant: TenantId, to: NaiveDate) -> Result<Vec<Obligation>> {
    use crate::rules::action::ActionState::{Cancelled, Superseded};
    let rows = tx.rows::<action::Entity>(tenant)?.filter(action::Column::DueOn.lte(to));
    let mut dated = rows.all().await?;
    dated.retain(|row| !matches!(row.state, Cancelled | Superseded));
    let owners = actions::owners(tx, tenant, dated.iter().map(|row| row.id).collect()).await?;
    let holder = |row: &action::Model| {
        let accountable = |owner: &&action_owner::Model| owner.action_id == row.id && owner.is_accountable;
        let owner = owners.iter().find(accountable);
        owner.map_or_else(Holder::default, holder_of)
    };
    let obligation = |row: &action::Model| {
        let due_on = row.due_on?;
        Some(Obligation {
            tenant,
            kind: ObligationKind::Action,
            code: format!("ACTION/{}", row.id),
            title: format!("Action {}{}: {}", row.reference, row.part.as_deref().unwrap_or_default(), row.words),
            holder: holder(row),
            subject: Subject::Action(row.id),
            duty: None,
            known_on: row.recorded_on,
            opens_on: row.starts_on.unwrap_or(row.recorded_on).min(due_on),
            due_on,
            calendar: Calendar::England,
            met_on: row.closed_on,
            evidence: row.closed_on.map(|_| "The evidence with which the action was closed".to_owned()),
            waived: None,
            closed: None,
        })
    };
    Ok(dated.iter().filter_map(obligation).collect())
}

/// Reports that come round, to bodies that the tenant has. One is met when a meeting of the body within its period decides on an agenda
/// item that names the duty.
async fn reports(tx: &TenantTx, tenant: TenantId, (from, to): (NaiveDate, NaiveDate)) -> Result<Vec<Obligation>> {
    let named = duties().iter().flat_map(|duty| [Some(duty.recipient.clone()), duty.holder_body.clone()]).flatten();
    let bodies = tx.rows::<body::Entity>(tenant)?.filter(tx.any_of(body::Column::Reference, named)).all().await?;
    let body = |reference: &str| bodies.iter().find(|body| body.reference == reference);
    let own: Vec<(&Duty, &body::Model)> = duties().iter().filter_map(|duty| Some((duty, body(&duty.recipient)?))).collect();
    let heard = if own.is_empty() { Vec::new() } else { heard(tx, tenant).await? };
    let mut found = Vec::new();
    for (duty, recipient) in own {
        // What is late is kept however old it is, so every period since the duty began is looked at.
        let beginning = from.checked_sub_months(LOOKED_BACK).unwrap_or(from);
        for (period, due_on) in duty.falling_due(beginning, to) {
            let hearing = heard.iter().find(|(number, row)| {
                *number == duty.number && row.body_id == recipient.id && (period.start()..=period.end()).contains(&row.held_on)
            });
            found.push(Obligation {
                tenant,
                kind: ObligationKind::Report,
                code: format!("REPORT/{}/{}", duty.number, period.code()),
                title: format!("{} ({})", duty.title, period.label()),
                holder: Holder {
                    office: duty.holder_office,
                    body: duty.holder_body.as_deref().and_then(body).map(|body| body.id),
                    ..Holder::default()
                },
                subject: Subject::Body(recipient.id),
                duty: Some(duty.number),
                known_on: period.start(),
                opens_on: period.start(),
                due_on,
                calendar: Calendar::England,
                met_on: hearing.map(|(_, row)| row.held_on),
                evidence: hearing.map(|(_, row)| format!("{} of {}", row.title, LongDate(row.held_on))),
                waived: None,
                closed: None,
            });
        }
    }
    Ok(found)
}

/// The duties that agenda items name on which a meeting decided, by meeting, earliest first.
async fn heard(tx: &TenantTx, tenant: TenantId) -> Result<Vec<(i32, meeting::Model)>> {
    let rows = tx.rows::<agenda_item::Entity>(tenant)?.filter(agenda_item::Column::Duty.is_not_null());
    let items = rows.all().await?;
    let ids: Vec<_> = items.iter().map(|item| item.id).collect();
    let decided =
        tx.rows::<meeting_decision::Entity>(tenant)?.filter(tx.any_of(meeting_decision::Column::AgendaItemId, ids)).all().await?;
    let meetings = tx.get_many::<meeting::Entity>(tenant, items.iter().map(|item| item.meeting_id)).await?;
    let mut heard: Vec<(i32, meeting::Model)> = items
        .iter()
        .filter(|item| decided.iter().any(|decision| decision.agenda_item_id == Some(item.id)))
        .filter_map(|item| Some((item.duty?, meetings.iter().find(|meeting| meeting.id == item.meeting_id)?.clone())))
        .collect();
    heard.sort_by_key(|(number, row)| (*number, row.held_on));
    Ok(heard)
}
