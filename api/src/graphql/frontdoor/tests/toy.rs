//! A schema with every shape that matters here, and a door in front of it.

use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::{
    App, HttpRequest, HttpResponse,
    http::{StatusCode, header::HeaderMap},
    test::{TestRequest, call_service, init_service, read_body},
    web,
};
use async_graphql::{Context, EmptySubscription, Error, Guard, Object, Result, Schema, SimpleObject};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::super::{Contract, Document, Executors, FrontDoor, Limits, Nulls, Outcome, answer, nulls::coded};

pub type Toy = Schema<Query, Mutation, EmptySubscription>;

/// How often money was paid.
#[derive(Default)]
pub struct Paid(pub AtomicU32);

/// A door in the middle of a query: [`Gate::arrived`] has a permit for whoever stands before it, and [`Gate::open`] one for
/// whoever may go through.
pub struct Gate {
    pub arrived: Semaphore,
    pub open: Semaphore,
}

impl Gate {
    async fn pass(&self) -> Result<i32> {
        self.arrived.add_permits(1);
        self.open.acquire().await?.forget();
        Ok(1)
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self { arrived: Semaphore::new(0), open: Semaphore::new(0) }
    }
}

/// What `make_context` was told.
pub struct Told(pub Option<String>);

/// A guard that lets nobody in.
pub struct Nobody;

