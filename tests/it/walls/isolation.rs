//! One partnership never sees into another: by no field, by no path, by no identifier, and nobody can change what is
//! another's. Everything here is generated from the schema.

use std::collections::{BTreeMap, BTreeSet};

use api::graphql::relay::{NodeId, NodeKind};
use serde_json::{Value, json};
use tests::support::{Actor, Probe, TestApp};
use tests::{both_dbs, each_wall_alone};

use super::busy_day::busy_day;
use super::walker::{Schema, Walk, Ways, named};
use crate::machines::fixtures;

both_dbs!(the_walker_reaches_every_type_and_every_field);
each_wall_alone!(
    nothing_of_halton_s_is_found_by_its_identifier,
    no_path_from_warrington_leads_to_halton,
    no_look_up_tells_a_stranger_that_a_tenant_is_there,
    no_mutation_reaches_what_is_another_s,
    a_cursor_opens_no_list_but_its_own,
);

/// Types that the walk doesn't come upon. The list may only shrink, and is empty.
const UNSEEN_TYPES: &[&str] = &[];

/// Fields that neither the demonstration nor the busy day fills. The list may only shrink.
pub(super) const UNSEEN_FIELDS: &[(&str, &str)] = &[
    // No document says when government designated the targets; the revoking lies in the future and isn't told before.
    ("Agreement", "designatedOn"),
    ("Agreement", "designationRevokedOn"),
    // No survey has gone without a wave since its first figure.
    ("IndicatorStatus", "carriedFrom"),
    // Only live sessions are shown.
    ("Session", "endedAt"),
    ("Session", "endReason"),
    // Lists show the targets that stand.
    ("Target", "supersededOn"),
];

/// What everybody who is signed in may read; and agreements, which belong to all their parties and have tests of their own.
const PUBLIC: &[NodeKind] = &[NodeKind::Area, NodeKind::Organisation, NodeKind::NationalIndicator, NodeKind::SharingAgreement];

/// What Halton shares with the Authority, of which lead members of all areas are members.
pub(super) const SHARED: &[NodeKind] = &[
    NodeKind::Tenant,
    NodeKind::Body,
    NodeKind::BodyMembership,
    NodeKind::Indicator,
    NodeKind::AreaSet,
    NodeKind::Agreement,
    NodeKind::Theme,
    NodeKind::Outcome,
    NodeKind::TransformationalIssue,
    NodeKind::AgreementIndicator,
    NodeKind::TolerancePolicy,
    NodeKind::Target,
    NodeKind::Observation,
    NodeKind::Budget,
    NodeKind::BudgetLine,
    NodeKind::BudgetRevision,
    NodeKind::Decision,
    NodeKind::Commitment,
    NodeKind::Interest,
];

/// What the Authority shares with Halton of its plans; judgements only about Halton.
pub(super) const SHARED_PLANS: &[NodeKind] =
    &[NodeKind::PolicingPlanObjective, NodeKind::PolicingPlanMeasure, NodeKind::PolicingPlanAlignment];

/// A service account that a tenant makes for itself, with everything that scopes can give.
async fn machine_of(app: &TestApp, slug: &str) -> Actor {
    let office = app.sign_in(&format!("{slug}.performance-officer")).await;
    let scopes = ["READ_PRIORITIES_AND_INDICATORS", "READ_ENGAGEMENT_RESULTS", "READ_SHARED", "WRITE_OBSERVATIONS"];
    let mut input = fixtures::wanted(slug, &scopes);
    input["name"] = json!("A machine of its own");
    let made = fixtures::mutate(&office, "createServiceAccount", input, "serviceAccount { id }").await;
    let id = made.text("/createServiceAccount/serviceAccount/id").to_owned();
    app.bearing(&fixtures::new_key(&office, &id, false).await.0)
}

/// What only Halton says, in texts that stand in no reference data.
pub(super) const HALTON_S_OWN_WORDS: &[&str] = &[
    "Halton Local Area Agreement",
    "Halton performance convention",
    "Performance and Standards Group",
    "Halton Strategic Partnership Board",
    "Halton performance officer",
    "The second advocate starts",
    "Priority wards",
    "halton-laa-2008",
    "Halton retired machine",
    "Funding for joint projects",
    "The settlement is lower than planned",
    "Evening patrols at Castlefields",
    "The member chairs a college",
];

