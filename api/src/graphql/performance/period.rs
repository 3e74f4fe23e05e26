//! Periods: financial years, halves, quarters, months and others.

use async_graphql::{Object, Result, SimpleObject};
use chrono::NaiveDate;
use entity::{
    error::{Error, ProblemCode},
    rules::period::{self as rules, Period as Known},
    tables::performance::observation,
};

use super::PeriodKind;
use crate::graphql::{relay::straight, scalars::Date};

/// A stretch of time that a figure is for.
#[derive(Clone, Debug, SimpleObject)]
pub struct Period {
    /// The code for programs: FY2009, FY2009-H1, FY2009-Q3, FY2009-M07 (the seventh month from April), CY2009, AY2009, WAVE2008;
    /// or a code of its own, where a document dates a figure in another way.
    code: String,
    /// As people say it: 2009/10, Q3 2009/10.
    label: String,
    /// What sort of period it is; null where a document dates a figure in another way.
    kind: Option<PeriodKind>,
    /// The first day; null where it isn't known.
    starts_on: Option<Date>,
    /// The last day; null where it isn't known.
    ends_on: Option<Date>,
    /// The financial year that it lies in, as 2009/10; null where it lies in several or isn't known.
    financial_year: Option<String>,
}

straight!(Period as this, ctx, asked {
    "code" => this.code,
    "label" => this.label,
    "kind" => this.kind,
    "startsOn" => this.starts_on,
    "endsOn" => this.ends_on,
    "financialYear" => this.financial_year,
});

impl From<Known> for Period {
    fn from(period: Known) -> Self {
        Self {
            code: period.code(),
            label: period.label(),
            kind: Some(period.kind().into()),
            starts_on: Some(Date(period.start())),
            ends_on: Some(Date(period.end())),
            financial_year: period.financial_year().map(Known::label),
        }
    }
}

impl Period {
    /// The period of an observation, as recorded.
    #[must_use]
    pub fn recorded(row: &observation::Model) -> Self {
        Self::labelled(row.period.parse().ok(), (&row.period, &row.period_label), [row.starts_on, row.ends_on])
    }

    /// The same by as much of it as a colour rests on.
    #[must_use]
    pub fn recorded_briefly(row: &observation::Brief) -> Self {
        Self::labelled(row.period.known, (&row.period.code, &row.period_label), [row.starts_on, row.ends_on])
    }

    /// A period under the name that a document gives it, whether the calendar knows it or not.
    fn labelled(known: Option<Known>, (code, label): (&str, &str), [starts_on, ends_on]: [Option<NaiveDate>; 2]) -> Self {
        let label = label.to_owned();
        match known {
            Some(period) => Self { label, ..period.into() },
            None => Self {
                code: code.to_owned(),
                label,
                kind: None,
                starts_on: starts_on.map(Date),
                ends_on: ends_on.map(Date),
                financial_year: None,
            },
        }
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
    /// What a period's code stands for.
    async fn period(&self, #[graphql(desc = "The code, such as FY2009-Q3.")] code: String) -> Result<Option<Period>> {
        Ok(argument("code", Some(&code))?.map(Period::from))
    }
}
