//! Any thing by its global identifier.
//!
//! A thing that you may not see and a thing that isn't there answer alike: null.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Interface, Object, Result};
use entity::{
    error::Error,
    tables::{
        Id, TenantId, TenantRow, TenantTable, dashboards as dash, finance as fin, governance as gov, organisation as org,
        performance as perf, risk,
    },
    usecases::{
        governance::{collation, meeting_minutes, meetings, policing_plan, quarterly_returns},
        organisation::{organisations, tenants},
        performance::{areas, indicators},
        risk::referrals,
        sharing::agreements,
    },
};

use uuid::Uuid;

use super::{
    context::Asking,
    dashboards::{StoredQuery, StoredQueryVersion},
    finance::{Budget, BudgetLine, BudgetRevision, Commitment, Decision, Interest},
    governance::{
        ActionPlan, AgendaItem, Delegation, Feedback, FeedbackSummary, Meeting, MeetingDecision, MeetingPack, MemberInterview,
        PlanAction, PolicingPlanAlignment, PolicingPlanMeasure, PolicingPlanObjective, Publication, QuarterlyReturn,
        ReturnSubmission,
    },
    identity::{ServiceAccount, Session},
    organisation::{Act, Appointment, AuditEvent, Body, BodyMembership, Organisation, Person, Tenant},
    performance::{
        Agreement, AgreementIndicator, Area, AreaSet, Indicator, NationalIndicator, Observation, Outcome, Outlook, PeriodClose,
        Target, Theme, TolerancePolicy, TransformationalIssue,
    },
    relay::{Member, NodeId, NodeKind, View},
    risk::{Risk, RiskAction, RiskAssessment, RiskAttempt, RiskControl, RiskReferral, RiskReferralStep},
    sharing::SharingAgreement,
};

/// Anything that has a global identifier.
#[derive(Interface, Clone)]
#[graphql(field(name = "id", ty = "ID", desc = "The global identifier, which never changes and is never used again."))]
pub enum Node {
    /// A tenant.
    Tenant(Tenant),
    /// An organisation.
    Organisation(Organisation),
    /// A person.
    Person(Person),
    /// A body.
    Body(Body),
    /// The membership of a body.
    BodyMembership(BodyMembership),
    /// An appointment.
    Appointment(Appointment),
    /// An act.
    Act(Act),
    /// An event of a tenant's record.
    AuditEvent(AuditEvent),
    /// A service account in a tenant.
    ServiceAccount(ServiceAccount),
    /// A session.
    Session(Session),
    /// An area.
    Area(Area),
    /// A national indicator.
    NationalIndicator(NationalIndicator),
    /// An indicator.
    Indicator(Indicator),
    /// An agreement.
    Agreement(Agreement),
    /// A theme.
    Theme(Theme),
    /// An outcome.
    Outcome(Outcome),
    /// A transformational issue.
    TransformationalIssue(TransformationalIssue),
    /// A line of an agreement.
    AgreementIndicator(AgreementIndicator),
    /// A tolerance policy.
    TolerancePolicy(TolerancePolicy),
    /// A target.
    Target(Target),
    /// An observation.
    Observation(Observation),
    /// An outlook.
    Outlook(Outlook),
    /// The closing of a period.
    PeriodClose(PeriodClose),
    /// A set of areas.
    AreaSet(AreaSet),
    /// An information-sharing agreement.
    SharingAgreement(SharingAgreement),
    /// A stored query.
    StoredQuery(StoredQuery),
    /// A version of a stored query.
    StoredQueryVersion(StoredQueryVersion),
    /// A risk.
    Risk(Risk),
    /// An assessment of a risk.
    RiskAssessment(RiskAssessment),
    /// A control of a risk.
    RiskControl(RiskControl),
    /// An action about a risk.
    RiskAction(RiskAction),
    /// An attempt at settling a risk.
    RiskAttempt(RiskAttempt),
    /// A risk that was passed on.
    RiskReferral(RiskReferral),
    /// A step of its way.
    RiskReferralStep(RiskReferralStep),
    /// An instrument of delegation.
    Delegation(Delegation),
    /// An objective of the Policing Plan.
    PolicingPlanObjective(PolicingPlanObjective),
    /// A measure of the Policing Plan.
    PolicingPlanMeasure(PolicingPlanMeasure),
    /// A judgement of how a priority answers to the Policing Plan.
    PolicingPlanAlignment(PolicingPlanAlignment),
    /// A budget.
    Budget(Budget),
    /// A line of a budget.
    BudgetLine(BudgetLine),
    /// A revision of a budget.
    BudgetRevision(BudgetRevision),
    /// A decision within delegated powers.
    Decision(Decision),
    /// An entry of the ledger of commitments.
    Commitment(Commitment),
    /// A standing interest.
    Interest(Interest),
    /// Feedback about a neighbourhood policing unit.
    Feedback(Feedback),
    /// A summary of neighbourhood feedback.
    FeedbackSummary(FeedbackSummary),
    /// A quarterly return.
    QuarterlyReturn(QuarterlyReturn),
    /// A quarterly return as it was handed in.
    ReturnSubmission(ReturnSubmission),
    /// A meeting.
    Meeting(Meeting),
    /// An item of an agenda.
    AgendaItem(AgendaItem),
    /// A decision of a meeting.
    MeetingDecision(MeetingDecision),
    /// A committee pack.
    MeetingPack(MeetingPack),
    /// A plan with actions.
    ActionPlan(ActionPlan),
    /// An action of a plan or of a meeting.
    PlanAction(PlanAction),
    /// An Environmental Scan, or an issue of the Members' Bulletin.
    Publication(Publication),
    /// The chairman's interview of a member.
    MemberInterview(MemberInterview),
}

