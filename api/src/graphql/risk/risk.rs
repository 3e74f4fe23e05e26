//! Risks on their registers.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{ID, Object, Result};
use entity::{
    error::Error,
    rules::escalation::suggestions,
    tables::{
        Id,
        performance::agreement,
        risk::{risk, risk_action, risk_assessment, risk_attempt, risk_control, risk_link, risk_referral},
    },
    usecases::{
        organisation::bodies,
        performance::agreements,
        risk::{
            custody::{self, Account},
            referrals, registers,
        },
    },
};

use super::{
    EscalationSuggestion, RiskAction, RiskAssessment, RiskAttempt, RiskCategory, RiskControl, RiskNature, RiskReferral,
    RiskResponse,
    custody::RiskCustody,
    parts::{RiskActionConnection, RiskAssessmentConnection, RiskAttemptConnection, RiskControlConnection, act_of},
    referral::RiskReferralConnection,
};
use crate::graphql::{
    organisation::{Act, Body, Office, Organisation},
    performance::{Agreement, AgreementConnection, Area, Indicator, IndicatorConnection},
    relay::{Member, NodeId, NodeKind, PageArguments, Paging, connection},
    scalars::Date,
};

/// A risk.
#[derive(Clone)]
pub struct Risk(pub Member<risk::Model>);

/// What became of risks that were loaded together.
struct Passed {
    accounts: HashMap<Id<risk::Model>, Account>,
    referrals: Vec<risk_referral::Model>,
}

impl Risk {
    async fn assessed(&self) -> Result<Vec<Member<risk_assessment::Model>>, Error> {
        let load = || registers::assessments(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("Risk.assessments", load, |row: &risk_assessment::Model| Some(row.risk_id)).await?;
        Ok(rows.into_iter().filter(|row| row.row().recorded_on <= self.0.view().as_at()).collect())
    }

    async fn to_do(&self) -> Result<Vec<Member<risk_action::Model>>, Error> {
        let load = || registers::actions(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("Risk.actions", load, |row: &risk_action::Model| Some(row.risk_id)).await
    }

    async fn linked(&self) -> Result<Vec<Member<risk_link::Model>>, Error> {
        let load = || registers::links(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("Risk.links", load, |row: &risk_link::Model| Some(row.risk_id)).await
    }

    async fn passed(&self) -> Result<Arc<Passed>, Error> {
        let load = || async move {
            let referrals = referrals::of_risks(self.0.tx(), self.0.tenant(), self.0.ids()).await?;
            let steps = referrals::steps(self.0.tx(), &referrals).await?;
            let account = |row: &risk::Model| {
                let own: Vec<_> = referrals.iter().filter(|referral| referral.origin_risk_id == row.id).cloned().collect();
                let latest = custody::latest(&own);
                let of_latest = |id: Id<risk_referral::Model>| latest.is_some_and(|latest| latest.id == id);
                let taken: Vec<_> = steps.iter().filter(|step| of_latest(step.referral_id)).cloned().collect();
                let as_at = self.0.view().as_at();
                (row.id, custody::at_home(row, as_at, latest.map(|latest| (latest, taken.as_slice()))))
            };
            let accounts = self.0.rows().iter().map(|row| account(row)).collect();
            Ok(Passed { accounts, referrals })
        };
        self.0.loaded().once("Risk.passed", load).await
    }

    fn list(&self, field: &str, arguments: PageArguments) -> Result<Paging, Error> {
        Paging::new(&format!("Risk.{field}/{}", self.0.row().id), arguments)
    }
}

/// A risk on a body's register: because of a cause, something may happen, which would have an effect.
#[Object]
impl Risk {
    /// The risk's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Risk, self.0.row()).to_id()
    }

    /// Counted from 1 in the tenant.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// The body on whose register it stands; null when that isn't shared with you.
    async fn body(&self) -> Result<Option<Body>> {
        let ids = self.0.rows().iter().map(|row| row.body_id).collect();
        let load = || bodies::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Risk.body", Some(self.0.row().body_id), load).await?.map(Body))
    }

    /// The area that it is about.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), Some(self.0.row().area_id), ids).await
    }

    /// Whether it would do harm or good.
    fn nature(&self) -> RiskNature {
        self.0.row().nature.into()
    }

    /// At what level it lies.
    fn category(&self) -> RiskCategory {
        self.0.row().category.into()
    }

    /// Because of what.
    fn cause(&self) -> &str {
        &self.0.row().cause
    }

    /// What may happen.
    fn event(&self) -> &str {
        &self.0.row().event
    }

    /// What would follow.
    fn effect(&self) -> &str {
        &self.0.row().effect
    }

    /// The office that answers for it.
    fn owner_office(&self) -> Office {
        self.0.row().owner_office.into()
    }

    /// That office's organisation.
    async fn owner_organisation(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.owner_organisation_id).collect();
        let own = self.0.row().owner_organisation_id;
        Organisation::beside(self.0.view(), self.0.loaded(), "Risk.ownerOrganisation", own, ids).await
    }

