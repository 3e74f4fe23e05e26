//! What the addresses cost that no document is sent to: their readers draw on the same budgets as with everything else.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use entity::tenancy::Actor;

use super::{envelope::failure, routes::Shared};
use crate::graphql::frontdoor::{Outcome, Refusal, respond::tell_of_budget};

/// Draws the cost of an answer on its reader's budgets; gives what to tell of them.
///
/// # Errors
/// The refusal, when a budget is used up.
pub(super) async fn charge(shared: &Shared, actor: &Actor, cost: u64, request_id: &str) -> Result<Outcome, HttpResponse> {
    let mut outcome = Outcome { cost: Some(cost), ..Outcome::default() };
    let Some(meters) = &shared.door.meters else { return Ok(outcome) };
    let drawn = meters.draw(&shared.settings.rates.draws(actor), cost).await;
    outcome.standing = drawn.standing;
    let Some(wait) = drawn.wait else { return Ok(outcome) };
    let refusal = Refusal::RateLimited(wait.0);
    let mut refused = failure(StatusCode::TOO_MANY_REQUESTS, refusal.code(), &refusal.to_string(), request_id);
    refused.headers_mut().insert(header::RETRY_AFTER, wait.0.into());
    tell_of_budget(&outcome, refused.headers_mut());
    Err(refused)
}
