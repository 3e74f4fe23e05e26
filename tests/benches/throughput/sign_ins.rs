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
    let done = Arc::new(AtomicU64::new(0));
    for round in 0..pace.rounds {
        let seed = round as u64 + 1;
        ours.turn(small, CONNECTIONS, pace.turn, seed, &mut alone).await?;
        let (over, before) = (Arc::new(AtomicBool::new(false)), done.load(Ordering::Relaxed));
        let mut signing_in = JoinSet::new();
        for _ in 0..IN_FLIGHT {
            signing_in.spawn(keep_signing_in(ours.address, Arc::clone(&over), Arc::clone(&done)));
        }
        ours.turn(small, CONNECTIONS, pace.turn, seed, &mut beside).await?;
        signed_in.push((done.load(Ordering::Relaxed) - before) as f64 / pace.turn.as_secs_f64());
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

/// Signs in as somebody new each time, from an address that has not been heard of, so that no throttle spares the work. Nobody of that name
/// has an account, which takes as long to find out as that a password is right.
async fn keep_signing_in(address: SocketAddr, over: Arc<AtomicBool>, done: Arc<AtomicU64>) -> Outcome<()> {
    let document = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
    let mut connection = Connection::to(address).await?;
    while !over.load(Ordering::Relaxed) {
        let [.., b, c, d] = done.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let email = format!("stranger-{b}-{c}-{d}@example.org");
        let variables = json!({ "input": { "email": email, "password": "generated for the measurement" } });
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = request(address, "/graphql", &format!("X-Forwarded-For: 10.{b}.{c}.{d}"), &body);
        let answer = connection.ask(&request).await?;
        if answer.body != br#"{"data":{"signIn":{"userErrors":[{"code":"CREDENTIALS"}]}}}"# {
            return Err(format!("not a sign-in: {}", String::from_utf8_lossy(answer.body)).into());
        }
    }
    Ok(())
}
