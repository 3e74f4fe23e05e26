//! What a request brings along: who asks, and one view of the data that all its fields share.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{Context, Error};
use entity::tenancy::{Actor, Basis, Db, Occasion, Reading, SharedReadings};
use tokio::sync::OnceCell;

use super::{errors::Unauthenticated, relay::View};
use crate::identity::Identity;

/// One request.
pub struct Asking {
    /// The database, behind its door.
    pub db: Db,
    /// Passwords and tokens.
    pub identity: Arc<Identity>,
    /// Who asks; none when nobody is signed in.
    pub actor: Option<Arc<Actor>>,
    /// What the request is called in the log.
    pub request_id: String,
    /// Where it comes from.
    pub address: IpAddr,
    /// What the client says it is.
    pub user_agent: Option<String>,
    view: OnceCell<View>,
    /// What has been put on record already: a look at what a subscription is about can lead to several answers.
    on_record: Mutex<BTreeSet<Reading>>,
    /// What was read in views after writes. The views themselves end with the payloads that they are for, or a document of several mutations
    /// would have a connection for each.
    later: Mutex<Vec<SharedReadings>>,
}

impl Asking {
    /// A request.
    #[must_use]
    pub fn new(
        db: Db,
        identity: Arc<Identity>,
        actor: Option<Arc<Actor>>,
        request_id: String,
        address: IpAddr,
        user_agent: Option<String>,
    ) -> Self {
        // Whatever is done from here is on record under the request's name.
        let db = db.on(Occasion::Request(request_id.clone()));
        let (view, later, on_record) = (OnceCell::new(), Mutex::default(), Mutex::default());
        Self { db, identity, actor, request_id, address, user_agent, view, later, on_record }
    }

    /// The request behind a field.
    ///
    /// # Errors
    /// Never in a server that was put together rightly.
    pub fn of<'c>(ctx: &Context<'c>) -> Result<&'c Self, Error> {
        ctx.data::<Arc<Self>>().map(|asking| &**asking)
    }

    /// Who asks.
    ///
    /// # Errors
    /// [`Unauthenticated`] when nobody is signed in.
    pub fn actor(&self) -> Result<Arc<Actor>, Error> {
        self.actor.clone().ok_or_else(|| Unauthenticated.into())
    }

    /// The one moment of the data that this request sees.
    ///
    /// # Errors
    /// When nobody is signed in, or the database is away.
    pub async fn view(&self) -> Result<View, Error> {
        let actor = self.actor()?;
        let view = self.view.get_or_try_init(async || self.db.read(actor).await.map(View::new)).await?;
        Ok(view.clone())
    }

    /// A view of the data as it is now, after a write.
    pub fn later_view(&self, actor: Arc<Actor>) -> View {
        let view = View::new(self.db.read_after_write(actor));
        self.later.lock().unwrap_or_else(PoisonError::into_inner).push(view.tx().shared_readings());
        view
    }

    /// What everything that was read for a query rests on; none when that can't be said, or nothing was read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn basis(&self) -> entity::error::Result<Option<Basis>> {
        match self.view.get() {
            Some(view) => view.tx().basis().await,
            None => Ok(None),
        }
    }

    /// Puts what was read of other tenants, and what is restricted, on the records of those whose it was.
    ///
    /// # Errors
    /// When the database can't; then nothing of it may be answered.
    pub async fn put_readings_on_record(&self) -> entity::error::Result<()> {
        let Some(actor) = &self.actor else { return Ok(()) };
        let later = std::mem::take(&mut *self.later.lock().unwrap_or_else(PoisonError::into_inner));
        let mut readings: BTreeSet<_> = later.iter().flat_map(SharedReadings::all).collect();
        readings.extend(self.view.get().into_iter().flat_map(|view| view.tx().readings()));
        readings.retain(|reading| !self.on_record().contains(reading));
        if readings.is_empty() {
            return Ok(());
        }
        self.db.record_readings(actor, readings.clone()).await?;
        self.on_record().extend(readings);
        Ok(())
    }

    fn on_record(&self) -> MutexGuard<'_, BTreeSet<Reading>> {
        self.on_record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
