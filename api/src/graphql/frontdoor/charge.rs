//! Whose request it is, and what it draws on that caller's budget.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use entity::usecases::identity::metering::{Draw, Meters};
use uuid::Uuid;

use super::{document::Document, refusal::Refusal, respond::Outcome};
use crate::graphql::context::Asking;

/// Whose request it is.
#[derive(Clone, Default)]
pub struct Whose {
    /// Whose turns it takes; nobody in particular needs none.
    pub turns: Option<Uuid>,
    /// On which budgets it draws; all of them, or it isn't executed.
    pub draws: Vec<Draw>,
    /// The request itself, where its answer may be kept.
    pub asking: Option<Arc<Asking>>,
}

impl From<Option<Uuid>> for Whose {
    /// Somebody's whose requests cost nothing.
    fn from(turns: Option<Uuid>) -> Self {
        Self { turns, ..Self::default() }
    }
}

/// Draws the cost of a document that was admitted.
///
/// # Errors
/// [`Refusal::RateLimited`] when a budget is used up.
pub(super) async fn charge(
    meters: Option<&Meters>,
    whose: &Whose,
    document: &Document,
    outcome: &mut Outcome,
) -> Result<(), Refusal> {
    let cost = drawn(outcome.cost.unwrap_or_default(), document.kind());
    outcome.cost = Some(cost);
    draw(meters, whose, cost, outcome).await
}

/// What an operation of that measure draws: even the smallest question has to be recognised and answered.
#[must_use]
pub fn drawn(measured: u64, kind: OperationType) -> u64 {
    measured.max(if kind == OperationType::Mutation { LEAST_OF_A_MUTATION } else { 1 })
}

/// Draws a cost on a caller's budgets, and keeps how they stand to be told.
///
/// # Errors
/// [`Refusal::RateLimited`] when a budget is used up.
pub async fn draw(meters: Option<&Meters>, whose: &Whose, cost: u64, outcome: &mut Outcome) -> Result<(), Refusal> {
    let Some(meters) = meters.filter(|_| !whose.draws.is_empty()) else { return Ok(()) };
    let drawn = meters.draw(&whose.draws, cost).await;
    outcome.standing = drawn.standing;
    drawn.wait.map_or(Ok(()), |wait| Err(Refusal::RateLimited(wait.0)))
}

/// A mutation writes, and records that it did, however little it selects.
const LEAST_OF_A_MUTATION: u64 = 100;
