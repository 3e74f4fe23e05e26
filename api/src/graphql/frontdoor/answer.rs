//! One request from the HTTP message to the answer.
//!
//! Execution runs in a task of its own on the executing threads. When time is up the client is told so, but the task
//! runs to its end: dropping a resolver in the middle would drop a database transaction in the middle. For the
//! same reason a client that hangs up does not stop it. A panic ends the task, not the connection.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::{Executor, Request, Response, parser::types::OperationType};
use entity::{tenancy::within_request, usecases::identity::metering::Meters};
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;
use uuid::Uuid;

use super::{
    cache::DocumentCache,
    charge::{Whose, charge},
    document::Document,
    executor::Executors,
    kept::{KeptAnswers, Question},
    limits::Limits,
    nulls::{Begun, Deadline},
    persisted::{self, PersistedQueries, TrustedDocuments},
    refusal::Refusal,
    request::{Call, Carrier, holds_nul, read, refuse_nul},
    respond::{Outcome, Profile, Reply},
    turns::Turns,
    validity::Contract,
};

/// What the door keeps between requests; one for all workers.
#[derive(Debug)]
pub struct FrontDoor {
    /// What one request may ask for.
    pub limits: Limits,
    /// Documents made ready.
    pub documents: DocumentCache,
    /// What documents are held against.
    pub contract: Arc<Contract>,
    /// Documents that clients name by their hash.
    pub persisted: PersistedQueries,
    /// Where there are some, these are executed and no others.
    pub trusted: Option<TrustedDocuments>,
    /// By which edition of GraphQL over HTTP answers get their status.
    pub profile: Profile,
    /// Where documents are executed.
    pub executors: Executors,
    /// Whose turn it is.
    pub turns: Turns,
    /// What callers have drawn of their budgets; none where nothing is counted.
    pub meters: Option<Meters>,
    /// Answers that still stand.
    pub kept: KeptAnswers,
}

impl FrontDoor {
    /// A door with these limits, an empty cache of the default size, and threads that execute.
    #[must_use]
    pub fn new(limits: Limits, executors: Executors, contract: Contract) -> Self {
        let turns = Turns::new(limits.at_once);
        let (documents, persisted) = (DocumentCache::default(), PersistedQueries::default());
        Self {
            limits,
            documents,
            contract: Arc::new(contract),
            persisted,
            trusted: None,
            profile: Profile::default(),
            executors,
            turns,
            meters: None,
            kept: KeptAnswers::default(),
        }
    }

    /// The same door, which draws what documents cost on their callers' budgets.
    #[must_use]
    pub fn metered(self, meters: Meters) -> Self {
        Self { meters: Some(meters), ..self }
    }
}

/// What became of a call that was carried out.
#[derive(Debug)]
pub struct Performed {
    /// The executor's answer.
    pub response: Response,
    /// Whether a resolver could run; when not, the answer tells of the request and has no data.
    pub begun: bool,
}

/// Answers one request; never fails, whatever the client or a resolver does.
///
/// `whose` says whose turns it takes and on which budgets it draws. `make_context` puts the caller's identity and the like into the request; it is called only for requests that
/// will be executed, and is told which document, so that a query can be given less than a mutation.
/// The answer's extensions hold an [`super::Outcome`] for the log.
pub async fn answer<S: Executor>(
    schema: &S,
    door: &FrontDoor,
    request: &HttpRequest,
    body: web::Payload,
    (request_id, whose): (&str, impl Into<Whose>),
    make_context: impl FnOnce(&mut Request, &Document),
) -> HttpResponse {
    let (mut reply, whose) = (Reply::to(request, request_id, door.profile), whose.into());
    if let Some(meters) = &door.meters {
        reply.outcome.standing = meters.glance(&whose.draws).await;
    }
    let performed = match read(request, body, door.limits.body_bytes).await {
        Ok(call) => perform(schema, door, call, whose, &mut reply.outcome, make_context).await,
        Err(refusal) => Err(refusal),
    };
    match performed {
        Ok(Performed { response, begun }) => reply.executed(response, begun),
        Err(refusal) => reply.refuse(&refusal),
    }
}

/// Carries a call out, whatever it came by, as [`answer`] does: everything that asks for something by a document goes through here.
///
/// # Errors
/// A [`Refusal`] when it isn't executed, or not in time.
pub async fn perform<S: Executor>(
    schema: &S,
    door: &FrontDoor,
    mut call: Call,
    whose: impl Into<Whose>,
    outcome: &mut Outcome,
    make_context: impl FnOnce(&mut Request, &Document),
) -> Result<Performed, Refusal> {
    let whose = whose.into();
    let document = let_in(door, &mut call, &whose, outcome).await?;
    let question = whose.asking.as_deref().and_then(|asking| Question::of(&call, &document, asking));
    if let Some(response) = door.kept.standing(question.as_ref()).await {
        return Ok(Performed { response, begun: true });
    }
    let (ready, begun) = executable(door, call, &document, make_context);
    let schema = schema.clone();
    let response = execute(async move { schema.execute(ready).await }, (door, whose.turns), outcome).await?;
    door.kept.keep(question.as_ref(), &response).await;
    Ok(Performed { response, begun: begun.is_true() })
}

