//! What several tests of this area start from: identifiers that everybody can work out, and the mutations with what they give.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{Id, organisation::tenant, performance::area};
use serde_json::{Value, json};
use tests::support::{Actor, Answer, TestApp};

pub const AUTHORITY: &str = "cheshire-police-authority";

/// The identifier of a tenant.
pub fn tenant(slug: &str) -> String {
    NodeId::beyond(NodeKind::Tenant, Id::<tenant::Model>::named("tenant", slug)).to_id().to_string()
}

/// The identifier of an area.
pub fn area(reference: &str) -> String {
    NodeId::beyond(NodeKind::Area, Id::<area::Model>::named("area", reference)).to_id().to_string()
}

/// Has something done, and gives the answer with `fields` of its payload and every problem.
pub async fn mutate(actor: &Actor, mutation: &str, input: Value, fields: &str) -> Answer {
    let mut named = mutation.to_owned();
    named[..1].make_ascii_uppercase();
    let document = format!(
        "mutation ($input: {named}Input!) {{ {mutation}(input: $input) {{ {fields} userErrors {{ code field message currentVersion }} }} }}"
    );
    actor.ask(&document, json!({ "input": input })).await
}

/// Has something done that is to be accepted.
pub async fn done(actor: &Actor, mutation: &str, input: Value, fields: &str) -> Value {
    let answer = mutate(actor, mutation, input, fields).await;
    assert_eq!(answer.user_errors(&format!("/{mutation}")), &[] as &[Value], "{answer}");
    answer.data(&format!("/{mutation}")).clone()
}

/// Why something was refused: each problem as its field and code.
pub async fn refused(actor: &Actor, mutation: &str, input: Value) -> Vec<String> {
    let answer = mutate(actor, mutation, input, "").await;
    let errors = answer.user_errors(&format!("/{mutation}"));
    let field = |error: &Value| {
        let parts = error["field"].as_array().cloned().unwrap_or_default();
        parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")
    };
    errors.iter().map(|error| format!("{} {}", field(error), error["code"].as_str().unwrap()).trim().to_owned()).collect()
}

/// Feedback as it is sent.
pub fn form(unit: &str, quarter: &str, issues: &[(&str, &str)]) -> Value {
    let issues: Vec<Value> = issues.iter().map(|(subject, text)| json!({ "subject": subject, "text": text })).collect();
    json!({ "tenant": tenant(AUTHORITY), "unit": area(unit), "quarter": quarter, "words": "The unit is doing well.", "issues": issues })
}

/// A return, with what is asked of it.
pub async fn quarterly_return(actor: &Actor, area_reference: &str, quarter: &str, fields: &str) -> Value {
    let query = format!(
        "query ($filter: QuarterlyReturnFilter) {{ tenant(by: {{ slug: \"{AUTHORITY}\" }}) {{ quarterlyReturns(filter: $filter) {{ nodes {{ id version status {fields} }} }} }} }}"
    );
    let filter = json!({ "area": area(area_reference), "quarter": quarter });
    let answer = actor.ask(&query, json!({ "filter": filter })).await;
    let found = answer.list("/tenant/quarterlyReturns/nodes");
    assert_eq!(found.len(), 1, "{answer}");
    found[0].clone()
}

/// The identifier of a return, which everybody can work out.
pub fn return_id(area_reference: &str, quarter: &str) -> String {
    let (tenant, area) = (Id::named("tenant", AUTHORITY), Id::named("area", area_reference));
    let quarter = quarter.parse().expect("a quarter");
    let id = entity::usecases::governance::quarterly_returns::id_of(tenant, area, quarter);
    NodeId { kind: NodeKind::QuarterlyReturn, tenant: Some(tenant), id: id.uuid() }.to_id().to_string()
}

/// What the obligation to hand a return in is called.
pub fn return_code(area_reference: &str, quarter: &str) -> String {
    let (tenant, area) = (Id::named("tenant", AUTHORITY), Id::named("area", area_reference));
    let id = entity::usecases::governance::quarterly_returns::id_of(tenant, area, quarter.parse().expect("a quarter"));
    format!("QUARTERLY_RETURN/{id}")
}

/// Answers to all four questions.
pub fn answers() -> Value {
    json!({ "outcomes": "Two of three indicators improved.", "prospects": "Better once the visits begin.",
        "risks": "Funding of the marshals ends in March.", "followUp": "Speak with the licensing officer." })
}

/// Writes a return and hands it in, late as it is.
pub async fn handed_in(app: &TestApp, area_reference: &str, quarter: &str) -> Value {
    let lead = app.sign_in(&format!("{area_reference}.lead-member")).await;
    let id = return_id(area_reference, quarter);
    done(&lead, "updateQuarterlyReturn", json!({ "return": id, "answers": answers() }), "").await;
    let fields = "quarterlyReturn { version status submission { id number contentHash content isIntact isLate lateReason } }";
    let input = json!({ "return": id, "lateReason": "The figures came late." });
    done(&lead, "submitQuarterlyReturn", input, fields).await["quarterlyReturn"].clone()
}
