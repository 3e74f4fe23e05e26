//! Risks that were passed on to the Authority, and every step of their way.

use std::collections::BTreeMap;

use async_graphql::{ID, Object, Result};
use entity::{
    error::Error,
    policy::{Action, Resource},
    rules::{escalation::suggestions, period::Period as Known, risk_score::Band},
    tables::{
        Id, TenantId,
        risk::{risk, risk_referral, risk_referral_step},
    },
    usecases::{
        organisation::tenants,
        risk::{custody, referrals, statement::Statement},
    },
};
use uuid::Uuid;

use super::{
    EscalationSuggestion, Risk, RiskBand, RiskBranch, RiskScope, RiskState, RiskStep, custody::RiskCustody, parts::act_of,
    statement::RiskStatement,
};
use crate::graphql::{
    governance::MeetingDecision,
    organisation::{Act, Office},
    performance::{Area, Period},
    relay::{Member, NodeId, NodeKind, Paging, View, connection},
    scalars::{Date, DateTime},
};

/// A risk that was passed on.
#[derive(Clone)]
pub struct RiskReferral(pub Member<risk_referral::Model>);

impl RiskReferral {
    /// Referrals that were loaded together, whoever received them.
    #[must_use]
    pub fn gather(view: &View, rows: Vec<risk_referral::Model>) -> Vec<Self> {
        let mut by_receiver: BTreeMap<TenantId, Vec<risk_referral::Model>> = BTreeMap::new();
        for row in rows {
            by_receiver.entry(row.tenant_id).or_default().push(row);
        }
        let gathered = by_receiver.into_iter().flat_map(|(tenant, rows)| Member::gather(view, tenant, rows));
        gathered.map(Self).collect()
    }

    /// Its own identifier.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.0.row().id.uuid()
    }

    /// The steps of its way, in order.
    async fn taken(&self) -> Result<Vec<Member<risk_referral_step::Model>>, Error> {
        let load = || async move {
            let rows: Vec<_> = self.0.rows().iter().map(|row| (**row).clone()).collect();
            referrals::steps(self.0.tx(), &rows).await
        };
        self.0.below("RiskReferral.steps", load, |row: &risk_referral_step::Model| Some(row.referral_id)).await
    }

    async fn steps_taken(&self) -> Result<Vec<risk_referral_step::Model>, Error> {
        Ok(self.taken().await?.into_iter().map(|step| step.row().clone()).collect())
    }

    async fn stated(&self) -> Result<Option<Statement>, Error> {
        Ok(self.taken().await?.iter().rev().find_map(|step| Statement::in_step(step.row())))
    }

    /// A risk on a tenant's register, for whoever may read it there; those of all rows are loaded together.
    async fn risk_of(
        &self,
        side: &'static str,
        place: impl Fn(&risk_referral::Model) -> Option<(TenantId, Id<risk::Model>)> + Send,
    ) -> Result<Option<Risk>, Error> {
        let Some((tenant, id)) = place(self.0.row()) else { return Ok(None) };
        if !self.0.tx().actor().may(tenant, Action::Read, Resource::Risk) {
            return Ok(None);
        }
        let places = self.0.rows().iter().filter_map(|row| place(row));
        let ids: Vec<_> = places.filter(|(of, _)| *of == tenant).map(|(_, id)| id).collect();
        let load = || async move {
            let rows = self.0.tx().get_many::<risk::Entity>(tenant, ids).await?;
            Ok(Member::gather(self.0.view(), tenant, rows))
        };
        let found = self.0.loaded().once((side, tenant.uuid()), load).await?;
        Ok(found.iter().find(|row| row.row().id == id).cloned().map(Risk))
    }
}

