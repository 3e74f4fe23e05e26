//! What is left of the throughput while many sign in, which takes a fiftieth of a second of a core and 19 MB each.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use serde_json::json;
use tokio::task::JoinSet;

use super::{
    Outcome,
    client::{Connection, request},
    data,
    measure::{Contestant, Pace, Tally},
    questions::QUESTIONS,
    report::median,
};

/// What the measurement is called on the command line.
pub const NAME: &str = "sign-ins";
/// Sign-ins that are under way all the time.
const IN_FLIGHT: usize = 50;
/// Connections that ask beside them.
const CONNECTIONS: usize = 16;

/// Asks the small query with and without sign-ins beside it, in turn; gives a sentence.
pub async fn beside(ours: &Arc<Contestant>, pace: Pace) -> Outcome<String> {
    let small = QUESTIONS.iter().position(|question| question.name == "small").ok_or("no small query")?;
    let (mut alone, mut beside, mut signed_in) = (Tally::default(), Tally::default(), Vec::new());
    for round in 0..pace.rounds {
        let seed = round as u64 + 1;
        ours.turn(small, CONNECTIONS, pace.turn, seed, &mut alone).await?;
        let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut signing_in = JoinSet::new();
        for _ in 0..IN_FLIGHT {
            signing_in.spawn(keep_signing_in(ours.address, Arc::clone(&over), Arc::clone(&done)));
        }
        ours.turn(small, CONNECTIONS, pace.turn, seed, &mut beside).await?;
        signed_in.push(done.load(Ordering::Relaxed) as f64 / pace.turn.as_secs_f64());
        over.store(true, Ordering::Relaxed);
        while let Some(ended) = signing_in.join_next().await {
            ended??;
        }
    }
    let (alone, beside) = (median(alone.rates), median(beside.rates));
    Ok(format!(
        "with {IN_FLIGHT} sign-ins in flight, of which {:.0} a second were done, the small query kept {:.3} of its throughput \
         ({beside:.0} of {alone:.0} a second)",
        median(signed_in),
        beside / alone
    ))
}

async fn keep_signing_in(address: SocketAddr, over: Arc<AtomicBool>, done: Arc<AtomicU64>) -> Outcome<()> {
    let document = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken } }";
    let variables = json!({ "input": { "email": data::email(0), "password": data::PASSWORD } });
    let body = json!({ "query": document, "variables": variables }).to_string();
    let request = request(address, "/graphql", "", &body);
    let mut connection = Connection::to(address).await?;
    while !over.load(Ordering::Relaxed) {
        let answer = connection.ask(&request).await?;
        if answer.status != 200 || !answer.body.starts_with(b"{\"data\":{\"signIn\":{\"accessToken\":\"") {
            return Err(format!("no sign-in: {}", String::from_utf8_lossy(answer.body)).into());
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
