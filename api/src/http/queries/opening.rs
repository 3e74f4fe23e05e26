//! Finding out who asks, and which stored query is meant.

use std::sync::Arc;

use actix_web::{HttpRequest, http::Method};
use entity::{
    error::Error,
    rules::stored_query::{Definition, Standing},
    tables::dashboards::stored_query_version,
    tenancy::{Actor, DataVersions, Wanted, within_request},
    usecases::{
        dashboards::stored_queries::{self, Shelved},
        organisation::tenants::{self, TenantBy},
    },
};

use super::{freshness::Shelf, refused::Refused};
use crate::{
    graphql::{context::Asking, frontdoor::Whose},
    http::{
        authenticate::{Asked, Shut, address, authenticate},
        routes::Shared,
    },
};

/// A request whose sender is known.
pub struct Opened {
    /// Who asks.
    pub actor: Arc<Actor>,
    /// Whose turns it takes, and on which budgets it draws. No page is taken from the answers that are kept: its neighbours could be of
    /// another moment.
    pub whose: Whose,
    /// The request as resolvers see it.
    pub asking: Arc<Asking>,
    /// The versions of all that the actor may read anything of, as they were before anything was looked up.
    pub versions: DataVersions,
}

impl Opened {
    /// Finds out who asks; only reading is answered here.
    ///
    /// # Errors
    /// [`Refused::Method`] and [`Refused::Shut`]; when the database is away.
    pub async fn by(shared: &Shared, request: &HttpRequest, request_id: &str) -> Result<Self, Refused> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Refused::Method);
        }
        let from = address(request, shared.settings.behind_proxy);
        let asked =
            authenticate(request, (&shared.db, &shared.identity), shared.settings.demand, (from, Wanted::ActorWithVersions))
                .await?;
        let nobody = Shut::Unauthenticated("Sign in first: stored queries are a tenant's own.");
        let Asked::By(actor, versions) = asked else { return Err(asked.let_in().err().unwrap_or(nobody).into()) };
        let versions = versions.ok_or_else(|| Error::internal("the versions were wanted and not found out"))?;
        let asking = Arc::new(shared.asking(request, request_id, Some(Arc::clone(&actor))));
        Ok(Self { whose: shared.whose(Some(&actor)), actor, asking, versions })
    }

    /// The stored queries of the tenant with that short name.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when nothing that the actor holds there lets them see any; when the database is away.
    pub async fn shelf(&self, shared: &Shared, slug: &str) -> Result<Shelf, Refused> {
        // Not every database has a place for it in a text, so no tenant is called so.
        if slug.contains('\0') {
            return Err(Refused::NotFound);
        }
        if let Some(shelf) = shared.shelves.known(slug, &self.actor, &self.versions) {
            return Ok(shelf);
        }
        let (asking, named) = (Arc::clone(&self.asking), slug.to_owned());
        let request_id = asking.request_id.clone();
        let look = async move {
            let view = asking.view().await.map_err(|error| inner(&error))?;
            let tenant = tenants::tenant(view.tx(), &TenantBy::Slug(named)).await?;
            Ok((tenant.id, stored_queries::shelf(view.tx(), tenant.id).await?))
        };
        // Where documents are executed, since what is opened here is used there.
        let looked = shared.door.executors.handle().spawn(within_request(request_id, look)).await.map_err(Error::internal)?;
        let (tenant, queries) = looked.map_err(Refused::from_look_up)?;
        Ok(shared.shelves.keep(slug, tenant, queries, &self.versions))
    }
}

/// The error behind what a resolver would be told.
fn inner(error: &async_graphql::Error) -> Error {
    match error.source.as_ref().and_then(|source| source.downcast_ref::<Error>()) {
        Some(Error::NotFound(what)) => Error::NotFound(what),
        _ => Error::internal(error.message.clone()),
    }
}

/// A version of a stored query that is served.
pub struct Served {
    /// The query with its versions.
    pub shelved: Shelved,
    /// The version.
    pub version: stored_query_version::Model,
    /// What it asks.
    pub definition: Definition,
    /// The business date.
    pub today: chrono::NaiveDate,
}

impl Served {
    /// The version of a query on a shelf that is meant: the one that is named, or the current one.
    ///
    /// # Errors
    /// [`Refused::NotFound`] and [`Refused::Retired`].
    pub fn of(shelf: &Shelf, actor: &Actor, name: &str, number: Option<i32>) -> Result<Self, Refused> {
        let shelved = shelf.queries.iter().find(|shelved| shelved.query.name == name).ok_or(Refused::NotFound)?;
        let (version, standing) = stored_queries::served(actor, shelved, number).map_err(Refused::from_look_up)?;
        if let (Standing::Retired, Some(on)) = (standing, version.sunset_on) {
            return Err(Refused::Retired { on, reason: version.retirement_reason.clone().unwrap_or_default() });
        }
        let (version, definition) = (version.clone(), stored_queries::definition(version)?);
        Ok(Self { shelved: shelved.clone(), version, definition, today: actor.business_date })
    }
}

impl Refused {
    /// What may not be seen isn't there.
    fn from_look_up(error: Error) -> Self {
        match error {
            Error::NotFound(_) | Error::NotShared { .. } | Error::Denied { .. } => Self::NotFound,
            other => Self::Ours(other),
        }
    }
}
