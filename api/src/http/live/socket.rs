//! A WebSocket that speaks `graphql-transport-ws`.
//!
//! One task holds the connection: it reads a message, or sends one, and nothing else. What operations have to say waits in a short
//! queue, and when that is full they wait, so a client that reads slowly costs a bounded amount of memory; one that makes no room for
//! long is let go.
//!
//! The token that a connection began with runs out. The client may send a fresh one beforehand, in the payload of a `ping`; else the
//! connection is closed with 4403, at which clients connect anew with a fresh one.

use std::{collections::HashMap, future::pending, io::ErrorKind, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    rt::{self, task::JoinHandle},
    web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use async_graphql::parser::types::OperationType;
use entity::tenancy::Actor;
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout},
};

use super::{
    caller::{Bearer, Caller, Present},
    closed, crowded,
    operation::{Said, carry_out},
    places::Place,
    protocol::{self, Closing, Heard, PROTOCOL},
};
use crate::{
    graphql::frontdoor::{Call, Outcome, Refusal, Reply, Told, look_over},
    http::{
        authenticate::address,
        cors::page_elsewhere,
        credentials::{Credential, credential},
        envelope::failure,
        routes::Shared,
    },
};

/// Whether a request asks for a WebSocket.
pub fn is_upgrade(request: &HttpRequest) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok());
    request.method() == Method::GET && upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Answers the handshake, and holds the connection from then on.
