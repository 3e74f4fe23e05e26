//! Versions of action plans as they were submitted, and the feedback on them.

use async_graphql::{Enum, Object, Result, SimpleObject};
use entity::{
    rules::quarter_return::content_hash,
    tables::governance::{action, action_plan_feedback, action_plan_version},
    usecases::governance::{meetings, planning},
};

use super::{PlanAction, plan_action::PlanActionConnection};
use crate::graphql::{
    organisation::Act,
    relay::{Member, Paging},
    scalars::{Date, DateTime},
};

/// The stage of an action plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "action_plan_version::PlanStage")]
pub enum ActionPlanStage {
    /// Submitted to be challenged by the Performance and Standards Group.
    Draft,
    /// Submitted as it is to stand.
    Final,
}

/// A version of an action plan.
#[derive(Clone)]
pub struct ActionPlanVersion(pub(super) Member<action_plan_version::Model>);

/// An action plan as a specialist strategic partnership submitted it. Its content never changes.
#[Object]
impl ActionPlanVersion {
    /// Counted from 1 along the versions of the same plan.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// Whether it is a draft, or final.
    fn stage(&self) -> ActionPlanStage {
        self.0.row().stage.into()
    }

    /// What it proposes, in order.
    async fn activities(&self) -> Result<Option<Vec<PlannedActivity>>> {
        let activities = planning::frozen(self.0.row())?.activities.into_iter();
        let shown = activities.map(|one| PlannedActivity { activity: one.activity, outcome: one.outcome, funding: one.funding });
        Ok(Some(shown.collect()))
    }

    /// The actions that came into the register with it, as they stand today, in the order of their numbers; none of a draft.
    async fn actions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PlanActionConnection>> {
        let paging = Paging::new(&format!("ActionPlanVersion.actions/{}", self.0.row().id), (first, after, last, before))?;
        let versions: Vec<_> = self.0.rows().iter().map(|row| (row.act_id, row.id)).collect();
        let acts = versions.iter().map(|(act, _)| *act).collect();
        let load = || planning::actions_of_acts(self.0.tx(), self.0.tenant(), acts);
        let version = |row: &action::Model| versions.iter().find(|(act, _)| row.act_id == Some(*act)).map(|(_, id)| *id);
        let rows = self.0.below("actions", load, version).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PlanAction(row))).collect())?.into()))
    }

    /// The whole as one JSON text with its keys in order and without blanks, over which the hash is taken.
    fn content(&self) -> &str {
        &self.0.row().content
    }

    /// The SHA-256 of the content's bytes in UTF-8, in hexadecimal.
    fn content_hash(&self) -> &str {
        &self.0.row().content_hash
    }

    /// Whether the content still has that hash.
    fn is_intact(&self) -> bool {
        content_hash(&self.0.row().content) == self.0.row().content_hash
    }

    /// The business date on which it was submitted.
    fn submitted_on(&self) -> Date {
        Date(self.0.row().submitted_on)
    }

    /// The moment at which it was submitted.
    fn submitted_at(&self) -> DateTime {
        DateTime(self.0.row().submitted_at)
    }

    /// The Performance and Standards Group's feedback on it; null until it was given.
    async fn feedback(&self) -> Result<Option<ActionPlanFeedback>> {
        let load = || planning::feedback(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("feedback", load, |row: &action_plan_feedback::Model| Some(row.version_id)).await?;
        Ok(rows.into_iter().next().map(ActionPlanFeedback))
    }

    /// Who submitted it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("ActionPlanVersion.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// Something that an action plan proposes.
#[derive(SimpleObject)]
pub struct PlannedActivity {
    /// What is to be done.
    activity: String,
    /// What is to come of it.
    outcome: String,
    /// How it is to be funded.
    funding: String,
}

/// Feedback on a version.
#[derive(Clone)]
pub struct ActionPlanFeedback(Member<action_plan_feedback::Model>);

/// What the Performance and Standards Group says of a version of an action plan: it challenges priorities and plausibility (S1, Performance
/// management arrangements > planning cycle).
#[Object]
impl ActionPlanFeedback {
    /// Whether the plan puts first things first.
    fn prioritisation(&self) -> &str {
        &self.0.row().prioritisation
    }

    /// Whether the plan can come true as it is written.
    fn plausibility(&self) -> &str {
        &self.0.row().plausibility
    }

    /// What the group recommends to change; null when nothing.
    fn recommended_changes(&self) -> Option<&str> {
        self.0.row().recommended_changes.as_deref()
    }

    /// The business date on which it was given.
    fn given_on(&self) -> Date {
        Date(self.0.row().given_on)
    }

    /// Who gave it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("ActionPlanFeedback.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}
