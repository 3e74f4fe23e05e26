//! Everybody against everything: every office in every tenant, somebody whose appointment has ended, somebody whose has yet to begin and
//! somebody whom nobody knows, while agreements are in force, not yet approved, lapsed and withdrawn; on SQLite, on PostgreSQL, and
//! on PostgreSQL with row-level security bypassed.
//!
//! What each may find is worked out here from the database itself, without asking the server: by the tenant in an identifier, by
//! who holds appointments where, by who is party to what, and by the two agreements that are in force that day. Whatever anybody is
//! told of beyond that fails.
//!
//! Offices that the policy lets read exactly the same are one to every path of reading, since nothing but the policy's table looks at an
//! office. So in each tenant one office of each such class walks through everything by every path, narrows and orders every list
//! with others' identifiers and cursors, and looks all identifiers up. Each other office looks up an identifier of every type of
//! every tenant, and on one of the three databases asks for every field by one path, here and as if at home elsewhere. Every office
//! tries every mutation that takes identifiers, with another's in them: a tenant's on one of the databases, other things' on the
//! others.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use api::graphql::relay::{NodeId, NodeKind};
use api::identity::ApiKey;
use entity::{
    clock::Clock as _,
    policy::{Action, Office, Reach, Resource, Scope, reach},
    rules::machine::Terms,
    tables::{Id, TenantId, organisation::tenant},
    tenancy::NewKey,
    usecases::identity::{
        account::{NewAccount, add_account},
        first_machines::{FirstMachine, add},
    },
};
use serde_json::{Value, json};
use tests::each_wall_alone;
use tests::support::{Actor, Engine, Probe, TestApp, Walls, app::PASSWORD};

use super::busy_day::{busy_day, calendar_of};
use super::isolation::{SHARED, SHARED_PLANS, UNSEEN_FIELDS};
use super::walker::{AT_THE_ROOT, Schema, Walk, named};

each_wall_alone!(nobody_finds_or_changes_what_is_another_s);

/// Fields that are answered only to whoever holds offices in two tenants, which nobody here does; the walks of [`super::isolation`] see them.
/// The list may only shrink.
const AT_HOME_IN_TWO: &[(&str, &str)] = &[
    // A risk on the partnership's register, in the Authority's return.
    ("ReturnRisk", "risk"),
];

const TENANTS: [&str; 5] = ["halton", "warrington", "cheshire-east", "cheshire-west-and-chester", "cheshire-police-authority"];

const AUTHORITY: &str = "cheshire-police-authority";

/// Mutations that name nothing of anybody's; those tests that are about them try them.
const NAME_NOTHING: &[&str] = &[
    "signIn",
    "refreshSession",
    "changePassword",
    "createAuthenticator",
    "createCalendarFeed",
    "revokeCalendarFeed",
    "enableAuthenticator",
    "revokeAuthenticator",
    "verifyIdentity",
    "requestPasswordReset",
    "resetPassword",
    "acceptInvitation",
];

/// Fields of `Query` that lead to what everybody may read, and to nothing else; the thorough ask them.
const FOR_EVERYBODY: &[&str] = &["area", "areas", "explainCost", "nationalIndicators", "organisations", "period"];

/// What everybody who is signed in may read.
const REFERENCE: &[NodeKind] = &[NodeKind::Area, NodeKind::Organisation, NodeKind::NationalIndicator];

/// Somebody who tries.
struct Viewer {
    name: String,
    /// The tenant in which they hold an appointment; none for who holds none.
    home: Option<&'static str>,
    /// Where they try to be at home.
    slug: &'static str,
    /// Whether they walk through everything.
    is_thorough: bool,
    actor: Actor,
}

/// Who may know of what, by the database.
struct Oracle {
    people: BTreeSet<(String, String)>,
    parties: BTreeSet<(String, String)>,
    /// The Authority's results of engagement, which Halton may read.
    results: BTreeSet<String>,
    /// What was passed on, with the tenant that it came from.
    passed_on: BTreeSet<(String, String)>,
}

