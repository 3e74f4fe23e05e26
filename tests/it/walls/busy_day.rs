//! A day on which the offices do whatever can be done, so that the walls are tried on what deeds bring about as well as on
//! what was loaded: revisions, milestones, closings, settled readings, series long enough for a control chart.

use api::graphql::relay::{NodeId, NodeKind};
use entity::tables::{Id, organisation::tenant};
use serde_json::{Value, json};
use tests::support::{Actor, Answer, TestApp};

use super::{
    kept::TwoServers,
    walker::{Schema, Ways, named},
};
use crate::changes::stored::Stored;

/// Something that was done under a key, as it was asked for and answered.
pub struct Done {
    pub actor: Actor,
    pub mutation: String,
    pub document: String,
    pub input: Value,
    pub answer: Answer,
}

/// A day in the making.
struct Day<'a> {
    app: &'a TestApp,
    schema: Schema,
    done: Vec<Done>,
    /// Whether each mutation is held to it that it moves the versions of what it writes, and no others.
    is_watched: bool,
    /// Where answers are kept, and what is to be asked there after each mutation.
    keeping: Option<TwoServers>,
}

/// Has everything done; each mutation whose input takes one has a key of its own.
pub async fn busy_day(app: &TestApp) -> Vec<Done> {
    lived(app, false, None).await
}

/// The same, each mutation watched for the versions that it moves.
pub async fn watched_day(app: &TestApp) -> Vec<Done> {
    lived(app, true, None).await
}

/// The same; after each mutation a server that keeps answers is to give the same as one that keeps none.
pub async fn day_beside(app: &TestApp, servers: TwoServers) -> Vec<Done> {
    lived(app, false, Some(servers)).await
}

async fn lived(app: &TestApp, is_watched: bool, keeping: Option<TwoServers>) -> Vec<Done> {
    let schema = Schema::read(&app.sign_in("halton.performance-officer").await).await;
    let mut day = Day { app, schema, done: Vec::new(), is_watched, keeping };
    figures_and_targets_of_halton(&mut day).await;
    closing_of_warrington_s_third_quarter(&mut day).await;
    readings_of_ni_4(&mut day).await;
    sharing_between_tenants(&mut day).await;
    machines_of_halton_and_warrington(&mut day).await;
    a_new_board_member_of_halton(&mut day).await;
    meetings_and_actions_of_halton(&mut day).await;
    calendar_of(&app.sign_in("halton.performance-officer").await).await;
    day.done
}

/// Gives somebody a calendar, whose address is shown once and so comes under no key.
pub async fn calendar_of(actor: &Actor) {
    let create =
        "mutation ($input: CreateCalendarFeedInput!) { createCalendarFeed(input: $input) { path userErrors { message } } }";
    let answer = actor.ask(create, json!({ "input": { "password": tests::support::app::PASSWORD } })).await;
    assert_eq!(answer.user_errors("/createCalendarFeed"), [] as [Value; 0]);
}

async fn done(day: &mut Day<'_>, actor: &Actor, mutation: &str, mut input: Value) {
    let field = day.schema.fields("Mutation").iter().find(|field| field["name"] == mutation).expect("it is a mutation");
    let (taken, payload) = (named(&field["args"][0]["type"]), named(&field["type"]));
    if day.schema.input_fields(taken).contains(&"idempotencyKey") {
        input["idempotencyKey"] = json!(format!("{mutation}/{}", day.done.len()));
    }
    let selection = day.schema.all_fields(payload, 0, Ways::Every);
    let document = format!("mutation ($input: {taken}!) {{ {mutation}(input: $input) {{ {selection} }} }}");
    let before = if day.is_watched { Some(Stored::of(day.app).await) } else { None };
    let answer = actor.ask(&document, json!({ "input": input })).await;
    if let Some(before) = before {
        before.moved_to(&Stored::of(day.app).await, mutation);
    }
    assert_eq!(answer.user_errors(&format!("/{mutation}")), [] as [Value; 0], "{mutation} with {input}");
    if let Some(servers) = &day.keeping {
        servers.agree(mutation).await;
    }
    day.done.push(Done { actor: actor.clone(), mutation: mutation.to_owned(), document, input, answer });
}

