//! Records that await an office of the viewer's.

use std::collections::HashSet;

use async_graphql::{Context, ID, Result, SimpleObject, Subscription, Union};
use entity::{
    tables::TenantId,
    usecases::organisation::awaiting::{self, Awaited, Awaiting},
};
use futures::{Stream, stream};

use super::{Action, Office, Tenant};
use crate::graphql::{
    context::Asking,
    performance::{Period, PeriodClose},
    relay::{Member, NodeId, View},
    risk::RiskReferral,
    sharing::SharingAgreement,
    watching::Watching,
};

/// Something that goes no further until an office has done its part.
#[derive(SimpleObject)]
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

/// A record that can await an office.
#[derive(Union)]
pub enum AwaitedRecord {
    /// An information-sharing agreement that your tenant hasn't approved.
    SharingAgreement(SharingAgreement),
    /// The close of a period whose figures were verified, and await approval.
    PeriodClose(PeriodClose),
    /// A period whose figures are complete, and await verification.
    PeriodAwaitingVerification(PeriodAwaitingVerification),
    /// A risk that was passed on, and awaits the step of one of your offices.
    RiskReferral(RiskReferral),
}

/// A period whose figures are all there and nobody has verified.
#[derive(SimpleObject)]
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
    /// tenant is to approve, verified periods to be approved and complete ones to be verified, risks that await your step, without those that you may not because
    /// you entered or verified the figures yourself.
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
        let mut found = Vec::new();
        for tenant in tenants {
            found.extend(awaiting::in_tenant(view.tx(), tenant).await?);
        }
        let keys: HashSet<_> = found.iter().map(Awaiting::key).collect();
        let new: Vec<_> = Watching::of(ctx)?.compare(keys, |_, before| {
            found.into_iter().filter(|each| before.is_none_or(|before| !before.contains(&each.key()))).collect()
        });
        let mut shown = Vec::with_capacity(new.len());
        for each in new {
            shown.push(show(&view, each).await?);
        }
        Ok(stream::iter(shown))
    }
}

async fn show(view: &View, awaiting: Awaiting) -> Result<RecordAwaitingOffice> {
    let record = match awaiting.record {
        Awaited::Sharing(agreed) => AwaitedRecord::SharingAgreement(SharingAgreement::new(view, *agreed)),
        Awaited::PeriodClose(row) => AwaitedRecord::PeriodClose(PeriodClose(Member::alone(view, row))),
        Awaited::Period(period) => {
            AwaitedRecord::PeriodAwaitingVerification(PeriodAwaitingVerification { period: Some(period.into()) })
        }
        Awaited::RiskReferral(row) => AwaitedRecord::RiskReferral(RiskReferral(Member::alone(view, row))),
    };
    Ok(RecordAwaitingOffice {
        tenant: Tenant::one(view, awaiting.tenant).await?,
        record,
        action: awaiting.action.into(),
        offices: awaiting.offices.into_iter().map(Office::from).collect(),
    })
}
