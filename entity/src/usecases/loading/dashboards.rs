//! The demonstration's stored queries: what people would look at every day. Each tenant has them for itself.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    figures::{Acts, midday},
    files::{id, tenant_id},
};
use crate::{
    error::{Error, Result},
    rules::stored_query::{Column, Definition, Parameter},
    tables::dashboards::{stored_query, stored_query_version},
};

/// What stands beside a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    name: String,
    title: String,
    description: String,
    /// The tenants that have it.
    tenants: Vec<String>,
    recorded_on: NaiveDate,
    rows_path: String,
    pages_by: Option<String>,
    columns: Vec<Column>,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$((
            include_str!(concat!("../../../data/demonstration/stored_queries/", $name, ".json")),
            include_str!(concat!("../../../data/demonstration/stored_queries/", $name, ".graphql")),
        )),+]
    };
}

const FILES: &[(&str, &str)] =
    files!("agreement-lines", "area-comparison", "observations", "sharing-agreements", "theme-roll-up");

/// The rows of both registers.
type Rows = (Vec<stored_query::Model>, Vec<stored_query_version::Model>);

pub(super) fn stored_queries(acts: &mut Acts) -> Result<Rows> {
    let (mut queries, mut versions) = (Vec::new(), Vec::new());
    for (about, document) in FILES {
        let about: About = serde_json::from_str(about).map_err(Error::internal)?;
        let definition = Definition {
            document: (*document).to_owned(),
            rows_path: about.rows_path,
            pages_by: about.pages_by,
            columns: about.columns,
            parameters: about.parameters,
            shows_record: false,
        };
        let definition = serde_json::to_value(&definition).map_err(Error::internal)?;
        for slug in &about.tenants {
            let (tenant, named) = (tenant_id(slug), format!("{slug}/{}", about.name));
            let act = acts.of(tenant, None, about.recorded_on);
            let recorded_at = midday(about.recorded_on);
            queries.push(stored_query::Model {
                tenant_id: tenant,
                id: id("stored_query", &named),
                name: about.name.clone(),
                title: about.title.clone(),
                description: about.description.clone(),
                act_id: act,
                recorded_on: about.recorded_on,
                recorded_at,
            });
            versions.push(stored_query_version::Model {
                tenant_id: tenant,
                id: id("stored_query_version", &format!("{named}/1")),
                stored_query_id: id("stored_query", &named),
                number: 1,
                definition: definition.clone(),
                published_on: Some(about.recorded_on),
                deprecated_on: None,
                sunset_on: None,
                retirement_reason: None,
                act_id: act,
                recorded_on: about.recorded_on,
                recorded_at,
            });
        }
    }
    Ok((queries, versions))
}