async fn walk_of_halton(app: &TestApp, schema: &Schema) -> Walk {
    Walk::of(schema, &app.sign_in("halton.performance-officer").await, "halton").await
}

/// In the place of an office: a service account.
const MACHINE: &str = "a machine";

async fn own_person(actor: &Actor) -> String {
    let answer = actor.ask("{ viewer { person { id } } }", json!({})).await;
    answer.value("/viewer/person/id").as_str().unwrap_or_default().to_owned()
}

/// The identifiers that aren't for everybody.
fn private(walk: &Walk) -> BTreeMap<&str, NodeId> {
    let parsed = walk.ids.keys().map(|id| (id.as_str(), NodeId::parse(id).expect("our own identifiers parse")));
    parsed.filter(|(_, node)| !PUBLIC.contains(&node.kind)).collect()
}

async fn the_walker_reaches_every_type_and_every_field(app: TestApp) {
    busy_day(&app).await;
    let officer = app.sign_in("halton.performance-officer").await;
    let schema = Schema::read(&officer).await;
    // Before the others, who then see that it was there.
    let machine = Walk::of(&schema, &machine_of(&app, "halton").await, "halton").await;
    let mut walk = walk_of_halton(&app, &schema).await;
    walk.deeply(&schema, &officer, 1).await;
    let lead = Walk::of(&schema, &app.sign_in("halton.lead-member").await, "halton").await;
    let there = Walk::of(&schema, &app.sign_in("warrington.performance-officer").await, "warrington").await;
    let authority = app.sign_in("authority.research-officer").await;
    let authority = Walk::of(&schema, &authority, "cheshire-police-authority").await;
    let auditor = Walk::of(&schema, &app.sign_in("halton.auditor").await, "halton").await;
    // Whom periods await that somebody else entered.
    let verifier = app.sign_in("authority.engagement-manager").await;
    let verifier = Walk::of(&schema, &verifier, "cheshire-police-authority").await;
    // Who alone reads interviews of members.
    let chairman = Walk::of(&schema, &app.sign_in("authority.chairman").await, "cheshire-police-authority").await;
    let answered: BTreeSet<_> = [&machine, &walk, &lead, &there, &authority, &auditor, &verifier, &chairman]
        .into_iter()
        .flat_map(|walk| walk.answered.iter().cloned())
        .collect();
    println!("{} things, {} fields answered", walk.ids.len(), answered.len());

    let seen: BTreeSet<&str> = answered.iter().map(|(kind, _)| kind.as_str()).collect();
    let unseen: Vec<&str> = schema.things().difference(&seen).copied().collect();
    assert_eq!(unseen, UNSEEN_TYPES, "types that the walk didn't come upon, against the list of those that it can't");

    let all = schema.things().into_iter().chain(["Query"]).filter(|kind| !UNSEEN_TYPES.contains(kind));
    let all = all.flat_map(|kind| schema.field_names(kind).into_iter().map(move |field| (kind, field)));
    let unseen: Vec<(&str, &str)> =
        all.filter(|(kind, field)| !answered.contains(&((*kind).to_owned(), (*field).to_owned()))).collect();
    assert_eq!(unseen, UNSEEN_FIELDS, "fields that were never answered, against the list of those that can't be");

    let kinds: BTreeSet<&str> = [&walk, &there, &auditor, &authority, &chairman]
        .into_iter()
        .flat_map(|walk| walk.ids.values())
        .map(String::as_str)
        .collect();
    let nodes = NodeKind::ALL.iter().map(|kind| kind.name()).filter(|kind| !UNSEEN_TYPES.contains(kind)).collect();
    assert_eq!(kinds, nodes, "each kind of identifier was come upon");
}

