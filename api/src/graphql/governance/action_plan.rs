//! Plans whose actions stand in the register.

use async_graphql::{ID, Object, Result};
use entity::{
    tables::governance::{action, action_plan, action_plan_version},
    usecases::{
        governance::{actions, planning},
        organisation::bodies,
    },
};

use super::{
    action_plan_version::ActionPlanVersion,
    plan_action::{PlanAction, PlanActionConnection},
};
use crate::graphql::{
    organisation::Body,
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::Date,
};

/// A plan.
#[derive(Clone)]
pub struct ActionPlan(pub Member<action_plan::Model>);

/// A plan whose actions stand in the register.
#[Object]
impl ActionPlan {
    /// The plan's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::ActionPlan, self.0.row()).to_id()
    }

    /// Short stable name.
    fn reference(&self) -> &str {
        &self.0.row().reference
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// The body whose plan it is.
    async fn body(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().filter_map(|row| row.body_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("ActionPlan.body", self.0.row().body_id, load).await?.map(Body))
    }

    /// The first day of its term.
    #[graphql(name = "fromOn")]
    fn begins_on(&self) -> Option<Date> {
        self.0.row().from_on.map(Date)
    }

    /// The last day of its term.
    fn to_on(&self) -> Option<Date> {
        self.0.row().to_on.map(Date)
    }

    /// Its actions, in the order of their numbers.
    async fn actions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PlanActionConnection>> {
        let paging = Paging::new(&format!("ActionPlan.actions/{}", self.0.row().id), (first, after, last, before))?;
        let load = || actions::of_plans(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("actions", load, |row: &action::Model| row.plan_id).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PlanAction(row))).collect())?.into()))
    }

    /// Its versions as they went through the planning cycle, in their order; none of a plan that didn't.
    async fn versions(&self) -> Result<Option<Vec<ActionPlanVersion>>> {
        let load = || planning::versions(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("versions", load, |row: &action_plan_version::Model| Some(row.plan_id)).await?;
        Ok(Some(rows.into_iter().map(ActionPlanVersion).collect()))
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(ActionPlanConnection, ActionPlanEdge, ActionPlan, "plans");
