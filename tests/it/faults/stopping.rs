//! A server that is told to stop the moment it listens, when its first round of housekeeping is at the database: it ends well, and
//! nothing of what it was at breaks.

use std::process::Command;

use tests::support::{Engine, TestDatabase, app::DEMONSTRATION};

use super::process::{Server, signing_key};

/// Each stop comes at another moment of the round, as the machine has it.
const STOPS: usize = 5;

#[test]
fn a_stop_in_the_midst_of_housekeeping_ends_well_on_sqlite() {
    stop_on(Engine::Sqlite);
}

#[test]
fn a_stop_in_the_midst_of_housekeeping_ends_well_on_postgres() {
    stop_on(Engine::Postgres);
}

fn stop_on(engine: Engine) {
    if engine.is_wanted() {
        actix_web::rt::System::new().block_on(stop(engine));
    }
}

async fn stop(engine: Engine) {
    let database = TestDatabase::fresh(engine, &DEMONSTRATION).await;
    let folder = tempfile::tempdir().unwrap();
    let key = signing_key(folder.path());
    for _ in 0..STOPS {
        let server = Server::start(&database.server_url, &key).await;
        let told = Command::new("kill").arg("-TERM").arg(server.pid().to_string()).status().expect("kill can be run");
        assert!(told.success());
        let (status, said) = server.ended();
        assert!(status.success() && !said.contains("panicked"), "{status}: {said}");
    }
}
