//! Reading the data files, and the identifiers that their names stand for.

use std::{collections::HashMap, fmt::Display, str::FromStr};

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{
    error::{Error, Result},
    tables::{Figure, Id, TenantId, governance::meeting_decision},
};

/// Reads a file's rows; an error names the file and the line.
pub(super) fn rows<T: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.map_err(|error| Error::internal(format!("{name}: {error}"))))
        .collect()
}

/// A data file by its path under `entity/data`.
macro_rules! data {
    ($path:literal) => {
        $crate::usecases::loading::files::rows($path, include_str!(concat!("../../../data/", $path)))
    };
}
pub(super) use data;

/// Which tenant a named thing belongs to.
pub(super) type Tenants = HashMap<String, TenantId>;

/// The identifier of the tenant with that slug.
pub(super) fn tenant_id(slug: &str) -> TenantId {
    Id::named("tenant", slug)
}

/// The identifier of a thing by its name.
pub(super) fn id<T>(kind: &str, reference: &str) -> Id<T> {
    Id::named(kind, reference)
}

/// The identifier of a thing by its name, where one is given.
pub(super) fn maybe<T>(kind: &str, reference: Option<&String>) -> Option<Id<T>> {
    reference.map(|reference| Id::named(kind, reference))
}

/// The tenant of a named thing.
pub(super) fn owner(tenants: &Tenants, what: &str, reference: &str) -> Result<TenantId> {
    tenants.get(reference).copied().ok_or_else(|| Error::internal(format!("no {what} is called {reference}")))
}

/// A minute that is named by its meeting and its number: the number and the identifier.
pub(super) fn minute(name: &str) -> (String, Id<meeting_decision::Model>) {
    let number = name.rsplit('/').next().unwrap_or(name);
    (number.to_owned(), id("meeting_decision", name))
}

/// A list in one cell, as JSON.
pub(super) fn list(cell: Option<&String>) -> serde_json::Value {
    cell.map_or_else(Vec::new, |cell| cell.split(';').map(str::trim).filter(|part| !part.is_empty()).collect()).into()
}

/// A cell that is read by the value's own parser.
pub(super) fn parsed<'de, D, T>(cell: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    String::deserialize(cell)?.parse().map_err(serde::de::Error::custom)
}

/// A cell that is read by the value's own parser, or nothing.
pub(super) fn maybe_parsed<'de, D, T>(cell: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = Option::<String>::deserialize(cell)?.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

/// A cell with a figure, or nothing.
pub(super) fn figure<'de, D: Deserializer<'de>>(cell: D) -> Result<Option<Figure>, D::Error> {
    let text = Option::<String>::deserialize(cell)?;
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let value: rust_decimal::Decimal = text.parse().map_err(serde::de::Error::custom)?;
    Figure::new(value).map(Some).ok_or_else(|| serde::de::Error::custom("more than six decimal places, or out of range"))
}
