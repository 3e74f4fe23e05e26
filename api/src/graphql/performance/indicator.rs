//! What a tenant measures.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::{
    error::{Error, ProblemCode},
    tables::performance::indicator,
    usecases::performance::{areas, indicators},
};

use super::{
    Control, Frequency, MeasureKind, NationalIndicator, Observation, Polarity, PoliceOwner, area::AreaBy,
    observation::ObservationConnection,
};
use crate::graphql::{
    organisation::Organisation,
    relay::{Member, NodeId, NodeKind, Paging, connection, is_counted, straight},
    scalars::Date,
};

/// An indicator.
#[derive(Clone)]
pub struct Indicator(pub Member<indicator::Model>);

/// Which indicators are wanted; every condition that is given has to hold.
#[derive(InputObject, Default, Debug)]
pub struct IndicatorFilter {
    /// Only indicators with these codes, such as NI 15.
    #[graphql(validator(max_items = 100))]
    codes: Option<Vec<String>>,
    /// Only indicators that the police side owns in this way.
    police_owner: Option<PoliceOwner>,
}

impl From<IndicatorFilter> for indicators::Filter {
    fn from(filter: IndicatorFilter) -> Self {
        Self { codes: filter.codes, police_owner: filter.police_owner.map(Into::into) }
    }
}

/// Which observations are wanted; every condition that is given has to hold.
#[derive(InputObject, Default)]
pub struct ObservationFilter {
    /// Only observations of this area.
    area: Option<AreaBy>,
    /// Only observations of this period, by its code, such as FY2009-Q3.
    period: Option<String>,
    /// Only observations of periods that end on this day or later.
    from: Option<Date>,
    /// Only observations of periods that begin on this day or earlier.
    to: Option<Date>,
    /// Figures that were revised later as well as those that stand.
    with_superseded: Option<bool>,
}

/// An indicator as a tenant measures it: adopted from the national set, or local.
#[Object]
impl Indicator {
    /// The indicator's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Indicator, self.0.row()).to_id()
    }

    /// Short stable name within the tenant.
    fn reference(&self) -> &str {
        &self.0.row().reference
    }

    /// The code that people use, such as NI 15.
    fn code(&self) -> &str {
        &self.0.row().code
    }

    /// What it measures.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// The national indicator that it was adopted from; null for a local one.
    async fn national(&self) -> Result<Option<NationalIndicator>> {
        let Some(id) = self.0.row().national_indicator_id else { return Ok(None) };
        let rows = self
            .0
            .loaded()
            .once("Indicator.national", || async move {
                let ids = self.0.rows().iter().filter_map(|row| row.national_indicator_id).collect();
                let rows = indicators::national_many(self.0.tx(), ids).await?;
                Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
            })
            .await?;
        Ok(rows.get(&id).map(|row| NationalIndicator(Arc::clone(row))))
    }

    /// Which way is better.
    fn polarity(&self) -> Polarity {
        self.0.row().polarity.into()
    }

    /// The unit of its figures.
    fn unit(&self) -> &str {
        &self.0.row().unit
    }

    /// Decimal places in publication.
    fn decimals(&self) -> i32 {
        self.0.row().decimals
    }

    /// How a figure relates to its period.
    fn measure_kind(&self) -> MeasureKind {
        self.0.row().measure_kind.into()
    }

    /// How often a figure is due.
    fn frequency(&self) -> Frequency {
        self.0.row().frequency.into()
    }

    /// Days after the end of a period until its figure is due.
    fn data_lag_days(&self) -> i32 {
        self.0.row().data_lag_days
    }

    /// Whether the Constabulary or the Authority owns it; lead members report on those that they do.
    fn police_owner(&self) -> PoliceOwner {
        self.0.row().police_owner.into()
    }

    /// How far the partners can move it themselves.
    fn control(&self) -> Control {
        self.0.row().control.into()
    }

    /// The organisation that supplies the figures.
    async fn data_owner(&self) -> Result<Option<Organisation>> {
        let ids = || self.0.rows().iter().filter_map(|row| row.data_owner_id).collect();
        Organisation::beside(self.0.view(), self.0.loaded(), "Indicator.dataOwner", self.0.row().data_owner_id, ids).await
    }

    /// What to mind when reading it.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// The document and section, or the public page, that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// Every figure that was recorded for it, whatever the area, in the order of recording.
    async fn observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ObservationFilter>,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<ObservationConnection>> {
        let filter = filter.unwrap_or_default();
        let view = self.0.view();
        let area = match filter.area {
            Some(by) => Some(known_area(view, by).await?),
            None => None,
        };
        let wanted = indicators::ObservationFilter {
            indicators: Some(vec![self.0.row().id]),
            areas: area.map(|area| vec![area]),
            period: filter.period,
            from: filter.from.map(|day| day.0),
            to: filter.to.map(|day| day.0),
            with_superseded: filter.with_superseded.unwrap_or(false),
        };
        let paging = Paging::new(
            &format!("Indicator.observations/{}/{}/{wanted:?}", self.0.row().id, view.as_at()),
            (first, after, last, before),
        )?;
        let request = paging.request(is_counted(ctx))?;
        let page = indicators::observations(self.0.tx(), self.0.tenant(), &wanted, view.as_at(), &request).await?;
        Ok(Some(paging.together(page, view, self.0.tenant(), Observation::Whole).into()))
    }
}

async fn known_area(
    view: &crate::graphql::relay::View,
    by: AreaBy,
) -> Result<entity::tables::Id<entity::tables::performance::area::Model>, Error> {
    match areas::area(view.tx(), &by.into()).await {
        Ok(area) => Ok(area.id),
        Err(Error::NotFound(_)) => Err(Error::invalid("filter.area", ProblemCode::NotFound, "There is no such area.")),
        Err(error) => Err(error),
    }
}

straight!(Indicator as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "reference" => this.reference(ctx),
    "code" => this.code(ctx),
    "title" => this.title(ctx),
    "polarity" => this.polarity(ctx),
    "unit" => this.unit(ctx),
    "decimals" => this.decimals(ctx),
    "measureKind" => this.measure_kind(ctx),
    "frequency" => this.frequency(ctx),
    "dataLagDays" => this.data_lag_days(ctx),
    "policeOwner" => this.police_owner(ctx),
    "control" => this.control(ctx),
    "note" => this.note(ctx),
    "source" => this.source(ctx),
});

connection!(IndicatorConnection, IndicatorEdge, Indicator, "indicators", straight);
