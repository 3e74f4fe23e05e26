//! Observations.

use async_graphql::{ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Figure, TenantId, performance::observation},
    usecases::performance::{agreements, areas, indicators},
};

use super::{Area, Indicator, ObservationStatus, Qualifier, period::Period};
use crate::graphql::{
    organisation::Act,
    relay::{Member, NodeId, NodeKind, View, connection, straight},
    scalars::{Date, DateTime, Decimal},
};

/// An observation.
#[derive(Clone)]
pub struct Observation(pub Member<observation::Model>);

/// Where a figure comes from and since when it has stood.
#[derive(SimpleObject)]
pub struct Provenance {
    /// The document and section, the file or the system that it comes from.
    source: String,
    /// Whether it was made up to show how things work; never a real figure.
    is_illustrative: bool,
    /// What else is known about it.
    note: Option<String>,
    /// The business date from which it stood.
    recorded_on: Date,
    /// The moment at which it was written.
    recorded_at: DateTime,
    /// The business date on which a revision took its place; null while it stands.
    superseded_on: Option<Date>,
    /// 1 for the first figure, counting up with each revision.
    revision: i32,
    /// Why it was revised.
    revision_reason: Option<String>,
}

straight!(Provenance as this, ctx, asked {
    "source" => this.source,
    "isIllustrative" => this.is_illustrative,
    "note" => this.note,
    "recordedOn" => this.recorded_on,
    "recordedAt" => this.recorded_at,
    "supersededOn" => this.superseded_on,
    "revision" => this.revision,
    "revisionReason" => this.revision_reason,
});

impl Observation {
    /// A figure, unless it is held back so that nobody can be recognised.
    fn shown(&self, figure: Option<Figure>) -> Option<Decimal> {
        figure.filter(|_| self.0.row().status != observation::ObservationStatus::Confidential).map(Decimal::from)
    }

    /// When a revision took its place, as far as was known on the day that is shown.
    fn superseded(&self) -> Option<Date> {
        self.0.row().superseded_on.filter(|day| *day <= self.0.view().as_at()).map(Date)
    }
}

/// What was measured for an area and a period. A figure is revised by a new observation; nothing is overwritten.
#[Object]
impl Observation {
    /// The observation's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Observation, self.0.row()).to_id()
    }

    /// What was measured.
    async fn indicator(&self) -> Result<Option<Indicator>> {
        let ids = self.0.rows().iter().map(|row| row.indicator_id).collect();
        let load = || agreements::indicators(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Observation.indicator", Some(self.0.row().indicator_id), load).await?.map(Indicator))
    }

    /// For which area.
    async fn area(&self) -> Result<Option<Area>> {
        let ids = || self.0.rows().iter().map(|row| row.area_id).collect();
        Area::beside(self.0.view(), self.0.loaded(), Some(self.0.row().area_id), ids).await
    }

    /// For which period.
    async fn period(&self) -> Period {
        Period::recorded(self.0.row())
    }

    /// The figure, in the indicator's unit; null when there is none, for the reason beside it.
    fn value(&self) -> Option<Decimal> {
        self.shown(self.0.row().value)
    }

    /// The upper end, where a document prints a range.
    fn value_high(&self) -> Option<Decimal> {
        self.shown(self.0.row().value_high)
    }

    /// How many, where the figure is a rate and its count is known.
    fn numerator(&self) -> Option<Decimal> {
        self.shown(self.0.row().numerator)
    }

    /// Out of how many; in a survey, of how many people asked.
    fn denominator(&self) -> Option<Decimal> {
        self.shown(self.0.row().denominator)
    }

    /// The standing of the figure.
    fn status(&self) -> ObservationStatus {
        self.0.row().status.into()
    }

    /// The letter of official shorthand for its standing; null for an ordinary figure.
    fn shorthand(&self) -> Option<String> {
        self.0.row().status.shorthand().map(String::from)
    }

    /// How exactly the source puts it.
    fn qualifier(&self) -> Qualifier {
        self.0.row().qualifier.into()
    }

    /// Why there is no figure.
    fn no_value_reason(&self) -> Option<&str> {
        self.0.row().no_value_reason.as_deref()
    }

    /// Where it comes from and since when it has stood.
    async fn provenance(&self) -> Provenance {
        let row = self.0.row();
        Provenance {
            source: row.source.clone(),
            is_illustrative: row.is_illustrative,
            note: row.note.clone(),
            recorded_on: Date(row.recorded_on),
            recorded_at: DateTime(row.recorded_at),
            superseded_on: self.superseded(),
            revision: row.revision,
            revision_reason: row.revision_reason.clone(),
        }
    }

    /// Who recorded it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load =
            || async move { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("Observation.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

straight!(Observation as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "period" => this.period(ctx).await?,
    "value" => this.value(ctx),
    "valueHigh" => this.value_high(ctx),
    "numerator" => this.numerator(ctx),
    "denominator" => this.denominator(ctx),
    "status" => this.status(ctx),
    "shorthand" => this.shorthand(ctx),
    "qualifier" => this.qualifier(ctx),
    "noValueReason" => this.no_value_reason(ctx),
    "provenance" => this.provenance(ctx).await?,
});

/// Which of a tenant's observations are wanted; every condition that is given has to hold.
#[derive(InputObject, Default)]
pub struct TenantObservationFilter {
    /// Only observations of indicators with these codes, such as NI 16.
    #[graphql(validator(max_items = 100))]
    codes: Option<Vec<String>>,
    /// Only observations of areas with these short names or codes of the Government Statistical Service, such as halton or
    /// E06000006.
    #[graphql(validator(max_items = 100))]
    areas: Option<Vec<String>>,
    /// Only observations of this period, by its code, such as FY2009-Q3.
    period: Option<String>,
    /// Only observations of periods that end on this day or later.
    from: Option<Date>,
    /// Only observations of periods that begin on this day or earlier.
    to: Option<Date>,
    /// Figures that were revised later as well as those that stand.
    with_superseded: Option<bool>,
}

impl TenantObservationFilter {
    /// The same with what the names stand for; a name that stands for nothing lets nothing through.
    ///
    /// # Errors
    /// When the database fails, or you may not read indicators there.
    pub async fn known(self, view: &View, tenant: TenantId) -> Result<indicators::ObservationFilter, Error> {
        let indicators = match &self.codes {
            Some(codes) => Some(indicators::coded(view.tx(), tenant, codes).await?),
            None => None,
        };
        let areas = match &self.areas {
            Some(names) => Some(areas::named(view.tx(), names).await?.into_iter().map(|area| area.id).collect()),
            None => None,
        };
        Ok(indicators::ObservationFilter {
            indicators,
            areas,
            period: self.period,
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            with_superseded: self.with_superseded.unwrap_or(false),
        })
    }
}

connection!(ObservationConnection, ObservationEdge, Observation, "observations", straight);
