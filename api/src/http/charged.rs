//! What the addresses cost that no document is sent to: their readers draw on the same budgets as with everything else, and take the same
//! turns.

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use entity::tenancy::Actor;
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

use super::{authenticate::named, cors::OfTenants, envelope::failure, routes::Shared};
use crate::graphql::frontdoor::{Outcome, Refusal, Whose, draw, respond::tell_of_budget};

/// A reader who was let in, and has a turn until this is dropped.
pub(super) struct LetIn {
    /// What to tell of the reader's budgets.
    outcome: Outcome,
    _turn: Option<OwnedSemaphorePermit>,
}

impl LetIn {
    /// The reader's answer, or what went wrong with it; what it cost is told with it.
    pub(super) fn told(self, mut answer: HttpResponse) -> HttpResponse {
        let mut outcome = self.outcome;
        outcome.codes.extend(answer.extensions().get::<Outcome>().into_iter().flat_map(|failed| failed.codes.clone()));
        answer.extensions_mut().insert(outcome);
        answer
    }
}

/// Lets a reader in: draws the cost of an answer on the reader's budgets, and waits for one of the reader's turns. Without turns, whoever
/// asks and leaves, over and over, would have every connection to the database busy with what nobody waits for.
///
/// # Errors
/// The refusal, when a budget is used up or no turn came in time.
pub(super) async fn let_in(shared: &Shared, actor: &Actor, cost: u64, request_id: &str) -> Result<LetIn, HttpResponse> {
    let mut outcome = Outcome { cost: Some(cost), ..Outcome::default() };
    let refusal = match turn(shared, &shared.whose(Some(actor)), cost, &mut outcome).await {
        Ok(turn) => return Ok(LetIn { outcome, _turn: turn }),
        Err(refusal) => refusal,
    };
    let mut refused = failure(StatusCode::TOO_MANY_REQUESTS, refusal.code(), &refusal.to_string(), request_id);
    if let Some(seconds) = refusal.retry_after() {
        refused.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    outcome.codes.push(refusal.code().to_owned());
    refused.extensions_mut().insert(outcome);
    Err(refused)
}

/// Ends a request that no document was sent with: tells what it cost, whose the answer is, and what became of it.
///
/// The path is one that may stand in the log.
pub(super) fn ended(
    shared: &Shared,
    (request_id, path): (&str, &str),
    (mut response, reader): (HttpResponse, Option<Arc<Actor>>),
    took: Duration,
) -> HttpResponse {
    let outcome = response.extensions().get::<Outcome>().cloned().unwrap_or_default();
    tell_of_budget(&outcome, response.headers_mut());
    let caller = reader.as_deref().map(named);
    shared.note((request_id, path, caller.as_deref()), &outcome, response.status().as_u16(), took);
    if let Some(reader) = reader {
        response.extensions_mut().insert(OfTenants(reader.tenants()));
    }
    response
}

async fn turn(shared: &Shared, whose: &Whose, cost: u64, outcome: &mut Outcome) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
    let until = Instant::now() + shared.door.limits.time;
    draw(shared.door.meters.as_ref(), whose, cost, outcome).await?;
    shared.door.turns.take(whose.turns, until).await
}
