//! What several tests of this area start from: the demonstration's lines, and a decision in order.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{Id, TenantId};
use serde_json::{Value, json};
use tests::support::{Actor, Answer, Probe, TestApp};

pub use crate::{
    identity::fixtures::mutate,
    machines::fixtures::{organisation_id as organisation, tenant_id as tenant},
};

/// The identifier of something of the demonstration, by the name under which it was loaded.
pub fn node(kind: NodeKind, slug: &str, what: &str, name: &str) -> String {
    let tenant: TenantId = Id::named("tenant", slug);
    NodeId { kind, tenant: Some(tenant), id: Id::<()>::named(what, name).uuid() }.to_id().to_string()
}

/// A line of one of Halton's budgets, such as `hsp-2009/1`.
pub fn line(name: &str) -> String {
    node(NodeKind::BudgetLine, "halton", "budget_line", name)
}

/// A priority, such as `halton-laa-2008/5`.
pub fn priority(slug: &str, name: &str) -> String {
    node(NodeKind::Theme, slug, "theme", name)
}

/// A body of Halton's.
pub fn body(name: &str) -> String {
    node(NodeKind::Body, "halton", "body", name)
}

/// A decision of Halton's in 2009/10, by its number.
pub fn decision(number: i32) -> String {
    node(NodeKind::Decision, "halton", "decision", &format!("halton/FY2009/{number}"))
}

/// Objective 3 of the Policing Plan.
pub fn objective() -> String {
    node(NodeKind::PolicingPlanObjective, "cheshire-police-authority", "policing_plan_objective", "policing-plan-2009/3")
}

/// Expenditure in order, but for what it costs.
pub fn spending(line: &str, amount: impl Into<Value>) -> Value {
    let amount: Value = amount.into();
    json!({
        "line": line, "amount": amount, "spendOn": "2010-02-15", "purpose": "Fire-proof letter boxes at Windmill Hill",
        "priorities": [priority("halton", "halton-laa-2008/5")],
        "policingPlanRegard": { "objectives": [objective()] }, "interest": { "kind": "NONE" },
    })
}

pub const AGREE: &str = "mutation ($input: AgreeExpenditureInput!) { agreeExpenditure(input: $input) {
    decision { id number reference kind amount committed minuteReference instrumentNumber regardedObjectives noneRelevantBecause interest
        interestDescription decidedOn spendOn priorities { nodes { name } } line { headroom } recipient { name } }
    answer { isWithin canBeAgreed sentence headroom agreed committed totalHeadroom minuteReference referral refusals { condition message } stillNeeded }
    userErrors { code field message } } }";

pub const MAY_I: &str = "query ($expenditure: ExpenditureInput!) { tenant(by: { slug: \"halton\" }) { mayIAgree(expenditure: $expenditure) {
    isWithin canBeAgreed sentence headroom agreed committed totalHeadroom minuteReference referral refusals { condition message } stillNeeded } } }";

/// Agrees expenditure.
pub async fn agree(actor: &Actor, input: Value) -> Answer {
    actor.ask(AGREE, json!({ "input": input })).await
}

/// The conditions that refused it.
pub fn conditions(answer: &Answer) -> Vec<String> {
    let refusals = answer.value("/agreeExpenditure/answer/refusals").as_array().cloned().unwrap_or_default();
    refusals.iter().filter_map(|refusal| refusal["condition"].as_str().map(str::to_owned)).collect()
}

/// How many rows every register has; the record aside, which tells of sign-ins, too. No write is without an act.
pub async fn everything(app: &TestApp) -> Vec<(String, String)> {
    let probe = Probe::open(app.database()).await;
    let mut counts = probe.counts(migration::TENANT_TABLES).await;
    counts.retain(|(table, _)| !table.starts_with("audit_"));
    probe.close().await;
    counts
}

/// Changes what is stored past the server, as time or another system would.
pub async fn change(app: &TestApp, sql: &str) {
    let probe = Probe::open(app.database()).await;
    assert!(probe.change(sql).await > 0, "nothing was changed by {sql}");
    probe.close().await;
}
