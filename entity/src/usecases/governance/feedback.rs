//! Neighbourhood feedback: members write about the units to which they are linked, and whoever collates sees who hasn't (S4,
//! Governance, accountability and support).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, Order};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Action, Office, Resource},
    rules::{
        blank::is_blank,
        entry::{LONGEST_NOTE, text_fault},
        period::Period,
        quarter_return::{quarter, quarters},
        version,
        wording::listed,
    },
    tables::{
        Id, TenantId,
        governance::{
            feedback,
            feedback_issue::{self, FeedbackSubject},
            feedback_summary,
        },
        organisation::{appointment, person},
        performance::{
            area::{self, AreaKind},
            area_link::Hierarchy,
        },
    },
    tenancy::{Authorised, Hold, TenantTx, Warrant, Whose, deeds},
    usecases::performance::areas,
};

/// Issues in one form at most.
const MOST_ISSUES: usize = 20;
/// Characters of an issue at most.
const LONGEST_ISSUE: usize = 2_000;

/// A partnership issue as a member names it.
#[derive(Clone, Debug)]
pub struct Issue {
    /// What it is about.
    pub subject: FeedbackSubject,
    /// In the member's own words.
    pub text: String,
}

/// Feedback as a member sends it.
#[derive(Clone, Debug)]
pub struct Form {
    /// The neighbourhood policing unit.
    pub unit: Id<area::Model>,
    /// The quarter's code.
    pub quarter: String,
    /// What there is to say of the unit beyond partnership issues.
    pub words: String,
    /// Partnership issues.
    pub issues: Vec<Issue>,
    /// The version of one's form that is to stand until then, 0 for none; needed to correct one that stands.
    pub expected_version: Option<i32>,
}

