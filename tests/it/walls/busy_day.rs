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

mod duties;
mod meetings;

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
    a_stored_query_of_halton(&mut day).await;
    risks_of_halton_on_their_way(&mut day).await;
    money_and_powers_of_halton(&mut day).await;
    the_third_quarter_s_returns(&mut day).await;
    meetings::and_actions_of_halton(&mut day).await;
    duties::all(&mut day).await;
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

/// One risk of Halton's goes both ways from the Treasurer and comes back by both; another is settled at source.
async fn risks_of_halton_on_their_way(day: &mut Day<'_>) {
    use crate::risk::fixtures::{AUTHORITY, funding_referral, new_risk, risk_id, score, tenant_id};
    let app = day.app;
    let (officer, lead) = (app.sign_in("halton.performance-officer").await, app.sign_in("halton.lead-member").await);
    let missed = risk_id("halton", "halton-missed-targets");
    let assessed =
        json!({ "inherent": score(4, 4), "residual": score(3, 3), "target": score(2, 3), "reason": "Sources are agreed." });
    done(day, &officer, "recordRiskAssessment", json!({ "risk": missed, "assessment": assessed })).await;
    done(day, &officer, "updateRisk", json!({ "risk": missed, "title": "Targets of the agreement slip", "expectedVersion": 2 }))
        .await;
    let measure =
        json!({ "risk": missed, "description": "Figures are asked for by name.", "ownerOffice": "PERFORMANCE_OFFICER" });
    done(day, &officer, "recordRiskControl", measure.clone()).await;
    done(day, &officer, "recordRiskAction", measure).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Risk { actions { nodes { id status } } } } }";
    let answer = officer.ask(query, json!({ "id": missed })).await;
    let open = answer.list("/node/actions/nodes").iter().find(|action| action["status"] == "NOT_STARTED").expect("one is open");
    done(day, &officer, "updateRiskAction", json!({ "action": open["id"], "status": "COMPLETED", "progress": "All are asked." }))
        .await;
    let attempt = json!({ "risk": missed, "description": "Asked the board.", "counterpart": "The board", "result": "Deferred." });
    done(day, &lead, "recordRiskAttempt", attempt).await;
    let report = json!({ "risk": missed, "authority": tenant_id(AUTHORITY), "reason": "The board can't agree." });
    done(day, &lead, "submitRiskReport", report).await;
    let referral = day.done.last().expect("it was reported").answer.text("/submitRiskReport/referral/id").to_owned();
    let note = json!({ "referral": referral, "note": "Noted.", "minuteNumber": "5" });
    done(day, &app.sign_in("authority.clerk").await, "recordCommitteeNote", note).await;
    let treasurer = app.sign_in("authority.treasurer").await;
    let small = json!({ "referral": referral, "determination": "NOT_SIGNIFICANT", "reason": "One area's." });
    done(day, &treasurer, "recordRiskDetermination", small).await;
    let large =
        json!({ "referral": funding_referral(), "determination": "BOTH", "reason": "Everybody's.", "mitigations": "A reserve." });
    done(day, &treasurer, "recordRiskDetermination", large).await;
    done(day, &treasurer, "sendRiskToAuditCommittee", json!({ "referral": funding_referral(), "reason": "It grows." })).await;
    done(day, &treasurer, "closeRiskReview", json!({ "authority": tenant_id(AUTHORITY), "quarter": "FY2009-Q2" })).await;
    // One of Warrington's comes too late for that, and is left with the Treasurer.
    let (there, late) = (app.sign_in("warrington.lead-member").await, risk_id("warrington", "warrington-funding"));
    let attempt = json!({ "risk": late, "description": "Asked the board.", "counterpart": "The board", "result": "Deferred." });
    done(day, &there, "recordRiskAttempt", attempt).await;
    let report = json!({ "risk": late, "authority": tenant_id(AUTHORITY), "reason": "The board can't agree." });
    done(day, &there, "submitRiskReport", report).await;
    let referral = day.done.last().expect("it was reported").answer.text("/submitRiskReport/referral/id").to_owned();
    done(day, &app.sign_in("authority.clerk").await, "recordCommitteeNote", json!({ "referral": referral, "note": "Noted." }))
        .await;
    let chief = app.sign_in("authority.chief-executive").await;
    let raised = json!({ "referral": funding_referral(), "decision": "RAISE", "reason": "All are concerned." });
    done(day, &chief, "recordChiefExecutiveDecision", raised).await;
    let outcome = |body: &str, outcome: &str| json!({ "referral": funding_referral(), "decidedBy": body, "outcome": outcome, "reason": "Settled." });
    done(day, &chief, "recordRiskOutcome", outcome("SUBREGIONAL_TEAM", "RETURNED")).await;
    let audit = app.sign_in("authority.audit-committee-clerk").await;
    let mut closed = outcome("AUDIT_COMMITTEE", "CLOSED");
    closed["minuteReference"] = json!("Audit Committee, minute 5");
    done(day, &audit, "recordRiskOutcome", closed).await;
    done(day, &lead, "registerRisk", new_risk()).await;
    let new = day.done.last().expect("it was registered").answer.text("/registerRisk/risk/id").to_owned();
    done(day, &lead, "closeRisk", json!({ "risk": new, "reason": "The grant was renewed." })).await;
}