async fn lines(actor: &Actor, tenant: &str) -> (String, Vec<Value>) {
    let query = "query ($slug: String!) { tenant(by: { slug: $slug }) { id agreement { indicators(first: 100) { nodes { id code
        area { reference } target { id } observations(last: 1) { nodes { id value } } } } } } }";
    let answer = actor.ask(query, json!({ "slug": tenant })).await;
    (answer.text("/tenant/id").to_owned(), answer.list("/tenant/agreement/indicators/nodes").to_vec())
}

fn line<'a>(lines: &'a [Value], code: &str, area: &str) -> &'a Value {
    lines.iter().find(|line| line["code"] == code && line["area"]["reference"] == area).expect("the line is there")
}

async fn figures_and_targets_of_halton(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.performance-officer").await;
    let (halton, lines) = lines(&officer, "halton").await;
    // Steady for three years, then far off: a signal on a control chart.
    let quarters = (2007..=2009).flat_map(|year| (1..=4).map(move |quarter| (year, quarter))).take(11);
    let steady = quarters.enumerate().map(|(place, (year, quarter))| {
        let value = if place == 10 { 90 } else { 40 + place % 2 };
        json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" },
            "period": format!("FY{year}-Q{quarter}"), "value": value, "source": "Quarterly return" })
    });
    let earlier = json!({ "indicator": { "reference": "halton-ni-53" }, "area": { "reference": "halton" }, "period": "FY2006-Q4",
        "value": 41, "source": "Quarterly return" });
    let figures: Vec<Value> = steady.chain([earlier]).collect();
    done(day, &officer, "recordObservations", json!({ "tenant": halton, "observations": figures })).await;
    let last = &line(&lines, "NI 32", "halton")["observations"]["nodes"][0]["id"];
    let revision =
        json!({ "observation": last, "value": 29.2, "reason": "Two cases had been counted twice.", "source": "Audit" });
    done(day, &officer, "recordObservationRevision", revision).await;
    let outlook = json!({ "line": line(&lines, "NI 20", "halton")["id"], "judgement": "LIKELY", "rationale": "Extra visits go on.",
        "expiresOn": "2010-05-31", "closingAction": "Licensing visits every weekend", "closingOn": "2010-03-31" });
    done(day, &officer, "recordOutlook", outlook).await;
    let file = "indicator,area,period,value,source\nhalton-ni-53,halton,FY2006-Q3,42,Quarterly return\n";
    done(day, &officer, "importObservations", json!({ "tenant": halton, "csv": file, "commit": true })).await;
    let target = json!({ "line": line(&lines, "NI 16", "halton")["id"], "period": "FY2010", "expression": "ABSOLUTE", "amount": 13.2,
        "baselinePeriod": "FY2008", "baseline": 14.36, "milestones": [{ "period": "FY2009", "value": 13.9 }], "source": "Minute 12" });
    done(day, &app.sign_in("halton.psg-member").await, "setTarget", target).await;
}

async fn closing_of_warrington_s_third_quarter(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("warrington.performance-officer").await;
    let (warrington, _) = lines(&officer, "warrington").await;
    let quarter = json!({ "tenant": warrington, "period": "FY2009-Q3" });
    done(day, &officer, "verifyPeriod", quarter.clone()).await;
    done(day, &app.sign_in("warrington.psg-member").await, "approvePeriod", quarter).await;
}

async fn readings_of_ni_4(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("authority.research-officer").await;
    let (authority, lines) = lines(&officer, "cheshire-police-authority").await;
    let found = |area: &str| {
        json!({ "indicator": { "reference": "cpa-ni-4" }, "area": { "reference": area }, "period": "FY2008", "value": 32,
            "source": "Survey" })
    };
    let figures = json!({ "tenant": authority, "observations": [found("halton"), found("warrington")] });
    done(day, &officer, "recordObservations", figures).await;
    let chief = app.sign_in("authority.chief-executive").await;
    let settled = &line(&lines, "NI 4", "warrington")["target"]["id"];
    done(day, &chief, "resolveTargetReading", json!({ "target": settled, "reading": "POINTS" })).await;
}

async fn a_new_board_member_of_halton(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.performance-officer").await;
    let (halton, _) = lines(&officer, "halton").await;
    let invitation = json!({ "tenant": halton, "email": "new.member@concordat.example", "name": "Halton new board member",
        "office": "HSPB_MEMBER", "minuteReference": "HSPB 3 February 2010, minute 7" });
    done(day, &officer, "createInvitation", invitation).await;
}

