//! Action plans of specialist strategic partnerships on their way through the planning cycle (S1, Performance management arrangements >
//! planning cycle): drafts and final plans, each version frozen with its hash, and the Performance and Standards Group's feedback.

use sea_orm::{ColumnTrait, Order};

use super::meetings::{LONGEST_TEXT, RECORDED, given, said};
use crate::{
    error::{Error, ProblemCode, Result},
    rules::{
        entry::text_fault,
        period::Period,
        planning_cycle::{Activity, Plan, PlanStage, Stood, activity_faults, feedback_fault, plan_year, submitting_fault},
        quarter_return::{canonical, content_hash},
    },
    tables::{
        Id, TenantId,
        governance::{action_plan, action_plan_feedback, action_plan_version},
        organisation::body::{self, BodyKind},
    },
    tenancy::{Authorised, Hold, TenantTx, deeds},
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
}

/// Submits a version of a partnership's plan for a year, and freezes it; the first brings the plan into the register.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] for whoever neither chairs that partnership nor supports it; [`Error::Invalid`] when it is no specialist strategic
/// partnership or no financial year, it isn't that step's turn, or the activities aren't in order.
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
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let content = serde_json::to_value(content(new, &body, year)).map_err(Error::internal)?;
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
    tx.commit_with(&plan_id).await?;
    Ok(plan_id)
}

fn content(new: &NewVersion, body: &body::Model, year: Period) -> Plan {
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
