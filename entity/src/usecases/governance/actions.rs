//! One register of actions for every plan and meeting: several owners, one of them accountable; timescales as words, with what can be
//! read from them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition, Order};

use super::meetings::{LONGEST_TEXT, LONGEST_TITLE, RECORDED, given, said, said_line, taken};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        action::{ActionState, ActionStatus, Said, SmartGap, gaps, status},
        blank::{self, Taken},
        entry::{line_fault, text_fault},
        timescale::{self, Precision, Timescale},
        wording::{LongDate, listed, office_name},
    },
    tables::{
        Id, TenantId,
        governance::{action, action_owner, action_plan, meeting_decision},
        organisation::{act, appointment, body},
        performance::area,
    },
    tenancy::{Hold, Page, PageRequest, TenantTx, deeds},
    usecases::performance::areas,
};

/// Owners of an action, at most.
const MOST_OWNERS: usize = 20;

/// Which actions are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this plan.
    pub plan: Option<Id<action_plan::Model>>,
    /// Only those of this plan, by its short name.
    pub plan_reference: Option<String>,
    /// Only those that this office owns, alone or with others.
    pub office: Option<Office>,
    /// Only those that aren't closed, or only those that are.
    pub is_closed: Option<bool>,
    /// Only those that were due before this day and aren't closed.
    pub overdue_on: Option<NaiveDate>,
}

/// A page of a tenant's actions, by reference as people count: 2 before 10.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(tx: &TenantTx, tenant: TenantId, filter: &Filter, request: &PageRequest) -> Result<Page<action::Model>> {
    use action::Column;
    let mut rows = tx.rows::<action::Entity>(tenant)?;
    if let Some(plan) = filter.plan {
        rows = rows.filter(Column::PlanId.eq(plan));
    }
    if let Some(reference) = &filter.plan_reference {
        let plans =
            tx.rows::<action_plan::Entity>(tenant)?.filter(action_plan::Column::Reference.eq(reference.as_str())).all().await?;
        rows = rows.filter(tx.any_of(Column::PlanId, plans.iter().map(|plan| plan.id)));
    }
    if let Some(office) = filter.office {
        let owned = tx.rows::<action_owner::Entity>(tenant)?.filter(action_owner::Column::Office.eq(office)).all().await?;
        rows = rows.filter(tx.any_of(Column::Id, owned.iter().map(|owner| owner.action_id)));
    }
    match filter.is_closed {
        Some(true) => rows = rows.filter(Column::ClosedOn.is_not_null()),
        Some(false) => rows = rows.filter(Column::ClosedOn.is_null()),
        None => {}
    }
    if let Some(day) = filter.overdue_on {
        rows = rows.filter(Column::ClosedOn.is_null()).filter(Column::DueOn.lt(day));
    }
    rows.page(&[(Column::RecordedOn, Order::Asc), (Column::Place, Order::Asc), (Column::Id, Order::Asc)], request).await
}

/// The actions of a tenant that aren't closed, in the order in which they were recorded.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn open(tx: &TenantTx, tenant: TenantId) -> Result<Vec<action::Model>> {
    use action::Column;
    let rows = tx.rows::<action::Entity>(tenant)?.filter(Column::ClosedOn.is_null());
    let mut open = rows.order_by(Column::RecordedOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await?;
    open.retain(|row| !matches!(row.state, ActionState::Cancelled | ActionState::Superseded));
    Ok(open)
}

/// The plans of a tenant, by title.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn plans(tx: &TenantTx, tenant: TenantId) -> Result<Vec<action_plan::Model>> {
    let rows = tx.rows::<action_plan::Entity>(tenant)?;
    rows.order_by(action_plan::Column::Title, Order::Asc).order_by(action_plan::Column::Id, Order::Asc).all().await
}

/// The actions of these plans.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_plans(tx: &TenantTx, tenant: TenantId, plans: Vec<Id<action_plan::Model>>) -> Result<Vec<action::Model>> {
    let rows = tx.rows::<action::Entity>(tenant)?.filter(tx.any_of(action::Column::PlanId, plans));
    rows.order_by(action::Column::Place, Order::Asc).order_by(action::Column::Id, Order::Asc).all().await
}

