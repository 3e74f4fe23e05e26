//! Starting and stopping the server.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn, web};
use entity::{tenancy::Db, usecases::identity::metering::Meters};

use super::{
    cors::shared_across_origins,
    envelope::enveloped,
    live::Live,
    metrics::Metrics,
    routes::{Shared, routes},
    stop::Stop,
};
use crate::{
    config::Settings,
    graphql::{
        contract,
        frontdoor::{Contract, Executors, FrontDoor, KeptAnswers},
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
    shared: web::Data<Shared>,
    done: actix_web::rt::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// The server's address for clients.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it: sockets are closed, streams of events come to an end, and so do requests under way.
    pub async fn stop(self) {
        self.shared.live.close();
        self.handle.stop(true).await;
        let _ = self.done.await;
        self.executors.stop();
    }

    /// Waits until it has been told to stop by a signal, and stops; at a second one without waiting for anything.
    ///
    /// # Errors
    /// When it failed.
    pub async fn until_stopped(mut self, mut stop: Stop) -> std::io::Result<()> {
        let ended = tokio::select! {
            ended = &mut self.done => ended,
            told = stop.told() => {
                told?;
                tracing::info!("told to stop: what is under way comes to its end");
                self.shared.live.close();
                let waiting = self.handle.stop(true);
                tokio::select! {
                    () = waiting => {}
                    _ = stop.told() => self.handle.stop(false).await,
                }
                self.done.await
            }
        };
        self.executors.stop();
        ended.map_err(std::io::Error::other)?
    }
}

/// Starts the server.
///
/// # Errors
/// When it can't listen there.
pub fn start(settings: Settings, db: Db, identity: Identity) -> std::io::Result<Running> {
    let (listen, workers) = (settings.listen, settings.workers);
    let executors = Executors::start(workers)?;
    let live = Live::new(settings.live.clone());
    let contract = contract();
    let against = Contract::of(&contract).map_err(std::io::Error::other)?;
    let mut door = FrontDoor::new(settings.limits.clone(), executors.clone(), against).metered(Meters::new(db.clone()));
    door.profile = settings.profile;
    door.kept = KeptAnswers::new(settings.kept_answers);
    door.trusted.clone_from(&settings.trusted);
    let shared = web::Data::new(Shared {
        live,
        db,
        identity: Arc::new(identity),
        schema: schema_within(settings.limits.clone()),
        door,
        metrics: Metrics::default(),
        contract,
        shelves: super::queries::Shelves::default(),
        settings,
    });
    let serving = shared.clone();
    let server = HttpServer::new(move || {
        let app = App::new().app_data(serving.clone()).configure(routes);
        // The outermost comes last.
        app.wrap(from_fn(shared_across_origins)).wrap(from_fn(enveloped))
    });
    // Sockets have to be told first.
    let server = server.disable_signals().workers(workers).shutdown_timeout(30).bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    let server = server.run();
    let handle = server.handle();
    Ok(Running { address, handle, executors, shared, done: actix_web::rt::spawn(server) })
}
