//! Starting and stopping the server.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use entity::{tenancy::Db, usecases::identity::metering::Meters};

use super::{
    metrics::Metrics,
    routes::{Shared, routes},
};
use crate::{
    config::Settings,
    graphql::{
        contract,
        frontdoor::{Executors, FrontDoor},
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
    let door = FrontDoor::new(settings.limits.clone(), executors.clone()).metered(Meters::new(db.clone()));
    let shared = web::Data::new(Shared {
        db,
        identity: Arc::new(identity),
        schema: schema_within(settings.limits.clone()),
        door,
        metrics: Metrics::default(),
        contract: contract(),
        settings,
    });
    let server = HttpServer::new(move || App::new().app_data(shared.clone()).configure(routes))
        .workers(workers)
        .shutdown_timeout(30)
        .bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    let server = server.run();
    let handle = server.handle();
    Ok(Running { address, handle, executors, done: actix_web::rt::spawn(server) })
}
