//! The chairman's yearly interviews of the Authority's members, of which partnership effectiveness is a topic (S4, Appendix 2, action 15).
//! Each is read by the chairman and by the member whom it was with, and by nobody else.

use chrono::NaiveDate;
use sea_orm::Order;

use super::meetings::{LONGEST_TEXT, given, taken};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        entry::text_fault,
        period::{Period, PeriodKind},
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::member_interview,
        organisation::{appointment, person},
    },
    tenancy::{TenantTx, deeds},
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
    let mut faults = when_faults(new, today);
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
    let message = "Such an interview of this member for that year has been recorded already.";
    tx.insert::<member_interview::Entity>(vec![row]).await.map_err(|error| taken(error, "year", message))?;
    tx.commit_with(&id).await?;
    Ok(id)
}

fn when_faults(new: &NewInterview, today: NaiveDate) -> Vec<Problem> {
    let year = new.year.parse::<Period>().ok().filter(|year| year.kind() == PeriodKind::FinancialYear);
    let Some(year) = year.filter(|year| years(today).contains(year)) else {
        let message = format!("Name a financial year by its code, from FY{FIRST} to the one that runs.");
        return vec![Problem::new("year", ProblemCode::OutOfRange, message)];
    };
    if (year.start()..=today).contains(&new.held_on) {
        return Vec::new();
    }
    let message =
        format!("An interview for {} takes place from {} on, and is recorded afterwards.", year.label(), LongDate(year.start()));
    vec![Problem::new("heldOn", ProblemCode::OutOfRange, message)]
}