/// Looks once at what a subscription is about, and gives an answer for each event that there is to tell; a query or a mutation is
/// carried out, as by [`perform`].
///
/// # Errors
/// A [`Refusal`] when it isn't executed, or not in time.
pub async fn look<S: Executor>(
    schema: &S,
    door: &FrontDoor,
    mut call: Call,
    whose: impl Into<Whose>,
    outcome: &mut Outcome,
    make_context: impl FnOnce(&mut Request, &Document),
) -> Result<Vec<Performed>, Refusal> {
    let whose = whose.into();
    let document = let_in(door, &mut call, &whose, outcome).await?;
    let (ready, begun) = executable(door, call, &document, make_context);
    let schema = schema.clone();
    // The library's stream ends when there is no more to tell just now.
    let telling = async move { schema.execute_stream(ready, None).collect::<Vec<_>>().await };
    let responses = execute(telling, (door, whose.turns), outcome).await?;
    Ok(responses.into_iter().map(|response| Performed { response, begun: begun.is_true() }).collect())
}

/// Says of a call that is to go on whether it would be let in, and what kind of operation it is. From here on the call has its document;
/// its variables stay as they were sent.
///
/// # Errors
/// The [`Refusal`] with which it is turned away.
pub fn look_over(
    door: &FrontDoor,
    call: &mut Call,
    whose: Option<Uuid>,
    outcome: &mut Outcome,
) -> Result<OperationType, Refusal> {
    let sent = call.variables.clone();
    let document = admit(door, call, whose, outcome)?;
    call.variables = sent;
    Ok(document.kind())
}

/// Lets a call in and draws what it costs on whose budget it is, or not.
async fn let_in(door: &FrontDoor, call: &mut Call, whose: &Whose, outcome: &mut Outcome) -> Result<Arc<Document>, Refusal> {
    let document = admit(door, call, whose.turns, outcome)?;
    charge(door.meters.as_ref(), whose, &document, outcome).await?;
    Ok(document)
}

/// Lets a call in, or not: the document that it has or names, held against the contract, measured, and weighed with its variables.
fn admit(door: &FrontDoor, call: &mut Call, whose: Option<Uuid>, outcome: &mut Outcome) -> Result<Arc<Document>, Refusal> {
    refuse_nul(holds_nul(&call.variables))?;
    let to_keep = persisted::resolve(call, &door.persisted, door.trusted.as_ref())?;
    let document = door.documents.document(&call.query, call.operation_name.as_deref(), (&door.limits, &door.contract))?;
    outcome.operation = document.name().map(str::to_owned);
    if whose.is_none() && document.measurement().introspection.fields > 0 {
        return Err(Refusal::IntrospectionUnsigned);
    }
    match (call.carrier, document.kind()) {
        (_, OperationType::Query)
        | (Carrier::Post | Carrier::Socket | Carrier::Events, OperationType::Mutation)
        | (Carrier::Socket | Carrier::Events | Carrier::EventsByGet, OperationType::Subscription) => {}
        (Carrier::Get | Carrier::EventsByGet | Carrier::Stored, kind) => return Err(Refusal::NotByGet(kind)),
        (Carrier::Post, OperationType::Subscription) => return Err(Refusal::SubscriptionHere),
    }
    call.variables = door.contract.coerce(document.declared(), std::mem::take(&mut call.variables))?;
    outcome.cost = Some(document.weigh(&call.variables, &door.limits)?);
    if whose.is_some() {
        door.persisted.keep(to_keep);
    }
    Ok(document)
}

fn executable(
    door: &FrontDoor,
    call: Call,
    document: &Document,
    make_context: impl FnOnce(&mut Request, &Document),
) -> (Request, Begun) {
    let begun = Begun::default();
    let mut request = Request::new(call.query).variables(call.variables).data(begun.clone()).data(Arc::clone(&door.contract));
    request.operation_name = call.operation_name;
    request.set_parsed_query(document.parsed());
    // A mutation that has begun runs to its end; a query whose client is gone need not.
    if document.kind() != OperationType::Mutation {
        request = request.data(Deadline(Instant::now() + door.limits.time));
    }
    make_context(&mut request, document);
    (request, begun)
}

async fn execute<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    (door, whose): (&FrontDoor, Option<Uuid>),
    outcome: &mut Outcome,
) -> Result<T, Refusal> {
    // Waiting for a turn is part of the time that a client waits.
    let until = Instant::now() + door.limits.time;
    let turn = door.turns.take(whose, until).await?;
    let request_id = outcome.request_id.clone();
    let work = async move {
        // A client that was told that time is up hasn't let go of its turn: the task still works for it.
        let _turn = turn;
        within_request(request_id, work).await
    };
    let task = door.executors.handle().spawn(work.instrument(tracing::info_span!("execute")));
    match timeout_at(until, task).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(panic)) => {
            outcome.concealed.push(panic.to_string());
            Err(Refusal::Internal)
        }
        Err(_elapsed) => Err(Refusal::TimeLimit(door.limits.time.as_secs())),
    }
}