async fn nothing_of_halton_s_is_found_by_its_identifier(app: TestApp) {
    busy_day(&app).await;
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let halton = walk_of_halton(&app, &schema).await;
    let ids: Vec<&str> = private(&halton).into_keys().collect();
    assert!(ids.len() > 400, "only {} identifiers", ids.len());
    for office in
        ["warrington.performance-officer", "warrington.lead-member", "cheshire-east.performance-officer", "former.lead-member"]
    {
        let stranger = app.sign_in(office).await;
        // Lead members meet each other in the Authority, and people are seen wherever both hold appointments.
        let themselves = own_person(&stranger).await;
        let is_shared =
            |id: &str| NodeId::parse(id).is_some_and(|node| node.kind == NodeKind::Person || SHARED.contains(&node.kind));
        // As members of the Authority they read what is passed on to it, from wherever.
        let is_passed_on = |id: &str| {
            NodeId::parse(id).is_some_and(|node| matches!(node.kind, NodeKind::RiskReferral | NodeKind::RiskReferralStep))
        };
        let meets = |id: &str| id == themselves || (office == "warrington.lead-member" && (is_shared(id) || is_passed_on(id)));
        let hidden: Vec<&str> = ids.iter().copied().filter(|id| !meets(id)).collect();
        for batch in hidden.chunks(100) {
            let answer =
                stranger.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": batch })).await;
            let found: Vec<&Value> = answer.list("/nodes").iter().filter(|node| !node.is_null()).collect();
            assert_eq!(found, [&Value::Null; 0], "{office} found what is Halton's");
        }
        for kind in NodeKind::ALL.iter().filter(|kind| !PUBLIC.contains(kind)) {
            let Some(id) = hidden.iter().find(|id| NodeId::parse(id).is_some_and(|node| node.kind == *kind)) else { continue };
            let answer = stranger.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(answer.body, json!({ "data": { "node": null } }), "{office}, {}: as if it weren't there", kind.name());
        }
    }
    // And the other way about, for what only Warrington has, such as a closed period.
    let warrington = Walk::of(&schema, &app.sign_in("warrington.performance-officer").await, "warrington").await;
    let officer = app.sign_in("halton.performance-officer").await;
    for batch in private(&warrington).into_keys().collect::<Vec<_>>().chunks(100) {
        let answer = officer.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": batch })).await;
        let found: Vec<&Value> = answer.list("/nodes").iter().filter(|node| !node.is_null()).collect();
        assert_eq!(found, [&Value::Null; 0], "Halton's officer found what is Warrington's");
    }
    // Machines find no more than people: neither Warrington's of Halton's, nor the one that both let in of what isn't theirs.
    let machine = machine_of(&app, "warrington").await;
    for batch in ids.chunks(100) {
        let answer = machine.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": batch })).await;
        let found: Vec<&Value> = answer.list("/nodes").iter().filter(|node| !node.is_null()).collect();
        assert_eq!(found, [&Value::Null; 0], "Warrington's machine found what is Halton's");
    }
    let nobody = app.anonymous().ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids[..100] })).await;
    assert_eq!((nobody.error_codes(), &nobody.body["data"]), (vec!["UNAUTHENTICATED".to_owned()], &Value::Null));
}

async fn no_path_from_warrington_leads_to_halton(app: TestApp) {
    busy_day(&app).await;
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let halton = walk_of_halton(&app, &schema).await;
    let foreign: BTreeSet<&str> = private(&halton).into_keys().collect();
    // The words are Halton's: its own officer does hear them.
    for words in HALTON_S_OWN_WORDS {
        assert!(halton.said.iter().any(|said| said.contains(words)), "{words} is said to nobody");
    }
    for (office, slug) in
        [("warrington.performance-officer", "warrington"), ("former.lead-member", "halton"), (MACHINE, "warrington")]
    {
        let actor = if office == MACHINE { machine_of(&app, slug).await } else { app.sign_in(office).await };
        let mut walk = Walk::of(&schema, &actor, slug).await;
        walk.deeply(&schema, &actor, 2).await;
        println!("{office}: {} things by {} requests", walk.ids.len(), walk.said.len());
        let themselves = own_person(&actor).await;
        let leaked: Vec<&String> = walk.ids.keys().filter(|id| foreign.contains(id.as_str()) && **id != themselves).collect();
        assert_eq!(leaked, [""; 0], "{office}");
        for said in &walk.said {
            for words in HALTON_S_OWN_WORDS {
                assert!(!said.contains(words), "{office} was told of {words}: {said}");
            }
        }
    }
}

