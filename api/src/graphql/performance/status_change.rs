//! Changes of how lines stand, to be followed.

use std::collections::HashMap;

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use entity::{
    error::{Error, ProblemCode},
    rules::{
        colour::{Colour as Judged, NotRated},
        period::Period,
    },
    tables::TenantId,
    usecases::performance::{
        agreements::{self, LinesOf},
        standing::Status,
    },
};
use futures::{Stream, stream};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{AgreementIndicator, Colour, standing::IndicatorStatus};
use crate::graphql::{
    context::Asking,
    organisation::Tenant,
    relay::{Member, NodeId, NodeKind, View},
    watching::Watching,
};

/// That an indicator of an agreement has come to stand otherwise.
#[derive(SimpleObject)]
pub struct IndicatorStatusChange {
    /// The tenant whose it is.
    tenant: Option<Tenant>,
    /// The line of the agreement.
    agreement_indicator: AgreementIndicator,
    /// How it stands now, and why.
    status: IndicatorStatus,
    /// The colour that it had before; null for a line that wasn't there.
    previous_colour: Option<Colour>,
}

/// How lines stand, to be followed.
#[derive(Default)]
pub struct StatusSubscription;

/// The colour and the figures of a status: when these are the same, nothing has changed that its reason tells. How long a figure is
/// overdue isn't among them, for it grows every day.
#[derive(Clone, PartialEq)]
struct Figures {
    period: Option<Period>,
    colour: Judged,
    not_rated: Option<NotRated>,
    figures: [Option<Decimal>; 4],
    within_margin: Option<bool>,
    carried_from: Option<Period>,
}

impl From<&Status> for Figures {
    fn from(status: &Status) -> Self {
        let verdict = &status.verdict;
        Self {
            period: status.period,
            colour: verdict.colour,
            not_rated: verdict.not_rated,
            figures: [verdict.actual, verdict.expected, verdict.shortfall, verdict.amber_width],
            within_margin: verdict.within_margin_of_error,
            carried_from: verdict.carried_from,
        }
    }
}

/// Which lines are followed.
enum Wanted {
    All,
    Line(Uuid),
    Indicator(Uuid),
}

#[Subscription]
impl StatusSubscription {
    /// Indicators whose status changes: the colour, the period that is judged, or a figure in the reason. What is written without
    /// changing any of these isn't told. Follows the agreements that run on the business date, at the latest period.
    async fn indicator_status_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tenant: yours, or one that shares its indicators with yours.")] tenant: ID,
        #[graphql(desc = "Only this line of an agreement, or the lines of this indicator; all lines when left out.")]
        indicator: Option<ID>,
    ) -> Result<impl Stream<Item = IndicatorStatusChange>> {
        let tenant = NodeId::expect_tenant("tenant", &tenant)?;
        let wanted = wanted(tenant, indicator.as_ref())?;
        let view = Asking::of(ctx)?.view().await?;
        let mut now = HashMap::new();
        let mut standing = Vec::new();
        for line in lines(&view, tenant, &wanted).await? {
            let evidence = line.evidence().await?;
            let status = evidence.status(line.0.row(), None)?;
            now.insert(line.0.row().id.uuid(), Figures::from(&status));
            standing.push((line, evidence, status));
        }
        let shown = Tenant::one(&view, tenant).await?;
        let changes: Vec<_> = Watching::of(ctx)?.compare(now, |now, before: Option<&HashMap<Uuid, Figures>>| {
            // The first look only says from where.
            let Some(before) = before else { return Vec::new() };
            let changed = standing.into_iter().filter_map(|(line, evidence, status)| {
                let id = line.0.row().id.uuid();
                let previous = before.get(&id);
                (previous != now.get(&id)).then(|| IndicatorStatusChange {
                    tenant: shown.clone(),
                    status: IndicatorStatus::new(line.clone(), evidence, status),
                    agreement_indicator: line,
                    previous_colour: previous.map(|figures| figures.colour.into()),
                })
            });
            changed.collect()
        });
        Ok(stream::iter(changes))
    }
}

/// The lines of the agreements that run on the view's day.
async fn lines(view: &View, tenant: TenantId, wanted: &Wanted) -> Result<Vec<AgreementIndicator>, Error> {
    let on = view.as_at();
    let agreements = agreements::agreements(view.tx(), tenant).await?;
    let running = agreements.into_iter().filter(|agreement| (agreement.starts_on..=agreement.ends_on).contains(&on));
    let rows = agreements::lines(view.tx(), tenant, LinesOf::Agreements(running.map(|agreement| agreement.id).collect())).await?;
    let is_wanted = |line: &entity::tables::performance::agreement_indicator::Model| match wanted {
        Wanted::All => true,
        Wanted::Line(id) => line.id.uuid() == *id,
        Wanted::Indicator(id) => line.indicator_id.uuid() == *id,
    };
    let rows: Vec<_> = rows.into_iter().filter(is_wanted).collect();
    if rows.is_empty() && !matches!(wanted, Wanted::All) {
        return Err(Error::invalid("indicator", ProblemCode::NotFound, "No agreement that runs today has this indicator."));
    }
    Ok(Member::gather(view, tenant, rows).into_iter().map(AgreementIndicator).collect())
}

fn wanted(tenant: TenantId, indicator: Option<&ID>) -> Result<Wanted, Error> {
    let Some(id) = indicator else { return Ok(Wanted::All) };
    match NodeId::parse(id).filter(|parsed| parsed.tenant == Some(tenant)) {
        Some(NodeId { kind: NodeKind::AgreementIndicator, id, .. }) => Ok(Wanted::Line(id)),
        Some(NodeId { kind: NodeKind::Indicator, id, .. }) => Ok(Wanted::Indicator(id)),
        _ => {
            let message = "This is not the identifier of an indicator of that tenant, or of a line of its agreements.";
            Err(Error::invalid("indicator", ProblemCode::NotFound, message))
        }
    }
}
