//! Boards, partnerships and committees, with their other names, their place under each other, and who sits on them.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::TestApp;

use crate::data::{TENANTS, reader_of, rows, text};

both_dbs!(
    every_body_stands_where_the_files_put_it,
    bodies_are_found_by_any_name_in_use,
    organisations_sit_on_bodies_as_the_files_say,
    appointments_are_shown_with_office_and_dates,
);

const BODIES: &str = "query ($slug: String!, $filter: BodyFilter) { tenant(by: { slug: $slug }) { bodies(first: 100, filter: $filter) {
    totalCount nodes { reference name aliases kind statutory legalBasis established ended purpose source
        parent { reference } children(first: 100) { nodes { reference } }
        memberships(first: 100) { totalCount nodes { capacity note source organisation { reference } body { reference } } } } } } }";

fn list(cell: &str) -> Vec<String> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

async fn every_body_stands_where_the_files_put_it(app: TestApp) {
    let filed = rows("demonstration/bodies.csv");
    assert_eq!(filed.len(), 66);
    for tenant in TENANTS {
        let answer = app.sign_in(&reader_of(tenant)).await.ask(BODIES, json!({ "slug": tenant })).await;
        let own: Vec<_> = filed.iter().filter(|row| row["tenant"] == tenant).collect();
        assert!(!own.is_empty(), "{tenant}");
        assert_eq!(answer.data("/tenant/bodies/totalCount"), own.len(), "{tenant}");
        let said = answer.list("/tenant/bodies/nodes");
        for row in own {
            let body = said.iter().find(|body| body["reference"] == row["reference"]).expect("the body is there");
            for (field, column) in [
                ("name", "name"),
                ("kind", "kind"),
                ("legalBasis", "legal_basis"),
                ("established", "established"),
                ("ended", "ended"),
                ("purpose", "purpose"),
                ("source", "source"),
            ] {
                assert_eq!(body[field], text(row, column), "{}.{field}", row["reference"]);
            }
            assert_eq!(body["aliases"], json!(list(&row["aliases"])), "{}", row["reference"]);
            let parent = text(row, "parent");
            assert_eq!(body["parent"]["reference"], parent, "{}", row["reference"]);
            if let Some(parent) = parent.as_str() {
                let parent = said.iter().find(|body| body["reference"] == parent).expect("the parent is the same tenant's");
                let children = parent["children"]["nodes"].as_array().unwrap();
                assert!(children.contains(&json!({ "reference": row["reference"] })), "{parent:#}");
            }
        }
    }
}

async fn bodies_are_found_by_any_name_in_use(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let found = async |named: &str| {
        let answer = officer.ask(BODIES, json!({ "slug": "halton", "filter": { "named": named } })).await;
        answer.list("/tenant/bodies/nodes").iter().map(|body| body["reference"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(found("hsp").await.contains(&"hsp".to_owned()), "by an abbreviation, whatever the case");
    assert!(found("performance AND standards").await.contains(&"psg".to_owned()));
    for wildcard in ["%", "_", "\\"] {
        assert_eq!(found(wildcard).await, [""; 0], "{wildcard} means itself");
    }
    let boards = officer.ask(BODIES, json!({ "slug": "halton", "filter": { "kinds": ["BOARD"] } })).await;
    assert!(boards.list("/tenant/bodies/nodes").iter().all(|body| body["kind"] == "BOARD"));
    assert!(boards.data("/tenant/bodies/totalCount").as_u64().unwrap() >= 1);
}

async fn organisations_sit_on_bodies_as_the_files_say(app: TestApp) {
    let filed = rows("demonstration/body_memberships.csv");
    let tenants: std::collections::BTreeMap<String, String> =
        rows("demonstration/bodies.csv").into_iter().map(|row| (row["reference"].clone(), row["tenant"].clone())).collect();
    let mut seen = 0;
    for tenant in TENANTS {
        let answer = app.sign_in(&reader_of(tenant)).await.ask(BODIES, json!({ "slug": tenant })).await;
        for body in answer.list("/tenant/bodies/nodes") {
            let own = filed.iter().filter(|row| body["reference"] == row["body"] && tenants[&row["body"]] == tenant);
            let mut expected: Vec<(String, Value)> =
                own.map(|row| (row["organisation"].clone(), text(row, "capacity"))).collect();
            let memberships = body["memberships"]["nodes"].as_array().unwrap().iter();
            let mut said: Vec<(String, Value)> = memberships
                .map(|sits| (sits["organisation"]["reference"].as_str().unwrap().to_owned(), sits["capacity"].clone()))
                .collect();
            expected.sort_by_key(|(organisation, capacity)| (organisation.clone(), capacity.to_string()));
            said.sort_by_key(|(organisation, capacity)| (organisation.clone(), capacity.to_string()));
            assert_eq!(said, expected, "{}", body["reference"]);
            seen += said.len();
        }
    }
    assert_eq!(seen, filed.len());
}

async fn appointments_are_shown_with_office_and_dates(app: TestApp) {
    let query =
        "query ($filter: AppointmentFilter) { tenant(by: { slug: \"halton\" }) { appointments(first: 100, filter: $filter) {
        totalCount nodes { office fromOn toOn isInForce minuteReference person { name } body { reference } } } } }";
    let officer = app.sign_in("halton.performance-officer").await;
    let filed: Vec<_> = rows("demonstration/appointments.csv").into_iter().filter(|row| row["tenant"] == "halton").collect();
    let all = officer.ask(query, json!({})).await;
    assert_eq!(all.data("/tenant/appointments/totalCount"), filed.len());
    let over = all.list("/tenant/appointments/nodes").iter().filter(|held| held["isInForce"] == false);
    assert!(over.clone().count() >= 3 && over.clone().all(|held| held["toOn"] == "2009-09-27"));
    let then = officer.ask(query, json!({ "filter": { "inForceOn": "2009-01-31", "office": "PARTNERSHIP_LEAD_MEMBER" } })).await;
    let names: Vec<&Value> = then.list("/tenant/appointments/nodes").iter().map(|held| &held["person"]["name"]).collect();
    assert_eq!(names, ["Former lead member"; 3], "who held it on that day");
    let now = officer.ask(query, json!({ "filter": { "inForceOn": "2010-02-09", "office": "PARTNERSHIP_LEAD_MEMBER" } })).await;
    let names: Vec<&Value> = now.list("/tenant/appointments/nodes").iter().map(|held| &held["person"]["name"]).collect();
    assert_eq!(names, ["Halton lead member"; 3]);
}
