//! How many questions a second Concordat answers, compared with the least that answering them takes.
//!
//! `cargo bench -p tests` generates 5 and 500 partnerships on a fresh PostgreSQL and on SQLite, starts the real server and beside
//! it the floor (F1: one hand-written statement for each question, on the same actix server, with the same look-up of who
//! asks), and lets them take turns with 1 and 16 kept connections, a random tenant with each request. An account holds
//! appointments in five tenants. `-- --quick` makes do with 50 partnerships and short turns; `--postgres` and `--sqlite` choose a
//! database, `--only <question>` a question. Every answer is made anew; with `--kept` Concordat may give those again that still stand, as it
//! does in real use. Both servers work under row-level security. Ratios are what to look at; nothing is asserted about times.
//!
//! PostgreSQL is the private cluster of the tests, with buffers for all that is measured, so `fsync` is off and its files lie in
//! memory where there is room; that is of no account to readers, and writes are flattered on both sides alike. Client, servers and database share the machine.

#![expect(clippy::indexing_slicing, reason = "every index is of a list that was made for it; there is no input")]

#[path = "throughput/client.rs"]
mod client;
#[path = "throughput/data.rs"]
mod data;
#[path = "throughput/floor.rs"]
mod floor;
#[path = "throughput/floor_write.rs"]
mod floor_write;
#[path = "throughput/load.rs"]
mod load;
#[path = "throughput/measure.rs"]
mod measure;
#[path = "throughput/questions.rs"]
mod questions;
#[path = "throughput/report.rs"]
mod report;
#[path = "throughput/sign_ins.rs"]
mod sign_ins;
#[path = "throughput/world.rs"]
mod world;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use api::config::Settings;
use measure::{Contestant, Pace, Tally};
use report::Measured;
use tests::support::postgres::Cluster;
use world::{Engine, World};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The value, or what went wrong.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Connections that ask at a time.
const CONNECTIONS: [usize; 2] = [1, 16];

/// PostgreSQL's buffers: enough for 500 partnerships, so that five are not compared with what comes from a file.
const BUFFERS: &str = "2GB";

/// What the command line asks for.
struct Wanted {
    few: u64,
    many: u64,
    pace: Pace,
    engines: Vec<Engine>,
    only: Option<String>,
    kept_answers: u64,
}

impl Wanted {
    fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().collect();
        let has = |name: &str| arguments.iter().any(|argument| argument == name);
        let (many, rounds, turn) = if has("--quick") { (50, 2, 250) } else { (500, 5, 1_000) };
        let mut engines = vec![Engine::Postgres, Engine::Sqlite];
        if has("--postgres") || has("--sqlite") {
            engines.retain(|engine| has(if *engine == Engine::Postgres { "--postgres" } else { "--sqlite" }));
        }
        let only = arguments.iter().position(|argument| argument == "--only").and_then(|at| arguments.get(at + 1).cloned());
        let kept_answers = if has("--kept") { Settings::default().kept_answers } else { 0 };
        Self { kept_answers, few: 5, many, pace: Pace { rounds, turn: Duration::from_millis(turn) }, engines, only }
    }
}

fn main() -> Outcome<()> {
    let wanted = Wanted::from_arguments();
    let folder = tests::support::place::new_directory("concordat-throughput-")?;
    actix_web::rt::System::new().block_on(async {
        for &engine in &wanted.engines {
            measure_engine(engine, &wanted, folder.path()).await?;
        }
        Ok(())
    })
}

/// Loads both databases of an engine, measures all four servers over them in turn, and prints what came of it.
async fn measure_engine(engine: Engine, wanted: &Wanted, folder: &Path) -> Outcome<()> {
    if engine == Engine::Postgres {
        Cluster::shared_with_buffers(BUFFERS);
    }
    let began = Instant::now();
    let few = World::start(engine, wanted.few, folder, wanted.kept_answers).await?;
    let many = World::start(engine, wanted.many, folder, wanted.kept_answers).await?;
    eprintln!("{}: {} and {} tenants loaded in {:.1} s", engine.name(), wanted.few, wanted.many, began.elapsed().as_secs_f64());
    let began = Instant::now();
    let [few_ours, few_floor] = Contestant::pair(&few).await?;
    let [many_ours, many_floor] = Contestant::pair(&many).await?;
    eprintln!("{}: answers compared and warmed up in {:.1} s", engine.name(), began.elapsed().as_secs_f64());
    let contestants = [few_ours, few_floor, many_ours, many_floor].map(Arc::new);
    let (pace, only) = (wanted.pace, wanted.only.clone());
    let (send, receive) = tokio::sync::oneshot::channel();
    // The client has a thread of its own: it isn't to wait for a worker, nor a worker for it.
    let client = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime.map_err(Into::into).and_then(|runtime| {
            runtime.block_on(async {
                print!("{}", report::table(engine, &rounds(&contestants, pace, only.as_deref()).await?));
                if only.as_deref().is_none_or(|only| only == sign_ins::NAME) {
                    println!("{}: {}", engine.name(), sign_ins::beside(&contestants[0], pace).await?);
                }
                Ok(())
            })
        });
        drop(send.send(outcome));
    });
    let outcome = receive.await?;
    client.join().map_err(|_| "the client panicked")?;
    few.stop().await;
    many.stop().await;
    outcome
}

async fn rounds(contestants: &[Arc<Contestant>; 4], pace: Pace, only: Option<&str>) -> Outcome<Vec<Measured>> {
    let mut measured = Vec::new();
    for (question, name) in measure::asked().enumerate().filter(|(_, name)| only.is_none_or(|only| only == *name)) {
        for connections in CONNECTIONS {
            let mut tallies: Vec<Tally> = contestants.iter().map(|_| Tally::default()).collect();
            for round in 0..pace.rounds {
                for (contestant, tally) in contestants.iter().zip(&mut tallies) {
                    contestant.turn(question, connections, pace.turn, round as u64 + 1, tally).await?;
                }
            }
            for (contestant, tally) in contestants.iter().zip(tallies) {
                measured.push(Measured {
                    question: name,
                    connections,
                    tenants: contestant.tenants,
                    is_floor: contestant.is_floor,
                    statements: contestant.statements.get(question).copied(),
                    bytes: contestant.usual_length(question),
                    rate: report::median(tally.rates),
                    p50: report::median(tally.latencies.into_iter().map(f64::from).collect()) / 1_000.0,
                });
            }
        }
    }
    Ok(measured)
}