/// Sends feedback about a unit for a quarter, or corrects what one sent before. Once the council area's feedback for the quarter is
/// collated none is taken any more: what a member still has to say goes into the next quarter's form.
///
/// # Errors
/// [`Error::Denied`] when the actor is linked to no unit; [`Error::Invalid`] when it isn't a unit, or one to which others are linked, which
/// names the actor's own; when the quarter hasn't begun, the form says nothing, or (with `LOCKED`) the feedback has been collated; with
/// `STALE_VERSION` when another version stands than was expected, or one stands and none was named.
pub async fn send(tx: TenantTx, form: &Form) -> Result<Id<feedback::Model>> {
    tx.allows_some::<deeds::SubmitFeedback>()?;
    let (tenant, today, author) = (tx.acting_tenant()?, tx.business_date(), tx.actor().signed_in()?.person);
    let quarter = begun("quarter", &form.quarter, today)?;
    check(form)?;
    let units = units(&tx, quarter.end().min(today)).await?;
    let council_area = units.iter().find(|(_, unit)| unit.id == form.unit).map(|(council_area, _)| *council_area);
    let council_area = council_area.ok_or_else(|| {
        let message = "This is no neighbourhood policing unit that lies in a council area; feedback is about one unit.";
        Error::invalid("unit", ProblemCode::NotFound, message)
    })?;
    let leave: Authorised<(), deeds::SubmitFeedback> =
        tx.authorise_new(Whose::about(form.unit)).map_err(|error| of_another(&tx, &units, error))?;
    // Whoever collates holds these alone, so no form slips in beside a collation.
    if let Warrant::Appointment(held) = leave.warrant() {
        tx.hold::<appointment::Entity>(Some(vec![held.id]), Hold::Together).await?;
    }
    use feedback_summary::Column as Summary;
    let collated = Condition::all().add(Summary::AreaId.eq(council_area)).add(Summary::Quarter.eq(quarter.code()));
    if tx.has_any::<feedback_summary::Entity, _, _>(&leave, collated).await? {
        let message = format!(
            "The feedback for {} has been collated and takes no more; send what you have to say with the next quarter's.",
            quarter.label()
        );
        return Err(Error::invalid("quarter", ProblemCode::Locked, message));
    }
    let rows = tx.rows::<feedback::Entity>(tenant)?.filter(feedback::Column::Quarter.eq(quarter.code()));
    let rows = rows.filter(feedback::Column::UnitId.eq(form.unit)).filter(feedback::Column::AuthorId.eq(author));
    let old = rows.one().await?;
    version::named(form.expected_version, old.as_ref().map(|old| old.version))?;

    let act = tx.act("SEND_FEEDBACK", &leave).await?;
    let (id, version) = match old {
        Some(old) => {
            let version = old.version.saturating_add(1);
            let values = vec![
                (feedback::Column::Version, version.into()),
                (feedback::Column::Words, form.words.trim().into()),
                (feedback::Column::IsIllustrative, false.into()),
                (feedback::Column::ActId, act.into()),
                (feedback::Column::SentOn, today.into()),
                (feedback::Column::SentAt, tx.now().into()),
            ];
            tx.set::<feedback::Entity>([old.id], values).await?;
            (old.id, version)
        }
        None => {
            let row = feedback::Model {
                tenant_id: tenant,
                id: Id::new(),
                unit_id: form.unit,
                council_area_id: council_area,
                quarter: quarter.code(),
                author_id: author,
                version: 1,
                words: form.words.trim().to_owned(),
                is_illustrative: false,
                act_id: act,
                sent_on: today,
                sent_at: tx.now(),
                first_sent_on: Some(today),
            };
            let id = row.id;
            tx.insert::<feedback::Entity>(vec![row]).await?;
            (id, 1)
        }
    };
    let issue = |(number, issue): (i32, &Issue)| feedback_issue::Model {
        tenant_id: tenant,
        id: Id::new(),
        feedback_id: id,
        version,
        number,
        author_id: author,
        subject: issue.subject,
        text: issue.text.trim().to_owned(),
    };
    tx.insert::<feedback_issue::Entity>((1..).zip(&form.issues).map(issue).collect()).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

fn check(form: &Form) -> Result<()> {
    let mut found: Vec<Problem> = text_fault("words", &form.words, LONGEST_NOTE).into_iter().collect();
    if is_blank(&form.words) && form.issues.is_empty() {
        found.push(Problem::new("words", ProblemCode::Missing, "Say something of the unit, or name an issue."));
    }
    if form.issues.len() > MOST_ISSUES {
        found.push(Problem::new("issues", ProblemCode::OutOfRange, format!("{MOST_ISSUES} issues fit into one form.")));
    }
    for (at, issue) in form.issues.iter().enumerate() {
        let field = format!("issues.{at}.text");
        if is_blank(&issue.text) {
            found.push(Problem::new(&field, ProblemCode::Missing, "Say what the issue is."));
        }
        found.extend(text_fault(&field, &issue.text, LONGEST_ISSUE));
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}

/// A quarter for which there is something to report, by its code.
pub(super) fn begun(field: &str, code: &str, today: NaiveDate) -> Result<Period> {
    let message = "Name a quarter by its code, such as FY2009-Q3.";
    let quarter = quarter(code).ok_or_else(|| Error::invalid(field, ProblemCode::Malformed, message))?;
    if quarters(today).contains(&quarter) {
        return Ok(quarter);
    }
    let message = format!("{} isn't a quarter for which there is anything to report yet.", quarter.label());
    Err(Error::invalid(field, ProblemCode::OutOfRange, message))
}

/// Which neighbourhood policing units lie in which council areas on a day: (council area, unit). Policing areas aren't council areas,
/// so this is a hierarchy of its own.
///
/// # Errors
/// When the database fails.
pub async fn units(tx: &TenantTx, on: NaiveDate) -> Result<Vec<(Id<area::Model>, area::Model)>> {
    let links = areas::links(tx, Hierarchy::Partnership).await?;
    let links: Vec<_> = links.into_iter().filter(|link| areas::holds(link.from_on, link.to_on, on)).collect();
    let mut children = areas::many(tx, links.iter().map(|link| link.child_id).collect()).await?;
    children.retain(|child| child.kind == AreaKind::NeighbourhoodPolicingUnit);
    children.sort_by(|a, b| a.name.cmp(&b.name));
    let parent = |unit: &area::Model| links.iter().find(|link| link.child_id == unit.id).map(|link| link.parent_id);
    Ok(children.into_iter().filter_map(|unit| Some((parent(&unit)?, unit))).collect())
}

/// What somebody is told who would write about a unit to which others are linked: their own.
fn of_another(tx: &TenantTx, units: &[(Id<area::Model>, area::Model)], error: Error) -> Error {
    let (Error::Denied { .. }, Ok(tenant), Some(person)) = (&error, tx.acting_tenant(), tx.actor().person()) else {
        return error;
    };
    let linked = person.appointments.iter().filter(|held| held.tenant == tenant && held.office == Office::NpuMember);
    let linked: BTreeSet<_> = linked.filter_map(|held| held.area).collect();
    let own: Vec<&str> = units.iter().filter(|(_, unit)| linked.contains(&unit.id)).map(|(_, unit)| unit.name.as_str()).collect();
    if own.is_empty() {
        return error;
    }
    let message = format!("You aren't linked to this unit; you write about {}.", listed(&own));
    Error::invalid("unit", ProblemCode::Forbidden, message)
}

/// Which feedback is wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only that about units of this council area.
    pub area: Option<Id<area::Model>>,
    /// Only that for this quarter.
    pub quarter: Option<Period>,
}

/// Feedback in a tenant, latest quarter first: all of it for those who collate or follow it, their own for members.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<Vec<feedback::Model>> {
    use feedback::Column;
    let mut rows = tx.rows::<feedback::Entity>(tenant)?;
    if let Some(area) = filter.area {
        rows = rows.filter(Column::CouncilAreaId.eq(area));
    }
    if let Some(quarter) = filter.quarter {
        rows = rows.filter(Column::Quarter.eq(quarter.code()));
    }
    rows.order_by(Column::Quarter, Order::Desc).order_by(Column::SentAt, Order::Desc).order_by(Column::Id, Order::Asc).all().await
}

