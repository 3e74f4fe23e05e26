//! Writing stored queries down, publishing them, and giving them up.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::stored_query::Definition,
    tables::{
        Id, TenantId,
        dashboards::{stored_query, stored_query_version},
    },
    tenancy::deeds,
    usecases::dashboards::defining,
};

use super::{
    StoredQuery, StoredQueryValueKind, StoredQueryVersion,
    checking::{self, Proposed, ProposedColumn},
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, parted},
    frontdoor::{Contract, Limits},
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// A column of a stored query's rows.
#[derive(InputObject, Clone)]
pub struct StoredQueryColumnInput {
    /// What it is called: up to 60 letters, digits and underscores.
    name: String,
    /// Where its value is: response keys from the row, separated by dots; from the answer's root when it begins with `$.`. The
    /// values of a list are joined with semicolons.
    path: String,
    /// What its values are; what the schema says when left out. A day or a moment may be shown as EPOCH_MILLISECONDS, anything as TEXT.
    kind: Option<StoredQueryValueKind>,
    /// What it means.
    description: Option<String>,
}

/// What a parameter of a stored query means.
#[derive(InputObject, Clone)]
pub struct StoredQueryParameterInput {
    /// What the document calls the variable.
    name: String,
    /// What it means.
    description: String,
}

/// What a version of a stored query asks.
#[derive(InputObject, Clone)]
pub struct StoredQueryDefinitionInput {
    /// The GraphQL document, of one query. Its variables are the parameters; `$tenant: String!` is the tenant's short name. A list in
    /// pages on the way to the rows takes `first: 100, after: $after` and has `pageInfo { hasNextPage endCursor }`.
    document: String,
    /// Where the rows are in its answer: response keys from its root, separated by dots, such as tenant.agreement.indicators.nodes.
    rows_path: String,
    /// The columns, in order; every value beneath a row when left out. Where a column lies in an outer list, its items without rows
    /// have a row of their own.
    #[graphql(validator(max_items = 100))]
    columns: Option<Vec<StoredQueryColumnInput>>,
    /// What the parameters mean.
    #[graphql(validator(max_items = 100))]
    parameters: Option<Vec<StoredQueryParameterInput>>,
}

/// A stored query to be written down.
#[derive(InputObject)]
pub struct CreateStoredQueryInput {
    /// The tenant whose query it is.
    tenant: ID,
    /// What it is called in addresses: small letters, digits and hyphens, such as agreement-lines.
    name: String,
    /// What people call it.
    title: String,
    /// What it tells, and what to mind.
    description: Option<String>,
    /// What its first version asks.
    definition: StoredQueryDefinitionInput,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What writing a stored query down gives.
#[derive(SimpleObject)]
pub struct CreateStoredQueryPayload {
    /// The query, with its first version as a draft.
    stored_query: Option<StoredQuery>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A new version of a stored query to be written down.
#[derive(InputObject)]
pub struct CreateStoredQueryVersionInput {
    /// The query.
    stored_query: ID,
    /// What the version asks.
    definition: StoredQueryDefinitionInput,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What writing a version down gives.
#[derive(SimpleObject)]
pub struct CreateStoredQueryVersionPayload {
    /// The version, as a draft.
    version: Option<StoredQueryVersion>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A version of a stored query to be published.
#[derive(InputObject)]
pub struct PublishStoredQueryVersionInput {
    /// The version.
    version: ID,
    /// Columns of the version served so far that its readers lose, or get as something else, and that are meant to go.
    #[graphql(default, validator(max_items = 100))]
    acknowledged_columns: Vec<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What publishing a version gives.
#[derive(SimpleObject)]
pub struct PublishStoredQueryVersionPayload {
    /// The version, which is served from today on.
    version: Option<StoredQueryVersion>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A version of a stored query to be given up.
#[derive(InputObject)]
pub struct RetireStoredQueryVersionInput {
    /// The version.
    version: ID,
    /// The day from which its users are told: today or later.
    deprecated_on: Date,
    /// The first day on which it is served no longer: half a year after that, or later.
    sunset_on: Date,
    /// Why, and what to use instead.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What giving a version up gives.
#[derive(SimpleObject)]
pub struct RetireStoredQueryVersionPayload {
    /// The version as it stands now.
    version: Option<StoredQueryVersion>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Stored queries being written down, published and given up.
#[derive(Default)]
pub struct StoredQueryMutation;

#[Object]
impl StoredQueryMutation {
    /// Writes a stored query down. Its first version is a draft: those who may define queries can try it at its address, by number.
    async fn create_stored_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The query to be written down.")] input: CreateStoredQueryInput,
    ) -> Result<CreateStoredQueryPayload> {
        let acting = Acting::of(ctx)?;
        let (stored_query, user_errors) = parted(created(ctx, &acting, input).await)?;
        Ok(CreateStoredQueryPayload { stored_query, user_errors })
    }

    /// Writes a new version of a stored query down, as a draft.
    async fn create_stored_query_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version to be written down.")] input: CreateStoredQueryVersionInput,
    ) -> Result<CreateStoredQueryVersionPayload> {
        let acting = Acting::of(ctx)?;
        let (version, user_errors) = parted(versioned(ctx, &acting, input).await)?;
        Ok(CreateStoredQueryVersionPayload { version, user_errors })
    }

