//! Writing stored queries down, publishing them, and giving them up with notice.

use chrono::NaiveDate;
use sea_orm::ColumnTrait;

use super::stored_queries::{current, definition, versions};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::is_blank,
        entry::{line_fault, text_fault},
        stored_query::{Definition, broken, faults, name_fault, retirement_faults},
    },
    tables::{
        Id,
        dashboards::{stored_query, stored_query_version},
        organisation::act,
    },
    tenancy::{Authorised, Hold, TenantTx, deeds},
};

/// Versions of one query at most.
const MOST_VERSIONS: usize = 50;
/// Stored queries of one tenant at most.
const MOST_QUERIES: u64 = 100;

/// A stored query as it is first written down.
#[derive(Clone, Debug)]
pub struct New {
    /// What it is called in addresses.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it tells, and what to mind.
    pub description: String,
    /// What its first version asks; the document was found good.
    pub definition: Definition,
}

/// Writes a stored query down, with its first version as a draft.
///
/// # Errors
/// [`Error::Denied`] when no appointment allows it; [`Error::Invalid`] with everything that isn't in order.
pub async fn create(tx: TenantTx, new: &New) -> Result<Id<stored_query::Model>> {
    let leave = tx.authorise_tenant::<deeds::DefineStoredQuery>()?;
    let tenant = tx.acting_tenant()?;
    let mut found: Vec<Problem> = name_fault(&new.name).into_iter().collect();
    found.extend(line_fault("title", &new.title, 200));
    found.extend(text_fault("description", &new.description, 2_000));
    if is_blank(&new.title) {
        found.push(Problem::required("title"));
    }
    found.extend(faults(&new.definition));
    let same = tx.rows::<stored_query::Entity>(tenant)?.filter(stored_query::Column::Name.eq(new.name.replace('\0', "")));
    if same.one().await?.is_some() {
        found.push(Problem::new("name", ProblemCode::Duplicate, "A stored query is called so already; give it a new version."));
    }
    if tx.rows::<stored_query::Entity>(tenant)?.count().await? >= MOST_QUERIES {
        let message = format!("A tenant has {MOST_QUERIES} stored queries at most.");
        found.push(Problem::new("tenant", ProblemCode::OutOfRange, message));
    }
    if !found.is_empty() {
        return Err(Error::Invalid(found));
    }
    let act = tx.act("CREATE_STORED_QUERY", &leave).await?;
    let row = stored_query::Model {
        tenant_id: tenant,
        id: Id::new(),
        name: new.name.clone(),
        title: new.title.trim().to_owned(),
        description: new.description.trim().to_owned(),
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    let id = row.id;
    tx.insert::<stored_query::Entity>(vec![row]).await?;
    tx.insert::<stored_query_version::Entity>(vec![draft(&tx, id, 1, act, &new.definition)?]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

fn draft(
    tx: &TenantTx,
    query: Id<stored_query::Model>,
    number: i32,
    act: Id<act::Model>,
    definition: &Definition,
) -> Result<stored_query_version::Model> {
    Ok(stored_query_version::Model {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        stored_query_id: query,
        number,
        definition: serde_json::to_value(definition).map_err(Error::internal)?,
        published_on: None,
        deprecated_on: None,
        sunset_on: None,
        retirement_reason: None,
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
    })
}

/// Writes the next version of a stored query down, as a draft.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for the query; [`Error::Invalid`] with everything that isn't in order.
pub async fn add_version(
    tx: TenantTx,
    query: Id<stored_query::Model>,
    definition: &Definition,
) -> Result<Id<stored_query_version::Model>> {
    let leave: Authorised<stored_query::Model, deeds::DefineStoredQuery> = tx.authorise::<stored_query::Entity, _>(query).await?;
    // Of two versions written at the same moment one comes first.
    tx.hold::<stored_query::Entity>(Some(vec![query]), Hold::Alone).await?;
    let before = versions(&tx, tx.acting_tenant()?, vec![query]).await?;
    let mut found = faults(definition);
    if before.len() >= MOST_VERSIONS {
        let message = format!("A stored query has {MOST_VERSIONS} versions at most.");
        found.push(Problem::new("storedQuery", ProblemCode::OutOfRange, message));
    }
    if !found.is_empty() {
        return Err(Error::Invalid(found));
    }
    let number = before.last().map_or(1, |last| last.number.saturating_add(1));
    let act = tx.act("CREATE_STORED_QUERY_VERSION", &leave).await?;
    let row = draft(&tx, query, number, act, definition)?;
    let id = row.id;
    tx.insert::<stored_query_version::Entity>(vec![row]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Publishes a version: from today on it is what the query's name stands for, unless a later one is served.
///
/// `acknowledged` names the columns that readers of the version served so far lose, or get as something else.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for the version; [`Error::Invalid`] when it is published already, when a later one is
/// served, or when a column goes that wasn't acknowledged.
pub async fn publish(tx: TenantTx, version: Id<stored_query_version::Model>, acknowledged: &[String]) -> Result<()> {
    let leave: Authorised<stored_query_version::Model, deeds::PublishStoredQuery> =
        tx.authorise::<stored_query_version::Entity, _>(version).await?;
    let (query, today) = (leave.row().stored_query_id, tx.business_date());
    tx.hold::<stored_query::Entity>(Some(vec![query]), Hold::Alone).await?;
    let all = versions(&tx, tx.acting_tenant()?, vec![query]).await?;
    let row = all.iter().find(|row| row.id == version).ok_or(Error::NotFound("stored_query_version"))?;
    if row.published_on.is_some() {
        return Err(Error::invalid("version", ProblemCode::Duplicate, "This version is published already."));
    }
    if let Some(served) = current(&all, today) {
        if served.number > row.number {
            let message = format!("Version {} is served already, and versions follow one another.", served.number);
            return Err(Error::invalid("version", ProblemCode::Locked, message));
        }
        let (before, after) = (definition(served)?, definition(row)?);
        let lost: Vec<_> = broken(&before.columns, &after.columns)
            .into_iter()
            .filter(|name| !acknowledged.iter().any(|said| said == name))
            .collect();
        if !lost.is_empty() {
            let message = format!(
                "Readers of version {} lose these columns, or get them as something else: {}. Name them in acknowledgedColumns if that is meant.",
                served.number,
                lost.join(", ")
            );
            return Err(Error::invalid("acknowledgedColumns", ProblemCode::AcknowledgementNeeded, message));
        }
    }
    tx.act("PUBLISH_STORED_QUERY", &leave).await?;
    tx.set::<stored_query_version::Entity>([version], vec![(stored_query_version::Column::PublishedOn, today.into())]).await?;
    tx.commit_with(&()).await
}

/// When and why a version is given up.
#[derive(Clone, Debug)]
pub struct Retirement {
    /// The day from which its users are told.
    pub deprecated_on: NaiveDate,
    /// The first day on which it is served no longer.
    pub sunset_on: NaiveDate,
    /// Why, and what to use instead.
    pub reason: String,
}

/// Gives a version up, with half a year's notice at least.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`] for the version; [`Error::Invalid`] when it isn't published, notice was given already,
/// the days leave too little time, or no reason is given.
pub async fn retire(tx: TenantTx, version: Id<stored_query_version::Model>, retirement: &Retirement) -> Result<()> {
    use stored_query_version::Column;
    let leave: Authorised<stored_query_version::Model, deeds::PublishStoredQuery> =
        tx.authorise::<stored_query_version::Entity, _>(version).await?;
    tx.hold::<stored_query::Entity>(Some(vec![leave.row().stored_query_id]), Hold::Alone).await?;
    let row = tx.get::<stored_query_version::Entity>(tx.acting_tenant()?, version).await?;
    let mut found = retirement_faults(retirement.deprecated_on, retirement.sunset_on, tx.business_date());
    if row.published_on.is_none() {
        found.push(Problem::new("version", ProblemCode::Missing, "Only what was published can be given up."));
    } else if row.sunset_on.is_some() {
        found.push(Problem::new("version", ProblemCode::Duplicate, "Notice was given already, and others have planned by it."));
    }
    found.extend(text_fault("reason", &retirement.reason, 500));
    if is_blank(&retirement.reason) {
        found.push(Problem::new("reason", ProblemCode::Missing, "Say why, and what to use instead."));
    }
    if !found.is_empty() {
        return Err(Error::Invalid(found));
    }
    tx.act("RETIRE_STORED_QUERY", &leave).await?;
    let values = vec![
        (Column::DeprecatedOn, retirement.deprecated_on.into()),
        (Column::SunsetOn, retirement.sunset_on.into()),
        (Column::RetirementReason, retirement.reason.trim().into()),
    ];
    tx.set::<stored_query_version::Entity>([version], values).await?;
    tx.commit_with(&()).await
}