impl Oracle {
    async fn ask(probe: &Probe) -> Self {
        let pairs = async |sql: &str| {
            let rows = probe.rows(sql).await;
            rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect::<BTreeSet<_>>()
        };
        let text = |column: &str| match probe.engine() {
            Engine::Sqlite => format!("lower(hex({column}))"),
            Engine::Postgres => format!("replace({column}::text, '-', '')"),
        };
        let people =
            format!("SELECT {}, t.slug FROM appointment AS a JOIN tenant AS t ON t.id = a.tenant_id", text("a.person_id"));
        let parties =
            format!("SELECT {}, t.slug FROM sharing_party AS p JOIN tenant AS t ON t.id = p.party_id", text("p.agreement_id"));
        let indicators = "FROM indicator AS i JOIN national_indicator AS n ON n.id = i.national_indicator_id AND n.number IN (4, 21) \
            JOIN tenant AS t ON t.id = i.tenant_id AND t.slug = 'cheshire-police-authority'";
        let results = format!(
            "SELECT {}, '' {indicators} UNION SELECT {}, '' {indicators} JOIN observation AS o ON o.tenant_id = i.tenant_id AND o.indicator_id = i.id",
            text("i.id"),
            text("o.id")
        );
        let results = pairs(&results).await.into_iter().map(|(id, _)| id).collect();
        let passed_on = |table: &str| {
            format!("SELECT {}, t.slug FROM {table} AS p JOIN tenant AS t ON t.id = p.origin_tenant_id", text("p.id"))
        };
        let passed_on = format!("{} UNION {}", passed_on("risk_referral"), passed_on("risk_referral_step"));
        let passed_on = pairs(&passed_on).await;
        Self { people: pairs(&people).await, parties: pairs(&parties).await, results, passed_on }
    }

    /// Whether somebody at home in a tenant, if in any, may be told of this.
    fn may_know(&self, home: Option<&str>, node: NodeId) -> bool {
        let Some(home) = home else { return REFERENCE.contains(&node.kind) };
        let id = node.id.simple().to_string();
        let of = |slug: &str| {
            node.tenant == Some(tenant_id(slug)) || (node.kind == NodeKind::Tenant && node.id == tenant_id(slug).uuid())
        };
        match node.kind {
            NodeKind::Person => self.people.contains(&(id, home.to_owned())),
            NodeKind::SharingAgreement => self.parties.contains(&(id, home.to_owned())),
            kind if REFERENCE.contains(&kind) => true,
            NodeKind::RiskReferral | NodeKind::RiskReferralStep if home != AUTHORITY => {
                self.passed_on.contains(&(id, home.to_owned()))
            }
            kind if home == AUTHORITY && of("halton") => SHARED.contains(&kind),
            kind if home == "halton" && of(AUTHORITY) => {
                kind == NodeKind::Tenant || self.results.contains(&id) || SHARED_PLANS.contains(&kind)
            }
            _ => of(home),
        }
    }
}

fn tenant_id(slug: &str) -> TenantId {
    Id::<tenant::Model>::named("tenant", slug)
}

/// What an office may read, and take out: offices for which this is equal are one to every path of reading.
fn reading_rights(office: Office) -> Vec<Option<Reach>> {
    let reads = Resource::ALL.iter().map(|resource| reach(office, Action::Read, *resource));
    reads.chain([reach(office, Action::Export, Resource::Observation)]).collect()
}

/// Everybody, each with an account of their own.
async fn everybody(app: &TestApp, probe: &Probe) -> Vec<Viewer> {
    let password_hash = probe.rows("SELECT password_hash FROM account LIMIT 1").await.concat().concat();
    let mut wanted = Vec::new();
    for slug in TENANTS {
        let mut classes = BTreeSet::new();
        for &office in Office::ALL {
            let is_thorough = classes.insert(format!("{:?}", reading_rights(office)));
            wanted.push((format!("{}.{slug}", office.as_str().to_lowercase()), Some(slug), slug, office, is_thorough));
        }
        for when in ["ended", "to-come"] {
            wanted.push((format!("{when}.{slug}"), None, slug, Office::PerformanceOfficer, when == "ended"));
        }
    }
    for (name, _, slug, office, _) in &wanted {
        let new = NewAccount {
            name: name.clone(),
            email: format!("{name}@matrix.example"),
            password_hash: password_hash.clone(),
            tenant: (*slug).to_owned(),
            office: *office,
            minute_reference: None,
        };
        add_account(app.db(), new).await.expect("the account is added");
    }
    let of =
        |name: &str| format!("WHERE person_id IN (SELECT person_id FROM account WHERE email LIKE '{name}.%@matrix.example')");
    let ended =
        probe.change(&format!("UPDATE appointment SET from_on = '2009-04-01', to_on = '2010-02-08' {}", of("ended"))).await;
    let to_come = probe.change(&format!("UPDATE appointment SET from_on = '2010-02-10' {}", of("to-come"))).await;
    // Lead members lead for an area, without which they reach nothing that is about one.
    let lead = "UPDATE appointment SET area_id = (SELECT id FROM area WHERE reference = 'halton')";
    let leading = probe.change(&format!("{lead} {}", of("partnership_lead_member"))).await;
    assert_eq!((ended, to_come, leading), (5, 5, 5));
    let mut viewers =
        vec![Viewer { name: "nobody".to_owned(), home: None, slug: "halton", is_thorough: false, actor: app.anonymous() }];
    for (name, home, slug, _, is_thorough) in wanted {
        let answer = app.try_sign_in(&format!("{name}@matrix.example"), PASSWORD).await;
        let actor = app.bearing(answer.text("/signIn/accessToken"));
        // Whoever is walked thoroughly in any case.
        if name == "auditor.halton" {
            calendar_of(&actor).await;
        }
        viewers.push(Viewer { name, home, slug, is_thorough, actor });
    }
    for slug in TENANTS {
        let (name, actor) = (format!("machine.{slug}"), machine_of(app, slug).await);
        viewers.push(Viewer { name, home: Some(slug), slug, is_thorough: true, actor });
    }
    viewers
}

