//! Answers by events: one operation for each connection (PROTOCOL.md of npm `graphql-sse` 2, distinct connections mode).
//!
//! A request that isn't carried out is answered by an HTTP status, before any event. After that `next` brings execution results and
//! `complete` ends them; a comment now and then keeps the connection from being taken for dead.

use std::{convert::Infallible, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    rt::{self, task::JoinHandle},
    web::{self, Bytes},
};
use futures::{Stream, stream};
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval_at},
};
use uuid::Uuid;

use super::{
    caller::{Caller, Present},
    closed, crowded,
    operation::{Said, carry_out},
    places::{Full, Place},
};
use crate::graphql::frontdoor::{Call, Carrier, Refusal, Reply, look_over, request::read};

/// Answers a request by events.
pub async fn events(caller: Caller, whose: Option<Uuid>, request: &HttpRequest, body: web::Payload) -> HttpResponse {
    let shared = caller.shared.clone();
    let mut reply = Reply::in_messages(&caller.request_id, shared.door.profile);
    let mut call = match read(request, body, shared.settings.limits.body_bytes).await {
        Ok(call) => by_events(call),
        Err(refusal) => return reply.refuse(&refusal),
    };
    let kind = match look_over(&shared.door, &mut call, whose, &mut reply.outcome) {
        Ok(kind) => kind,
        Err(refusal) => return reply.refuse(&refusal),
    };
    let places = &shared.live.places;
    let place = match whose.map_or_else(|| places.take(caller.address), |account| places.take_for(account)) {
        Ok(place) => place,
        Err(Full::OfOne) => return reply.refuse(&Refusal::Busy(shared.live.limits.per_account)),
        Err(Full::OfAll) => return crowded(&caller.request_id),
    };
    let request_id = caller.request_id.clone();
    let (say, said) = mpsc::channel(shared.live.limits.waiting.max(1));
    let caller = Arc::new(caller);
    let task = rt::spawn(carry_out(Arc::clone(&caller), call, kind, (0, say)));
    let (closing, keep_alive) = (shared.live.closing(), shared.live.limits.keep_alive);
    let telling = Telling { said, task, closing, caller, is_over: false, _place: place };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, "accept"))
        // A proxy that gathers an answer before it passes it on would keep every event back.
        .insert_header(("x-accel-buffering", "no"))
        .insert_header(("x-request-id", request_id))
        .streaming(told(telling, keep_alive))
}

fn by_events(call: Call) -> Call {
    let carrier = if call.carrier == Carrier::Get { Carrier::EventsByGet } else { Carrier::Events };
    Call { carrier, ..call }
}

/// A stream of events under way.
struct Telling {
    said: mpsc::Receiver<(u64, Said)>,
    task: JoinHandle<()>,
    closing: watch::Receiver<bool>,
    caller: Arc<Caller>,
    is_over: bool,
    _place: Place,
}

impl Drop for Telling {
    // The client has gone; a mutation that has begun runs to its end all the same, on the executing threads.
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn told(telling: Telling, keep_alive: Duration) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let mut alive = interval_at(tokio::time::Instant::now() + keep_alive, keep_alive);
    alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold((telling, alive), |(mut telling, mut alive)| async move {
        if telling.is_over {
            return None;
        }
        let text = tokio::select! {
            () = closed(&mut telling.closing) => telling.end(),
            said = telling.said.recv() => match said {
                Some((_, said)) => telling.event(said),
                None => telling.end(),
            },
            _ = alive.tick() => match telling.caller.present().await {
                Ok(Present::Gone(why)) => telling.event(Said::Forbidden(why)),
                _ => ":\n\n".to_owned(),
            },
        };
        Some((Ok(Bytes::from(text)), (telling, alive)))
    })
}

impl Telling {
    fn event(&mut self, said: Said) -> String {
        match said {
            Said::Next(result) => next(&result),
            Said::Errors(errors) => next(&format!("{{\"errors\":{errors}}}")) + &self.end(),
            Said::Complete => self.end(),
            Said::Forbidden(why) => {
                let error = serde_json::json!({ "errors": [{ "message": why, "extensions": { "code": "UNAUTHENTICATED" } }] });
                next(&error.to_string()) + &self.end()
            }
        }
    }

    fn end(&mut self) -> String {
        self.is_over = true;
        "event: complete\ndata:\n\n".to_owned()
    }
}

/// JSON has no line breaks of its own, so it is one line of data.
fn next(result: &str) -> String {
    format!("event: next\ndata: {result}\n\n")
}
