//! What `explainAccess` says of a thing and what `node` does with it are one: for every kind of thing, and every office that is tried.

use std::collections::BTreeMap;

use api::graphql::relay::NodeId;
use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, TestApp};

use super::{
    busy_day::busy_day,
    walker::{AT_THE_ROOT, Schema, Walk},
};

both_dbs!(what_is_explained_is_what_is_shown);

/// Offices that between them see every kind of thing.
const WALKERS: &[(&str, &str)] = &[
    ("halton.performance-officer", "halton"),
    ("halton.lead-member", "halton"),
    ("authority.research-officer", "cheshire-police-authority"),
    ("authority.chairman", "cheshire-police-authority"),
];

/// Those who are asked about, some of whom read everything, some what is about them or their area, some what is shared, some nothing.
const ASKERS: &[&str] = &[
    "halton.lead-member",
    "halton.scrutiny-member",
    "halton.auditor",
    "warrington.lead-member",
    "warrington.performance-officer",
    "authority.chairman",
    "authority.research-officer",
    "authority.clerk",
];

/// So many things of a kind in a tenant are asked about.
const OF_EACH: usize = 4;

async fn what_is_explained_is_what_is_shown(app: TestApp) {
    busy_day(&app).await;
    let mut things: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut schema = None;
    for (email, slug) in WALKERS {
        let actor = app.sign_in(email).await;
        if schema.is_none() {
            schema = Some(Schema::read(&actor).await);
        }
        let walk = Walk::of(schema.as_ref().expect("it was read"), &actor, slug).await;
        for (id, kind) in walk.ids {
            let node = NodeId::parse(&id).expect("our own identifiers parse");
            // What belongs to no tenant is for everybody, has rules that no policy tells, or is known of through several.
            let whose = match node.tenant {
                Some(tenant) => tenant.to_string(),
                None if ["Person", "SharingAgreement"].contains(&kind.as_str()) => (*slug).to_owned(),
                None => continue,
            };
            let of_kind = things.entry(format!("{kind} in {whose}")).or_default();
            if of_kind.len() < OF_EACH && !of_kind.contains(&id) {
                of_kind.push(id);
            }
        }
    }
    let ids: Vec<&String> = things.values().flatten().collect();
    assert!(things.len() > 60, "{} kinds of thing", things.len());
    for kind in ["Person", "SharingAgreement"] {
        assert!(things.keys().any(|thing| thing.starts_with(&format!("{kind} in "))), "{kind}: {:?}", things.keys());
    }
    let (mut shown, mut withheld) = (0, 0);
    for email in ASKERS {
        let asker = app.sign_in(email).await;
        for some in ids.chunks(AT_THE_ROOT) {
            let (nodes, explained) = (nodes(&asker, some).await, explained(&asker, some).await);
            for ((id, node), why) in some.iter().zip(&nodes).zip(&explained) {
                assert_eq!(why["mayRead"] == true, !node.is_null(), "{email} and {id}: {node} but {why}");
                assert!(why["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{why}");
                let count = if node.is_null() { &mut withheld } else { &mut shown };
                *count += 1;
            }
        }
    }
    assert!(shown > 500 && withheld > 500, "{shown} shown, {withheld} withheld");
}

async fn nodes(asker: &Actor, ids: &[&String]) -> Vec<Value> {
    let answer = asker.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
    answer.list("/nodes").to_vec()
}

async fn explained(asker: &Actor, ids: &[&String]) -> Vec<Value> {
    let ask = |(at, id): (usize, &&String)| format!("why{at}: explainAccess(id: {}) {{ mayRead resource reasons }}", json!(id));
    let questions: Vec<String> = ids.iter().enumerate().map(ask).collect();
    let answer = asker.ask(&format!("{{ {} }}", questions.join(" ")), json!({})).await;
    (0..ids.len()).map(|at| answer.data(&format!("/why{at}")).clone()).collect()
}
