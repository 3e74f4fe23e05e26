//! Asks and counts. Every answer is checked: its status, that it holds data and no errors, and its length.
//!
//! All contestants stand ready at once and take short turns, so that whatever else the machine does strikes all of them alike.

use std::{
    borrow::Cow,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use api::graphql::relay::{NodeId, NodeKind};
use entity::{tables::Id, tenancy::Db};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    Outcome,
    client::{Answer, Connection, bearer, poll, request},
    data,
    questions::{POLL, QUESTIONS, Question, WRITE},
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
    /// Where it listens.
    pub address: SocketAddr,
    /// By tenant.
    tokens: Vec<String>,
    /// By question and tenant.
    requests: Vec<Vec<Vec<u8>>>,
    lengths: Vec<Vec<usize>>,
    /// How many figures have been written, or are about to be.
    written: AtomicU64,
}

/// What is asked, by name: the questions, and after them the poll and the write.
pub fn asked() -> impl Iterator<Item = &'static str> {
    QUESTIONS.iter().map(|question| question.name).chain([POLL, WRITE.name])
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
        let mut pair = [Self::new(world, false)?, Self::new(world, true)?];
        for (at, question) in QUESTIONS.iter().enumerate() {
            compare(&pair, at, question).await?;
            for contestant in &mut pair {
                contestant.lengths.push(contestant.answers(at).await?);
            }
        }
        for contestant in &pair {
            contestant.answer(&contestant.write(0)?).await?;
        }
        for at in 0..QUESTIONS.len() {
            let statements = pair[0].statements_of(at, &world.db).await?;
            pair[0].statements.push(statements);
        }
        let writing = pair[0].statements_of(QUESTIONS.len() + 1, &world.db).await?;
        // After everything that is written before the turns begin, which makes other tags.
        for contestant in &mut pair {
            contestant.poll().await?;
        }
        let polling = pair[0].statements_of(QUESTIONS.len(), &world.db).await?;
        pair[0].statements.extend([polling, writing]);
        Ok(pair)
    }

    fn new(world: &World, is_floor: bool) -> Outcome<Self> {
        let address = if is_floor { world.floor } else { world.ours };
        let tokens = (0..world.tenants).map(|tenant| world.token(tenant).map(str::to_owned)).collect::<Outcome<Vec<_>>>()?;
        let requests = |question: &Question| {
            let path = if is_floor { format!("/{}", question.name) } else { "/graphql".to_owned() };
            let body = |tenant| json!({ "query": question.document, "variables": { "slug": data::slug(tenant) } }).to_string();
            let asked = |(tenant, token): (u64, &String)| request(address, &path, &bearer(token), &body(tenant));
            (0..).zip(&tokens).map(asked).collect()
        };
        let requests = QUESTIONS.iter().map(requests).collect();
        let (statements, lengths, written) = (Vec::new(), Vec::new(), AtomicU64::new(0));
        Ok(Self { tenants: world.tenants, is_floor, statements, address, tokens, requests, lengths, written })
    }

    /// Writes the polls out, each with the tag of the answer as it is now.
    async fn poll(&mut self) -> Outcome<()> {
        let dashboard = QUESTIONS.iter().position(|question| question.name == "dashboard").ok_or("no dashboard")?;
        if self.is_floor {
            self.requests.push(self.requests[dashboard].clone());
            self.lengths.push(self.lengths[dashboard].clone());
            return Ok(());
        }
        let mut connection = Connection::to(self.address).await?;
        let mut requests = Vec::new();
        for (tenant, token) in (0..).zip(&self.tokens) {
            let path = data::stored(tenant);
            let answer = connection.ask(&poll(self.address, &path, token, "*")).await?;
            good(&answer)?;
            requests.push(poll(self.address, &path, token, &answer.tag.ok_or("no tag")?));
        }
        self.lengths.push(vec![0; requests.len()]);
        self.requests.push(requests);
        Ok(())
    }

    /// A request to write a figure that hasn't been written yet.
    fn write(&self, tenant: u64) -> Outcome<Vec<u8>> {
        // Both contestants write into the same database: one the even figures, the other the odd ones.
        let at = self.written.fetch_add(1, Ordering::Relaxed) * 2 + u64::from(self.is_floor);
        let (indicator, area, period) = data::unwritten(at);
        let source = "written by the measurement";
        let caller = bearer(&self.tokens[usize::try_from(tenant)?]);
        if self.is_floor {
            let variables = json!({ "slug": data::slug(tenant), "indicator": indicator, "area": area, "period": period,
                "value": 42.5, "source": source });
            return Ok(request(self.address, "/write", &caller, &json!({ "variables": variables }).to_string()));
        }
        let tenant = NodeId::beyond::<()>(NodeKind::Tenant, Id::from_uuid(data::tenant_id(tenant))).to_id();
        let entry = json!({ "indicator": { "reference": indicator }, "area": { "reference": area }, "period": period,
            "value": 42.5, "source": source });
        let variables = json!({ "input": { "tenant": tenant, "observations": [entry] } });
        let body = json!({ "query": WRITE.document, "variables": variables }).to_string();
        Ok(request(self.address, "/graphql", &caller, &body))
    }

    /// The request for a question of a tenant, and how long its answer is when that is known; any other question is the write.
    fn request(&self, question: usize, tenant: u64) -> Outcome<(Cow<'_, [u8]>, Option<usize>)> {
        let at = usize::try_from(tenant)?;
        match self.requests.get(question) {
            Some(requests) => {
                let length = self.lengths.get(question).map(|lengths| lengths[at]);
                Ok((Cow::Borrowed(&requests[at]), length))
            }
            None => Ok((Cow::Owned(self.write(tenant)?), None)),
        }
    }

    /// Asks by itself.
    async fn answer(&self, request: &[u8]) -> Outcome<Vec<u8>> {
        let mut connection = Connection::to(self.address).await?;
        let answer = connection.ask(request).await?;
        good(&answer)?;
        Ok(answer.body.to_vec())
    }

    /// Asks every tenant once, which warms everything up; gives the lengths of the answers.
    async fn answers(&self, question: usize) -> Outcome<Vec<usize>> {
        let mut connection = Connection::to(self.address).await?;
        let mut lengths = Vec::new();
        for request in &self.requests[question] {
            let answer = connection.ask(request).await?;
            good(&answer)?;
            lengths.push(answer.body.len());
        }
        Ok(lengths)
    }

    async fn statements_of(&self, question: usize, db: &Db) -> Outcome<f64> {
        let mut connection = Connection::to(self.address).await?;
        let before = db.statements_sent();
        for at in 0..COUNTED {
            connection.ask(&self.request(question, at % self.tenants)?.0).await?;
        }
        Ok((db.statements_sent() - before) as f64 / COUNTED as f64)
    }

    /// The length of the usual answer; 0 of a write's.
    pub fn usual_length(&self, question: usize) -> usize {
        let mut lengths = self.lengths.get(question).cloned().unwrap_or_default();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or(0)
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
            let (request, length) = self.request(question, (seed >> 33) % self.tenants)?;
            let asked = Instant::now();
            let answer = connection.ask(&request).await?;
            latencies.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            good(&answer)?;
            match length {
                Some(length) if length != answer.body.len() => {
                    return Err(format!("an answer of {} bytes instead of {length}", answer.body.len()).into());
                }
                None if !is_written(answer.body) => return Err(String::from_utf8_lossy(answer.body).into()),
                _ => {}
            }
        }
        Ok(latencies)
    }
}

