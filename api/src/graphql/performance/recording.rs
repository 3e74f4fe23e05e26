//! Recording figures and revising them.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, TenantId, performance::observation},
    usecases::performance::{
        grounds::IndicatorBy as By,
        recording::{self, Entered, FigureEntry, Revision},
    },
};

use super::{Observation, ObservationStatus, area::AreaBy};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{Member, NodeId, NodeKind},
    scalars::Decimal,
};

/// How to name an indicator.
#[derive(OneofObject)]
pub enum IndicatorBy {
    /// By its global identifier.
    Id(ID),
    /// By its short name within the tenant, such as `halton-ni-16`.
    Reference(String),
}

impl IndicatorBy {
    fn within(self, tenant: TenantId) -> By {
        match self {
            Self::Reference(reference) => By::Reference(reference),
            Self::Id(id) => NodeId::parse(&id)
                .filter(|parsed| parsed.kind == NodeKind::Indicator && parsed.tenant == Some(tenant))
                .map_or(By::Foreign, |parsed| By::Id(Id::from_uuid(parsed.id))),
        }
    }
}

/// A figure to be recorded: the first for its indicator, area and period.
#[derive(InputObject)]
pub struct ObservationEntry {
    /// What was measured.
    indicator: IndicatorBy,
    /// For which area.
    area: AreaBy,
    /// For which period, by its code, such as FY2009-Q3. It fits the indicator's frequency and is over.
    period: String,
    /// The figure, in the indicator's unit, with at most six decimals.
    value: Option<Decimal>,
    /// How many, where the figure is a rate and its count is known.
    numerator: Option<Decimal>,
    /// Out of how many; in a survey, of how many people asked.
    denominator: Option<Decimal>,
    /// The standing of the figure.
    #[graphql(default_with = "ObservationStatus::Normal")]
    status: ObservationStatus,
    /// Why there is no figure; asked for when it is not available or not applicable.
    no_value_reason: Option<String>,
    /// What else is known about it.
    note: Option<String>,
    /// The document, return or system that it comes from.
    source: String,
}

impl ObservationEntry {
    fn within(self, tenant: TenantId) -> recording::ObservationEntry {
        recording::ObservationEntry {
            indicator: self.indicator.within(tenant),
            area: self.area.into(),
            period: self.period,
            figure: FigureEntry {
                value: self.value.map(|figure| figure.0),
                numerator: self.numerator.map(|figure| figure.0),
                denominator: self.denominator.map(|figure| figure.0),
                status: self.status.into(),
                no_value_reason: self.no_value_reason,
                note: self.note,
                source: self.source,
            },
        }
    }
}

/// Which figures to record.
#[derive(InputObject)]
pub struct RecordObservationsInput {
    /// The tenant whose indicators they are of.
    tenant: ID,
    /// From 1 to 1,000 figures; all of them are recorded, or none.
    observations: Vec<ObservationEntry>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording figures gives.
#[derive(SimpleObject, Default)]
pub struct RecordObservationsPayload {
    /// The observations, in the order of the input; null when nothing was recorded.
    observations: Option<Vec<Observation>>,
    /// Everything that was wrong with the input, row by row; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What to put in the place of a figure that stands.
#[derive(InputObject)]
pub struct RecordObservationRevisionInput {
    /// The observation that stands.
    observation: ID,
    /// The figure from now on, in the indicator's unit, with at most six decimals.
    value: Option<Decimal>,
    /// How many, where the figure is a rate and its count is known.
    numerator: Option<Decimal>,
    /// Out of how many; in a survey, of how many people asked.
    denominator: Option<Decimal>,
    /// The standing of the figure.
    #[graphql(default_with = "ObservationStatus::Revised")]
    status: ObservationStatus,
    /// Why there is no figure any more; asked for when it is not available or not applicable.
    no_value_reason: Option<String>,
    /// Why it is revised.
    reason: String,
    /// What else is known about it.
    note: Option<String>,
    /// The document, return or system that it comes from.
    source: String,
    /// The number of the revision that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What revising a figure gives.
#[derive(SimpleObject, Default)]
pub struct RecordObservationRevisionPayload {
    /// The observation that stands from now on; null when nothing was revised.
    observation: Option<Observation>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Recording and revising.
#[derive(Default)]
pub struct RecordObservationsMutation;

#[Object]
impl RecordObservationsMutation {
    /// Records figures, each the first for its indicator, area and period. Either all are recorded or none, and every fault of
    /// every row is named.
    async fn record_observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which figures to record.")] input: RecordObservationsInput,
    ) -> Result<RecordObservationsPayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, input).await {
            Ok((tenant, entered)) => Ok(RecordObservationsPayload {
                observations: Some(shown(&acting, tenant, entered).await?),
                user_errors: Vec::new(),
            }),
            Err(error) => Ok(RecordObservationsPayload { user_errors: for_user(error)?, ..RecordObservationsPayload::default() }),
        }
    }

    /// Revises a figure that stands: the new one takes its place from today on, and the old one is still what is shown as at
    /// an earlier day. Figures of locked periods change in this way only, with the status REVISED.
    async fn record_observation_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to put in the place of which figure.")] input: RecordObservationRevisionInput,
    ) -> Result<RecordObservationRevisionPayload> {
        let acting = Acting::of(ctx)?;
        match revised(&acting, input).await {
            Ok((tenant, entered)) => {
                let observation = shown(&acting, tenant, entered).await?.into_iter().next();
                Ok(RecordObservationRevisionPayload { observation, user_errors: Vec::new() })
            }
            Err(error) => Ok(RecordObservationRevisionPayload {
                user_errors: for_user(error)?,
                ..RecordObservationRevisionPayload::default()
            }),
        }
    }
}

async fn recorded(acting: &Acting<'_>, input: RecordObservationsInput) -> Result<(TenantId, Entered), Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    let entries: Vec<_> = input.observations.into_iter().map(|entry| entry.within(tenant)).collect();
    Ok((tenant, recording::record(&writing, &entries).await?))
}

async fn revised(acting: &Acting<'_>, input: RecordObservationRevisionInput) -> Result<(TenantId, Entered), Error> {
    let (tenant, id) = NodeId::expect("observation", &input.observation, NodeKind::Observation)?;
    let writing = acting.writing(tenant, &input)?;
    let figure = FigureEntry {
        value: input.value.map(|figure| figure.0),
        numerator: input.numerator.map(|figure| figure.0),
        denominator: input.denominator.map(|figure| figure.0),
        status: input.status.into(),
        no_value_reason: input.no_value_reason,
        note: input.note,
        source: input.source,
    };
    let revision = Revision { figure, reason: input.reason, expected_version: input.expected_version };
    Ok((tenant, recording::revise(&writing, id, &revision).await?))
}

/// The observations as they stand after the write, in the order in which they were given.
async fn shown(acting: &Acting<'_>, tenant: TenantId, entered: Entered) -> Result<Vec<Observation>> {
    let view = acting.view_after();
    let rows = match entered {
        Entered::Now(rows) => view.tx().as_written::<observation::Entity>(tenant, rows).await?,
        Entered::Before(ids) => {
            let mut rows = view.tx().get_many::<observation::Entity>(tenant, ids.iter().copied()).await?;
            let places: HashMap<_, _> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
            rows.sort_by_key(|row| places.get(&row.id).copied());
            rows
        }
    };
    Ok(Member::gather(&view, tenant, rows).into_iter().map(Observation::Whole).collect())
}