/// Halton's board meets, late with its summary, decides and has things done; another meeting is called off.
async fn meetings_and_actions_of_halton(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.policy-officer").await;
    let query = "{ tenant(by: { slug: \"halton\" }) { id area { id } bodies(filter: { named: \"HSPB\" }) { nodes { id } }
        actionPlans { nodes { id } } actions { nodes { id } } appointments(first: 1, filter: { inForceOn: \"2010-01-20\" }) { nodes { id } }
        meetings { nodes { decisions { nodes { id } } } } agreement { indicators(first: 1) { nodes { id } } } } }";
    let answer = officer.ask(query, json!({})).await;
    let found = |pointer: &str| answer.value(&format!("/tenant/{pointer}")).clone();
    let (board, plan) = (found("bodies/nodes/0/id"), found("actionPlans/nodes/0/id"));
    let links = json!([
        found("actions/nodes/0/id"),
        found("meetings/nodes/0/decisions/nodes/0/id"),
        found("agreement/indicators/nodes/0/id")
    ]);
    let paper = json!({ "title": "The contract", "address": "https://halton.example/contract" });
    let meeting = json!({ "body": board, "title": "Extraordinary meeting", "heldOn": "2010-01-20", "startsAtTime": "18:00", "place": "Runcorn",
        "keyIssue": "Worklessness", "agenda": [
            { "title": "A contract", "exemption": "Schedule 12A, paragraph 3", "links": links, "papers": [paper] } ] });
    done(day, &officer, "createMeeting", meeting).await;
    let made = day.done.last().expect("something was done").answer.text("/createMeeting/meeting/id").to_owned();
    let item = "query ($id: ID!) { node(id: $id) { ... on Meeting { agendaItems { nodes { id } } } } }";
    let item = officer.ask(item, json!({ "id": made })).await.value("/node/agendaItems/nodes/0/id").clone();
    let came = json!([{ "appointment": found("appointments/nodes/0/id"), "presence": "PRESENT" }, { "guest": "Mersey Travel", "presence": "ABSENT" }]);
    done(day, &officer, "recordAttendance", json!({ "meeting": made, "attendance": came })).await;
    let lead = json!([{ "office": "PARTNERSHIP_LEAD_MEMBER", "area": found("area/id"), "words": "Halton's lead member", "isAccountable": true },
        { "body": board, "isAccountable": false }]);
    let action = json!({ "words": "Let the contract", "successMeasure": "It is let", "timescale": "31.03.10", "reviewOn": "2010-03-01",
        "resources": "Staff Time", "area": found("area/id"), "owners": lead });
    let decision =
        json!({ "meeting": made, "agendaItem": item, "minuteNumber": "3", "words": "The contract is let.", "actions": [action] });
    done(day, &officer, "recordMeetingDecision", decision).await;
    done(day, &officer, "publishMeetingPack", json!({ "meeting": made })).await;
    let summary = json!({ "meeting": made, "words": "The board let a contract.", "address": "https://halton.example/summary", "lateReason": "Snow." });
    done(day, &officer, "publishMeetingSummary", summary).await;
    let ahead = json!({ "body": board, "title": "Board", "heldOn": "2010-03-03" });
    done(day, &officer, "createMeeting", ahead).await;
    let ahead = day.done.last().expect("something was done").answer.text("/createMeeting/meeting/id").to_owned();
    done(day, &officer, "addAgendaItem", json!({ "meeting": ahead, "item": { "title": "Any other business" } })).await;
    done(day, &officer, "cancelMeeting", json!({ "meeting": ahead, "reason": "Snow." })).await;
    let own = json!([{ "office": "POLICY_STRATEGY_STAFF", "isAccountable": true }]);
    let action = json!({ "plan": plan, "reference": "8", "words": "Map the skills", "timescale": "Sept 2010", "owners": own });
    done(day, &officer, "recordAction", json!({ "tenant": found("id"), "action": action })).await;
    let made = day.done.last().expect("something was done").answer.text("/recordAction/action/id").to_owned();
    done(day, &officer, "recordActionProgress", json!({ "action": made, "state": "IN_PROGRESS", "words": "Begun." })).await;
    let closing = json!({ "action": made, "outcome": "COMPLETED", "words": "Mapped.", "evidence": "The map",
        "evidenceAddress": "https://halton.example/map" });
    done(day, &officer, "closeAction", closing).await;
    let waiver = json!({ "tenant": found("id"), "code": "REPORT/42/FY2009", "reason": "The strategy is under review." });
    done(day, &app.sign_in("halton.psg-member").await, "recordObligationWaiver", waiver).await;
}

