//! The chairman's yearly interviews of the Authority's members, of which partnership effectiveness is a topic (S4, Appendix 2, action 15).
//! Each is read by the chairman and by the member whom it was with, and by nobody else.

use chrono::NaiveDate;
use sea_orm::Order;

use super::meetings::{LONGEST_TEXT, given, said, taken};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        blank::is_same_to_a_reader,
        entry::text_fault,
        period::{Period, PeriodKind},
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{interview_correction, member_interview},
        organisation::{appointment, person},
    },
    tenancy::{Hold, TenantTx, deeds},
    usecases::organisation::appointments::in_force,
};

/// The first year of which interviews are recorded: that in which the Authority resolved on them.
const FIRST: i32 = 2009;

/// The years up to the one that runs on a day, earliest first.
#[must_use]
pub fn years(on: NaiveDate) -> Vec<Period> {
    let years = std::iter::successors(Period::financial(FIRST).ok(), |year| year.next());
    years.take_while(|year| year.start() <= on).collect()
}

/// The interviews of a tenant that the actor may read, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<member_interview::Model>> {
    use member_interview::Column;
    let rows = tx.rows::<member_interview::Entity>(tenant)?;
    rows.order_by(Column::HeldOn, Order::Desc).order_by(Column::Id, Order::Asc).all().await
}

/// The appointments of members and of the chairman, past and present.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(super) async fn members(tx: &TenantTx, tenant: TenantId) -> Result<Vec<appointment::Model>> {
    let offices = tx.any_of(appointment::Column::Office, [Office::AuthorityMember, Office::AuthorityChairman]);
    let rows = tx.rows::<appointment::Entity>(tenant)?.filter(offices);
    rows.order_by(appointment::Column::FromOn, Order::Asc).order_by(appointment::Column::Id, Order::Asc).all().await
}