/// A risk that an area's lead member has passed on to the Authority. The Authority sees the risk and its history as they were reported;
/// the area's own people see what becomes of it.
#[Object]
impl RiskReferral {
    /// The referral's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::RiskReferral, self.0.row()).to_id()
    }

    /// Counted from 1 in the Authority, for those who read all that was passed on to it; null for everybody else, whom it would tell how
    /// many others have reported.
    fn number(&self) -> Option<i32> {
        let row = self.0.row();
        self.0.tx().actor().may(row.tenant_id, Action::Read, Resource::Referral).then_some(row.number)
    }

    /// What the risk is called, as reported last.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// The tenant that it comes from, by name.
    async fn origin_name(&self) -> Result<Option<String>> {
        let load = || async move {
            let ids = self.0.rows().iter().map(|row| row.origin_tenant_id).collect();
            tenants::named(self.0.tx(), ids).await
        };
        let named = self.0.loaded().once("RiskReferral.origin", load).await?;
        Ok(named.iter().find(|row| row.id == self.0.row().origin_tenant_id).map(|row| row.name.clone()))
    }

    /// The risk on its own register, for those who hold an office there that reads it; null for everybody else.
    async fn risk(&self) -> Result<Option<Risk>> {
        Ok(self.risk_of("RiskReferral.risk", |row| Some((row.origin_tenant_id, row.origin_risk_id))).await?)
    }

    /// Its row on the Authority's register, once it was captured, for those who hold an office there that reads it.
    async fn captured_as(&self) -> Result<Option<Risk>> {
        Ok(self.risk_of("RiskReferral.capturedAs", |row| Some((row.tenant_id, row.captured_as_id?))).await?)
    }

    /// The area that it is about.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), Some(self.0.row().area_id), ids).await
    }

    /// The residual score, as reported last.
    fn residual_score(&self) -> i32 {
        self.0.row().residual_score
    }

    /// How much that weighs.
    fn band(&self) -> RiskBand {
        Band::of(self.0.row().residual_score).into()
    }

    /// Where it is as a whole.
    fn state(&self) -> RiskState {
        self.0.row().custody().state().into()
    }

    /// Whom it concerns, once the Treasurer has said so.
    fn scope(&self) -> Option<RiskScope> {
        self.0.row().scope.map(RiskScope::from)
    }

    /// Who holds it, since when, what was decided and what came back.
    async fn custody(&self) -> Result<RiskCustody> {
        let steps = self.steps_taken().await?;
        Ok(custody::account(self.0.row(), &steps).into())
    }

    /// The risk and its history, as reported last.
    async fn statement(&self) -> Result<Option<RiskStatement>> {
        Ok(self.stated().await?.map(RiskStatement::from))
    }

    /// The steps of its way, in order.
    async fn steps(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RiskReferralStepConnection> {
        let paging = Paging::new(&format!("RiskReferral.steps/{}", self.0.row().id), (first, after, last, before))?;
        let rows = self.taken().await?;
        Ok(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), RiskReferralStep(row))).collect())?.into())
    }

    /// Why it may be time to pass it on, by what was reported. It is never done by itself.
    async fn suggestions(&self) -> Result<Vec<EscalationSuggestion>> {
        let (row, reports) = (self.0.row(), custody::reports(&self.steps_taken().await?));
        let resolve_by = self.stated().await?.and_then(|stated| stated.resolve_by);
        let reasons = suggestions(row.residual_score, &reports, resolve_by, self.0.view().business_date());
        Ok(reasons.into_iter().map(EscalationSuggestion::from).collect())
    }

    /// The quarter for which it was reported last.
    async fn last_quarter(&self) -> Option<Period> {
        self.0.row().last_quarter.parse::<Known>().ok().map(Period::from)
    }

    /// The last day on which the Treasurer's determination is in time, while it is awaited: ten working days after the committee.
    fn due_on(&self) -> Option<Date> {
        self.0.row().due_on.map(Date)
    }

    /// Whether that day has passed.
    fn is_overdue(&self) -> bool {
        self.0.row().due_on.is_some_and(|day| day < self.0.view().business_date())
    }

    /// Counted from 1 with every step.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The business date on which it was reported first.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }
}

connection!(RiskReferralConnection, RiskReferralEdge, RiskReferral, "referrals");

/// A step.
#[derive(Clone)]
pub struct RiskReferralStep(pub Member<risk_referral_step::Model>);

/// A step of a reported risk's way: by which office, from where to where, why, and when.
#[Object]
impl RiskReferralStep {
    /// The step's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::RiskReferralStep, self.0.row()).to_id()
    }

    /// Counted from 1 along the referral.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What was done.
    fn step(&self) -> RiskStep {
        self.0.row().step.into()
    }

    /// On which of its ways.
    fn branch(&self) -> RiskBranch {
        self.0.row().branch.into()
    }

    /// From where.
    #[graphql(name = "fromState")]
    fn state_before(&self) -> RiskState {
        self.0.row().from_state.into()
    }

    /// To where.
    fn to_state(&self) -> RiskState {
        self.0.row().to_state.into()
    }

    /// By which office.
    fn office(&self) -> Office {
        self.0.row().office.into()
    }

    /// Why, or what was noted.
    fn reason(&self) -> Option<&str> {
        self.0.row().reason.as_deref()
    }

    /// What is proposed to be done.
    fn proposed_action(&self) -> Option<&str> {
        self.0.row().proposed_action.as_deref()
    }

    /// What makes it less, as captured in the Authority's register.
    fn mitigations(&self) -> Option<&str> {
        self.0.row().mitigations.as_deref()
    }

    /// The minute, by its number where the committee's meetings are on record.
    fn minute_reference(&self) -> Option<&str> {
        self.0.row().minute_reference.as_deref()
    }

    /// The Engagement Committee's minute under which it was noted, or the Audit Committee's of its outcome, for those who read the
    /// committee's meetings and what is exempt of them; null for everybody else, and for other steps.
    async fn minute(&self) -> Result<Option<MeetingDecision>> {
        MeetingDecision::beside(&self.0, self.0.row().minute_id, self.0.rows().iter().filter_map(|row| row.minute_id)).await
    }

    /// Whom it concerns, as the Treasurer determined.
    fn scope(&self) -> Option<RiskScope> {
        self.0.row().scope.map(RiskScope::from)
    }

    /// The quarter for which it was reported.
    async fn quarter(&self) -> Option<Period> {
        self.0.row().quarter.as_deref()?.parse::<Known>().ok().map(Period::from)
    }

    /// The residual score that was reported.
    fn residual_score(&self) -> Option<i32> {
        self.0.row().residual_score
    }

    /// The risk and its history at that moment, for a report.
    async fn statement(&self) -> Option<RiskStatement> {
        Statement::in_step(self.0.row()).map(RiskStatement::from)
    }

    /// The day on which the committee met, for its note.
    fn met_on(&self) -> Option<Date> {
        self.0.row().met_on.map(Date)
    }

    /// By when the next office is to act.
    fn due_on(&self) -> Option<Date> {
        self.0.row().due_on.map(Date)
    }

    /// The business date on which it was taken.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// The moment at which it was written.
    fn recorded_at(&self) -> DateTime {
        DateTime(self.0.row().recorded_at)
    }

    /// The act on the Authority's record, for those who read acts there; null for everybody else.
    async fn act(&self) -> Result<Option<Act>> {
        if !self.0.tx().actor().may(self.0.row().tenant_id, Action::Read, Resource::Act) {
            return Ok(None);
        }
        act_of(&self.0, "RiskReferralStep.act", |row| row.act_id).await
    }
}

connection!(RiskReferralStepConnection, RiskReferralStepEdge, RiskReferralStep, "steps");