/// A service account of a tenant, with every scope there is.
async fn machine_of(app: &TestApp, slug: &str) -> Actor {
    let (key, expires_at) = (ApiKey::generate().expect("a key"), app.clock().now() + chrono::TimeDelta::days(300));
    let new_key = NewKey { prefix: key.prefix(), digest: key.digest().to_hex(), expires_at, is_for_query_strings: false };
    let terms = Terms {
        scopes: Scope::ALL.to_vec(),
        expires_at,
        allowed_addresses: Vec::new(),
        purpose: "Tries what machines may find".to_owned(),
    };
    let machine = FirstMachine {
        name: "Matrix".to_owned(),
        organisation: "cheshire-constabulary".to_owned(),
        tenants: vec![slug.to_owned()],
        terms,
        keys: vec![new_key],
    };
    add(app.db(), machine).await.expect("the machine is added");
    app.bearing(&key.reveal())
}

/// Warrington withdraws from its agreement with the Authority. With Halton one stays in force; Cheshire East hasn't approved its own, and
/// Cheshire West and Chester's has lapsed.
async fn warrington_withdraws(app: &TestApp) {
    let member = app.sign_in("warrington.psg-member").await;
    let query = "{ tenant(by: { slug: \"warrington\" }) { id sharingAgreements { nodes { id reference standing } } } }";
    let answer = member.ask(query, json!({})).await;
    let nodes = answer.list("/tenant/sharingAgreements/nodes");
    let agreement = nodes.iter().find(|node| node["reference"] == "authority-and-warrington").expect("it is there");
    assert_eq!(agreement["standing"], "IN_FORCE");
    let revoke =
        "mutation ($input: RevokeSharingAgreementInput!) { revokeSharingAgreement(input: $input) { userErrors { message } } }";
    let input =
        json!({ "agreement": agreement["id"], "tenant": answer.text("/tenant/id"), "reason": "It is being drawn up anew." });
    assert_eq!(member.ask(revoke, json!({ "input": input })).await.user_errors("/revokeSharingAgreement"), &[] as &[Value]);
}

/// What was tried.
#[derive(Default)]
struct Figures {
    database: String,
    viewers: usize,
    walks: usize,
    requests: usize,
    identifiers: usize,
    looked_up: usize,
    narrowed: usize,
    mutations: usize,
    fields: BTreeSet<(String, String)>,
}

/// Fails when anything was told that may not be known.
fn check(oracle: &Oracle, viewer: &Viewer, walk: &Walk, own: &BTreeSet<String>) {
    let leaked: Vec<_> = walk
        .ids
        .iter()
        .filter(|(id, _)| !own.contains(*id))
        .filter(|(id, _)| !NodeId::parse(id).is_some_and(|node| oracle.may_know(viewer.home, node)))
        .collect();
    assert!(leaked.is_empty(), "{} was told of {leaked:?}", viewer.name);
}

/// Looks identifiers up that the viewer may not know of, and counts them.
async fn look_up(viewer: &Viewer, ids: &[&str]) -> usize {
    for batch in ids.chunks(100) {
        let answer =
            viewer.actor.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": batch })).await;
        let found: Vec<&Value> = answer.value("/nodes").as_array().into_iter().flatten().filter(|node| !node.is_null()).collect();
        assert_eq!(found, [&Value::Null; 0], "{} looked it up", viewer.name);
    }
    ids.len()
}

