//! Action plans of specialist strategic partnerships on their way through the planning cycle (S1, Performance management arrangements >
//! planning cycle): drafts and final plans, each version frozen with its hash, and the Performance and Standards Group's feedback.

use sea_orm::{ColumnTrait, Order};

use super::{
    actions::{self, NewAction, NewOwner},
    meetings::{LONGEST_TEXT, RECORDED, given, said},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        entry::text_fault,
        period::Period,
        planning_cycle::{
            Activity, MOST_ACTIONS, Plan, PlanStage, PlannedAction, PlannedOwner, Stood, activity_faults, feedback_fault,
            plan_year, references, submitting_fault,
        },
        quarter_return::{canonical, content_hash},
    },
    tables::{
        Id, TenantId,
        governance::{action, action_plan, action_plan_feedback, action_plan_version},
        organisation::{
            act,
            body::{self, BodyKind},
        },
        performance::area,
    },
    tenancy::{Authorised, Hold, TenantTx, deeds},
    usecases::performance::areas,
};

type PlanId = Id<action_plan::Model>;

/// The versions of these plans, in their order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn versions(tx: &TenantTx, tenant: TenantId, plans: Vec<PlanId>) -> Result<Vec<action_plan_version::Model>> {
    use action_plan_version::Column;
    let rows = tx.rows::<action_plan_version::Entity>(tenant)?.filter(tx.any_of(Column::PlanId, plans));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The feedback on these versions.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn feedback(
    tx: &TenantTx,
    tenant: TenantId,
    versions: Vec<Id<action_plan_version::Model>>,
) -> Result<Vec<action_plan_feedback::Model>> {
    let rows = tx.rows::<action_plan_feedback::Entity>(tenant)?;
    rows.filter(tx.any_of(action_plan_feedback::Column::VersionId, versions)).all().await
}

/// The actions that these acts brought into the register, in the order of their numbers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn actions_of_acts(tx: &TenantTx, tenant: TenantId, acts: Vec<Id<act::Model>>) -> Result<Vec<action::Model>> {
    let rows = tx.rows::<action::Entity>(tenant)?.filter(tx.any_of(action::Column::ActId, acts));
    rows.order_by(action::Column::Place, Order::Asc).order_by(action::Column::Id, Order::Asc).all().await
}

/// What a version says.
///
/// # Errors
/// When the stored content can't be read.
pub fn frozen(row: &action_plan_version::Model) -> Result<Plan> {
    serde_json::from_str(&row.content).map_err(Error::internal)
}

/// A version to be submitted.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// The specialist strategic partnership.
    pub body: Id<body::Model>,
    /// The code of the financial year.
    pub year: String,
    /// Whether it is a draft, or final.
    pub stage: PlanStage,
    /// What it proposes, in order.
    pub activities: Vec<Activity>,
    /// The actions by which a final plan is carried out, in order; a draft has none.
    pub actions: Vec<NewAction>,
}