/// Members write, the Research Officer collates, two lead members hand their returns in and one takes it back, and the committee receives.
async fn the_third_quarter_s_returns(day: &mut Day<'_>) {
    use crate::governance::fixtures::{AUTHORITY, answers, area, form, quarterly_return, return_code, return_id, tenant};
    let app = day.app;
    let lead = app.sign_in("halton.lead-member").await;
    done(day, &lead, "sendFeedback", form("npu-runcorn", "FY2009-Q3", &[("ARSON", "A shed burned in Castlefields.")])).await;
    let feedback = |day: &Day<'_>| {
        let done = day.done.last().expect("something was done");
        done.answer.text("/sendFeedback/feedback/id").to_owned()
    };
    let sent = feedback(day);
    let officer = app.sign_in("authority.research-officer").await;
    let summary = json!({ "tenant": tenant("cheshire-police-authority"), "area": area("halton"), "quarter": "FY2009-Q3",
        "text": "Fires again.", "themes": [{ "subject": "ARSON", "title": "Fires", "text": "A shed.",
            "issues": [{ "feedback": sent, "number": 1 }] }] });
    done(day, &officer, "recordFeedbackSummary", summary).await;
    let done_last = day.done.last().expect("something was done");
    let summary = done_last.answer.text("/recordFeedbackSummary/summary/id").to_owned();
    done(day, &officer, "sendFeedbackSummary", json!({ "summary": summary })).await;
    let silence = json!({ "tenant": tenant("cheshire-police-authority"), "area": area("cheshire-east"), "quarter": "FY2009-Q3",
        "text": "Nothing was heard.", "themes": [], "noFormsReason": "The members were asked twice." });
    done(day, &officer, "recordFeedbackSummary", silence).await;

    let id = return_id("halton", "FY2009-Q3");
    let shown = quarterly_return(&lead, "halton", "FY2009-Q3", "contents { indicators { line } }").await;
    let notes: Vec<Value> = shown["contents"]["indicators"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|part| json!({ "line": part["line"], "words": "As the partnership says." }))
        .collect();
    let follow_ups =
        json!([{ "text": "Ring the fire service", "dueOn": "2010-03-01" }, { "text": "Ask for figures", "dueOn": "2010-04-01" }]);
    let input = json!({ "return": id, "answers": answers(), "notes": notes, "followUps": follow_ups });
    done(day, &lead, "updateQuarterlyReturn", input).await;
    let late = json!({ "return": id, "lateReason": "The summary came late." });
    done(day, &lead, "submitQuarterlyReturn", late.clone()).await;
    done(day, &lead, "revokeQuarterlyReturn", json!({ "return": id, "reason": "A slip of the pen." })).await;
    done(day, &lead, "submitQuarterlyReturn", late).await;
    let shown = quarterly_return(&lead, "halton", "FY2009-Q3", "submission { id }").await;
    let closing = json!({ "submission": shown["submission"]["id"], "number": 2, "outcome": "They came." });
    done(day, &lead, "resolveReturnFollowUp", closing).await;
    let receipt = json!({ "return": id, "metOn": "2010-02-09", "minuteNumber": "71", "note": "Noted." });
    done(day, &app.sign_in("authority.clerk").await, "acceptQuarterlyReturn", receipt).await;
    let code = return_code("warrington", "FY2009-Q4");
    let waiver = json!({ "tenant": tenant(AUTHORITY), "code": code, "reason": "The partnership isn't set up." });
    done(day, &app.sign_in("authority.chief-executive").await, "recordObligationWaiver", waiver).await;
}

