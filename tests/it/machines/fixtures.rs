//! Service accounts as an office makes them.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{
    Id,
    organisation::{organisation, tenant},
};
use serde_json::{Value, json};
use tests::support::{Actor, Answer, TestApp};

pub use crate::identity::fixtures::{mutate, problem};

/// Everything about a service account that isn't a list of others.
pub const ABOUT: &str = "serviceAccount { id clientIdentifier name scopes purpose allowedAddresses expiresAt revokedAt isInForce
    isCustodian lastUsedAt organisation { name } keys { prefix issuedAt expiresAt lastUsedAt isForQueryStrings } act { deed } }";

/// A service account with a key, and the office that made it.
pub struct Machine {
    /// Who made it.
    pub office: Actor,
    /// Its identifier in the tenant that made it.
    pub id: String,
    /// Its client identifier.
    pub client: String,
    /// Its first key.
    pub key: String,
    /// Itself, by that key.
    pub actor: Actor,
}

pub fn tenant_id(slug: &str) -> String {
    let id = Id::<tenant::Model>::named("tenant", slug);
    NodeId::beyond(NodeKind::Tenant, id).to_id().to_string()
}

pub fn organisation_id(reference: &str) -> String {
    let id = Id::<organisation::Model>::named("organisation", reference);
    NodeId::beyond(NodeKind::Organisation, id).to_id().to_string()
}

/// The input for a service account of the constabulary's in a tenant.
pub fn wanted(slug: &str, scopes: &[&str]) -> Value {
    json!({ "tenant": tenant_id(slug), "name": "Wall board", "organisation": organisation_id("cheshire-constabulary"),
        "scopes": scopes, "purpose": "Shows the agreement in the control room", "expiresAt": "2011-02-09T09:00:00Z" })
}

/// Makes a key; gives it with the whole answer.
pub async fn new_key(office: &Actor, id: &str, for_query_strings: bool) -> (String, Answer) {
    let input = json!({ "serviceAccount": id, "expiresAt": "2010-08-09T09:00:00Z", "isForQueryStrings": for_query_strings });
    let answer = mutate(office, "createApiKey", input, &format!("key {ABOUT}")).await;
    (answer.value("/createApiKey/key").as_str().unwrap_or_default().to_owned(), answer)
}

/// A service account of the constabulary's, made by a tenant's performance officer, with a key.
pub async fn machine(app: &TestApp, slug: &str, scopes: &[&str]) -> Machine {
    let office = app.sign_in(&format!("{slug}.performance-officer")).await;
    let answer = mutate(&office, "createServiceAccount", wanted(slug, scopes), ABOUT).await;
    let text = |name: &str| answer.text(&format!("/createServiceAccount/serviceAccount/{name}")).to_owned();
    let (id, client) = (text("id"), text("clientIdentifier"));
    let (key, made) = new_key(&office, &id, false).await;
    assert!(!key.is_empty(), "{made}");
    Machine { actor: app.bearing(&key), office, id, client, key }
}

/// The tenants in which somebody acts, by slug.
pub async fn acts_in(actor: &Actor) -> Vec<String> {
    let answer = actor.ask("{ viewer { tenants { tenant { slug } } } }", json!({})).await;
    let slug = |tenant: &Value| tenant["tenant"]["slug"].as_str().unwrap_or_default().to_owned();
    answer.list("/viewer/tenants").iter().map(slug).collect()
}