/// The actions that these decisions brought about.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_decisions(
    tx: &TenantTx,
    tenant: TenantId,
    decisions: Vec<Id<meeting_decision::Model>>,
) -> Result<Vec<action::Model>> {
    let rows = tx.rows::<action::Entity>(tenant)?.filter(tx.any_of(action::Column::DecisionId, decisions));
    rows.order_by(action::Column::Reference, Order::Asc).order_by(action::Column::Id, Order::Asc).all().await
}

/// The owners of these actions, in the order in which they are named.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn owners(tx: &TenantTx, tenant: TenantId, actions: Vec<Id<action::Model>>) -> Result<Vec<action_owner::Model>> {
    let rows = tx.rows::<action_owner::Entity>(tenant)?.filter(tx.any_of(action_owner::Column::ActionId, actions));
    rows.order_by(action_owner::Column::Number, Order::Asc).order_by(action_owner::Column::Id, Order::Asc).all().await
}

/// How an action stands on a day.
#[must_use]
pub fn status_of(row: &action::Model, on: NaiveDate) -> ActionStatus {
    status(row.state, row.timescale_precision, row.due_on, on)
}

/// What keeps an action from being SMART.
#[must_use]
pub fn smart_gaps(row: &action::Model, owners: &[action_owner::Model]) -> Vec<SmartGap> {
    gaps(Said {
        measure: row.success_measure.is_some(),
        accountable: owners.iter().any(|owner| owner.is_accountable),
        resources: row.resources.is_some(),
        date: row.due_on.is_some() || row.review_on.is_some(),
    })
}

/// Somebody who is to own an action.
#[derive(Clone, Debug)]
pub struct NewOwner {
    /// The office.
    pub office: Option<Office>,
    /// The area for which it is held; needed where it is held for several.
    pub area: Option<Id<area::Model>>,
    /// The body, where it is one.
    pub body: Option<Id<body::Model>>,
    /// In words, where that says more.
    pub words: Option<String>,
    /// Whether this one is accountable.
    pub is_accountable: bool,
}

/// An action to be recorded.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// The plan that it belongs to, if it belongs to one.
    pub plan: Option<Id<action_plan::Model>>,
    /// What it is called in its plan; of a decision's actions it follows from the minute when left out.
    pub reference: Option<String>,
    /// What is to be done.
    pub words: String,
    /// By what its success will be known.
    pub success_measure: Option<String>,
    /// When, in words.
    pub timescale: Option<String>,
    /// The last day, where the words don't say it.
    pub due_on: Option<NaiveDate>,
    /// When it is looked at again; needed where it has no due date.
    pub review_on: Option<NaiveDate>,
    /// What it takes, in words.
    pub resources: Option<String>,
    /// The area that it is about, where it is about one.
    pub area: Option<Id<area::Model>>,
    /// Who owns it: one of them is accountable.
    pub owners: Vec<NewOwner>,
}

/// Everything that is wrong with an action.
///
/// # Errors
/// [`Error::NotFound`] when it names a plan or a body that the tenant doesn't have; when the database fails.
pub(super) async fn faults(tx: &TenantTx, new: &NewAction) -> Result<Vec<Problem>> {
    let tenant = tx.acting_tenant()?;
    let mut faults = said("words", &new.words, LONGEST_TEXT);
    if let Some(plan) = new.plan {
        tx.get::<action_plan::Entity>(tenant, plan).await?;
    }
    for (field, text) in [
        ("reference", &new.reference),
        ("successMeasure", &new.success_measure),
        ("timescale", &new.timescale),
        ("resources", &new.resources),
    ] {
        faults.extend(text.as_deref().and_then(|text| match field {
            "reference" => line_fault(field, text, 40),
            _ => text_fault(field, text, LONGEST_TITLE),
        }));
    }
    let timescale = timescale_of(new);
    let read = new.timescale.as_deref().and_then(timescale::read).and_then(|read| read.due_on);
    if let (Some(said), Some(read)) = (new.due_on, read)
        && said != read
    {
        let message = format!("The words of the timescale say {}.", LongDate(read));
        faults.push(Problem::new("dueOn", ProblemCode::OutOfRange, message));
    }
    if timescale.is_none_or(|timescale| timescale.due_on.is_none()) && new.review_on.is_none() {
        let message = "Say by when it is to be done, or when it will be looked at again.";
        faults.push(Problem::new("reviewOn", ProblemCode::Missing, message));
    }
    for (field, day) in [("dueOn", new.due_on), ("reviewOn", new.review_on)] {
        faults.extend(day.and_then(|day| timescale::day_fault(field, day)));
    }
    if let Some(area) = new.area
        && areas::many(tx, vec![area]).await?.is_empty()
    {
        faults.push(Problem::new("area", ProblemCode::NotFound, NO_AREA));
    }
    faults.extend(owner_faults(tx, &new.owners).await?);
    Ok(faults)
}