/// An answer begins with its errors when it has any, and an answer that still holds has nothing in it.
fn good(answer: &Answer<'_>) -> Outcome<()> {
    let Answer { status, body, .. } = answer;
    match status {
        200 if body.starts_with(b"{\"data\":") => Ok(()),
        304 if body.is_empty() => Ok(()),
        _ => Err(format!("status {status}: {}", String::from_utf8_lossy(&body[..body.len().min(2_000)])).into()),
    }
}

/// Whether the answer to a write holds the figure.
fn is_written(body: &[u8]) -> bool {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    answer.pointer("/data/recordObservations/observations/0/value") == Some(&json!(42.5))
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
        if let Some(difference) = difference(&ours, &floor, "") {
            return Err(format!("{} of tenant {tenant} differs at {difference}", question.name).into());
        }
    }
    Ok(())
}

async fn value(connection: &mut Connection, request: &[u8]) -> Outcome<Value> {
    let answer = connection.ask(request).await?;
    good(&answer)?;
    Ok(serde_json::from_slice(answer.body)?)
}

/// Where two answers differ first.
fn difference(ours: &Value, floor: &Value, path: &str) -> Option<String> {
    match (ours, floor) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(name, value)| difference(value, b.get(name).unwrap_or(&Value::Null), &format!("{path}/{name}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| difference(a, b, &format!("{path}/{at}")))
        }
        (a, b) => (a != b).then(|| format!("{path}: {a} against F1's {b}")),
    }
}