    /// The residual score that the body is ready to bear.
    fn appetite(&self) -> i32 {
        self.0.row().appetite
    }

    /// How it is responded to.
    fn response(&self) -> RiskResponse {
        self.0.row().response.into()
    }

    /// To whom it is passed, or with whom it is shared.
    fn transferee(&self) -> Option<&str> {
        self.0.row().transferee.as_deref()
    }

    /// The day on which what brings it about ends.
    fn ends_on(&self) -> Option<Date> {
        self.0.row().ends_on.map(Date)
    }

    /// Who approved bearing it, and where that is minuted.
    fn approval(&self) -> Option<&str> {
        self.0.row().approval.as_deref()
    }

    /// The last day on which that approval holds.
    fn approval_expires_on(&self) -> Option<Date> {
        self.0.row().approval_expires_on.map(Date)
    }

    /// What the response lacks today, each in a sentence: an action that is still open, an approval that hasn't expired.
    async fn response_faults(&self) -> Result<Vec<String>> {
        let Some(last) = self.assessed().await?.pop() else { return Ok(Vec::new()) };
        let open = self.to_do().await?.iter().filter(|action| action.row().status.is_open()).count();
        let residual = registers::scores(last.row()).residual;
        let faults = registers::response_faults(self.0.row(), residual, open, self.0.view().business_date());
        Ok(faults.into_iter().map(|fault| fault.message).collect())
    }

    /// The assessment that stands.
    async fn assessment(&self) -> Result<Option<RiskAssessment>> {
        Ok(self.assessed().await?.pop().map(RiskAssessment))
    }

    /// The day by which it is reviewed; null once it is closed.
    async fn review_due_on(&self) -> Result<Option<Date>> {
        let last = self.assessed().await?.pop().filter(|_| self.0.row().closed_on.is_none());
        Ok(last.and_then(|last| registers::scores(last.row()).review_due(last.row().recorded_on)).map(Date))
    }

