//! Observations.

use std::collections::HashMap;

use async_graphql::{ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use entity::{
    error::Error,
    tables::{
        Figure, Id, TenantId, TenantRow,
        organisation::act,
        performance::{area, indicator, observation},
    },
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
pub enum Observation {
    /// The row.
    Whole(Member<observation::Model>),
    /// As much of it as a colour rests on; the rest is loaded, for all that came with it, when it is asked for.
    Brief(Member<observation::Brief>),
}

/// A field that stands in the brief, too.
macro_rules! field {
    ($this:ident.$field:ident) => {
        match $this {
            Self::Whole(row) => &row.row().$field,
            Self::Brief(row) => &row.row().found.$field,
        }
    };
}

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

/// The rows of briefs.
type Rows = HashMap<Id<observation::Model>, Member<observation::Model>>;

impl Observation {
    fn view(&self) -> &View {
        match self {
            Self::Whole(row) => row.view(),
            Self::Brief(row) => row.view(),
        }
    }

    async fn whole(&self) -> Result<Member<observation::Model>, Error> {
        let brief = match self {
            Self::Whole(row) => return Ok(row.clone()),
            Self::Brief(brief) => brief,
        };
        let load = || async move {
            let ids = brief.rows().iter().map(|row| row.found.id);
            let rows = brief.tx().get_many::<observation::Entity>(brief.tenant(), ids).await?;
            let members = Member::gather(brief.view(), brief.tenant(), rows).into_iter();
            Ok(members.map(|member| (member.row().id, member)).collect::<Rows>())
        };
        let rows = brief.loaded().once("Observation.whole", load).await?;
        rows.get(&brief.row().found.id).cloned().ok_or(Error::NotFound("observation"))
    }

    /// A figure, unless it is held back so that nobody can be recognised.
    fn shown(&self, figure: Option<Figure>) -> Option<Decimal> {
        figure.filter(|_| *field!(self.status) != observation::ObservationStatus::Confidential).map(Decimal::from)
    }

    /// When a revision took its place, as far as was known on the day that is shown.
    fn superseded(&self, on: Option<NaiveDate>) -> Option<Date> {
        on.filter(|day| *day <= self.view().as_at()).map(Date)
    }
}

/// What was measured for an area and a period. A figure is revised by a new observation; nothing is overwritten.
#[Object]
impl Observation {
    /// The observation's global identifier.
    pub async fn id(&self) -> ID {
        match self {
            Self::Whole(row) => NodeId::of(NodeKind::Observation, row.row()),
            Self::Brief(row) => NodeId::of(NodeKind::Observation, row.row()),
        }
        .to_id()
    }

    /// What was measured.
    async fn indicator(&self) -> Result<Option<Indicator>> {
        Ok(match self {
            Self::Whole(row) => indicator_of(row, |row| row.indicator_id).await?,
            Self::Brief(row) => indicator_of(row, |row| row.indicator_id).await?,
        })
    }

    /// For which area.
    async fn area(&self) -> Result<Option<Area>> {
        match self {
            Self::Whole(row) => area_of(row, |row| row.area_id).await,
            Self::Brief(row) => area_of(row, |row| row.area_id).await,
        }
    }

    /// For which period.
    async fn period(&self) -> Period {
        match self {
            Self::Whole(row) => Period::recorded(row.row()),
            Self::Brief(row) => Period::recorded_briefly(row.row()),
        }
    }

    /// The figure, in the indicator's unit; null when there is none, for the reason beside it.
    fn value(&self) -> Option<Decimal> {
        self.shown(*field!(self.value))
    }

    /// The upper end, where a document prints a range.
    fn value_high(&self) -> Option<Decimal> {
        self.shown(*field!(self.value_high))
    }

    /// How many, where the figure is a rate and its count is known.
    async fn numerator(&self) -> Result<Option<Decimal>> {
        Ok(self.shown(self.whole().await?.row().numerator))
    }

    /// Out of how many; in a survey, of how many people asked.
    fn denominator(&self) -> Option<Decimal> {
        self.shown(*field!(self.denominator))
    }

    /// The standing of the figure.
    fn status(&self) -> ObservationStatus {
        (*field!(self.status)).into()
    }

    /// The letter of official shorthand for its standing; null for an ordinary figure.
    fn shorthand(&self) -> Option<String> {
        field!(self.status).shorthand().map(String::from)
    }

    /// How exactly the source puts it.
    fn qualifier(&self) -> Qualifier {
        (*field!(self.qualifier)).into()
    }

    /// Why there is no figure.
    async fn no_value_reason(&self) -> Result<Option<String>> {
        Ok(self.whole().await?.row().no_value_reason.clone())
    }

    /// Where it comes from and since when it has stood.
    async fn provenance(&self) -> Result<Provenance> {
        let whole = self.whole().await?;
        let row = whole.row();
        Ok(Provenance {
            source: row.source.clone(),
            is_illustrative: row.is_illustrative,
            note: row.note.clone(),
            recorded_on: Date(row.recorded_on),
            recorded_at: DateTime(row.recorded_at),
            superseded_on: self.superseded(row.superseded_on),
            revision: row.revision,
            revision_reason: row.revision_reason.clone(),
        })
    }

    /// Who recorded it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let whole = &self.whole().await?;
        let ids: Vec<_> = whole.rows().iter().map(|row| row.act_id).collect();
        let load = || async move { whole.tx().get_many::<act::Entity>(whole.tenant(), ids).await };
        Ok(whole.beside("Observation.act", Some(whole.row().act_id), load).await?.map(Act))
    }
}

async fn indicator_of<R: TenantRow>(row: &Member<R>, of: fn(&R) -> Id<indicator::Model>) -> Result<Option<Indicator>> {
    let ids = row.rows().iter().map(|row| of(row)).collect();
    let load = || agreements::indicators(row.tx(), row.tenant(), ids);
    Ok(row.beside("Observation.indicator", Some(of(row.row())), load).await?.map(Indicator))
}

async fn area_of<R: TenantRow>(row: &Member<R>, of: fn(&R) -> Id<area::Model>) -> Result<Option<Area>> {
    let ids = || row.rows().iter().map(|row| of(row)).collect();
    Area::beside(row.view(), row.loaded(), Some(of(row.row())), ids).await
}

straight!(Observation as this, ctx, asked {
    "id" => this.id(ctx).await?,
    "period" => this.period(ctx).await?,
    "value" => this.value(ctx),
    "valueHigh" => this.value_high(ctx),
    "numerator" => this.numerator(ctx).await?,
    "denominator" => this.denominator(ctx),
    "status" => this.status(ctx),
    "shorthand" => this.shorthand(ctx),
    "qualifier" => this.qualifier(ctx),
    "noValueReason" => this.no_value_reason(ctx).await?,
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
