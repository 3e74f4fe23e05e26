//! Records that await an office of the viewer's.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, ID, Result, SimpleObject, Subscription, Union};
use entity::{
    error::Error,
    tables::{TenantId, TenantRow},
    usecases::organisation::awaiting::{self, Awaited, Awaiting},
};
use futures::{Stream, stream};
use uuid::Uuid;

use super::{Action, Office, Tenant};
use crate::graphql::{
    context::Asking,
    governance::{FeedbackSummary, PlanAction, QuarterlyReturn},
    performance::{Period, PeriodClose},
    relay::{Member, NodeId, View, connection},
    risk::RiskReferral,
    sharing::SharingAgreement,
    watching::Watching,
};

/// Something that goes no further until an office has done its part.
#[derive(Clone, SimpleObject)]
pub struct RecordAwaitingOffice {
    /// The tenant in which the office is held.
    tenant: Option<Tenant>,
    /// The record.
    record: AwaitedRecord,
    /// What the office is to do.
    action: Action,
    /// The offices that you hold there and that may do it.
    offices: Vec<Office>,
}

connection!(RecordAwaitingOfficeConnection, RecordAwaitingOfficeEdge, RecordAwaitingOffice, "records that await an office");

/// A record that can await an office.
#[derive(Clone, Union)]
pub enum AwaitedRecord {
    /// An information-sharing agreement that your tenant hasn't approved.
    SharingAgreement(SharingAgreement),
    /// The close of a period whose figures were verified, and await approval.
    PeriodClose(PeriodClose),
    /// A period whose figures are complete, and await verification.
    PeriodAwaitingVerification(PeriodAwaitingVerification),
    /// A risk that was passed on, and awaits the step of one of your offices.
    RiskReferral(RiskReferral),
    /// A quarterly return that was handed in, and awaits that the committee's receipt of it is minuted.
    QuarterlyReturn(QuarterlyReturn),
    /// A summary of neighbourhood feedback that was sent to you, and awaits the return that it goes into.
    FeedbackSummary(FeedbackSummary),
    /// An action for which one of your offices is accountable, and which isn't closed.
    PlanAction(PlanAction),
}

/// A period whose figures are all there and nobody has verified.
#[derive(Clone, SimpleObject)]
pub struct PeriodAwaitingVerification {
    /// The period.
    // As nullable as that of a close, so that one document may ask both for it.
    period: Option<Period>,
}

/// What awaits the viewer, to be followed.
#[derive(Default)]
pub struct AwaitingSubscription;

#[Subscription]
impl AwaitingSubscription {
    /// Records that await one of your offices: at first each that awaits it now, then each that comes to. Sharing agreements that your
    /// tenant is to approve, verified periods to be approved and complete ones to be verified (without those that you may not because you
    /// entered or verified the figures yourself), risks that await your step, returns whose receipt is to be minuted, summaries of feedback
    /// that were sent to you, and actions that were given to you.
    async fn record_awaiting_my_office(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records of this tenant; those of every tenant in which you hold an appointment when left out.")]
        tenant: Option<ID>,
    ) -> Result<impl Stream<Item = RecordAwaitingOffice>> {
        let asking = Asking::of(ctx)?;
        let (view, actor) = (asking.view().await?, asking.actor()?);
        let tenants: Vec<TenantId> = match tenant {
            Some(tenant) => vec![NodeId::expect_tenant("tenant", &tenant)?],
            None => actor.tenants().into_iter().collect(),
        };
        let found = in_tenants(&view, tenants).await?;
        let keys: HashSet<_> = found.iter().map(Awaiting::key).collect();
        let new: Vec<_> = Watching::of(ctx)?.compare(keys, |_, before| {
            found.into_iter().filter(|each| before.is_none_or(|before| !before.contains(&each.key()))).collect()
        });
        Ok(stream::iter(shown(&view, new).await?))
    }
}

/// Everything that awaits the viewer's offices in these tenants, as a list is paged.
///
/// # Errors
/// When the database fails.
pub async fn listed(view: &View, tenants: impl IntoIterator<Item = TenantId>) -> Result<Vec<(Uuid, RecordAwaitingOffice)>> {
    let found = in_tenants(view, tenants).await?;
    let ids: Vec<Uuid> = found.iter().map(Awaiting::uuid).collect();
    Ok(ids.into_iter().zip(shown(view, found).await?).collect())
}

async fn in_tenants(view: &View, tenants: impl IntoIterator<Item = TenantId>) -> Result<Vec<Awaiting>, Error> {
    let mut found = Vec::new();
    for tenant in tenants {
        found.extend(awaiting::in_tenant(view.tx(), tenant).await?);
    }
    Ok(found)
}

/// The rows of one kind among what awaits in one tenant, which are then looked into together.
fn gathered<R: TenantRow>(view: &View, found: &[Awaiting], of: impl Fn(&Awaited) -> Option<&R>) -> HashMap<Uuid, Member<R>> {
    let mut by_tenant: HashMap<TenantId, Vec<R>> = HashMap::new();
    for awaiting in found {
        if let Some(row) = of(&awaiting.record) {
            by_tenant.entry(row.tenant()).or_default().push(row.clone());
        }
    }
    let members = by_tenant.into_iter().flat_map(|(tenant, rows)| Member::gather(view, tenant, rows));
    members.map(|member| (member.row().id().uuid(), member)).collect()
}

async fn shown(view: &View, found: Vec<Awaiting>) -> Result<Vec<RecordAwaitingOffice>> {
    let closes = gathered(view, &found, |record| if let Awaited::PeriodClose(row) = record { Some(row) } else { None });
    let risks = gathered(view, &found, |record| if let Awaited::RiskReferral(row) = record { Some(row) } else { None });
    let summaries = gathered(view, &found, |record| if let Awaited::FeedbackSummary(row) = record { Some(row) } else { None });
    let actions = gathered(view, &found, |record| if let Awaited::Action(row) = record { Some(row) } else { None });
    let mut shown = Vec::with_capacity(found.len());
    for awaiting in found {
        let record = match awaiting.record {
            Awaited::Sharing(agreed) => Some(AwaitedRecord::SharingAgreement(SharingAgreement::new(view, *agreed))),
            Awaited::PeriodClose(row) => {
                closes.get(&row.id.uuid()).cloned().map(|row| AwaitedRecord::PeriodClose(PeriodClose(row)))
            }
            Awaited::Period(period) => {
                let period = PeriodAwaitingVerification { period: Some(period.into()) };
                Some(AwaitedRecord::PeriodAwaitingVerification(period))
            }
            Awaited::RiskReferral(row) => {
                risks.get(&row.id.uuid()).cloned().map(|row| AwaitedRecord::RiskReferral(RiskReferral(row)))
            }
            Awaited::Return(found) => Some(AwaitedRecord::QuarterlyReturn(QuarterlyReturn::new(view, *found))),
            Awaited::FeedbackSummary(row) => {
                summaries.get(&row.id.uuid()).cloned().map(|row| AwaitedRecord::FeedbackSummary(FeedbackSummary(row)))
            }
            Awaited::Action(row) => actions.get(&row.id.uuid()).cloned().map(|row| AwaitedRecord::PlanAction(PlanAction(row))),
        };
        let Some(record) = record else { continue };
        shown.push(RecordAwaitingOffice {
            tenant: Tenant::one(view, awaiting.tenant).await?,
            record,
            action: awaiting.action.into(),
            offices: awaiting.offices.into_iter().map(Office::from).collect(),
        });
    }
    Ok(shown)
}