    /// Everything that was assessed, in order.
    async fn assessments(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RiskAssessmentConnection> {
        let paging = self.list("assessments", (first, after, last, before))?;
        let rows = self.assessed().await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), RiskAssessment(row))).collect())?.into())
    }

    /// What already keeps it down.
    async fn controls(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RiskControlConnection> {
        let paging = self.list("controls", (first, after, last, before))?;
        let load = || registers::controls(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("Risk.controls", load, |row: &risk_control::Model| Some(row.risk_id)).await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), RiskControl(row))).collect())?.into())
    }

    /// What is yet to be done about it, and what was.
    async fn actions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RiskActionConnection> {
        let paging = self.list("actions", (first, after, last, before))?;
        let rows = self.to_do().await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), RiskAction(row))).collect())?.into())
    }

    /// What was tried to settle it at source.
    async fn attempts(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RiskAttemptConnection> {
        let paging = self.list("attempts", (first, after, last, before))?;
        let load = || registers::attempts(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("Risk.attempts", load, |row: &risk_attempt::Model| Some(row.risk_id)).await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), RiskAttempt(row))).collect())?.into())
    }

    /// The indicators that it is about.
    async fn indicators(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<IndicatorConnection>> {
        let paging = self.list("indicators", (first, after, last, before))?;
        let ids: Vec<_> = self.linked().await?.iter().filter_map(|link| link.row().indicator_id).collect();
        let rows = if ids.is_empty() { Vec::new() } else { agreements::indicators(self.0.tx(), self.0.tenant(), ids).await? };
        let mut rows = Member::gather(self.0.view(), self.0.tenant(), rows);
        rows.sort_by(|a, b| a.row().code.cmp(&b.row().code));
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Indicator(row))).collect())?.into()))
    }

    /// The agreements that it is about.
    async fn agreements(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AgreementConnection>> {
        let paging = self.list("agreements", (first, after, last, before))?;
        let own: Vec<_> = self.linked().await?.iter().filter_map(|link| link.row().agreement_id).collect();
        let load = || async move {
            let links = registers::links(self.0.tx(), self.0.tenant(), self.0.ids()).await?;
            let ids: Vec<_> = links.iter().filter_map(|link| link.agreement_id).collect();
            let rows =
                if ids.is_empty() { Vec::new() } else { self.0.tx().get_many::<agreement::Entity>(self.0.tenant(), ids).await? };
            Ok(Member::gather(self.0.view(), self.0.tenant(), rows))
        };
        let all = self.0.loaded().once("Risk.agreements", load).await?;
        let rows: Vec<_> = all.iter().filter(|row| own.contains(&row.row().id)).cloned().collect();
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), Agreement(row))).collect())?.into()))
    }

    /// The day by which it is to be settled.
    fn resolve_by(&self) -> Option<Date> {
        self.0.row().resolve_by.map(Date)
    }

    /// Who holds it, since when, what was decided and what came back.
    async fn custody(&self) -> Result<Option<RiskCustody>> {
        Ok(self.passed().await?.accounts.get(&self.0.row().id).cloned().map(RiskCustody::from))
    }

    /// Each time that it was passed on to the Authority: one that was closed and reported later begins another.
    async fn referrals(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<RiskReferralConnection>> {
        let paging = self.list("referrals", (first, after, last, before))?;
        let passed = self.passed().await?;
        let own = passed.referrals.iter().filter(|row| row.origin_risk_id == self.0.row().id).cloned().collect();
        let rows = RiskReferral::gather(self.0.view(), own);
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.uuid(), row)).collect())?.into()))
    }

    /// Why it may be time to pass it on. It is never done by itself.
    async fn suggestions(&self) -> Result<Vec<EscalationSuggestion>> {
        let (row, passed) = (self.0.row(), self.passed().await?);
        if row.closed_on.is_some() {
            return Ok(Vec::new());
        }
        let last = self.assessed().await?.pop();
        let residual = last.map_or(0, |last| registers::scores(last.row()).residual.value());
        let reports = passed.accounts.get(&row.id).map_or(&[][..], |account| account.reports.as_slice());
        let reasons = suggestions(residual, reports, row.resolve_by, self.0.view().business_date());
        Ok(reasons.into_iter().map(EscalationSuggestion::from).collect())
    }

    /// Whether it was open at the end of the day that is shown.
    fn is_open(&self) -> bool {
        registers::is_open(self.0.row(), self.0.view().as_at())
    }

    /// The business date on which it was closed.
    fn closed_on(&self) -> Option<Date> {
        self.0.row().closed_on.map(Date)
    }

    /// Why it was closed.
    fn closing_reason(&self) -> Option<&str> {
        self.0.row().closing_reason.as_deref()
    }

    /// Counted from 1 with every change of what the register says.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// Where it was found.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// The business date on which it was put on the register.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who put it on the register, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        act_of(&self.0, "Risk.act", |row| row.act_id).await
    }
}

connection!(RiskConnection, RiskEdge, Risk, "risks");
