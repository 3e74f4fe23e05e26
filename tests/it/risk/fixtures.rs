//! What the tests of this area start from.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{
    Id,
    organisation::body,
    risk::{risk, risk_referral},
};
use serde_json::{Value, json};
use tests::support::{Actor, Answer};

pub use crate::identity::fixtures::{mutate, problem};
pub use crate::machines::fixtures::tenant_id;

/// The Authority, by its short name.
pub const AUTHORITY: &str = "cheshire-police-authority";

/// What is asked of a referral after each step.
pub const REFERRAL: &str = "referral { id number state scope version dueOn custody { state decision decisionReason cameBackOn
    cameBackReason reportedFor { code } places { branch state heldBy office sinceOn dueOn reason } } }";

fn id<R>(kind: NodeKind, slug: &str, id: Id<R>) -> String {
    NodeId { kind, tenant: Some(Id::named("tenant", slug)), id: id.uuid() }.to_id().to_string()
}

/// The identifier of a risk of the demonstration.
pub fn risk_id(slug: &str, reference: &str) -> String {
    id(NodeKind::Risk, slug, Id::<risk::Model>::named("risk", reference))
}

/// The identifier of a body of the demonstration.
pub fn body_id(slug: &str, reference: &str) -> String {
    id(NodeKind::Body, slug, Id::<body::Model>::named("body", reference))
}

/// The identifier of the referral of the demonstration, which is with the Treasurer.
pub fn funding_referral() -> String {
    id(NodeKind::RiskReferral, AUTHORITY, Id::<risk_referral::Model>::named("risk-referral", "halton-funding-1"))
}

/// A score as it is put in.
pub fn score(likelihood: i32, impact: i32) -> Value {
    json!({ "likelihood": likelihood, "impact": impact })
}

/// A new risk of Halton's, with an action that is open.
pub fn new_risk() -> Value {
    json!({ "body": body_id("halton", "shp"), "title": "Patrols end in the spring", "nature": "THREAT", "category": "OPERATIONAL",
        "cause": "The grant for patrols runs out.", "event": "Patrols end.", "effect": "Cars are broken into again.",
        "ownerOffice": "SSP_CHAIR", "appetite": 6,
        "assessment": { "inherent": score(4, 4), "residual": score(4, 3), "target": score(2, 3) },
        "response": { "response": "TREAT" }, "source": "Safer Halton Partnership, January 2010",
        "controls": [{ "description": "Patrols are planned a month ahead.", "ownerOffice": "SSP_CHAIR" }],
        "actions": [{ "description": "Ask the Authority for a grant.", "ownerOffice": "SSP_CHAIR", "dueOn": "2010-03-31" }] })
}

/// Puts a risk on a register; gives its identifier.
pub async fn registered(actor: &Actor, risk: Value) -> String {
    done(&mutate(actor, "registerRisk", risk, "risk { id }").await, "registerRisk");
    let found = "{ tenant(by: { slug: \"halton\" }) { risks(filter: { named: \"patrols\" }) { nodes { id } } } }";
    actor.ask(found, json!({})).await.text("/tenant/risks/nodes/0/id").to_owned()
}

/// Records an attempt at settling a risk at source.
pub async fn tried(actor: &Actor, risk: &str) {
    let input = json!({ "risk": risk, "triedOn": "2010-02-02", "description": "Asked the board to decide.",
        "counterpart": "Halton Strategic Partnership Board", "result": "Deferred." });
    done(&mutate(actor, "recordRiskAttempt", input, "attempt { id }").await, "recordRiskAttempt");
}

/// Reports a risk to the Authority.
pub async fn report(actor: &Actor, risk: &str) -> Answer {
    let input = json!({ "risk": risk, "authority": tenant_id(AUTHORITY), "reason": "The board can't agree.",
        "proposedAction": "Ask the Authority to say what it needs." });
    mutate(actor, "submitRiskReport", input, REFERRAL).await
}

/// Holds it that a mutation was accepted.
pub fn done(answer: &Answer, mutation: &str) {
    assert_eq!(answer.user_errors(&format!("/{mutation}")), [] as [Value; 0], "{mutation}: {answer}");
}

/// Where a risk is, and who holds it, as somebody sees it from its own register.
pub async fn seen_at_home(actor: &Actor, risk: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Risk { custody { state decision decisionReason decidedOn cameBackOn
        cameBackReason reportedFor { code } places { branch state heldBy office sinceOn dueOn reason } } } } }";
    actor.ask(query, json!({ "id": risk })).await.data("/node/custody").clone()
}