/// A machine that Halton looks after and lets upload, Warrington lets read, and two others whose time is over.
async fn machines_of_halton_and_warrington(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.performance-officer").await;
    let wanted = |name: &str, scopes: &[&str]| {
        let input = json!({ "name": name, "purpose": "Halton's quarterly returns", "allowedAddresses": ["127.0.0.0/8", "::1"] });
        let mut whole = crate::machines::fixtures::wanted("halton", scopes);
        whole.as_object_mut().expect("an object").extend(input.as_object().expect("an object").clone());
        whole
    };
    done(day, &officer, "createServiceAccount", wanted("Halton upload machine", &["WRITE_OBSERVATIONS"])).await;
    let made = |day: &Day<'_>| {
        let done = day.done.last().expect("something was done");
        done.answer.text("/createServiceAccount/serviceAccount/id").to_owned()
    };
    let upload = made(day);
    let query = "query ($id: ID!) { node(id: $id) { ... on ServiceAccount { clientIdentifier } } }";
    let client = officer.ask(query, json!({ "id": upload })).await.text("/node/clientIdentifier").to_owned();
    let (key, _) = crate::machines::fixtures::new_key(&officer, &upload, false).await;
    let machine = app.bearing(&key);
    let file = "indicator,area,period,value,source\nhalton-ni-16,halton,FY2007-Q4,14.57,Quarterly return\n";
    let tenant = crate::machines::fixtures::tenant_id("halton");
    done(day, &machine, "importObservations", json!({ "tenant": tenant, "csv": file, "commit": true })).await;
    done(day, &officer, "updateServiceAccount", json!({ "serviceAccount": upload, "purpose": "Halton's returns" })).await;
    let terms = json!({ "tenant": crate::machines::fixtures::tenant_id("warrington"), "clientIdentifier": client,
        "scopes": ["READ_PRIORITIES_AND_INDICATORS"], "purpose": "A board", "expiresAt": "2010-12-31T00:00:00Z" });
    let there = app.sign_in("warrington.performance-officer").await;
    done(day, &there, "acceptServiceAccount", terms).await;
    done(day, &officer, "createServiceAccount", wanted("Halton retired machine", &["READ_PRIORITIES_AND_INDICATORS"])).await;
    let retired = made(day);
    let (lost, _) = crate::machines::fixtures::new_key(&officer, &retired, false).await;
    done(day, &officer, "revokeApiKey", json!({ "serviceAccount": retired, "prefix": lost[..13] })).await;
    done(day, &officer, "revokeServiceAccount", json!({ "serviceAccount": retired })).await;
}

async fn sharing_between_tenants(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.performance-officer").await;
    let tenant = |slug: &str| {
        let id = Id::<tenant::Model>::named("tenant", slug);
        NodeId::beyond(NodeKind::Tenant, id).to_id().to_string()
    };
    let proposal = json!({ "tenant": tenant("halton"), "reference": "halton-and-cheshire-east", "title": "Fire cover across the border", "tier": 2,
        "purpose": "One fire authority serves both.", "lawfulBasis": "Section 115", "source": "Minute 12",
        "parties": [tenant("halton"), tenant("cheshire-east")], "clauses": [{ "category": "RISKS", "discloser": tenant("halton") }],
        "effectiveFrom": "2010-02-01", "effectiveTo": "2011-03-31", "reviewOn": "2010-10-01" });
    done(day, &officer, "createSharingAgreement", proposal).await;
    let query = "{ tenant(by: { slug: \"halton\" }) { sharingAgreements { nodes { id reference } } } }";
    let answer = officer.ask(query, json!({})).await;
    let nodes = answer.list("/tenant/sharingAgreements/nodes");
    let agreement = &nodes.iter().find(|node| node["reference"] == "halton-and-cheshire-east").expect("it was proposed")["id"];
    let group = app.sign_in("halton.psg-member").await;
    let approval = json!({ "agreement": agreement, "tenant": tenant("halton"), "minuteReference": "minute 3" });
    done(day, &group, "approveSharingAgreement", approval).await;
    let withdrawal = json!({ "agreement": agreement, "tenant": tenant("halton"), "reason": "The border moved." });
    done(day, &group, "revokeSharingAgreement", withdrawal).await;
    // The Authority reads what Halton shares with it, which is put on Halton's record.
    lines(&app.sign_in("authority.engagement-manager").await, "halton").await;
}
