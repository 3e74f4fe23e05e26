//! Carrying an operation out, whatever connection it came by, and following what it is about.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_graphql::{ServerError, Value, parser::types::OperationType};
use entity::{
    tables::{RecordArea, TenantId},
    tenancy::{Actor, Listening, News},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout_at},
};
use tracing::Instrument as _;

use super::caller::{Caller, Present};
use crate::{
    graphql::{
        errors::finish,
        frontdoor::{Call, Refusal, Reply, Told, look, perform},
        watching::Watching,
    },
    http::routes::span,
};

/// What is said of an operation.
#[derive(Debug)]
pub enum Said {
    /// An execution result, as a JSON object.
    Next(String),
    /// It came to nothing or goes no further: errors, as a JSON array. Nothing follows.
    Errors(String),
    /// It is over. Nothing follows.
    Complete,
    /// Whoever asked may not go on. Nothing follows.
    Forbidden(&'static str),
}

/// To whom it is said: the operation's number on its connection goes along.
pub type Say = mpsc::Sender<(u64, Said)>;

/// How long a subscription looks for a change that nobody has told it of, such as a new business date.
const UNTOLD: Duration = Duration::from_secs(60);

/// How long to wait before looking again when the database was away, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Carries an operation out and says what comes of it, to its end.
pub async fn carry_out(caller: Arc<Caller>, call: Call, kind: OperationType, (number, say): (u64, Say)) {
    let last = match kind {
        OperationType::Subscription => follow(&caller, &call, (number, &say)).await,
        OperationType::Query | OperationType::Mutation => {
            once(&caller, call, (number, &say)).instrument(span(&caller.request_id)).await
        }
    };
    // Whoever has gone needs no answer.
    let _ = say.send((number, last)).await;
}

async fn once(caller: &Caller, call: Call, (number, say): (u64, &Say)) -> Said {
    let began = Instant::now();
    let mut reply = Reply::in_messages(&caller.request_id, caller.shared.door.profile);
    let actor = match caller.present().await {
        Ok(Present::Nobody) => None,
        Ok(Present::Somebody(actor)) => Some(actor),
        Ok(Present::Gone(why)) => return Said::Forbidden(why),
        Err(error) => return away(&error),
    };
    let shared = &caller.shared;
    let (whose, asking) = (shared.whose(actor.as_deref()), caller.asking(actor.clone()));
    let performed = perform(&shared.schema, &shared.door, call, whose, &mut reply.outcome, asking).await;
    let told = reply.told(performed);
    shared.note_message(actor.as_deref(), &reply.outcome, began.elapsed());
    match told {
        Told::Errors(errors) => Said::Errors(errors),
        Told::Answer(answer) => {
            // Whoever has gone needs no answer.
            let _ = say.send((number, Said::Next(answer))).await;
            Said::Complete
        }
    }
}

/// What a look at a subscription leads to.
enum Looked {
    /// To waiting for the next change; as whoever it was that looked.
    On(Arc<Actor>),
    /// To trying again.
    Again,
    /// To its end.
    Over(Said),
}

async fn follow(caller: &Caller, call: &Call, (number, say): (u64, &Say)) -> Said {
    // Before the first look, lest what changes meanwhile be missed.
    let mut heard = caller.shared.db.listen();
    let watching = Arc::new(Watching::default());
    let mut pause = PAUSES.0;
    loop {
        match once_over(caller, call, &watching, (number, say)).instrument(span(&caller.request_id)).await {
            Looked::On(actor) => {
                pause = PAUSES.0;
                if !anything(&mut heard, &actor, caller).await {
                    return Said::Complete;
                }
            }
            Looked::Again => {
                sleep(pause).await;
                pause = pause.saturating_mul(2).min(PAUSES.1);
            }
            Looked::Over(said) => return said,
        }
    }
}

/// Looks once, and says what there is to say.
async fn once_over(caller: &Caller, call: &Call, watching: &Arc<Watching>, (number, say): (u64, &Say)) -> Looked {
    let began = Instant::now();
    let actor = match caller.present().await {
        Ok(Present::Somebody(actor)) => actor,
        Ok(Present::Nobody) => return Looked::Over(unauthenticated()),
        Ok(Present::Gone(why)) => return Looked::Over(Said::Forbidden(why)),
        Err(_) => return Looked::Again,
    };
    let shared = &caller.shared;
    let asking = caller.asking(Some(Arc::clone(&actor)));
    let memory = Arc::clone(watching);
    let context = move |ready: &mut async_graphql::Request, document: &_| {
        asking(ready, document);
        let bare = std::mem::replace(ready, async_graphql::Request::new(""));
        *ready = bare.data(memory);
    };
    let mut reply = Reply::in_messages(&caller.request_id, caller.shared.door.profile);
    let whose = shared.whose(Some(&actor));
    let looked = look(&shared.schema, &shared.door, call.clone(), whose, &mut reply.outcome, context).await;
    let answers = match looked {
        Ok(answers) => answers,
        // Whoever follows waits longer than whoever asks.
        Err(Refusal::Busy(_) | Refusal::RateLimited(_) | Refusal::TimeLimit(_)) => return Looked::Again,
        Err(refusal) => return Looked::Over(errors(reply.told(Err(refusal)))),
    };
    if answers.is_empty() && watching.is_new() {
        // Nothing to tell as yet, but from here on it is followed.
        shared.note_message(Some(&actor), &reply.outcome, began.elapsed());
    }
    for mut performed in answers {
        if performed.response.data == Value::Null && !performed.response.errors.is_empty() {
            // What a resolver says; the library's own words about a document have no place in the answer.
            performed.response.errors.iter_mut().filter(|error| !error.path.is_empty()).for_each(finish);
            if performed.response.errors.iter().any(is_passing) {
                return Looked::Again;
            }
            return Looked::Over(errors(reply.told(Ok(performed))));
        }
        let told = reply.told(Ok(performed));
        shared.note_message(Some(&actor), &reply.outcome, began.elapsed());
        let said = match told {
            Told::Answer(answer) => Said::Next(answer),
            Told::Errors(errors) => return Looked::Over(Said::Errors(errors)),
        };
        if say.send((number, said)).await.is_err() {
            return Looked::Over(Said::Complete);
        }
    }
    watching.settle();
    Looked::On(actor)
}

/// Whether an error will be gone when the database is back.
fn is_passing(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    matches!(code, Some(Value::String(code)) if code == "UNAVAILABLE" || code == "TIME_LIMIT")
}

fn errors(told: Told) -> Said {
    match told {
        Told::Errors(errors) => Said::Errors(errors),
        // What can't be told at all has an answer whose data are null; its errors are what is told then.
        Told::Answer(answer) => Said::Errors(errors_in(&answer)),
    }
}

fn errors_in(answer: &str) -> String {
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(answer);
    parsed.ok().and_then(|answer| answer.get("errors").map(ToString::to_string)).unwrap_or_else(|| "[]".to_owned())
}

fn unauthenticated() -> Said {
    let error = serde_json::json!([{ "message": "Sign in first: a subscription is followed as somebody.",
        "extensions": { "code": "UNAUTHENTICATED" } }]);
    Said::Errors(error.to_string())
}

fn away(error: &entity::error::Error) -> Said {
    tracing::error!(error = %error, "the actor can't be looked up");
    let error = serde_json::json!([{ "message": "The database can't answer just now. Please try again.",
        "extensions": { "code": "UNAVAILABLE" } }]);
    Said::Errors(error.to_string())
}

/// Waits until something may have changed for the actor, and until there is quiet; `false` when there will be no more.
async fn anything(heard: &mut Listening, actor: &Actor, caller: &Caller) -> bool {
    let tenants: BTreeSet<TenantId> = actor.tenants().union(&actor.disclosers()).copied().collect();
    let mut untold = Instant::now() + UNTOLD;
    loop {
        let meaning = match timeout_at(untold, heard.next()).await {
            Ok(Some(news)) => meaning(&news, &tenants),
            Ok(None) => return false,
            Err(_elapsed) => {
                untold = Instant::now() + UNTOLD;
                if caller.shared.db.clock().business_date() != actor.business_date {
                    return true;
                }
                Meaning::AboutAccounts
            }
        };
        match meaning {
            Meaning::Nothing => {}
            Meaning::Something => break,
            Meaning::AboutAccounts => {
                if !matches!(caller.present().await, Ok(Present::Somebody(_))) {
                    return true;
                }
            }
        }
    }
    let quiet = Instant::now() + caller.shared.live.limits.quiet;
    while let Ok(news) = timeout_at(quiet, heard.next()).await {
        if news.is_none() {
            return false;
        }
    }
    true
}

/// What news mean for whoever follows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Nothing,
    /// What they see may have changed.
    Something,
    /// Their own session may be over; what they see is the same.
    AboutAccounts,
}

fn meaning(news: &News, tenants: &BTreeSet<TenantId>) -> Meaning {
    match news {
        News::LookAgain => Meaning::Something,
        News::Of(version) => match version.area {
            // Being told something writes to the record itself.
            RecordArea::Record => Meaning::Nothing,
            _ if !tenants.contains(&version.tenant) => Meaning::Nothing,
            RecordArea::Identity => Meaning::AboutAccounts,
            _ => Meaning::Something,
        },
    }
}
