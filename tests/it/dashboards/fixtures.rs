//! Fetching addresses as tools fetch them, and writing stored queries down.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tests::support::{Actor, TestApp};

/// What came back.
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The links of one relation.
    pub fn links(&self, relation: &str) -> Vec<String> {
        let all = self.headers.get_all("link").iter().filter_map(|value| value.to_str().ok());
        let wanted = all.filter(|link| link.contains(&format!("rel=\"{relation}\"")));
        wanted.filter_map(|link| Some(link.strip_prefix('<')?.split_once('>')?.0.to_owned())).collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON ({}): {}", self.status, self.text))
    }

    pub fn rows(&self) -> Vec<Value> {
        self.json()["rows"].as_array().unwrap_or_else(|| panic!("no rows ({}): {}", self.status, self.text)).clone()
    }

    /// The code of the first error.
    pub fn code(&self) -> String {
        self.json().pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The lines of a file of comma-separated values, cell by cell.
    pub fn csv(&self) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(self.text.as_bytes());
        reader.records().map(|record| record.expect("a line").iter().map(str::to_owned).collect()).collect()
    }
}

/// Fetches a path, or a whole address, as somebody.
pub async fn get(app: &TestApp, actor: &Actor, path: &str) -> Got {
    get_with(app, Some(actor), path, &[]).await
}

pub async fn get_with(app: &TestApp, actor: Option<&Actor>, path: &str, headers: &[(&str, &str)]) -> Got {
    let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", app.url()) };
    let mut request = app.http().get(address);
    if let Some(actor) = actor {
        request = request.bearer_auth(actor.token());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Got { status, headers, text: response.text().await.expect("the answer arrives whole") }
}

/// The identifier of a tenant.
pub async fn tenant(actor: &Actor, slug: &str) -> String {
    crate::performance::fixtures::tenant(actor, slug).await
}

/// A definition that lists bodies by name.
pub fn bodies() -> Value {
    json!({
        "document": "query Bodies($tenant: String!, $named: String, $after: String) { tenant(by: { slug: $tenant }) {
            bodies(filter: { named: $named }, first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name kind } } } }",
        "rowsPath": "tenant.bodies.nodes",
    })
}

/// Writes a stored query down; gives its identifier and that of its first version.
pub async fn stored(actor: &Actor, slug: &str, name: &str, definition: &Value) -> (String, String) {
    let create = "mutation ($input: CreateStoredQueryInput!) { createStoredQuery(input: $input) {
        storedQuery { id versions { nodes { id } } } userErrors { code field message } } }";
    let input = json!({ "tenant": tenant(actor, slug).await, "name": name, "title": name, "definition": definition });
    let answer = actor.ask(create, json!({ "input": input })).await;
    assert_eq!(answer.user_errors("/createStoredQuery"), &[] as &[Value], "{answer}");
    let text = |pointer: &str| answer.text(&format!("/createStoredQuery/storedQuery/{pointer}")).to_owned();
    (text("id"), text("versions/nodes/0/id"))
}

/// Publishes a version.
pub async fn publish(actor: &Actor, version: &str, acknowledged: &[&str]) -> tests::support::Answer {
    let publish = "mutation ($input: PublishStoredQueryVersionInput!) { publishStoredQueryVersion(input: $input) {
        version { standing publishedOn } userErrors { code field message } } }";
    actor.ask(publish, json!({ "input": { "version": version, "acknowledgedColumns": acknowledged } })).await
}

/// Gives a version up.
pub async fn retire(actor: &Actor, version: &str, from: &str, to: &str) -> tests::support::Answer {
    let retire = "mutation ($input: RetireStoredQueryVersionInput!) { retireStoredQueryVersion(input: $input) {
        version { standing } userErrors { code field message } } }";
    let input = json!({ "version": version, "deprecatedOn": from, "sunsetOn": to, "reason": "Use version 2." });
    actor.ask(retire, json!({ "input": input })).await
}