/// Tries every mutation that takes identifiers with this one, and counts them.
async fn try_to_change(schema: &Schema, viewer: &Viewer, id: &str) -> usize {
    let fields: Vec<&Value> = schema
        .fields("Mutation")
        .iter()
        .filter(|field| !NAME_NOTHING.contains(&field["name"].as_str().unwrap_or_default()))
        .collect();
    for some in fields.chunks(AT_THE_ROOT) {
        try_some(schema, viewer, some, id).await;
    }
    fields.len()
}

async fn try_some(schema: &Schema, viewer: &Viewer, fields: &[&Value], id: &str) {
    let (mut declared, mut asked, mut variables) = (Vec::new(), Vec::new(), serde_json::Map::new());
    for field in fields {
        let (name, taken) = (field["name"].as_str().unwrap(), &field["args"][0]["type"]);
        declared.push(format!("${name}: {}!", named(taken)));
        asked.push(format!("{name}(input: ${name}) {{ userErrors {{ code }} }}"));
        variables.insert(name.to_owned(), schema.input(taken, id));
    }
    let document = format!("mutation ({}) {{ {} }}", declared.join(", "), asked.join(" "));
    let answer = viewer.actor.ask(&document, Value::Object(variables)).await;
    for code in answer.error_codes() {
        assert!(["UNAUTHENTICATED", "NOT_FOUND"].contains(&code.as_str()), "it wasn't really tried: {answer}");
    }
    for name in fields.iter().filter_map(|field| field["name"].as_str()) {
        let accepted = answer.value(&format!("/{name}/userErrors")) == &json!([]);
        assert!(!accepted, "{}: {name} took an identifier of another's: {answer}", viewer.name);
    }
}

