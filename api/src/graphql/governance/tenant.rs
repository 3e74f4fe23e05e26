//! What a tenant has of feedback, returns, meetings, actions and obligations: fields of `Tenant`, kept here.

use std::fmt::Debug;

use async_graphql::{Context, Object, Result};
use entity::{
    tables::TenantId,
    usecases::governance::{actions, collation, feedback, interviews, meetings, obligations, publications},
};

use super::{
    ActionPlan, ActionPlanConnection, AreaFeedback, Feedback, FeedbackConnection, FeedbackFilter, FeedbackSummary,
    FeedbackSummaryConnection, Meeting, MeetingConnection, MeetingFilter, MemberInterview, MemberInterviewConnection, Obligation,
    ObligationConnection, ObligationFilter, PlanAction, PlanActionConnection, PlanActionFilter, Publication,
    PublicationConnection, PublicationFilter, QuarterlyReturn, QuarterlyReturnConnection, QuarterlyReturnFilter,
};
use crate::graphql::relay::{Member, Paging, View, is_counted};

/// A tenant, as far as it governs itself and answers for it.
pub struct TenantGovernance {
    view: View,
    tenant: TenantId,
}

impl TenantGovernance {
    /// Of a tenant as seen in a view.
    #[must_use]
    pub fn new(view: &View, tenant: TenantId) -> Self {
        Self { view: view.clone(), tenant }
    }

    fn list(&self, field: &str, question: &impl Debug) -> String {
        format!("Tenant.{field}/{}/{}/{question:?}", self.tenant, self.view.as_at())
    }
}

/// A tenant, as far as it governs itself and answers for it.
#[Object]
impl TenantGovernance {
    /// What members sent about neighbourhood policing units, latest quarter first: all of it for those who collate or follow it, your own
    /// if you are linked to a unit.
    async fn feedback(
        &self,
        #[graphql(desc = "Which.")] filter: Option<FeedbackFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<FeedbackConnection>> {
        let paging = Paging::new(&self.list("feedback", &filter), (first, after, last, before))?;
        let rows = feedback::of_tenant(self.view.tx(), self.tenant, &filter.unwrap_or_default().known()?).await?;
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), Feedback(row))).collect())?.into()))
    }

    /// Who has sent feedback for a quarter and who hasn't, by council area; for those who collate or follow it.
    async fn area_feedback(
        &self,
        #[graphql(desc = "The quarter, by its code; the latest that is over when left out.")] quarter: Option<String>,
    ) -> Result<Option<Vec<AreaFeedback>>> {
        Ok(Some(AreaFeedback::of(&self.view, self.tenant, quarter.as_deref()).await?))
    }

    /// What feedback was collated to, latest quarter first: those of all areas, or the one of yours that was sent to you.
    async fn feedback_summaries(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<FeedbackFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<FeedbackSummaryConnection>> {
        let paging = Paging::new(&self.list("feedbackSummaries", &filter), (first, after, last, before))?;
        let rows = collation::summaries(self.view.tx(), self.tenant, &filter.unwrap_or_default().known()?).await?;
        let rows = Member::gather(&self.view, self.tenant, rows).into_iter();
        Ok(Some(paging.slice(rows.map(|row| (row.row().id.uuid(), FeedbackSummary(row))).collect())?.into()))
    }

    /// Lead members' returns for each council area that this authority polices and each quarter, latest quarter first, whether or not they
    /// were begun; none of a partnership.
    async fn quarterly_returns(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<QuarterlyReturnFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<QuarterlyReturnConnection>> {
        let paging = Paging::new(&self.list("quarterlyReturns", &filter), (first, after, last, before))?;
        Ok(Some(QuarterlyReturn::page(&self.view, self.tenant, &filter.unwrap_or_default(), &paging).await?))
    }

    /// Meetings of its bodies, latest first.
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<MeetingFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<MeetingConnection>> {
        let paging = Paging::new(&self.list("meetings", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default().known(self.tenant)?;
        let page = meetings::page(self.view.tx(), self.tenant, &filter, &paging.request(is_counted(ctx))?).await?;
        Ok(Some(paging.together(page, &self.view, self.tenant, Meeting).into()))
    }

    /// Environmental Scans and issues of the Members' Bulletin, latest first; none of a partnership.
    async fn publications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<PublicationFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PublicationConnection>> {
        let paging = Paging::new(&self.list("publications", &filter), (first, after, last, before))?;
        let (kind, request) = (filter.unwrap_or_default().kind(), paging.request(is_counted(ctx))?);
        let page = publications::page(self.view.tx(), self.tenant, kind, &request).await?;
        Ok(Some(paging.together(page, &self.view, self.tenant, Publication).into()))
    }

    /// The chairman's interviews of members, latest first: all of them for the chairman, your own if you are a member.
    async fn member_interviews(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<MemberInterviewConnection>> {
        let paging = Paging::new(&self.list("memberInterviews", &()), (first, after, last, before))?;
        let rows = Member::gather(&self.view, self.tenant, interviews::of_tenant(self.view.tx(), self.tenant).await?);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), MemberInterview(row))).collect())?.into()))
    }

    /// Plans whose actions stand in the register, by title.
    async fn action_plans(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ActionPlanConnection>> {
        let paging = Paging::new(&self.list("actionPlans", &()), (first, after, last, before))?;
        let rows = Member::gather(&self.view, self.tenant, actions::plans(self.view.tx(), self.tenant).await?);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), ActionPlan(row))).collect())?.into()))
    }

    /// Actions of all plans and meetings, in the order in which they were recorded and numbered.
    async fn actions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<PlanActionFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PlanActionConnection>> {
        let paging = Paging::new(&self.list("actions", &filter), (first, after, last, before))?;
        let filter = filter.unwrap_or_default().known(self.tenant)?;
        let page = actions::page(self.view.tx(), self.tenant, &filter, &paging.request(is_counted(ctx))?).await?;
        Ok(Some(paging.together(page, &self.view, self.tenant, PlanAction).into()))
    }

    /// The calendar of obligations, by due day: a year back, a year ahead, and whatever is late, when nothing else is asked for.
    async fn obligations(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<ObligationFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ObligationConnection>> {
        let paging = Paging::new(&self.list("obligations", &filter), (first, after, last, before))?;
        let found = obligations::of_tenant(self.view.tx(), self.tenant, &filter.unwrap_or_default().into()).await?;
        Ok(Some(Obligation::page(&self.view, &paging, found)?))
    }
}
