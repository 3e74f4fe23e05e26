//! Why something may be read or not.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    policy::Resource as Known,
    tables::{Id, TenantId},
    tenancy::TenantTx,
    usecases::{
        governance::meetings::sees_exempt,
        sharing::access::{Beyond, Explanation, explain, explain_beyond},
    },
};

use super::{RecordCategory, SharingAgreement};
use crate::graphql::{
    context::Asking,
    node::find,
    organisation::{Office, Resource},
    relay::{NodeId, NodeKind, View},
};

/// Why you may or may not read a thing.
#[derive(SimpleObject)]
pub struct AccessExplanation {
    /// Whether you may.
    may_read: bool,
    /// What kind of thing it is to the policy.
    resource: Resource,
    /// The tenant whose it is, by name.
    tenant: String,
    /// Sentences that say why, the foremost first.
    reasons: Vec<String>,
    /// The office whose powers allow it.
    office: Option<Office>,
    /// The agreement on which it rests, or that comes nearest to allowing it.
    agreement: Option<SharingAgreement>,
    /// The number of the clause in it.
    clause: Option<i32>,
    /// The category that the clause shares.
    category: Option<RecordCategory>,
}

impl AccessExplanation {
    fn new(view: &View, known: Explanation) -> Self {
        let (agreement, clause) = known.agreement.unzip();
        Self {
            may_read: known.may_read,
            resource: known.resource.into(),
            tenant: known.tenant,
            reasons: known.reasons,
            office: known.office.map(Office::from),
            agreement: agreement.map(|agreed| SharingAgreement::new(view, agreed)),
            category: clause.as_ref().map(|clause| clause.category.into()),
            clause: clause.map(|clause| clause.number),
        }
    }
}

/// Access explained.
#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Why you may or may not read a thing: by which office and policy, or by which agreement and clause. It agrees with what `node` gives
    /// you. Where you may read every such thing, it rests on what kind of thing the identifier names and whose; where you may read some of
    /// them, such as those about you, it is looked for, and what isn't there is told alike with what isn't yours to read. Agreements between
    /// tenants, and people, are known of through a tenant of yours.
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global identifier of the thing.")] id: ID,
    ) -> Result<Option<AccessExplanation>> {
        let view = Asking::of(ctx)?.view().await?;
        let unknown = || {
            let message = "This is no identifier of something that belongs to a tenant, or that you could know of through one.";
            Error::invalid("id", ProblemCode::NotFound, message)
        };
        let node = NodeId::parse(&id).ok_or_else(unknown)?;
        let beyond = match (node.kind, node.tenant) {
            (NodeKind::SharingAgreement, None) => Some(Beyond::Agreement(Id::from_uuid(node.id))),
            (NodeKind::Person, None) => Some(Beyond::Person(Id::from_uuid(node.id))),
            _ => None,
        };
        if let Some(thing) = beyond {
            let known = explain_beyond(view.tx(), thing).await?.ok_or_else(unknown)?;
            return Ok(Some(AccessExplanation::new(&view, known)));
        }
        let (tenant, resource) = match (node.kind, node.tenant) {
            (NodeKind::Tenant, None) => (Id::from_uuid(node.id), Known::Agreement),
            (kind, Some(tenant)) => (tenant, resource_of(kind).ok_or_else(unknown)?),
            _ => return Err(unknown().into()),
        };
        let mut known = explain(view.tx(), tenant, resource).await?.ok_or_else(unknown)?;
        if node.tenant.is_some() && !(known.is_settled && is_shown_with_its_kind(view.tx(), node.kind, tenant)) {
            let found = find(&view, &[id]).await?.pop().flatten();
            known = known.settled(found.is_some());
        }
        Ok(Some(AccessExplanation::new(&view, known)))
    }
}

/// Whether somebody who may read all things of a kind that a tenant has is shown each of them: not where what is exempt from publication
/// stands among them, a summary isn't sent yet, or a judgement is about somebody else's area.
fn is_shown_with_its_kind(tx: &TenantTx, kind: NodeKind, tenant: TenantId) -> bool {
    match kind {
        NodeKind::AgendaItem | NodeKind::MeetingDecision => sees_exempt(tx, tenant),
        NodeKind::PolicingPlanAlignment => tx.actor().acts_in(tenant),
        NodeKind::FeedbackSummary => false,
        _ => true,
    }
}

/// What the policy calls things of a kind; none for what belongs to no tenant.
fn resource_of(kind: NodeKind) -> Option<Known> {
    Some(match kind {
        NodeKind::StoredQuery | NodeKind::StoredQueryVersion => Known::StoredQuery,
        NodeKind::Body | NodeKind::BodyMembership => Known::Body,
        NodeKind::Appointment => Known::Appointment,
        NodeKind::Act => Known::Act,
        NodeKind::AuditEvent => Known::Audit,
        NodeKind::ServiceAccount => Known::ServiceAccount,
        NodeKind::Indicator | NodeKind::AreaSet => Known::Indicator,
        NodeKind::Agreement
        | NodeKind::Theme
        | NodeKind::Outcome
        | NodeKind::TransformationalIssue
        | NodeKind::AgreementIndicator => Known::Agreement,
        NodeKind::TolerancePolicy | NodeKind::Target => Known::Target,
        NodeKind::Observation => Known::Observation,
        NodeKind::Outlook => Known::Outlook,
        NodeKind::PeriodClose => Known::Period,
        NodeKind::Risk | NodeKind::RiskAssessment | NodeKind::RiskControl | NodeKind::RiskAction | NodeKind::RiskAttempt => {
            Known::Risk
        }
        NodeKind::RiskReferral | NodeKind::RiskReferralStep => Known::Referral,
        NodeKind::Delegation => Known::Delegation,
        NodeKind::PolicingPlanObjective | NodeKind::PolicingPlanMeasure | NodeKind::PolicingPlanAlignment => Known::PolicingPlan,
        NodeKind::Budget | NodeKind::BudgetLine | NodeKind::BudgetRevision => Known::Budget,
        NodeKind::Decision | NodeKind::Commitment | NodeKind::Interest => Known::Decision,
        NodeKind::Feedback => Known::Feedback,
        NodeKind::FeedbackSummary => Known::FeedbackSummary,
        NodeKind::QuarterlyReturn | NodeKind::ReturnSubmission => Known::QuarterlyReturn,
        NodeKind::Meeting | NodeKind::AgendaItem | NodeKind::MeetingDecision | NodeKind::MeetingPack => Known::Meeting,
        NodeKind::Publication => Known::Publication,
        NodeKind::MemberInterview => Known::Interview,
        NodeKind::ActionPlan | NodeKind::PlanAction => Known::Action,
        NodeKind::Tenant
        | NodeKind::Organisation
        | NodeKind::Person
        | NodeKind::Session
        | NodeKind::Area
        | NodeKind::NationalIndicator
        | NodeKind::SharingAgreement => return None,
    })
}
