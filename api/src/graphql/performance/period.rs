//! Periods: financial years, halves, quarters, months and others.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Object, Result};
use chrono::NaiveDate;
use entity::{
    error::{Error, ProblemCode},
    rules::period::{self as rules, Period as Known},
    tables::{RecordedPeriod, performance::observation},
};

use super::PeriodKind;
use crate::graphql::{relay::straight, scalars::Date};

/// A period, whose names are made when they are asked for: a dashboard shows hundreds of periods, and of most only the code.
#[derive(Clone, Debug)]
pub struct Period {
    known: Option<Known>,
    /// As recorded; of a period that the calendar knows, both follow from it.
    code: Option<Arc<str>>,
    label: Option<Arc<str>>,
    dates: [Option<NaiveDate>; 2],
}

/// A stretch of time that a figure is for.
#[Object]
impl Period {
    /// The code for programs: FY2009, FY2009-H1, FY2009-Q3, FY2009-M07 (the seventh month from April), CY2009, AY2009, WAVE2008;
    /// or a code of its own, where a document dates a figure in another way.
    fn code(&self) -> Cow<'_, str> {
        named(self.code.as_deref(), self.known, Known::code)
    }

    /// As people say it: 2009/10, Q3 2009/10.
    fn label(&self) -> Cow<'_, str> {
        named(self.label.as_deref(), self.known, Known::label)
    }

    /// What sort of period it is; null where a document dates a figure in another way.
    fn kind(&self) -> Option<PeriodKind> {
        self.known.map(|known| known.kind().into())
    }

    /// The first day; null where it isn't known.
    fn starts_on(&self) -> Option<Date> {
        self.known.map(Known::start).or(self.dates[0]).map(Date)
    }

    /// The last day; null where it isn't known.
    fn ends_on(&self) -> Option<Date> {
        self.known.map(Known::end).or(self.dates[1]).map(Date)
    }

    /// The financial year that it lies in, as 2009/10; null where it lies in several or isn't known.
    fn financial_year(&self) -> Option<String> {
        self.known?.financial_year().map(Known::label)
    }
}

straight!(Period as this, ctx, asked {
    "code" => this.code(ctx),
    "label" => this.label(ctx),
    "kind" => this.kind(ctx),
    "startsOn" => this.starts_on(ctx),
    "endsOn" => this.ends_on(ctx),
    "financialYear" => this.financial_year(ctx),
});

/// The name that was recorded, or the one that follows from the period.
fn named(recorded: Option<&str>, known: Option<Known>, name: fn(Known) -> String) -> Cow<'_, str> {
    match (recorded, known) {
        (Some(recorded), _) => recorded.into(),
        (None, Some(known)) => name(known).into(),
        (None, None) => Cow::default(),
    }
}

impl From<Known> for Period {
    fn from(period: Known) -> Self {
        Self { known: Some(period), code: None, label: None, dates: [None; 2] }
    }
}

impl Period {
    /// The period of an observation, under the name that a document gives it, whether the calendar knows it or not.
    #[must_use]
    pub fn recorded(row: &observation::Model) -> Self {
        let RecordedPeriod { code, known } = row.period.as_str().into();
        Self { known, code: Some(code), label: Some(row.period_label.as_str().into()), dates: [row.starts_on, row.ends_on] }
    }

    /// The same by as much of it as a colour rests on.
    #[must_use]
    pub fn recorded_briefly(row: &observation::Brief) -> Self {
        let row = &row.found;
        let (code, label) = (Arc::clone(&row.period.code), Arc::clone(&row.period_label));
        Self { known: row.period.known, code: Some(code), label: Some(label), dates: [row.starts_on, row.ends_on] }
    }
}

/// Reads a period's code from an argument.
///
/// # Errors
/// [`Error::Invalid`] naming the field.
pub fn argument(field: &str, code: Option<&str>) -> Result<Option<Known>, Error> {
    let Some(code) = code else { return Ok(None) };
    code.parse().map(Some).map_err(|error: rules::PeriodError| Error::invalid(field, ProblemCode::Malformed, error.to_string()))
}

/// Periods.
#[derive(Default)]
pub struct PeriodQuery;

#[Object]
impl PeriodQuery {
    /// What a period's code stands for. A code of a document's own means something only beside the figure that it dates, and is refused.
    async fn period(&self, #[graphql(desc = "The code, such as FY2009-Q3.")] code: String) -> Result<Option<Period>> {
        Ok(argument("code", Some(&code))?.map(Period::from))
    }
}