/// Who is to be interviewed as of a day, each once: the members but the chairman.
#[must_use]
pub(super) fn interviewed(members: &[appointment::Model], on: NaiveDate) -> Vec<Id<person::Model>> {
    let holding = |office: Office| members.iter().filter(move |row| row.office == office && in_force(row, on));
    let chairs = |person| holding(Office::AuthorityChairman).any(|row| row.person_id == person);
    let mut people: Vec<_> =
        holding(Office::AuthorityMember).map(|row| row.person_id).filter(|person| !chairs(*person)).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// An interview to be recorded.
#[derive(Clone, Debug)]
pub struct NewInterview {
    /// The member.
    pub member: Id<person::Model>,
    /// The code of the financial year that it is for.
    pub year: String,
    /// When it took place.
    pub held_on: NaiveDate,
    /// Whether partnership effectiveness was talked about.
    pub is_effectiveness_discussed: bool,
    /// What is noted of it.
    pub note: Option<String>,
}

/// Records that the chairman interviewed a member for a year.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when it is no financial year of which interviews are recorded, the day lies before it or ahead,
/// nobody of that identifier was a member that day, it is the chairman's own, or one stands for the year.
pub async fn record(tx: TenantTx, new: &NewInterview) -> Result<Id<member_interview::Model>> {
    let leave = tx.authorise_tenant::<deeds::RecordInterview>()?;
    let (tenant_id, today) = (tx.acting_tenant()?, tx.business_date());
    if tx.actor().signed_in()?.person == new.member {
        let message = "Nobody interviews themselves.";
        return Err(Error::invalid("member", ProblemCode::SeparationOfDuties, message));
    }
    let mut faults = when_faults(&new.year, new.held_on, today);
    let note = given(new.note.as_deref());
    faults.extend(note.as_deref().and_then(|note| text_fault("note", note, LONGEST_TEXT)));
    let members = members(&tx, tenant_id).await?;
    if !interviewed(&members, new.held_on).contains(&new.member) {
        let message = "Nobody of this identifier was a member on that day.";
        faults.push(Problem::new("member", ProblemCode::NotFound, message));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("RECORD_MEMBER_INTERVIEW", &leave).await?;
    let row = member_interview::Model {
        tenant_id,
        id: Id::new(),
        member_id: new.member,
        year: new.year.clone(),
        held_on: new.held_on,
        is_effectiveness_discussed: new.is_effectiveness_discussed,
        note,
        recorded_on: today,
        act_id: act,
    };
    let id = row.id;
    tx.insert::<member_interview::Entity>(vec![row]).await.map_err(|error| taken(error, "year", ONE_A_YEAR))?;
    tx.commit_with(&id).await?;
    Ok(id)
}

const ONE_A_YEAR: &str = "Such an interview of this member for that year has been recorded already.";

/// The corrections of these interviews that the actor may read, in the order in which they were made.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn corrections(
    tx: &TenantTx,
    tenant: TenantId,
    interviews: Vec<Id<member_interview::Model>>,
) -> Result<Vec<interview_correction::Model>> {
    use interview_correction::Column;
    let rows = tx.rows::<interview_correction::Entity>(tenant)?.filter(tx.any_of(Column::InterviewId, interviews));
    rows.order_by(Column::Version, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// A record of an interview to be put right.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The interview.
    pub interview: Id<member_interview::Model>,
    /// When it took place.
    pub held_on: NaiveDate,
    /// Whether partnership effectiveness was talked about.
    pub is_effectiveness_discussed: bool,
    /// What is to be noted of it.
    pub note: Option<String>,
    /// Why it is put right.
    pub reason: String,
    /// The version of the record that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Puts the record of an interview right and keeps what it said, for the two who may read it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] for whoever isn't the chairman; [`Error::Invalid`] when it is the chairman's own interview, the
/// record says the same or no reason, its day lies before its year or ahead, the member was none that day, or another interview of the
/// year tells that partnership effectiveness was talked about.
pub async fn correct(tx: TenantTx, new: &Correction) -> Result<Id<member_interview::Model>> {
    let leave = tx.authorise_tenant::<deeds::RecordInterview>()?;
    let (tenant_id, today) = (tx.acting_tenant()?, tx.business_date());
    tx.hold::<member_interview::Entity>(Some(vec![new.interview]), Hold::Alone).await?;
    let row = tx.get::<member_interview::Entity>(tenant_id, new.interview).await?;
    if tx.actor().signed_in()?.person == row.member_id {
        let message = "Nobody puts right what is noted of their own interview.";
        return Err(Error::invalid("interview", ProblemCode::SeparationOfDuties, message));
    }
    let note = given(new.note.as_deref());
    let mut faults = when_faults(&row.year, new.held_on, today);
    if faults.is_empty() && !interviewed(&members(&tx, tenant_id).await?, new.held_on).contains(&row.member_id) {
        faults.push(Problem::new("heldOn", ProblemCode::OutOfRange, "Whom it was with wasn't a member on that day."));
    }
    let is_same_note = is_same_to_a_reader(note.as_deref().unwrap_or_default(), row.note.as_deref().unwrap_or_default());
    if (new.held_on, new.is_effectiveness_discussed) == (row.held_on, row.is_effectiveness_discussed) && is_same_note {
        faults.push(Problem::new("note", ProblemCode::OutOfRange, "The record of this interview says that already."));
    }
    faults.extend(note.as_deref().and_then(|note| text_fault("note", note, LONGEST_TEXT)));
    faults.extend(said("reason", &new.reason, LONGEST_TEXT));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let version = version::corrected(corrections(&tx, tenant_id, vec![row.id]).await?.last().map(|last| last.version));
    version::expect(new.expected_version, Some(version))?;
    let act = tx.act("CORRECT_MEMBER_INTERVIEW", &leave).await?;
    let correction = interview_correction::Model {
        tenant_id,
        id: Id::new(),
        interview_id: row.id,
        member_id: row.member_id,
        version: version.saturating_add(1),
        former_held_on: row.held_on,
        former_is_effectiveness_discussed: row.is_effectiveness_discussed,
        former_note: row.note,
        reason: new.reason.trim().to_owned(),
        act_id: act,
        corrected_on: today,
        recorded_at: tx.now(),
    };
    tx.insert::<interview_correction::Entity>(vec![correction]).await?;
    let values = vec![
        (member_interview::Column::HeldOn, new.held_on.into()),
        (member_interview::Column::IsEffectivenessDiscussed, new.is_effectiveness_discussed.into()),
        (member_interview::Column::Note, note.into()),
    ];
    let written = tx.set::<member_interview::Entity>([row.id], values).await;
    written.map_err(|error| taken(error, "isEffectivenessDiscussed", ONE_A_YEAR))?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

fn when_faults(year: &str, held_on: NaiveDate, today: NaiveDate) -> Vec<Problem> {
    let year = year.parse::<Period>().ok().filter(|year| year.kind() == PeriodKind::FinancialYear);
    let Some(year) = year.filter(|year| years(today).contains(year)) else {
        let message = format!("Name a financial year by its code, from FY{FIRST} to the one that runs.");
        return vec![Problem::new("year", ProblemCode::OutOfRange, message)];
    };
    if (year.start()..=today).contains(&held_on) {
        return Vec::new();
    }
    let message =
        format!("An interview for {} takes place from {} on, and is recorded afterwards.", year.label(), LongDate(year.start()));
    vec![Problem::new("heldOn", ProblemCode::OutOfRange, message)]
}
