//! The planning cycle of each specialist strategic partnership (duties 31 and 33): its draft for the year to come from August to October,
//! the Performance and Standards Group's feedback on that, and its final plan in December. Each is closed by its own act.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::Result,
    policy::Office,
    rules::{
        period::Period,
        planning_cycle::{PlanStage, drafting, feedback_due, finalising, plan_years},
    },
    tables::{
        TenantId,
        governance::{action_plan, action_plan_feedback, action_plan_version},
        organisation::body::{self, BodyKind},
    },
    tenancy::TenantTx,
    usecases::governance::planning,
};

/// The number of the group's duty to give feedback on drafts.
const FEEDBACK: i32 = 31;
/// The number of the partnerships' duty to submit drafts and final plans.
const PLANS: i32 = 33;

/// What was submitted and said of one partnership's plan for one year.
#[derive(Clone, Copy)]
struct Course<'c> {
    body: &'c body::Model,
    year: Period,
    versions: &'c [action_plan_version::Model],
    feedback: &'c [action_plan_feedback::Model],
}

/// All three for each partnership and year; feedback is owed once there is a draft to give it on.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    use body::Column;
    let bodies = tx.rows::<body::Entity>(tenant)?.filter(Column::Kind.eq(BodyKind::SpecialistStrategicPartnership));
    let bodies = bodies.filter(Column::Ended.is_null()).order_by(Column::Reference, Order::Asc).all().await?;
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let of_bodies = tx.any_of(action_plan::Column::BodyId, bodies.iter().map(|body| body.id));
    let plans = match tx.rows::<action_plan::Entity>(tenant) {
        Ok(rows) => readable(rows.filter(of_bodies).all().await)?,
        Err(error) => readable(Err(error))?,
    };
    let versions = readable(planning::versions(tx, tenant, plans.iter().map(|plan| plan.id).collect()).await)?;
    let feedback = readable(planning::feedback(tx, tenant, versions.iter().map(|version| version.id).collect()).await)?;
    let mut found = Vec::new();
    for body in &bodies {
        for year in plan_years(tx.business_date()) {
            let plan = plans.iter().find(|plan| plan.body_id == Some(body.id) && plan.from_on == Some(year.start()));
            let own: Vec<_> =
                versions.iter().filter(|version| Some(version.plan_id) == plan.map(|plan| plan.id)).cloned().collect();
            let course = Course { body, year, versions: &own, feedback: &feedback };
            found.extend(course.submission(tenant, PlanStage::Draft));
            found.extend(course.challenge(tenant));
            found.extend(course.submission(tenant, PlanStage::Final));
        }
    }
    Ok(found)
}

impl Course<'_> {
    fn code(&self, kind: ObligationKind) -> String {
        format!("{}/{}/{}", kind.code(), self.body.id, self.year.code())
    }

    /// Owed by who chairs the partnership, and met by the first version of the stage.
    fn submission(&self, tenant: TenantId, stage: PlanStage) -> Option<Obligation> {
        let (kind, called, (opens_on, due_on)) = match stage {
            PlanStage::Draft => (ObligationKind::DraftActionPlan, "draft", drafting(self.year)?),
            PlanStage::Final => (ObligationKind::FinalActionPlan, "final", finalising(self.year)?),
        };
        let holder = Holder { office: Some(Office::SspChair), body: Some(self.body.id), ..Holder::default() };
        let title = format!("Submit the {called} action plan of {} for {}", self.body.name, self.year.label());
        let first = self.versions.iter().find(|version| version.stage == stage);
        let met =
            first.map(|version| (version.submitted_on, format!("Version {}, SHA-256 {}", version.number, version.content_hash)));
        Some(self.owed(kind, (title, holder, PLANS), (opens_on, due_on)).met(tenant, met))
    }

    /// Owed by the group's members once a draft is in, and met by the first feedback on a draft.
    fn challenge(&self, tenant: TenantId) -> Option<Obligation> {
        let drafts = || self.versions.iter().filter(|version| version.stage == PlanStage::Draft);
        let first = drafts().next()?;
        let due_on = feedback_due(self.year, first.submitted_on)?;
        let title = format!("Give {} feedback on its draft action plan for {}", self.body.name, self.year.label());
        let holder = Holder { office: Some(Office::PsgMember), ..Holder::default() };
        let given = drafts().filter_map(|draft| {
            let feedback = self.feedback.iter().find(|feedback| feedback.version_id == draft.id)?;
            Some((feedback.given_on, format!("Feedback on version {}", draft.number)))
        });
        let met = given.min_by_key(|(day, _)| *day);
        let what = (title, holder, FEEDBACK);
        Some(self.owed(ObligationKind::ActionPlanFeedback, what, (first.submitted_on, due_on)).met(tenant, met))
    }

    fn owed(
        &self,
        kind: ObligationKind,
        (title, holder, duty): (String, Holder, i32),
        (opens_on, due_on): (NaiveDate, NaiveDate),
    ) -> Owed {
        Owed {
            kind,
            code: self.code(kind),
            title,
            holder,
            subject: Subject::Body(self.body.id),
            duty: Some(duty),
            known_on: opens_on,
            opens_on,
            due_on,
        }
    }
}