async fn a_new_board_member_of_halton(day: &mut Day<'_>) {
    let app = day.app;
    let officer = app.sign_in("halton.performance-officer").await;
    let (halton, _) = lines(&officer, "halton").await;
    let invitation = json!({ "tenant": halton, "email": "new.member@concordat.example", "name": "Halton new board member",
        "office": "HSPB_MEMBER", "minuteReference": "HSPB 3 February 2010, minute 7" });
    done(day, &officer, "createInvitation", invitation).await;
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

async fn a_stored_query_of_halton(day: &mut Day<'_>) {
    let officer = day.app.sign_in("halton.performance-officer").await;
    let (halton, _) = lines(&officer, "halton").await;
    let definition = json!({
        "document": "query ($tenant: String!, $named: String, $after: String) { tenant(by: { slug: $tenant }) {
            bodies(filter: { named: $named }, first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } } } }",
        "rowsPath": "tenant.bodies.nodes", "columns": [{ "name": "id", "path": "id" }, { "name": "name", "path": "name" }],
        "parameters": [{ "name": "named", "description": "A part of the name." }],
    });
    let query = json!({ "tenant": halton, "name": "bodies-by-name", "title": "Bodies", "description": "Boards and groups.",
        "definition": definition });
    done(day, &officer, "createStoredQuery", query).await;
    let shelf = "{ tenant(by: { slug: \"halton\" }) { storedQueries { nodes { id name versions { nodes { id } } } } } }";
    let answer = officer.ask(shelf, json!({})).await;
    let nodes = answer.list("/tenant/storedQueries/nodes");
    let query = nodes.iter().find(|node| node["name"] == "bodies-by-name").expect("it was written down");
    done(day, &officer, "createStoredQueryVersion", json!({ "storedQuery": query["id"], "definition": definition })).await;
    let version = &query["versions"]["nodes"][0]["id"];
    done(day, &officer, "publishStoredQueryVersion", json!({ "version": version })).await;
    let end =
        json!({ "version": version, "deprecatedOn": "2010-03-01", "sunsetOn": "2010-09-01", "reason": "Version 2 has kinds." });
    done(day, &officer, "retireStoredQueryVersion", end).await;
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

/// The identifier in what the last mutation answered.
fn made(day: &Day<'_>, pointer: &str) -> String {
    day.done.last().expect("something was done").answer.text(pointer).to_owned()
}