pub fn connect(shared: &web::Data<Shared>, request: &HttpRequest, body: web::Payload, request_id: &str) -> HttpResponse {
    let page = page_elsewhere(request);
    if page.as_deref().is_some_and(|page| !shared.settings.origins.is_allowed_by_some(page)) {
        let message = "Pages of this origin may not connect: no tenant lets them.";
        return failure(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED", message, request_id);
    }
    let Ok(place) = shared.live.places.take(address(request, shared.settings.behind_proxy)) else {
        return crowded(request_id);
    };
    let (mut response, session, stream) = match actix_ws::handle_with_protocols(request, body, &[PROTOCOL]) {
        Ok(parts) => parts,
        Err(error) => {
            let message = format!("This isn't a handshake of RFC 6455: {error}.");
            return failure(StatusCode::BAD_REQUEST, "MALFORMED_REQUEST", &message, request_id);
        }
    };
    let speaks = response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    if let Ok(id) = header::HeaderValue::from_str(request_id) {
        response.headers_mut().insert(header::HeaderName::from_static("x-request-id"), id);
    }
    let caller = Caller { page, ..Caller::of(shared, request, request_id, None) };
    // Clients that can set headers may say there who they are.
    let at_first = credential(request).ok().flatten();
    let most = shared.settings.limits.body_bytes;
    let stream = stream.max_frame_size(most).aggregate_continuations().max_continuation_size(most);
    rt::spawn(Socket::new(caller, session, place, at_first).hold(stream, speaks));
    response
}

/// How a connection ends.
enum End {
    /// The server closes it.
    By(Closing),
    /// The client has closed it, or isn't there any more.
    Gone,
}

impl From<Closing> for End {
    fn from(closing: Closing) -> Self {
        Self::By(closing)
    }
}

/// An operation under way.
struct Operation {
    id: String,
    task: JoinHandle<()>,
}

struct Socket {
    caller: Caller,
    session: Session,
    place: Place,
    /// What the handshake brought to show who it is.
    at_first: Option<Credential>,
    /// Who it is, once that is known.
    known: Option<Arc<Actor>>,
    is_acknowledged: bool,
    /// Whether the client has shown that it lives since it was last asked.
    has_shown: bool,
    operations: HashMap<u64, Operation>,
    begun: u64,
    say: mpsc::Sender<(u64, Said)>,
    said: mpsc::Receiver<(u64, Said)>,
}

impl Socket {
    fn new(caller: Caller, session: Session, place: Place, at_first: Option<Credential>) -> Self {
        let (say, said) = mpsc::channel(caller.shared.live.limits.waiting.max(1));
        let (operations, begun) = (HashMap::new(), 0);
        Self {
            caller,
            session,
            place,
            at_first,
            known: None,
            is_acknowledged: false,
            has_shown: true,
            operations,
            begun,
            say,
            said,
        }
    }

    /// Holds the connection to its end.
    async fn hold(mut self, mut stream: AggregatedMessageStream, speaks: bool) {
        let end = if speaks { self.converse(&mut stream).await } else { End::By(Closing::Protocol) };
        for operation in self.operations.values() {
            operation.task.abort();
        }
        let reason = match end {
            End::By(closing) => {
                tracing::info!(request_id = self.caller.request_id, code = closing.code(), "a socket is closed");
                Some(closing.reason())
            }
            End::Gone => None,
        };
        let patience = self.caller.shared.live.limits.patience;
        if timeout(patience, self.session.close(reason)).await.is_ok() {
            // Until the client has said goodbye, too, or is gone.
            let _ = timeout(patience, async { while let Some(Ok(_)) = stream.recv().await {} }).await;
        }
        drop(self.place);
    }

    async fn converse(&mut self, stream: &mut AggregatedMessageStream) -> End {
        let limits = self.caller.shared.live.limits.clone();
        let mut closing = self.caller.shared.live.closing();
        let known_by = Instant::now() + limits.initialisation;
        let mut alive = interval_at(Instant::now() + limits.keep_alive, limits.keep_alive);
        alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let step = self.step(stream, &mut closing, known_by, &mut alive).await;
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn step(
        &mut self,
        stream: &mut AggregatedMessageStream,
        closing: &mut watch::Receiver<bool>,
        known_by: Instant,
        alive: &mut Interval,
    ) -> Result<(), End> {
        let late = async { if self.is_acknowledged { pending().await } else { sleep_until(known_by).await } };
        tokio::select! {
            () = closed(closing) => Err(Closing::Away.into()),
            () = late => Err(Closing::InitialisationTimeout.into()),
            _ = alive.tick() => self.look_after().await,
            message = stream.recv() => self.heard(message).await,
            Some((number, said)) = self.said.recv() => self.tell(number, said).await,
        }
    }

    /// Asks whether the client is there, and looks whether it may go on.
    async fn look_after(&mut self) -> Result<(), End> {
        if !std::mem::take(&mut self.has_shown) {
            return Err(End::Gone);
        }
        if let Ok(Present::Gone(why)) = self.caller.present().await {
            return Err(Closing::Forbidden(why).into());
        }
        let patience = self.caller.shared.live.limits.patience;
        match timeout(patience, self.session.ping(b"")).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    async fn heard(&mut self, message: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<(), End> {
        self.has_shown = true;
        let most = self.caller.shared.settings.limits.body_bytes;
        match message {
            None => Err(End::Gone),
            Some(Ok(AggregatedMessage::Text(text))) => self.message(&text).await,
            Some(Ok(AggregatedMessage::Binary(_))) => Err(Closing::BadRequest("Send messages as text.".to_owned()).into()),
            Some(Ok(AggregatedMessage::Ping(bytes))) => self.session.pong(&bytes).await.map_err(|_| End::Gone),
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Close(_))) => Err(End::Gone),
            Some(Err(ProtocolError::Io(error))) if error.kind() == ErrorKind::InvalidData => Err(Closing::NotText.into()),
            // A long message in pieces is reported as the latter.
            Some(Err(ProtocolError::Overflow | ProtocolError::Io(_))) => Err(Closing::TooLong(most).into()),
            Some(Err(error)) => Err(Closing::BadRequest(format!("Not a frame of RFC 6455: {error}")).into()),
        }
    }

    async fn message(&mut self, text: &str) -> Result<(), End> {
        match protocol::read(text)? {
            Heard::Initialisation(_) if self.is_acknowledged => Err(Closing::InitialisedTwice.into()),
            Heard::Initialisation(payload) => self.acknowledge(payload.as_ref()).await,
            Heard::Ping(payload) => self.answer_ping(payload.as_ref()).await,
            Heard::Pong => Ok(()),
            Heard::Subscribe(..) if !self.is_acknowledged => Err(Closing::Unauthorized.into()),
            Heard::Subscribe(id, call) => self.subscribe(id, *call).await,
            Heard::Complete(id) => {
                self.let_go(&id);
                Ok(())
            }
        }
    }

    /// Finds out who the client is.
    async fn acknowledge(&mut self, payload: Option<&Value>) -> Result<(), End> {
        let at_first = self.at_first.take();
        let Some(sent) = payload.and_then(protocol::token).map(Credential::of).or(at_first) else {
            return Err(Closing::Forbidden("send an access token, as accessToken, with connection_init.").into());
        };
        let until = self.recognise(sent).await?;
        if self.known.as_ref().is_some_and(|actor| !self.place.take_for(actor.caller())) {
            return Err(Closing::Crowded.into());
        }
        self.is_acknowledged = true;
        self.send(protocol::acknowledged(&until)).await
    }

    /// Takes what shows who is behind the connection, and tells until when it is good.
    async fn recognise(&mut self, sent: Credential) -> Result<Value, End> {
        const NOT_GOOD: Closing = Closing::Forbidden("the access token isn't good, or has run out.");
        let bearer = Bearer::of(&self.caller.shared, sent).ok_or(NOT_GOOD)?;
        let actor = match self.caller.present_with(&bearer).await {
            Ok(Present::Somebody(actor)) => actor,
            Ok(Present::Nobody) => return Err(NOT_GOOD.into()),
            Ok(Present::Gone(why)) => return Err(Closing::Forbidden(why).into()),
            Err(_) => return Err(Closing::Unavailable.into()),
        };
        if self.known.as_ref().is_some_and(|before| before.caller() != actor.caller()) {
            return Err(Closing::Forbidden("the access token is somebody else's.").into());
        }
        let until = bearer.expires_at().map(|expires_at| expires_at.to_rfc3339());
        self.caller.bear(bearer);
        self.known = Some(actor);
        Ok(json!({ "expiresAt": until }))
    }

    /// Says that somebody is there; a fresh token in the payload takes the place of the former.
    async fn answer_ping(&mut self, payload: Option<&Value>) -> Result<(), End> {
        let token = payload.and_then(protocol::token).filter(|_| self.is_acknowledged);
        let answer = match token {
            Some(token) => Some(self.recognise(Credential::of(token)).await?),
            None => None,
        };
        self.send(protocol::pong(answer.as_ref())).await
    }

    async fn subscribe(&mut self, id: String, mut call: Call) -> Result<(), End> {
        if self.operations.values().any(|operation| operation.id == id) {
            return Err(Closing::SubscriberExists(id).into());
        }
        let most = self.caller.shared.live.limits.operations;
        if self.operations.len() >= most {
            return self.refuse(&id, &Refusal::Operations(most)).await;
        }
        let whose = self.known.as_ref().map(|actor| actor.caller());
        match look_over(&self.caller.shared.door, &mut call, whose, &mut Outcome::default()) {
            Ok(kind) => self.begin(id, call, kind),
            Err(refusal) => return self.refuse(&id, &refusal).await,
        }
        Ok(())
    }

    fn begin(&mut self, id: String, call: Call, kind: OperationType) {
        self.begun += 1;
        let caller = Arc::new(self.caller.for_operation(self.begun));
        let task = rt::spawn(carry_out(caller, call, kind, (self.begun, self.say.clone())));
        self.operations.insert(self.begun, Operation { id, task });
    }

    async fn refuse(&mut self, id: &str, refusal: &Refusal) -> Result<(), End> {
        let mut reply = Reply::in_messages(&self.caller.request_id, self.caller.shared.door.profile);
        let (Told::Errors(text) | Told::Answer(text)) = reply.told(Err(refusal.clone()));
        self.caller.shared.note_message(self.known.as_deref(), &reply.outcome, std::time::Duration::ZERO);
        self.send(protocol::error(id, &text)).await
    }

    fn let_go(&mut self, id: &str) {
        self.operations.retain(|_, operation| {
            let is_it = operation.id == id;
            if is_it {
                operation.task.abort();
            }
            !is_it
        });
    }

    /// Passes on what an operation says, unless the client has let go of it meanwhile.
    async fn tell(&mut self, number: u64, said: Said) -> Result<(), End> {
        let Some(id) = self.operations.get(&number).map(|operation| operation.id.clone()) else { return Ok(()) };
        let message = match said {
            Said::Next(result) => protocol::next(&id, &result),
            Said::Errors(errors) => {
                self.operations.remove(&number);
                protocol::error(&id, &errors)
            }
            Said::Complete => {
                self.operations.remove(&number);
                protocol::complete(&id)
            }
            Said::Forbidden(why) => return Err(Closing::Forbidden(why).into()),
        };
        self.send(message).await
    }

    async fn send(&mut self, message: String) -> Result<(), End> {
        let patience = self.caller.shared.live.limits.patience;
        match timeout(patience, self.session.text(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}