/// The issues that stand in forms, in their order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn issues(
    tx: &TenantTx,
    tenant: TenantId,
    versions: &[(Id<feedback::Model>, i32)],
) -> Result<Vec<feedback_issue::Model>> {
    use feedback_issue::Column;
    let rows = tx.rows::<feedback_issue::Entity>(tenant)?;
    let rows = rows.filter(tx.any_of(Column::FeedbackId, versions.iter().map(|(id, _)| *id)));
    let rows = rows.order_by(Column::Number, Order::Asc).all().await?;
    Ok(rows.into_iter().filter(|row| versions.contains(&(row.feedback_id, row.version))).collect())
}

/// A member's duty to write about a unit.
#[derive(Clone, Debug)]
pub struct Duty {
    /// The unit.
    pub unit: area::Model,
    /// Who is linked to it; nobody, where nobody is.
    pub member: Option<Id<person::Model>>,
    /// What they sent.
    pub feedback: Option<feedback::Model>,
}

/// How the feedback of a council area for a quarter stands.
#[derive(Clone, Debug)]
pub struct OfArea {
    /// The council area.
    pub area: area::Model,
    /// The quarter.
    pub quarter: Period,
    /// Who is to write about what, by unit.
    pub duties: Vec<Duty>,
    /// What was made of it.
    pub summary: Option<feedback_summary::Model>,
}

impl OfArea {
    /// How many units something was heard of, and of how many nothing was.
    #[must_use]
    pub fn heard_and_awaited(&self) -> (usize, usize) {
        let mut heard: BTreeMap<Id<area::Model>, bool> = BTreeMap::new();
        for duty in &self.duties {
            *heard.entry(duty.unit.id).or_default() |= duty.feedback.is_some();
        }
        let count = heard.values().filter(|heard| **heard).count();
        (count, heard.len() - count)
    }

