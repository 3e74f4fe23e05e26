//! Who there is, and where: bodies, appointments, areas and how tenants stand to each other.

use serde_json::json;
use tests::both_dbs;
use tests::support::TestApp;

both_dbs!(the_new_council_took_the_place_of_three_districts, the_authority_polices_four_areas_and_was_succeeded);

async fn the_new_council_took_the_place_of_three_districts(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let query = "{ area(by: { gssCode: \"E06000049\" }) { name validFromOn predecessors { nodes { gssCode } }
        parents(hierarchy: POLICING) { nodes { gssCode } } } }";
    let answer = officer.ask(query, json!({})).await;
    assert_eq!(answer.text("/area/name"), "Cheshire East");
    assert_eq!(answer.text("/area/validFromOn"), "2009-04-01");
    let districts = [json!({ "gssCode": "E07000014" }), json!({ "gssCode": "E07000015" }), json!({ "gssCode": "E07000017" })];
    assert_eq!(answer.data("/area/predecessors/nodes"), &json!(districts));
    assert_eq!(answer.data("/area/parents/nodes"), &json!([{ "gssCode": "E23000006" }]));
}

async fn the_authority_polices_four_areas_and_was_succeeded(app: TestApp) {
    let officer = app.sign_in("authority.research-officer").await;
    let query = "{ tenant(by: { slug: \"cheshire-police-authority\" }) { relations { kind to organisation { name } } } }";
    let answer = officer.ask(query, json!({})).await;
    let relations = answer.data("/tenant/relations").as_array().cloned().unwrap_or_default();
    assert_eq!(relations.iter().filter(|relation| relation["kind"] == "POLICES" && relation["to"].is_string()).count(), 4);
    assert_eq!(relations.iter().filter(|relation| relation["kind"] == "SUCCEEDED_BY").count(), 1);
}
