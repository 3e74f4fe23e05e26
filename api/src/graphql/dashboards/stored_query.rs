//! Stored queries and their versions.

use async_graphql::{ID, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::stored_query as rules,
    tables::dashboards::{stored_query, stored_query_version},
    usecases::dashboards::stored_queries,
};

use super::{StoredQueryStanding, StoredQueryValueKind};
use crate::graphql::{
    organisation::{Act, Tenant},
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::Date,
};

/// A stored query.
#[derive(Clone)]
pub struct StoredQuery(pub Member<stored_query::Model>);

impl StoredQuery {
    async fn own_versions(&self) -> Result<Vec<StoredQueryVersion>, Error> {
        let load = || stored_queries::versions(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("versions", load, |row: &stored_query_version::Model| Some(row.stored_query_id)).await?;
        Ok(rows.into_iter().map(StoredQueryVersion).collect())
    }
}

/// A question under a name that stays. It is served at `/v1/{tenant}/queries/{name}` as JSON, rows, CSV and OData; each gets what
/// their own powers let them read.
#[Object]
impl StoredQuery {
    /// The query's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::StoredQuery, self.0.row()).to_id()
    }

    /// The tenant whose query it is.
    async fn tenant(&self) -> Result<Option<Tenant>> {
        Tenant::one(self.0.view(), self.0.tenant()).await
    }

    /// What it is called in addresses, such as agreement-lines.
    fn name(&self) -> &str {
        &self.0.row().name
    }

    /// What people call it.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// What it tells, and what to mind.
    fn description(&self) -> &str {
        &self.0.row().description
    }

    /// The version that its name stands for today; null while none is published.
    async fn current(&self) -> Result<Option<StoredQueryVersion>> {
        let versions = self.own_versions().await?;
        let rows: Vec<_> = versions.iter().map(|version| version.0.row().clone()).collect();
        let number = stored_queries::current(&rows, self.0.view().business_date()).map(|row| row.number);
        Ok(versions.into_iter().find(|version| Some(version.0.row().number) == number))
    }

    /// All versions, drafts among them, by number.
    async fn versions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<StoredQueryVersionConnection>> {
        let paging = Paging::new(&format!("StoredQuery.versions/{}", self.0.row().id), (first, after, last, before))?;
        let versions = self.own_versions().await?.into_iter();
        Ok(Some(paging.slice(versions.map(|version| (version.0.row().id.uuid(), version)).collect())?.into()))
    }

    /// The business date on which it was written down.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who wrote it down, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load =
            || async move { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("StoredQuery.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

connection!(StoredQueryConnection, StoredQueryEdge, StoredQuery, "stored queries");

/// A version of a stored query.
#[derive(Clone)]
pub struct StoredQueryVersion(pub Member<stored_query_version::Model>);

impl StoredQueryVersion {
    fn definition(&self) -> Result<rules::Definition, Error> {
        stored_queries::definition(self.0.row())
    }
}

/// A version of a stored query: what it asks, and the columns that its answers always have. It never changes.
#[Object]
impl StoredQueryVersion {
    /// The version's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::StoredQueryVersion, self.0.row()).to_id()
    }

    /// The query.
    async fn stored_query(&self) -> Result<Option<StoredQuery>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.stored_query_id).collect();
        let load = || async move { self.0.tx().get_many::<stored_query::Entity>(self.0.tenant(), ids).await };
        let found = self.0.beside("StoredQueryVersion.storedQuery", Some(self.0.row().stored_query_id), load).await?;
        Ok(found.map(StoredQuery))
    }

    /// Counted from 1.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// How it stands today.
    fn standing(&self) -> StoredQueryStanding {
        stored_queries::standing(self.0.row(), self.0.view().business_date()).into()
    }

    /// The GraphQL document, of one query.
    fn document(&self) -> Result<String> {
        Ok(self.definition()?.document)
    }

    /// Where the rows are in the document's answer: response keys from its root, separated by dots.
    fn rows_path(&self) -> Result<String> {
        Ok(self.definition()?.rows_path)
    }

    /// The columns of its rows, in order.
    async fn columns(&self) -> Result<Vec<StoredQueryColumn>> {
        let column = |column: rules::Column| StoredQueryColumn {
            name: column.name,
            path: column.path,
            kind: column.kind.into(),
            description: column.description,
        };
        Ok(self.definition()?.columns.into_iter().map(column).collect())
    }

    /// What can be given in the address, in order.
    async fn parameters(&self) -> Result<Vec<StoredQueryParameter>> {
        let parameter = |parameter: rules::Parameter| StoredQueryParameter {
            name: parameter.name,
            kind: parameter.kind.into(),
            is_list: parameter.is_list,
            is_required: parameter.is_required,
            description: parameter.description,
        };
        Ok(self.definition()?.parameters.into_iter().map(parameter).collect())
    }

    /// The first day on which it is served; null for a draft.
    fn published_on(&self) -> Option<Date> {
        self.0.row().published_on.map(Date)
    }

    /// The day from which its users are told that it will be given up; null while nobody thinks of that.
    fn deprecated_on(&self) -> Option<Date> {
        self.0.row().deprecated_on.map(Date)
    }

    /// The first day on which it is served no longer.
    fn sunset_on(&self) -> Option<Date> {
        self.0.row().sunset_on.map(Date)
    }

    /// Why it is given up, and what to use instead.
    fn retirement_reason(&self) -> Option<&str> {
        self.0.row().retirement_reason.as_deref()
    }

    /// The business date on which it was written down.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who wrote it down, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load =
            || async move { self.0.tx().get_many::<entity::tables::organisation::act::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("StoredQueryVersion.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

connection!(StoredQueryVersionConnection, StoredQueryVersionEdge, StoredQueryVersion, "versions of a stored query");

/// A column of a stored query's rows.
#[derive(SimpleObject)]
pub struct StoredQueryColumn {
    /// What it is called.
    name: String,
    /// Where its value is: response keys from the row, separated by dots; from the answer's root when it begins with `$.`.
    path: String,
    /// What its values are.
    kind: StoredQueryValueKind,
    /// What it means.
    description: String,
}

/// Something that can be given in a stored query's address.
#[derive(SimpleObject)]
pub struct StoredQueryParameter {
    /// What it is called, as the document calls it.
    name: String,
    /// What its values are.
    kind: StoredQueryValueKind,
    /// Whether it takes several, separated by commas.
    is_list: bool,
    /// Whether it has to be given.
    is_required: bool,
    /// What it means.
    description: String,
}
