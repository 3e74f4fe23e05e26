//! Starting and stopping the server.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn, web};
use entity::{tenancy::Db, usecases::identity::metering::Meters};

use super::{
    cors::shared_across_origins,
    envelope::enveloped,
    metrics::Metrics,
    routes::{Shared, routes},
};
use crate::{
    config::Settings,
    graphql::{
        contract,
        frontdoor::{Contract, Executors, FrontDoor},
        schema_within,
    },
    identity::Identity,
};

/// A server that listens.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    executors: Executors,
    done: actix_web::rt::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// The server's address for clients.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it, letting requests under way come to their end.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        let _ = self.done.await;
        self.executors.stop();
    }

    /// Waits until it has been told to stop by a signal.
    ///
    /// # Errors
    /// When it failed.
    pub async fn until_stopped(self) -> std::io::Result<()> {
        let ended = self.done.await.map_err(std::io::Error::other)?;
        self.executors.stop();
        ended
    }
}

/// Starts the server.
///
/// # Errors
/// When it can't listen there.
pub fn start(settings: Settings, db: Db, identity: Identity) -> std::io::Result<Running> {
    let (listen, workers) = (settings.listen, settings.workers);
    let executors = Executors::start(workers)?;
    let contract = contract();
    let against = Contract::of(&contract).map_err(std::io::Error::other)?;
    let mut door = FrontDoor::new(settings.limits.clone(), executors.clone(), against).metered(Meters::new(db.clone()));
    door.profile = settings.profile;
    door.trusted.clone_from(&settings.trusted);
    let shared = web::Data::new(Shared {
        db,
        identity: Arc::new(identity),
        schema: schema_within(settings.limits.clone()),
        door,
        metrics: Metrics::default(),
        contract,
        settings,
    });
    let server = HttpServer::new(move || {
        let app = App::new().app_data(shared.clone()).configure(routes);
        // The outermost comes last.
        app.wrap(from_fn(shared_across_origins)).wrap(from_fn(enveloped))
    });
    let server = server.workers(workers).shutdown_timeout(30).bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    let server = server.run();
    let handle = server.handle();
    Ok(Running { address, handle, executors, done: actix_web::rt::spawn(server) })
}