    /// Publishes a version of a stored query: from today on it is what the query's name stands for.
    async fn publish_stored_query_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version to be published.")] input: PublishStoredQueryVersionInput,
    ) -> Result<PublishStoredQueryVersionPayload> {
        let acting = Acting::of(ctx)?;
        let (version, user_errors) = parted(published(&acting, &input).await)?;
        Ok(PublishStoredQueryVersionPayload { version, user_errors })
    }

    /// Gives a version of a stored query up: its users are told from one day on, and from another it is served no longer.
    async fn retire_stored_query_version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version to be given up.")] input: RetireStoredQueryVersionInput,
    ) -> Result<RetireStoredQueryVersionPayload> {
        let acting = Acting::of(ctx)?;
        let (version, user_errors) = parted(retired(&acting, &input).await)?;
        Ok(RetireStoredQueryVersionPayload { version, user_errors })
    }
}

impl StoredQueryDefinitionInput {
    /// The definition that is meant, found good; its faults lie beneath `definition`.
    fn checked(self, ctx: &Context<'_>) -> Result<Definition, Error> {
        let column = |column: StoredQueryColumnInput| ProposedColumn {
            name: column.name,
            path: column.path,
            kind: column.kind.map(Into::into),
            description: column.description.unwrap_or_default(),
        };
        let proposed = Proposed {
            document: self.document,
            rows_path: self.rows_path,
            columns: self.columns.map(|columns| columns.into_iter().map(column).collect()),
            meanings: self.parameters.unwrap_or_default().into_iter().map(|said| (said.name, said.description)).collect(),
        };
        let (Some(contract), Some(limits)) = (ctx.data_opt::<Arc<Contract>>(), ctx.data_opt::<Limits>()) else {
            return Err(Error::internal("there is no contract to hold a document against"));
        };
        let checked = checking::checked(&ctx.schema_env.registry, (contract, limits), &proposed);
        checked.map_err(|faults| Error::Invalid(faults.into_iter().map(|fault| fault.within(&["definition"])).collect()))
    }
}

async fn created(ctx: &Context<'_>, acting: &Acting<'_>, input: CreateStoredQueryInput) -> Result<StoredQuery, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    writing.at_home::<deeds::DefineStoredQuery>().await?;
    let new = defining::New {
        name: input.name,
        title: input.title,
        description: input.description.unwrap_or_default(),
        definition: input.definition.checked(ctx)?,
    };
    let id = writing.once(|tx| async { within_definition(defining::create(tx, &new).await) }).await?;
    let view = acting.view_after();
    let row = view.tx().get::<stored_query::Entity>(tenant, id).await?;
    Ok(StoredQuery(Member::alone(&view, row)))
}

async fn versioned(
    ctx: &Context<'_>,
    acting: &Acting<'_>,
    input: CreateStoredQueryVersionInput,
) -> Result<StoredQueryVersion, Error> {
    let (tenant, query) = NodeId::expect("storedQuery", &input.stored_query, NodeKind::StoredQuery)?;
    let writing = acting.writing(tenant, &input)?;
    writing.at_home::<deeds::DefineStoredQuery>().await?;
    let definition = input.definition.checked(ctx)?;
    let id = writing.once(|tx| async { within_definition(defining::add_version(tx, query, &definition).await) }).await?;
    shown(acting, tenant, id).await
}

async fn published(acting: &Acting<'_>, input: &PublishStoredQueryVersionInput) -> Result<StoredQueryVersion, Error> {
    let (tenant, id) = NodeId::expect("version", &input.version, NodeKind::StoredQueryVersion)?;
    acting.writing(tenant, input)?.once(|tx| defining::publish(tx, id, &input.acknowledged_columns)).await?;
    shown(acting, tenant, id).await
}

async fn retired(acting: &Acting<'_>, input: &RetireStoredQueryVersionInput) -> Result<StoredQueryVersion, Error> {
    let (tenant, id) = NodeId::expect("version", &input.version, NodeKind::StoredQueryVersion)?;
    let retirement =
        defining::Retirement { deprecated_on: input.deprecated_on.0, sunset_on: input.sunset_on.0, reason: input.reason.clone() };
    acting.writing(tenant, input)?.once(|tx| defining::retire(tx, id, &retirement)).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<stored_query_version::Model>) -> Result<StoredQueryVersion, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<stored_query_version::Entity>(tenant, id).await?;
    Ok(StoredQueryVersion(Member::alone(&view, row)))
}

/// What is wrong with columns and parameters lies beneath `definition` in the input.
fn within_definition<T>(done: Result<T, Error>) -> Result<T, Error> {
    done.map_err(|error| match error {
        Error::Invalid(faults) => {
            let beneath = |fault: &entity::error::Problem| {
                fault.field.first().is_some_and(|field| ["document", "columns", "parameters"].contains(&field.as_str()))
            };
            let within = |fault: entity::error::Problem| if beneath(&fault) { fault.within(&["definition"]) } else { fault };
            Error::Invalid(faults.into_iter().map(within).collect())
        }
        other => other,
    })
}
