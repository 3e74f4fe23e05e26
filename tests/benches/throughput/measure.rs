//! Asks and counts. Every answer is checked: its status, that it holds data and no errors, and its length.
//!
//! All contestants stand ready at once and take short turns, so that whatever else the machine does strikes all of them alike.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use entity::tenancy::Db;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    Outcome,
    client::{Connection, request},
    data,
    questions::{QUESTIONS, Question},
    world::World,
};

/// Tenants whose answers are compared in full.
const COMPARED: u64 = 25;
/// Requests for counting statements.
const COUNTED: u64 = 20;

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How often each contestant has its turn.
    pub rounds: usize,
    /// How long a turn is.
    pub turn: Duration,
}

/// One server over one database, with the requests written out and the lengths of their answers known.
pub struct Contestant {
    /// How many tenants the database has.
    pub tenants: u64,
    /// Whether it is the floor.
    pub is_floor: bool,
    /// SQL statements for one request, by question; of Concordat only.
    pub statements: Vec<f64>,
    address: SocketAddr,
    /// By question and tenant.
    requests: Vec<Vec<Vec<u8>>>,
    lengths: Vec<Vec<usize>>,
}

/// What came of one contestant, question and number of connections.
#[derive(Default)]
pub struct Tally {
    /// Requests a second, turn by turn.
    pub rates: Vec<f64>,
    /// How long answers took, in microseconds.
    pub latencies: Vec<u32>,
}

impl Contestant {
    /// Both servers of a world, once their answers have been found equal.
    pub async fn pair(world: &World) -> Outcome<[Self; 2]> {
        let mut pair = [Self::new(world, false), Self::new(world, true)];
        for (at, question) in QUESTIONS.iter().enumerate() {
            compare(&pair, at, question).await?;
            for contestant in &mut pair {
                contestant.lengths.push(contestant.answers(at).await?);
            }
            let statements = pair[0].statements_of(at, &world.db).await?;
            pair[0].statements.push(statements);
        }
        Ok(pair)
    }

    fn new(world: &World, is_floor: bool) -> Self {
        let address = if is_floor { world.floor } else { world.ours };
        let requests = |question: &Question| {
            let path = if is_floor { format!("/{}", question.name) } else { "/graphql".to_owned() };
            let body = |tenant| json!({ "query": question.document, "variables": { "slug": data::slug(tenant) } }).to_string();
            (0..world.tenants).map(|tenant| request(address, &path, &world.token, &body(tenant))).collect()
        };
        let requests = QUESTIONS.iter().map(requests).collect();
        Self { tenants: world.tenants, is_floor, statements: Vec::new(), address, requests, lengths: Vec::new() }
    }

    /// Asks every tenant once, which warms everything up; gives the lengths of the answers.
    async fn answers(&self, question: usize) -> Outcome<Vec<usize>> {
        let mut connection = Connection::to(self.address).await?;
        let mut lengths = Vec::new();
        for request in &self.requests[question] {
            let answer = connection.ask(request).await?;
            good(answer.status, answer.body)?;
            lengths.push(answer.body.len());
        }
        Ok(lengths)
    }

    async fn statements_of(&self, question: usize, db: &Db) -> Outcome<f64> {
        let mut connection = Connection::to(self.address).await?;
        let before = db.statements_sent();
        for at in 0..COUNTED {
            connection.ask(&self.requests[question][usize::try_from(at % self.tenants)?]).await?;
        }
        Ok((db.statements_sent() - before) as f64 / COUNTED as f64)
    }

    /// The length of the usual answer.
    pub fn usual_length(&self, question: usize) -> usize {
        let mut lengths = self.lengths[question].clone();
        lengths.sort_unstable();
        lengths[lengths.len() / 2]
    }

    /// Takes a turn over so many connections.
    pub async fn turn(
        self: &Arc<Self>,
        question: usize,
        connections: usize,
        turn: Duration,
        seed: u64,
        tally: &mut Tally,
    ) -> Outcome<()> {
        let began = Instant::now();
        let mut asking = JoinSet::new();
        for at in 0..connections {
            asking.spawn(Arc::clone(self).keep_asking(question, began + turn, seed ^ ((at as u64 + 1) << 32)));
        }
        let earlier = tally.latencies.len();
        while let Some(latencies) = asking.join_next().await {
            tally.latencies.extend(latencies??);
        }
        tally.rates.push((tally.latencies.len() - earlier) as f64 / began.elapsed().as_secs_f64());
        Ok(())
    }

    async fn keep_asking(self: Arc<Self>, question: usize, until: Instant, mut seed: u64) -> Outcome<Vec<u32>> {
        let mut connection = Connection::to(self.address).await?;
        let mut latencies = Vec::with_capacity(4096);
        while Instant::now() < until {
            // A linear congruential generator; its upper half is random enough to pick a tenant.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let tenant = usize::try_from((seed >> 33) % self.tenants)?;
            let asked = Instant::now();
            let answer = connection.ask(&self.requests[question][tenant]).await?;
            latencies.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            good(answer.status, answer.body)?;
            if answer.body.len() != self.lengths[question][tenant] {
                return Err(
                    format!("an answer of {} bytes instead of {}", answer.body.len(), self.lengths[question][tenant]).into()
                );
            }
        }
        Ok(latencies)
    }
}

/// An answer begins with its errors when it has any.
fn good(status: u16, body: &[u8]) -> Outcome<()> {
    if status == 200 && body.starts_with(b"{\"data\":") {
        return Ok(());
    }
    Err(format!("status {status}: {}", String::from_utf8_lossy(&body[..body.len().min(2_000)])).into())
}

async fn compare(pair: &[Contestant; 2], at: usize, question: &Question) -> Outcome<()> {
    let [ours, floor] = pair;
    let (mut to_ours, mut to_floor) = (Connection::to(ours.address).await?, Connection::to(floor.address).await?);
    let tenants = ours.tenants;
    let step = (tenants / COMPARED).max(1);
    for tenant in (0..tenants).step_by(usize::try_from(step)?) {
        let tenant = usize::try_from(tenant)?;
        let ours = value(&mut to_ours, &ours.requests[at][tenant]).await?;
        let floor = value(&mut to_floor, &floor.requests[at][tenant]).await?;
        if let Some(difference) = difference(&ours, &floor, String::new()) {
            return Err(format!("{} of tenant {tenant} differs at {difference}", question.name).into());
        }
    }
    Ok(())
}

async fn value(connection: &mut Connection, request: &[u8]) -> Outcome<Value> {
    let answer = connection.ask(request).await?;
    good(answer.status, answer.body)?;
    Ok(serde_json::from_slice(answer.body)?)
}

/// Where two answers differ first.
fn difference(ours: &Value, floor: &Value, path: String) -> Option<String> {
    match (ours, floor) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(name, value)| difference(value, b.get(name).unwrap_or(&Value::Null), format!("{path}/{name}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| difference(a, b, format!("{path}/{at}")))
        }
        (a, b) => (a != b).then(|| format!("{path}: {a} against F1's {b}")),
    }
}
