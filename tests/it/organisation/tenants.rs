//! The five tenants, who sees which, and how they stand to each other.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

use crate::data::{TENANTS, reader_of, rows};

both_dbs!(
    five_tenants_stand_as_the_files_say,
    each_person_sees_the_tenants_of_their_appointments,
    the_authority_polices_four_and_was_succeeded,
    a_tenant_is_found_by_each_of_its_names,
);

async fn five_tenants_stand_as_the_files_say(app: TestApp) {
    let filed = rows("reference/tenants.csv");
    assert_eq!(filed.iter().map(|row| row["slug"].as_str()).collect::<Vec<_>>(), TENANTS);
    for row in filed {
        let officer = app.sign_in(&reader_of(&row["slug"])).await;
        let query =
            "query ($slug: String!) { tenant(by: { slug: $slug }) { slug name kind area { reference } organisation { reference }
            endedOn reportedOn } }";
        let answer = officer.ask(query, json!({ "slug": row["slug"] })).await;
        let ended = if row["ended_on"].is_empty() { Value::Null } else { json!(row["ended_on"]) };
        assert_eq!(
            answer.data("/tenant"),
            &json!({ "slug": row["slug"], "name": row["name"], "kind": row["kind"], "area": { "reference": row["area"] },
                "organisation": { "reference": row["organisation"] }, "endedOn": ended, "reportedOn": "2010-02-09" })
        );
    }
}

async fn each_person_sees_the_tenants_of_their_appointments(app: TestApp) {
    let appointments = rows("demonstration/appointments.csv");
    let in_force = |from: &str, to: &str| from <= "2010-02-09" && (to.is_empty() || to >= "2010-02-09");
    for person in rows("demonstration/people.csv") {
        let held =
            appointments.iter().filter(|row| row["person"] == person["reference"] && in_force(&row["from_on"], &row["to_on"]));
        let mut expected: Vec<&str> = held.map(|row| row["tenant"].as_str()).collect();
        expected.sort_unstable();
        expected.dedup();
        let answer = app.sign_in(&person["reference"]).await.ask("{ tenants { totalCount nodes { slug } } }", json!({})).await;
        let mut seen: Vec<&str> = answer.list("/tenants/nodes").iter().map(|tenant| tenant["slug"].as_str().unwrap()).collect();
        seen.sort_unstable();
        assert_eq!(seen, expected, "{}", person["reference"]);
        assert_eq!(answer.data("/tenants/totalCount"), expected.len());
    }
}

async fn the_authority_polices_four_and_was_succeeded(app: TestApp) {
    let query = "query ($slug: String!) { tenant(by: { slug: $slug }) { relations { kind from to organisation { reference } fromOn toOn } } }";
    let officer = app.sign_in("authority.chief-executive").await;
    let answer = officer.ask(query, json!({ "slug": "cheshire-police-authority" })).await;
    let relations = answer.list("/tenant/relations");
    let policed: Vec<&str> = relations.iter().filter(|it| it["kind"] == "POLICES").map(|it| it["to"].as_str().unwrap()).collect();
    assert_eq!(policed.len(), 4);
    for tenant in rows("reference/tenants.csv").iter().filter(|row| row["kind"] == "AREA") {
        assert!(policed.contains(&tenant["name"].as_str()), "{}", tenant["name"]);
    }
    let succeeded = relations.iter().find(|it| it["kind"] == "SUCCEEDED_BY").expect("the Authority has a successor");
    assert_eq!(succeeded["to"], Value::Null, "it keeps no data here");
    assert_eq!((&succeeded["organisation"]["reference"], &succeeded["fromOn"]), (&json!("pcc"), &json!("2012-11-22")));
    // A partnership learns who polices it, and nothing of the others.
    let answer = app.sign_in("halton.board-member").await.ask(query, json!({ "slug": "halton" })).await;
    let relations = answer.list("/tenant/relations");
    assert_eq!(relations.len(), 1, "{answer}");
    assert_eq!((&relations[0]["kind"], &relations[0]["from"]), (&json!("POLICES"), &json!("Cheshire Police Authority")));
}

async fn a_tenant_is_found_by_each_of_its_names(app: TestApp) {
    let officer = app.sign_in("halton.board-member").await;
    let query = "query ($by: TenantBy!) { tenant(by: $by) { id slug } }";
    let by_slug = officer.ask(query, json!({ "by": { "slug": "halton" } })).await;
    let id = by_slug.text("/tenant/id");
    for by in [json!({ "gssCode": "E06000006" }), json!({ "id": id })] {
        assert_eq!(officer.ask(query, json!({ "by": by })).await.body, by_slug.body, "{by}");
    }
    let none = officer.ask(query, json!({ "by": {} })).await;
    assert!(none.body.get("data").is_none_or(|data| data["tenant"].is_null()) && !none.errors().is_empty(), "{none}");
}