async fn no_look_up_tells_a_stranger_that_a_tenant_is_there(app: TestApp) {
    let own = app.sign_in("halton.performance-officer").await;
    let id = own.ask("{ tenant(by: { slug: \"halton\" }) { id } }", json!({})).await.text("/tenant/id").to_owned();
    let stranger = app.sign_in("warrington.performance-officer").await;
    let query = "query ($by: TenantBy!, $asAt: Date) { tenant(by: $by, asAt: $asAt) { name agreement { name } } }";
    let ask = async |by: Value, as_at: Value| stranger.ask(query, json!({ "by": by, "asAt": as_at })).await.body;
    let unknown = ask(json!({ "slug": "atlantis" }), Value::Null).await;
    assert_eq!(unknown["data"]["tenant"], Value::Null);
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "NOT_FOUND");
    for by in [json!({ "slug": "halton" }), json!({ "gssCode": "E06000006" }), json!({ "id": id }), json!({ "id": "nonsense" })] {
        for as_at in [Value::Null, json!("2010-01-01")] {
            assert_eq!(ask(by.clone(), as_at).await, unknown, "{by}: as for a tenant that never was");
        }
    }
}

/// Every mutation with well-formed input that names `id` wherever an identifier is asked for.
async fn try_every_mutation(schema: &Schema, actor: &Actor, id: &str) -> usize {
    // They name nothing of anybody's: they go by one's own password, or are for whoever asks.
    let session_s_own = [
        "signIn",
        "refreshSession",
        "createAuthenticator",
        "enableAuthenticator",
        "revokeAuthenticator",
        "createCalendarFeed",
        "revokeCalendarFeed",
        "verifyIdentity",
        "requestPasswordReset",
    ];
    let fields = schema
        .fields("Mutation")
        .iter()
        .filter(|field| field["name"].as_str().is_some_and(|name| !session_s_own.contains(&name)));
    let mut tried = 0;
    for field in fields {
        let (name, payload) = (field["name"].as_str().unwrap(), named(&field["type"]));
        let argument = &field["args"][0]["type"];
        let selection = schema.all_fields(payload, 0, Ways::Every);
        let document = format!("mutation ($input: {}!) {{ {name}(input: $input) {{ {selection} }} }}", named(argument));
        let answer = actor.ask(&document, json!({ "input": schema.input(argument, id) })).await;
        let codes = answer.error_codes();
        assert!(
            codes.iter().all(|code| code == "UNAUTHENTICATED" || code == "NOT_FOUND"),
            "{name} wasn't really tried: {answer}"
        );
        let accepted = answer.value(&format!("/{name}/userErrors")) == &json!([]);
        assert!(!accepted, "{name} took an identifier of another's: {answer}");
        for words in HALTON_S_OWN_WORDS {
            assert!(!answer.raw().contains(words), "{name} told of {words}: {answer}");
        }
        tried += 1;
    }
    tried
}

async fn no_mutation_reaches_what_is_another_s(app: TestApp) {
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let halton = walk_of_halton(&app, &schema).await;
    // Signing in is put on record, so that comes first.
    let mut strangers = vec![app.anonymous(), machine_of(&app, "warrington").await];
    for office in ["warrington.performance-officer", "warrington.partner-analyst", "warrington.psg-member", "former.lead-member"]
    {
        strangers.push(app.sign_in(office).await);
    }
    let probe = Probe::open(app.database()).await;
    let before = probe.counts(migration::TENANT_TABLES).await;
    let one_of_each: BTreeMap<&str, &str> = halton.ids.iter().map(|(id, kind)| (kind.as_str(), id.as_str())).collect();
    let mut tried = 0;
    for stranger in &strangers {
        for id in one_of_each.values() {
            tried += try_every_mutation(&schema, stranger, id).await;
        }
    }
    println!("{tried} attempts");
    assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "nothing was written, not even that it was tried");
    probe.close().await;
}

async fn a_cursor_opens_no_list_but_its_own(app: TestApp) {
    let bodies = "query ($after: String) { tenants { nodes { bodies(first: 2, after: $after) { pageInfo { endCursor } nodes { name } } } } }";
    let own = app.sign_in("halton.performance-officer").await.ask(bodies, json!({})).await;
    let cursor = own.text("/tenants/nodes/0/bodies/pageInfo/endCursor");
    let stranger = app.sign_in("warrington.performance-officer").await;
    let answer = stranger.ask(bodies, json!({ "after": cursor })).await;
    assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"], "{answer}");
    assert_eq!(answer.value("/tenants/nodes/0/bodies"), &Value::Null);
}
