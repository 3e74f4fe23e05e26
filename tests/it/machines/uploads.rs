//! A partner's analyst uploads its own indicators' figures by key: idempotently, with errors by row, and under the machine's name.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp};

use super::fixtures::{machine, tenant_id};

both_dbs!(
    own_figures_are_taken_in_once_and_are_the_machine_s_on_record,
    another_organisation_s_figures_are_refused_by_row,
    a_key_that_only_reads_takes_nothing_in,
);

const IMPORT: &str = "mutation ($input: ImportObservationsInput!) { importObservations(input: $input) { isCommitted
    preview { rows new unchanged changed rejected problems { line column code message } } userErrors { code field message } } }";

const OWN: &str = "indicator,area,period,value,source\nhalton-ni-16,halton,FY2007-Q4,14.57,Quarterly return\n";

async fn upload(actor: &Actor, csv: &str, key: &str) -> Answer {
    let input = json!({ "tenant": tenant_id("halton"), "csv": csv, "commit": true, "idempotencyKey": key });
    actor.ask(IMPORT, json!({ "input": input })).await
}

async fn own_figures_are_taken_in_once_and_are_the_machine_s_on_record(app: TestApp) {
    let machine = machine(&app, "halton", &["WRITE_OBSERVATIONS"]).await;
    let first = upload(&machine.actor, OWN, "return-2007-q4").await;
    assert_eq!(first.data("/importObservations/isCommitted"), true, "{first}");
    assert_eq!(upload(&machine.actor, OWN, "return-2007-q4").await.body, first.body, "under its key it acts once");
    let reused = upload(&machine.actor, &OWN.replace("14.57", "15.57"), "return-2007-q4").await;
    assert_eq!(reused.data("/importObservations/userErrors/0/code"), "IDEMPOTENCY_KEY_REUSED");
    let query = "{ tenant(by: { slug: \"halton\" }) { indicators(filter: { codes: [\"NI 16\"] }) { nodes { observations(first: 100) { nodes {
        period { code } value act { deed office person { name } serviceAccount { name organisation { name } } } } } } } } }";
    let seen = machine.office.ask(query, json!({})).await;
    let figures = seen.list("/tenant/indicators/nodes/0/observations/nodes");
    let ours: Vec<&Value> = figures.iter().filter(|figure| figure["value"] == json!(14.57)).collect();
    assert_eq!(ours.len(), 1, "{seen}");
    let act = &ours[0]["act"];
    assert_eq!((&act["deed"], &act["office"], &act["person"]), (&json!("IMPORT_OBSERVATIONS"), &Value::Null, &Value::Null));
    assert_eq!(act["serviceAccount"], json!({ "name": "Wall board", "organisation": { "name": "Cheshire Constabulary" } }));
    let record = "{ tenant(by: { slug: \"halton\" }) { auditEvents(first: 1, filter: { deed: \"IMPORT_OBSERVATIONS\" }) { nodes { deed office serviceAccount { name }
        changes { register isNew } } } } }";
    let record = app.sign_in("halton.auditor").await.ask(record, json!({})).await;
    assert_eq!(record.data("/tenant/auditEvents/nodes/0/serviceAccount/name"), "Wall board");
    assert_eq!(record.data("/tenant/auditEvents/nodes/0/changes/0/register"), "observation");
    let verified = entity::usecases::upkeep::record::verify(app.db(), None).await.expect("the record can be followed");
    assert!(verified.iter().all(|record| record.broken.is_none()), "the seals hold the machine's events, too");
}

async fn another_organisation_s_figures_are_refused_by_row(app: TestApp) {
    let both = format!("{OWN}halton-ni-5,halton,FY2007,70,Survey\nwarrington-ni-16,warrington,FY2007-Q4,9,Return\n");
    let problems = |answer: &Answer| -> Vec<(i64, String)> {
        let list = answer.list("/importObservations/preview/problems");
        list.iter().map(|row| (row["line"].as_i64().unwrap(), row["code"].as_str().unwrap().to_owned())).collect()
    };
    // Who sees no more than its own doesn't learn that there is another's.
    let blind = machine(&app, "halton", &["WRITE_OBSERVATIONS"]).await;
    let refused = upload(&blind.actor, &both, "both").await;
    assert_eq!(problems(&refused), [(3, "NOT_FOUND".to_owned()), (4, "NOT_FOUND".to_owned())], "{refused}");
    assert_eq!(refused.data("/importObservations/isCommitted"), false);
    // Who reads it all is told that it isn't theirs.
    let update = json!({ "serviceAccount": blind.id, "scopes": ["READ_PRIORITIES_AND_INDICATORS", "WRITE_OBSERVATIONS"] });
    super::fixtures::mutate(&blind.office, "updateServiceAccount", update, super::fixtures::ABOUT).await;
    let refused = upload(&blind.actor, &both, "both").await;
    assert_eq!(problems(&refused), [(3, "FORBIDDEN".to_owned()), (4, "NOT_FOUND".to_owned())], "{refused}");
    assert!(refused.raw().contains("None of this service account's scopes"), "{refused}");
    // Nothing was written by either.
    assert_eq!(upload(&blind.actor, OWN, "own").await.data("/importObservations/preview/new"), 1);
}

async fn a_key_that_only_reads_takes_nothing_in(app: TestApp) {
    let machine = machine(&app, "halton", &["READ_PRIORITIES_AND_INDICATORS"]).await;
    let refused = upload(&machine.actor, OWN, "own").await;
    assert_eq!(refused.data("/importObservations/userErrors/0/code"), "FORBIDDEN", "{refused}");
}