/// Submits a version of a partnership's plan for a year, and freezes it; the first brings the plan into the register of plans, and a final
/// one its actions into the register of actions: all of it or nothing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] for whoever neither chairs that partnership nor supports it; [`Error::Invalid`] when it is no
/// specialist strategic partnership or no financial year, it isn't that step's turn, the activities or the actions aren't in order, or a
/// final plan comes without any action.
pub async fn submit(tx: TenantTx, new: &NewVersion) -> Result<PlanId> {
    let (tenant_id, today) = (tx.acting_tenant()?, tx.business_date());
    tx.allows_some::<deeds::SubmitPlan>()?;
    let body = tx.get::<body::Entity>(tenant_id, new.body).await?;
    let leave: Authorised<(), deeds::SubmitPlan> =
        tx.authorise_on(body.id)?.map_or_else(|| tx.denied_on::<deeds::SubmitPlan, _>(body.id), Ok)?;
    if body.kind != BodyKind::SpecialistStrategicPartnership {
        let message = "This is no specialist strategic partnership; only those go through the planning cycle.";
        return Err(Error::invalid("body", ProblemCode::NotFound, message));
    }
    let year = plan_year(&new.year)
        .ok_or_else(|| Error::invalid("year", ProblemCode::Malformed, "Name a financial year by its code, such as FY2011."))?;
    // Whoever submits for the same partnership at the same moment waits, so that each sees what the other has left.
    tx.hold::<body::Entity>(Some(vec![body.id]), Hold::Alone).await?;
    let reference = format!("{}-{}", body.reference, year.code());
    let plans = tx.rows::<action_plan::Entity>(tenant_id)?.filter(action_plan::Column::Reference.eq(reference.as_str()));
    let plan = plans.one().await?;
    let (before, stood) = standing(&tx, plan.as_ref()).await?;
    let mut faults: Vec<_> = submitting_fault(new.stage, year, &stood, today).into_iter().collect();
    faults.extend(activity_faults(&new.activities));
    let references = match new.stage {
        PlanStage::Draft => Vec::new(),
        PlanStage::Final => {
            let (references, wrong) = action_faults(&tx, plan.as_ref(), &new.actions).await?;
            faults.extend(wrong);
            references
        }
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let content = content(new, planned(&tx, &references, &new.actions).await?, &body, year);
    let content = serde_json::to_value(content).map_err(Error::internal)?;
    let content = canonical(&content);
    let deed = match new.stage {
        PlanStage::Draft => "SUBMIT_DRAFT_ACTION_PLAN",
        PlanStage::Final => "SUBMIT_FINAL_ACTION_PLAN",
    };
    let act = tx.act(deed, &leave).await?;
    let plan_id = match plan {
        Some(plan) => plan.id,
        None => registered(&tx, &body, year, reference).await?,
    };
    let version = action_plan_version::Model {
        tenant_id,
        id: Id::new(),
        plan_id,
        number: before.last().map_or(1, |last| last.number.saturating_add(1)),
        stage: new.stage,
        content_hash: content_hash(&content),
        content,
        submitted_on: today,
        submitted_at: tx.now(),
        act_id: act,
    };
    tx.insert::<action_plan_version::Entity>(vec![version]).await?;
    for (reference, action) in references.iter().zip(&new.actions) {
        let own = NewAction { plan: Some(plan_id), ..action.clone() };
        actions::insert(&tx, &own, (None, reference), act).await?;
    }
    tx.commit_with(&plan_id).await?;
    Ok(plan_id)
}

/// What a final plan's actions are called, and everything that is wrong with them, row by row.
async fn action_faults(
    tx: &TenantTx,
    plan: Option<&action_plan::Model>,
    new: &[NewAction],
) -> Result<(Vec<String>, Vec<Problem>)> {
    if new.len() > MOST_ACTIONS {
        let message = format!("{MOST_ACTIONS} actions come with one plan.");
        return Ok((Vec::new(), vec![Problem::new("actions", ProblemCode::OutOfRange, message)]));
    }
    let recorded = match plan {
        Some(plan) => {
            // Whoever adds an action to it at the same moment waits, so that each sees what the other has called its own.
            tx.hold::<action_plan::Entity>(Some(vec![plan.id]), Hold::Alone).await?;
            actions::of_plans(tx, plan.tenant_id, vec![plan.id]).await?
        }
        None => Vec::new(),
    };
    let said: Vec<Option<&str>> = new.iter().map(|action| action.reference.as_deref()).collect();
    let recorded: Vec<&str> = recorded.iter().map(|action| action.reference.as_str()).collect();
    let (references, mut faults) = references(&said, &recorded);
    for (at, action) in new.iter().enumerate() {
        let at = at.to_string();
        let own = NewAction { plan: None, ..action.clone() };
        faults.extend(actions::faults(tx, &own).await?.into_iter().map(|fault| fault.within(&["actions", &at])));
        if action.plan.is_some() && action.plan != plan.map(|plan| plan.id) {
            let message = "An action of a final plan belongs to that plan: leave its plan out.";
            faults.push(Problem::new(&format!("actions.{at}.plan"), ProblemCode::OutOfRange, message));
        }
    }
    Ok((references, faults))
}

/// A final plan's actions as they are frozen, by names: what stands in a plan doesn't change when a body or an area is called otherwise.
async fn planned(tx: &TenantTx, references: &[String], actions: &[NewAction]) -> Result<Vec<PlannedAction>> {
    let owners = || actions.iter().flat_map(|action| &action.owners);
    let bodies = tx.get_many::<body::Entity>(tx.acting_tenant()?, owners().filter_map(|owner| owner.body)).await?;
    let named = actions.iter().filter_map(|action| action.area).chain(owners().filter_map(|owner| owner.area)).collect();
    let areas = areas::many(tx, named).await?;
    let area = |id: Option<Id<area::Model>>| areas.iter().find(|area| Some(area.id) == id).map(|area| area.name.clone());
    let owner = |owner: &NewOwner| PlannedOwner {
        office: owner.office,
        area: area(owner.area),
        body: bodies.iter().find(|body| Some(body.id) == owner.body).map(|body| body.name.clone()),
        words: given(owner.words.as_deref()),
        is_accountable: owner.is_accountable,
    };
    let planned = |(reference, action): (&String, &NewAction)| PlannedAction {
        reference: reference.clone(),
        words: action.words.trim().to_owned(),
        success_measure: given(action.success_measure.as_deref()),
        timescale: given(action.timescale.as_deref()),
        due_on: action.due_on,
        review_on: action.review_on,
        resources: given(action.resources.as_deref()),
        area: area(action.area),
        owners: action.owners.iter().map(owner).collect(),
    };
    Ok(references.iter().zip(actions).map(planned).collect())
}

fn content(new: &NewVersion, actions: Vec<PlannedAction>, body: &body::Model, year: Period) -> Plan {
    let trimmed = |activity: &Activity| Activity {
        activity: activity.activity.trim().to_owned(),
        outcome: activity.outcome.trim().to_owned(),
        funding: activity.funding.trim().to_owned(),
    };
    Plan {
        body: body.name.clone(),
        year: year.code(),
        stage: new.stage.code().to_owned(),
        activities: new.activities.iter().map(trimmed).collect(),
        actions,
    }
}

/// Puts a plan into the register of plans.
async fn registered(tx: &TenantTx, body: &body::Model, year: Period, reference: String) -> Result<PlanId> {
    let row = action_plan::Model {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        reference,
        title: format!("Action plan {} of {}", year.label(), body.name),
        body_id: Some(body.id),
        from_on: Some(year.start()),
        to_on: Some(year.end()),
        is_illustrative: false,
        source: RECORDED.to_owned(),
    };
    let id = row.id;
    tx.insert::<action_plan::Entity>(vec![row]).await?;
    Ok(id)
}

/// The versions of a plan, and how they stand.
async fn standing(tx: &TenantTx, plan: Option<&action_plan::Model>) -> Result<(Vec<action_plan_version::Model>, Vec<Stood>)> {
    let Some(plan) = plan else { return Ok((Vec::new(), Vec::new())) };
    let versions = versions(tx, plan.tenant_id, vec![plan.id]).await?;
    let given = feedback(tx, plan.tenant_id, versions.iter().map(|version| version.id).collect()).await?;
    let stood = |version: &action_plan_version::Model| Stood {
        number: version.number,
        stage: version.stage,
        has_feedback: given.iter().any(|feedback| feedback.version_id == version.id),
    };
    let stood = versions.iter().map(stood).collect();
    Ok((versions, stood))
}

/// Feedback to be given.
#[derive(Clone, Debug)]
pub struct NewFeedback {
    /// The plan.
    pub plan: PlanId,
    /// The number of the version that it is about.
    pub version: i32,
    /// Whether it puts first things first.
    pub prioritisation: String,
    /// Whether it can come true.
    pub plausibility: String,
    /// What is recommended to be changed.
    pub recommended_changes: Option<String>,
}

/// Gives the Performance and Standards Group's feedback on the latest version of a plan.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when nothing of the plan has been submitted, the version isn't the latest or
/// has feedback, a text is missing, or whoever gives it submitted that version.
pub async fn give_feedback(tx: TenantTx, new: &NewFeedback) -> Result<PlanId> {
    let leave = tx.authorise_tenant::<deeds::GivePlanFeedback>()?;
    let tenant_id = tx.acting_tenant()?;
    tx.get::<action_plan::Entity>(tenant_id, new.plan).await?;
    tx.hold::<action_plan::Entity>(Some(vec![new.plan]), Hold::Alone).await?;
    let plan = tx.get::<action_plan::Entity>(tenant_id, new.plan).await?;
    let (versions, stood) = standing(&tx, Some(&plan)).await?;
    let recommended_changes = given(new.recommended_changes.as_deref());
    let mut faults: Vec<_> = feedback_fault(new.version, &stood).into_iter().collect();
    faults.extend(said("prioritisation", &new.prioritisation, LONGEST_TEXT));
    faults.extend(said("plausibility", &new.plausibility, LONGEST_TEXT));
    faults.extend(recommended_changes.as_deref().and_then(|text| text_fault("recommendedChanges", text, LONGEST_TEXT)));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let version = versions.iter().find(|version| version.number == new.version).ok_or(Error::NotFound("version"))?;
    if tx.did_any(tenant_id, [version.act_id]).await? {
        let message = "Whoever submitted a version doesn't give feedback on it; ask another member of the group.";
        return Err(Error::invalid("version", ProblemCode::SeparationOfDuties, message));
    }
    let act = tx.act("GIVE_ACTION_PLAN_FEEDBACK", &leave).await?;
    let row = action_plan_feedback::Model {
        tenant_id,
        id: Id::new(),
        version_id: version.id,
        prioritisation: new.prioritisation.trim().to_owned(),
        plausibility: new.plausibility.trim().to_owned(),
        recommended_changes,
        given_on: tx.business_date(),
        act_id: act,
    };
    tx.insert::<action_plan_feedback::Entity>(vec![row]).await?;
    tx.commit_with(&plan.id).await?;
    Ok(plan.id)
}