/// What is wrong with how new actions are called in their plans, each with its place in the list: they come with the references under which
/// they will be written. Whoever adds to the same plans at the same moment waits, so that each sees what the other has called its own.
///
/// # Errors
/// When the database fails.
pub(super) async fn reference_faults(
    tx: &TenantTx,
    new: &[(Option<Id<action_plan::Model>>, String)],
) -> Result<Vec<(usize, Problem)>> {
    let plans: BTreeSet<_> = new.iter().filter_map(|(plan, _)| *plan).collect();
    if plans.is_empty() {
        return Ok(Vec::new());
    }
    tx.hold::<action_plan::Entity>(Some(plans.iter().copied().collect()), Hold::Alone).await?;
    let recorded = of_plans(tx, tx.acting_tenant()?, plans.iter().copied().collect()).await?;
    let mut faults = Vec::new();
    for plan in plans {
        let of_plan = recorded.iter().filter(|other| other.plan_id == Some(plan));
        let recorded: Vec<&str> = of_plan.map(|other| other.reference.as_str()).collect();
        let (places, references): (Vec<usize>, Vec<&str>) = new
            .iter()
            .enumerate()
            .filter(|(_, (of, _))| *of == Some(plan))
            .map(|(at, (_, reference))| (at, reference.as_str()))
            .unzip();
        for (at, taken) in places.into_iter().zip(blank::taken(&references, &recorded)) {
            let message = match taken {
                None => continue,
                Some(Taken::Recorded) => SAME_REFERENCE,
                Some(Taken::Here) => "Another action here is called so, too.",
            };
            faults.push((at, Problem::new("reference", ProblemCode::Duplicate, message)));
        }
    }
    Ok(faults)
}

const SAME_REFERENCE: &str = "This plan has an action of that reference already.";
const NO_AREA: &str = "There is no such area.";

/// The areas for which an office is held in the acting tenant today, by name.
async fn areas_of(tx: &TenantTx, office: Office) -> Result<Vec<area::Model>> {
    use appointment::Column;
    let today = tx.business_date();
    let held = tx.rows::<appointment::Entity>(tx.acting_tenant()?)?.filter(Column::Office.eq(office));
    let held = held.filter(Column::FromOn.lte(today));
    let held = held.filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(today))).all().await?;
    let mut areas = areas::many(tx, held.iter().filter_map(|row| row.area_id).collect()).await?;
    areas.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(areas)
}

/// What is wrong with the area of an owner: an office that is held for several areas is one of its holders' only where the area says
/// whose, or else each of them could close it for all.
async fn area_fault(tx: &TenantTx, field: &str, owner: &NewOwner) -> Result<Option<Problem>> {
    Ok(match (owner.office, owner.area) {
        (_, Some(area)) if areas::many(tx, vec![area]).await?.is_empty() => {
            Some(Problem::new(field, ProblemCode::NotFound, NO_AREA))
        }
        (Some(office), None) => {
            let areas = areas_of(tx, office).await?;
            let names: Vec<&str> = areas.iter().map(|area| area.name.as_str()).collect();
            let message = || format!("The office of {} is held for {}: name the area.", office_name(office), listed(&names));
            (names.len() > 1).then(|| Problem::new(field, ProblemCode::Missing, message()))
        }
        _ => None,
    })
}