async fn own_things(viewer: &Viewer) -> BTreeSet<String> {
    let query = "{ viewer { person { id } sessions(first: 100) { nodes { id } } } }";
    let answer = viewer.actor.ask(query, json!({})).await;
    let sessions = answer.value("/viewer/sessions/nodes").as_array().into_iter().flatten().map(|node| &node["id"]);
    sessions.chain([answer.value("/viewer/person/id")]).filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn nobody_finds_or_changes_what_is_another_s(app: TestApp) {
    busy_day(&app).await;
    warrington_withdraws(&app).await;
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let probe = Probe::open(app.database()).await;
    let viewers = everybody(&app, &probe).await;
    let oracle = Oracle::ask(&probe).await;
    assert!(!oracle.results.is_empty() && !oracle.parties.is_empty());
    let bypassed = if app.walls() == Walls::All { "" } else { " bypassing row-level security" };
    // Which of the three it is.
    let turn = usize::from(app.engine() == Engine::Postgres) + usize::from(app.walls() == Walls::FirstAlone);
    let database = format!("{}{bypassed}", app.engine());
    let mut figures = Figures { database, ..Figures::default() };

    // First those who walk through everything: what they find is what everybody is tried with.
    let (mut known, mut cursors) = (BTreeMap::new(), BTreeMap::<&str, BTreeMap<String, String>>::new());
    let mut seen_at = BTreeMap::<&str, BTreeMap<String, String>>::new();
    for viewer in viewers.iter().filter(|viewer| viewer.is_thorough) {
        let walk = Walk::of(&schema, &viewer.actor, viewer.slug).await;
        check(&oracle, viewer, &walk, &own_things(viewer).await);
        figures.walks += 1;
        figures.requests += walk.said.len();
        figures.fields.extend(walk.answered.iter().cloned());
        let sample = seen_at.entry(viewer.slug).or_default();
        for (id, kind) in &walk.ids {
            // What everybody may read the thorough have looked at.
            if NodeId::parse(id).is_some_and(|node| {
                !REFERENCE.contains(&node.kind) && node.tenant.is_none_or(|tenant| tenant == tenant_id(viewer.slug))
            }) {
                sample.entry(kind.clone()).or_insert_with(|| id.clone());
            }
        }
        cursors.entry(viewer.slug).or_default().extend(walk.cursors);
        known.extend(walk.ids);
    }
    figures.identifiers = known.len();
    let nodes: Vec<(&str, NodeId)> = known.keys().map(|id| (id.as_str(), NodeId::parse(id).expect("our own"))).collect();

    for (number, viewer) in viewers.iter().enumerate() {
        let own = own_things(viewer).await;
        let hidden: Vec<&(&str, NodeId)> =
            nodes.iter().filter(|(id, node)| !own.contains(*id) && !oracle.may_know(viewer.home, *node)).collect();
        let one_of_each: BTreeMap<_, &str> =
            hidden.iter().map(|(id, node)| ((format!("{:?}", node.kind), node.tenant.map(Id::uuid)), *id)).collect();
        let some: Vec<&str> = one_of_each.values().copied().collect();
        let elsewhere = TENANTS[(TENANTS.iter().position(|slug| *slug == viewer.slug).unwrap() + 1) % TENANTS.len()];
        let is_its_turn = (number + turn) % 3 == 0;
        let mut walk = Walk::default();
        if viewer.is_thorough {
            figures.looked_up += look_up(viewer, &hidden.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await;
            let others = (&some[..some.len().min(4)], &cursors[elsewhere]);
            figures.narrowed += walk.narrowly(&schema, &viewer.actor, &seen_at[viewer.slug], others).await;
        } else {
            figures.looked_up += look_up(viewer, &some).await;
        }
        if !viewer.is_thorough && is_its_turn {
            walk = Walk::briefly(&schema, &viewer.actor, viewer.slug, &seen_at[viewer.slug], FOR_EVERYBODY).await;
        }
        if is_its_turn {
            // As if they were at home elsewhere.
            let there = Walk::briefly(&schema, &viewer.actor, elsewhere, &BTreeMap::new(), FOR_EVERYBODY).await;
            figures.requests += there.said.len();
            walk.ids.extend(there.ids);
        }
        figures.fields.extend(walk.answered.iter().cloned());
        check(&oracle, viewer, &walk, &own);
        figures.requests += walk.said.len() + some.len().div_ceil(100);
        figures.viewers += 1;
        let tenant = NodeId::beyond(NodeKind::Tenant, tenant_id(elsewhere)).to_id().to_string();
        let before = if number % 40 == 0 { Some(probe.counts(migration::TENANT_TABLES).await) } else { None };
        let id = if is_its_turn { tenant.as_str() } else { some[(3 * number + turn) % some.len()] };
        figures.mutations += try_to_change(&schema, viewer, id).await;
        if let Some(before) = before {
            assert_eq!(probe.counts(migration::TENANT_TABLES).await, before, "{} wrote something", viewer.name);
        }
    }
    let writes = probe.rows(
        "SELECT kind FROM audit_event WHERE act_id IS NOT NULL AND person_id IN (SELECT person_id FROM account \
        WHERE email LIKE '%@matrix.example')",
    );
    assert_eq!(writes.await, Vec::<Vec<String>>::new(), "nobody of them wrote anything");
    probe.close().await;
    every_field_was_covered(&schema, &figures.fields);
    tell(figures);
}

fn every_field_was_covered(schema: &Schema, answered: &BTreeSet<(String, String)>) {
    let all = schema.things().into_iter().chain(["Query"]);
    let all = all.flat_map(|kind| schema.field_names(kind).into_iter().map(move |field| (kind, field)));
    let missing: Vec<_> = all
        .filter(|(kind, field)| !answered.contains(&((*kind).to_owned(), (*field).to_owned())))
        .filter(|missing| !UNSEEN_FIELDS.contains(missing) && !AT_HOME_IN_TWO.contains(missing))
        .collect();
    assert_eq!(missing, [], "fields that nobody was answered");
}

/// Says what was tried; the last of the databases to be done says it of all.
fn tell(figures: Figures) {
    static DONE: Mutex<Vec<Figures>> = Mutex::new(Vec::new());
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    done.push(figures);
    let sum = |count: fn(&Figures) -> usize| done.iter().map(count).sum::<usize>();
    println!(
        "isolation: {} fields x {} offices x {} tenants on {}: {} viewers, {} full walks, {} requests, {} identifiers tried in {} \
         look-ups, {} narrowed or ordered lists, {} mutations attempted; rows leaked: 0",
        done.iter().map(|figures| figures.fields.len()).max().unwrap_or_default(),
        Office::ALL.len(),
        TENANTS.len(),
        done.iter().map(|figures| figures.database.as_str()).collect::<Vec<_>>().join(" and "),
        sum(|figures| figures.viewers),
        sum(|figures| figures.walks),
        sum(|figures| figures.requests),
        sum(|figures| figures.identifiers),
        sum(|figures| figures.looked_up),
        sum(|figures| figures.narrowed),
        sum(|figures| figures.mutations),
    );
}