/// Things by their identifiers.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing with this global identifier; null when there is none that you may see.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The global identifier.")] id: ID) -> Result<Option<Node>> {
        let asking = Asking::of(ctx)?;
        Ok(find(&asking.view().await?, &[id]).await?.pop().flatten())
    }

    /// The things with these global identifiers, in the same order; null in the place of each that you may not see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Up to 100 global identifiers.", validator(max_items = 100))] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        let asking = Asking::of(ctx)?;
        Ok(find(&asking.view().await?, &ids).await?)
    }
}

/// The things with these identifiers; those of one kind and tenant are loaded together.
pub(super) async fn find(view: &View, ids: &[ID]) -> Result<Vec<Option<Node>>, Error> {
    let parsed: Vec<Option<NodeId>> = ids.iter().map(|id| NodeId::parse(id)).collect();
    let mut groups: HashMap<(NodeKind, Option<TenantId>), Vec<Uuid>> = HashMap::new();
    for node in parsed.iter().flatten() {
        groups.entry((node.kind, node.tenant)).or_default().push(node.id);
    }
    let mut found: HashMap<NodeId, Node> = HashMap::new();
    for ((kind, tenant), ids) in groups {
        let nodes = match tenant {
            Some(tenant) => of_tenant(view, kind, tenant, ids).await,
            None => beyond_tenants(view, kind, ids).await,
        };
        match nodes {
            Ok(nodes) => found.extend(nodes.into_iter().map(|(id, node)| (NodeId { kind, tenant, id }, node))),
            // What you may not read isn't there for you.
            Err(Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(parsed.into_iter().map(|node| found.get(&node?).cloned()).collect())
}

type Nodes = Vec<(Uuid, Node)>;

async fn of_tenant(view: &View, kind: NodeKind, tenant: TenantId, ids: Vec<Uuid>) -> Result<Nodes, Error> {
    macro_rules! rows {
        ($node:ident, $area:ident::$table:ident) => {
            rows::<$area::$table::Entity>(view, tenant, ids)
                .await?
                .into_iter()
                .map(|row| (row.row().id.uuid(), Node::$node($node(row))))
                .collect()
        };
    }
    Ok(match kind {
        NodeKind::Body => rows!(Body, org::body),
        NodeKind::BodyMembership => rows!(BodyMembership, org::body_membership),
        NodeKind::Appointment => rows!(Appointment, org::appointment),
        NodeKind::Act => rows!(Act, org::act),
        NodeKind::AuditEvent => rows!(AuditEvent, org::audit_event),
        NodeKind::ServiceAccount => rows!(ServiceAccount, org::service_account_grant),
        NodeKind::Indicator => rows!(Indicator, perf::indicator),
        NodeKind::Agreement => rows!(Agreement, perf::agreement),
        NodeKind::Theme => rows!(Theme, perf::theme),
        NodeKind::Outcome => rows!(Outcome, perf::outcome),
        NodeKind::TransformationalIssue => rows!(TransformationalIssue, perf::transformational_issue),
        NodeKind::AgreementIndicator => rows!(AgreementIndicator, perf::agreement_indicator),
        NodeKind::TolerancePolicy => rows!(TolerancePolicy, perf::tolerance_policy),
        NodeKind::Target => {
            let rows = rows::<perf::target::Entity>(view, tenant, ids).await?;
            let ids: Vec<_> = rows.iter().map(|row| row.row().id.uuid()).collect();
            let targets = Target::gather(view, tenant, rows.iter().map(|row| row.row().clone()).collect());
            ids.into_iter().zip(targets.into_iter().map(Node::Target)).collect()
        }
        NodeKind::Observation => {
            let rows = rows::<perf::observation::Entity>(view, tenant, ids).await?;
            rows.into_iter().map(|row| (row.row().id.uuid(), Node::Observation(Observation::Whole(row)))).collect()
        }
        NodeKind::PeriodClose => rows!(PeriodClose, perf::period_close),
        NodeKind::AreaSet => rows!(AreaSet, perf::area_set),
        NodeKind::StoredQuery => rows!(StoredQuery, dash::stored_query),
        NodeKind::StoredQueryVersion => rows!(StoredQueryVersion, dash::stored_query_version),
        NodeKind::Delegation => rows!(Delegation, gov::delegation),
        NodeKind::PolicingPlanObjective => rows!(PolicingPlanObjective, gov::policing_plan_objective),
        NodeKind::PolicingPlanMeasure => rows!(PolicingPlanMeasure, gov::policing_plan_measure),
        NodeKind::PolicingPlanAlignment => {
            let rows = policing_plan::many_alignments(view.tx(), tenant, ids.into_iter().map(Id::from_uuid).collect()).await?;
            let rows = Member::gather(view, tenant, rows).into_iter();
            rows.map(|row| (row.row().id.uuid(), Node::PolicingPlanAlignment(PolicingPlanAlignment(row)))).collect()
        }
        NodeKind::Budget => rows!(Budget, fin::budget),
        NodeKind::BudgetLine => rows!(BudgetLine, fin::budget_line),
        NodeKind::BudgetRevision => rows!(BudgetRevision, fin::budget_revision),
        NodeKind::Decision => rows!(Decision, fin::decision),
        NodeKind::Commitment => rows!(Commitment, fin::commitment),
        NodeKind::Interest => rows!(Interest, fin::interest),
        NodeKind::Feedback => rows!(Feedback, gov::feedback),
        NodeKind::ReturnSubmission => rows!(ReturnSubmission, gov::quarterly_return_submission),
        NodeKind::FeedbackSummary => {
            let rows = collation::many(view.tx(), tenant, ids.into_iter().map(Id::from_uuid)).await?;
            let rows = Member::gather(view, tenant, rows).into_iter();
            rows.map(|row| (row.row().id.uuid(), Node::FeedbackSummary(FeedbackSummary(row)))).collect()
        }
        NodeKind::QuarterlyReturn => {
            let ids: Vec<_> = ids.into_iter().map(Id::from_uuid).collect();
            let found = quarterly_returns::many(view.tx(), tenant, &ids).await?.into_iter();
            found.map(|found| (found.id.uuid(), Node::QuarterlyReturn(QuarterlyReturn::new(view, found)))).collect()
        }

        NodeKind::Meeting => rows!(Meeting, gov::meeting),
        NodeKind::MeetingPack => rows!(MeetingPack, gov::meeting_pack),
        NodeKind::ActionPlan => rows!(ActionPlan, gov::action_plan),
        NodeKind::PlanAction => rows!(PlanAction, gov::action),
        NodeKind::Publication => rows!(Publication, gov::publication),
        NodeKind::MemberInterview => rows!(MemberInterview, gov::member_interview),
        // What is exempt from publication is left out for those who may not read it.
        NodeKind::AgendaItem => {
            let rows = meetings::agenda_items(view.tx(), tenant, ids.into_iter().map(Id::from_uuid).collect()).await?;
            let rows = Member::gather(view, tenant, rows).into_iter();
            rows.map(|row| (row.row().id.uuid(), Node::AgendaItem(AgendaItem(row)))).collect()
        }
        NodeKind::MeetingDecision => {
            let rows = meeting_minutes::many(view.tx(), tenant, ids.into_iter().map(Id::from_uuid).collect()).await?;
            let rows = Member::gather(view, tenant, rows).into_iter();
            rows.map(|row| (row.row().id.uuid(), Node::MeetingDecision(MeetingDecision(row)))).collect()
        }
        NodeKind::Outlook => {
            let rows = rows::<perf::outlook::Entity>(view, tenant, ids).await?;
            let outlooks = Outlook::many(rows).await?;
            outlooks.into_iter().map(|outlook| (outlook.uuid(), Node::Outlook(outlook))).collect()
        }
        NodeKind::Risk => rows!(Risk, risk::risk),
        NodeKind::RiskAssessment => rows!(RiskAssessment, risk::risk_assessment),
        NodeKind::RiskControl => rows!(RiskControl, risk::risk_control),
        NodeKind::RiskAction => rows!(RiskAction, risk::risk_action),
        NodeKind::RiskAttempt => rows!(RiskAttempt, risk::risk_attempt),
        // These are seen by whoever received them, and by those from whom they came.
        NodeKind::RiskReferral => {
            let rows = RiskReferral::gather(view, referrals::many(view.tx(), tenant, ids).await?);
            rows.into_iter().map(|row| (row.uuid(), Node::RiskReferral(row))).collect()
        }
        NodeKind::RiskReferralStep => {
            let rows = Member::gather(view, tenant, referrals::many_steps(view.tx(), tenant, ids).await?);
            rows.into_iter().map(|row| (row.row().id.uuid(), Node::RiskReferralStep(RiskReferralStep(row)))).collect()
        }
        NodeKind::Tenant
        | NodeKind::Organisation
        | NodeKind::Person
        | NodeKind::Session
        | NodeKind::Area
        | NodeKind::NationalIndicator
        | NodeKind::SharingAgreement => Vec::new(),
    })
}

async fn rows<E: TenantTable>(view: &View, tenant: TenantId, ids: Vec<Uuid>) -> Result<Vec<Member<E::Model>>, Error>
where
    E::Model: TenantRow,
{
    let rows = view.tx().get_many::<E>(tenant, ids.into_iter().map(Id::from_uuid)).await?;
    Ok(Member::gather(view, tenant, rows))
}

async fn beyond_tenants(view: &View, kind: NodeKind, ids: Vec<Uuid>) -> Result<Nodes, Error> {
    let tx = view.tx();
    Ok(match kind {
        NodeKind::Tenant => {
            let rows = tenants::in_sight(tx, ids.into_iter().map(Id::from_uuid).collect()).await?;
            rows.into_iter().map(|row| (row.id.uuid(), Node::Tenant(Tenant::new(view, row)))).collect()
        }
        NodeKind::Organisation => {
            let rows = organisations::many(tx, ids.into_iter().map(Id::from_uuid).collect()).await?;
            rows.into_iter().map(|row| (row.id.uuid(), Node::Organisation(Organisation::new(view, row)))).collect()
        }
        NodeKind::Area => {
            let rows = areas::many(tx, ids.into_iter().map(Id::from_uuid).collect()).await?;
            rows.into_iter().map(|row| (row.id.uuid(), Node::Area(Area::new(view, row)))).collect()
        }
        NodeKind::NationalIndicator => {
            let rows = indicators::national_many(tx, ids.into_iter().map(Id::from_uuid).collect()).await?;
            rows.into_iter().map(|row| (row.id.uuid(), Node::NationalIndicator(NationalIndicator(Arc::new(row))))).collect()
        }
        // People are seen through the tenants in which both hold appointments.
        NodeKind::Person => {
            let rows = tx.people_in_sight(ids.into_iter().map(Id::from_uuid).collect()).await?;
            rows.into_iter().map(|row| (row.id.uuid(), Node::Person(Person::new(view, row)))).collect()
        }
        NodeKind::SharingAgreement => {
            let ids: Vec<_> = ids.into_iter().map(Id::from_uuid).collect();
            let rows = agreements::many(tx, &ids).await?.into_iter().map(|agreed| SharingAgreement::new(view, agreed));
            rows.map(|agreement| (agreement.uuid(), Node::SharingAgreement(agreement))).collect()
        }
        NodeKind::Session => {
            let own = tx.own_sessions().await?.into_iter().filter(|row| ids.contains(&row.id.uuid()));
            own.map(|row| (row.id.uuid(), Node::Session(Session::new(row, tx.actor())))).collect()
        }
        _ => Vec::new(),
    })
}