async fn owner_faults(tx: &TenantTx, owners: &[NewOwner]) -> Result<Vec<Problem>> {
    let tenant = tx.acting_tenant()?;
    let mut faults = Vec::new();
    let bodies = tx.get_many::<body::Entity>(tenant, owners.iter().filter_map(|owner| owner.body)).await?;
    for (at, owner) in owners.iter().enumerate() {
        let path = |field: &str| format!("owners.{at}.{field}");
        if owner.office.is_none() && owner.body.is_none() && given(owner.words.as_deref()).is_none() {
            faults.push(Problem::new(&format!("owners.{at}"), ProblemCode::Missing, "Name an office, a body, or say who."));
        }
        if owner.is_accountable && owner.office.is_none() && owner.body.is_none() {
            let message = "Whoever is accountable is an office or a body.";
            faults.push(Problem::new(&path("office"), ProblemCode::Missing, message));
        }
        if owner.body.is_some_and(|id| !bodies.iter().any(|body| body.id == id)) {
            faults.push(Problem::new(&path("body"), ProblemCode::NotFound, "There is no such body in this tenant."));
        }
        faults.extend(area_fault(tx, &path("area"), owner).await?);
        faults.extend(owner.words.as_deref().and_then(|words| line_fault(&path("words"), words, LONGEST_TITLE)));
    }
    let message = match owners.iter().filter(|owner| owner.is_accountable).count() {
        1 if owners.len() <= MOST_OWNERS => return Ok(faults),
        0 => "Say which owner is accountable.",
        1 => "These are too many owners.",
        _ => "Only one owner is accountable.",
    };
    faults.push(Problem::new("owners", ProblemCode::OutOfRange, message));
    Ok(faults)
}

/// What is read from the words, or else the day that is said.
fn timescale_of(new: &NewAction) -> Option<Timescale> {
    let read = new.timescale.as_deref().and_then(timescale::read);
    match (read, new.due_on) {
        (Some(read), _) if read.due_on.is_some() => Some(read),
        (_, Some(due_on)) => Some(Timescale { precision: Precision::Day, due_on: Some(due_on) }),
        (read, None) => read,
    }
}

/// Inserts an action that has no faults, with its owners.
///
/// # Errors
/// [`Error::Invalid`] when its plan has one of that reference already; when the database refuses.
pub(super) async fn insert(
    tx: &TenantTx,
    new: &NewAction,
    (decision_id, fallback): (Option<Id<meeting_decision::Model>>, &str),
    act: Id<act::Model>,
) -> Result<Id<action::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let timescale = timescale_of(new);
    let reference = given(new.reference.as_deref()).unwrap_or_else(|| fallback.to_owned());
    let row = action::Model {
        tenant_id,
        id: Id::new(),
        plan_id: new.plan,
        decision_id,
        place: place_of(&reference),
        reference,
        part: None,
        heading: None,
        words: new.words.trim().to_owned(),
        success_measure: given(new.success_measure.as_deref()),
        timescale_words: given(new.timescale.as_deref()),
        timescale_precision: timescale.map(|timescale| timescale.precision),
        due_on: timescale.and_then(|timescale| timescale.due_on),
        starts_on: None,
        review_on: new.review_on,
        resources: given(new.resources.as_deref()),
        printed_progress: None,
        printed_status: None,
        area_id: new.area,
        state: ActionState::NotStarted,
        version: 1,
        closed_on: None,
        recorded_on: tx.business_date(),
        is_illustrative: false,
        source: RECORDED.to_owned(),
        act_id: Some(act),
    };
    let id = row.id;
    tx.insert::<action::Entity>(vec![row]).await.map_err(|error| taken(error, "reference", SAME_REFERENCE))?;
    let owner = |(number, owner): (i32, &NewOwner)| action_owner::Model {
        tenant_id,
        id: Id::new(),
        action_id: id,
        number,
        words: given(owner.words.as_deref()).unwrap_or_default(),
        office: owner.office,
        area_id: owner.area,
        body_id: owner.body,
        is_accountable: owner.is_accountable,
    };
    tx.insert::<action_owner::Entity>((1..).zip(&new.owners).map(owner).collect()).await?;
    Ok(id)
}

/// The number with which a reference begins, so that 2 comes before 10; what begins with none comes last.
#[must_use]
pub fn place_of(reference: &str) -> i32 {
    let figures: String = reference.chars().take_while(char::is_ascii_digit).collect();
    figures.parse().unwrap_or(i32::MAX)
}

/// Records an action of a plan, or one of no plan.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] with everything that isn't in order.
pub async fn record(tx: TenantTx, new: &NewAction) -> Result<Id<action::Model>> {
    let leave = tx.authorise_tenant::<deeds::RecordAction>()?;
    let mut faults = faults(&tx, new).await?;
    let reference = given(new.reference.as_deref()).unwrap_or_default();
    faults.extend(said_line("reference", &reference, 40));
    faults.dedup();
    if !reference.is_empty() {
        faults.extend(reference_faults(&tx, &[(new.plan, reference)]).await?.into_iter().map(|(_, fault)| fault));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("RECORD_ACTION", &leave).await?;
    let id = insert(&tx, new, (None, ""), act).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}