    /// How many members still owe a form about a unit of theirs, even where others wrote about it: none once it was collated.
    #[must_use]
    pub fn members_awaited(&self) -> usize {
        if self.summary.is_some() {
            return 0;
        }
        let owing = self.duties.iter().filter(|duty| duty.feedback.is_none());
        owing.filter_map(|duty| duty.member).collect::<BTreeSet<_>>().len()
    }
}

/// Who has sent feedback for a quarter and who hasn't, by council area and unit; for those who read all of it.
///
/// # Errors
/// [`Error::Denied`] for others; otherwise as [`TenantTx::rows`].
pub async fn by_area(tx: &TenantTx, tenant: TenantId, quarter: Period) -> Result<Vec<OfArea>> {
    let filter = Filter { quarter: Some(quarter), area: None };
    let mut sent = of_tenant(tx, tenant, &filter).await?;
    if !tx.reads_all(tenant, Resource::Feedback) {
        return Err(tx.actor().denied(Action::Read, Resource::Feedback));
    }
    let on = quarter.end().min(tx.business_date());
    let mut linked = linked(tx, tenant, on).await?;
    let summaries = super::collation::summaries(tx, tenant, &filter).await?;
    let mut by_area: BTreeMap<Id<area::Model>, Vec<Duty>> = BTreeMap::new();
    for (council_area, unit) in units(tx, on).await? {
        let duties = by_area.entry(council_area).or_default();
        let members: Vec<_> = linked.extract_if(.., |(area, _)| *area == unit.id).map(|(_, member)| member).collect();
        let mut forms: Vec<_> = sent.extract_if(.., |form| form.unit_id == unit.id).collect();
        let before = duties.len();
        for member in members {
            let own = forms.iter().position(|form| form.author_id == member).map(|at| forms.swap_remove(at));
            duties.push(Duty { unit: unit.clone(), member: Some(member), feedback: own });
        }
        // Somebody who was linked when they wrote.
        duties.extend(forms.into_iter().map(|form| Duty {
            unit: unit.clone(),
            member: Some(form.author_id),
            feedback: Some(form),
        }));
        if duties.len() == before {
            duties.push(Duty { unit, member: None, feedback: None });
        }
    }
    let mut council_areas = areas::many(tx, by_area.keys().copied().collect()).await?;
    council_areas.sort_by(|a, b| a.name.cmp(&b.name));
    let of_area = |area: area::Model| OfArea {
        quarter,
        duties: by_area.remove(&area.id).unwrap_or_default(),
        summary: summaries.iter().find(|summary| summary.area_id == area.id).cloned(),
        area,
    };
    Ok(council_areas.into_iter().map(of_area).collect())
}

/// That a member is linked to a unit, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The unit.
    pub(super) unit: Id<area::Model>,
    /// The member.
    pub(super) member: Id<person::Model>,
    /// Since when.
    pub(super) from_on: NaiveDate,
    to_on: Option<NaiveDate>,
}

impl Link {
    /// Whether it holds on a day.
    pub(super) fn holds(&self, on: NaiveDate) -> bool {
        areas::holds(Some(self.from_on), self.to_on, on)
    }
}

/// Who is or was linked to which unit.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(super) async fn links(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Link>> {
    let members = tx.rows::<appointment::Entity>(tenant)?.filter(appointment::Column::Office.eq(Office::NpuMember));
    let members = members.order_by(appointment::Column::Id, Order::Asc).all().await?;
    let link = |row: appointment::Model| {
        Some(Link { unit: row.area_id?, member: row.person_id, from_on: row.from_on, to_on: row.to_on })
    };
    Ok(members.into_iter().filter_map(link).collect())
}

/// Who is linked to which unit on a day: (unit, person).
pub(super) async fn linked(tx: &TenantTx, tenant: TenantId, on: NaiveDate) -> Result<Vec<(Id<area::Model>, Id<person::Model>)>> {
    let links = links(tx, tenant).await?;
    Ok(links.into_iter().filter(|link| link.holds(on)).map(|link| (link.unit, link.member)).collect())
}
