//! Areas: official codes, hierarchies that run beside each other, and the reorganisation of 1 April 2009.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use crate::data::{rows, text};

both_dbs!(
    every_area_has_the_code_that_the_files_give_it,
    hierarchies_run_beside_each_other,
    the_hierarchy_is_the_one_of_the_day,
    the_new_councils_took_the_place_of_six_districts,
    areas_are_filtered_by_kind_and_by_the_day_of_their_existence,
);

async fn ask(officer: &Actor, reference: &str, hierarchy: &str, on: Option<&str>) -> [BTreeSet<String>; 2] {
    let query = "query ($reference: String!, $hierarchy: Hierarchy!, $on: Date) { area(by: { reference: $reference }, on: $on) {
        parents(hierarchy: $hierarchy, first: 100) { nodes { reference } } children(hierarchy: $hierarchy, first: 100) { nodes { reference } } } }";
    let answer = officer.ask(query, json!({ "reference": reference, "hierarchy": hierarchy, "on": on })).await;
    ["parents", "children"].map(|side| {
        let nodes = answer.list(&format!("/area/{side}/nodes")).iter();
        nodes.map(|area| area["reference"].as_str().unwrap().to_owned()).collect()
    })
}

fn set(references: &[&str]) -> BTreeSet<String> {
    references.iter().map(|&reference| reference.to_owned()).collect()
}

async fn every_area_has_the_code_that_the_files_give_it(app: TestApp) {
    let officer = app.sign_in("halton.scrutiny-member").await;
    let query =
        "{ areas(first: 100) { totalCount nodes { reference name kind gssCode gssBasis validFromOn validToOn note source } } }";
    let answer = officer.ask(query, json!({})).await;
    let filed = rows("reference/areas.csv");
    assert_eq!(answer.data("/areas/totalCount"), filed.len());
    for row in filed {
        let area =
            answer.list("/areas/nodes").iter().find(|area| area["reference"] == row["reference"]).expect("the area is there");
        for (field, column) in [
            ("name", "name"),
            ("kind", "kind"),
            ("gssCode", "gss_code"),
            ("gssBasis", "gss_basis"),
            ("validFromOn", "valid_from"),
            ("validToOn", "valid_to"),
            ("note", "note"),
            ("source", "source"),
        ] {
            assert_eq!(area[field], text(&row, column), "{}.{field}", row["reference"]);
        }
    }
    for (code, name) in [
        ("E06000006", "Halton"),
        ("E06000007", "Warrington"),
        ("E06000049", "Cheshire East"),
        ("E06000050", "Cheshire West and Chester"),
    ] {
        let answer =
            officer.ask("query ($code: String!) { area(by: { gssCode: $code }) { name kind } }", json!({ "code": code })).await;
        assert_eq!(answer.data("/area"), &json!({ "name": name, "kind": "UNITARY_AUTHORITY" }));
    }
}

async fn hierarchies_run_beside_each_other(app: TestApp) {
    let officer = app.sign_in("halton.scrutiny-member").await;
    // The same area stands under a region, a police force and, for partnerships' work, a county that it isn't part of.
    assert_eq!(ask(&officer, "halton", "ELECTORAL", None).await[0], set(&["north-west"]));
    assert_eq!(ask(&officer, "halton", "POLICING", None).await[0], set(&["cheshire-police"]));
    assert_eq!(ask(&officer, "halton", "PARTNERSHIP", None).await[0], set(&["merseyside"]));
    assert_eq!(ask(&officer, "halton", "STATISTICAL", None).await[1], set(&["runcorn", "widnes"]));
    let wards = ask(&officer, "halton", "ELECTORAL", None).await[1].clone();
    assert_eq!(wards.len(), 7);
    assert!(wards.iter().all(|ward| ward.starts_with("ward-")), "{wards:?}");
    assert_eq!(ask(&officer, "halton", "PARTNERSHIP", None).await[1], set(&["npu-runcorn", "npu-widnes"]));
}

async fn the_hierarchy_is_the_one_of_the_day(app: TestApp) {
    let officer = app.sign_in("halton.scrutiny-member").await;
    let links = rows("reference/area_links.csv");
    let filed = |on: &str| -> BTreeSet<String> {
        let holds = |from: &str, to: &str| (from.is_empty() || from <= on) && (to.is_empty() || to >= on);
        let below = links.iter().filter(|row| row["hierarchy"] == "POLICING" && row["parent"] == "cheshire-police");
        below.filter(|row| holds(&row["from_on"], &row["to_on"])).map(|row| row["child"].clone()).collect()
    };
    let before = ask(&officer, "cheshire-police", "POLICING", Some("2009-03-31")).await[1].clone();
    let after = ask(&officer, "cheshire-police", "POLICING", Some("2009-04-01")).await[1].clone();
    assert_eq!((&before, &after), (&filed("2009-03-31"), &filed("2009-04-01")));
    assert!(before.contains("chester") && !before.contains("cheshire-east"), "{before:?}");
    assert!(!after.contains("chester") && after.contains("cheshire-east"), "{after:?}");
    assert_eq!(ask(&officer, "cheshire-police", "POLICING", None).await[1], after, "today, when no day is said");
}

async fn the_new_councils_took_the_place_of_six_districts(app: TestApp) {
    let officer = app.sign_in("halton.scrutiny-member").await;
    let query = "query ($reference: String!) { area(by: { reference: $reference }) {
        predecessors { nodes { reference validToOn } } successors { nodes { reference } } } }";
    for (council, districts) in [
        ("cheshire-east", ["congleton", "crewe-and-nantwich", "macclesfield"]),
        ("cheshire-west-and-chester", ["chester", "ellesmere-port-and-neston", "vale-royal"]),
    ] {
        let answer = officer.ask(query, json!({ "reference": council })).await;
        let before = answer.list("/area/predecessors/nodes").iter().map(|area| area["reference"].as_str().unwrap().to_owned());
        assert_eq!(before.collect::<BTreeSet<_>>(), set(&districts));
        assert_eq!(answer.list("/area/successors/nodes"), [] as [Value; 0]);
        for district in districts {
            let answer = officer.ask(query, json!({ "reference": district })).await;
            assert_eq!(answer.data("/area/successors/nodes"), &json!([{ "reference": council }]));
        }
    }
}

async fn areas_are_filtered_by_kind_and_by_the_day_of_their_existence(app: TestApp) {
    let officer = app.sign_in("halton.scrutiny-member").await;
    let query = "query ($filter: AreaFilter) { areas(first: 100, filter: $filter) { nodes { reference kind } } }";
    let found = async |filter: Value| -> BTreeSet<String> {
        let answer = officer.ask(query, json!({ "filter": filter })).await;
        answer.list("/areas/nodes").iter().map(|area| area["reference"].as_str().unwrap().to_owned()).collect()
    };
    let councils = json!(["UNITARY_AUTHORITY"]);
    let before = found(json!({ "kinds": councils, "validOn": "2009-03-31" })).await;
    let after = found(json!({ "kinds": councils, "validOn": "2009-04-01" })).await;
    assert!(before.is_superset(&set(&["halton", "warrington"])) && !before.contains("cheshire-east"), "{before:?}");
    let new: BTreeSet<String> = after.difference(&before).cloned().collect();
    assert_eq!(new, set(&["cheshire-east", "cheshire-west-and-chester"]));
    let districts = json!({ "kinds": ["NON_METROPOLITAN_DISTRICT"], "validOn": "2009-04-01" });
    assert_eq!(found(districts).await, set(&[]), "the districts were gone");
}