impl Guard for Nobody {
    async fn check(&self, _: &Context<'_>) -> Result<()> {
        Err(coded("FORBIDDEN", "Not for you."))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum Direction {
    Improving,
}

#[derive(SimpleObject)]
pub struct Plain {
    item: Item,
    item_opt: Option<Item>,
}

#[derive(Clone, Copy)]
pub struct Item(pub i32);

impl Item {
    fn broken<T>(self, value: T) -> Result<T> {
        if self.0 == 1 { Err(coded("BROKEN", "Broken.")) } else { Ok(value) }
    }
}

#[Object]
impl Item {
    async fn id(&self) -> i32 {
        self.0
    }
    async fn bad(&self) -> Result<i32> {
        self.broken(self.0)
    }
    async fn bad_opt(&self) -> Result<Option<i32>> {
        self.broken(Some(self.0))
    }
    async fn direction(&self) -> Result<Direction> {
        self.broken(Direction::Improving)
    }
    async fn direction_opt(&self) -> Result<Option<Direction>> {
        self.broken(Some(Direction::Improving))
    }
    async fn nan(&self) -> f64 {
        f64::NAN
    }
    async fn child(&self) -> Item {
        *self
    }
    async fn child_opt(&self) -> Option<Item> {
        Some(*self)
    }
    async fn matrix(&self) -> Vec<Option<Vec<Item>>> {
        vec![Some(vec![Item(0)]), Some(vec![Item(0), Item(1)])]
    }
}

pub struct Query;

#[Object]
impl Query {
    async fn ok(&self) -> i32 {
        1
    }
    async fn told(&self, ctx: &Context<'_>) -> Option<String> {
        ctx.data_opt::<Told>().and_then(|told| told.0.clone())
    }
    async fn res_opt(&self) -> Result<Option<i32>> {
        Err(coded("BROKEN", "Broken."))
    }
    async fn opt_res(&self) -> Option<Result<i32>> {
        Some(Err(coded("BROKEN", "Broken.")))
    }
    #[graphql(guard = "Nobody")]
    async fn guarded_opt(&self) -> Option<i32> {
        Some(1)
    }
    #[graphql(guard = "Nobody")]
    async fn guarded(&self) -> i32 {
        1
    }
    async fn item(&self) -> Item {
        Item(1)
    }
    async fn item_opt(&self) -> Option<Item> {
        Some(Item(1))
    }
    async fn items(&self, #[graphql(default = 25)] first: i32) -> Vec<Item> {
        (0..first.min(2)).map(Item).collect()
    }
    async fn items_opt(&self) -> Option<Vec<Item>> {
        Some(vec![Item(0), Item(1)])
    }
    async fn sparse(&self) -> Vec<Option<Item>> {
        vec![Some(Item(0)), Some(Item(1)), None]
    }
    async fn plain(&self) -> Option<Plain> {
        Some(Plain { item: Item(1), item_opt: Some(Item(1)) })
    }
    async fn database(&self) -> Result<Option<i32>> {
        Err(std::io::Error::other("relation \"secret\" does not exist").into())
    }
    async fn sentence(&self) -> Result<Option<i32>> {
        Err(Error::new("password for user app is wrong"))
    }
    async fn double(&self, n: i32) -> Option<i32> {
        Some(n * 2)
    }
    async fn panic(&self) -> Option<i32> {
        Some(i32::try_from(u64::MAX).expect("the resolver fell over"))
    }
    async fn gate(&self, ctx: &Context<'_>) -> Result<i32> {
        ctx.data_unchecked::<Gate>().pass().await
    }
    /// Lets time pass, on a clock that stands still otherwise.
    async fn later(&self, seconds: u64) -> Item {
        tokio::time::advance(std::time::Duration::from_secs(seconds)).await;
        Item(0)
    }
    /// Is looked at so many times before it is done.
    async fn slow(&self, ctx: &Context<'_>, turns: u64) -> Result<i32> {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        ctx.data_unchecked::<Paid>().0.fetch_add(1, Ordering::SeqCst);
        Ok(1)
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn pay(&self, ctx: &Context<'_>) -> Option<Item> {
        ctx.data_unchecked::<Paid>().0.fetch_add(1, Ordering::SeqCst);
        Some(Item(0))
    }
    async fn gate(&self, ctx: &Context<'_>) -> Result<i32> {
        ctx.data_unchecked::<Gate>().pass().await
    }
    async fn refuse(&self) -> Result<Option<Item>> {
        Err(coded("FORBIDDEN", "Not for you."))
    }
}

/// The schema, with the extension under test.
pub fn schema() -> Toy {
    Schema::build(Query, Mutation, EmptySubscription).extension(Nulls).data(Paid::default()).data(Gate::default()).finish()
}

/// The contract of the schema.
pub fn contract() -> Contract {
    Contract::of(&schema().sdl()).unwrap()
}

/// How often money was paid (or a slow field came to its end).
pub fn paid(schema: &Toy) -> u32 {
    schema.data::<Paid>().unwrap().0.load(Ordering::SeqCst)
}

/// An answer as a client sees it, and what the log would.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub outcome: Outcome,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or("")
    }
}

/// Sends a request through a running application.
pub async fn send_to(schema: &Toy, limits: Limits, request: TestRequest) -> Answer {
    send_through(schema, &web::Data::new(FrontDoor::new(limits, Executors::start(1).unwrap(), contract())), request).await
}

/// Sends a request through a door that several share; the account that asks is in the header `account`.
pub async fn send_through(schema: &Toy, door: &web::Data<FrontDoor>, request: TestRequest) -> Answer {
    let (schema, door) = (web::Data::new(schema.clone()), door.clone());
    let app = App::new().app_data(schema).app_data(door).default_service(web::to(serve));
    let response = call_service(&init_service(app).await, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let outcome = response.response().extensions().get::<Outcome>().cloned().unwrap();
    let body = serde_json::from_slice(&read_body(response).await).unwrap();
    Answer { status, headers, body, outcome }
}

/// Sends a request with the default limits.
pub async fn send(request: TestRequest) -> Answer {
    send_to(&schema(), Limits::default(), request).await
}

/// Posts a document, accepting JSON.
pub async fn post(query: &str) -> Answer {
    send(body(json!({ "query": query }))).await
}

/// A POST with this body.
pub fn body(body: Value) -> TestRequest {
    TestRequest::post().uri("/graphql").set_json(body)
}

async fn serve(schema: web::Data<Toy>, door: web::Data<FrontDoor>, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let account = request.headers().get("account").and_then(|value| value.to_str().ok());
    let whose = account.map(|name| Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    answer(schema.get_ref(), &door, &request, body, ("request-1", whose), |context, document: &Document| {
        context.data.insert(Told(document.name().map(str::to_owned)));
    })
    .await
}