/// Powers are delegated and revoked, a budget is drawn up, agreed, spent from and closed, plans are agreed and judged.
async fn money_and_powers_of_halton(day: &mut Day<'_>) {
    use crate::finance::fixtures::{body, line, node, objective, organisation, priority, spending};
    let app = day.app;
    let (clerk, officer) = (app.sign_in("authority.clerk").await, app.sign_in("halton.performance-officer").await);
    let area = NodeId::beyond(NodeKind::Area, Id::<entity::tables::performance::area::Model>::named("area", "halton")).to_id();
    let committee = node(NodeKind::Body, "cheshire-police-authority", "body", "engagement-committee");
    let instrument = json!({ "delegatedBy": committee, "to": { "office": "PARTNERSHIP_LEAD_MEMBER" }, "power": "EXPENDITURE",
        "words": "Agree expenditure", "limit": "Up to the budget", "area": area, "approvedBy": "Engagement Committee",
        "approvedOn": "2010-02-09", "minute": "71", "startsOn": "2010-02-09", "endsOn": "2010-12-31", "source": "Minutes" });
    done(day, &clerk, "createDelegation", instrument).await;
    let delegation = made(day, "/createDelegation/delegation/id");
    done(day, &clerk, "revokeDelegation", json!({ "delegation": delegation, "reason": "It was too wide." })).await;

    let budget = json!({ "body": body("ct-halton"), "year": "FY2009", "total": 9000, "source": "Report 7",
        "lines": [{ "name": "Youth work", "amount": 9000, "fund": "SSCF", "deliveredBy": organisation("yots") }] });
    done(day, &officer, "setBudget", budget).await;
    let budget = made(day, "/setBudget/budget/id");
    let query = "query ($id: ID!) { node(id: $id) { ... on Budget { lines { nodes { id } } } } }";
    let youth = officer.ask(query, json!({ "id": budget })).await.text("/node/lines/nodes/0/id").to_owned();
    let board = app.sign_in("halton.psg-member").await;
    done(day, &board, "approveBudget", json!({ "budget": budget, "minuteReference": "HSPB 9 February 2010, minute 4" })).await;
    // What is agreed further down goes by the budget as it is revised here.
    let revised = json!({ "budget": node(NodeKind::Budget, "halton", "budget", "hsp-2009"), "reason": "A grant has come.",
        "effectiveOn": "2010-02-09", "total": 61500, "newLines": [{ "name": "Night buses", "amount": 1500 }] });
    let later = json!({ "budget": revised["budget"], "reason": "The forums ask for it.", "effectiveOn": "2010-03-01",
        "lines": [{ "line": line("hsp-2009/3"), "standing": "OPEN" }] });
    for (revised, minute) in [(revised, "HSPB, minute 5"), (later, "HSPB, minute 6")] {
        done(day, &officer, "submitBudgetRevision", revised).await;
        let revision = made(day, "/submitBudgetRevision/revision/id");
        done(day, &board, "approveBudgetRevision", json!({ "revision": revision, "minuteReference": minute })).await;
    }
    done(day, &officer, "closeBudgetLine", json!({ "line": youth, "reason": "The worker has left." })).await;
    done(day, &officer, "closeBudget", json!({ "budget": budget })).await;

    let member = app.sign_in("halton.lead-member").await;
    let tenant = crate::machines::fixtures::tenant_id("halton");
    let interest = json!({ "tenant": tenant, "description": "The member chairs a college", "organisation": organisation("lep"),
        "isPrejudicial": false });
    done(day, &member, "registerInterest", interest).await;
    let interest = made(day, "/registerInterest/interest/id");
    done(day, &member, "closeInterest", json!({ "interest": interest })).await;
    let mut agreed = spending(&line("hsp-2009/1"), 100);
    agreed["recipient"] = json!(organisation("lep"));
    agreed["interest"] = json!({ "kind": "PERSONAL", "description": "The member chairs a college" });
    agreed["policingPlanRegard"] = json!({ "noneRelevantBecause": "It is about letter boxes." });
    done(day, &member, "agreeExpenditure", agreed).await;
    let decision = made(day, "/agreeExpenditure/decision/id");
    done(day, &officer, "recordSpending", json!({ "decision": decision, "amount": 40.5, "reference": "Invoice 12" })).await;
    done(day, &member, "revokeCommitment", json!({ "decision": decision, "reason": "It came cheaper." })).await;
    let plan = json!({ "body": body("hsp"), "kind": "STRATEGIC_PLAN", "title": "Safer Halton 2010-13", "statement": "Arson first.",
        "priorities": [priority("halton", "halton-laa-2008/5")], "policingPlanRegard": { "objectives": [objective()] },
        "interest": { "kind": "NONE" } });
    done(day, &member, "approvePartnershipPlan", plan).await;
    let judged = json!({ "objective": objective(), "priority": priority("halton", "halton-laa-2008/1"), "judgement": "CONFLICT",
        "note": "It moves people on." });
    done(day, &member, "setPolicingPlanAlignment", judged).await;
}
