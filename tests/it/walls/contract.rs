//! The published contract is what the server serves.

use std::path::Path;

use tests::both_dbs;
use tests::support::TestApp;

both_dbs!(the_server_publishes_its_contract);

#[test]
fn the_reviewed_contract_is_the_schema() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/schema.graphql");
    let reviewed = std::fs::read_to_string(&file).unwrap_or_default();
    let differing = reviewed.lines().zip(api::graphql::contract().lines()).position(|(ours, theirs)| ours != theirs);
    assert!(
        reviewed == api::graphql::contract(),
        "api/schema.graphql isn't the schema any more (the first difference is near line {}). If the change is meant, write it \
         down and review what differs: cargo run -- schema --output api/schema.graphql",
        differing.map_or_else(|| reviewed.lines().count(), |line| line + 1)
    );
}

async fn the_server_publishes_its_contract(app: TestApp) {
    let response = app.http().get(format!("{}/schema.graphql", app.url())).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.text().await.unwrap(), api::graphql::contract());
}
